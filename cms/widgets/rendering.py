"""Rendering an area: each widget in a boundary of its own.

A widget that fails is left out, written down, and nobody else's concern: the
page is whole without it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
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

from cms.delivery.cache import Cache, collect
from cms.news.reading import SiteNews
from cms.plugins.activation import enabled_plugins
from cms.traffic.counts import SiteCounts
from sites.models import Department
from sites.tenancy import department_for

from .areas import areas_for, raw_items
from .declarations import FAILED, declared_parameters, for_site, must_be_fragment
from .failures import record_failure, savepoint
from .models import PROVINCE_TAG, WidgetArea
from .registry import RegisteredWidget, widgets
from .widget import WidgetContext

logger = logging.getLogger(__name__)

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


def enabled_for(request: HttpRequest, department: Department) -> frozenset[str]:
    """The department's plugins, read once a request."""
    known: frozenset[str] | None = getattr(request, "_sen_enabled_plugins", None)
    if known is None:
        known = enabled_plugins(department)
        request._sen_enabled_plugins = known  # type: ignore[attr-defined]
    return known


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
    items = stored_items(area, slot, enabled_for(request, department))
    shown = [html for item in items if (html := _render_guarded(request, item, base))]
    if not shown:
        return mark_safe("")
    return render_to_string("widgets/area.html", {"slot": slot, "widgets": shown})


def _render_guarded(request: HttpRequest, item: Item, base: WidgetContext) -> SafeString | None:
    try:
        with savepoint():
            return _render_on_page(request, item, base)
    except Exception as error:
        record_failure(base.department, item.entry, error)
        collect(request, FAILED)
        return None


def _render_on_page(request: HttpRequest, item: Item, base: WidgetContext) -> SafeString | None:
    names = declared_parameters(item.entry.widget)
    query = {name: request.GET[name] for name in names if name in request.GET}
    ctx = replace(base, query=query)
    config = item.entry.block.to_python(item.stored)
    declaration = item.entry.widget.cache_for(ctx, config)
    fragment = must_be_fragment(item.entry.widget, declaration)
    html = render_widget(item, ctx, config, fragment=fragment)
    if not fragment and declaration is not None:
        collect(request, for_site(declaration, ctx.site.pk))
    if html is None and fragment:
        # It may have something to show by the time somebody asks.
        return format_html('<div hidden data-sen-fragment="{}"></div>', item.fragment_id)
    return html


def render_widget(
    item: Item, ctx: WidgetContext, config: Any, *, fragment: bool
) -> SafeString | None:
    """One widget in its frame; None where it has nothing to show. Raises what it raises."""
    widget = item.entry.widget
    variables = widget.get_context(ctx, config)
    if variables is None:
        return None
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


def render_fragment(item: Item, base: WidgetContext) -> SafeString | None:
    """A widget's fresh value, with its frame.

    None for a widget that is no fragment (its page is kept or dropped as a
    whole), and for one that failed, which is written down.
    """
    widget = item.entry.widget
    try:
        with savepoint():
            config = item.entry.block.to_python(item.stored)
            if not must_be_fragment(widget, widget.cache_for(base, config)):
                return None
            html = render_widget(item, base, config, fragment=True)
    except Exception as error:
        record_failure(base.department, item.entry, error)
        return None
    return html or format_html('<div hidden data-sen-fragment="{}"></div>', item.fragment_id)
