"""The areas that a site begins with, and to which its administrator can return."""

from __future__ import annotations

import uuid
from typing import Any

from sites.models import Department

from .models import Slot, WidgetArea
from .registry import widgets

DEFAULT_WIDGETS: dict[str, tuple[str, ...]] = {
    Slot.SIDEBAR: (
        "section_menu",
        "latest_news",
        "date_browser",
        "most_read",
        "visit_counter",
        "links",
    ),
    Slot.HOME: (),
    Slot.ARTICLE_END: (),
}


def default_items(slot: str) -> list[dict[str, Any]]:
    """The default widgets of ``slot`` with their default settings, as they are stored.

    A widget that is not installed is left out.
    """
    items = []
    for widget_id in DEFAULT_WIDGETS.get(slot, ()):
        entry = widgets.get(widget_id)
        if entry is not None:
            value = entry.block.get_prep_value(entry.block.get_default())
            items.append({"type": widget_id, "value": value, "id": str(uuid.uuid4())})
    return items


def make_default_areas(sender: Any, department: Department, **kwargs: Any) -> None:
    """Receiver of ``site_opened``: make the areas that are not there yet."""
    for slot in Slot.values:
        if not WidgetArea.objects.filter(department=department, slot=slot).exists():
            WidgetArea.objects.create(department=department, slot=slot, widgets=default_items(slot))


def reset_area(area: WidgetArea) -> None:
    """Give ``area`` the default widgets with the default settings."""
    # The field makes a stream of the list.
    area.widgets = default_items(area.slot)
    area.save()
