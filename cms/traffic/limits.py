"""How often one visitor is counted: as often as people read, not as often as a script asks."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings

WINDOW = 60  # seconds
# A window with more visitors than this is no window of readers; it begins anew.
MOST_VISITORS = 200_000


class TooManyViewsError(Exception):
    """The visitor was here as often as one may be within a minute."""


class RateLimit:
    """Counts what each visitor asks for within a minute, in this process's memory.

    Several processes do not tell one another: each allows as many. Nothing is
    asked of the database or of Redis, because this is asked at each view.
    """

    def __init__(self, most: Callable[[], int]) -> None:
        """Args: most: how often one visitor may come within a minute."""
        self._most = most
        self._window = -1
        self._views: dict[str, int] = {}

    def clear(self) -> None:
        """Forget who was counted."""
        self._views = {}

    def take(self, visitor: str) -> None:
        """Note that ``visitor`` is here. Raises TooManyViewsError where that is too often."""
        window = int(time.monotonic()) // WINDOW
        if window != self._window or len(self._views) >= MOST_VISITORS:
            self._window, self._views = window, {}
        # Two threads at once may take the same place: a limit, not a count.
        taken = self._views.get(visitor, 0)
        if taken >= self._most():
            raise TooManyViewsError
        self._views[visitor] = taken + 1


LIMIT = RateLimit(lambda: settings.SEN_VIEWS_A_MINUTE)
