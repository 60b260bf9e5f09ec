"""What a response depends on, declared while it is rendered, and how it is purged.

A part of a page says how long it keeps, which tags it shows and which words it
varies on; the page cache keeps the page by the sum of it. How a purge reaches
all processes is in :mod:`.generations`, who keeps and serves pages in :mod:`.front`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.db import transaction
from django.http import HttpRequest

from .generations import raise_tags

#: Where the declaration stands in a request's environment, for the front to find.
DECLARATION = "sen.cache"
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
    request.META[DECLARATION] = declaration


def collect(request: HttpRequest, declaration: Cache) -> None:
    """Add to what the response depends on; for the parts of a page, such as its widgets.

    Without effect where the view declared nothing: a part cannot make a page
    cacheable that nobody thought about.
    """
    declared = collected_for(request)
    if declared is not None:
        request.META[DECLARATION] = declared.merge(declaration)


def collected_for(request: HttpRequest) -> Cache | None:
    """What was declared for ``request`` and collected so far; None where nothing was."""
    return request.META.get(DECLARATION)


def purge(*tags: str) -> None:
    """Drop every kept page that shows one of ``tags``, once the transaction is committed."""

    # A function with a name: Django logs what a robust one raises by it, and a partial has none.
    def raise_them() -> None:
        raise_tags(tags)

    transaction.on_commit(raise_them, robust=True)
