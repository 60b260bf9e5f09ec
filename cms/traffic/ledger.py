"""The ledger: a row for each accepted beacon, written before the beacon is answered.

Many requests share one statement: those that arrive while one is written wait and are
the next. So the database is asked a few hundred times a second, however many come.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

from .models import SITE, Hit

#: After a failure nobody tries for so long: who reads must not wait for the counter.
PAUSE = 1.0  # seconds
#: A view that has no key of its own is the same view for so long.
SAME_VIEW = 10  # seconds


class LedgerUnavailableError(Exception):
    """The database takes no hits just now; none was counted."""


@dataclass(frozen=True)
class View:
    """One view of a page, before it is in the ledger.

    Args:
        key: a random name that the page gave it; empty for none. The same key, the
            same view: it is counted once.
        visitor: the visitor's digest of the day.
        page: a Wagtail page's id, or 0 for a page that is none.
    """

    site_id: int
    page: int
    at: datetime
    visitor: str
    is_bot: bool
    key: str = ""

    @property
    def row(self) -> tuple[Any, ...]:
        """The ledger's row of it, in the order of its columns."""
        what = self.key or f"{self.visitor}\0{self.page}\0{int(self.at.timestamp()) // SAME_VIEW}"
        # Of this site: nobody can name a view of another one's.
        key = hashlib.sha256(f"{self.site_id}\0{what}".encode()).hexdigest()[:40]
        return key, self.site_id, self.page or SITE, self.at, self.visitor, self.is_bot, False


@dataclass
class _Batch:
    views: list[View] = field(default_factory=list)
    done: bool = False
    error: Exception | None = None


class GroupCommit:
    """Writes what several threads hand in with one call of ``write``, each waiting for its own."""

    def __init__(self, write: Callable[[Sequence[View]], None]) -> None:
        self._write = write
        self._open = _Batch()
        self._joining = threading.Lock()
        self._writing = threading.Lock()
        self._closed_until = 0.0

    def add(self, view: View) -> None:
        """Return once ``view`` is written. Raises LedgerUnavailableError where it could not be."""
        if time.monotonic() < self._closed_until:
            raise LedgerUnavailableError
        with self._joining:
            batch = self._open
            batch.views.append(view)
        with self._writing:
            # Whoever gets here first writes for all that arrived meanwhile.
            if not batch.done:
                with self._joining:
                    self._open = _Batch()
                self._finish(batch)
        if batch.error is not None:
            raise LedgerUnavailableError from batch.error

    def _finish(self, batch: _Batch) -> None:
        try:
            if time.monotonic() < self._closed_until:
                raise LedgerUnavailableError
            self._write(batch.views)
        except (DatabaseError, InterfaceError, LedgerUnavailableError) as error:
            batch.error = error
            self._closed_until = time.monotonic() + PAUSE
        finally:
            batch.done = True


def _insert(views: Sequence[View]) -> None:
    """Write rows in one statement; keys that are there already are left alone.

    Which is why it may be tried again on a new connection, where the database was
    started anew since this thread last asked.
    """
    rows = [view.row for view in views]
    marks = ",".join(["(%s,%s,%s,%s,%s,%s,%s)"] * len(rows))
    statement = (
        f"INSERT INTO {Hit._meta.db_table}"  # noqa: S608 (names of our own)
        " (key, site_id, page, at, visitor, is_bot, is_counted)"
        f" VALUES {marks} ON CONFLICT (key) DO NOTHING"
    )
    values = [_adapted(value) for row in rows for value in row]
    fresh = connection.connection is None
    try:
        _execute(statement, values)
    except (DatabaseError, InterfaceError):
        if fresh or connection.in_atomic_block:
            raise
        connection.close()
        _execute(statement, values)


def _execute(statement: str, values: list[Any]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
    finally:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


_commits = GroupCommit(_insert)
append = _commits.add
