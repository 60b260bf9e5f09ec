"""Addresses of the portal that was here before: its articles are found by their old links.

Old systems put the article into the query string (``/default.aspx?sid=1269&id=271823``),
even behind an address that we serve ourselves (``/?id=271823``). So a query is
looked up before the page is served, and a path after nothing was found for it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.encoding import uri_to_iri
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from cms.delivery.cache import Cache, collect, collected_for, purge, site_tag
from cms.delivery.parts import SitePart
from sites.models import Department
from sites.tenancy import department_for

#: So many old addresses of a site are kept at hand; of more, the database is asked.
MANY = 500


class LegacyAddressMiddleware(RedirectMiddleware):
    """Wagtail's redirects, and before them those that are told by their query."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Redirect an address whose query string names an old article."""
        if request.method not in ("GET", "HEAD") or not request.GET:
            return None
        department = department_for(request)
        known = WITH_QUERY.of(request, department) if department is not None else None
        if known is not None and Redirect.normalise_path(request.path) not in known:
            return None
        path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
        found = get_redirect(request, path)
        if found is None or not found.link:
            return None
        return HttpResponsePermanentRedirect(found.link)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Redirect what was not found; keep apart in the cache what a query decides."""
        response = super().process_response(request, response)
        if response.status_code == 200 and request.method in ("GET", "HEAD"):
            department = department_for(request)
            if department is not None and collected_for(request) is not None:
                bare = Redirect.normalise_path(request.path)
                told = _has_queries(request, department, bare)
                collect(
                    request,
                    Cache(
                        tags=frozenset({redirects_tag(department.site_id)}),
                        vary=frozenset({"query:*"} if told else ()),
                    ),
                )
        return response


def _has_queries(request: HttpRequest, department: Department, path: str) -> bool:
    """Whether the site has a redirect of ``path`` with a query."""
    known = WITH_QUERY.of(request, department)
    if known is not None:
        return path in known
    return _told_by_query(department).filter(old_path__startswith=f"{path}?").exists()


def _with_query(department: Department) -> frozenset[str] | None:
    """The paths of the site's redirects with a query; None where there are many to keep."""
    rows = _told_by_query(department).values_list("old_path", flat=True)
    paths = list(rows[: MANY + 1])
    if len(paths) > MANY:
        return None
    return frozenset(uri_to_iri(path.partition("?")[0]) for path in paths)


def _told_by_query(department: Department) -> QuerySet[Redirect]:
    """The redirects with a query that hold on the department's site; some hold on every site."""
    rows: QuerySet[Redirect] = Redirect.get_for_site(department.site)
    return rows.filter(old_path__contains="?")


def redirects_tag(site_id: int) -> str:
    """The redirects with a query that hold on a site."""
    return f"redirects:{site_id}"


def purge_redirects(sender: Any, instance: Redirect, **kwargs: Any) -> None:
    """An address with a query leads elsewhere: on one site, or on all of them."""
    if "?" not in instance.old_path:
        return
    sites = [instance.site_id] if instance.site_id else Site.objects.values_list("pk", flat=True)
    purge(*map(redirects_tag, sites))


WITH_QUERY = SitePart(
    "redirects_with_query",
    _with_query,
    lambda site_id: frozenset({site_tag(site_id), redirects_tag(site_id)}),
)
