"""The days of a month as a table from Monday to Sunday, and reading a month from an address."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

_MONTH = re.compile(r"(\d{4})-(\d{2})\Z", re.ASCII)
FIRST_YEAR = 1990


@dataclass(frozen=True)
class Month:
    """A month of a year."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month | None:
        """The month that ``text`` names as ``2018-01``; None for anything else."""
        match = _MONTH.match(text)
        if match is None:
            return None
        year, month = int(match[1]), int(match[2])
        return cls(year, month) if year >= FIRST_YEAR and 1 <= month <= 12 else None

    def shifted(self, months: int) -> Month:
        """The month so many months later."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def __lt__(self, other: Month) -> bool:
        return (self.year, self.month) < (other.year, other.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


@dataclass(frozen=True)
class Day:
    """A cell: a day of the month, how many articles it has and where they are."""

    date: date
    count: int
    url: str
    is_today: bool


def weeks(
    month: Month, counts: Mapping[date, int], urls: Mapping[date, str], today: date
) -> list[list[Day | None]]:
    """The month's weeks; None for the days of its neighbours.

    Args:
        counts: how many articles a day has, for the days that have any.
        urls: where those are.
    """
    return [
        [
            Day(day, counts.get(day, 0), urls.get(day, ""), day == today)
            if day.month == month.month
            else None
            for day in week
        ]
        for week in calendar.Calendar(calendar.MONDAY).monthdatescalendar(month.year, month.month)
    ]
