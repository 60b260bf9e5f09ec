"""Who wrote what: in the record of each publication, and in the statistics of a department."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, PageLogEntry

from cms.spreadsheets import Row, xlsx_file
from cms.traffic.counts import SiteCounts
from sites.models import Department

from .bylines import format_byline
from .contributors import Contributor, name_key
from .models import ArticlePage, BylineEntry, Contribution


def byline_for_record(entry: PageLogEntry, page: Page) -> str:
    """The byline with which an article became public; nothing for other acts and pages."""
    if entry.action != "wagtail.publish":
        return ""
    # A shared article is signed by its original's people. Asked for apart: as one
    # condition with OR it would read every byline there is.
    original = ArticlePage.objects.filter(pk=page.pk, original__isnull=False)
    signed = [page.pk, *original.values_list("original", flat=True)]
    rows = BylineEntry.objects.filter(article__in=signed).order_by("sort_order", "pk")
    byline = format_byline((row.name, Contribution(row.role)) for row in rows)
    return _("Byline: %(byline)s") % {"byline": byline} if byline else ""


@dataclass
class Work:
    """What one person did: ``articles`` for each role, by their keys."""

    name: str
    real_name: str = ""
    by_role: dict[Contribution, set[int]] = field(default_factory=dict)
    views: int = 0

    @property
    def articles(self) -> set[int]:
        """Every article, once."""
        return set().union(*self.by_role.values())

    @property
    def in_roles(self) -> list[int]:
        """How many articles in each role, in the order of the roles."""
        return [len(self.by_role.get(role, ())) for role in PERSONAL]


#: What people do; a source is no person.
PERSONAL = [role for role in Contribution if role != Contribution.SOURCE]


def works(
    department: Department,
    since: date | None = None,
    until: date | None = None,
    role: str = "",
    words: str = "",
) -> list[Work]:
    """Who wrote what of what is public now, most articles first.

    Args:
        since, until: the first and the last day of publication, in local time.
        role: only work in this role.
        words: only people with these letters in one of their names.

    Views are all that the articles ever had on the site. A name that belongs to
    nobody known is a row of its own, however it is spelled.
    """
    rows = BylineEntry.objects.filter(
        article__site_root=department.site.root_page_id, article__live=True
    ).exclude(role=Contribution.SOURCE)
    if since is not None:
        rows = rows.filter(article__published_at__gte=_midnight(since))
    if until is not None:
        rows = rows.filter(article__published_at__lt=_midnight(until + timedelta(days=1)))
    if role:
        rows = rows.filter(role=role)
    found = _grouped(department, rows)
    if key := name_key(words):
        found = [work for work in found if key in name_key(f"{work.name} {work.real_name}")]
    views = SiteCounts(department.site_id).views_of(set().union(*(one.articles for one in found)))
    for work in found:
        work.views = sum(views.get(article, 0) for article in work.articles)
    return sorted(found, key=lambda work: (-len(work.articles), -work.views, name_key(work.name)))


def _grouped(department: Department, rows: QuerySet[BylineEntry]) -> list[Work]:
    people = {
        person.pk: person for person in Contributor.of_all_departments.filter(department=department)
    }
    found: dict[int | str, Work] = {}
    listed = rows.order_by().values_list("person_id", "name", "role", "article_id")
    for key, name, role, article in listed.iterator():
        person = people.get(key)
        if person is not None:
            work = found.setdefault(person.pk, Work(person.public_name, person.full_name))
        else:
            work = found.setdefault(name_key(name) or name, Work(name))
        work.by_role.setdefault(Contribution(role), set()).add(article)
    return list(found.values())


def table(found: Iterable[Work]) -> Iterator[Row]:
    """The heading and a row for each person."""
    roles = [str(role.label).capitalize() for role in PERSONAL]
    yield [_("Public name"), _("Full name"), *roles, _("Articles"), _("Views")]
    for work in found:
        yield [
            work.name,
            work.real_name,
            *work.in_roles,
            len(work.articles),
            work.views,
        ]


def as_xlsx(found: Iterable[Work]) -> bytes:
    """An Excel file with one sheet."""
    return xlsx_file([(_("Authors"), table(found))])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
