"""The screens of inspection: all texts, one text's file, each of its revisions, the slip."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page, Revision

from cms.record.hashing import hash_of_content
from cms.record.models import RecordEntry
from sites.administering import SiteScreen

from .readers import INSPECTORS, gated_page, reads_slip, reads_texts, revisions_of, texts_of
from .slips import Slip

PAGE_SIZE = 50
ENTRIES = 200


class TextsView(SiteScreen):
    """Every text of the department, whatever its state."""

    template_name = "inspection/texts.html"
    page_title = _("Texts and approvals")
    header_icon = "doc-full-inverse"
    roles = INSPECTORS
    http_method_names = ["get", "head"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()[:100]
        before = self.request.GET.get("before", "")
        pages = texts_of(self.department)
        if words:
            pages = pages.filter(title__icontains=words)
        if before.isdecimal() and len(before) < 10:
            pages = pages.filter(pk__lt=int(before))
        found = list(pages.select_related("owner", "content_type")[: PAGE_SIZE + 1])
        return super().get_context_data(
            texts=found[:PAGE_SIZE],
            older=found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
            words=words,
            **kwargs,
        )


class PageScreen(WagtailAdminTemplateMixin, TemplateView):
    """A screen about one page, for who may see its slip; it changes nothing."""

    http_method_names = ["get", "head"]
    header_icon = "doc-full-inverse"
    page: Page

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.page = gated_page(kwargs["page_id"])
        if not self.may_read(request.user):
            raise Http404("not for this person")

    def may_read(self, user: Any) -> bool:
        return reads_slip(user, self.page)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page=self.page, reads_texts=reads_texts(self.request.user, self.page), **kwargs
        )


class FileView(PageScreen):
    """A text's file: its revisions, and what the record tells of it."""

    template_name = "inspection/file.html"
    page_title = _("File of the text")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = RecordEntry.objects.filter(page_id=self.page.pk).order_by("-pk")
        return super().get_context_data(
            revisions=revisions_of(self.page).select_related("user").defer("content"),
            entries=entries[:ENTRIES],
            **kwargs,
        )


class RevisionView(PageScreen):
    """One revision, as a reader would see it, with its hash."""

    template_name = "inspection/revision.html"
    page_title = _("Text of a revision")

    def may_read(self, user: Any) -> bool:
        return reads_texts(user, self.page)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        revision = revision_or_404(self.page, self.kwargs["revision_id"])
        recorded = RecordEntry.objects.filter(page_id=self.page.pk, revision_id=revision.pk)
        content_hash = hash_of_content(revision.content)
        return super().get_context_data(
            revision=revision,
            content_hash=content_hash,
            recorded=recorded.filter(content_hash=content_hash).order_by("pk"),
            **kwargs,
        )


@require_safe
def text(request: HttpRequest, page_id: int, revision_id: int) -> HttpResponse:
    """The revision itself, rendered by the site's own templates; shown in a frame."""
    page = gated_page(page_id)
    if not reads_texts(request.user, page):
        raise Http404("not for this person")
    shown: Any = revision_or_404(page, revision_id).as_object()
    response: HttpResponse = shown.make_preview_request(request, shown.default_preview_mode)
    return response


@require_safe
def slip(request: HttpRequest, page_id: int) -> HttpResponse:
    """The approval slip, a sheet of paper."""
    page = gated_page(page_id)
    if not reads_slip(request.user, page):
        raise Http404("not for this person")
    details = {"slip": Slip(page), "page": page, "printed_at": timezone.now()}
    return render(request, "inspection/slip.html", details)


def revision_or_404(page: Page, revision_id: int) -> Revision:
    """The page's revision with that key."""
    found: Revision = get_object_or_404(revisions_of(page), pk=revision_id)
    return found
