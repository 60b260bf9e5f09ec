"""A plugin's settings for a department: blocks, stored as JSON with a version, no migration."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ImproperlyConfigured
from wagtail.blocks import StructBlock

from cms.delivery.cache import purge, site_tag
from sites.models import Department

from .boundary import REQUEST_BUDGET, attempt
from .contributions import contributions, plugin_of
from .failures import Part
from .models import PluginConfiguration


class PluginSettings:
    """The settings of a plugin for a whole site, as its administrator fills them in.

    Derive, fill in, and ``@register_settings`` it, once a plugin. ``version`` is
    raised when stored settings change their meaning.
    """

    version: ClassVar[int] = 1

    class Config(StructBlock):
        """The fields, as in a widget's ``Config``."""

    def upgrade(self, config: dict[str, Any], version: int) -> dict[str, Any]:
        """Settings as this version reads them, from those that ``version`` stored."""
        return config


SettingsClass = TypeVar("SettingsClass", bound=type[PluginSettings])


class RegisteredSettings:
    """A plugin's settings, and the block that edits them."""

    def __init__(self, plugin_id: str, definition: PluginSettings) -> None:
        self.plugin_id = plugin_id
        self.definition = definition
        self.block: StructBlock = definition.Config()

    def read(self, department: Department) -> Mapping[str, Any]:
        """The department's settings.

        The defaults where it saved none, and where what it saved cannot be read:
        by a newer version, or because ``upgrade`` raises, which is written down.
        """
        row = self._stored(department)
        if row is None or row.version > self.definition.version:
            return self.block.get_default()
        stored = dict(row.value)
        part = Part(self.plugin_id, "upgrade of its settings")
        outcome = attempt(
            department, part, REQUEST_BUDGET, partial(self._current, stored, row.version)
        )
        return self.block.get_default() if outcome.value is None else outcome.value

    def is_newer(self, department: Department) -> bool:
        """Whether a newer version of the plugin stored the settings; they are not to be lost."""
        row = self._stored(department)
        return row is not None and row.version > self.definition.version

    def _stored(self, department: Department) -> PluginConfiguration | None:
        mine = PluginConfiguration.objects.filter(plugin_id=self.plugin_id)
        return mine.filter(department=department).first()

    def _current(self, stored: dict[str, Any], version: int) -> Mapping[str, Any]:
        if version != self.definition.version:
            stored = self.definition.upgrade(stored, version)
        value: Mapping[str, Any] = self.block.to_python(stored)
        return value

    def write(self, department: Department, value: Mapping[str, Any]) -> None:
        """Store cleaned settings, and let no kept page show the old ones.

        Raises:
            ValueError: a newer version stored what is there.
        """
        if self.is_newer(department):
            raise ValueError("a newer version of the plugin stored these settings")
        PluginConfiguration.objects.update_or_create(
            department=department,
            plugin_id=self.plugin_id,
            defaults={
                "version": self.definition.version,
                "value": self.block.get_prep_value(value),
            },
        )
        purge(site_tag(department.site_id))


def register_settings(definition: SettingsClass) -> SettingsClass:
    """Class decorator: these are the plugin's settings for a site.

    Raises:
        ImproperlyConfigured: the plugin has some already, or the class does not hold.
    """
    plugin_id = plugin_of(definition.__module__)
    mine = contributions.to_fill(plugin_id)
    if mine.settings is not None:
        raise ImproperlyConfigured("a plugin has one class of settings")
    if not issubclass(definition.Config, StructBlock):
        raise ImproperlyConfigured("Config is a class derived from StructBlock")
    mine.settings = RegisteredSettings(plugin_id, definition())
    return definition


def settings_of(plugin_id: str, department: Department) -> Mapping[str, Any]:
    """A plugin's settings for ``department``; empty where it declares none."""
    registered = contributions.of(plugin_id).settings
    return registered.read(department) if registered is not None else {}
