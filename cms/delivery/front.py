"""The page cache: an anonymous GET is answered before Django, from the process's own memory.

:class:`PageFront` stands around the WSGI application. What a view declared
(:mod:`.cache`) is kept, compressed, in this process and, where there is one, in
the Redis that all processes share. The first request for a page that is not there
renders it, the others wait for it. A purge drops pages at once in the process
that publishes, and within a quarter of a second in the others.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.utils import timezone

from cms.operations.context import INCOMPLETE

from . import generations
from .cache import DECLARATION, Cache
from .entries import Entry, Headers, Key, Memory, make_entry
from .processes import CUT_OFF_AGE, PATIENCE, SharedPages, Watch
from .tallies import Tally, kept_pages

logger = logging.getLogger(__name__)

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

#: How long a page outlives its time while it is rendered anew.
GRACE = 30
#: How long a path is remembered whose page is never kept.
PASSING = 60
#: The same for a page that is only not kept now, such as one with a part that failed.
SHORTLY = 5
#: How long a page is kept that lacks something, in seconds.
INCOMPLETE_AGE = 60
MOST_PASSING = 10_000
#: What deploy/nginx says of itself.
PROXY = "HTTP_SEN_FRONT_CACHE"
#: What a proxy says that keeps pages until they are purged (W3C, Edge Architecture).
KEEPS_UNTIL_PURGED = "HTTP_SURROGATE_CAPABILITY"
# Browsers ask each time and mostly get a 304: what is published is seen at once.
CACHE_CONTROL = ("Cache-Control", "public, max-age=0, must-revalidate")


class PageFront:
    """A WSGI application that answers from the cache, and asks ``application`` otherwise.

    Args:
        application: the one that renders.
        shared: whether other processes have the same cache; None: as the settings say.
        submit: runs a function in the background; a thread of its own by default.
    """

    def __init__(
        self,
        application: Application,
        *,
        shared: bool | None = None,
        submit: Callable[[Callable[[], None]], Any] | None = None,
    ) -> None:
        self.application = application
        self.memory = Memory(settings.SEN_PAGE_MEMORY * 2**20)
        several = bool(settings.REDIS_URL) if shared is None else shared
        self.shared = SharedPages() if several else None
        self.submit = submit or ThreadPoolExecutor(1, thread_name_prefix="renewing").submit
        self.prefixes = (settings.STATIC_URL, settings.MEDIA_URL)
        self._cookie = f"{settings.SESSION_COOKIE_NAME}="
        self._host_header = (
            "HTTP_X_FORWARDED_HOST" if settings.USE_X_FORWARDED_HOST else "HTTP_HOST"
        )
        self._secure = settings.SECURE_PROXY_SSL_HEADER
        self._flights: dict[Key, threading.Event] = {}
        self._flying = threading.Lock()
        self._passing: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._watch = Watch(self.memory) if self.shared is not None else None
        self._hit = Tally(kept_pages("hit")).count
        generations.listen(self._purged_here)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if self._is_personal(environ):
            return self.application(environ, _for_one_only(start_response))
        if self._must_pass(environ):
            return self.application(environ, start_response)
        if self._watch is not None:
            self._watch.look()
        host, path = self._origin(environ), environ["PATH_INFO"]
        key = self._key(host, path, environ.get("QUERY_STRING", ""))
        entry = self.memory.get(key) if key is not None else None
        if key is None or entry is None:
            return self._miss(environ, start_response, host, path)
        now = time.time()
        limit = entry.expires if self._watch is None else self._watch.limit(entry)
        if now < limit:
            self._hit()
            return _answer(entry, environ, start_response, "hit")
        if now < limit + entry.grace:
            kept_pages("stale").inc()
            self._renew(key, environ)
            return _answer(entry, environ, start_response, "stale")
        return self._miss(environ, start_response, host, path, entry)

    def _is_personal(self, environ: dict[str, Any]) -> bool:
        """Whether somebody asks who has a session, or otherwise says who they are."""
        return self._cookie in environ.get("HTTP_COOKIE", "") or "HTTP_AUTHORIZATION" in environ

    def _must_pass(self, environ: dict[str, Any]) -> bool:
        """Whether the request is none that is answered from the cache."""
        return environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ["PATH_INFO"].startswith(
            self.prefixes
        )

    def _origin(self, environ: dict[str, Any]) -> str:
        """Scheme and host: what is asked for without TLS may have to be redirected."""
        if self._secure is not None:
            scheme = environ.get(self._secure[0]) == self._secure[1]
        else:
            scheme = environ["wsgi.url_scheme"] == "https"
        return ("https://" if scheme else "http://") + environ.get(self._host_header, "")

    def _key(self, host: str, path: str, query: str) -> Key | None:
        """The page's key; None where it is not known yet what the page declared."""
        if not query:
            return host, path, ""
        declared = self.memory.declared(host, path)
        if declared is None and self.shared is not None:
            declared = self.shared.declared(host, path)
            if declared is not None:
                self.memory.declare(host, path, declared)
        return (host, path, _canonical(query, declared)) if declared is not None else None

    # A page that is not there, or too old.

    def _miss(
        self,
        environ: dict[str, Any],
        start_response: StartResponse,
        host: str,
        path: str,
        old: Entry | None = None,
    ) -> Iterable[bytes]:
        passing = self._passing.get((host, path))
        if passing is not None and time.time() < passing:
            return self.application(environ, start_response)
        query = environ.get("QUERY_STRING", "")
        # Before it is known what the page declares, whoever asks the same waits for the same.
        flight_key = self._key(host, path, query) or (host, path, "?" + query)
        flight, leads = self._join(flight_key)
        if leads:
            try:
                return self._lead(environ, start_response, host, path, old)
            finally:
                with self._flying:
                    del self._flights[flight_key]
                flight.set()
        flight.wait(PATIENCE)
        key = self._key(host, path, query)
        entry = self.memory.get(key) if key is not None else None
        if entry is not None and time.time() < entry.expires + entry.grace:
            self._hit()
            return _answer(entry, environ, start_response, "hit")
        return self._render(environ, start_response, host, path, old)

    def _join(self, key: Key) -> tuple[threading.Event, bool]:
        with self._flying:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            self._flights[key] = flight = threading.Event()
            return flight, True

    def _lead(
        self,
        environ: dict[str, Any],
        start_response: StartResponse,
        host: str,
        path: str,
        old: Entry | None,
    ) -> Iterable[bytes]:
        """Find the page in the shared cache, or render it while the other processes wait."""
        if self.shared is None:
            return self._render(environ, start_response, host, path, old)
        query = environ.get("QUERY_STRING", "")
        name = f"{host}\0{path}\0{query}"
        waits_until = time.time() + PATIENCE
        while True:
            entry = self._find_shared(host, path, query)
            if entry is not None:
                kept_pages("shared").inc()
                return _answer(entry, environ, start_response, "hit")
            leads = self.shared.lead(name)
            if leads or time.time() > waits_until:
                break
            time.sleep(0.02)
        try:
            # Another process may have finished between the look and the lead.
            entry = self._find_shared(host, path, query) if leads else None
            if entry is not None:
                kept_pages("shared").inc()
                return _answer(entry, environ, start_response, "hit")
            return self._render(environ, start_response, host, path, old)
        finally:
            if leads:
                self.shared.follow(name)

    def _find_shared(self, host: str, path: str, query: str) -> Entry | None:
        key = self._key(host, path, query)
        if key is None or self.shared is None:
            return None
        entry = self.shared.find(key)
        if entry is None or entry.expires <= time.time():
            return None
        return entry if self._keep_here(key, entry) else None

    def _render(
        self,
        environ: dict[str, Any],
        start_response: StartResponse,
        host: str,
        path: str,
        old: Entry | None = None,
    ) -> Iterable[bytes]:
        """Let the application answer; keep what may be kept."""
        begun = generations.begin()
        answered: list[Any] = []
        body = self.application(environ, lambda *answer: answered.extend(answer))
        status, headers = answered[0], answered[1]
        if status >= "500" and old is not None:
            _close(body)
            kept_pages("outlived").inc()
            return _answer(old, environ, start_response, "outlived")
        declaration = _declared(environ)
        if (
            declaration is None
            or not declaration.cacheable
            or environ["REQUEST_METHOD"] != "GET"
            or not status.startswith("200")
            or any(name.lower() in ("set-cookie", "content-encoding") for name, _ in headers)
        ):
            # What fails now may be kept as soon as it does not.
            if environ["REQUEST_METHOD"] == "GET" and status < "500":
                self._let_pass(host, path, PASSING if declaration is None else SHORTLY)
            start_response(*answered)
            return body
        try:
            whole = b"".join(body)
        finally:
            _close(body)
        entry = _entry(headers, whole, declaration, begun or 0)
        names = _declared_parameters(declaration)
        self.memory.declare(host, path, names)
        key = (host, path, _canonical(environ.get("QUERY_STRING", ""), names))
        if begun is None:
            # Until the shared cache is back, which drops everything.
            entry.expires = min(entry.expires, entry.stored + CUT_OFF_AGE)
            self.memory.put(key, entry, self.memory.drops)
        elif not self._keep_here(key, entry, new=True):
            # Purged while it was rendered: a proxy has been told, and must not keep it now.
            environ.pop(KEEPS_UNTIL_PURGED, None)
        elif self.shared is not None:
            self.shared.keep(key, names, entry)
        kept_pages("miss").inc()
        return _answer(entry, environ, start_response, "miss")

    def _keep_here(self, key: Key, entry: Entry, *, new: bool = False) -> bool:
        """Keep ``entry`` if nothing that it shows was purged since its rendering began."""
        drops = self.memory.drops
        if new and not generations.establish(entry.tags):
            return False
        holds = generations.hold(entry.tags, entry.begun)
        # A purge after the question finds the entry, or the number of drops has changed.
        return holds and self.memory.put(key, entry, drops)

    def _let_pass(self, host: str, path: str, seconds: float) -> None:
        self._passing[host, path] = time.time() + seconds
        while len(self._passing) > MOST_PASSING:
            with suppress(KeyError):
                self._passing.popitem(last=False)

    def _renew(self, key: Key, environ: dict[str, Any]) -> None:
        """Render an old page anew in the background; once, however many ask for it."""
        flight, leads = self._join(key)
        if not leads:
            return
        again = _without_visitor(environ)

        def renew() -> None:
            try:
                _close(self._render(again, lambda *answer: None, key[0], key[1]))
            except Exception:
                logger.exception("a page could not be rendered anew: %s%s", key[0], key[1])
            finally:
                with self._flying:
                    del self._flights[key]
                flight.set()

        self.submit(renew)

    def _purged_here(self, tags: frozenset[str]) -> None:
        if generations.EVERYTHING in tags:
            self.memory.clear()
        else:
            self.memory.drop_tags(tags)
        # What was no page may be one now.
        self._passing.clear()


