"""Writing the ledger and rolling it up: every accepted hit is counted exactly once."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from . import visitors
from .models import SITE, DailyCount, Hit

# Rows moved in one transaction: small enough that writers do not wait long.
BATCH = 2000


def record(request: HttpRequest, site_id: int, page_id: int | None) -> None:
    """Append one view of ``page_id`` (None for a page that is no Wagtail page) to the ledger.

    The caller has left bots out.
    """
    now = timezone.now()
    day = timezone.localdate(now)
    visitor = visitors.digest(request, day)
    with transaction.atomic():
        is_visit = visitors.touch(site_id, visitor, now)
        Hit.objects.create(site_id=site_id, page=page_id or SITE, day=day, is_visit=is_visit)


def roll_up() -> int:
    """Move the ledger into the daily counts; return how many hits were moved.

    Each batch is one transaction that deletes the rows it adds up, so a crash
    leaves them either in the ledger or in the counts. Several may run at once.
    """
    moved = 0
    while batch := _roll_up_batch():
        moved += batch
        if batch < BATCH:
            break
    return moved


@transaction.atomic
def _roll_up_batch() -> int:
    rows = Hit.objects.order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    hits = list(rows.values_list("pk", "site_id", "page", "day", "is_visit")[:BATCH])
    if not hits:
        return 0
    Hit.objects.filter(pk__in=[hit[0] for hit in hits]).delete()
    views: Counter[tuple[int, int, date]] = Counter()
    visits: Counter[tuple[int, int, date]] = Counter()
    for _pk, site_id, page, day, is_visit in hits:
        views[site_id, SITE, day] += 1
        visits[site_id, SITE, day] += is_visit
        if page != SITE:
            views[site_id, page, day] += 1
    # A fixed order: two roll-ups at once take the rows' locks in the same sequence.
    keys = sorted(views)
    DailyCount.objects.bulk_create(
        [DailyCount(site_id=site, page=page, day=day) for site, page, day in keys],
        ignore_conflicts=True,
    )
    for key in keys:
        site_id, page, day = key
        DailyCount.objects.filter(site_id=site_id, page=page, day=day).update(
            views=F("views") + views[key], visits=F("visits") + visits[key]
        )
    return len(hits)
