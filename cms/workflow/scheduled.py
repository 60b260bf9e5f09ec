"""What was approved for an hour goes public at it, and what has an end goes away at its end.

Wagtail's ``publish_scheduled`` does the same for one process that does not die: it writes a
publication in several steps, two of them at once publish twice, and one page that cannot be
published keeps all later ones back. Here each is one transaction, done by whoever locks it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

logger = logging.getLogger(__name__)


def publish_due() -> int:
    """Publish what is due and unpublish what has ended; how many.

    Raises:
        Exception: the last of what was raised; everything else was done.
    """
    now, done = timezone.now(), 0
    failed: Exception | None = None
    for rows, act in _due(now):
        for key in list(rows.values_list("pk", flat=True)):
            try:
                with transaction.atomic():
                    row = _lock(rows, key)
                    if row is not None:
                        act(row)
                        done += 1
            # Whatever a page of any kind raises: the others are due as well.
            except Exception as error:
                logger.exception("%s %s could not be published or unpublished", rows.model, key)
                failed = error
    if failed is not None:
        raise failed
    return done


def _due(now: datetime) -> Iterator[tuple[models.QuerySet[Any], Callable[[Any], None]]]:
    """What is due, in the order of its hours, and what is to be done with it."""
    drafts = [model for model in apps.get_models() if issubclass(model, DraftStateMixin)]
    for model in (Page, *(model for model in drafts if not issubclass(model, Page))):
        ended = model._default_manager.filter(live=True, expire_at__lt=now)
        yield ended.order_by("expire_at"), _unpublish
    revisions = Revision.objects.filter(approved_go_live_at__lt=now)
    yield revisions.order_by("approved_go_live_at"), _publish


def _lock(rows: models.QuerySet[Any], key: Any) -> Any:
    """The row, for this transaction only; None where it is no longer due or another has it."""
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    # SQLite has one writer, and its transactions begin as such.
    return rows.filter(pk=key).first()


def _publish(revision: Revision) -> None:
    revision.publish(log_action="wagtail.publish.scheduled")


def _unpublish(row: Any) -> None:
    row.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
