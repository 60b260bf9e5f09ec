"""The public list: what a visitor filters and searches by, and its pages.

A page begins after a document, not at a number: the date of issue and the id are
an index's last columns, so the thousandth page costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.sdk import current_department

from .models import DocumentType, LegalDocument, State, published
from .words import folded, patterns_of

PER_PAGE = 20
AFTER = "sau"
BEFORE = "truoc"
MAX_ID = 2**63 - 1

Choices = list[tuple[str, str]]


# A "loose index scan": each step goes to the next value, over all the rows that share
# the one before. DISTINCT would read every row, as neither database skips by itself.
_DISTINCT = """
WITH RECURSIVE found(value) AS (
    SELECT MIN({column}) FROM {table} WHERE department_id = %(department)s AND is_published
    UNION ALL
    SELECT (
        SELECT MIN({column}) FROM {table}
        WHERE department_id = %(department)s AND is_published AND {column} > found.value
    )
    FROM found WHERE found.value IS NOT NULL
)
SELECT value, {label} FROM found WHERE value IS NOT NULL ORDER BY value
"""
_NEWEST_BODY = """(
    SELECT issuing_body FROM {table}
    WHERE department_id = %(department)s AND is_published AND body_key = found.value
    ORDER BY issued_on DESC, id DESC LIMIT 1
)"""


def _distinct(column: str, label: str = "value") -> list[tuple[Any, Any]]:
    """The values of a column of the published documents, each with its label, an expression.

    One query on the index that begins with ``column``, as quick for 100,000
    documents as for a hundred.
    """
    department = current_department()
    if department is None:
        return []
    table = connection.ops.quote_name(LegalDocument._meta.db_table)
    sql = _DISTINCT.format(table=table, column=column, label=label.format(table=table))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"department": department.pk})
        return list(cursor.fetchall())


def type_choices() -> Choices:
    """The types that published documents have, in the department's order."""
    documents = LegalDocument.objects.filter(is_published=True, type=OuterRef("pk"))
    types = DocumentType.objects.filter(Exists(documents.order_by()))
    return [(kind.slug, kind.name) for kind in types]


def body_choices() -> Choices:
    """The issuing bodies of published documents, by name; of two spellings the newest."""
    return _distinct("body_key", _NEWEST_BODY)


def year_choices() -> Choices:
    """The years of published documents, latest first."""
    return [(str(year), str(year)) for year, _label in reversed(_distinct("year"))]


def matching(documents: QuerySet[LegalDocument], text: str) -> QuerySet[LegalDocument]:
    """Those of ``documents`` that have every word of ``text`` in type, number or summary.

    Without any word nothing is found.
    """
    patterns = patterns_of(text)
    if not patterns:
        return documents.none()
    # A type may be renamed any day: its name is not stored with its documents.
    types = {kind.pk: folded(kind.name) for kind in DocumentType.objects.all()}
    for pattern in patterns:
        ids = [pk for pk, name in types.items() if pattern in name]
        documents = documents.filter(Q(folded__contains=pattern) | Q(type__in=ids))
    return documents


