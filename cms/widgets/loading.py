"""Import the widgets of every plugin; a plugin that fails here is set aside, the rest goes on."""

from __future__ import annotations

import logging
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from cms.plugins.registry import plugins

from .registry import widgets

logger = logging.getLogger(__name__)


def load_widgets() -> None:
    """Import ``widgets`` of each usable plugin that has such a module.

    Raises:
        PluginsError: one failed and ``PLUGINS_STRICT`` is set.
    """
    for info in plugins.usable():
        app = apps.get_app_config(info.id)
        if not module_has_submodule(app.module, "widgets"):
            continue
        try:
            import_module(f"{app.name}.widgets")
        # Whatever a plugin raises, the start goes on without it.
        except Exception as error:
            logger.exception("plugin %s is set aside: its widgets cannot be loaded", info.id)
            widgets.remove_plugin(info.id)
            plugins.set_aside(
                info.id, f"its widgets cannot be loaded: {type(error).__name__}: {error}"
            )
