"""Each request has an id, and is counted: the first middleware."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse

from . import metrics
from .context import answering

logger = logging.getLogger("sen.requests")

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,127}")
#: Parameters of an address that open something: of these the address is logged as its pattern.
_KEYS = frozenset({"key", "token", "uidb36", "uidb64"})


class RequestMiddleware:
    """Give the request an id, in the response too; count it, and log it at ``INFO``.

    An id that comes with the request, from a proxy, is kept where it is one: 8 to
    128 letters, digits, dots, dashes. Requests that a cache answers do not come here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        mine = given if _SANE.fullmatch(given) else uuid.uuid4().hex
        request.request_id = mine  # type: ignore[attr-defined]
        begun = time.perf_counter()
        with answering(request):
            response = self.get_response(request)
            response[HEADER] = mine
            self._note(request, response.status_code, time.perf_counter() - begun)
        return response

    def _note(self, request: HttpRequest, status: int, seconds: float) -> None:
        kind = self.kind_of(request.path)
        metrics.REQUESTS.labels(kind, f"{status // 100}xx").inc()
        metrics.SECONDS.labels(kind).observe(seconds)
        if logger.isEnabledFor(logging.INFO):
            logger.info(
                "%s %s %s",
                request.method,
                path := _path_of(request),
                status,
                extra={
                    "method": request.method,
                    "path": path,
                    "status": status,
                    "kind": kind,
                    "milliseconds": round(seconds * 1000, 1),
                },
            )

    def kind_of(self, path: str) -> str:
        """What sort of address it is: one of a handful."""
        if path.startswith(self.admin):
            return "admin"
        if path.startswith("/_sen/"):
            return "beacon"
        if path.startswith("/api/"):
            return "api"
        if path.startswith(("/static/", "/media/", "/documents/")):
            return "file"
        return "page"


def _path_of(request: HttpRequest) -> str:
    """The path without what opens something."""
    try:
        # A middleware may have answered before Django has looked.
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return request.path
    return f"/{match.route}" if _KEYS & set(match.kwargs) else request.path
