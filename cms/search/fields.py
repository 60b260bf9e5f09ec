"""A column of search tokens: a ``tsvector`` on PostgreSQL, rows of an FTS5 table on SQLite.

The tokens are made in :mod:`cms.search.words`; the databases split, stem and fold nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup

#: The FTS5 table on SQLite; its rows follow those of the entries by triggers.
FTS_TABLE = "search_entry_words"
#: On PostgreSQL.
GIN_INDEXES = ("search_entry_title", "search_entry_text")
#: PostgreSQL refuses longer lexemes.
LONGEST_TOKEN = 2046  # bytes


def kept(tokens: Iterable[str]) -> list[str]:
    """``tokens`` that a database can keep, in one order."""
    return sorted(token for token in tokens if len(token.encode()) <= LONGEST_TOKEN)


def as_vector(tokens: Iterable[str]) -> str:
    """``tokens`` as PostgreSQL writes a ``tsvector``, for COPY."""
    return " ".join("'{}'".format(token.replace("'", "''")) for token in kept(tokens))


class WordsField(models.Field):  # type: ignore[type-arg]
    """A set of tokens. Its value is an iterable of them; it is searched, not read."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """``tsvector`` on PostgreSQL, ``text`` elsewhere."""
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> str:
        """How PostgreSQL makes a vector of the tokens as they are."""
        if connection.vendor == "postgresql" and not hasattr(value, "as_sql"):
            return "array_to_tsvector(%s::text[])"
        return "%s"

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        """The tokens as an array, or with spaces between them."""
        if value is None or hasattr(value, "as_sql"):
            return value
        tokens = kept(value)
        return tokens if connection.vendor == "postgresql" else " ".join(tokens)


@WordsField.register_lookup
class Has(Lookup):  # type: ignore[type-arg]
    """``title__has=tokens``: the rows that have every one of them."""

    lookup_name = "has"

    def get_prep_lookup(self) -> list[str]:
        """The tokens; without any, nothing could be found by them."""
        tokens = sorted(set(self.rhs))
        if not tokens:
            raise ValueError("no tokens to look for")
        return tokens

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """A ``MATCH`` of the FTS5 table."""
        field = self.lhs.output_field
        wanted = " AND ".join('"{}"'.format(token.replace('"', '""')) for token in self.rhs)
        alias = connection.ops.quote_name(self.lhs.alias)
        # Names of ours; the words are a parameter.
        sql = f"{alias}.id IN (SELECT rowid FROM {FTS_TABLE} WHERE {FTS_TABLE} MATCH %s)"  # noqa: S608
        return sql, [f"{field.column} : ({wanted})"]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """A ``tsquery`` of the tokens as they are."""
        lhs, params = self.process_lhs(compiler, connection)
        wanted = " & ".join("'{}'".format(token.replace("'", "''")) for token in self.rhs)
        return f"{lhs} @@ %s::tsquery", [*params, wanted]
