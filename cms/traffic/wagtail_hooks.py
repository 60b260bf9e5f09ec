"""The opening balance in the admin, reached from the statistics, and its name in the record."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from sites.isolation.gate import let_in

from .opening_screen import OpeningBalanceView


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """Of the department that one works for."""
    let_in(["opening_balance"])
    view = OpeningBalanceView.as_view()
    return [path("my-site/opening-balance/", view, name="opening_balance")]


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """What the act is called in the record."""
    label = _("Change the opening balance of the visits")
    actions.register_action("sen.opening_balance", label, label)
