"""Rendering an area: each widget in a boundary of its own.

A widget that fails is left out, written down, and nobody else's concern: the
page is whole without it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.models import Page

from cms.delivery import generations
from cms.delivery.cache import UNCACHEABLE, Cache, collect
from cms.news.reading import SiteNews
from cms.plugins.activation import enabled_for
from cms.plugins.boundary import attempt, page_budget
from cms.plugins.configuration import settings_of
from cms.plugins.failures import Part
from cms.traffic.counts import SiteCounts
from sites.models import Department
from sites.tenancy import department_for

from .areas import areas_for, raw_items
from .declarations import (
    FAILED,
    declared_parameters,
    may_know_page,
    must_be_fragment,
    words_are_declared,
)
from .models import PROVINCE_TAG, WidgetArea
from .output import Kept, declaration_for, find_kept, keep, output_key
from .placement import placed
from .refreshing import find_snapshot
from .registry import RegisteredWidget, widgets
from .widget import WidgetContext

logger = logging.getLogger(__name__)

# How the part of a plugin that is a widget is called where its failures are written down.
WIDGET_PART = "widget "
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Item:
    """One stored widget of an area."""

    slot: str
    id: str
    entry: RegisteredWidget
    stored: dict[str, Any]

    @property
    def fragment_id(self) -> str:
        """How a page asks for the fresh value of this widget."""
        return f"{self.slot}:{self.id}"


def build_context(department: Department, page: Page | None) -> WidgetContext:
    """What widgets of ``department`` on ``page`` may know, yet without query parameters."""
    site = department.site

    def news() -> SiteNews:
        at_home = page is not None and page.pk == site.root_page_id
        return SiteNews(page if at_home else site.root_page)

    return WidgetContext(
        site=site,
        department=department,
        page=page,
        language=get_language() or "vi",
        today=timezone.localdate(timezone=VIETNAM),
        query={},
        settings={},
        snapshot=None,
        news=SimpleLazyObject(news),  # type: ignore[arg-type]
        traffic=SiteCounts(site.pk),
    )


def stored_items(area: WidgetArea | None, slot: str, enabled: frozenset[str]) -> Iterator[Item]:
    """The items that can be shown, in order: of ``area``, or of the widgets' own places."""
    for index, raw in enumerate(raw_items(area, slot, enabled)):
        entry = widgets.get(raw["type"])
        if entry is not None and entry.plugin_id in enabled:
            yield Item(slot, str(raw.get("id") or index), entry, raw["value"])


def render_area(request: HttpRequest, slot: str, page: Page | None = None) -> SafeString:
    """The widgets that ``slot`` shows on ``page`` of the request's site; empty for none.

    Adds to ``request`` what the page now depends on.
    """
    department = department_for(request)
    if department is None:
        return mark_safe("")
    base = build_context(department, page)
    area = areas_for(request, department, page).get(slot)
    if area is None or area.page_id is None:
        # The province may give this slot another default.
        collect(request, Cache(tags=frozenset({PROVINCE_TAG})))
    stored = stored_items(area, slot, enabled_for(request, department))
    items = list(placed(stored, page, request, path=request.path))
    contexts = [context_for(item, base, request.GET) for item in items]
    # A preview shows what nobody has published; nothing of it may be kept.
    preview = getattr(request, "is_preview", False)
    keys = [None if preview else output_key(*pair) for pair in zip(items, contexts, strict=True)]
    kept = find_kept(key for key in keys if key)
    shown = [
        html
        for item, ctx, key in zip(items, contexts, keys, strict=True)
        if (html := _place(request, item, ctx, key, kept.get(key) if key else None))
    ]
    if not shown:
        return mark_safe("")
    return render_to_string("widgets/area.html", {"slot": slot, "widgets": shown})


def context_for(item: Item, base: WidgetContext, parameters: Mapping[str, str]) -> WidgetContext:
    """``base`` narrowed to what ``item``'s widget declared that it depends on."""
    widget = item.entry.widget
    names = declared_parameters(widget)
    # Read only by a widget that looks at it.
    settings: Any = SimpleLazyObject(partial(settings_of, item.entry.plugin_id, base.department))
    return replace(
        base,
        page=base.page if may_know_page(widget) else None,
        query={name: parameters[name] for name in names if name in parameters},
        settings=settings,
    )


