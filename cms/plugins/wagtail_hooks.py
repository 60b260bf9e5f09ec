"""The plugin screens' place in the admin."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from .administering import SiteAdministratorMenuItem
from .views import PluginDepartmentsView, PluginsView


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The list of departments and the switches of one."""
    return [
        path("plugins/", PluginDepartmentsView.as_view(), name="plugins_index"),
        path("plugins/<int:department_id>/", PluginsView.as_view(), name="plugins_department"),
    ]


@hooks.register("register_settings_menu_item")
def register_menu_item() -> SiteAdministratorMenuItem:
    """Plugins, among the settings."""
    return SiteAdministratorMenuItem(
        _("Plugins"), reverse("plugins_index"), name="plugins", icon_name="cogs", order=620
    )
