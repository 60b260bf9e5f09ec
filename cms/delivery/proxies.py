"""Caches that stand before Sen and keep pages until they are purged by tag: Varnish, a CDN.

Configured by ``WAGTAILFRONTENDCACHE``, the setting of Wagtail's frontend cache, with
backends that know tags. A purge goes out as soon as the transaction is committed, from
whichever process purged, and once more a second later: a process that had not yet heard
of it may have answered the proxy in between with what it still held.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Protocol

import urllib3
from django.core.exceptions import ImproperlyConfigured
from wagtail.contrib.frontend_cache.backends import BaseBackend
from wagtail.contrib.frontend_cache.utils import get_backends

from . import generations

logger = logging.getLogger(__name__)

#: Seconds: what is purged together goes out together.
BURST = 0.02
#: Seconds after which every process has heard of a purge, and it goes out again.
AGAIN = 1.0
#: Seconds that a proxy may take, and after which it is asked again.
TIMEOUT = 5.0
RETRIES = (0.2, 1.0, 5.0)
#: How many tags one request names; a header has its limits.
TOGETHER = 50


class PurgesTags(Protocol):
    """A backend of ``WAGTAILFRONTENDCACHE`` that Sen can tell what is purged."""

    def purge_tags(self, tags: frozenset[str]) -> None:
        """Drop every page that bears one of ``tags`` in its Cache-Tag header.

        ``*`` is all pages. Raises OSError where the proxy did not do it.
        """


class HTTPTagBackend(BaseBackend):  # type: ignore[misc]
    """A proxy that takes ``PURGE`` with a pattern of tags, such as ``deploy/varnish``.

    Args:
        params: ``LOCATION``: the proxy's address, such as ``http://127.0.0.1:6081``.

    Raises:
        ImproperlyConfigured: there is no ``LOCATION``.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        try:
            self.location: str = params["LOCATION"]
        except KeyError as error:
            raise ImproperlyConfigured("WAGTAILFRONTENDCACHE: LOCATION is missing") from error

    def purge_tags(self, tags: frozenset[str]) -> None:
        """Send the patterns. Raises OSError where the proxy does not answer with 200."""
        for pattern in patterns(tags):
            try:
                response = urllib3.request(
                    "PURGE",
                    self.location,
                    headers={"Sen-Purge": pattern},
                    timeout=TIMEOUT,
                    retries=False,
                )
            except urllib3.exceptions.HTTPError as error:
                raise OSError(str(error)) from error
            if response.status != HTTPStatus.OK:
                raise OSError(f"{self.location} answered {response.status}")


def patterns(tags: frozenset[str]) -> Iterator[str]:
    """Regular expressions for Cache-Tag headers that name one of ``tags``."""
    if generations.EVERYTHING in tags:
        yield ".*"
        return
    words = [re.escape(tag) for tag in sorted(tags)]
    for start in range(0, len(words), TOGETHER):
        yield f"(^|,)({'|'.join(words[start : start + TOGETHER])})(,|$)"


class Purger:
    """Tells the proxies what is purged, without keeping anybody waiting.

    Its threads are no daemons: a command that publishes ends once the proxies know.

    Args:
        backends: by name.
    """

    def __init__(self, backends: Mapping[str, PurgesTags]) -> None:
        self.backends = backends
        self._waiting: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def purged(self, tags: frozenset[str]) -> None:
        """Send ``tags`` in a moment, with what else is purged by then."""
        with self._lock:
            is_first, self._waiting = not self._waiting, self._waiting | tags
        if is_first:
            threading.Timer(BURST, self._flush).start()

    def _flush(self) -> None:
        with self._lock:
            tags, self._waiting = self._waiting, frozenset()
        again = threading.Timer(AGAIN, self._send, [tags])
        again.start()
        self._send(tags)

    def _send(self, tags: frozenset[str]) -> None:
        for name, backend in self.backends.items():
            self._insist(name, backend, tags)

    @staticmethod
    def _insist(name: str, backend: PurgesTags, tags: frozenset[str]) -> None:
        for wait in (*RETRIES, None):
            try:
                backend.purge_tags(tags)
            except OSError as error:
                if wait is None:
                    logger.exception(
                        "the proxy %s was not purged of %s and shows what is old for as long as "
                        "it keeps it; empty it by hand",
                        name,
                        ", ".join(sorted(tags)),
                    )
                    return
                logger.warning("the proxy %s was not purged, again in %s s: %s", name, wait, error)
                threading.Event().wait(wait)
            else:
                return


_purgers: list[Purger] = []


def connect(backends: Mapping[str, Any] | None = None) -> None:
    """Let the proxies of the settings, or ``backends``, hear of what this process purges.

    Raises:
        ImproperlyConfigured: a backend does not know tags.
    """
    found: Mapping[str, Any] = get_backends() if backends is None else backends
    for name in _without_tags(found):
        raise ImproperlyConfigured(
            f"WAGTAILFRONTENDCACHE: {name} cannot purge by tag; give it a backend with purge_tags"
        )
    if found:
        _purgers.append(Purger(found))
        generations.listen(_purgers[-1].purged)


def _without_tags(backends: Mapping[str, Any]) -> Iterable[str]:
    return (name for name, one in backends.items() if not hasattr(one, "purge_tags"))
