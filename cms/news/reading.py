"""Reading the news of one site: every listing is one keyset query on one index.

Order is by publication time, newest first, and by id where times are equal, so
it is total and stable. A place in it is a :class:`Cursor`; nothing counts or
skips rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractMonth, TruncDate
from django.utils import timezone
from django.utils.text import slugify as django_slugify
from taggit.models import Tag
from wagtail.models import Page

from cms.content.text import slugify, squeeze

from .periods import Period

if TYPE_CHECKING:
    from .contributors import Contributor
    from .models import ArticlePage, SectionPage

PAGE_SIZE = 20
#: Pages directly below a home page that are looked at.
MOST_SECTIONS = 1000
# What no list shows; to read it for every row takes as long as all the rest.
NOT_LISTED = (
    "draft_title",
    "expire_at",
    "go_live_at",
    "has_unpublished_changes",
    "latest_revision",
    "latest_revision_created_at",
    "live_revision",
    "locked_at",
    "locked_by",
    "owner",
    "search_description",
    "seo_title",
    "translation_key",
)
# What a list of titles shows.
TITLES = ("title", "url_path", "published_at", "locale")


@dataclass(frozen=True)
class Cursor:
    """A place in the order of news: just after the article published then, with that id."""

    published_at: datetime
    pk: int

    @classmethod
    def after(cls, article: ArticlePage) -> Cursor:
        """The place just after ``article``. Raises ValueError where it has no time."""
        if article.published_at is None:
            raise ValueError("an article without publication time has no place in the order")
        return cls(article.published_at, article.pk)

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """The cursor that :meth:`__str__` wrote. Raises ValueError for anything else."""
        stamp, _, pk = text.partition("-")
        if not (stamp.isascii() and stamp.isdigit() and pk.isascii() and pk.isdigit()):
            raise ValueError("not a cursor")
        if len(pk) > 18 or len(stamp) > 17:
            raise ValueError("not a cursor")
        micros = int(stamp)
        try:
            moment = datetime.fromtimestamp(micros // 10**6, UTC)
        except (OverflowError, OSError) as error:
            raise ValueError("not a cursor") from error
        return cls(moment.replace(microsecond=micros % 10**6), int(pk))

    def beyond(self, side: str) -> Q:
        """The articles that come after this place (``lt``) or before it (``gt``)."""
        # The first term lets the index's range be used.
        return Q(**{f"published_at__{side}e": self.published_at}) & (
            Q(**{f"published_at__{side}": self.published_at})
            | Q(published_at=self.published_at, **{f"pk__{side}": self.pk})
        )

    def __str__(self) -> str:
        seconds = int(self.published_at.replace(microsecond=0).timestamp())
        return f"{seconds * 10**6 + self.published_at.microsecond}-{self.pk}"


@dataclass(frozen=True)
class NewsPage:
    """One page of a listing; ``next`` is where it goes on, None at the end."""

    articles: list[ArticlePage]
    next: Cursor | None


@dataclass(frozen=True)
class NewsDay:
    """A day that has news, with how many and its address."""

    date: date
    count: int
    url: str


class SiteNews:
    """The published news of the site whose home page is given, and of nobody else's.

    Args:
        home: the site's home page.
        section: only this section and the sections below it.
    """

    def __init__(self, home: Page, section: SectionPage | None = None) -> None:
        self.home = home
        self.section = section

    def within(self, section: SectionPage) -> SiteNews:
        """The same, of one section."""
        return SiteNews(self.home, section)

    def articles(self) -> QuerySet[ArticlePage]:
        """All of them, unordered; the caller orders or counts."""
        return self.placed().filter(live=True)

    def placed(self) -> QuerySet[ArticlePage]:
        """All articles of the site or section, those that are not live included."""
        from .models import ArticlePage

        articles = ArticlePage.objects.filter(site_root_id=self.home.pk)
        if self.section is not None:
            articles = articles.filter(section_id__in=self._section_ids)
        return articles

    @cached_property
    def _section_ids(self) -> list[int]:
        return _with_those_below(self.section) if self.section is not None else []

    def _listed(self) -> QuerySet[ArticlePage]:
        return (
            self.articles()
            .defer("body", *NOT_LISTED, *(f"section__{name}" for name in NOT_LISTED))
            .select_related("main_image", "section")
            .prefetch_related("main_image__renditions")
            .order_by("-published_at", "-pk")
        )

    def page(
        self, after: Cursor | None = None, period: Period | None = None, size: int = PAGE_SIZE
    ) -> NewsPage:
        """The next ``size`` articles after a place, newest first, within ``period`` if given."""
        articles = self._listed()
        if period is not None:
            begin, end = period.bounds
            articles = articles.filter(published_at__gte=begin, published_at__lt=end)
        if after is not None:
            articles = articles.filter(after.beyond("lt"))
        found = list(articles[: size + 1])
        more = len(found) > size
        found = found[:size]
        return NewsPage(found, Cursor.after(found[-1]) if more else None)

    def latest(self, limit: int, section: SectionPage | None = None) -> list[ArticlePage]:
        """The newest articles, at most ``limit``."""
        news = self if section is None else self.within(section)
        return list(news._listed()[:limit])

    def leading(self, limit: int) -> list[ArticlePage]:
        """The articles that have the top of the front page now, newest first."""
        return list(self._listed().filter(leading_until__gt=timezone.now())[:limit])

    def newer(self, article: ArticlePage, limit: int) -> list[ArticlePage]:
        """The articles next after ``article`` in time, the newest of them first: their titles."""
        cursor = Cursor.after(article)
        rows = self.articles().only(*TITLES).filter(cursor.beyond("gt"))
        return list(rows.order_by("published_at", "pk")[:limit])[::-1]

    def older(self, article: ArticlePage, limit: int) -> list[ArticlePage]:
        """The articles next before ``article`` in time, the newest of them first: their titles."""
        rows = self.articles().only(*TITLES).filter(Cursor.after(article).beyond("lt"))
        return list(rows.order_by("-published_at", "-pk")[:limit])

    def by_ids(self, ids: Iterable[int]) -> dict[int, ArticlePage]:
        """Those of ``ids`` that are published news of this site."""
        return {article.pk: article for article in self._listed().filter(pk__in=list(ids))}

    def tagged(self, name: str, limit: int) -> list[ArticlePage]:
        """The newest articles with a tag of this name, at most ``limit``.

        Capital and small letters are the same, and so are the ways to write a
        letter with its marks. Tags that differ in nothing else count as one; for
        a name that no tag has there are none.
        """
        from .models import ArticleTag

        tags = _tags_named(name)
        tagged = ArticleTag.objects.filter(tag__in=tags).values("content_object")
        return list(self._listed().filter(pk__in=tagged)[:limit]) if tags else []

    def days_with_news(self, year: int, month: int) -> dict[date, int]:
        """The days of a month that have news, with how many. Raises ValueError: no such month."""
        return dict(sorted(self._count_by(TruncDate("published_at"), Period(year, month))))

    def months_with_news(self, year: int) -> dict[int, int]:
        """The months of a year that have news, with how many. Raises ValueError: no such year."""
        return dict(sorted(self._count_by(ExtractMonth("published_at"), Period(year))))

    def _count_by(self, unit: Func, period: Period) -> Iterable[tuple[Any, int]]:
        """How many articles of ``period`` there are in each of its parts that have any.

        What is live says the page's table, of which a join would read every row.
        Counted are all articles, from the index alone, less the few that are not live.
        """
        begin, end = period.bounds
        placed = self.placed().filter(published_at__gte=begin, published_at__lt=end)

        def counted(articles: QuerySet[ArticlePage]) -> Counter[Any]:
            units = articles.annotate(unit=unit).order_by("unit").values_list("unit")
            return Counter(dict(units.annotate(count=Count("pk"))))

        return (counted(placed) - counted(placed.filter(live=False))).items()

    def years_with_news(self) -> list[int]:
        """The years from the newest article's to the oldest's."""
        times = self.articles().values_list("published_at", flat=True)
        oldest = times.order_by("published_at", "pk").first()
        newest = times.order_by("-published_at", "-pk").first()
        if oldest is None or newest is None:
            return []
        last, first = timezone.localdate(newest).year, timezone.localdate(oldest).year
        return list(range(last, first - 1, -1))

    def nearest_days(self, period: Period) -> tuple[NewsDay | None, NewsDay | None]:
        """The nearest day with news before ``period`` and the nearest after it."""
        begin, end = period.bounds
        times = self.articles().values_list("published_at", flat=True)
        before = times.filter(published_at__lt=begin).order_by("-published_at", "-pk").first()
        after = times.filter(published_at__gte=end).order_by("published_at", "pk").first()
        return self._news_day(before), self._news_day(after)

    def _news_day(self, moment: datetime | None) -> NewsDay | None:
        if moment is None:
            return None
        day = timezone.localdate(moment)
        begin, end = Period(day.year, day.month, day.day).bounds
        count = self.articles().filter(published_at__gte=begin, published_at__lt=end).count()
        return NewsDay(day, count, self.day_url(day))

    def sections(self) -> list[SectionPage]:
        """The site's sections that stand directly below its home page, in menu order."""
        from .models import SectionPage

        # The limit keeps PostgreSQL from joining all pages with the sections first.
        below = self.home.get_children().live().order_by("path").values("pk")[:MOST_SECTIONS]
        return list(SectionPage.objects.filter(pk__in=below).order_by("path"))

    def latest_of_each(self, sections: list[SectionPage], limit: int) -> list[list[ArticlePage]]:
        """For each of ``sections`` its newest articles, at most ``limit``; its sub-sections' too.

        The same few queries however many sections there are: the newest of every
        section by the index, then those that are the newest of a whole branch.
        """
        from .models import ArticlePage, SectionPage

        # By the section alone: the site's column would let the planner take its index,
        # and walk through all news for a section that has few.
        own = ArticlePage.objects.filter(section=OuterRef("pk"), live=True)
        own = own.order_by("-published_at", "-pk")
        places = {f"newest_{n}": Subquery(own.values("pk")[n : n + 1]) for n in range(limit)}
        rows = SectionPage.objects.descendant_of(self.home).annotate(**places)
        branch_of = {section.path: section.pk for section in sections}
        depth = len(self.home.path) + Page.steplen
        branches: dict[int, int] = {}
        for path, *keys in rows.values_list("path", *places):
            branch = branch_of.get(path[:depth])
            if branch is not None:
                branches |= dict.fromkeys((key for key in keys if key is not None), branch)
        times = self.articles().filter(pk__in=branches).order_by("-published_at", "-pk")
        newest: dict[int, list[int]] = {section.pk: [] for section in sections}
        for key in times.values_list("pk", flat=True):
            newest[branches[key]].append(key)
        chosen = {branch: keys[:limit] for branch, keys in newest.items()}
        found = self.by_ids(key for keys in chosen.values() for key in keys)
        return [[found[key] for key in chosen[s.pk] if key in found] for s in sections]

    @property
    def root_url(self) -> str:
        """The address below which the archive lies, root-relative, with a slash at its end."""
        if self.section is not None:
            return self.section.local_url
        from .sitepage import NEWS_ROOT

        return f"/{NEWS_ROOT}/"

    def url_for(self, period: Period) -> str:
        """The archive's address for ``period``."""
        return self.root_url + period.path

    def day_url(self, day: date) -> str:
        """The archive's address for a day."""
        return self.url_for(Period(day.year, day.month, day.day))

    def month_url(self, year: int, month: int) -> str:
        """The archive's address for a month."""
        return self.url_for(Period(year, month))


