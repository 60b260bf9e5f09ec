"""Plugins at run time: default activations, and setting aside what fails."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from cms.plugins.activation import enabled_plugins, set_enabled_plugins
from cms.plugins.checks import check_quarantined
from cms.plugins.discovery import Discovery, PluginsError, QuarantinedPlugin
from cms.plugins.guarding import set_aside
from cms.plugins.registry import PluginInfo, PluginRegistry, PluginState, plugins
from cms.sdk import Cache
from cms.sdk.testing import installed
from cms.widgets.defaults import declared_items
from cms.widgets.registry import register, widgets
from sites.models import Department
from sites.opening import open_site

from .samples import Note

ROOT = Path(__file__).resolve().parents[3]
BUNDLED = {path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml")}


def reopen(department: Department) -> None:
    open_site(department.host, name=department.name, kind="department")


def test_a_new_site_has_the_bundled_plugins_in_the_places_they_declare(
    site_a: Department,
) -> None:
    assert enabled_plugins(site_a) == BUNDLED
    items = declared_items("sidebar", widgets.of_plugins(enabled_plugins(site_a)))
    assert [item["type"] for item in items] == [
        "section_menu",
        "latest_news",
        "date_browser",
        "most_read",
        "visit_counter",
        "links",
    ]
    # A fragment is asked for by its id: it must be the same on the next request.
    again = declared_items("sidebar", widgets.of_plugins(enabled_plugins(site_a)))
    assert [item["id"] for item in again] == [item["id"] for item in items]
    assert len({item["id"] for item in items}) == 6


def test_opening_again_changes_no_decision(site_a: Department) -> None:
    set_enabled_plugins(site_a, {"links"})
    reopen(site_a)
    assert enabled_plugins(site_a) == {"links"}


def test_opening_again_makes_what_is_missing(site_a: Department) -> None:
    site_a.plugin_activations.filter(plugin_id="links").delete()
    reopen(site_a)
    assert "links" in enabled_plugins(site_a)


def test_a_plugin_that_is_gone_is_not_enabled(site_a: Department) -> None:
    with installed(Note) as plugin_id:
        set_enabled_plugins(site_a, {plugin_id})
        assert enabled_plugins(site_a) == {plugin_id}
    assert enabled_plugins(site_a) == frozenset()
    # Its activation waits for it.
    assert site_a.plugin_activations.get(plugin_id=plugin_id).enabled


@pytest.fixture
def links_plugin() -> Any:
    """The links plugin; what happens to it is undone."""
    info = next(info for info in plugins.usable() if info.id == "links")
    with plugins.temporarily(info), widgets.restored():
        yield


def set_links_aside() -> None:
    set_aside("links", "its widgets cannot be imported", RuntimeError("no luck"))


@pytest.mark.usefixtures("links_plugin")
def test_a_plugin_whose_widgets_cannot_be_loaded_is_set_aside(
    site_a: Department, browse: Any
) -> None:
    set_links_aside()
    [info] = plugins.quarantined()
    assert (info.id, info.state) == ("links", PluginState.QUARANTINED)
    assert "RuntimeError: no luck" in info.error
    assert "links" not in enabled_plugins(site_a)
    assert widgets.get("links") is None
    assert widgets.get("most_read") is not None
    assert browse(site_a).status_code == 200
    [warning] = check_quarantined(None)
    assert warning.id == "sen.plugins.W001"
    assert "links" in warning.msg
    assert "no luck" in warning.msg
    out, err = StringIO(), StringIO()
    call_command("plugins", "list", stdout=out)
    assert "links 1.0.0 [quarantined]" in out.getvalue()
    with pytest.raises(CommandError, match="1 set aside"):
        call_command("plugins", "check", stdout=out, stderr=err)
    assert "no luck" in err.getvalue()


@pytest.mark.usefixtures("links_plugin")
def test_strict_makes_it_fatal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUGINS_STRICT", "1")
    with pytest.raises(PluginsError, match=r"links .*no luck"):
        set_links_aside()


@pytest.mark.django_db
def test_the_command_counts_sites(site_a: Department, site_b: Department) -> None:
    set_enabled_plugins(site_b, set())
    out = StringIO()
    call_command("plugins", "list", stdout=out)
    assert "links 1.0.0 [active] plugins/links, on 1 sites" in out.getvalue()
    call_command("plugins", "check", stdout=out)
    assert f"{len(list(plugins.usable()))} plugins, all usable" in out.getvalue()


def test_the_registry_shows_what_discovery_set_aside() -> None:
    registry = PluginRegistry()
    registry.load(Discovery((), (QuarantinedPlugin("poll", "plugins/poll", "too new", "9"),)))
    assert registry.all() == [
        PluginInfo("poll", "9", "poll", "plugins/poll", PluginState.QUARANTINED, "too new")
    ]
    assert registry.usable_ids() == frozenset()


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"id": ""}, "id is missing"),
        ({"id": "Bad-Id"}, "is no id"),
        ({"id": "missing_widget"}, "is no id"),
        ({"id": "links"}, "is taken"),
        ({"aliases": ("links",)}, "is taken"),
        ({"template": ""}, "template is missing"),
        ({"version": 0}, "version"),
        ({"default_place": "sidebar"}, "default_place is a slot"),
        ({"default_place": ("cellar", 1)}, "default_place is a slot"),
        ({"delivery": "later"}, "delivery"),
        ({"Config": dict}, "Config"),
        ({"cache": 60}, "cache is a Cache"),
        ({"cache": Cache(vary=frozenset({"visitor"}))}, "nothing can vary on visitor"),
    ],
)
def test_a_widget_that_does_not_hold_is_refused(attributes: dict[str, Any], reason: str) -> None:
    widget_class = type("Bad", (Note,), {"id": "bad", **attributes})
    with pytest.raises(ImproperlyConfigured, match=reason):
        widgets.add(widget_class, "links")
    assert widgets.get("bad") is None


def test_a_widget_outside_any_plugin_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="in no plugin"):
        register(type("Stray", (Note,), {"id": "stray", "__module__": "nowhere.at_all"}))
