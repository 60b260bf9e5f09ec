"""What the processes of a portal know of one another: whose pages hold, and what was purged.

They meet in the Redis that all of them share. Without it a page is rendered by each,
and kept by each for a minute at most.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any

from . import generations
from .entries import Entry, Key, Memory
from .generations import exact

#: How often a process asks what others have purged, in seconds, and when it must know.
LOOK_EVERY = 0.25
MUST_KNOW = 0.75
#: How long a request waits for another one that renders the same page, in seconds.
PATIENCE = 10.0
#: Without the shared cache nobody hears of purges, so pages are kept for so many seconds only.
CUT_OFF_AGE = 60


class Watch:
    """Hears what other processes purged, and drops it from this one's memory."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._known: int | None = None
        self._looked = 0.0
        self._cut_off_since: float | None = None
        self._waited_since: float | None = None
        self._lock = threading.Lock()

    def look(self) -> None:
        """Look, if it is time to; wait for whoever looks, if that is overdue."""
        age = time.monotonic() - self._looked
        if age < LOOK_EVERY or not self._lock.acquire(blocking=age > MUST_KNOW):
            return
        try:
            if time.monotonic() - self._looked >= LOOK_EVERY:
                self._look()
                self._looked = time.monotonic()
        finally:
            self._lock.release()

    def limit(self, entry: Entry) -> float:
        """Until when ``entry`` may be shown, in seconds since 1970."""
        if self._cut_off_since is None:
            return entry.expires
        return min(entry.expires, max(entry.stored, self._cut_off_since) + CUT_OFF_AGE)

    def _look(self) -> None:
        try:
            now = generations.current()
            if self._cut_off_since is not None:
                # Purges may have been lost meanwhile, ours or others'.
                generations.raise_tags([generations.EVERYTHING])
                self._cut_off_since = None
                self._known = generations.current()
                return
            if now == self._known:
                return
            known = now if self._known is None else self._known
            tags = generations.purged_between(known, now)
        except Exception:  # whatever a cache's client raises
            if self._cut_off_since is None:
                generations.say_that_it_does_not_answer()
                self._cut_off_since = time.time()
            return
        if tags is None and known < now <= known + 1000 and not self._waited_too_long():
            # The number is raised a moment before the tags are written.
            return
        self._waited_since = None
        if tags is None or generations.EVERYTHING in tags:
            self.memory.clear()
        else:
            self.memory.drop_tags(tags)
        self._known = now

    def _waited_too_long(self) -> bool:
        now = time.monotonic()
        self._waited_since = self._waited_since or now
        return now - self._waited_since > LOOK_EVERY


class SharedPages:
    """The entries that all processes share, in Django's cache. Never raises."""

    def find(self, key: Key) -> Entry | None:
        """The entry under ``key``; it may have been purged since."""
        found: Entry | None = self._try(exact.get, _name("page", *key))
        return found

    def keep(self, key: Key, names: tuple[str, ...], entry: Entry) -> None:
        """Keep an entry, and what its page declared, for as long as it holds."""
        seconds = max(1, int(entry.expires - time.time()))
        self._try(exact.set, _name("page", *key), entry, seconds)
        self._try(exact.set, _name("declared", *key[:2]), names, seconds)

    def declared(self, host: str, path: str) -> tuple[str, ...] | None:
        """The query parameters that the page of a path declared."""
        found: tuple[str, ...] | None = self._try(exact.get, _name("declared", host, path))
        return found

    def lead(self, name: str) -> bool:
        """Whether this process renders the page of this name, and the others wait."""
        added = self._try(exact.add, _name("lead", name), 1, int(PATIENCE))
        return added is not False

    def follow(self, name: str) -> None:
        """Let the others go on."""
        self._try(exact.delete, _name("lead", name))

    @staticmethod
    def _try(act: Callable[..., Any], *args: Any) -> Any:
        try:
            return act(*args)
        except Exception:  # whatever a cache's client raises: the page is rendered then
            generations.say_that_it_does_not_answer()
            return None


def _name(kind: str, *parts: str) -> str:
    return f"{kind}:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()