def _for_one_only(start_response: StartResponse) -> StartResponse:
    """Say of answers to somebody who is known that no cache between may keep them."""

    def start(status: str, headers: Headers, *more: Any) -> Any:
        if not any(name.lower() == "cache-control" for name, _ in headers):
            headers = [*headers, ("Cache-Control", "private, no-cache")]
        return start_response(status, headers, *more)

    return start


def _answer(
    entry: Entry, environ: dict[str, Any], start_response: StartResponse, state: str
) -> Iterable[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None and entry.etag in asked:
        start_response("304 Not Modified", [*_short(entry, state), *_for_proxy(entry, environ)])
        return ()
    encoding, body = entry.body(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers = entry.headers_for(encoding, len(body), state)
    if PROXY in environ or KEEPS_UNTIL_PURGED in environ:
        headers = [*headers, *_for_proxy(entry, environ)]
    start_response("200 OK", headers)
    return (body,) if environ["REQUEST_METHOD"] == "GET" else ()


def _for_proxy(entry: Entry, environ: dict[str, Any]) -> Headers:
    """How long the proxy that says of itself what it is may keep the page."""
    now, headers = time.time(), []
    if PROXY in environ:
        # nginx, until this second is over: "for a second" it would take for two.
        headers.append(("X-Accel-Expires", f"@{int(now)}"))
    left = int(entry.expires - now)
    if KEEPS_UNTIL_PURGED in environ and settings.WAGTAILFRONTENDCACHE and left > 0:
        headers.append(("Surrogate-Control", f"max-age={left}"))
    return headers


_IN_304 = frozenset({"cache-control", "content-location", "expires", "vary", "cache-tag"})


def _short(entry: Entry, state: str) -> Headers:
    kept = [(name, value) for name, value in entry.headers if name.lower() in _IN_304]
    return [*kept, ("ETag", entry.etag), ("X-Sen-Cache", state)]


def _declared(environ: dict[str, Any]) -> Cache | None:
    declaration: Cache | None = environ.get(DECLARATION)
    if declaration is None or INCOMPLETE not in environ:
        return declaration
    return declaration.merge(Cache(max_age=INCOMPLETE_AGE))


def _entry(headers: Headers, body: bytes, declaration: Cache, begun: int) -> Entry:
    # The id is that of the one request for which it was rendered.
    kept = [pair for pair in headers if pair[0].lower() not in ("cache-control", "x-request-id")]
    kept += [CACHE_CONTROL, ("Cache-Tag", ",".join(sorted(declaration.tags)))]
    seconds, grace = times_of(declaration)
    return make_entry(
        kept,
        body,
        declaration.tags,
        begun=begun,
        stored=time.time(),
        seconds=seconds,
        grace=grace,
    )


def times_of(declaration: Cache) -> tuple[int, int]:
    """How long a page with this declaration is kept, and its grace, in seconds.

    What was declared is over when it is over; only the limit that every page has
    leaves a grace.
    """
    longest: int = settings.SEN_PAGE_MAX_AGE
    ends = declaration.max_age
    if "date" in declaration.vary:
        now = timezone.localtime()
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        left = int((midnight - now).total_seconds()) + 1
        ends = left if ends is None else min(ends, left)
    if ends is None:
        return longest, GRACE
    seconds = max(1, min(ends, longest))
    return seconds, max(0, min(GRACE, ends - seconds))


def _declared_parameters(declaration: Cache) -> tuple[str, ...]:
    words = (word.partition(":") for word in declaration.vary)
    return tuple(sorted(name for kind, _colon, name in words if kind == "query"))


def _canonical(query: str, declared: tuple[str, ...]) -> str:
    """The declared parameters of a query string, in one order."""
    if not query or not declared:
        return ""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        # More than any page has: a place of its own for it.
        return query
    if "*" in declared:
        return urlencode(sorted(pairs))
    # The last of several counts, as it does in Django.
    last = dict(pairs)
    return urlencode([(name, last[name]) for name in declared if name in last])


def _without_visitor(environ: dict[str, Any]) -> dict[str, Any]:
    """The request without what belongs to the one who sent it."""
    left_out = ("HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", DECLARATION)
    kept = {name: value for name, value in environ.items() if name not in left_out}
    kept |= {"REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr}
    return kept


def _close(body: Any) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
