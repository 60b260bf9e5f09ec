"""The plugin screens' place in the admin."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from .administering import SiteAdministratorMenuItem
from .contributions import contributions
from .guarding import set_aside
from .screens import AdminScreen
from .views import PluginDepartmentsView, PluginHealthView, PluginSettingsView, PluginsView


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The departments, the switches of one, a plugin's settings there; the province's screen."""
    one = "plugins/<int:department_id>/"
    return [
        path("plugins/", PluginDepartmentsView.as_view(), name="plugins_index"),
        path("plugins/health/", PluginHealthView.as_view(), name="plugins_health"),
        path(one, PluginsView.as_view(), name="plugins_department"),
        path(f"{one}<slug:plugin_id>/", PluginSettingsView.as_view(), name="plugins_settings"),
    ]


@hooks.register("register_admin_viewset")
def register_screens() -> list[AdminScreen]:
    """The screens that plugins bring; a plugin whose screen cannot be made is set aside."""
    return [
        screen
        for plugin_id, mine in contributions.all().items()
        if _can_be_made(plugin_id, mine.screens)
        for screen in mine.screens
    ]


def _can_be_made(plugin_id: str, screens: list[AdminScreen]) -> bool:
    try:
        for screen in screens:
            screen.get_urlpatterns()
    # What a plugin declared on it may raise anything, and every address would be gone.
    except Exception as error:
        set_aside(plugin_id, "its admin screen cannot be made", error)
        return False
    return True


@hooks.register("register_settings_menu_item")
def register_menu_item() -> SiteAdministratorMenuItem:
    """Plugins, among the settings."""
    return SiteAdministratorMenuItem(
        _("Plugins"), reverse("plugins_index"), name="plugins", icon_name="cogs", order=620
    )
