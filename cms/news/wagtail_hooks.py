"""The pages in the admin: choosers stay within a writer's own sites, listings on known types."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page, PageQuerySet, get_page_models

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


@hooks.register("construct_explorer_page_queryset")
def known_types_only(parent: Page, pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Leave out the pages of a plugin that is not installed, until it is back.

    Wagtail's listing asks the type of every page with a draft whether it can be
    previewed (``Page.is_previewable``), and fails where there is none.
    """
    types = ContentType.objects.get_for_models(*get_page_models()).values()
    return pages.filter(content_type__in=types)
