"""What a backup asks of a database, whichever it is; the two answers are in their own modules."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import FileField

from sites.models import Department

from .errors import BackupError
from .manifest import Contents
from .progress import Progress

#: Runs one statement and gives its rows.
Execute = Callable[[str], Iterable[Sequence[Any]]]


class State(enum.Enum):
    """What stands where a backup is to be restored."""

    EMPTY = "empty"
    USED = "in use"
    FOREIGN = "not Sen's"
    DAMAGED = "damaged"


class Database(Protocol):
    """The database of this system, or one of its kind."""

    kind: str

    def check_backup(self) -> None:
        """Raise BackupError where no backup can be made, before anything is written."""

    def dump(self, file: Path, progress: Progress) -> tuple[Contents, set[str]]:
        """Copy one moment of the database into ``file``.

        Returns:
            what it held at that moment, and the media files that it referred to.
        """

    def check_dump(self, file: Path, contents: Contents, progress: Progress) -> None:
        """Raise BackupError unless ``file`` is whole and holds ``contents``; changes nothing."""

    def check_restore(self, contents: Contents) -> None:
        """Raise BackupError where ``contents`` cannot be restored here; changes nothing."""

    def state(self) -> State:
        """What there is now."""

    def warnings(self) -> list[str]:
        """What the operator should know before what there is now is replaced."""

    def restore(self, file: Path, contents: Contents, progress: Progress) -> None:
        """Put ``file`` in the place of what there is: all of it, or nothing (BackupError)."""


def own_database() -> Database:
    """The database that the settings name.

    Raises:
        BackupError: there is no backup for such a one.
    """
    return database_of(connection.vendor)


def database_of(kind: str) -> Database:
    """A database of ``kind``: ``postgresql`` or ``sqlite``."""
    from .postgresql import PostgreSQL
    from .sqlite import SQLite

    for known in (PostgreSQL, SQLite):
        if known.kind == kind:
            return known()
    raise BackupError(f"there is no backup of a {kind} database")


def state_of(tables: set[str], execute: Execute) -> State:
    """Whether the database with ``tables`` is in use: it has departments or people."""
    if not tables:
        return State.EMPTY
    if "django_migrations" not in tables:
        return State.FOREIGN
    for model in (Department, get_user_model()):
        table = model._meta.db_table
        if table in tables and list(execute(f'SELECT 1 FROM "{table}" LIMIT 1')):  # noqa: S608
            return State.USED
    return State.EMPTY


def read_contents(
    kind: str, version: int, schema: str, tables: set[str], execute: Execute
) -> Contents:
    """Count the rows of ``tables`` and read what else the manifest says of the database."""
    rows = {
        table: int(next(iter(execute(f"SELECT count(*) FROM {quoted(table)}")))[0])  # noqa: S608
        for table in sorted(tables)
    }
    applied = (
        execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        if "django_migrations" in tables
        else []
    )
    migrations = [f"{app}.{name}" for app, name in applied]
    return Contents(kind, version, schema, rows, migrations)


def referenced_files(tables: set[str], execute: Execute) -> set[str]:
    """The names of all media files that rows refer to."""
    names: set[str] = set()
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        for field in model._meta.local_concrete_fields:
            if table not in tables or not isinstance(field, FileField) or not field.column:
                continue
            if field.storage is default_storage:
                column = quoted(field.column)
                statement = f"SELECT DISTINCT {column} FROM {quoted(table)}"  # noqa: S608
                names.update(name for (name,) in execute(statement) if name)
    return names


def quoted(name: str) -> str:
    """A table's or a column's name as both databases read it."""
    return '"' + name.replace('"', '""') + '"'
