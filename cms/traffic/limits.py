"""How often one visitor is counted: as often as people read, not as often as a script asks."""

from __future__ import annotations

import time

from django.conf import settings

WINDOW = 60  # seconds
# A window with more visitors than this is no window of readers; it begins anew.
MOST_VISITORS = 200_000


class TooManyViewsError(Exception):
    """The visitor was counted as often as one is within a minute."""


class RateLimit:
    """Counts the views of each visitor within a minute, in this process's memory.

    Several processes do not tell one another: each allows as many. Nothing is
    asked of the database or of Redis, because this is asked at each view.
    """

    def __init__(self) -> None:
        self._window = -1
        self._views: dict[str, int] = {}

    def clear(self) -> None:
        """Forget who was counted."""
        self._views = {}

    def take(self, visitor: str) -> None:
        """Note a view. Raises TooManyViewsError after ``SEN_VIEWS_A_MINUTE`` of them."""
        window = int(time.monotonic()) // WINDOW
        if window != self._window or len(self._views) >= MOST_VISITORS:
            self._window, self._views = window, {}
        # Two threads at once may take the same place: a limit, not a count.
        taken = self._views.get(visitor, 0)
        if taken >= settings.SEN_VIEWS_A_MINUTE:
            raise TooManyViewsError
        self._views[visitor] = taken + 1


LIMIT = RateLimit()
