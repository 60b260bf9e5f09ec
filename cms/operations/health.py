"""Whether this process can serve: asked by whoever sends it requests."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime

from django.core.cache import caches
from django.db import connection

from .foundations import unapplied_migrations
from .probes import warn

logger = logging.getLogger(__name__)

#: What has not answered within so many seconds does not answer.
PATIENCE = 3.0
#: However many ask: the answer is made once in so many seconds.
HOLDS_FOR = 1.0


class Readiness:
    """Asks what is needed, each in a thread of its own, so that one that hangs is told as well.

    Args:
        checks: from a name to a function that returns a reason, or "" where all is well, and
            that may raise.
    """

    def __init__(self, checks: dict[str, Callable[[], str]]) -> None:
        self._checks = checks
        self._threads = ThreadPoolExecutor(len(checks), thread_name_prefix="readiness")
        self._asked: dict[str, Future[str]] = {}
        self._lock = threading.Lock()
        self._reasons: dict[str, str] = {}
        self._until = 0.0

    def reasons(self) -> dict[str, str]:
        """Why the process cannot serve, by what is missing; nothing where it can."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._reasons = self._ask()
                self._until = time.monotonic() + HOLDS_FOR
            return self._reasons

    def _ask(self) -> dict[str, str]:
        until = time.monotonic() + PATIENCE
        for name, check in self._checks.items():
            # One that still hangs from the last time is not asked once more.
            if name not in self._asked or self._asked[name].done():
                self._asked[name] = self._threads.submit(check)
        found = {name: self._answer(name, until) for name in self._checks}
        return {name: reason for name, reason in found.items() if reason}

    def _answer(self, name: str, until: float) -> str:
        try:
            return self._asked[name].result(max(0.0, until - time.monotonic()))
        except NotInTime:
            return f"no answer within {PATIENCE:g} seconds"
        except Exception as error:  # whatever a client raises; its words may hold an address
            warn(logger, f"not ready: {name}", error)
            return f"no answer ({type(error).__name__})"


def _database() -> str:
    try:
        missing = 0 if _Migrations.applied else unapplied_migrations()
        if missing:
            return f"{missing} migrations are not applied"
        # What this version needs it has from now on; only the connection may go.
        _Migrations.applied = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return ""
    finally:
        # It belongs to this thread, and nobody else closes it.
        connection.close()


class _Migrations:
    applied = False


def _cache() -> str:
    cache = caches["exact"]
    cache.set("operations:ready", 1, 60)
    return "" if cache.get("operations:ready") is not None else "it forgets what it is given"


READINESS = Readiness({"database": _database, "cache": _cache})
