"""What an act in a site's life did, or would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Progress = Callable[[int, str], None]


def no_progress(percent: int, doing: str) -> None:
    """Tell nobody."""


@dataclass
class Report:
    """Counts, collisions and warnings, in words.

    Attributes:
        act: what is done, in a few words.
        counts: what moved or changed: ``(what, how many)``.
        collisions: ``(what met what, what was done about it)``.
        warnings: what somebody should look at.
        restless: the counts that readers change at any moment, by what they count.
    """

    act: str
    counts: list[tuple[str, int]] = field(default_factory=list)
    collisions: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    restless: list[str] = field(default_factory=list)

    def count(self, what: Any, number: int, *, restless: bool = False) -> None:
        """Note that ``number`` of something moved or changed; nothing where it is none.

        Args:
            restless: readers change it at any moment, so two reports that differ in
                it alone say the same.
        """
        if not number:
            return
        self.counts.append((str(what), number))
        if restless:
            self.restless.append(str(what))

    def collide(self, what: Any, done: Any) -> None:
        """Note that two things met, and what was done about it."""
        self.collisions.append((str(what), str(done)))

    def warn(self, text: Any) -> None:
        """Note what somebody should look at."""
        self.warnings.append(str(text))

    def as_json(self) -> dict[str, Any]:
        """The report as it is stored."""
        return {
            "act": self.act,
            "counts": [list(pair) for pair in self.counts],
            "collisions": [list(pair) for pair in self.collisions],
            "warnings": self.warnings,
            "restless": self.restless,
        }
