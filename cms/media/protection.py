"""Pictures and files that a live page shows: nobody replaces or deletes them past its gates.

Another file under the same picture would change what the gates approved. To
change it, one uploads a new picture and puts it into the article, which passes
its gates again. Title, tags, folder and focal point may be changed: they are in
the record.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from wagtail.models import Page, ReferenceIndex

from .away import check_storage
from .uploads import receive_file, receive_picture

NAMED = 3


class ShownPubliclyError(Exception):
    """A picture or file that a live page shows was to be deleted or replaced."""


def live_pages_showing(media: Model) -> list[Page]:
    """The live pages, of whatever department, that refer to ``media``; and the locked ones.

    What was taken down is locked: its text is sealed, and its pictures with it.
    """
    if media.pk is None:
        return []
    base = ContentType.objects.get_for_model(Page)
    shown = Page.objects.filter(Q(live=True) | Q(locked=True))
    keys = (
        ReferenceIndex.get_references_to(media)
        .filter(base_content_type=base)
        .values_list("object_id", flat=True)
    )
    return list(shown.filter(pk__in=[int(key) for key in keys]).order_by("pk"))


def why_not_change(media: Model) -> str | None:
    """Why the file of ``media`` may not be replaced or deleted; None if it may."""
    pages = live_pages_showing(media)
    if not pages:
        return None
    names = ", ".join(f"“{page.title}”" for page in pages[:NAMED])
    if len(pages) > NAMED:
        names += " …"
    return _(
        "It is shown by %(pages)s. Upload a new one and put it into the article, "
        "which then passes its approval again."
    ) % {"pages": names}


def refuse_deletion(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Raise ShownPubliclyError where a live page shows it. Listens to ``pre_delete``.

    And BucketAway where its file could not be deleted with it.
    """
    reason = why_not_change(instance)
    if reason is not None:
        raise ShownPubliclyError(reason)
    check_storage()


def refuse_replacement(
    sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any
) -> None:
    """Raise ShownPubliclyError where another file was put in. Listens to ``pre_save``."""
    if raw or instance.pk is None:
        return
    kept = sender._base_manager.filter(pk=instance.pk).values_list("file", flat=True).first()
    if kept is not None and kept != instance.file.name:
        reason = why_not_change(instance)
        if reason is not None:
            raise ShownPubliclyError(reason)


class _KeepsWhatIsShown:
    """The part of both forms that refuses another file."""

    cleaned_data: dict[str, Any]
    changed_data: list[str]
    instance: Any

    def clean_file(self) -> Any:
        """The file as it is to be stored.

        Raises ValidationError where it is refused, or a live page shows the present one.
        """
        if self.instance.pk and "file" in self.changed_data:
            reason = why_not_change(self.instance)
            if reason is not None:
                raise ValidationError(reason)
        file = self.cleaned_data["file"]
        # What is stored already is not sent again.
        return self.receive(file) if file and "file" in self.changed_data else file

    @staticmethod
    def receive(file: Any) -> Any:
        """The file as it is to be stored. Raises ValidationError where it is refused."""
        raise NotImplementedError


class PictureForm(_KeepsWhatIsShown, BaseImageForm):
    """Wagtail's form of a picture, of one and of several at once."""

    receive = staticmethod(receive_picture)


class FileForm(_KeepsWhatIsShown, BaseDocumentForm):
    """Wagtail's form of a file, of one and of several at once."""

    receive = staticmethod(receive_file)


class RefusalMiddleware:
    """Says in words that something is shown publicly, on whatever screen it was to be deleted."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = self.get_response(request)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Back to the thing with the message; a program gets it as JSON."""
        if not isinstance(error, ShownPubliclyError):
            return None
        if "application/json" in request.headers.get("accept", ""):
            return JsonResponse({"message": str(error)}, status=409)
        messages.error(request, str(error))
        return redirect("wagtailadmin_home")
