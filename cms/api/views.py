"""The API's addresses, and what each reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import HttpError
from wagtail.models import Page

from cms.content.html import web_address, with_absolute_addresses
from cms.delivery.cache import DIRECTORY_TAG, Cache, declare, page_tag, site_tag, tag_of
from cms.directory.reading import component_sites, is_portal
from cms.media.reading import rendition_of
from cms.news.models import ArticlePage, HomePage, SectionPage
from cms.news.reading import Cursor, SiteNews
from cms.plugins.activation import enabled_for
from cms.traffic.counts import SiteCounts
from cms.traffic.limits import WINDOW, RateLimit, TooManyViewsError
from sites.clients import client_address
from sites.models import Department
from sites.tenancy import department_for
from sites.tree import local_url

from . import schemas
from .collections import Collection, collections

ROOT = "api/v1"
MOST = 100
#: Seconds for which the visits are kept: they change with every visitor.
STATISTICS_AGE = 60
_PICTURE = "width-1200|format-webp"
# Beyond it no database counts.
_MOST_ID = 2**31 - 1

LIMIT = RateLimit(lambda: settings.SEN_API_REQUESTS_A_MINUTE)


class SiteApi(NinjaAPI):
    """Says with each answer who may read it, and that it is no page to be found."""

    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The answer with its headers."""
        response = super().create_response(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        if settings.SEN_API_CORS:
            response["Access-Control-Allow-Origin"] = "*"
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            response["Retry-After"] = str(WINDOW)
        return response


api = SiteApi(
    title="Sen",
    version="1",
    description=(
        "The public facts of one site, read only. Lists go on at `next`, given as `after`; "
        "nothing that is not public is here, and nothing of another site."
    ),
    urls_namespace="api",
    docs_url=None,
)

Limit = Annotated[int, Query(ge=1, le=MOST, description="rows a page")]
After = Annotated[str, Query(max_length=60, description="the `next` of the page before")]
Answers = {404: schemas.Problem, 422: schemas.Problem, 429: schemas.Problem}


def page_of(row: type[Schema]) -> type[Schema]:
    """The schema of one page of a list of ``row``."""
    return type(
        f"{row.__name__}Page",
        (Schema,),
        {
            "__doc__": f"Some rows of {row.__name__}.",
            "__annotations__": {"items": list[row], "next": str | None},  # type: ignore[valid-type]
            "next": Field(None, description="the cursor of the following page; null at the end"),
        },
    )


def site_of(request: HttpRequest, *tags: str, vary: tuple[str, ...] = ()) -> Department:
    """The site that is asked, within the limit; the answer is kept until a tag of it is purged.

    ``tags`` are words as :func:`tag_of` takes them; ``vary`` names query parameters.
    """
    department = department_for(request)
    if department is None:
        raise Http404("no site is open")
    try:
        LIMIT.take(client_address(request))
    except TooManyViewsError as error:
        raise HttpError(
            HTTPStatus.TOO_MANY_REQUESTS, "too many requests; try again in a minute"
        ) from error
    kept = {site_tag(department.site_id), *(tag_of(tag, department.site_id) for tag in tags)}
    words = frozenset(f"query:{name}" for name in vary)
    declare(request, Cache(tags=frozenset(kept), vary=words))
    return department


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/")[:-1]


def _home(department: Department) -> HomePage:
    return HomePage.objects.get(pk=department.site.root_page_id)


@api.get("/site", response={200: schemas.Site, **Answers}, summary="Whose site it is")
def site(request: HttpRequest) -> Any:
    """Name, contact and responsible person of the body."""
    department = site_of(request)
    names = schemas.Site.model_fields.keys() - {"kind", "url"}
    facts = {name: getattr(department, name) for name in names}
    return facts | {"kind": department.kind.code, "url": f"{_root(request)}/"}


@api.get("/sections", response={200: list[schemas.Section], **Answers}, summary="All sections")
def sections(request: HttpRequest) -> Any:
    """In the order of the menu, sub-sections behind their section."""
    department = site_of(request, "news")
    root = _root(request)
    rows = SectionPage.objects.live().public().descendant_of(department.site.root_page)
    found = list(rows.order_by("path"))
    ids = {section.path: section.pk for section in found}
    return [
        {
            "id": section.pk,
            "title": section.title,
            "slug": section.slug,
            "url": root + section.local_url,
            "parent": ids.get(section.path[: -Page.steplen]),
        }
        for section in found
    ]


ArticlesPage = page_of(schemas.ArticleSummary)


@api.get("/articles", response={200: ArticlesPage, **Answers}, summary="The news, newest first")
def articles(
    request: HttpRequest,
    section: Annotated[
        int | None, Query(ge=1, le=_MOST_ID, description="id; its sub-sections count")
    ] = None,
    since: Annotated[date | None, Query(description="published on this day or later")] = None,
    until: Annotated[date | None, Query(description="published on this day or earlier")] = None,
    after: After = "",
    limit: Limit = 20,
) -> Any:
    """All published news of the site, or of a section or a time."""
    names = ("section", "since", "until", "after", "limit")
    department = site_of(request, "news", vary=names)
    news = SiteNews(_home(department))
    if section is not None:
        chosen = SectionPage.objects.live().public().filter(pk=section)
        within = chosen.descendant_of(department.site.root_page).first()
        if within is None:
            raise Http404("no such section")
        news = news.within(within)
    public: Any = news.articles()
    rows = public.public().select_related("section", "main_image")
    rows = rows.prefetch_related("main_image__renditions").defer("body")
    if since is not None:
        rows = rows.filter(published_at__gte=_midnight(since))
    if until is not None:
        rows = rows.filter(published_at__lt=_midnight(_following(until)))
    if after:
        rows = rows.filter(_cursor(after).beyond("lt"))
    found = list(rows.order_by("-published_at", "-pk")[: limit + 1])
    shown = found[:limit]
    following = str(Cursor.after(shown[-1])) if len(found) > limit else None
    root = _root(request)
    return {"items": [_summary(article, root) for article in shown], "next": following}


def no_cursor() -> HttpError:
    """What is answered to an ``after`` that no answer gave: there is no such page."""
    return HttpError(HTTPStatus.NOT_FOUND, "after: not a cursor of this list")


def _cursor(text: str) -> Cursor:
    try:
        return Cursor.parse(text)
    except ValueError as error:
        raise no_cursor() from error


def _following(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def _midnight(day: date) -> datetime:
    # Beyond these no time zone counts, and no portal has news.
    year = min(max(day.year, 1900), 9000)
    return timezone.make_aware(datetime(year, day.month, day.day if year == day.year else 1))


@api.get(
    "/articles/{int:pk}", response={200: schemas.Article, **Answers}, summary="One article, whole"
)
def article(request: HttpRequest, pk: int) -> Any:
    """Its text as HTML, its people, files and corrections."""
    department = site_of(request, "news", page_tag(pk))
    if pk > _MOST_ID:
        raise Http404("no such article")
    articles: Any = SiteNews(_home(department)).articles()
    found = articles.public().filter(pk=pk).select_related("section", "main_image").first()
    if found is None:
        raise Http404("no such article")
    root = _root(request)
    shown = ArticlePage.objects.get(pk=found.original_id) if found.original_id else found
    return _summary(found, root) | {
        "html": with_absolute_addresses(str(shown.body), root),
        "byline": shown.byline_lines,
        "source": {"title": shown.source_name, "url": web_address(shown.source_url)}
        if shown.source_name or shown.source_url
        else None,
        "tags": [tag.name for tag in shown.shown_tags],
        "files": [
            {
                "title": str(attachment),
                "url": root + attachment.document.url,
                "size": attachment.document.get_file_size() or 0,
            }
            for attachment in shown.files
        ],
        "corrections": [
            {"corrected_at": row.corrected_at, "what": row.what, "why": row.why}
            for row in shown.corrections.exclude(corrected_at=None).order_by("corrected_at")
        ],
    }


def _summary(article: ArticlePage, root: str) -> dict[str, Any]:
    picture = None
    rendition = rendition_of(article.main_image, _PICTURE) if article.main_image else None
    if rendition is not None:
        picture = {
            "url": root + rendition.url if rendition.url.startswith("/") else rendition.url,
            "width": rendition.width,
            "height": rendition.height,
            "caption": article.main_image_caption,
        }
    section = article.section
    return {
        "id": article.pk,
        "title": article.title,
        "lead": article.lead,
        "url": root + local_url(article),
        "published_at": article.published_at,
        "updated_at": article.updated,
        "section": {"title": section.title, "url": root + section.local_url} if section else None,
        "picture": picture,
    }


@api.get("/statistics", response={200: schemas.Statistics, **Answers}, summary="The site's visits")
def statistics(request: HttpRequest) -> Any:
    """As of the last roll-up, at most a minute ago."""
    department = site_of(request)
    declare(
        request,
        Cache(max_age=STATISTICS_AGE, tags=frozenset({site_tag(department.site_id)})),
    )
    return SiteCounts(department.site_id).visits()


@api.get(
    "/departments",
    response={200: list[schemas.DepartmentFacts], **Answers},
    summary="The sites of the province (on its portal)",
)
def departments(request: HttpRequest) -> Any:
    """The portal's list of component sites; 404 on any other site."""
    department = site_of(request, DIRECTORY_TAG)
    if not is_portal(department):
        raise Http404("only the portal lists the sites of the province")
    return component_sites()


def _serve(collection: Collection) -> None:
    """Add the address of a plugin's list."""

    def rows(request: HttpRequest, after: After = "", limit: Limit = 20) -> Any:
        department = site_of(request, *collection.tags, vary=("after", "limit"))
        if collection.plugin_id not in enabled_for(request, department):
            raise Http404("this site has no such list")
        try:
            items, following = collection.read(after, limit)
        except ValueError as error:
            raise no_cursor() from error
        return {"items": list(items), "next": following}

    api.get(
        f"/{collection.name}",
        response={200: page_of(collection.schema), **Answers},
        summary=collection.summary,
        operation_id=f"list_{collection.name.replace('-', '_')}",
    )(rows)


def absent(request: HttpRequest, rest: str) -> HttpResponse:
    """404 as data for an address that the API has not; no page may stand there."""
    return api.create_response(request, {"detail": "no such address"}, status=404)


def urlpatterns() -> list[Any]:
    """All addresses; called when the URL configuration is read, after the plugins were loaded."""
    for collection in collections.values():
        _serve(collection)
    return [path(f"{ROOT}/", api.urls), path(f"{ROOT}/<path:rest>", absent)]
