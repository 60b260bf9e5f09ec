"""Telling how far a long piece of work is, how fast it goes and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable

#: Seconds between two lines.
INTERVAL = 5


class Meter:
    """Counts articles.

    Args:
        total: how many there are to write, those included that are there already.
        say: told a line now and then.
    """

    def __init__(self, total: int, say: Callable[[str], None]) -> None:
        self.total, self.say = total, say
        self.passed = self.written = 0
        self.begun = self.told = time.monotonic()

    def skip(self, count: int) -> None:
        """``count`` of them are there already."""
        self.passed += count

    def advance(self, count: int) -> None:
        """``count`` more are written."""
        self.written += count
        if time.monotonic() - self.told >= INTERVAL:
            self.tell()

    def tell(self) -> None:
        """Say how far the work is."""
        self.told = time.monotonic()
        rate = self.written / max(self.told - self.begun, 0.001)
        left = max(0, self.total - self.passed - self.written)
        line = f"  {self.passed + self.written:,} of {self.total:,} articles, {rate:,.0f}/s"
        if left and rate:
            minutes, seconds = divmod(round(left / rate), 60)
            line += f", {minutes}:{seconds:02} left"
        self.say(line)
