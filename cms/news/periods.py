"""Years, months and days of the archive, in the province's own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

# Older than any portal; a year before it is a slip of the keyboard, not an archive.
FIRST_YEAR = 1990


@dataclass(frozen=True)
class Period:
    """A year, a month of it, or a day of that.

    Args:
        year, month, day: ``month`` and ``day`` are None for the wider periods.

    Raises:
        ValueError: there is no such date, or its year is out of range.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= timezone.localdate().year + 1:
            raise ValueError(f"no archive for the year {self.year}")
        date(
            self.year,
            1 if self.month is None else self.month,
            1 if self.day is None else self.day,
        )

    @property
    def kind(self) -> str:
        """``year``, ``month`` or ``day``."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day."""
        if self.day:
            return self.first
        if self.month:
            return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(1)
        return date(self.year, 12, 31)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The moment it begins and the moment the next one begins, in local time."""
        return start_of(self.first), start_of(self.last + timedelta(days=1))

    @property
    def path(self) -> str:
        """Its part of an address, such as ``2018/01/26/``."""
        parts = [f"{self.year:04d}"]
        if self.month:
            parts.append(f"{self.month:02d}")
        if self.day:
            parts.append(f"{self.day:02d}")
        return "/".join(parts) + "/"


def start_of(day: date) -> datetime:
    """Midnight at the beginning of ``day``, local time."""
    return timezone.make_aware(datetime.combine(day, time.min))
