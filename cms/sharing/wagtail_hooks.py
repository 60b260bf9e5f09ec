"""Sharing's places in the admin: its screens, the article's button, the dashboard's line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, SubmenuMenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from cms.news.models import ArticlePage
from sites.administering import SiteScreenMenuItem
from sites.isolation.gate import SHARED, let_in
from sites.roles import has_role
from sites.tenancy import current_department

from . import offering, views
from .reading import waiting_offers

ACTS = {
    "offer": _("Offer to other sites"),
    "withdraw": _("Withdraw an offer"),
    "accept": _("Accept a shared article"),
    "automatic": _("Accept a shared article automatically"),
    "decline": _("Decline a shared article"),
    "drop": _("Take a shared article off the site"),
    "followed": _("A shared article followed its source"),
    "automatic_on": _("Switch automatic acceptance on"),
    "automatic_off": _("Switch automatic acceptance off"),
}

sharing_menu = Menu(register_hook_name="register_sharing_menu_item")


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The screens; the views look ids up among the department's own placements."""
    let_in(["sharing_offers", "sharing_ours", "sharing_automatic"])
    let_in(["sharing_placement"], ids={"placement_id": SHARED})
    let_in(["sharing_offer", "sharing_article"], ids={"page_id": Page})
    return [
        path("sharing/", views.OffersView.as_view(), name="sharing_offers"),
        path("sharing/ours/", views.OursView.as_view(), name="sharing_ours"),
        path("sharing/automatic/", views.AutomaticView.as_view(), name="sharing_automatic"),
        path("sharing/offer/<int:page_id>/", views.offer, name="sharing_offer"),
        path("sharing/ours/<int:page_id>/", views.ArticleView.as_view(), name="sharing_article"),
        path(
            "sharing/<int:placement_id>/",
            views.PlacementView.as_view(),
            name="sharing_placement",
        ),
    ]


class SharingMenu(SubmenuMenuItem):
    """Shown to whoever sees one of its entries."""


@hooks.register("register_admin_menu_item")
def register_menu() -> SharingMenu:
    """The group "Shared news"."""
    return SharingMenu(_("Shared news"), sharing_menu, icon_name="globe", order=350)


def _entry(name: str, label: Any, order: int, roles: Any) -> None:
    @hooks.register("register_sharing_menu_item")
    def register_entry() -> SiteScreenMenuItem:
        return SiteScreenMenuItem(
            label,
            reverse(f"sharing_{name}"),
            name=f"sharing-{name}",
            icon_name="globe",
            order=order,
            roles=roles,
        )


_entry("offers", _("Shared with us"), 10, views.DeskScreen.roles)
_entry("ours", _("Shared by us"), 20, views.DeskScreen.roles)
_entry("automatic", _("Automatic acceptance"), 30, views.AutomaticView.roles)


class OffersPanel(Component):
    """How many offers wait for a decision, on the dashboard of those who decide."""

    name = "sharing_offers"
    template_name = "sharing/offers_panel.html"
    order = 55

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        department = current_department()
        user = parent_context["request"].user
        decides = department is not None and has_role(user, department, *offering.ACCEPTING)
        return {"waiting": waiting_offers(department) if decides and department else 0}


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Say that something was offered."""
    panels.append(OffersPanel())


@hooks.register("register_page_header_buttons")
def share_button(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """On a public article, for its department's desk."""
    is_article = page.live and issubclass(page.specific_class or Page, ArticlePage)
    if is_article and offering.why_not_offer(page, user) is None:
        yield Button(
            _("Share"),
            url=reverse("sharing_offer", args=[page.pk]),
            icon_name="globe",
            priority=80,
        )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """What the acts are called in the record."""
    for code, label in ACTS.items():
        actions.register_action(f"sen.sharing.{code}", label, label)
