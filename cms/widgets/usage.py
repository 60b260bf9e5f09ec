"""What areas and their revisions hold of a plugin: for ``plugins usage`` and ``plugins purge``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db.models import QuerySet
from wagtail.models import Revision

from cms.plugins.usage import Store, Use

from .models import WidgetArea, WidgetSnapshot
from .registry import widgets

Items = list[Any]


def belongs(item: Any, plugin_id: str) -> bool:
    """Whether a stored item is a widget of this plugin.

    Of a plugin that is not installed only the widget that bears its own name is known.
    """
    name = item.get("type") if isinstance(item, dict) else None
    entry = widgets.get(name) if isinstance(name, str) else None
    return entry.plugin_id == plugin_id if entry is not None else name == plugin_id


def _areas() -> Iterator[tuple[WidgetArea, Items]]:
    field = WidgetArea._meta.get_field("widgets")
    for area in WidgetArea.objects.iterator(chunk_size=500):
        yield area, json.loads(json.dumps(field.get_prep_value(area.widgets)))


def _revisions() -> Iterator[tuple[Revision, Items]]:
    area_type = ContentType.objects.get_for_model(WidgetArea)
    for revision in Revision.objects.filter(content_type=area_type).iterator(chunk_size=500):
        stored = revision.content.get("widgets") or []
        yield revision, json.loads(stored) if isinstance(stored, str) else stored


def _snapshots(plugin_id: str) -> QuerySet[WidgetSnapshot]:
    mine = {entry.id for entry in widgets.all() if entry.plugin_id == plugin_id}
    if widgets.get(plugin_id) is None:
        mine.add(plugin_id)  # as belongs() sees it
    return WidgetSnapshot.objects.filter(widget_id__in=mine)


def find(plugin_id: str) -> Iterable[Use]:
    """The areas and revisions that hold widgets of a plugin, and their snapshots."""
    for what, places in (("area", _areas()), ("revision", _revisions())):
        for place, items in places:
            if count := sum(belongs(item, plugin_id) for item in items):
                yield Use(what, str(place), count)
    for snapshot in _snapshots(plugin_id):
        yield Use("snapshot", str(snapshot))


def export(plugin_id: str) -> Any:
    """The items themselves, by area and by revision, and the snapshots."""
    items = {
        name: [
            {"id": place.pk, "where": str(place), "items": mine}
            for place, items in places
            if (mine := [item for item in items if belongs(item, plugin_id)])
        ]
        for name, places in (("areas", _areas()), ("revisions", _revisions()))
    }
    snapshots = serializers.serialize("json", _snapshots(plugin_id))
    return {**items, "snapshots": json.loads(snapshots)}


def remove(plugin_id: str) -> None:
    """Take a plugin's widgets out of every area and every revision, and forget its snapshots."""
    for area, items in _areas():
        kept = [item for item in items if not belongs(item, plugin_id)]
        if len(kept) != len(items):
            area.widgets = kept
            area.save()
    for revision, items in _revisions():
        kept = [item for item in items if not belongs(item, plugin_id)]
        if len(kept) != len(items):
            revision.content["widgets"] = json.dumps(kept)
            revision.save(update_fields=["content"])
    _snapshots(plugin_id).delete()


WIDGETS = Store(find, export, remove)
