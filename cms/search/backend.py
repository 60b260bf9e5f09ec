"""Wagtail's database search for the admin: in Vietnamese, at a province's volume.

Every text is kept as it is and folded, and so is what somebody types: "hoi nghi" finds
"hội nghị", and who types marks finds those first. The databases by themselves fold nothing
(PostgreSQL) or half of the letters and never đ (SQLite).

The text of articles (:class:`LongText`) is left out: the public search has it, in entries of
its own that are made for a million of them.

A title weighs more the shorter it is: its entry's ``title_norm`` is the average
length of titles divided by its own. At every save modelsearch reads that average
from the whole index and looks through the whole index for entries without a norm
(``_refresh_title_norms``; a second and more at a million articles). Here the average is
that of the newest entries, and the norm is set on the entries just written.
``manage.py update_index`` sets all of them from the exact average, as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Avg, F, Model
from django.db.models.functions import Length
from modelsearch.backends.base import BaseIndex
from modelsearch.index import AutocompleteField, RelatedFields, SearchField
from modelsearch.query import Or, PlainText, SearchQuery
from modelsearch.utils import get_content_type_pk
from wagtail.search.backends import database

from cms.content.text import fold, nfc

#: So many titles give the average within a few per cent, which ranking does not notice.
SAMPLE = 200


class LongText(SearchField):  # type: ignore[misc]
    """A field that a search engine beside the database indexes, and the database does not."""


def both_ways(value: Any) -> Any:
    """``value`` in NFC with its text folded behind it, where that differs."""
    if isinstance(value, str):
        text = nfc(value)
        folded = fold(text)
        return text if folded == text else f"{text} {folded}"
    if isinstance(value, list | tuple):
        return [both_ways(item) for item in value]
    return both_ways(str(value)) if value is not None else ""


class _Indexed:
    """An object as the index reads it: each text both ways."""

    def __init__(self, thing: Model) -> None:
        self.thing = thing
        self.pk = thing.pk

    def get_search_fields(self) -> list[Any]:
        return list(_folded(self.thing.get_search_fields()))  # type: ignore[attr-defined]


def _folded(fields: Sequence[Any]) -> Iterator[Any]:
    for field in fields:
        if isinstance(field, RelatedFields):
            yield _FoldedRelated(field.field_name, list(_folded(field.fields)), field)
        elif isinstance(field, LongText):
            continue
        elif isinstance(field, SearchField | AutocompleteField):
            yield _folded_field(field)


def _folded_field(field: Any) -> Any:
    kind = SearchField if isinstance(field, SearchField) else AutocompleteField

    class Folded(kind):  # type: ignore[misc, valid-type]
        def get_value(self, thing: Any) -> Any:
            return both_ways(field.get_value(getattr(thing, "thing", thing)))

    copy = Folded.__new__(Folded)
    copy.__dict__.update(field.__dict__)
    return copy


class _FoldedRelated(RelatedFields):  # type: ignore[misc]
    def __init__(self, field_name: str, fields: list[Any], original: RelatedFields) -> None:
        super().__init__(field_name, fields)
        self.original = original

    def get_value(self, thing: Any) -> Any:
        return self.original.get_value(getattr(thing, "thing", thing))


def folded_query(query: Any) -> Any:
    """``query`` that finds its words folded too; what matches as it was typed ranks higher."""
    if not isinstance(query, PlainText):
        return query
    text = nfc(query.query_string)
    folded = fold(text)
    asked = PlainText(folded, operator=query.operator)
    if folded == text:
        return asked
    return Or([PlainText(text, operator=query.operator), asked])


class _FoldedQuery:
    """Mixed into a query compiler of modelsearch's."""

    def __init__(self, queryset: Any, query: SearchQuery | str, *args: Any, **kwargs: Any) -> None:
        super().__init__(queryset, query, *args, **kwargs)  # type: ignore[call-arg]
        # Only now: the compiler has made a query of a plain string.
        self.query: Any = folded_query(self.query)  # type: ignore[has-type]


class _OwnIndex(BaseIndex):
    """Folds, and sets the norm of the entries that it writes and of no others."""

    entries: Any

    def average_title_length(self) -> float:
        """The average length of the newest titles, in the index's own measure; at least 1."""
        lengths = self.entries.annotate(length=Length("title")).filter(length__gt=0)
        newest = lengths.order_by("-pk")[:SAMPLE]
        return max(1.0, newest.aggregate(average=Avg("length"))["average"] or 1.0)

    def add_items(self, model: type[Model], objs: Sequence[Model]) -> None:
        """Write the entries of ``objs`` and their norms."""
        super().add_items(model, [_Indexed(obj) for obj in objs])
        written = self.entries.filter(
            content_type_id=get_content_type_pk(model), object_id__in=[str(obj.pk) for obj in objs]
        )
        written.annotate(length=Length("title")).filter(length__gt=0).update(
            title_norm=self.average_title_length() / F("length")
        )

    def _refresh_title_norms(self, full: bool = False) -> None:
        """Only what a whole new index asks for; :meth:`add_items` does the rest."""
        if full:
            super()._refresh_title_norms(full=True)


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  (modelsearch asks for the name)
    """The backend for the database in use.

    Raises:
        NotSupportedError: from modelsearch, where the database cannot search.
    """
    # Any other configuration knows words that it leaves out: "so", "do", "an" are English.
    backend = database.SearchBackend({"SEARCH_CONFIG": "simple", **params})
    for name, ours in (
        ("index_class", _OwnIndex),
        ("query_compiler_class", _FoldedQuery),
        ("autocomplete_query_compiler_class", _FoldedQuery),
    ):
        theirs = getattr(backend, name)
        setattr(backend, name, type(theirs.__name__, (ours, theirs), {}))
    return backend
