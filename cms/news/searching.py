"""What a search of the sites finds of the news: articles, and the pages that are no news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _
from django_tasks import task
from wagtail.models import Page, PageViewRestriction

from cms.search.indexing import batches, write_entries
from cms.search.models import Entry
from cms.search.sources import Found, Source, Words, register_source
from sites.models import Department

from .models import ArticlePage, StandardPage
from .reading import NOT_LISTED

ARTICLES = "tin"
PAGES = "trang"


def _restricted() -> tuple[str, ...]:
    """The tree paths below which only some people may read."""
    return tuple(PageViewRestriction.objects.values_list("page__path", flat=True))


def _texts(page: Any) -> Iterator[str]:
    """The text of a page's body, block by block; pictures of a block are read when it is met."""
    for child in page.body:
        yield from map(str, child.block.get_searchable_content(child.value))


class ArticleSource(Source):
    """Articles, also those that other sites share."""

    kind = ARTICLES
    label = _("News")
    models = (ArticlePage,)

    def public(self) -> QuerySet[ArticlePage]:
        """All that are live, with the department that shows them as ``department_key``."""
        return (
            ArticlePage.objects.filter(live=True)
            .annotate(department_key=F("site_root__sites_rooted_here__department"))
            .exclude(department_key=None)
            .select_related("original")
            .prefetch_related("byline", "tagged_items__tag", "original__byline")
        )

    def may_be_public(self, thing: Any) -> bool:
        """Whether it is live."""
        return bool(thing.live)

    def words(self, things: Sequence[Any]) -> dict[int, Words]:
        """The original's words where an article shows another site's."""
        restricted = _restricted()
        words = {}
        for article in things:
            shown = article.original or article
            if not shown.live or article.path.startswith(restricted):
                continue
            if shown.path.startswith(restricted):
                continue
            words[article.pk] = Words(
                department_id=article.department_key,
                title=shown.title,
                pieces=[
                    shown.lead,
                    *_texts(shown),
                    shown.main_image_caption,
                    *(entry.name for entry in shown.byline.all()),
                    *(item.tag.name for item in article.tagged_items.all()),
                ],
                at=article.published_at,
                section_id=article.section_id,
                repeats=article.original_id is not None,
            )
        return words

    def repeated_by(self, thing: Any) -> Iterable[Any]:
        """Where other sites show it."""
        return self.public().filter(original=thing.pk)

    def found(self, ids: Iterable[int]) -> dict[int, Found]:
        """Those that are live and open to everybody."""
        rows = ArticlePage.objects.live().public().filter(pk__in=list(ids))
        rows = rows.select_related("section", "main_image").defer(
            *NOT_LISTED, *(f"section__{name}" for name in NOT_LISTED)
        )
        return {
            article.pk: Found(
                title=article.title,
                url=article.local_url,
                lead=article.lead,
                pieces=chain([article.lead], _texts(article.original or article)),
                at=article.published_at,
                note=article.section.title if article.section else "",
                picture=article.main_image,
            )
            for article in rows.prefetch_related("main_image__renditions", "original")
            if article.published_at is not None
        }


class PageSource(Source):
    """Pages that are no news: functions, organisation, contact."""

    kind = PAGES
    label = _("Pages")
    models = (StandardPage,)

    def public(self) -> QuerySet[StandardPage]:
        """All that are live."""
        return StandardPage.objects.filter(live=True)

    def may_be_public(self, thing: Any) -> bool:
        """Whether it is live."""
        return bool(thing.live)

    def words(self, things: Sequence[Any]) -> dict[int, Words]:
        """Of those that stand on a department's site."""
        restricted = _restricted()
        homes = dict(Department.objects.values_list("site__root_page__path", "pk"))
        words = {}
        for page in things:
            department_id = homes.get(page.path[: 2 * Page.steplen])
            at = page.last_published_at or page.first_published_at
            if department_id is None or at is None or page.path.startswith(restricted):
                continue
            pieces = [page.lead, *_texts(page)]
            words[page.pk] = Words(department_id, page.title, pieces, at)
        return words

    def found(self, ids: Iterable[int]) -> dict[int, Found]:
        """Those that are live and open to everybody."""
        rows = StandardPage.objects.live().public().filter(pk__in=list(ids))
        return {
            page.pk: Found(
                title=page.title,
                url=page.local_url,
                lead=page.lead,
                pieces=chain([page.lead], _texts(page)),
                at=page.last_published_at or page.first_published_at,
            )
            for page in rows
        }


def align_entries(department: Department) -> None:
    """Make the entries of a department's pages say where they stand now; few statements."""
    home = department.site.root_page
    below = Page.objects.descendant_of(home).values("pk")
    moved = Entry.objects.filter(kind__in=(ARTICLES, PAGES), object_id__in=below)
    moved.exclude(department=department).update(department=department)
    section = ArticlePage.objects.filter(pk=OuterRef("object_id")).values("section")
    articles = Entry.objects.filter(kind=ARTICLES, department=department)
    articles.exclude(section=Subquery(section)).update(section=Subquery(section))


@task()
def write_entries_below(path: str) -> None:
    """Make the entries of all pages at and below a place in the tree true."""
    for source in (ARTICLE_SOURCE, PAGE_SOURCE):
        rows = source.public().filter(path__startswith=path).order_by("pk")
        for things in batches(rows):
            write_entries(source, things)


def _restriction_changed(sender: Any, instance: PageViewRestriction, **kwargs: Any) -> None:
    """Pages are open to everybody now, or to some only."""
    write_entries_below.enqueue(instance.page.path)


ARTICLE_SOURCE = ArticleSource()
PAGE_SOURCE = PageSource()


def register() -> None:
    """Have both found; called once, when the apps are ready."""
    register_source(ARTICLE_SOURCE)
    register_source(PAGE_SOURCE)
    for signal in (post_save, post_delete):
        signal.connect(
            _restriction_changed, sender=PageViewRestriction, dispatch_uid="news.restriction"
        )
