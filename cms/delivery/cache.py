"""What a response depends on, declared while it is rendered, and how it is purged.

A part of a page says how long it keeps, which tags it shows and which words it
varies on; the page cache keeps the page by the sum of it. A tag's version is
the time of its last purge: an entry made before that is never served again, and
a response whose rendering began before it is never stored.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

# Tags outlive every entry that names them.
TAG_TTL = 60 * 60 * 24 * 30
# What shows the list of the province's sites, on whichever of them.
DIRECTORY_TAG = "province:component_sites"


@dataclass(frozen=True)
class Cache:
    """A declaration of cacheability.

    Args:
        max_age: seconds it may be kept; None for as long as its tags hold, 0 for never.
        tags: what it shows; purging one of them drops it.
        vary: what it depends on: ``language``, ``date``, ``query:<name>``, or
            ``query:*`` for the whole query string.
    """

    max_age: int | None = None
    tags: frozenset[str] = field(default_factory=frozenset)
    vary: frozenset[str] = field(default_factory=frozenset)

    @property
    def cacheable(self) -> bool:
        """Whether it may be kept at all."""
        return self.max_age != 0

    def merge(self, other: Cache) -> Cache:
        """The declaration of both together: least age, union of tags and words."""
        ages = [age for age in (self.max_age, other.max_age) if age is not None]
        return Cache(min(ages, default=None), self.tags | other.tags, self.vary | other.vary)


UNCACHEABLE = Cache(max_age=0)


def site_tag(site_id: int) -> str:
    """Everything of a site: its look, name, menu, areas."""
    return f"site:{site_id}"


def news_tag(site_id: int) -> str:
    """Any change in a site's published news."""
    return f"news:{site_id}"


def page_tag(page_id: int) -> str:
    """One page's own content."""
    return f"page:{page_id}"


def tag_of(word: str, site_id: int) -> str:
    """What a plugin calls ``word``, said of one site: ``news`` and ``site``, or its own word.

    ``component_sites`` is the province's list of its sites, which is the same for all.

    What has a colon is a tag already.
    """
    words = {"news": news_tag, "site": site_tag}
    if word in words:
        return words[word](site_id)
    if word == "component_sites":
        return DIRECTORY_TAG
    return word if ":" in word else f"plugin:{site_id}:{word}"


def for_site(declaration: Cache, site_id: int) -> Cache:
    """``declaration`` of a plugin, its tag words said of one site."""
    return replace(declaration, tags=frozenset(tag_of(word, site_id) for word in declaration.tags))


def declare(request: HttpRequest, declaration: Cache) -> None:
    """Say that the response to ``request`` may be kept, and what it depends on.

    For the view that answers: a response whose view declared nothing is not kept.
    """
    request._sen_cache = declaration  # type: ignore[attr-defined]


def collect(request: HttpRequest, declaration: Cache) -> None:
    """Add to what the response depends on; for the parts of a page, such as its widgets.

    Without effect where the view declared nothing: a part cannot make a page
    cacheable that nobody thought about.
    """
    declared = collected_for(request)
    if declared is not None:
        request._sen_cache = declared.merge(declaration)  # type: ignore[attr-defined]


def collected_for(request: HttpRequest) -> Cache | None:
    """What was declared for ``request`` and collected so far; None where nothing was."""
    return getattr(request, "_sen_cache", None)


def purge(*tags: str) -> None:
    """Drop every kept page that shows one of ``tags``, once the transaction is committed."""
    transaction.on_commit(partial(_raise_versions, tags), robust=True)


def _raise_versions(tags: Iterable[str]) -> None:
    now = time.time_ns()
    cache.set_many({tag_key(tag): now for tag in tags}, TAG_TTL)


def tag_versions(tags: Iterable[str]) -> dict[str, int]:
    """When each of ``tags`` was last purged, in nanoseconds; 0 for never."""
    keys = {tag_key(tag): tag for tag in tags}
    found = cache.get_many(keys)
    return {tag: found.get(key, 0) for key, tag in keys.items()}


def tag_key(tag: str) -> str:
    """Where the version of ``tag`` is kept."""
    return f"tag:{tag}"
