"""The chain of a department's record: each entry carries the hash of the one before.

An entry is written, with its mark, in the transaction of the act that it tells
of, and takes no lock there: an act never waits for another's. Once that is
committed it gets its place in the chain, in a short transaction under a lock on
the department's head. What was missed, the scheduler finds a minute later.

The mark is made with a key that is not in the database, so whoever has only the
database cannot slip an entry in for us to seal. The head's seal is checked before
it is made anew: a chain that was cut is not covered up by the next entry.
"""

from __future__ import annotations

import logging
from datetime import UTC
from typing import Any

from django.db import models, transaction

from .hashing import hash_of, holds, mark_of
from .models import RecordEntry, RecordHead

logger = logging.getLogger(__name__)

#: What an entry tells: every column but those that are made of them.
TOLD = (
    *("department_id", "timestamp", "user_id", "user_name", "by_province", "kind", "action"),
    *("about", "page_id", "details", "why", "origin", "revision_id", "content_hash", "nonce"),
)
ENTRY, HEAD = "record entry", "record head"
#: Entries that are sealed in one transaction.
BATCH = 500


class ChainBrokenError(Exception):
    """A head that does not hold: nothing is added behind it."""


def told(entry: Any) -> dict[str, Any]:
    """What ``entry`` tells, as it is hashed; the time in UTC, in full."""
    values = {name: getattr(entry, name) for name in TOLD}
    values["timestamp"] = entry.timestamp.astimezone(UTC).isoformat(timespec="microseconds")
    values["nonce"] = entry.nonce.hex if entry.nonce else ""
    return values


def mark(entry: Any) -> str:
    """The mark that Sen gives an entry when it is written."""
    return mark_of(ENTRY, told(entry))


def is_marked(entry: Any, known: list[str] | None = None) -> bool:
    """Whether an entry says what Sen wrote."""
    return holds(entry.mark, ENTRY, told(entry), known)


def hash_of_entry(entry: Any) -> str:
    """The hash of an entry at its place: of all that it tells, and of the hash before it."""
    place = {
        "id": entry.pk,
        "mark": entry.mark,
        "sequence": entry.sequence,
        "previous_hash": entry.previous_hash,
    }
    return hash_of({**told(entry), **place})


def seal_of(head: Any) -> str:
    """The seal of a chain's end."""
    return mark_of(HEAD, _end(head))


def is_sealed(head: Any) -> bool:
    """Whether a chain's end is the one that Sen wrote down."""
    return holds(head.seal, HEAD, _end(head))


def _end(head: Any) -> dict[str, Any]:
    return {"department": head.department_id, "count": head.count, "hash": head.hash}


def seal_soon(department_id: int) -> None:
    """Seal what this transaction writes, once it is committed; a failure hurts nobody."""

    def seal_now() -> None:
        seal(department_id)

    transaction.on_commit(seal_now, robust=True)


def seal(department_id: int) -> int:
    """Give every entry of a department that has none its place in the chain.

    Returns how many got one. An entry without a true mark gets none: it stays
    behind for ``verify_record`` to name.

    Raises:
        ChainBrokenError: the chain's end is not what Sen wrote.
    """
    waiting = RecordEntry.objects.filter(department=department_id).unsealed().order_by("pk")
    sealed, last = 0, 0
    while waiting.filter(pk__gt=last).exists():
        with transaction.atomic():
            head = _locked_head(department_id)
            batch = list(waiting.filter(pk__gt=last)[:BATCH])
            added = append(head, [entry for entry in batch if is_marked(entry)], RecordEntry)
            if added:
                head.save()
        if not batch:
            break
        sealed, last = sealed + added, batch[-1].pk
    return sealed


def append(head: Any, entries: list[Any], model: type[models.Model]) -> int:
    """Put ``entries`` behind ``head``, which the caller saves. Returns how many there are."""
    for entry in entries:
        entry.sequence, entry.previous_hash = head.count + 1, head.hash
        entry.hash = hash_of_entry(entry)
        # The one change that an entry sees in its life, which its own manager refuses.
        rows: models.QuerySet[Any] = models.QuerySet(model)
        rows.filter(pk=entry.pk, sequence=None).update(
            sequence=entry.sequence, previous_hash=entry.previous_hash, hash=entry.hash
        )
        head.count, head.hash = entry.sequence, entry.hash
    head.seal = seal_of(head)
    return len(entries)


def _locked_head(department_id: int) -> RecordHead:
    """The department's head, locked until the end of the transaction; a new one for a new site."""
    heads = RecordHead.objects.select_for_update()
    head = heads.filter(department=department_id).first()
    if head is None:
        if RecordEntry.objects.filter(department=department_id, sequence__gt=0).exists():
            raise ChainBrokenError(f"the record of department {department_id} has lost its end")
        RecordHead.objects.get_or_create(
            department_id=department_id,
            defaults={"seal": seal_of(RecordHead(department_id=department_id))},
        )
        head = heads.get(department=department_id)
    if not is_sealed(head):
        raise ChainBrokenError(
            f"the end of the record of department {department_id} is not as Sen wrote it; "
            "see manage.py verify_record"
        )
    return head


def seal_leftovers() -> None:
    """Seal what was not sealed after its transaction: a job of each minute.

    A chain that is broken, and an entry that Sen did not write, is logged each time.
    """
    unsealed = RecordEntry.objects.all().unsealed().order_by()
    for department_id in unsealed.values_list("department", flat=True).distinct():
        try:
            seal(department_id)
        except ChainBrokenError as error:
            logger.error("%s", error)
            continue
        for entry in unsealed.filter(department=department_id):
            if not is_marked(entry):
                logger.error("entry %s of the record was not written by Sen", entry.pk)
