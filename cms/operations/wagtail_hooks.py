"""The operator's screen and its place in the menu."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from sites.administering import ProvinceMenuItem

from .views import operation


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """For superusers only: the gate lets nobody else in."""
    return [path("operation/", operation, name="operations")]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    """Beside the list of sites."""
    return ProvinceMenuItem(
        _("Operation"), reverse("operations"), name="operation", icon_name="desktop", order=151
    )
