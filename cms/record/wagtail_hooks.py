"""The record's place in the admin, and the names of our own acts."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from sites.administering import MENU_HOOK, SiteScreenMenuItem
from sites.isolation.gate import let_in

from .views import READERS, RecordView


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The record."""
    let_in(["record"])
    return [path("record/", RecordView.as_view(), name="record")]


@hooks.register(MENU_HOOK)
def register_menu_item() -> SiteScreenMenuItem:
    """Last of the group: what happened."""
    return SiteScreenMenuItem(
        _("Record"), reverse("record"), name="record", icon_name="history", order=900, roles=READERS
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Acts that the record itself notices."""
    actions.register_action("sen.people.role_given", _("Give a role"), _("Role given"))
    actions.register_action("sen.people.role_taken", _("Take a role"), _("Role taken"))
