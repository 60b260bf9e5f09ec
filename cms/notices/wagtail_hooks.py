"""The notices' places in the admin: a menu entry with what is unread, a screen, a panel."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from sites.isolation.gate import SHARED, let_in

from . import views
from .reading import unread_of

PANEL_SIZE = 5


class InboxMenuItem(MenuItem):
    """Names the number of notices that are unread."""

    def render_component(self, request: HttpRequest) -> Any:
        unread = unread_of(request.user).count()
        # Not in ``self``: the item is one for everybody.
        component = super().render_component(request)
        label = _("My notices")
        component.label = f"{label} ({unread})" if unread else label
        return component


class UnreadPanel(Component):
    """The newest notices that are unread."""

    name = "inbox_unread"
    template_name = "inbox/unread_panel.html"
    order = 60

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        unread = list(unread_of(parent_context["request"].user)[: PANEL_SIZE + 1])
        return {"unread": unread[:PANEL_SIZE], "more": len(unread) > PANEL_SIZE}


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The screen. The views look up the user's own notices, of whatever department."""
    let_in(["inbox", "inbox_read_all"])
    let_in(["inbox_open", "inbox_read"], ids={"notice_id": SHARED})
    return [
        path("inbox/", views.InboxView.as_view(), name="inbox"),
        path("inbox/read/", views.read_all, name="inbox_read_all"),
        path("inbox/<int:notice_id>/open/", views.open_notice, name="inbox_open"),
        path("inbox/<int:notice_id>/read/", views.read_notice, name="inbox_read"),
    ]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    """High in the menu: it waits for somebody."""
    return InboxMenuItem("", reverse("inbox"), name="inbox", icon_name="mail", order=50)


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Unread notices on the dashboard."""
    panels.append(UnreadPanel())
