"""Standing between Django's start and a plugin's own code.

``INSTALLED_APPS`` names a plugin as ``cms.plugins.guarding.<id>``, which is made
here from the plugin's AppConfig: what raises in its models, in ``ready`` or in
its modules sets this plugin aside, and the start goes on without it.
"""

from __future__ import annotations

import logging
import pkgutil
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType

from django.apps import AppConfig, apps
from django.conf import settings
from django.utils.module_loading import import_string, module_has_submodule

logger = logging.getLogger(__name__)

# What a plugin may bring beside its AppConfig and its models, imported once Django is ready.
MODULES = ("widgets", "plugin")

Undo = Callable[[str], None]
_on_set_aside: list[Undo] = []


def when_set_aside(undo: Undo) -> None:
    """Let ``undo(plugin_id)`` forget what a plugin registered before it failed."""
    _on_set_aside.append(undo)


def set_aside(plugin_id: str, what: str, error: BaseException) -> None:
    """Quarantine a plugin of which ``what`` failed.

    Raises:
        PluginsError: ``PLUGINS_STRICT`` is set.
    """
    from .registry import plugins

    logger.error("plugin %s is set aside: %s", plugin_id, what, exc_info=error)
    for undo in _on_set_aside:
        undo(plugin_id)
    plugins.set_aside(plugin_id, f"{what}: {type(error).__name__}: {error}")


class GuardedConfig(AppConfig):
    """Mixed in front of a plugin's AppConfig."""

    _failed = False

    def import_models(self) -> None:
        """Import the models; where they raise, the plugin goes on without any."""
        try:
            super().import_models()
        # A stranger's module may raise anything.
        except Exception as error:
            self._failed = True
            self._forget_models()
            set_aside(self.label, "its models cannot be imported", error)

    def ready(self) -> None:
        """Run the plugin's own ``ready`` and import its modules."""
        if self._failed:
            self._hide_template_tags()
            return
        what = "its ready() failed"
        try:
            super().ready()
            for name in self._module_names():
                what = f"{name} cannot be imported"
                import_module(name)
        except Exception as error:
            self._failed = True
            self._hide_template_tags()
            # Its tables stay as they are; whatever stands in its migrations is not run.
            settings.MIGRATION_MODULES = {**settings.MIGRATION_MODULES, self.label: None}
            set_aside(self.label, what, error)

    def _module_names(self) -> Iterator[str]:
        for name in MODULES:
            if module_has_submodule(self.module, name):
                yield f"{self.name}.{name}"
        # Django imports these by itself and would die of them.
        for package in ("templatetags", "migrations"):
            if module_has_submodule(self.module, package):
                yield from _modules_of(f"{self.name}.{package}")

    def _forget_models(self) -> None:
        """Take back what the models had registered by the time they raised."""
        pages = sys.modules.get("wagtail.models.pages")
        if pages is not None:
            classes = pages.PAGE_MODEL_CLASSES
            classes[:] = [model for model in classes if model._meta.app_label != self.label]
        models = apps.all_models[self.label]
        models.clear()
        self.models, self.models_module = models, None
        apps.clear_cache()
        settings.MIGRATION_MODULES = {**settings.MIGRATION_MODULES, self.label: None}

    def _hide_template_tags(self) -> None:
        """Put an empty module in place of the package that Django's templates would search."""
        name = f"{self.name}.templatetags"
        sys.modules[name] = ModuleType(name)


def _modules_of(package: str) -> Iterator[str]:
    yield package
    for module in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
        yield module.name


def __getattr__(name: str) -> type[AppConfig]:
    """The guarded AppConfig of the plugin with this id."""
    found = settings.PLUGINS if settings.configured and not name.startswith("_") else None
    for plugin in found.plugins if found else ():
        if plugin.id == name:
            config: type[AppConfig] = import_string(plugin.app_config)
            return type(config.__name__, (GuardedConfig, config), {"__module__": config.__module__})
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
