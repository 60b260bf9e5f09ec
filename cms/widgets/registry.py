"""The widgets of all usable plugins, by id, each with the block that edits its settings.

A block lives for ever once it is made (Wagtail keeps a table of them), so each
is made once, and the streams that hold them once for each set of widgets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from wagtail.blocks import StructBlock

from cms.delivery.cache import Cache
from cms.plugins.contributions import plugin_of
from cms.plugins.guarding import when_set_aside

from .declarations import is_vary_word
from .placement import PLACEMENT
from .slots import Slot
from .widget import GROUPS, Widget

if TYPE_CHECKING:
    from .blocks import WidgetStreamBlock

WidgetClass = TypeVar("WidgetClass", bound=type[Widget])

_ID = re.compile(r"[a-z][a-z0-9_]{1,49}\Z")
MISSING = "missing_widget"


@dataclass(frozen=True)
class RegisteredWidget:
    """A widget, the plugin it belongs to, and the block of its settings."""

    widget: Widget
    plugin_id: str
    block: StructBlock

    @property
    def id(self) -> str:
        """The widget's id."""
        return self.widget.id


class WidgetRegistry:
    """The registered widgets of this process."""

    def __init__(self) -> None:
        self._widgets: dict[str, RegisteredWidget] = {}
        self._aliases: dict[str, str] = {}
        self._streams: dict[frozenset[str], WidgetStreamBlock] = {}

    def add(self, widget_class: type[Widget], plugin_id: str) -> RegisteredWidget:
        """Register ``widget_class`` for a plugin.

        Raises:
            ImproperlyConfigured: the class does not hold; the message says what.
        """
        from .blocks import make_config_block

        self._validate(widget_class)
        widget = widget_class()
        entry = RegisteredWidget(widget, plugin_id, make_config_block(widget))
        self._widgets[widget.id] = entry
        self._aliases.update(dict.fromkeys(widget.aliases, widget.id))
        self._streams.clear()
        return entry

    def _validate(self, widget_class: type[Widget]) -> None:
        def refuse(reason: str) -> None:
            raise ImproperlyConfigured(f"widget {widget_class.__qualname__}: {reason}")

        for name in ("id", "label", "template"):
            if not getattr(widget_class, name, None):
                refuse(f"{name} is missing")
        for name in (widget_class.id, *widget_class.aliases):
            if not _ID.match(name) or name == MISSING:
                refuse(f"{name!r} is no id: lower-case letters, digits and _, a letter first")
            if name in self._widgets or name in self._aliases:
                refuse(f"the id {name!r} is taken")
        if not (isinstance(widget_class.version, int) and widget_class.version >= 1):
            refuse("version is a whole number from 1")
        if widget_class.delivery not in ("page", "fragment"):
            refuse("delivery is 'page' or 'fragment'")
        config: Any = getattr(widget_class, "Config", None)
        if not (isinstance(config, type) and issubclass(config, StructBlock)):
            refuse("Config is a class derived from StructBlock")
        if PLACEMENT in config.base_blocks:
            refuse(f"the setting {PLACEMENT!r} is the core's: call it something else")
        if widget_class.group not in GROUPS:
            refuse(f"group is one of {', '.join(GROUPS)}")
        if not isinstance(widget_class.preview_config, Mapping):
            refuse("preview_config is a mapping of settings")
        unknown = sorted(set(widget_class.preview_config) - set(config.base_blocks))
        if unknown:
            refuse(f"preview_config: Config has no {', '.join(unknown)}")
        place = widget_class.default_place
        if place is not None and not (
            isinstance(place, tuple) and len(place) == 2 and place[0] in Slot.values
        ):
            refuse(f"default_place is a slot ({', '.join(Slot.values)}) and an order")
        if widget_class.cache is not None:
            if not isinstance(widget_class.cache, Cache):
                refuse("cache is a Cache")
            unknown = sorted(word for word in widget_class.cache.vary if not is_vary_word(word))
            if unknown:
                refuse(f"nothing can vary on {', '.join(unknown)}")

    def remove_plugin(self, plugin_id: str) -> None:
        """Forget the widgets of a plugin that was set aside."""
        gone = {key for key, entry in self._widgets.items() if entry.plugin_id == plugin_id}
        self._widgets = {k: v for k, v in self._widgets.items() if k not in gone}
        self._aliases = {k: v for k, v in self._aliases.items() if v not in gone}
        self._streams.clear()

    def get(self, widget_id: str) -> RegisteredWidget | None:
        """The widget with this id or alias, or None."""
        return self._widgets.get(self._aliases.get(widget_id, widget_id))

    def all(self) -> list[RegisteredWidget]:
        """Every widget, in the order of registration."""
        return list(self._widgets.values())

    def of_plugins(self, plugin_ids: frozenset[str]) -> list[RegisteredWidget]:
        """The widgets of these plugins."""
        return [entry for entry in self._widgets.values() if entry.plugin_id in plugin_ids]

    def stream_block(self, entries: list[RegisteredWidget] | None = None) -> WidgetStreamBlock:
        """The stream that holds ``entries``; every widget where None."""
        from .blocks import WidgetStreamBlock

        entries = self.all() if entries is None else entries
        key = frozenset(entry.id for entry in entries)
        if key not in self._streams:
            self._streams[key] = WidgetStreamBlock(
                [(entry.id, entry.block) for entry in entries], required=False
            )
        return self._streams[key]

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Undo at the block's end what it adds and removes, for tests."""
        before = dict(self._widgets), dict(self._aliases)
        try:
            yield
        finally:
            self._widgets, self._aliases = before
            self._streams.clear()


widgets = WidgetRegistry()
when_set_aside(widgets.remove_plugin)


def register(widget_class: WidgetClass) -> WidgetClass:
    """Class decorator: make a widget known. Its plugin is the app it is defined in.

    Raises:
        ImproperlyConfigured: the class does not hold, or belongs to no app.
    """
    widgets.add(widget_class, plugin_of(widget_class.__module__))
    return widget_class
