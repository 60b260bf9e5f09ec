"""The pages in the admin: listings keep to known types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.site_summary import PagesSummaryItem, SummaryItem
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page, PageQuerySet, get_page_models

from sites.administering import MENU_HOOK, ProvinceMenuItem, SiteScreenMenuItem
from sites.isolation.gate import let_in

from .credits_screen import READERS, CreditsView
from .explorer import OwnPagesSummary
from .models import SectionPage
from .pasting import pasted_text
from .people_screen import KEEPERS, ContributorScreen, contributor_screen
from .statistics_screen import OverviewView, StatisticsView
from .word_screen import WRITERS, WordView

let_in(["news_tag_autocomplete"])


@hooks.register("construct_explorer_page_queryset")
def known_types_only(parent: Page, pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Leave out the pages of a plugin that is not installed, until it is back.

    Wagtail's listing asks the type of every page with a draft whether it can be
    previewed (``Page.is_previewable``), and fails where there is none.
    """
    types = ContentType.objects.get_for_models(*get_page_models()).values()
    return pages.filter(content_type__in=types)


@hooks.register("construct_homepage_summary_items", order=200)
def count_pages_seldom(request: HttpRequest, items: list[SummaryItem]) -> None:
    """Say how many pages there are as of some minutes ago, where they are many."""
    items[:] = [
        OwnPagesSummary(request) if type(item) is PagesSummaryItem else item for item in items
    ]


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
    """The statistics of authors, and of visits."""
    let_in(["news_credits", "site_statistics", "news_word", "news_pasted"])
    return [
        path("article-from-word/", WordView.as_view(), name="news_word"),
        path("pasted-text/", pasted_text, name="news_pasted"),
        path("credits/", CreditsView.as_view(), name="news_credits"),
        path("statistics/", StatisticsView.as_view(), name="site_statistics"),
        path("departments/statistics/", OverviewView.as_view(), name="sites_statistics"),
    ]


@hooks.register(MENU_HOOK)
def register_word_menu_item() -> SiteScreenMenuItem:
    """An article from a Word document, for those who write."""
    return SiteScreenMenuItem(
        WordView.page_title,
        reverse("news_word"),
        name="word",
        icon_name=WordView.header_icon,
        order=100,
        roles=WRITERS,
    )


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def register_word_button(
    page: Page, user: Any, view_name: str = "", next_url: str | None = None
) -> Iterator[Button]:
    """The same from a section, which is chosen then."""
    if page.specific_class is SectionPage and page.permissions_for_user(user).can_add_subpage():
        yield Button(
            WordView.page_title,
            f"{reverse('news_word')}?section={page.pk}",
            icon_name=WordView.header_icon,
            priority=15,
        )


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


@hooks.register(MENU_HOOK)
def register_statistics_menu_item() -> SiteScreenMenuItem:
    """How often the site is visited."""
    return SiteScreenMenuItem(
        StatisticsView.page_title,
        reverse("site_statistics"),
        name="statistics",
        icon_name="view",
        order=155,
        roles=READERS,
    )


@hooks.register("register_admin_menu_item")
def register_overview_menu_item() -> ProvinceMenuItem:
    """The same of all sites, for the province."""
    return ProvinceMenuItem(
        OverviewView.page_title, reverse("sites_statistics"), icon_name="view", order=151
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """What the acts are called in the record."""
    actions.register_action("sen.correction", _("Correct"), _("Correct"))
