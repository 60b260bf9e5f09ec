"""Rows written past the ORM: COPY on PostgreSQL, one prepared statement elsewhere.

A row is a plain tuple. No model is instantiated and no signal sent, so whoever
writes here sees to what would have listened.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

from django.db import connection, models

Row = Sequence[Any]


class Table:
    """The own table of ``model``, into which tuples of the named columns are written.

    The columns that are not named get the field's default, or NULL.

    Args:
        names: the ``attname`` of each value of a row. A JSON column takes JSON text.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        fields = {field.attname: field for field in model._meta.local_concrete_fields}
        given = [fields.pop(name) for name in names]
        filled = [field for field in fields.values() if not (field.null or field.primary_key)]
        self._fields = given + filled
        self._defaults = tuple(field.get_default() for field in filled)
        quote = connection.ops.quote_name
        self._name = quote(model._meta.db_table)
        self._columns = ", ".join(quote(str(field.column)) for field in self._fields)

    def write(self, rows: Iterable[Row]) -> None:
        """Insert ``rows``; a column that refuses one refuses all of them."""
        full = ((*row, *self._defaults) for row in rows)
        if connection.vendor == "postgresql":
            copy_into(f"{self._name} ({self._columns})", full)
            return
        marks = ", ".join(["%s"] * len(self._fields))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {self._name} ({self._columns}) VALUES ({marks})",  # noqa: S608
                [self._stored(row) for row in full],
            )

    def _stored(self, row: Row) -> list[Any]:
        """The values as this database keeps them."""
        return [
            value
            if isinstance(field, models.JSONField)
            else field.get_db_prep_save(value, connection)
            for field, value in zip(self._fields, row, strict=True)
        ]


def copy_into(target: str, rows: Iterable[Row]) -> None:
    """Send ``rows`` to PostgreSQL; ``target`` is a table with its columns, quoted."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """``count`` ids of ``model`` that nobody else gets.

    Elsewhere than on PostgreSQL only within the transaction, which has to hold the
    database's one lock for writing, as SQLite's does here from its beginning.
    """
    table, column = model._meta.db_table, model._meta.pk.attname
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, column, count],
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
    return list(range(last + 1, last + 1 + count))


class WriteBehind:
    """Writes batches while the caller makes the next ones, on connections of its own.

    Where there is but one writer (SQLite), or the caller's transaction has to see
    what is written, the caller waits instead.
    """

    #: Batches that are written at once.
    WRITERS = 2

    def __init__(self) -> None:
        apart = connection.vendor == "postgresql" and not connection.in_atomic_block
        self._threads = ThreadPoolExecutor(max_workers=self.WRITERS) if apart else None
        self._running: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __call__(self, write: Callable[[], None]) -> None:
        """Run ``write`` as soon as a writer is free; raises what an earlier one raised."""
        if self._threads is None:
            write()
            return
        self._wait_for(self.WRITERS - 1)
        self._running.append(self._threads.submit(_closing, write))

    def wait(self) -> None:
        """Return when everything is written; raises what a write raised."""
        self._wait_for(0)

    def _wait_for(self, left: int) -> None:
        while len(self._running) > left:
            self._running.popleft().result()

    def __exit__(self, *exception: object) -> None:
        if self._threads is not None:
            self._threads.shutdown()


def _closing(write: Callable[[], None]) -> None:
    """Run ``write`` and leave no connection behind in the thread."""
    try:
        write()
    finally:
        connection.close()
