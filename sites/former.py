"""Old addresses: of pages that went to another site, and of sites that were merged.

Each is answered with one permanent redirect to where the page is now, however
often it went.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.encoding import escape_uri_path
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect

from .models import Department, FormerAddress
from .tenancy import department_for

#: A path has as many ancestors as slashes; nobody's address is deeper than this.
DEEPEST = 20


def former_url(department: Department, path: str, *, exactly: bool = False) -> str | None:
    """Where what ``department`` once had at ``path`` is now; None where it had nothing there.

    The page with the longest address that ``path`` begins with is taken, and the
    rest is appended: the archive of a day, a feed, the print view.

    Args:
        path: as a request has it: decoded.
        exactly: only a page that was at this very address.
    """
    if "\x00" in path:  # no address that anything ever had; PostgreSQL refuses to look for it
        return None
    parts = path.strip("/").split("/")[:DEEPEST] if path.strip("/") else []
    prefixes = ["/" + "".join(f"{part}/" for part in parts[:n]) for n in range(len(parts) + 1)]
    found = FormerAddress.objects.filter(
        department=department, path__in=prefixes[-1:] if exactly else prefixes
    ).select_related("page")
    best = max(found, key=lambda former: len(former.path), default=None)
    url = best.page.full_url if best is not None else None
    if best is None or not url:
        return None
    return f"{url.rstrip('/')}/{escape_uri_path(path[len(best.path) :].lstrip('/'))}"


def url_after_merge(request: HttpRequest, department: Department) -> str:
    """Where a request to a merged site's host leads, in the order in which the site looked.

    First what an older system's query names, then the page at this address, then the
    site's redirects, then what lies below a page.
    """
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    url = _redirected(request, department) if query else None
    if url is None and (url := former_url(department, request.path, exactly=True)) is not None:
        url += query
    if url is None:
        url = _redirected(request, department, without_query=True)
    if url is None:
        root = last_successor(department).site.root_url
        path = escape_uri_path(request.path).lstrip("/")
        url = (former_url(department, request.path) or f"{root}/{path}") + query
    return as_secure_as(request, url)


def as_secure_as(request: HttpRequest, url: str) -> str:
    """``url`` of a site of ours with https for who came by https: no second redirect for that."""
    parts = urlsplit(url)
    if not request.is_secure() or parts.scheme != "http" or parts.port is not None:
        return url
    is_ours = Department.objects.filter(site__hostname=parts.hostname).exists()
    return parts._replace(scheme="https").geturl() if is_ours else url


def last_successor(department: Department) -> Department:
    """Who stands at the end of the chain of mergers."""
    seen = {department.pk}
    while department.successor_id and department.successor_id not in seen:
        if department.state != Department.State.MERGED:
            break
        department = Department.base_queryset().get(pk=department.successor_id)
        seen.add(department.pk)
    return department


def _redirected(
    request: HttpRequest, department: Department, *, without_query: bool = False
) -> str | None:
    """Where a redirect leads that the site had, found as Wagtail finds it."""
    request._wagtail_site = department.site  # type: ignore[attr-defined]
    full = request.get_full_path()
    path = Redirect.normalise_path(full.partition("?")[0] if without_query else full, False)
    row = get_redirect(request, path)
    if row is None:
        return None
    page = row.redirect_page
    if page is None:
        link: str = row.redirect_link
        if urlsplit(link).netloc or not link:
            return link or None
        return former_url(department, link) or last_successor(department).site.root_url + link
    url: str | None = page.full_url
    return f"{url}{(row.redirect_page_route_path or '').lstrip('/')}" if url else None


class FormerAddressMiddleware:
    """Redirect what a site does not find but once had: its sections went to a site of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        department = department_for(request)
        url = former_url(department, request.path) if department is not None else None
        if url is None or url.partition("?")[0] == request.build_absolute_uri(request.path):
            return response
        query = request.META.get("QUERY_STRING")
        url = as_secure_as(request, url)
        return HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)
