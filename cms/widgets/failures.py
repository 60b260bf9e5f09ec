"""The last failure of each widget on each site, written down for its administrator."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.db import DatabaseError, connection, transaction

from sites.models import Department

from .models import WidgetFailure
from .registry import RegisteredWidget

logger = logging.getLogger(__name__)

# A busy page with a broken widget must not write with every view. In seconds.
WRITE_EVERY = 60


@contextmanager
def savepoint() -> Iterator[None]:
    """Keep an error inside the block from spoiling a transaction that is open around it.

    Outside a transaction a failed statement spoils nothing, and to begin one
    would take SQLite's only write lock for the length of a widget.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    else:
        yield


def record_failure(department: Department, entry: RegisteredWidget, error: Exception) -> None:
    """Log ``error`` with the widget's and the plugin's name, and keep it for the admin."""
    logger.error(
        "widget %s of plugin %s failed on %s",
        entry.id,
        entry.plugin_id,
        department.host,
        exc_info=error,
    )
    if not cache.add(f"widget-failure:{department.pk}:{entry.id}", 1, WRITE_EVERY):
        return
    try:
        with savepoint():
            WidgetFailure.objects.update_or_create(
                department=department,
                widget_id=entry.id,
                defaults={
                    "plugin_id": entry.plugin_id,
                    "message": f"{type(error).__name__}: {error}"[:300],
                    "traceback": "".join(traceback.format_exception(error))[-8000:],
                },
            )
    except DatabaseError:
        logger.exception("the failure of widget %s could not be written down", entry.id)
