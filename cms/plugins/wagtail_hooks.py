"""The plugin screens' place in the admin."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from sites.administering import MENU_HOOK
from sites.isolation.gate import SHARED, let_in
from sites.models import Department

from .administering import SiteAdministratorMenuItem
from .contributions import contributions
from .guarding import set_aside
from .screens import AdminScreen
from .views import PluginDepartmentsView, PluginHealthView, PluginSettingsView, PluginsView


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The departments, the switches of one, a plugin's settings there; the province's screen."""
    one = "plugins/<int:department_id>/"
    let_in(
        ["plugins_index", "plugins_department", "plugins_settings"],
        ids={"department_id": Department, "plugin_id": SHARED},
    )
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


@hooks.register(MENU_HOOK)
def register_menu_item() -> SiteAdministratorMenuItem:
    """Plugins, among the screens of the own site."""
    return SiteAdministratorMenuItem(
        _("Plugins"), reverse("plugins_index"), name="plugins", icon_name="cogs", order=310
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """What the acts on these screens are called in the record."""
    for code, label in (
        ("switch", _("Switch plugins on or off")),
        ("settings", _("Change a plugin's settings")),
        ("off_everywhere", _("Switch a plugin off on all sites")),
        ("left_to_sites", _("Leave a plugin to the sites again")),
    ):
        actions.register_action(f"sen.plugins.{code}", label, label)
