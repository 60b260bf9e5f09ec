"""The list of component sites on the portal: as a page, as JSON, as a sitemap."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.delivery.cache import DIRECTORY_TAG, Cache, declare, site_tag
from sites.models import Department
from sites.tenancy import department_for

from .reading import ComponentSite, component_sites, is_portal

ADDRESS = "trang-thanh-phan"

PortalView = Callable[[HttpRequest, Department], HttpResponse]


def _on_the_portal(view: PortalView) -> Callable[[HttpRequest], HttpResponse]:
    """Decorator: 404 elsewhere than on the province's own site; kept until the list changes."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        department = department_for(request)
        if department is None or not is_portal(department):
            raise Http404("only the portal lists the component sites")
        tags = frozenset({DIRECTORY_TAG, site_tag(department.site_id)})
        declare(request, Cache(tags=tags))
        return view(request, department)

    return answer


def by_kind(sites: list[ComponentSite]) -> list[tuple[str, list[ComponentSite]]]:
    """``sites``, which stand in the order of their kinds, as pairs of a plural and its sites."""
    return [
        (name, list(group)) for name, group in groupby(sites, key=lambda found: found.kind_plural)
    ]


@_on_the_portal
def page(request: HttpRequest, department: Department) -> HttpResponse:
    """The list as a page."""
    context = {
        "heading": _("Component sites"),
        "breadcrumb": [(_("Home"), "/")],
        "groups": by_kind(component_sites()),
        "as_json": reverse("component_sites_json"),
    }
    return render(request, "pages/component_sites.html", context)


@_on_the_portal
def as_json(request: HttpRequest, department: Department) -> HttpResponse:
    """The list as JSON; its fields are documented in docs/operators/sites.md."""
    fields = ("host", "url", "name", "short_name", "kind", "kind_name", "parent_host")
    sites = [{name: getattr(found, name) for name in fields} for found in component_sites()]
    body: dict[str, Any] = {
        "portal": {"host": department.host, "url": department.site.root_url} | _names(department),
        "count": len(sites),
        "sites": sites,
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _names(department: Department) -> dict[str, str]:
    return {"name": department.name, "short_name": department.display_short_name}


@_on_the_portal
def sitemap(request: HttpRequest, department: Department) -> HttpResponse:
    """The front pages of all component sites.

    They are on other hosts: each host's ``robots.txt`` names this sitemap, which
    is how the protocol has a host agree to be listed elsewhere.
    """
    context = {"sites": component_sites()}
    return render(request, "directory/sitemap.xml", context, content_type="application/xml")
