"""The screens' place in the admin, and the names of the acts on them."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import LogActionRegistry

from sites.administering import MENU_HOOK, SiteScreenMenuItem
from sites.isolation.gate import let_in

from . import redirect_views, sections, settings_views

ACTS = {
    "sen.site.publish": _("Publish the site"),
    "sen.settings.look": _("Change the look"),
    "sen.settings.contact": _("Change the contact block"),
    "sen.settings.menu": _("Change the menu"),
    "sen.redirects.import": _("Import redirects"),
}


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The screens; none of them names a department, it is always the one worked for."""
    let_in(
        [
            "siteadmin_overview",
            "siteadmin_look",
            "siteadmin_colours",
            "siteadmin_contact",
            "siteadmin_menu",
            "siteadmin_sections",
            "siteadmin_redirects",
            "siteadmin_redirect_add",
            "siteadmin_redirects_import",
        ]
    )
    let_in(["siteadmin_redirect"], ids={"redirect_id": Redirect})
    redirect_view = redirect_views.RedirectView.as_view()
    urls = [
        ("", settings_views.OverviewView.as_view(), "overview"),
        ("look/", settings_views.LookView.as_view(), "look"),
        ("look/colours/", settings_views.ColoursView.as_view(), "colours"),
        ("contact/", settings_views.ContactView.as_view(), "contact"),
        ("menu/", settings_views.MenuView.as_view(), "menu"),
        ("sections/", sections.SectionsView.as_view(), "sections"),
        ("redirects/", redirect_views.RedirectsView.as_view(), "redirects"),
        ("redirects/add/", redirect_view, "redirect_add"),
        ("redirects/import/", redirect_views.ImportRedirectsView.as_view(), "redirects_import"),
        ("redirects/<int:redirect_id>/", redirect_view, "redirect"),
    ]
    return [path(f"my-site/{tail}", view, name=f"siteadmin_{name}") for tail, view, name in urls]


def _item(name: str, label: Any, icon: str, order: int) -> None:
    @hooks.register(MENU_HOOK)
    def register_menu_item() -> SiteScreenMenuItem:
        return SiteScreenMenuItem(
            label, reverse(f"siteadmin_{name}"), name=f"own-{name}", icon_name=icon, order=order
        )


_item("overview", _("Overview"), "clipboard-list", 50)
_item("look", _("Look"), "view", 200)
_item("contact", _("Contact"), "mail", 210)
_item("menu", _("Menu"), "list-ul", 220)
_item("sections", _("Sections"), "folder-open-inverse", 230)
_item("redirects", _("Redirects"), "redirect", 400)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """What the acts are called in the record."""
    for code, label in ACTS.items():
        actions.register_action(code, label, label)
