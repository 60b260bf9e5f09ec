"""Keeping a widget's HTML by what it declared, so that a new page need not render it anew.

The page cache keeps whole pages; this keeps the parts that many pages share.
The key holds the settings themselves and the value of every word the widget
varies on; an entry is dropped with the tags it shows, and with its site's.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache

from cms.delivery.cache import Cache, for_site, site_tag
from cms.delivery.generations import establish, hold, tag_generations

from .declarations import QUERY
from .widget import WidgetContext

if TYPE_CHECKING:
    from .rendering import Item


@dataclass(frozen=True)
class Kept:
    """A widget's HTML (None: it had nothing to show) and what it depends on.

    Args:
        html: in its frame.
        fragment: whether the page fetches a fresh value after loading.
        declaration: for the page's cache; tags are of one site.
        begun: the generation in which its rendering began.
        rendered_at: when that was, in seconds since 1970.
    """

    html: str | None
    fragment: bool
    declaration: Cache
    begun: int
    rendered_at: float

    def for_page(self) -> Cache:
        """What a page that shows it now depends on: it has aged since it was rendered."""
        if self.declaration.max_age is None:
            return self.declaration
        age = int(time.time() - self.rendered_at)
        return replace(self.declaration, max_age=max(self.declaration.max_age - age, 0))


def output_key(item: Item, ctx: WidgetContext) -> str | None:
    """Where the output of ``item`` is kept; None where it must not be."""
    declared = item.entry.widget.cache
    if declared is None or not declared.cacheable:
        return None
    values: dict[str, Any] = {}
    for word in declared.vary:
        if word == "date":
            values[word] = ctx.today.isoformat()
        elif word == "page":
            values[word] = ctx.page.pk if ctx.page is not None else None
        elif word.startswith(QUERY):
            values[word] = ctx.query.get(word[len(QUERY) :])
    # The version of the code that made it: settings are of the same widget for ever.
    made_by = (item.entry.id, item.entry.widget.version, item.slot, item.id)
    parts = (ctx.site.pk, ctx.language, made_by, item.stored, sorted(values.items()))
    text = json.dumps(parts, sort_keys=True, default=str)
    return "widget:" + hashlib.sha256(text.encode()).hexdigest()


def find_kept(keys: Iterable[str]) -> dict[str, Kept]:
    """What is kept under ``keys`` and still holds, in two looks into the cache."""
    found: dict[str, Kept] = cache.get_many(list(keys))
    tags = {tag for kept in found.values() for tag in kept.declaration.tags}
    known = tag_generations(tags) if found else {}
    return {
        key: kept for key, kept in found.items() if hold(kept.declaration.tags, kept.begun, known)
    }


def keep(key: str, kept: Kept) -> None:
    """Keep an output for as long as its declaration allows."""
    longest: int = settings.SEN_PAGE_MAX_AGE
    if establish(kept.declaration.tags):
        cache.set(key, kept, min(kept.declaration.max_age or longest, longest))


def declaration_for(declared: Cache, site_id: int) -> Cache:
    """``declared`` said of one site; whatever changes the site's look drops it too."""
    return for_site(declared, site_id).merge(Cache(tags=frozenset({site_tag(site_id)})))
