"""What the news pages show: listings, archives, feeds, and an article's surroundings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.delivery.cache import Cache, collect
from cms.traffic.counts import SiteCounts
from sites.models import Department
from sites.tenancy import department_for
from sites.tree import local_url

from .contributors import Contributor
from .feeds import build_feed
from .periods import Period
from .reading import Cursor, NewsPage, PersonNews, SiteNews

if TYPE_CHECKING:
    from .models import ArticlePage, HomePage, SectionPage

AFTER = "sau"
NEIGHBOURS = 5
TOP_STORIES = 5
# Cards stand in twos and threes.
TOP_CARDS = 6
HOME_BLOCK = 5


@dataclass(frozen=True)
class Listing:
    """A page of a listing with the address where it goes on."""

    articles: list[ArticlePage]
    next_url: str | None


@dataclass(frozen=True)
class SectionBlock:
    """A section with its newest articles, on a home page."""

    section: SectionPage
    articles: list[ArticlePage]


@dataclass(frozen=True)
class PeriodView:
    """A year, month or day of the archive, as the page shows it.

    ``parts`` are the narrower periods that have news: ``(label, url, count)``.
    """

    kind: str
    year: int
    month: int | None
    day: int | None
    label: str
    url: str
    parts: list[tuple[str, str, int]]


def home_context(home: HomePage, request: HttpRequest) -> dict[str, Any]:
    """The front page: lead story, four more, a block a section."""
    news = SiteNews(home)
    top = _top_stories(news, request)
    sections = news.sections()
    newest = news.latest_of_each(sections, HOME_BLOCK)
    blocks = [SectionBlock(*pair) for pair in zip(sections, newest, strict=True) if pair[1]]
    return {
        "lead": top[0] if top else None,
        "top": top[1:],
        "blocks": blocks,
    }


def _top_stories(news: SiteNews, request: HttpRequest) -> list[ArticlePage]:
    """What an editor set at the top, filled up with the newest."""
    department = department_for(request)
    cards = department is not None and department.front_layout == Department.FrontLayout.CARDS
    most = TOP_CARDS if cards else TOP_STORIES
    leading = news.leading(most)
    if ends := [article.leading_until for article in leading if article.leading_until]:
        left = min(ends) - timezone.now()
        collect(request, Cache(max_age=max(1, int(left.total_seconds()))))
    chosen = {article.pk for article in leading}
    newest = [article for article in news.latest(most) if article.pk not in chosen]
    return [*leading, *newest][:most]


def listing(page: Page, request: HttpRequest, news: SiteNews, template: str) -> HttpResponse:
    """A section's news or the site's, newest first."""
    years = news.years_with_news()
    return TemplateResponse(
        request,
        template,
        {
            "page": page,
            "heading": page.title if news.section else _("News"),
            "listing": _listing(request, news),
            "feeds": _feed_urls(news),
            "archive_years": [(year, news.url_for(Period(year))) for year in years],
            "breadcrumb": breadcrumb(page) if news.section else [],
        },
    )


def archive(
    page: Page,
    request: HttpRequest,
    news: SiteNews,
    year: int,
    month: int | None = None,
    day: int | None = None,
) -> HttpResponse:
    """The news of a year, month or day. 404 for a date that does not exist."""
    try:
        period = Period(year, month, day)
    except ValueError as error:
        raise Http404(str(error)) from error
    found = _listing(request, news, period)
    empty = not found.articles
    before, after = news.nearest_days(period) if empty else (None, None)
    view = _period_view(news, period)
    return TemplateResponse(
        request,
        "pages/archive.html",
        {
            "page": page,
            "heading": view.label,
            "period": view,
            "listing": found,
            "nearest": {"before": before, "after": after},
            "breadcrumb": _archive_breadcrumb(page, news, period),
        },
    )


def person(home: HomePage, request: HttpRequest, slug: str) -> HttpResponse:
    """What one person wrote on the site. 404 for somebody without a public page."""
    department = department_for(request)
    found = Contributor.of_all_departments.filter(
        department=department, slug=slug, has_page=True
    ).first()
    if found is None:
        raise Http404("nobody with a page of their own")
    news = PersonNews(home, found)
    return TemplateResponse(
        request,
        "pages/person.html",
        {
            "page": home,
            "person": found,
            "heading": found.public_name,
            "listing": _listing(request, news),
            "breadcrumb": [(_("Home"), "/")],
        },
    )


def feed(page: Page, request: HttpRequest, news: SiteNews, kind: str) -> HttpResponse:
    """RSS or Atom of the newest articles."""
    department = department_for(request)
    if department is None:
        raise Http404("no site is open")
    return build_feed(request, department, news, page.title, kind)


def article_context(article: ArticlePage, request: HttpRequest) -> dict[str, Any]:
    """What stands around an article: its views, its neighbours in time, ways on."""
    home = article.site_root
    if home is None:  # a preview of an article that was never saved
        return {"views": 0, "newer": [], "older": [], "breadcrumb": []}
    news = SiteNews(home)
    context: dict[str, Any] = {"views": 0, "newer": [], "older": []}
    if article.published_at is not None:
        older = news.older(article, NEIGHBOURS + 1)
        last = older[NEIGHBOURS - 1] if len(older) > NEIGHBOURS else None
        department = department_for(request)
        context = {
            "views": SiteCounts(department.site_id).views(article.pk) if department else 0,
            "newer": news.newer(article, NEIGHBOURS),
            "older": older[:NEIGHBOURS],
            "more_url": f"{news.root_url}?{AFTER}={Cursor.after(last)}" if last else None,
            "day_url": news.day_url(_local_date(article)),
        }
    return {**context, "print_url": article.print_url, "breadcrumb": breadcrumb(article)}


def breadcrumb(page: Page) -> list[tuple[str, str]]:
    """The way from the home page to the page above ``page``: ``(title, url)``."""
    way = getattr(page, "way", ())
    above = way[1:-1] if way else page.get_ancestors().filter(depth__gte=2)
    trail = []
    for ancestor in above:
        title = _("Home") if ancestor.depth == 2 else ancestor.title
        trail.append((title, local_url(ancestor)))
    return trail


def _archive_breadcrumb(page: Page, news: SiteNews, period: Period) -> list[tuple[str, str]]:
    trail = breadcrumb(page)
    if news.section:
        trail.append((page.title, news.root_url))
    else:
        trail = [(_("Home"), "/"), (_("News"), news.root_url)]
    if period.month:
        year = Period(period.year)
        trail.append((_label(year), news.url_for(year)))
    if period.day:
        month = Period(period.year, period.month)
        trail.append((_label(month), news.url_for(month)))
    return trail


def _listing(request: HttpRequest, news: SiteNews, period: Period | None = None) -> Listing:
    collect(request, Cache(vary=frozenset({f"query:{AFTER}"})))
    after = None
    if text := request.GET.get(AFTER):
        try:
            after = Cursor.parse(text)
        except ValueError as error:
            raise Http404(str(error)) from error
    found: NewsPage = news.page(after, period)
    next_url = f"{request.path}?{AFTER}={found.next}" if found.next else None
    return Listing(found.articles, next_url)


def _period_view(news: SiteNews, period: Period) -> PeriodView:
    parts: list[tuple[str, str, int]] = []
    if period.kind == "year":
        for month, count in news.months_with_news(period.year).items():
            part = Period(period.year, month)
            parts.append((_label(part), news.url_for(part), count))
    elif period.month and period.kind == "month":
        for day, count in news.days_with_news(period.year, period.month).items():
            parts.append((f"{day:%d/%m}", news.day_url(day), count))
    return PeriodView(
        kind=period.kind,
        year=period.year,
        month=period.month,
        day=period.day,
        label=_label(period, heading=True),
        url=news.url_for(period),
        parts=parts,
    )


def _label(period: Period, *, heading: bool = False) -> str:
    """ "2018", "01/2018", "26/01/2018", or the same as a heading: "News of 26/01/2018"."""
    text = {
        "year": f"{period.first:%Y}",
        "month": f"{period.first:%m/%Y}",
        "day": f"{period.first:%d/%m/%Y}",
    }[period.kind]
    if not heading:
        return text
    return {
        "year": _("News of the year %(period)s"),
        "month": _("News of %(period)s"),
        "day": _("News of the day %(period)s"),
    }[period.kind] % {"period": text}


def _feed_urls(news: SiteNews) -> dict[str, str]:
    base = news.root_url if news.section else "/"
    return {"rss": f"{base}rss/", "atom": f"{base}atom/"}


def _local_date(article: ArticlePage) -> date:
    from django.utils import timezone

    return timezone.localdate(article.published_at)
