"""The pages in the admin: listings keep to known types."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page, PageQuerySet, get_page_models

from sites.administering import MENU_HOOK, SiteScreenMenuItem
from sites.isolation.gate import let_in

from .credits_screen import READERS, CreditsView
from .people_screen import KEEPERS, ContributorScreen, contributor_screen

let_in(["news_tag_autocomplete"])


@hooks.register("construct_explorer_page_queryset")
def known_types_only(parent: Page, pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Leave out the pages of a plugin that is not installed, until it is back.

    Wagtail's listing asks the type of every page with a draft whether it can be
    previewed (``Page.is_previewable``), and fails where there is none.
    """
    types = ContentType.objects.get_for_models(*get_page_models()).values()
    return pages.filter(content_type__in=types)


@hooks.register("register_admin_viewset")
def register_contributors() -> ContributorScreen:
    """The people who write."""
    return contributor_screen


@hooks.register(MENU_HOOK)
def register_contributors_menu_item() -> SiteScreenMenuItem:
    """Authors and pen names, in the group of the own site."""
    return SiteScreenMenuItem(
        contributor_screen.menu_label,
        reverse("contributors:index"),
        name="contributors",
        icon_name="user",
        order=150,
        roles=KEEPERS,
    )


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The statistics of authors."""
    let_in(["news_credits"])
    return [path("credits/", CreditsView.as_view(), name="news_credits")]


@hooks.register(MENU_HOOK)
def register_credits_menu_item() -> SiteScreenMenuItem:
    """Who wrote what, beside the list of those who write."""
    return SiteScreenMenuItem(
        CreditsView.page_title,
        reverse("news_credits"),
        name="credits",
        icon_name="group",
        order=160,
        roles=READERS,
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """What the acts are called in the record."""
    actions.register_action("sen.correction", _("Correct"), _("Correct"))
