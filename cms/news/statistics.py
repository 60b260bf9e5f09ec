"""A department's numbers by section and article, and its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.spreadsheets import Row, csv_file
from cms.traffic.statistics import Basis, Period, Point, SiteStatistics, Totals
from sites.models import Department

from .models import ArticlePage, SectionPage

#: Articles that the screen and the report name.
MOST_READ = 20


@dataclass(frozen=True)
class SectionViews:
    """Views of a section's articles; ``title`` is empty for what is no article."""

    title: str
    views: int


@dataclass(frozen=True)
class ArticleViews:
    """Views of one page; ``page`` is None where it is deleted."""

    page: ArticlePage | None
    views: int


@dataclass(frozen=True)
class Report:
    """All numbers of a department in a period."""

    department: Department
    period: Period
    totals: Totals
    before: Totals
    curve: list[Point]
    sections: list[SectionViews]
    articles: list[ArticleViews]
    published: int
    basis: Basis


def report_on(department: Department, period: Period) -> Report:
    """The numbers of ``department``: ten statements, however much there is."""
    statistics = SiteStatistics(department.site_id)
    return Report(
        department=department,
        period=period,
        totals=statistics.totals(period),
        before=statistics.totals(period.before),
        curve=statistics.curve(period),
        sections=_by_section(statistics, period),
        articles=_most_read(statistics, period),
        published=_published(department, period),
        basis=statistics.basis(),
    )


def _by_section(statistics: SiteStatistics, period: Period) -> list[SectionViews]:
    section = ArticlePage.objects.filter(pk=OuterRef("page")).values("section")[:1]
    rows = statistics.of_pages(period).annotate(section=Subquery(section)).values("section")
    views = {row["section"]: row["total"] for row in rows.annotate(total=Sum("views"))}
    titles = dict(SectionPage.objects.filter(pk__in=views).values_list("pk", "title"))
    found = [SectionViews(titles.get(pk, ""), number) for pk, number in views.items() if number]
    return sorted(found, key=lambda one: (not one.title, -one.views, one.title))


def _most_read(statistics: SiteStatistics, period: Period) -> list[ArticleViews]:
    # The front page and the sections are read as well, and are no articles.
    read = statistics.most_viewed(period, 3 * MOST_READ)
    pages = ArticlePage.objects.in_bulk([pk for pk, _views in read])
    found = [ArticleViews(pages[pk], views) for pk, views in read if pk in pages]
    return found[:MOST_READ]


def _published(department: Department, period: Period) -> int:
    own = ArticlePage.objects.filter(site_root=department.site.root_page_id, live=True)
    return own.filter(published_in(period)).count()


def published_in(period: Period) -> Q:
    """What went out on one of the period's days."""
    after_last = period.last + timedelta(days=1)
    return Q(published_at__gte=_midnight(period.first), published_at__lt=_midnight(after_last))


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# The report as a table.


def tables(report: Report, author: str) -> Iterator[tuple[str, list[Row]]]:
    """The report's sheets: a name and rows."""
    period, totals, before = report.period, report.totals, report.before
    now = timezone.localtime()
    summary: list[Row] = [
        [_("REPORT ON VISITS")],
        [_("Body"), str(report.department)],
        [_("Address"), report.department.host],
        [_("Period"), f"{period.first:%d/%m/%Y} – {period.last:%d/%m/%Y}"],
        [_("Report made by"), author],
        [_("Made at"), f"{now:%H:%M, %d/%m/%Y}"],
        [],
        ["", _("In the period"), _("The period before")],
        [_("Views"), totals.views, before.views],
        [_("Visits"), totals.visits, before.visits],
        [_("Visitors of each day, added up"), totals.visitors, before.visitors],
        [_("Views by bots, counted nowhere else"), totals.bots, before.bots],
        [_("Articles published"), report.published],
        [],
        [_("Visits ever"), report.basis.total],
        [_("of these opening balance"), report.basis.opening],
    ]
    yield _("In short"), summary
    unit = _("Month") if period.by_month else _("Day")
    by_day: list[Row] = [[unit, _("Views"), _("Visits"), _("Visitors")]]
    for point in report.curve:
        day = f"{point.begins:%m/%Y}" if period.by_month else f"{point.begins:%d/%m/%Y}"
        by_day.append([day, point.totals.views, point.totals.visits, point.totals.visitors])
    yield _("By month") if period.by_month else _("By day"), by_day
    by_section: list[Row] = [[_("Section of the news"), _("Views")]]
    by_section += [
        [one.title or _("Pages that are no articles"), one.views] for one in report.sections
    ]
    yield _("By section"), by_section
    by_article: list[Row] = [[_("Article"), _("Published on"), _("Address"), _("Views")]]
    for one in report.articles:
        if one.page is not None and one.page.published_at is not None:
            moment = timezone.localtime(one.page.published_at)
            title, address = one.page.title, one.page.full_url or ""
            by_article.append([title, f"{moment:%d/%m/%Y}", address, one.views])
    yield _("Most read articles"), by_article


def csv_of(sheets: Iterable[tuple[str, Iterable[Row]]]) -> bytes:
    """The sheets below one another, as CSV."""
    return csv_file(_below_one_another(sheets))


def _below_one_another(sheets: Iterable[tuple[str, Iterable[Row]]]) -> Iterator[Row]:
    for number, (name, rows) in enumerate(sheets):
        if number:
            yield from ([], [name])
        yield from rows
