"""A site's numbers over a period, for its own people: from the counts of the days alone."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Min, QuerySet, Sum

from .models import SITE, DailyCount, OpeningBalance, RollUp

#: A curve of more days than this is drawn by month.
MOST_DAYS = 92


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both included.

    Raises:
        ValueError: ``last`` comes before ``first``.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("the last day comes before the first")

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """As many days just before; of whole months and years, the ones before.

        So a week that has begun is compared with the same days of the last one.
        """
        if self.first.day == 1 and self.last.day == calendar.monthrange(*_month(self.last))[1]:
            months = _months_between(self.first, self.last)
            first = _months_back(self.first, months)
            return Period(first, self.first - timedelta(days=1))
        length = timedelta(days=self.days)
        return Period(self.first - length, self.last - length)

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.days))

    @property
    def by_month(self) -> bool:
        """Whether its curve has a point a month, not a day."""
        return self.days > MOST_DAYS


def periods(today: date) -> dict[str, Period]:
    """The periods that people ask for, by name; a week begins on Monday."""
    return {
        "today": Period(today, today),
        "week": Period(today - timedelta(days=today.weekday()), today),
        "month": Period(today.replace(day=1), today),
        "last_month": _month_before(today),
        "year": Period(today.replace(month=1, day=1), today),
    }


def _month_before(today: date) -> Period:
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


@dataclass(frozen=True)
class Totals:
    """What was counted; ``visitors`` are the sum of each day's, so who came on two counts twice."""

    views: int = 0
    visits: int = 0
    visitors: int = 0
    bots: int = 0

    @classmethod
    def sum_of(cls, totals: Iterable[Totals]) -> Totals:
        """All of them together."""
        each = list(totals)
        return cls(*(sum(getattr(one, name) for one in each) for name in _COLUMNS))


@dataclass(frozen=True)
class Point:
    """A day of the curve, or a month: its first day, and the totals."""

    begins: date
    totals: Totals


@dataclass(frozen=True)
class Basis:
    """What a total is made of: the rule that counts."""

    opening: int
    as_of: date | None
    evidence: str
    counted: int
    since: date | None

    @property
    def total(self) -> int:
        """Visits ever."""
        return self.opening + self.counted


class SiteStatistics:
    """The numbers of one site, each question one statement on an index."""

    def __init__(self, site_id: int) -> None:
        self.site_id = site_id

    def totals(self, period: Period) -> Totals:
        """Of the whole site."""
        found = self._whole(period).aggregate(**{name: Sum(name) for name in _COLUMNS})
        return Totals(**{name: number or 0 for name, number in found.items()})

    def curve(self, period: Period) -> list[Point]:
        """Each day of the period, days without a view too; each month of a long one."""
        by_day = {
            day: Totals(*numbers)
            for day, *numbers in self._whole(period).values_list("day", *_COLUMNS)
        }
        if not period.by_month:
            return [Point(day, by_day.get(day, Totals())) for day in period]
        months: dict[date, list[Totals]] = {day.replace(day=1): [] for day in period}
        for day, totals in by_day.items():
            months[day.replace(day=1)].append(totals)
        return [Point(month, Totals.sum_of(days)) for month, days in months.items()]

    def of_pages(self, period: Period) -> QuerySet[DailyCount]:
        """The rows of single pages, in no order, for whoever adds them up."""
        return self._rows(period).exclude(page=SITE).order_by()

    def most_viewed(self, period: Period, limit: int) -> list[tuple[int, int]]:
        """The pages read most: ``(page id, views)``, most first."""
        rows = self.of_pages(period).values("page").annotate(total=Sum("views"))
        found = rows.filter(total__gt=0).order_by("-total", "-page")[:limit]
        return [(row["page"], row["total"]) for row in found]

    def basis(self) -> Basis:
        """What the number of visits ever is made of."""
        opening = OpeningBalance.objects.filter(site_id=self.site_id, page=SITE).first()
        found = DailyCount.objects.filter(site_id=self.site_id, page=SITE).aggregate(
            counted=Sum("visits"), since=Min("day")
        )
        return Basis(
            opening=opening.amount if opening else 0,
            as_of=opening.as_of if opening else None,
            evidence=opening.evidence if opening else "",
            counted=found["counted"] or 0,
            since=found["since"],
        )

    def _whole(self, period: Period) -> QuerySet[DailyCount]:
        return self._rows(period).filter(page=SITE)

    def _rows(self, period: Period) -> QuerySet[DailyCount]:
        return DailyCount.objects.filter(
            site_id=self.site_id, day__gte=period.first, day__lte=period.last
        )


def rolled_up_at() -> datetime | None:
    """When the counts were last brought up to date; None for never."""
    found: datetime | None = RollUp.objects.aggregate(at=Max("at"))["at"]
    return found


_COLUMNS = ("views", "visits", "visitors", "bots")


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _months_back(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
