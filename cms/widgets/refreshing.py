"""Outside data: fetched in the background at intervals, kept, and read while a page renders."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from cms.delivery.cache import purge, site_tag
from cms.plugins.activation import enabled_plugins
from cms.plugins.boundary import JOB_BUDGET, attempt
from cms.plugins.failures import Part
from cms.plugins.tasks import BACKEND
from sites.models import Department
from sites.tenancy import acting_for

from .models import WidgetArea, WidgetSnapshot
from .registry import widgets
from .slots import Slot
from .widget import Snapshot

if TYPE_CHECKING:
    from .rendering import Item

logger = logging.getLogger(__name__)

# What a widget's refresh is called among the parts of its plugin.
REFRESH_PART = "refresh of "


def digest_of(stored: Any) -> str:
    """The name of stored settings: the same settings share a snapshot."""
    text = json.dumps(stored, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def find_snapshot(item: Item, department: Department) -> Snapshot | None:
    """What the last refresh of ``item`` brought; None before the first."""
    row = WidgetSnapshot.objects.filter(
        department=department,
        widget_id=item.entry.id,
        digest=digest_of(item.stored),
        refreshed_at__isnull=False,
    ).first()
    return Snapshot(row.value, row.refreshed_at) if row and row.refreshed_at else None


def enqueue_due_refreshes() -> None:
    """Enqueue the refresh of every shown widget whose interval is over."""
    if not any(entry.widget.refresh_every for entry in widgets.all()):
        return
    for department, items in _items_with_refresh():
        for item in items:
            if _claim(department, item):
                refresh_widget.enqueue(
                    department.pk, item.slot, item.id, item.entry.id, item.stored
                )


def _items_with_refresh() -> Iterator[tuple[Department, list[Item]]]:
    """What each department's pages show that wants refreshing: its own, and what it inherits."""
    from .rendering import stored_items

    of_department: dict[int | None, list[WidgetArea]] = {}
    for area in WidgetArea.objects.filter(live=True).iterator():
        of_department.setdefault(area.department_id, []).append(area)
    going_on = Department.objects.exclude(state__in=Department.ENDED)
    for department in going_on.select_related("site"):
        enabled = enabled_plugins(department)
        own = of_department.get(department.pk, [])
        shown: list[tuple[WidgetArea | None, str]] = [(area, area.slot) for area in own]
        covered = {area.slot for area in own if area.page_id == department.site.root_page_id}
        for area in of_department.get(None, []):
            if area.slot not in covered:
                shown.append((area, area.slot))
                covered.add(area.slot)
        shown += [(None, slot) for slot in Slot.values if slot not in covered]
        items = [
            item
            for area, slot in shown
            for item in stored_items(area, slot, enabled)
            if item.entry.widget.refresh_every
        ]
        if items:
            yield department, items


def _claim(department: Department, item: Item) -> bool:
    """Whether ``item`` is due; then it counts as tried, so that nobody else takes it."""
    every = item.entry.widget.refresh_every
    if every is None:
        return False
    now, digest = timezone.now(), digest_of(item.stored)
    rows = WidgetSnapshot.objects.filter(
        department=department, widget_id=item.entry.id, digest=digest
    )
    if rows.filter(tried_at__lte=now - every).update(tried_at=now):
        return True
    if rows.exists():
        return False
    try:
        with transaction.atomic():
            WidgetSnapshot.objects.create(
                department=department, widget_id=item.entry.id, digest=digest, tried_at=now
            )
    except IntegrityError:
        return False
    return True


@task(backend=BACKEND)
def refresh_widget(
    department_id: int, slot: str, item_id: str, widget_id: str, stored: dict[str, Any]
) -> None:
    """Run one refresh and keep what it brings; the site's kept pages are dropped if it is new."""
    from .rendering import Item, build_context, context_for

    department = Department.objects.select_related("site").filter(pk=department_id).first()
    entry = widgets.get(widget_id)
    if department is None or entry is None or entry.plugin_id not in enabled_plugins(department):
        logger.info("the refresh of %s is dropped: it is off or gone", widget_id)
        return
    item = Item(slot, item_id, entry, stored)

    def fetch() -> Any:
        ctx = context_for(item, build_context(department, None), {})
        value = entry.widget.refresh(ctx, entry.block.to_python(stored))
        return json.loads(json.dumps(value))

    with acting_for(department):
        # A part of its own: while a source is away, its widget goes on showing the last value.
        part = Part(entry.plugin_id, REFRESH_PART + entry.id)
        outcome = attempt(department, part, JOB_BUDGET, fetch)
    if outcome.failed:
        return
    rows = WidgetSnapshot.objects.filter(
        department=department, widget_id=entry.id, digest=digest_of(stored)
    )
    before = rows.values_list("value", flat=True).first()
    rows.update(value=outcome.value, refreshed_at=timezone.now())
    if before != outcome.value:
        purge(site_tag(department.site_id))


def forget_old_snapshots() -> None:
    """Delete the snapshots of settings that nobody has had for thirty days."""
    long_ago = timezone.now() - timedelta(days=30)
    WidgetSnapshot.objects.filter(tried_at__lt=long_ago).delete()
