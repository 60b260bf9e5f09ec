"""Finding: the best matches first, and among equals the newest.

How well an entry matches is a step, not a weight: the words together in the title, together
in the text, all of them in the title, anywhere, each first with the marks that were typed and
then without. Steps are the same on every database, and each is one query that an index answers
in the order of time, so that a word which a million articles have costs no more than a rare one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from cms.content.text import nfc
from sites.models import Department

from .models import Entry
from .words import WORD, Query, prefix_token, words_of

#: Up to so many results are counted, and put in order at once.
COUNTED = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Within:
    """What a search is narrowed down to.

    Attributes:
        department_id: one site; None for all that are open.
        section_ids: only these sections' things; none given, all.
        kind: only this source's things; empty for all.
        without: no things of these sources.
        begin, end: published from ``begin`` until before ``end``; None for no limit.
    """

    department_id: int | None = None
    section_ids: Collection[int] = ()
    kind: str = ""
    without: Collection[str] = ()
    begin: datetime | None = None
    end: datetime | None = None

    def entries(self) -> QuerySet[Entry]:
        """The entries that may be found."""
        entries = Entry.objects.all()
        if self.department_id is not None:
            entries = entries.filter(department_id=self.department_id)
        else:
            # By their ids: a join would hide from the planner that nearly all are open.
            closed = Department.objects.filter(state=Department.State.OPENING)
            entries = entries.filter(repeats=False)
            if keys := list(closed.values_list("pk", flat=True)):
                entries = entries.exclude(department_id__in=keys)
        if self.section_ids:
            entries = entries.filter(section_id__in=self.section_ids)
        if self.kind:
            entries = entries.filter(kind=self.kind)
        if self.without:
            entries = entries.exclude(kind__in=self.without)
        if self.begin is not None:
            entries = entries.filter(at__gte=self.begin)
        if self.end is not None:
            entries = entries.filter(at__lt=self.end)
        return entries


@dataclass(frozen=True, order=True)
class Place:
    """A place among the results: after the entry that matched in this step, then, with that id."""

    step: int
    at: datetime
    pk: int

    @classmethod
    def parse(cls, text: str) -> Place:
        """The place that :meth:`__str__` wrote. Raises ValueError for anything else."""
        parts = text.split("-")
        if len(parts) != 3 or not all(p.isascii() and p.isdecimal() for p in parts):
            raise ValueError("not a place among the results")
        step, micros, pk = map(int, parts)
        if step > 99 or micros > 10**17 or pk >= 2**63:
            raise ValueError("not a place among the results")
        try:
            return cls(step, _EPOCH + timedelta(microseconds=micros), pk)
        except OverflowError as error:
            raise ValueError("not a place among the results") from error

    def __str__(self) -> str:
        return f"{self.step}-{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.pk}"

    @property
    def older(self) -> Q:
        """The entries of the same step that come after this place."""
        return Q(at__lte=self.at) & (Q(at__lt=self.at) | Q(pk__lt=self.pk))


class Hit(NamedTuple):
    """An entry that was found: the thing it is of, and how well it matched.

    Attributes:
        pk, kind, object_id, department_id, at: as :class:`~cms.search.models.Entry` has them.
        step: the number of the condition that it met, see :func:`steps_of`.
    """

    pk: int
    kind: str
    object_id: int
    department_id: int
    at: datetime
    step: int = 0

    @property
    def place(self) -> Place:
        """Where it stands among the results."""
        return Place(self.step, self.at, self.pk)


#: What is read of an entry; its words are many and are not shown.
_READ = ("pk", "kind", "object_id", "department_id", "at")


@dataclass(frozen=True)
class Results:
    """One page of results.

    Attributes:
        hits: in their order.
        count: how many there are in all, at most :data:`COUNTED`.
        more_than_counted: whether there are more than ``count``.
        next: where the next page begins; None on the last one.
    """

    hits: list[Hit]
    count: int
    more_than_counted: bool
    next: Place | None


NOTHING = Results([], 0, False, None)


def steps_of(query: Query) -> list[Q]:
    """The conditions by which results are put in order, the best first; the last is met by all."""
    always = query.required | query.days
    steps: list[Q] = []
    readings = [query.exact, query.plain] if query.has_marks else [query.plain]
    for tokens in readings:
        together = tokens | query.pairs
        in_title = Q(title__has=tokens - always) if tokens - always else None
        if in_title is not None and always:
            in_title &= Q(text__has=always)
        if query.pairs and in_title is not None:
            steps.append(in_title & Q(title__has=query.pairs))
            steps.append(Q(text__has=together))
        if in_title is not None:
            steps.append(in_title)
        steps.append(Q(text__has=tokens))
    return steps


def find(query: Query, within: Within, *, limit: int, after: Place | None = None) -> Results:
    """The next ``limit`` results of ``query`` after a place; nothing for a query without words."""
    if not query:
        return NOTHING
    entries, steps = within.entries(), steps_of(query)
    step = Case(
        *(When(condition, then=Value(number)) for number, condition in enumerate(steps)),
        output_field=IntegerField(),
    )
    few = entries.filter(steps[-1]).annotate(step=step).values_list(*_READ, "step")
    hits = [Hit(*row) for row in few[: COUNTED + 1]]
    if len(hits) <= COUNTED:
        return _page_of_few(hits, limit, after)
    found: list[Hit] = []
    next_place = None
    for number, condition in enumerate(steps):
        if after is not None and number < after.step:
            continue
        rows = entries.filter(condition)
        for better in steps[:number]:
            rows = rows.exclude(better)
        if after is not None and number == after.step:
            rows = rows.filter(after.older)
        wanted = limit + 1 - len(found)
        newest = rows.order_by("-at", "-pk").values_list(*_READ)[:wanted]
        found += (Hit(*row)._replace(step=number) for row in newest)
        if len(found) > limit:
            next_place = found[limit - 1].place
            break
    return Results(found[:limit], COUNTED, True, next_place)


def _page_of_few(hits: Sequence[Hit], limit: int, after: Place | None) -> Results:
    def order(place: Place) -> tuple[int, timedelta, int]:
        return place.step, _EPOCH - place.at, -place.pk

    ordered = sorted(hits, key=lambda hit: order(hit.place))
    left = [hit for hit in ordered if after is None or order(hit.place) > order(after)]
    more = len(left) > limit
    return Results(left[:limit], len(ordered), False, left[limit - 1].place if more else None)


def suggest(typed: str, within: Within, *, limit: int) -> list[Hit]:
    """The newest entries whose title has every word typed; the last one may be half typed."""
    written = WORD.findall(nfc(typed))[:16]
    if not written:
        return []
    # With a space behind it the last word is whole.
    whole = written if not WORD.match(nfc(typed)[-1]) else written[:-1]
    tokens = {word.exact for word in words_of(" ".join(whole))}
    if len(whole) < len(written):
        tokens.add(prefix_token(written[-1]))
    rows = within.entries().filter(title__has=tokens).order_by("-at", "-pk")
    return [Hit(*row) for row in rows.values_list(*_READ)[:limit]]
