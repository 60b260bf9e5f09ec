"""What the last test of the pages found, as ``make accessibility`` wrote it down."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("report.json")


@dataclass(frozen=True)
class Report:
    """A test of every kind of public page and of our screens.

    Args:
        tested_on: the day.
        axe: version of the rules' program, such as ``4.10.2``.
        pages: addresses of the public pages, one of each kind; ``*`` stands for a name.
        screens: addresses of screens of the admin.
        modes: ``light``, ``dark``, ``contrast``.
        widths: of the window, in CSS pixels.
        rules: number of different rules that were applied.
        violations: what was found, a line each.
    """

    tested_on: date
    axe: str
    pages: list[str]
    screens: list[str]
    modes: list[str]
    widths: list[int]
    rules: int
    violations: list[str]

    def write(self, path: Path = PATH) -> None:
        """Write it down as JSON."""
        values = {**self.__dict__, "tested_on": self.tested_on.isoformat()}
        path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@cache
def report() -> Report:
    """The report of this release. Raises OSError where its file is missing."""
    values = json.loads(PATH.read_text(encoding="utf-8"))
    return Report(**{**values, "tested_on": date.fromisoformat(values["tested_on"])})
