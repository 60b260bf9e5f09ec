"""Addresses of the portal that was here before: its articles are found by their old links.

Old systems put the article into the query string (``/default.aspx?sid=1269&id=271823``),
even behind an address that we serve ourselves (``/?id=271823``). So a query is
looked up before the page is served, and a path after nothing was found for it.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect

from cms.delivery.cache import Cache, collect


class LegacyAddressMiddleware(RedirectMiddleware):
    """Wagtail's redirects, and before them those that are told by their query."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Redirect an address whose query string names an old article."""
        if request.method not in ("GET", "HEAD") or not request.GET:
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
            site = getattr(request, "_wagtail_site", None)
            bare = Redirect.normalise_path(request.path)
            if (
                site
                and Redirect.objects.filter(site=site, old_path__startswith=f"{bare}?").exists()
            ):
                collect(request, Cache(vary=frozenset({"query:*"})))
        return response
