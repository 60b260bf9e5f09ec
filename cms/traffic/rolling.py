"""The roll-up: from the ledger's rows to the counts of a day. It alone says what a visit is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from .models import SITE, DailyCount, Hit, Presence, RollUp
from .visitors import VISIT_GAP

#: Rows counted in one transaction: small enough that nobody waits long for it.
BATCH = 2000
#: A beacon that is sent again within this time is known.
REMEMBERED = timedelta(hours=1)

Place = tuple[int, int, date]


@dataclass
class _Counts:
    """What is added to one row of :class:`DailyCount`, in the order of its columns."""

    views: int = 0
    visits: int = 0
    visitors: int = 0
    bots: int = 0


def roll_up() -> int:
    """Add what waits in the ledger to the daily counts; return how many hits that were.

    Each batch is one transaction that marks the rows it adds up, so a crash leaves
    them waiting or counted, never both. Several may be called at once; they take turns.
    """
    counted = 0
    while batch := _roll_up_batch():
        counted += batch
        if batch < BATCH:
            break
    return counted


def forget_counted() -> int:
    """Delete the rows that were counted and whose beacons nobody sends again; say how many."""
    long_ago = timezone.now() - REMEMBERED
    return Hit.objects.filter(is_counted=True, at__lt=long_ago).delete()[0]


@contextmanager
def counters_locked() -> Iterator[RollUp]:
    """A transaction in which nobody else changes the counts, nor what the ledger says of them."""
    with transaction.atomic():
        RollUp.objects.get_or_create(pk=1)
        yield RollUp.objects.select_for_update().get(pk=1)


def _roll_up_batch() -> int:
    # Most seconds nothing waits, and nobody need be locked out to see that.
    if not Hit.objects.filter(is_counted=False).exists():
        RollUp.objects.filter(pk=1).update(at=timezone.now())
        return 0
    with counters_locked() as mark:
        hits = list(Hit.objects.filter(is_counted=False).order_by("at", "key")[:BATCH])
        Hit.objects.filter(pk__in=[hit.pk for hit in hits]).update(is_counted=True)
        _add(_counts_of(hits))
        mark.at = timezone.now()
        mark.save()
    return len(hits)


def _counts_of(hits: list[Hit]) -> dict[Place, _Counts]:
    counts: dict[Place, _Counts] = defaultdict(_Counts)
    seen = _Presences(hit for hit in hits if not hit.is_bot)
    for hit in hits:
        day = timezone.localdate(hit.at)
        whole = counts[hit.site_id, SITE, day]
        parts = [whole] if hit.page == SITE else [whole, counts[hit.site_id, hit.page, day]]
        for part in parts:
            if hit.is_bot:
                part.bots += 1
            else:
                part.views += 1
        if not hit.is_bot:
            is_visitor, is_visit = seen.meet(hit)
            whole.visitors += is_visitor
            whole.visits += is_visit
    seen.save()
    return counts


class _Presences:
    """Who was here when, as far as some hits ask."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        digests = {hit.visitor for hit in hits}
        rows = Presence.objects.filter(digest__in=digests)
        self._last: dict[str, datetime] = dict(rows.values_list("digest", "last_seen"))
        self._changed: dict[str, Presence] = {}

    def meet(self, hit: Hit) -> tuple[bool, bool]:
        """Note a hit; tell whether its visitor is new today, and whether it begins a visit."""
        last = self._last.get(hit.visitor)
        is_visit = last is None or hit.at - last > VISIT_GAP
        self._last[hit.visitor] = at = hit.at if last is None else max(last, hit.at)
        self._changed[hit.visitor] = Presence(site_id=hit.site_id, digest=hit.visitor, last_seen=at)
        return last is None, is_visit

    def save(self) -> None:
        """Write what was noted."""
        Presence.objects.bulk_create(
            self._changed.values(),
            update_conflicts=True,
            unique_fields=["digest"],
            update_fields=["last_seen"],
        )


def _add(counts: dict[Place, _Counts]) -> None:
    """Add to the daily counts, in one statement for each few hundred rows."""
    table = DailyCount._meta.db_table
    names = list(_Counts.__dataclass_fields__)
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in names)
    rows = [(*place, *astuple(count)) for place, count in counts.items()]
    for begin in range(0, len(rows), 500):
        some = rows[begin : begin + 500]
        marks = ",".join(["(%s,%s,%s,%s,%s,%s,%s)"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (site_id, page, day, {', '.join(names)})"  # noqa: S608
                f" VALUES {marks} ON CONFLICT (site_id, page, day) DO UPDATE SET {added}",
                [_adapted(value) for row in some for value in row],
            )


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
