"""The page cache: an anonymous GET is answered without session, database or template."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from .cache import Cache, collected_for, tag_versions

KEPT_HEADERS = ("Content-Type", "Content-Language", "Link")


@dataclass(frozen=True)
class Entry:
    """A kept response: its body, headers, tags and the time its rendering began (ns)."""

    body: bytes
    headers: dict[str, str]
    tags: tuple[str, ...]
    begun: int


class PageCacheMiddleware:
    """Serves and fills the cache; stands before everything that touches the database.

    Only what was declared through :func:`cms.delivery.cache.declare` is kept,
    so a view that nobody thought about is never cached.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _may_be_cached(request):
            return self.get_response(request)
        response = _lookup(request)
        if response is None:
            begun = time.time_ns()
            response = self.get_response(request)
            response = _store(request, response, begun)
        return response


def _may_be_cached(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "Authorization" not in request.headers
    )


def _lookup(request: HttpRequest) -> HttpResponse | None:
    declared: tuple[str, ...] = ()
    if request.GET:
        names = cache.get(_vary_key(request))
        if names is None:
            return None
        declared = names
    entry: Entry | None = cache.get(_entry_key(request, declared))
    if entry is None:
        return None
    if any(version >= entry.begun for version in tag_versions(entry.tags).values()):
        return None
    return _conditional(request, HttpResponse(entry.body, headers=entry.headers), "hit")


def _store(request: HttpRequest, response: HttpResponse, begun: int) -> HttpResponse:
    declaration = collected_for(request)
    if (
        declaration is None
        or not declaration.cacheable
        or response.status_code != 200
        or response.streaming
        or response.cookies
        or getattr(request, "is_preview", False)
    ):
        return response
    body = response.content
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    # Browsers ask each time and mostly get a 304: what is published is seen at once.
    headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    for name, value in headers.items():
        response[name] = value
    versions = tag_versions(declaration.tags)
    if request.method == "GET" and all(version < begun for version in versions.values()):
        declared = tuple(
            sorted(word.partition(":")[2] for word in declaration.vary if word.startswith("query:"))
        )
        max_age = _seconds_to_keep(declaration)
        cache.set(_vary_key(request), declared, max_age)
        entry = Entry(body, headers, tuple(declaration.tags), begun)
        cache.set(_entry_key(request, declared), entry, max_age)
    return _conditional(request, response, "miss")


def _conditional(request: HttpRequest, response: HttpResponse, state: str) -> HttpResponse:
    conditional = (
        get_conditional_response(request, etag=response["ETag"], response=response) or response
    )
    conditional["X-Sen-Cache"] = state
    return conditional


def _seconds_to_keep(declaration: Cache) -> int:
    longest: int = settings.SEN_PAGE_MAX_AGE
    seconds = min(declaration.max_age or longest, longest)
    if "date" in declaration.vary:
        now = timezone.localtime()
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        seconds = min(seconds, int((midnight - now).total_seconds()) + 1)
    return max(seconds, 1)


def _vary_key(request: HttpRequest) -> str:
    return "vary:" + _digest(request.get_host(), request.path)


def _entry_key(request: HttpRequest, declared: tuple[str, ...]) -> str:
    if "*" in declared:
        pairs = sorted((name, value) for name, values in request.GET.lists() for value in values)
    else:
        pairs = [(name, request.GET[name]) for name in declared if name in request.GET]
    return "page:" + _digest(request.get_host(), request.path, urlencode(pairs))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