class PersonNews(SiteNews):
    """The site's news that carry the public name of ``person``.

    What the same person wrote under another name is left out: it would tell who is who.
    """

    def __init__(self, home: Page, person: Contributor) -> None:
        super().__init__(home)
        self.person = person

    def placed(self) -> QuerySet[ArticlePage]:
        """Those of this person."""
        from .models import BylineEntry, Contribution

        hers = BylineEntry.objects.filter(person=self.person).exclude(role=Contribution.SOURCE)
        printed = hers.order_by().values_list("name", flat=True).distinct()
        names = [name for name in printed if self.person.is_shown_as(name)]
        return super().placed().filter(pk__in=hers.filter(name__in=names).values("article"))


def _with_those_below(section: SectionPage) -> list[int]:
    if section.is_leaf():
        return [section.pk]
    below = type(section).objects.filter(path__startswith=section.path)
    return list(below.values_list("pk", flat=True))


def _tags_named(name: str) -> list[int]:
    """The ids of the tags with this name in any letter case and Unicode form.

    No database compares so, SQLite knows no capital letters beyond ASCII. The
    index on slugs narrows it down: a slug is made of the name when the tag is.
    """
    key = squeeze(name).casefold()
    if not key:
        return []
    slugs = {django_slugify(key, allow_unicode=True), slugify(key)}
    like = [Q(slug__startswith=slug) for slug in slugs if slug] or [Q()]
    found = Tag.objects.filter(reduce(or_, like)).values_list("pk", "name")
    return [pk for pk, text in found if squeeze(text).casefold() == key]
