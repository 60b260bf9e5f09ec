"""``robots.txt`` and ``security.txt`` of each site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms.delivery.cache import DIRECTORY_TAG, Cache, collect, declare, site_tag
from cms.delivery.siteviews import of_a_site
from cms.directory.reading import portal
from sites.models import Department
from sites.tenancy import department_for

TEXT = "text/plain; charset=utf-8"
#: RFC 9116, section 2.5.5: less than a year ahead, so that it is looked after.
VALID_FOR = timedelta(days=180)
# What is no page: searching is for people, and an editor's entrance for nobody else.
KEPT_OUT = ("search", "hit", "hit_pixel")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """``robots.txt`` (RFC 9309): what may be read, and where the sitemaps are.

    Each site names the portal's list of all sites, which is how the sitemap protocol has
    a host agree to be listed elsewhere.
    """
    department = department_for(request)
    if department is None:  # the admin's own host is nobody's site
        return HttpResponse("User-agent: *\nDisallow: /\n", content_type=TEXT)
    declare(request, Cache(tags=frozenset({DIRECTORY_TAG, site_tag(department.site_id)})))
    lines = ["User-agent: *", *(f"Disallow: {reverse(name)}" for name in KEPT_OUT), ""]
    own = [reverse("sitemap"), reverse("sitemap_newest")]
    lines += [f"Sitemap: {request.build_absolute_uri(address)}" for address in own]
    above = portal()
    if above is not None and department.state == Department.State.ACTIVE:
        lines.append(f"Sitemap: {above.site.root_url}{reverse('component_sites_sitemap')}")
    return HttpResponse("\n".join([*lines, ""]), content_type=TEXT)


@of_a_site(news=False)
def security(request: HttpRequest, department: Department) -> HttpResponse:
    """``security.txt`` (RFC 9116): whom to tell of a weakness. 404 where nobody is named."""
    contacts = settings.SEN_SECURITY_CONTACTS or (
        [f"mailto:{department.email}"] if department.email else []
    )
    if not contacts:
        raise Http404("nobody is named to tell")
    # The day stands in it: kept until the next one.
    collect(request, Cache(vary=frozenset({"date"})))
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        *(f"Contact: {contact}" for contact in contacts),
        f"Expires: {today + VALID_FOR:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: vi, en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type=TEXT)
