"""What tests may do to the record and nobody else may: empty it, and tamper with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from cms.record.models import RecordEntry, RecordHead

ENTRIES = RecordEntry._meta.db_table


def empty_record() -> None:
    """Take everything out of the record."""
    with unguarded():
        plain(RecordEntry).delete()
        plain(RecordHead).delete()


@contextmanager
def unguarded() -> Iterator[None]:
    """Switch off what the database itself refuses, as somebody might who has all of it."""
    guarded = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if guarded:
            cursor.execute(f"ALTER TABLE {ENTRIES} DISABLE TRIGGER USER")
        try:
            yield
        finally:
            if guarded:
                cursor.execute(f"ALTER TABLE {ENTRIES} ENABLE TRIGGER USER")


def plain(model: type[models.Model]) -> models.QuerySet[Any]:
    """The rows of ``model`` without what Python refuses."""
    return models.QuerySet(model)
