"""The numbers of all sites side by side, for the province's own administrators."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from cms.spreadsheets import Row
from cms.traffic.models import SITE, DailyCount
from cms.traffic.statistics import Period, Totals
from sites.models import Department

from .models import ArticlePage
from .statistics import published_in

#: What the list can be sorted by, most first; the name from A on.
ORDERS = ("views", "visits", "visitors", "published", "name")


@dataclass(frozen=True)
class SiteNumbers:
    """One site in a period.

    Args:
        before: its visits in the period before.
        published: articles that went out, shared ones counted where they run.
        visits: of each day or month, for the small curve.
    """

    department: Department
    totals: Totals
    before: int
    published: int
    visits: list[int]


def site_numbers(period: Period, order: str = "visits") -> list[SiteNumbers]:
    """All sites that are going on: four statements, however many there are."""
    steps, curves = _curves(period)
    before = _visits(period.before)
    published = _published(period)
    sites = Department.base_queryset().exclude(state__in=Department.ENDED).select_related("site")
    found = []
    for department in sites:
        curve = curves[department.site_id]
        found.append(
            SiteNumbers(
                department=department,
                totals=Totals.sum_of(curve.values()),
                before=before.get(department.site_id, 0),
                published=published[department.site.root_page_id],
                visits=[curve[step].visits if step in curve else 0 for step in steps],
            )
        )
    return sorted(found, key=lambda one: _place(one, order))


def _place(one: SiteNumbers, order: str) -> tuple[int, str]:
    number = one.published if order == "published" else getattr(one.totals, order, 0)
    return -number, str(one.department)


def _curves(period: Period) -> tuple[list[date], dict[int, dict[date, Totals]]]:
    """The days or months of the period, and of each site the totals of those that have some."""
    rows = _whole_sites(period)
    step = TruncMonth("day") if period.by_month else F("day")
    names = ("views", "visits", "visitors", "bots")
    sums = {f"sum_{name}": Sum(name) for name in names}
    curves: dict[int, dict[date, Totals]] = defaultdict(dict)
    grouped = rows.order_by().annotate(step=step).values("site_id", "step").annotate(**sums)
    for site, day, *numbers in grouped.values_list("site_id", "step", *sums):
        curves[site][day] = Totals(*numbers)
    steps = {day.replace(day=1) if period.by_month else day for day in period}
    return sorted(steps), curves


def _visits(period: Period) -> dict[int, int]:
    rows = _whole_sites(period).order_by().values("site_id").annotate(sum_visits=Sum("visits"))
    return dict(rows.values_list("site_id", "sum_visits"))


def _whole_sites(period: Period):  # type: ignore[no-untyped-def]
    return DailyCount.objects.filter(page=SITE, day__gte=period.first, day__lte=period.last)


def _published(period: Period) -> Counter[int]:
    rows = ArticlePage.objects.filter(published_in(period), live=True).order_by()
    return Counter(
        dict(
            rows.values("site_root").annotate(number=Count("pk")).values_list("site_root", "number")
        )
    )


def table(found: Iterable[SiteNumbers], period: Period) -> Iterator[Row]:
    """A heading and a row for each site."""
    yield [f"{_('Period')}: {period.first:%d/%m/%Y} – {period.last:%d/%m/%Y}"]
    yield [
        _("Site of a department"),
        _("Address"),
        _("Views"),
        _("Visits"),
        _("Visits in the period before"),
        _("Visitors of each day, added up"),
        _("Articles published"),
    ]
    for one in found:
        yield [
            str(one.department),
            one.department.host,
            one.totals.views,
            one.totals.visits,
            one.before,
            one.totals.visitors,
            one.published,
        ]
