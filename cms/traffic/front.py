"""The beacon's short cut: counted and answered before Django's middleware.

Only where everything is remembered that an answer takes; whatever is not goes to
:func:`.beacon.hit` like any request, which counts by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.urls import reverse

from cms.delivery.origin import is_same_origin

from .beacon import MAX_BODY, count, parse
from .remembering import REMEMBERED
from .visitors import is_bot

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_HEADERS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private"),
    ("X-Content-Type-Options", "nosniff"),
)


class CountingFront:
    """A WSGI application that answers beacons, and asks ``application`` otherwise."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.address = reverse("hit")

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != self.address or environ["REQUEST_METHOD"] != "POST":
            return self.application(environ, start_response)
        response = self._respond(environ)
        if response is None:
            return self.application(environ, start_response)
        headers = [*_HEADERS, ("Content-Length", str(len(response.content)))]
        if response.has_header("Retry-After"):
            headers.append(("Retry-After", response["Retry-After"]))
        start_response(f"{response.status_code} {response.reason_phrase}", headers)
        return (response.content,)

    def _respond(self, environ: dict[str, Any]) -> HttpResponse | None:
        """The answer; None where it takes more than is remembered."""
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return None
        if not 0 < length <= MAX_BODY:
            return None
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = BytesIO(body)
        beacon = parse(body)
        if beacon is None:
            return None
        request = WSGIRequest(environ)
        try:
            origin = f"{request.scheme}://{request.get_host()}"
        except DisallowedHost:
            return None
        place = REMEMBERED.place(origin, beacon.page)
        bot = is_bot(request)
        answer = REMEMBERED.answer(origin, bot, beacon.question)
        if place is None or answer is None or not is_same_origin(request):
            return None
        refusal = count(request, place, beacon)
        return refusal or HttpResponse(answer.told(counted=place.counts and not bot))
