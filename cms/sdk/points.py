"""The extension points, as data: what documentation and tests are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cms import sdk


@dataclass(frozen=True)
class ExtensionPoint:
    """One way in which a plugin takes part.

    Args:
        name: what it is called in the docs.
        page: its page, in docs/plugins.
        objects: what of ``cms.sdk`` belongs to it; all their public names are documented.
    """

    name: str
    page: str
    objects: tuple[Any, ...]


EXTENSION_POINTS = (
    ExtensionPoint("widget", "widget.md", (sdk.Widget, sdk.WidgetContext, sdk.register)),
    ExtensionPoint("cache", "cache.md", (sdk.Cache, sdk.purge)),
    ExtensionPoint("fragment", "fragments.md", ()),
    ExtensionPoint("refresh", "refresh.md", (sdk.Snapshot,)),
    ExtensionPoint("site hook", "hooks.md", (sdk.site_hook, sdk.SiteEvent)),
    ExtensionPoint(
        "settings", "settings.md", (sdk.PluginSettings, sdk.register_settings, sdk.settings_of)
    ),
    ExtensionPoint("page type", "pages.md", (sdk.PluginPage,)),
    ExtensionPoint(
        "admin screen", "screens.md", (sdk.AdminScreen, sdk.register_screen, sdk.DepartmentModel)
    ),
    ExtensionPoint(
        "addresses",
        "urls.md",
        (sdk.register_urls, sdk.render_page, sdk.visitor_post, sdk.visitor_mark),
    ),
    ExtensionPoint("background task", "tasks.md", (sdk.background_task,)),
    ExtensionPoint("beacon", "on_hit.md", (sdk.on_hit, sdk.Hit)),
)
