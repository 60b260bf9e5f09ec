"""Which plugins are there, which of them may run, and why the others may not.

What settings found before the start is the beginning; a plugin that fails later
(its widgets cannot be imported, say) is set aside here as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

from django.apps import apps
from django.conf import settings
from django.utils.functional import Promise

from .discovery import Discovery, PluginsError, is_strict


class PluginState(StrEnum):
    """Whether a plugin may run."""

    ACTIVE = "active"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class PluginInfo:
    """One plugin as the administrator sees it. ``error`` is empty unless it is quarantined."""

    id: str
    version: str
    label: str | Promise
    source: str
    state: PluginState
    error: str = ""


class PluginRegistry:
    """The plugins of this process, in the order in which they were found."""

    def __init__(self) -> None:
        self._loaded = False
        # A duplicate has the id of the plugin it clashes with, so ids do not identify rows.
        self._usable: dict[str, PluginInfo] = {}
        self._quarantined: list[PluginInfo] = []

    def load(self, discovery: Discovery) -> None:
        """Take over what was found before the start."""
        self._loaded = True
        self._quarantined = [
            PluginInfo(p.id, p.version, p.id, p.source, PluginState.QUARANTINED, p.reason)
            for p in discovery.quarantined
        ]
        self._usable = {
            p.id: PluginInfo(
                p.id,
                p.version,
                apps.get_app_config(p.id).verbose_name,
                p.source,
                PluginState.ACTIVE,
            )
            for p in discovery.plugins
        }

    def _ensure_loaded(self) -> None:
        if not self._loaded:
            self.load(settings.PLUGINS)

    def all(self) -> list[PluginInfo]:
        """Every plugin: those that may run, then those that are set aside."""
        self._ensure_loaded()
        return [*self._usable.values(), *self._quarantined]

    def usable(self) -> list[PluginInfo]:
        """The plugins that may run."""
        self._ensure_loaded()
        return list(self._usable.values())

    def usable_ids(self) -> frozenset[str]:
        """The ids of the plugins that may run."""
        self._ensure_loaded()
        return frozenset(self._usable)

    def quarantined(self) -> list[PluginInfo]:
        """The plugins that are set aside."""
        self._ensure_loaded()
        return list(self._quarantined)

    def get(self, plugin_id: str) -> PluginInfo | None:
        """The plugin with this id, usable or not; None for one that is not there."""
        return next((info for info in self.all() if info.id == plugin_id), None)

    def set_aside(self, plugin_id: str, reason: str) -> None:
        """Quarantine a plugin that was thought usable.

        Raises:
            PluginsError: ``PLUGINS_STRICT`` is set.
        """
        self._ensure_loaded()
        info = self._usable.pop(plugin_id, None)
        if info is None:
            return
        self._quarantined.append(replace(info, state=PluginState.QUARANTINED, error=reason))
        if is_strict():
            raise PluginsError(f"{plugin_id} ({info.source}): {reason}")

    @contextmanager
    def temporarily(self, info: PluginInfo) -> Iterator[PluginInfo]:
        """Have one more plugin inside the block, for tests; what happens to it is undone."""
        self._ensure_loaded()
        usable, quarantined = dict(self._usable), list(self._quarantined)
        self._usable[info.id] = info
        try:
            yield info
        finally:
            self._usable, self._quarantined = usable, quarantined


plugins = PluginRegistry()
