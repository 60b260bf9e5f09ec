"""Proving the record: every entry, its place, and the end of each chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from sites.models import Department

from .chaining import hash_of_entry, is_marked, is_sealed
from .hashing import keys
from .models import RecordEntry, RecordHead

#: An entry gets its place at once, or within the scheduler's minute.
PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    """Something that is not as Sen wrote it.

    Attributes:
        department: the host of its site, or its key where there is no such site.
        sequence: the place in the chain; None for an entry without one, and for the end.
        problem: what is wrong.
    """

    department: str
    sequence: int | None
    problem: str

    def __str__(self) -> str:
        place = f"entry {self.sequence}" if self.sequence is not None else "record"
        return f"{self.department}: {place}: {self.problem}"


def departments_with_record(only: Department | None = None) -> dict[int, str]:
    """From the key of each department that has a record to its name for people."""
    if only is not None:
        return {only.pk: only.host}
    present = set(RecordEntry.objects.order_by().values_list("department", flat=True).distinct())
    present |= set(RecordHead.objects.values_list("department", flat=True))
    hosts = dict(Department.objects.values_list("pk", "site__hostname"))
    return {key: hosts.get(key, f"department {key}") for key in sorted(present)}


def verify(department_id: int, name: str) -> Iterator[Finding]:
    """What is wrong with a department's record; nothing where it is as Sen wrote it."""
    known = keys()
    head = RecordHead.objects.filter(department=department_id).first()
    entries = RecordEntry.objects.filter(department=department_id)
    expected, previous = 1, ""
    placed: Any = entries.filter(sequence__isnull=False).order_by("sequence", "pk")
    for entry in placed.iterator():
        if entry.sequence > expected:
            yield Finding(name, expected, _missing(expected, entry.sequence - 1))
        elif entry.sequence < expected:
            yield Finding(name, entry.sequence, f"two entries have this place (row {entry.pk})")
        elif entry.previous_hash != previous:
            yield Finding(name, entry.sequence, "does not follow the entry before it")
        if entry.hash != hash_of_entry(entry):
            yield Finding(name, entry.sequence, "was altered after it was sealed")
        elif not is_marked(entry, known):
            yield Finding(name, entry.sequence, "was not written by Sen, or altered with its hash")
        expected, previous = entry.sequence + 1, entry.hash
    yield from _verify_end(name, head, expected - 1, previous)
    yield from _verify_unsealed(name, entries, timezone.now() - PATIENCE)
    for nonce in entries.order_by().values("nonce").annotate(times=Count("pk")).filter(times__gt=1):
        yield Finding(name, None, f"one act stands {nonce['times']} times ({nonce['nonce']})")


def _missing(first: int, last: int) -> str:
    return "is missing" if first == last else f"is missing, and all up to entry {last}"


def _verify_end(name: str, head: RecordHead | None, last: int, last_hash: str) -> Iterator[Finding]:
    if head is None:
        if last:
            yield Finding(name, None, "the end of the chain is missing")
        return
    if not is_sealed(head):
        yield Finding(name, None, "the end of the chain does not bear Sen's seal")
    if head.count > last:
        yield Finding(name, last + 1, _missing(last + 1, head.count))
    elif head.count < last:
        yield Finding(name, head.count + 1, "stands behind the end of the chain")
    elif head.hash != last_hash:
        yield Finding(name, last, "is not the entry with which the chain ends")


def _verify_unsealed(name: str, entries: Any, before: datetime) -> Iterator[Finding]:
    for entry in entries.unsealed().order_by("pk"):
        if not is_marked(entry):
            problem = f"row {entry.pk} was not written by Sen, or altered; it was not sealed"
            yield Finding(name, None, problem)
        elif entry.timestamp < before:
            when = f"{entry.timestamp:%Y-%m-%d %H:%M}"
            yield Finding(name, None, f"row {entry.pk} of {when} was never sealed")


def heads(departments: Iterable[int]) -> list[dict[str, Any]]:
    """The ends of chains, to be kept where whoever alters the database does not get."""
    rows = RecordHead.objects.filter(department__in=departments).order_by("department")
    return [dict(row) for row in rows.values("department", "count", "hash")]


def compare(kept: Iterable[dict[str, Any]], names: dict[int, str]) -> Iterator[Finding]:
    """Where the record no longer holds what it held when the ends ``kept`` were written down."""
    for head in kept:
        key, count = head["department"], head["count"]
        if not count:
            continue
        name = names.get(key, f"department {key}")
        at_place = RecordEntry.objects.filter(department=key, sequence=count)
        found = at_place.values_list("hash", flat=True).first()
        if found is None:
            yield Finding(name, count, "was there when the ends were written down, and is missing")
        elif found != head["hash"]:
            yield Finding(name, count, "is another than when the ends were written down")