def _place(
    request: HttpRequest, item: Item, ctx: WidgetContext, key: str | None, kept: Kept | None
) -> SafeString | None:
    """The HTML of one widget on a page, kept or new; the page is told what it depends on."""
    if kept is None:
        part = widget_part(item.entry)
        outcome = attempt(ctx.department, part, page_budget(), partial(_render, item, ctx, key))
        if outcome.value is None:
            collect(request, FAILED)
            return None
        kept = outcome.value
    if not kept.fragment:
        collect(request, kept.for_page())
    if kept.html is not None:
        return mark_safe(kept.html)  # noqa: S308 (our own template's output)
    # It may have something to show by the time somebody asks.
    return _empty_fragment(item) if kept.fragment else None


def _render(item: Item, ctx: WidgetContext, key: str | None) -> Kept:
    """Render one widget, and keep the output where its declaration allows."""
    begun, rendered_at = generations.begin(), time.time()
    widget = item.entry.widget
    config = item.entry.block.to_python(item.stored)
    if widget.refresh_every is not None:
        ctx = replace(ctx, snapshot=find_snapshot(item, ctx.department))
    declared = widget.cache_for(ctx, config)
    fragment = must_be_fragment(widget, declared)
    html = render_widget(item, ctx, config, fragment=fragment)
    declaration = declaration_for(declared or UNCACHEABLE, ctx.site.pk)
    kept = Kept(None if html is None else str(html), fragment, declaration, begun or 0, rendered_at)
    may_keep = declaration.cacheable and words_are_declared(widget, declaration)
    if key and may_keep and begun is not None:
        keep(key, kept)
    return kept


def widget_part(entry: RegisteredWidget) -> Part:
    """A widget as the boundary and its administrators know it."""
    return Part(entry.plugin_id, WIDGET_PART + entry.id)


def render_widget(
    item: Item, ctx: WidgetContext, config: Any, *, fragment: bool
) -> SafeString | None:
    """One widget in its frame; None where it has nothing to show. Raises what it raises."""
    variables = item.entry.widget.get_context(ctx, config)
    return None if variables is None else in_frame(item, ctx, config, variables, fragment=fragment)


def in_frame(
    item: Item, ctx: WidgetContext, config: Any, variables: dict[str, Any], *, fragment: bool
) -> SafeString:
    """A widget's template with these variables, in the frame that every widget has."""
    widget = item.entry.widget
    body = render_to_string(
        widget.template, {**variables, "ctx": ctx, "config": config, "widget": widget}
    )
    frame = {
        "widget": widget,
        "title": widget.get_title(ctx, config),
        "heading_id": f"widget-{item.slot}-{item.id}",
        "fragment_id": item.fragment_id if fragment else "",
        "body": body,
    }
    return render_to_string("widgets/frame.html", frame)


def render_fragment(
    request: HttpRequest, item: Item, base: WidgetContext, parameters: Mapping[str, str]
) -> SafeString | None:
    """A widget's fresh value, with its frame; adds to ``request`` what it depends on.

    None for a widget that is no fragment (its page is kept or dropped as a
    whole), and for one that failed, which is written down.
    """
    ctx = context_for(item, base, parameters)
    key = output_key(item, ctx)
    kept = find_kept([key]).get(key) if key else None
    if kept is None:
        part = widget_part(item.entry)
        kept = attempt(ctx.department, part, page_budget(), partial(_render, item, ctx, key)).value
    collect(request, FAILED if kept is None else kept.for_page())
    if kept is None or not kept.fragment:
        return None
    return mark_safe(kept.html) if kept.html is not None else _empty_fragment(item)  # noqa: S308


def _empty_fragment(item: Item) -> SafeString:
    return format_html('<div hidden data-sen-fragment="{}"></div>', item.fragment_id)
