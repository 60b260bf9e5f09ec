"""For the tests of a plugin: render a widget, and the contract that every widget keeps.

class TestVisitCounter(WidgetContract):
    widget = VisitCounter
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import pytest
from django.core.cache import cache
from django.test import Client
from wagtail.blocks import Block, CharBlock, ListBlock, StructBlock, TextBlock, URLBlock
from wagtail.models import Page

from cms.plugins.activation import set_enabled_plugins
from cms.plugins.models import PluginActivation, PluginFailure
from cms.plugins.registry import PluginInfo, PluginState, plugins
from cms.widgets.declarations import declared_parameters
from cms.widgets.models import Slot, WidgetArea
from cms.widgets.registry import RegisteredWidget, widgets
from cms.widgets.rendering import Item, build_context
from cms.widgets.rendering import render_widget as render_in_frame
from cms.widgets.widget import Widget
from sites.models import Department
from sites.opening import open_site
from sites.tenancy import acting_for

HOSTILE = "\"'><script>alert('sen')</script>&amp;"
HOSTILE_URL = "https://vidu.vn/\"><script>alert('sen')</script>"
TEST_PLUGIN = "plugin_under_test"


@contextmanager
def installed(widget_class: type[Widget], plugin_id: str = TEST_PLUGIN) -> Iterator[str]:
    """Have ``widget_class`` registered inside the block; yields the id of its plugin.

    A widget of an installed plugin is left as it is. For any other, a plugin is
    made up; switch it on with :func:`enable`.
    """
    entry = widgets.get(widget_class.id)
    if entry is not None and type(entry.widget) is widget_class:
        yield entry.plugin_id
        return
    with ExitStack() as stack:
        if plugin_id not in plugins.usable_ids():
            info = PluginInfo(plugin_id, "1.0", plugin_id, "test", PluginState.ACTIVE)
            stack.enter_context(plugins.temporarily(info))
        stack.enter_context(widgets.restored())
        widgets.add(widget_class, plugin_id)
        yield plugin_id


def enable(department: Department, *plugin_ids: str) -> None:
    """Switch plugins on for ``department``, beside those that are on."""
    chosen = PluginActivation.objects.filter(department=department, enabled=True)
    set_enabled_plugins(department, [*plugin_ids, *chosen.values_list("plugin_id", flat=True)])


def stored_config(widget_class: type[Widget], config: Mapping[str, Any] | None) -> dict[str, Any]:
    """The stored form of ``config``, completed by the defaults."""
    entry = _entry(widget_class)
    value = entry.block.to_python(dict(config or {}))
    stored: dict[str, Any] = entry.block.get_prep_value(value)
    return stored


def render_widget(
    widget_class: type[Widget],
    config: Mapping[str, Any] | None = None,
    *,
    department: Department,
    page: Page | None = None,
    query: Mapping[str, str] | None = None,
    today: date | None = None,
) -> str:
    """The HTML of one widget in its frame; empty where it shows nothing.

    Args:
        config: settings as they are stored; what is left out has its default.
        query: the address's parameters; those that were not declared are dropped.
        today: the date in Việt Nam; the real one by default.

    Raises:
        Exception: whatever the widget raises; on a page it would be left out.
    """
    with installed(widget_class):
        entry = _entry(widget_class)
        context = build_context(department, page)
        names = declared_parameters(entry.widget)
        context = replace(
            context,
            query={name: value for name, value in (query or {}).items() if name in names},
            today=today or context.today,
        )
        item = Item(Slot.SIDEBAR, "test", entry, stored_config(widget_class, config))
        value = entry.block.to_python(item.stored)
        with acting_for(department):
            return str(render_in_frame(item, context, value, fragment=False) or "")


def put_in_sidebar(
    department: Department, *items: tuple[type[Widget], Mapping[str, Any]]
) -> WidgetArea:
    """Make these widgets, with their stored settings, the whole sidebar of a site."""
    stored = [
        {"type": widget_class.id, "value": stored_config(widget_class, config), "id": f"item-{n}"}
        for n, (widget_class, config) in enumerate(items)
    ]
    area, _created = WidgetArea.objects.update_or_create(
        department=department, slot=Slot.SIDEBAR, defaults={"widgets": stored}
    )
    return area


class WidgetContract:
    """What every widget keeps. Derive, name the ``widget``, and pytest does the rest.

    ``config`` is what the tests store for it beside the defaults.
    """

    widget: ClassVar[type[Widget]]
    config: ClassVar[Mapping[str, Any]] = {}

    @pytest.fixture
    def department(self, db: Any) -> Iterator[Department]:
        """A department with an open site that uses the widget's plugin."""
        cache.clear()
        opened = open_site("contract.localhost", name="Đơn vị thử", kind="department")
        with installed(self.widget) as plugin_id:
            enable(opened.department, plugin_id)
            yield opened.department

    def test_settings_survive_a_round_trip(self, department: Department) -> None:
        """Stored, read, and stored again they are the same."""
        area = put_in_sidebar(department, (self.widget, self.config))
        first = _stored(area)
        area.refresh_from_db()
        # Touching every child makes the field write what it has read.
        list(area.widgets)
        area.save()
        assert _stored(area) == first

    def test_settings_survive_an_uninstallation(self, department: Department) -> None:
        """Without the plugin the settings are kept, word by word."""
        area = put_in_sidebar(department, (self.widget, self.config))
        first = _stored(area)
        with widgets.restored():
            widgets.remove_plugin(_entry(self.widget).plugin_id)
            area.refresh_from_db()
            list(area.widgets)
            area.save()
            assert _stored(area) == first

    def test_hostile_strings_are_escaped(self, department: Department) -> None:
        """Markup that an editor writes into the settings arrives as text."""
        block = _entry(self.widget).block
        stored = stored_config(self.widget, self.config)
        html = render_widget(self.widget, _hostile(block, stored), department=department)
        assert "<script" not in html
        # The heading shows that what was hostile was there.
        if "title" in block.child_blocks and html:
            assert "&lt;script&gt;" in html

    def test_raising_leaves_the_page_whole(
        self, department: Department, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A page whose widget raises is served without it, and the failure is known."""

        def explode(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError("on purpose")

        put_in_sidebar(department, (self.widget, self.config))
        monkeypatch.setattr(self.widget, "get_context", explode)
        response = Client(headers={"host": department.host}).get("/")
        assert response.status_code == 200
        assert f"widget--{self.widget.id}" not in response.content.decode()
        failure = PluginFailure.objects.get(department=department, part=f"widget {self.widget.id}")
        assert "on purpose" in failure.message


def _entry(widget_class: type[Widget]) -> RegisteredWidget:
    entry = widgets.get(widget_class.id)
    assert entry is not None, f"{widget_class.__name__} is not registered: use installed()"
    return entry


def _stored(area: WidgetArea) -> Any:
    stored = WidgetArea.objects.filter(pk=area.pk).values_list("widgets", flat=True).get()
    return json.loads(json.dumps(stored.stream_block.get_prep_value(stored)))


def _hostile(block: Block, stored: Any) -> Any:
    """``stored`` with every text in it replaced by something that bites."""
    if isinstance(block, StructBlock):
        values = stored if isinstance(stored, dict) else {}
        filled = {
            name: _hostile(child, values.get(name)) for name, child in block.child_blocks.items()
        }
        return {**values, **filled}
    if isinstance(block, ListBlock):
        items = stored or [{"type": "item", "value": None, "id": "item"}]
        return [{**item, "value": _hostile(block.child_block, item["value"])} for item in items]
    if isinstance(block, URLBlock):
        return HOSTILE_URL
    if isinstance(block, CharBlock | TextBlock):
        return HOSTILE
    return stored
