"""For the tests of a plugin: render a widget, and the contract that every widget keeps.

class TestVisitCounter(WidgetContract):
    widget = VisitCounter

A pytest plugin as well, with the fixtures ``two_sites`` and ``no_network``: say
``pytest_plugins = ["cms.sdk.testing"]`` in ``conftest.py``.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail import hooks
from wagtail.blocks import Block, CharBlock, ListBlock, StructBlock, TextBlock, URLBlock
from wagtail.models import Page

from cms.plugins.activation import set_enabled_plugins
from cms.plugins.models import PluginActivation, PluginFailure
from cms.plugins.registry import PluginInfo, PluginState, plugins
from cms.widgets.editing import packing_problem
from cms.widgets.models import WidgetArea
from cms.widgets.registry import RegisteredWidget, widgets
from cms.widgets.rendering import Item, build_context, context_for
from cms.widgets.rendering import render_widget as render_in_frame
from cms.widgets.slots import Slot
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
    with installed(widget_class), acting_for(department):
        entry = _entry(widget_class)
        item = Item(Slot.SIDEBAR, "test", entry, stored_config(widget_class, config))
        base = build_context(department, page)
        context = context_for(item, replace(base, today=today or base.today), query or {})
        value = entry.block.to_python(item.stored)
        return str(render_in_frame(item, context, value, fragment=False) or "")


def put_in_sidebar(
    department: Department, *items: tuple[type[Widget], Mapping[str, Any]]
) -> WidgetArea:
    """Publish these widgets, with their stored settings, as the whole right sidebar of a site."""
    stored = [
        {"type": widget_class.id, "value": stored_config(widget_class, config), "id": f"item-{n}"}
        for n, (widget_class, config) in enumerate(items)
    ]
    area, _created = WidgetArea.objects.update_or_create(
        page=Page.objects.get(pk=department.site.root_page_id),
        slot=Slot.SIDEBAR,
        defaults={"widgets": stored, "live": True},
    )
    return area


@pytest.fixture
def two_sites(db: Any) -> tuple[Department, Department]:
    """Two departments with open sites that use every installed plugin."""
    cache.clear()
    departments = (
        open_site("ours.localhost", name="Đơn vị của ta", kind="department").department,
        open_site("theirs.localhost", name="Đơn vị khác", kind="department").department,
    )
    for department in departments:
        set_enabled_plugins(department, plugins.usable_ids())
    return departments


class NetworkUsedError(AssertionError):
    """Something tried to reach another machine."""


@contextmanager
def blocked_network() -> Iterator[None]:
    """Refuse every connection of Python's sockets inside the block, but to the shared cache.

    Raises:
        NetworkUsedError: at the block's end, where something tried (even if it caught the refusal).
    """
    allowed = urlsplit(settings.REDIS_URL)
    tried: list[Any] = []
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if allowed.hostname and address[0:2] == (allowed.hostname, allowed.port or 6379):
            connect(self, address)
            return
        tried.append(address)
        raise NetworkUsedError(f"tried to connect to {address}")

    def refuse_name(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host == allowed.hostname:
            return resolve(host, *args, **kwargs)
        tried.append(host)
        raise NetworkUsedError(f"tried to look up {host}")

    resolve = socket.getaddrinfo
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "connect_ex", refuse)
        patch.setattr(socket, "getaddrinfo", refuse_name)
        yield
    if tried:
        raise NetworkUsedError(f"tried to reach {tried}")


@pytest.fixture
def no_network() -> Iterator[None]:
    """The test fails where something tries to reach another machine."""
    with blocked_network():
        yield


class WidgetContract:
    """What every widget keeps. Derive, name the ``widget``, and pytest does the rest.

    ``config`` is what the tests store for it beside the defaults;
    ``max_queries`` is what it may ask the database when nothing is kept. Where
    it shows nothing without content, override :meth:`prepare`.
    """

    widget: ClassVar[type[Widget]]
    config: ClassVar[Mapping[str, Any]] = {}
    max_queries: ClassVar[int] = 10

    def prepare(self, department: Department) -> None:
        """Make what the widget shows; ``department`` is the current one."""

    @pytest.fixture
    def department(self, db: Any) -> Iterator[Department]:
        """A department with an open site that uses the widget's plugin."""
        cache.clear()
        opened = open_site("contract.localhost", name="Đơn vị thử", kind="department")
        with installed(self.widget) as plugin_id:
            enable(opened.department, plugin_id)
            with acting_for(opened.department):
                self.prepare(opened.department)
            yield opened.department

    def test_it_introduces_itself(self, department: Department) -> None:
        """It has a label in words and an icon that the editor has."""
        icons = {name for hook in hooks.get_hooks("register_icons") for name in hook([])}
        assert str(self.widget.label).strip()
        assert any(path.endswith(f"/{self.widget.icon}.svg") for path in icons), self.widget.icon

    def test_the_editor_can_show_its_settings(self, department: Department) -> None:
        """Its block can be packed for the browser; one that cannot is left out of the editor."""
        problem = packing_problem(_entry(self.widget))
        assert not problem, problem

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
        """Without the plugin the settings are kept, word by word; with it they are read again."""
        area = put_in_sidebar(department, (self.widget, self.config))
        first = _stored(area)
        with widgets.restored():
            widgets.remove_plugin(_entry(self.widget).plugin_id)
            area.refresh_from_db()
            list(area.widgets)
            area.save()
            assert _stored(area) == first
            assert self._section(department) == ""
        area.refresh_from_db()
        assert [child.block_type for child in area.widgets] == [self.widget.id]
        assert _stored(area) == first

    def test_no_migration_of_ours_is_wanted(self, department: Department) -> None:
        """With the widget and without it, no table of Sen's changes."""
        assert _wanted_migrations() == {}
        with widgets.restored():
            widgets.remove_plugin(_entry(self.widget).plugin_id)
            assert _wanted_migrations() == {}

    def test_switched_off_it_is_not_shown(self, department: Department) -> None:
        """Where the department has the plugin off, nothing of it is on the page."""
        put_in_sidebar(department, (self.widget, self.config))
        set_enabled_plugins(department, ())
        assert self._section(department) == ""

    def test_it_asks_the_database_little(self, department: Department) -> None:
        """Rendering it with nothing kept takes at most ``max_queries`` statements."""
        render_widget(self.widget, self.config, department=department)
        with CaptureQueriesContext(connection) as queries:
            render_widget(self.widget, self.config, department=department)
        statements = [query["sql"] for query in queries.captured_queries]
        assert len(statements) <= self.max_queries, "\n".join(statements)

    def test_it_asks_no_other_machine(self, department: Department) -> None:
        """While a page renders, nothing is fetched: that is what ``refresh`` is for."""
        put_in_sidebar(department, (self.widget, self.config))
        with blocked_network():
            render_widget(self.widget, self.config, department=department)

    def test_hostile_strings_are_escaped(self, department: Department) -> None:
        """Markup that an editor writes into the settings arrives as text."""
        block = _entry(self.widget).block
        stored = stored_config(self.widget, self.config)
        html = render_widget(self.widget, _hostile(block, stored), department=department)
        assert "<script" not in html
        # The heading shows that what was hostile was there.
        if "title" in block.child_blocks and html:
            assert "&lt;script&gt;" in html

    def test_it_brings_no_inline_script_or_style(self, department: Department) -> None:
        """The pages' policy forbids both: they would not work."""
        html = render_widget(self.widget, self.config, department=department)
        found = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=", html)
        assert not found

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
        # The head holds the widget's styles, which name its classes.
        body = response.content.decode().partition("<body")[2]
        assert f"widget--{self.widget.id}" not in body
        failure = PluginFailure.objects.get(department=department, part=f"widget {self.widget.id}")
        assert "on purpose" in failure.message

    def test_it_shows_nothing_of_another_department(self, department: Department) -> None:
        """On another site that uses the plugin nothing says where the first site's content is."""
        other = open_site("other.localhost", name="Đơn vị ngoài", kind="department").department
        enable(other, _entry(self.widget).plugin_id)
        html = render_widget(self.widget, {}, department=other)
        assert department.host not in html
        assert "Đơn vị thử" not in html

    def test_what_is_kept_does_not_depend_on_the_visitor(self, department: Department) -> None:
        """Two visitors who differ in everything see the same; else declare ``Cache(max_age=0)``."""
        if not self._is_kept():
            return
        put_in_sidebar(department, (self.widget, self.config))
        first = self._section(
            department, headers={"user-agent": "Mozilla/5.0 one", "accept-language": "vi"}
        )
        second = self._section(
            department,
            REMOTE_ADDR="203.0.113.7",
            headers={
                "user-agent": "Mozilla/5.0 two",
                "accept-language": "en",
                "referer": "https://example.org/",
                "cookie": "theme=dark; seen=1",
            },
        )
        assert first == second, "two visitors see different things: it must not be kept"

    def test_what_is_kept_depends_on_declared_words_only(
        self, department: Department, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Contexts whose output differs differ in a word of ``cache.vary``."""
        if not self._is_kept():
            return
        declared = self.widget.cache.vary if self.widget.cache else frozenset()

        def render(**context: Any) -> str:
            return render_widget(self.widget, self.config, department=department, **context)

        plain = render()
        assert render() == plain, "two renders in a row differ"
        home = department.site.root_page.specific
        if "page" not in declared:
            assert render(page=home) == plain, "depends on the page: vary on “page”"
        if "query:*" not in declared and not any(w.startswith("query:") for w in declared):
            assert render(query={"x": "1"}) == plain, "depends on the address"
        if "date" not in declared and not (self.widget.cache and self.widget.cache.max_age):
            real = timezone.now
            monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=40))
            later = render(today=timezone.localdate())
            assert later == plain, "depends on the date: vary on “date” or give a max_age"

    def _is_kept(self) -> bool:
        declared = self.widget.cache
        return declared is not None and declared.cacheable

    def _section(self, department: Department, **request: Any) -> str:
        """The widget's own part of the front page; empty where it is not there."""
        cache.clear()
        headers = {"host": department.host, **request.pop("headers", {})}
        page = Client(headers=headers, **request).get("/").content.decode()
        match = re.search(
            rf'<section class="widget widget--{self.widget.id}".*?</section>', page, re.DOTALL
        )
        return match[0] if match else ""


def _wanted_migrations() -> dict[str, Any]:
    """The migrations that Sen's own apps would want now."""
    ours = {config.label for config in apps.get_app_configs() if _is_ours(config.name)}
    loader = MigrationLoader(None)
    # Names are compared as they are written, untranslated, as makemigrations does.
    with translation.override(None, deactivate=True):
        detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        wanted: dict[str, Any] = detector.changes(graph=loader.graph)
    return {label: changes for label, changes in wanted.items() if label in ours}


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in ("cms", "sites")


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
