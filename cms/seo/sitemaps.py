"""A site's sitemaps: as XML for search engines, as a tree of links for people.

The index has one file for the pages and one for each month that has news, so that no
file comes near the protocol's 50,000 addresses and an old month is never made again.
Protocols: https://www.sitemaps.org/protocol.html and, for the newest news,
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.delivery.cache import Cache, collect
from cms.delivery.siteviews import of_a_site
from cms.directory.reading import component_sites, is_portal
from cms.directory.views import by_kind
from cms.news.models import ArticlePage, HomePage, SectionPage, StandardPage
from cms.news.periods import Period
from cms.news.reading import SiteNews
from sites.models import Department
from sites.tree import local_url

#: What a news sitemap may name: at most so many articles, no older than so many days.
MOST_NEWS, NEWS_DAYS = 1000, 2
#: Levels of the tree that is shown to people.
DEEPEST = 4


@dataclass(frozen=True)
class Branch:
    """A page of the tree with the pages below it."""

    title: str
    url: str
    below: list[Branch]


def _news(department: Department) -> SiteNews:
    return SiteNews(HomePage.objects.get(pk=department.site.root_page_id))


def _xml(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    context["root"] = request.build_absolute_uri("/")[:-1]
    return render(request, f"seo/{template}", context, content_type="application/xml")


@of_a_site(news=True)
def index(request: HttpRequest, department: Department) -> HttpResponse:
    """All sitemaps of the site, each with when it changed last."""
    news = _news(department)
    months = [
        reverse("sitemap_month", args=[year, month])
        for year in news.years_with_news()
        for month in sorted(news.months_with_news(year), reverse=True)
    ]
    context = {"addresses": [reverse("sitemap_pages"), *months]}
    return _xml(request, "sitemap_index.xml", context)


@of_a_site(news=True)
def pages(request: HttpRequest, department: Department) -> HttpResponse:
    """The pages that are no news: front page, sections, standard pages."""
    public = Page.objects.live().public().descendant_of(department.site.root_page, inclusive=True)
    shown = public.type(HomePage, SectionPage, StandardPage).order_by("path")
    rows = [(local_url(page), page.last_published_at) for page in shown]
    return _xml(request, "sitemap.xml", {"rows": rows})


@of_a_site(news=True)
def month(request: HttpRequest, department: Department, year: int, month: int) -> HttpResponse:
    """The news published in a month. 404 where there is none."""
    try:
        begin, end = Period(year, month).bounds
    except ValueError as error:
        raise Http404(str(error)) from error
    articles = _public_news(department).filter(published_at__gte=begin, published_at__lt=end)
    rows = [
        (local_url(article), article.last_published_at)
        for article in articles.order_by("-published_at").only(
            "url_path", "last_published_at", "published_at"
        )
    ]
    if not rows:
        raise Http404("no news in this month")
    return _xml(request, "sitemap.xml", {"rows": rows})


@of_a_site(news=True)
def newest(request: HttpRequest, department: Department) -> HttpResponse:
    """The news of the last two days, with title and time."""
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    articles = _public_news(department).filter(published_at__gte=since).order_by("-published_at")
    # What is two days old leaves the list without anybody publishing anything.
    collect(request, Cache(max_age=3600))
    context = {"articles": list(articles[:MOST_NEWS]), "department": department}
    return _xml(request, "sitemap_news.xml", context)


def _public_news(department: Department) -> Any:
    """The articles of a site that a search engine may know; a shared one is its first site's."""
    home = department.site.root_page_id
    return ArticlePage.objects.live().public().filter(site_root=home, original=None)


@of_a_site(news=True)
def tree(request: HttpRequest, department: Department) -> HttpResponse:
    """The site as a tree of links; on the portal with the component sites."""
    context = {
        "heading": _("Site map"),
        "breadcrumb": [(_("Home"), "/")],
        "branches": _branches(department),
        "groups": by_kind(component_sites()) if is_portal(department) else [],
        "page": {"title": _("Site map"), "local_url": reverse("site_map")},
    }
    return render(request, "pages/site_map.html", context)


def _branches(department: Department) -> list[Branch]:
    """The sections and standard pages below the front page, as they stand in the tree."""
    home = department.site.root_page
    below = Page.objects.live().public().descendant_of(home)
    rows = below.type(SectionPage, StandardPage).filter(depth__lte=home.depth + DEEPEST)
    tree: dict[str, Branch] = {}
    top: list[Branch] = []
    for page in rows.order_by("path"):
        branch = tree[page.path] = Branch(page.title, local_url(page), [])
        above = tree.get(page.path[: -Page.steplen])
        (above.below if above is not None else top).append(branch)
    return top
