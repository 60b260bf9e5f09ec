"""Saying how far it is: one line overwritten on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from typing import IO

# Seconds between two lines of the same stage: on a terminal, and in a log.
TERMINAL_INTERVAL = 0.2
LOG_INTERVAL = 10.0


class Progress:
    """Lines such as ``media: 120 of 3,400 files, 350.2 MB``.

    Args:
        stream: where they go; None for nowhere.
    """

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream
        self._terminal = bool(stream is not None and stream.isatty())
        self._said_at = float("-inf")

    def at(self, text: str, done: int | None = None, total: int | None = None) -> None:
        """Say ``text`` unless something was just said; the last of a stage is always said.

        Args:
            done: how much of ``total`` is done, in whatever unit; equal ends the stage.
        """
        if self._stream is None:
            return
        last = done is not None and done == total
        now = time.monotonic()
        interval = TERMINAL_INTERVAL if self._terminal else LOG_INTERVAL
        if not last and now - self._said_at < interval:
            return
        # The next stage begins with a line.
        self._said_at = float("-inf") if last else now
        if self._terminal:
            self._stream.write(f"\r{text[:78]:78}{chr(10) if last else ''}")
        else:
            self._stream.write(f"{text}\n")
        self._stream.flush()


def megabytes(size: int) -> str:
    """A number of bytes in words, as ``1,234.5 MB``."""
    return f"{size / 1_000_000:,.1f} MB"
