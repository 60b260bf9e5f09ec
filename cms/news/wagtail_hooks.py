"""The news in the admin: choosers stay within a writer's own sites, slugs fold Vietnamese."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import PageQuerySet

from sites.roles import roles_of


@hooks.register("construct_page_chooser_queryset")
def own_pages_only(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Offer only pages of the sites where the user has an office."""
    if request.user.is_superuser:
        return pages
    own: Any = pages.none()
    for path in {held.department.site.root_page.path for held in roles_of(request.user)}:
        own = own | pages.filter(path__startswith=path)
    return own
