"""The screens' place in the admin, the names of the acts, and the warning at submission."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from sites.administering import MENU_HOOK, ProvinceMenuItem, SiteScreenMenuItem
from sites.isolation.gate import let_in

from . import views
from .checking import warning_for

ACTS = {
    "sen.links.found": _("Find a link that may not belong there"),
    "sen.links.dismissed": _("Dismiss a finding about links"),
    "sen.links.host_allowed": _("Allow links to a host"),
    "sen.links.host_forgotten": _("Allow links to a host no more"),
    "sen.links.unpublished": _("Take a page off for a dangerous link"),
    "sen.links.put_back": _("Publish a page again that was taken off for a link"),
}


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """A department's screens, which are let in, and the province's, which are not."""
    let_in(["outbound_findings", "outbound_hosts"])
    return [
        path("outbound-links/", views.FindingsView.as_view(), name="outbound_findings"),
        path("outbound-links/hosts/", views.HostsView.as_view(), name="outbound_hosts"),
        path(
            "outbound-links/province/",
            views.ProvinceFindingsView.as_view(),
            name="outbound_province",
        ),
        path("outbound-links/rules/", views.RulesView.as_view(), name="outbound_rules"),
    ]


@hooks.register(MENU_HOOK)
def register_own_menu_item() -> SiteScreenMenuItem:
    """Beside the redirects."""
    return SiteScreenMenuItem(
        _("Outbound links"),
        reverse("outbound_findings"),
        name="outbound-links",
        icon_name="link-external",
        order=410,
        roles=views.READERS,
    )


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    """Below the operator's screen."""
    return ProvinceMenuItem(
        _("Links of all sites"),
        reverse("outbound_province"),
        name="outbound-province",
        icon_name="link-external",
        order=152,
    )


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def warn_of_unknown_hosts(request: HttpRequest, page: Page) -> None:
    """Tell whoever submits a page of the hosts in it that are on no list."""
    if request.method != "POST" or "action-submit" not in request.POST:
        return
    if sentence := warning_for(page.specific):
        messages.warning(request, sentence)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """What the acts are called in the record."""
    for code, label in ACTS.items():
        actions.register_action(code, label, label)
