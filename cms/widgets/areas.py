"""Which area a page shows in each slot: the nearest that is published, in one query.

The nearest on the page or above it within its site; else the province's; else
what the widgets themselves declare.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from wagtail.models import Page

from cms.delivery.cache import site_tag
from cms.delivery.parts import SitePart
from cms.plugins.activation import enabled_plugins
from sites.models import Department

from .defaults import declared_items
from .models import PROVINCE_TAG, WidgetArea
from .registry import widgets


def resolve(
    department: Department | None, page: Page | None = None, *, without: WidgetArea | None = None
) -> dict[str, WidgetArea]:
    """The published area of each slot; a slot for which there is none is left out.

    Args:
        department: whose site; None for what the province has.
        page: a page of that site, or None for a view that is no page: the site's areas.
        without: an area that is passed over, to know what stands behind it.
    """
    wanted = Q(page=None)
    if department is not None:
        own = Q(page=department.site.root_page_id)
        if page is not None and page.path:
            own |= Q(page__path__in=_way_to(page))
        wanted |= own & Q(department=department)
    areas = WidgetArea.objects.filter(wanted, live=True).select_related("page")
    if without is not None and without.pk is not None:
        areas = areas.exclude(pk=without.pk)
    nearest_last = sorted(areas, key=lambda area: area.page.depth if area.page else 0)
    return {area.slot: area for area in nearest_last}


@dataclass(frozen=True)
class PublishedArea:
    """A published area as it is kept: where it hangs, and its widgets as they are stored."""

    slot: str
    page_id: int | None
    path: str
    stored: list[Any]

    def to_area(self) -> WidgetArea:
        """The area, to be shown and never saved."""
        return WidgetArea(slot=self.slot, page_id=self.page_id, widgets=self.stored)


def _published(department: Department) -> list[PublishedArea]:
    """All that a site's pages can show, the nearest to a page last."""
    own_or_provincial = Q(department=department) | Q(page=None)
    areas = WidgetArea.objects.filter(own_or_provincial, live=True).select_related("page")
    found = [
        PublishedArea(
            area.slot, area.page_id, area.page.path if area.page else "", stored_json(area)
        )
        for area in areas
    ]
    return sorted(found, key=lambda area: len(area.path))


PUBLISHED = SitePart(
    "areas", _published, lambda site_id: frozenset({site_tag(site_id), PROVINCE_TAG})
)


def _shown(
    request: HttpRequest, department: Department, page: Page | None
) -> dict[str, WidgetArea]:
    """What :func:`resolve` finds, from what is kept of the site."""
    places = {None, department.site.root_page_id}
    way = _way_to(page) if page is not None and page.path else []
    nearest = {
        area.slot: area
        for area in PUBLISHED.of(request, department)
        if area.page_id in places or area.path in way
    }
    return {slot: area.to_area() for slot, area in nearest.items()}


def _way_to(page: Page) -> list[str]:
    """The tree paths of ``page`` and the pages above it, from the home page on."""
    step = Page.steplen
    return [page.path[:end] for end in range(2 * step, len(page.path) + 1, step)]


def areas_for(
    request: HttpRequest, department: Department, page: Page | None
) -> dict[str, WidgetArea]:
    """:func:`resolve`, once a request; in a preview with the draft in its slot."""
    known: dict[int | None, dict[str, WidgetArea]] | None = getattr(request, "_sen_areas", None)
    if known is None:
        known = {}
        request._sen_areas = known  # type: ignore[attr-defined]
    key = page.pk if page is not None else None
    if key not in known:
        known[key] = _shown(request, department, page)
        draft: WidgetArea | None = getattr(request, "_sen_draft_area", None)
        if draft is not None:
            known[key][draft.slot] = draft
    return known[key]


def raw_items(area: WidgetArea | None, slot: str, enabled: frozenset[str]) -> list[dict[str, Any]]:
    """The stored items of what :func:`resolve` found for ``slot``; see :class:`Item`."""
    if area is None:
        return declared_items(slot, widgets.of_plugins(enabled))
    items: list[dict[str, Any]] = list(area.widgets.raw_data)
    return items


def stored_json(area: WidgetArea) -> list[Any]:
    """The widgets of ``area`` as they are in the database, those that are missing too."""
    items: list[Any] = area.widgets.stream_block.get_prep_value(area.widgets)
    return items


def inherited_items(area: WidgetArea) -> list[Any]:
    """What ``area`` would show if it were not there, as it is stored.

    Of the province's default a site gets what it can show: the settings of
    plugins that it does not use are not for its administrator's eyes.
    """
    source = resolve(area.department, area.page, without=area).get(area.slot)
    if source is None:
        entries = (
            widgets.all()
            if area.department is None
            else widgets.of_plugins(enabled_plugins(area.department))
        )
        return declared_items(area.slot, entries)
    items = stored_json(source)
    if source.page_id is not None or area.department is None:
        return items
    enabled = enabled_plugins(area.department)
    return [item for item in items if _is_shown(item, enabled)]


def _is_shown(item: Any, enabled: frozenset[str]) -> bool:
    name = item.get("type") if isinstance(item, dict) else None
    entry = widgets.get(name) if isinstance(name, str) else None
    return entry is not None and entry.plugin_id in enabled
