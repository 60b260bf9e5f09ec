"""The boundary around everything a plugin runs: what goes wrong inside stays inside.

Inside it a failing statement spoils no transaction, a statement that takes too
long is cut by the database, statements beyond a number are refused, and the
clock is read. Python code cannot be cut: it is only written down as slow. What
fails five times in a row is left out for ten minutes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from sites.models import Department

from .failures import Part, is_left_out, record_failure, record_success, savepoint

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
# How many of SQLite's steps pass between two looks at the clock.
_STEPS = 10_000


class OverBudget(Exception):  # noqa: N818 (the field's word)
    """A plugin's part took more than it may: statements or seconds."""


@dataclass(frozen=True)
class Budget:
    """What a part may take.

    Args:
        seconds: of the clock, in all; more is a failure, though the result is used.
        statement_seconds: of one SQL statement; it is cut after that.
        statements: SQL statements; the next one is refused.
    """

    seconds: float
    statement_seconds: float
    statements: int


def page_budget() -> Budget:
    """What a widget or another part of a page may take."""
    return Budget(settings.SEN_WIDGET_SECONDS, settings.SEN_WIDGET_STATEMENT_SECONDS, 50)


# A plugin's own page, an admin's act, a job: nobody else waits for it.
REQUEST_BUDGET = Budget(seconds=10, statement_seconds=5, statements=500)
JOB_BUDGET = Budget(seconds=300, statement_seconds=60, statements=10_000)


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """What came of a part: its value, or that it failed or was left out."""

    value: Result | None = None
    failed: bool = False


def attempt(
    department: Department | None, part: Part, budget: Budget, function: Callable[[], Result]
) -> Outcome[Result]:
    """Run ``function`` inside the boundary; it raises nothing.

    A failure is logged and written down. A part whose breaker is open is not run.
    """
    if is_left_out(department, part):
        return Outcome(failed=True)
    began = time.monotonic()
    try:
        with savepoint(), limited_statements(budget):
            value = function()
    # A plugin may raise anything.
    except Exception as error:
        record_failure(department, part, error)
        return Outcome(failed=True)
    took = time.monotonic() - began
    if took > budget.seconds:
        words = _("took %(took)s s, may take %(most)s s")
        slow = OverBudget(words % {"took": f"{took:.1f}", "most": f"{budget.seconds:g}"})
        record_failure(department, part, slow)
    else:
        record_success(department, part)
    return Outcome(value)


@contextmanager
def limited_statements(budget: Budget) -> Iterator[None]:
    """Cut statements that take too long, refuse more than there may be.

    A block that asks the database nothing costs nothing.
    """
    limits = _Limits(budget)
    with connection.execute_wrapper(limits):
        try:
            yield
        finally:
            limits.lift()


class _Limits:
    """Wraps each statement; sets the database's own time limit before the first one."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.count = 0
        self._lift: Callable[[], None] | None = None

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        if self.count > self.budget.statements:
            words = _("asked the database more than %(most)s times")
            raise OverBudget(words % {"most": self.budget.statements})
        if self._lift is None:
            self._lift = self._limit(context["connection"])
        self._statement_began = time.monotonic()
        return execute(sql, params, many, context)

    def _limit(self, database: Any) -> Callable[[], None]:
        if database.vendor == "postgresql":
            return _limit_postgresql(database, self.budget.statement_seconds)
        if database.vendor == "sqlite":
            return self._limit_sqlite(database)
        return lambda: None

    def _limit_sqlite(self, database: Any) -> Callable[[], None]:
        raw = database.connection
        raw.set_progress_handler(self._took_too_long, _STEPS)
        return lambda: raw.set_progress_handler(None, 0)

    def _took_too_long(self) -> int:
        return int(time.monotonic() - self._statement_began > self.budget.statement_seconds)

    def lift(self) -> None:
        if self._lift is not None:
            self._lift()


def _limit_postgresql(database: Any, seconds: float) -> Callable[[], None]:
    """Set ``statement_timeout``; the function that sets it back.

    It would outlive a savepoint, and even ``SET LOCAL`` lasts until the
    transaction's end, so it is set back by hand.
    """
    raw = database.connection
    # Not through Django's cursor: these would be counted as the plugin's own.
    before = getattr(raw, "_sen_statement_timeout", None)
    if before is None:
        [(before,)] = raw.execute("SHOW statement_timeout").fetchall()
        raw._sen_statement_timeout = before
    raw.execute(f"SET statement_timeout = {int(seconds * 1000)}")

    def lift() -> None:
        if raw.closed:
            return
        try:
            raw.execute(f"SET statement_timeout = '{before}'")
        # Inside a failed transaction nothing runs; its rollback takes the setting back.
        except Exception:
            logger.debug("statement_timeout is set back by the rollback", exc_info=True)

    return lift
