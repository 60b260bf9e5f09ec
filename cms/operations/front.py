"""``/livez``, ``/readyz`` and ``/metrics``: answered before everything else, on every host.

No middleware asks which department is meant, no cache keeps the answer, and a process whose
database hangs still says that it lives.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from sites.clients import client_address

from . import metrics
from .health import READINESS

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
Answer = tuple[str, str, bytes]

_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'"),
)
_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json"
_NOT_FOUND: Answer = ("404 Not Found", _TEXT, b"Not Found\n")


class OperationsFront:
    """A WSGI application that answers these addresses, and asks ``application`` otherwise."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.answers: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "/livez": _alive,
            "/readyz": _ready,
            "/metrics": _metrics,
        }

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        answer = self.answers.get(environ["PATH_INFO"])
        if answer is None:
            return self.application(environ, start_response)
        headers = [*_HEADERS]
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            status, kind, body = "405 Method Not Allowed", _TEXT, b"Method Not Allowed\n"
            headers.append(("Allow", "GET, HEAD"))
        else:
            status, kind, body = answer(environ)
        headers += [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response(status, headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)


def _alive(environ: dict[str, Any]) -> Answer:
    return "200 OK", _TEXT, b"alive\n"


def _ready(environ: dict[str, Any]) -> Answer:
    reasons = READINESS.reasons()
    body = json.dumps({"ready": not reasons, "reasons": reasons}).encode() + b"\n"
    return ("503 Service Unavailable" if reasons else "200 OK"), _JSON, body


def _metrics(environ: dict[str, Any]) -> Answer:
    if not may_read_metrics(environ):
        return _NOT_FOUND
    return "200 OK", metrics.CONTENT_TYPE, metrics.exposition()


def may_read_metrics(environ: dict[str, Any]) -> bool:
    """Whether whoever asks is in one of the networks that may, or knows the token."""
    token = settings.SEN_METRICS_TOKEN
    scheme, _blank, shown = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if token and scheme.lower() == "bearer":
        # As bytes: a header may hold any letter.
        return hmac.compare_digest(shown.strip().encode(), token.encode())
    try:
        address = ipaddress.ip_address(client_address(WSGIRequest(environ)))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in ipaddress.ip_network(each) for each in settings.SEN_METRICS_NETWORKS)
