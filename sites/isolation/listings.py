"""By what Wagtail's lists of pages may be narrowed: what can be among the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet, Subquery
from django.db.models.functions import Left
from django.http import HttpRequest
from wagtail.admin.views.pages.listing import PageFilterSet
from wagtail.models import Page, Site

from sites.models import Department

from .confinement import WithinConfinement, confined_to
from .ownership import own_rows


def own_sites(department: Department) -> QuerySet[Any]:
    """The ids of the department's site."""
    return own_rows(Site, department).values("pk")


def narrow_site_filter() -> None:
    """Have the page listings' filter by site offer what can be among the pages.

    Wagtail declares it at import with every site; ``Site.objects`` itself must
    stay open, for the addresses of all sites are kept in one cache.
    """
    PageFilterSet.base_filters["site"].queryset = _sites_to_filter_by


def department_looked_at(request: HttpRequest | None) -> Department | None:
    """The department whose pages a list shows to the province.

    None for who is confined to one anyhow, and where the list begins above the sites.
    """
    match = request.resolver_match if request else None
    listed = match.kwargs.get("parent_page_id") if match else None
    if listed is None or confined_to() is not None:
        return None
    # A list has three filters that ask.
    if not hasattr(request, "_sen_looked_at"):
        path = Page.objects.filter(pk=listed).values("path")
        home = Left(Subquery(path), 2 * Page.steplen)
        request._sen_looked_at = (  # type: ignore[union-attr]
            Department.objects.filter(site__root_page__path=home).first()
        )
    department: Department | None = request._sen_looked_at  # type: ignore[union-attr]
    return department


def _sites_to_filter_by(request: HttpRequest | None) -> QuerySet[Site]:
    """One's own; for the province that of the page whose descendants are listed, or all."""
    sites = Site.objects.filter(WithinConfinement(F("pk"), own_sites))
    department = department_looked_at(request)
    return sites.filter(pk=department.site_id) if department else sites