class RegisterFilter(forms.Form):
    """What stands in the address of the list."""

    tu_khoa = forms.CharField(
        label=gettext_lazy("Type, number or words of the summary"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    loai = forms.ChoiceField(label=gettext_lazy("Type of document"), required=False)
    co_quan = forms.ChoiceField(label=gettext_lazy("Issuing body"), required=False)
    nam = forms.ChoiceField(label=gettext_lazy("Year of issue"), required=False)
    hieu_luc = forms.ChoiceField(label=gettext_lazy("Validity"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="register-%s")
        choices = {
            "loai": type_choices(),
            "co_quan": body_choices(),
            "nam": year_choices(),
            "hieu_luc": [(state.value, str(state.label)) for state in State],
        }
        for name, known in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", _("All")), *known]
            field.error_messages["invalid_choice"] = _("The register has none of these.")

    @property
    def is_used(self) -> bool:
        """Whether anything is asked for."""
        return any(self.data.get(name) for name in self.fields)

    @property
    def searches(self) -> bool:
        """Whether words are looked for."""
        return bool(self.data.get("tu_khoa"))

    def documents(self) -> QuerySet[LegalDocument]:
        """The published documents that are asked for, newest first; none for a wrong question."""
        if not self.is_valid():
            return published().none()
        asked = self.cleaned_data
        documents = published()
        if asked["loai"]:
            documents = documents.filter(type=DocumentType.objects.get(slug=asked["loai"]))
        if asked["co_quan"]:
            documents = documents.filter(body_key=asked["co_quan"])
        if asked["nam"]:
            year = int(asked["nam"])
            days = (date(year, 1, 1), date(year, 12, 31))
            documents = documents.filter(issued_on__range=days)
        if asked["hieu_luc"]:
            documents = documents.filter(in_state(State(asked["hieu_luc"])))
        if asked["tu_khoa"]:
            documents = matching(documents, asked["tu_khoa"])
        return documents

    def address(self, **more: str) -> str:
        """The query string that asks for the same, with ``more``."""
        asked = {name: self.data.get(name) for name in self.fields}
        return "?" + urlencode({**{k: v for k, v in asked.items() if v}, **more})


def in_state(state: State) -> Q:
    """The condition that a document is in ``state`` today."""
    today = timezone.localdate()
    not_ended = Q(ends_on=None) | Q(ends_on__gt=today)
    if state is State.ENDED:
        return Q(ends_on__lte=today)
    return not_ended & (
        Q(starts_on__gt=today) if state is State.NOT_YET else Q(starts_on__lte=today)
    )


@dataclass(frozen=True)
class Place:
    """Where a page of the list begins: a document's day of issue and id."""

    issued_on: date
    id: int

    @classmethod
    def of(cls, document: LegalDocument) -> Place:
        """The place of a document."""
        return cls(document.issued_on, document.pk)

    @classmethod
    def parse(cls, text: str) -> Place:
        """The place that ``str(place)`` wrote. Raises ValueError for anything else."""
        day, _dot, number = text.partition(".")
        if not (number.isascii() and number.isdecimal() and len(number) < 20):
            raise ValueError(f"no place in the list: {text!r}")
        return cls(date.fromisoformat(day), min(int(number), MAX_ID))

    def __str__(self) -> str:
        return f"{self.issued_on.isoformat()}.{self.id}"

    def beyond(self, word: str) -> Q:
        """What stands ``lt`` (after it in the list) or ``gt`` (before it)."""
        # The first half alone bounds the index; the second picks among the same day.
        return Q(**{f"issued_on__{word}e": self.issued_on}) & (
            Q(**{f"issued_on__{word}": self.issued_on}) | Q(**{f"id__{word}": self.id})
        )


@dataclass(frozen=True)
class ListPage:
    """One page of the list, and where the ones beside it begin."""

    documents: list[LegalDocument]
    newer: Place | None = None
    older: Place | None = None


def list_page(documents: QuerySet[LegalDocument], query: Mapping[str, str]) -> ListPage:
    """The page of ``documents`` that the address asks for. Raises ValueError for a wrong place."""
    if BEFORE in query:
        place = Place.parse(query[BEFORE])
        rows = documents.filter(place.beyond("gt")).order_by("issued_on", "pk")
        found = list(rows[: PER_PAGE + 1])
        shown = found[:PER_PAGE][::-1]
        newer = Place.of(shown[0]) if len(found) > PER_PAGE else None
        return ListPage(shown, newer, Place.of(shown[-1]) if shown else None)
    after = Place.parse(query[AFTER]) if AFTER in query else None
    found = list((documents.filter(after.beyond("lt")) if after else documents)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    newer = Place.of(shown[0]) if after and shown else None
    return ListPage(shown, newer, Place.of(shown[-1]) if len(found) > PER_PAGE else None)
