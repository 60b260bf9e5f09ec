"""A kept response, and the place in memory where a process has its own."""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import brotli

Headers = list[tuple[str, str]]
#: Host, path, and the query parameters that the page declared.
Key = tuple[str, str, str]

# What the server or the answer's own encoding says anew each time.
_OWN_HEADERS = frozenset({"content-length", "content-encoding", "etag", "vary", "date"})
_WORTH_COMPRESSING = 500  # bytes
# What both encodings take, of what Brotli takes: gzip is a sixth larger, or less.
_WITH_GZIP = 2.3
_TEXT = re.compile(r"text/|application/(json|xml|rss\+xml|atom\+xml|javascript)|image/svg")


@dataclass(slots=True)
class Entry:
    """A response of status 200, compressed once: with Brotli at once, with gzip when asked for.

    Args:
        headers: the response's, without those that depend on the encoding.
        bodies: by content encoding; "" is the body itself, there where it is not compressed.
        etag: the same for every encoding, so it is a weak one.
        tags: what the page shows.
        begun: the generation in which its rendering began.
        stored: when it was rendered, in seconds since 1970.
        expires: until when it holds, likewise.
        grace: seconds past that in which it is still shown, once, while it is rendered anew.
    """

    headers: Headers
    bodies: dict[str, bytes]
    etag: str
    tags: frozenset[str]
    begun: int
    stored: float
    expires: float
    grace: float
    ready: dict[tuple[str, str], Headers] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes in memory at most, about; the same before and after gzip was asked for."""
        if "br" in self.bodies:
            return int(len(self.bodies["br"]) * _WITH_GZIP) + 1000
        return len(self.bodies[""]) + 1000

    def body(self, accepted: str) -> tuple[str, bytes]:
        """The best encoding for an Accept-Encoding header, and the body in it."""
        for encoding in _preferred(accepted):
            if encoding in self.bodies:
                return encoding, self.bodies[encoding]
            if encoding == "gzip" and "br" in self.bodies:
                self.bodies["gzip"] = gzip.compress(
                    brotli.decompress(self.bodies["br"]), 6, mtime=0
                )
                return encoding, self.bodies["gzip"]
        # Somebody who takes no compression at all, which no browser does.
        return "", self.bodies[""] if "" in self.bodies else brotli.decompress(self.bodies["br"])

    def headers_for(self, encoding: str, length: int, state: str) -> Headers:
        """All headers of a full answer, made once for each encoding and state."""
        found = self.ready.get((encoding, state))
        if found is None:
            found = [*self.headers, ("ETag", self.etag), ("X-Sen-Cache", state)]
            found.append(("Content-Length", str(length)))
            if encoding:
                found.append(("Content-Encoding", encoding))
            self.ready[encoding, state] = found
        return found


def make_entry(
    headers: Iterable[tuple[str, str]],
    body: bytes,
    tags: frozenset[str],
    *,
    begun: int,
    stored: float,
    seconds: float,
    grace: float,
) -> Entry:
    """An entry of what the application answered."""
    given = list(headers)
    kept = [(name, value) for name, value in given if name.lower() not in _OWN_HEADERS]
    named = {name.lower(): value for name, value in given}
    vary = [word.strip() for word in named.get("vary", "").split(",") if word.strip()]
    bodies = {"": body}
    if len(body) >= _WORTH_COMPRESSING and _TEXT.match(named.get("content-type", "")):
        bodies = {"br": brotli.compress(body, quality=5)}
        if "accept-encoding" not in (word.lower() for word in vary):
            vary.append("Accept-Encoding")
    if vary:
        kept.append(("Vary", ", ".join(vary)))
    # Of the headers too: a 304 leaves a proxy those that it has.
    digest = hashlib.sha256(body)
    digest.update(repr(sorted(kept)).encode())
    etag = f'W/"{digest.hexdigest()[:32]}"'
    return Entry(kept, bodies, etag, tags, begun, stored, stored + seconds, grace)


@lru_cache(maxsize=256)
def _preferred(accepted: str) -> tuple[str, ...]:
    """The encodings that an Accept-Encoding header lets through, the smallest first."""
    refused: set[str] = set()
    named: set[str] = set()
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        zero = re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight) is not None
        (refused if zero else named).add(name.strip())
    wanted = [name for name in ("br", "gzip") if name in named or "*" in named]
    return tuple(name for name in wanted if name not in refused)


class Memory:
    """The entries of one process, the least used dropped where they take too much room.

    Args:
        limit: bytes that all entries together may take.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        #: How many times something was dropped because it was purged.
        self.drops = 0
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._keys: defaultdict[str, set[Key]] = defaultdict(set)
        # Which query parameters a path's page declared: without them there is no key.
        self._declared: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Entry | None:
        """The entry, which is then the one used last; it may have expired."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def put(self, key: Key, entry: Entry, drops: int) -> bool:
        """Keep ``entry``, in the place of another one under ``key``; tell whether it is.

        Args:
            drops: what :attr:`drops` was before it was asked whether the entry still
                holds. Where it is another by now, nobody knows.
        """
        with self._lock:
            if drops != self.drops:
                return False
            self._remove(key)
            if entry.size > self.limit // 8:
                return True
            self._entries[key] = entry
            self.size += entry.size
            for tag in entry.tags:
                self._keys[tag].add(key)
            while self.size > self.limit:
                self._remove(next(iter(self._entries)))
            return True

    def drop_tags(self, tags: Iterable[str]) -> None:
        """Drop all entries that show one of ``tags``."""
        with self._lock:
            self.drops += 1
            for tag in tags:
                for key in list(self._keys.get(tag, ())):
                    self._remove(key)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self.drops += 1
            self._entries.clear()
            self._keys.clear()
            self.size = 0

    def declared(self, host: str, path: str) -> tuple[str, ...] | None:
        """The query parameters that the page of a path declared; None where it is not known."""
        return self._declared.get((host, path))

    def declare(self, host: str, path: str, names: tuple[str, ...]) -> None:
        """Note what the page of a path declared."""
        with self._lock:
            self._declared[host, path] = names
            while len(self._declared) > 20_000:
                self._declared.popitem(last=False)

    def _remove(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.size -= entry.size
        for tag in entry.tags:
            keys = self._keys[tag]
            keys.discard(key)
            if not keys:
                del self._keys[tag]

    def __iter__(self) -> Iterator[Key]:
        with self._lock:
            return iter(list(self._entries))
