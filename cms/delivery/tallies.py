"""How often a kept page could be shown, for the metrics."""

from __future__ import annotations

import itertools

from prometheus_client import Counter

KEPT_PAGES = Counter(
    "sen_kept_pages_total",
    "Anonymous requests for pages that may be kept: shown from memory (hit), from the shared cache"
    " (shared), old while it is rendered anew (stale), old because that failed (outlived),"
    " rendered (miss)",
    ["state"],
)

kept_pages = KEPT_PAGES.labels


class Tally:
    """A counter that costs next to nothing: it is told in steps.

    To add to a counter of Prometheus takes a lock, and with several processes a write into a
    file; a kept page is answered in some ten microseconds.
    """

    STEP = 16

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        # One call of C: no two threads get the same number.
        self._next = itertools.count(1).__next__

    def count(self) -> None:
        """Count one; every sixteenth tells the counter."""
        if not self._next() % self.STEP:
            self._counter.inc(self.STEP)
