"""Writing the entries: after each change by the worker, or all of them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django_tasks import task

from .models import Entry
from .sources import Source, Words, source_of, sources
from .words import Tokenise, day_token, tokens_of, tokens_of_all, tokens_of_title

#: Entries that are written by one statement.
BATCH = 200


def entry_of(kind: str, object_id: int, words: Words, tokenise: Tokenise = tokens_of) -> Entry:
    """The entry, not saved, of what is found by ``words``.

    Args:
        tokenise: :func:`~cms.search.words.tokens_of`, or one that remembers what it read.
    """
    published_on = day_token(timezone.localdate(words.at))
    return Entry(
        kind=kind,
        object_id=object_id,
        department_id=words.department_id,
        section_id=words.section_id,
        at=words.at,
        repeats=words.repeats,
        title=tokens_of_title(words.title),
        text=tokens_of_all([words.title, *words.pieces], tokenise) | {published_on},
    )


def write_entries(source: Source, things: Sequence[Any]) -> None:
    """Make the entries of ``things`` true: written where they are public, else removed."""
    words = source.words(things)
    hidden = [thing.pk for thing in things if thing.pk not in words]
    with transaction.atomic():
        Entry.objects.filter(kind=source.kind, object_id__in=hidden).delete()
        save_entries([entry_of(source.kind, pk, said) for pk, said in words.items()])


def save_entries(entries: list[Entry]) -> None:
    """Insert ``entries``, or put them in the place of what is there of the same things."""
    columns = ("department", "section", "at", "repeats", "title", "text")
    Entry.objects.bulk_create(
        entries,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=("kind", "object_id"),
        update_fields=columns,
    )


@task()
def write_entry(kind: str, object_id: int) -> None:
    """Make one thing's entry true, and those of what repeats it."""
    source = next((found for found in sources() if found.kind == kind), None)
    if source is None:  # of a plugin that is not installed any more
        return
    thing = source.public().filter(pk=object_id).first()
    if thing is None:
        Entry.objects.filter(kind=kind, object_id=object_id).delete()
    else:
        write_entries(source, [thing, *source.repeated_by(thing)])


def write_all(progress: Callable[[str, int, int], None]) -> int:
    """Write all entries anew and remove those of what is gone; return how many there are.

    Nothing is missing meanwhile: each entry is replaced in its place.

    Args:
        progress: told the source's kind, how many are written, and how many there are to write.
    """
    for source in sources():
        public = source.public()
        total, done = public.count(), 0
        for things in batches(public):
            write_entries(source, things)
            done += len(things)
            progress(source.kind, done, total)
        stale(source).delete()
    Entry.objects.exclude(kind__in=[source.kind for source in sources()]).delete()
    return Entry.objects.count()


def missing(source: Source) -> models.QuerySet[Any]:
    """The public things of ``source`` that have no entry and need one."""
    entries = Entry.objects.filter(kind=source.kind, object_id=models.OuterRef("pk"))
    return source.public().filter(~models.Exists(entries))


def stale(source: Source) -> models.QuerySet[Entry]:
    """The entries of what is not public any more, or gone."""
    public = source.public().order_by().filter(pk=models.OuterRef("object_id"))
    return Entry.objects.filter(kind=source.kind).filter(~models.Exists(public))


def batches(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """``rows`` in pieces, each with what the query set fetches ahead."""
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield found
        last = found[-1].pk


def _after_save(sender: type[models.Model], instance: Any, raw: bool = False, **kw: Any) -> None:
    source = source_of(sender)
    if source is None or raw:
        return
    if source.may_be_public(instance):
        write_entry.enqueue(source.kind, instance.pk)
    else:
        # At once: what was taken down is not found until the worker comes.
        Entry.objects.filter(kind=source.kind, object_id=instance.pk).delete()


def _after_delete(sender: type[models.Model], instance: Any, **kwargs: Any) -> None:
    source = source_of(sender)
    if source is not None:
        Entry.objects.filter(kind=source.kind, object_id=instance.pk).delete()


def connect() -> None:
    """Follow what is saved and deleted; called once, when the apps are ready."""
    post_save.connect(_after_save, dispatch_uid="search.after_save")
    post_delete.connect(_after_delete, dispatch_uid="search.after_delete")
