"""What people are told when the storage of files is away; with a folder it never is.

Whoever uploads, replaces or deletes is told before anything is changed, so that neither a row
without its file is left nor a file without its row.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import LazyObject, empty
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

if TYPE_CHECKING:
    from .bucket import BucketStorage

logger = logging.getLogger(__name__)

RETRY_AFTER = 60  # seconds


class BucketAway(OSError):  # noqa: N818 (said of the bucket)
    """The storage cannot be asked, or does not do what it is asked; the text says why."""

    def __init__(self, text: str, where: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.filename = where

    def __str__(self) -> str:
        return self.text


def the_bucket() -> BucketStorage | None:
    """The bucket that files are in; None where they are in a folder."""
    storage: Any = default_storage
    if isinstance(storage, LazyObject):
        if storage._wrapped is empty:
            storage._setup()
        storage = storage._wrapped
    # Without an import of boto3, which is large, where there is none.
    return storage if getattr(storage, "is_bucket", False) else None


def check_storage() -> None:
    """Ask whether files can be stored and deleted now. Raises BucketAway where they cannot."""
    bucket = the_bucket()
    if bucket is not None:
        bucket.check()


def sentence() -> str:
    """What somebody who wants to store or delete a file is told."""
    return _(
        "The storage of files does not answer, so nothing was stored or deleted. Try again in a "
        "few minutes, or tell those who run the system. Texts can be written and published."
    )


class AwayMiddleware:
    """Says in words that the storage of files is away, on whatever screen it was needed."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = self.get_response(request)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Back to the form with the message; 503 for a reader, and for a program as JSON."""
        name = request.resolver_match.url_name if request.resolver_match else ""
        if isinstance(error, FileNotFoundError) and name == "wagtaildocs_serve":
            return page_not_found(request, error)
        if not isinstance(error, BucketAway):
            return None
        logger.error("%s", error)
        by_script = request.headers.get("x-requested-with") == "XMLHttpRequest"
        if by_script or "application/json" in request.headers.get("accept", ""):
            return JsonResponse({"message": sentence()}, status=503)
        if request.method == "POST":
            messages.error(request, sentence())
            return redirect(request.path)
        return away(request)


def away(request: HttpRequest) -> HttpResponse:
    """The page that stands for a file while its storage is away (RFC 9110, 503)."""
    response = render(request, "files_away.html", status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response
