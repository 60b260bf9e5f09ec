"""The columns that repeat the tree: checked and repaired."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from wagtail.models import Page

from .models import ArticlePage, HomePage, SectionPage


@dataclass(frozen=True)
class Fault:
    """An article whose row does not say what the tree says."""

    article_id: int
    column: str
    found: object
    expected: object


def find_faults(articles: QuerySet[ArticlePage] | None = None) -> list[Fault]:
    """Every article whose ``site_root``, ``section`` or ``published_at`` is not true."""
    rows = ArticlePage.objects.all() if articles is None else articles
    sections = dict(SectionPage.objects.values_list("path", "pk"))
    homes = dict(HomePage.objects.values_list("path", "pk"))
    faults: list[Fault] = []
    columns = ("pk", "path", "live", "site_root_id", "section_id", "published_at")
    for pk, path, live, site_root, section, published_at in rows.values_list(*columns).iterator():
        expected_root = homes.get(path[: 2 * Page.steplen])
        expected_section = sections.get(path[: -Page.steplen])
        if site_root != expected_root:
            faults.append(Fault(pk, "site_root_id", site_root, expected_root))
        if section != expected_section:
            faults.append(Fault(pk, "section_id", section, expected_section))
        if live and published_at is None:
            faults.append(Fault(pk, "published_at", None, "a time"))
    return faults


def repair_columns(articles: QuerySet[ArticlePage] | None = None) -> list[Fault]:
    """Make them true; returns what was wrong."""
    faults = find_faults(articles)
    for fault in faults:
        rows = ArticlePage.objects.filter(pk=fault.article_id)
        if fault.column == "published_at":
            article = rows.get()
            rows.update(published_at=article.first_published_at or article.last_published_at)
        else:
            rows.update(**{fault.column: fault.expected})
    return faults


def align_columns(home: Page) -> None:
    """Make ``site_root`` and ``section`` true for all articles below ``home``, few statements."""
    articles = ArticlePage.objects.filter(path__startswith=home.path)
    articles.exclude(site_root=home.pk).update(site_root=home.pk)
    for pk, path, depth in SectionPage.objects.filter(path__startswith=home.path).values_list(
        "pk", "path", "depth"
    ):
        inside = articles.filter(path__startswith=path, depth=depth + 1)
        inside.exclude(section=pk).update(section=pk)
        inside.filter(section=None).update(section=pk)
    articles.filter(site_root=None).update(site_root=home.pk)
