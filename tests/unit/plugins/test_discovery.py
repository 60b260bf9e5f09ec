"""What is found, and why a plugin is set aside."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path
from typing import Any

import pytest

from cms.plugins import discovery
from cms.plugins.discovery import PluginsError, discover

Maker = Callable[..., Path]
_numbers = itertools.count(1)

APPS = """
from django.apps import AppConfig


class TheConfig(AppConfig):
    name = "{package}"
    label = "{label}"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An importable folder of plugins, and nothing installed."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("PLUGINS_STRICT", raising=False)
    monkeypatch.delenv("SEN_PLUGIN_PATH", raising=False)
    monkeypatch.setattr(discovery, "entry_points", lambda group: [])
    return tmp_path


@pytest.fixture
def plugin(folder: Path) -> Maker:
    """``plugin(id, …)`` writes a bundled plugin; its package has a name of its own."""

    def make(
        plugin_id: str,
        *,
        sdk: str | None = "sen-sdk>=1.0,<2",
        apps: str = APPS,
        label: str = "",
        target: str = "",
    ) -> Path:
        package = f"{plugin_id}_{next(_numbers)}"
        path = folder / package
        path.mkdir()
        (path / "__init__.py").write_text("")
        (path / "apps.py").write_text(apps.format(package=package, label=label or plugin_id))
        target = target.format(package=package) or f"{package}.apps.TheConfig"
        extra = f'[project.optional-dependencies]\nsen = ["{sdk}"]\n' if sdk is not None else ""
        (path / "pyproject.toml").write_text(
            f'[project]\nname = "{package}"\nversion = "1.2"\n{extra}'
            f'[project.entry-points."sen.plugins"]\n{plugin_id} = "{target}"\n'
        )
        return path

    return make


def reasons(folder: Path) -> dict[str, str]:
    found = discover(folder)
    assert found.app_configs == []
    return {plugin.id: plugin.reason for plugin in found.quarantined}


def test_bundled_plugins_are_found(folder: Path, plugin: Maker) -> None:
    path = plugin("poll")
    found = discover(folder)
    assert [plugin.app_config for plugin in found.plugins] == [f"{path.name}.apps.TheConfig"]
    assert found.quarantined == ()
    [poll] = found.plugins
    assert (poll.id, poll.version, poll.source) == ("poll", "1.2", f"{folder.name}/{path.name}")


def test_a_target_may_be_written_with_a_colon(folder: Path, plugin: Maker) -> None:
    path = plugin("poll", target="{package}.apps:TheConfig")
    [found] = discover(folder).plugins
    assert found.app_config == f"{path.name}.apps.TheConfig"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"sdk": "sen-sdk>=2"}, "needs SDK >=2, this is 1.0"),
        ({"sdk": "sen_SDK>=2"}, "needs SDK >=2"),
        ({"sdk": None}, "does not say which SDK"),
        ({"sdk": "requests>=2"}, "does not say which SDK"),
        ({"sdk": "sen-sdk >="}, "cannot be read"),
        ({"apps": "raise RuntimeError('boom')"}, "RuntimeError: boom"),
        ({"apps": "def broken("}, "SyntaxError"),
        ({"apps": "import no_such_module_anywhere"}, "ModuleNotFoundError"),
        ({"apps": "TheConfig = 3"}, "has no AppConfig TheConfig"),
        ({"apps": "# nothing"}, "has no AppConfig TheConfig"),
        ({"label": "another"}, "its app label is 'another'"),
        ({"target": "nodots"}, "not the dotted path"),
        ({"target": "{package}.missing.TheConfig"}, "ModuleNotFoundError"),
    ],
)
def test_what_is_unusable_is_set_aside_with_the_reason(
    folder: Path, plugin: Maker, options: dict[str, Any], reason: str
) -> None:
    plugin("poll", **options)
    assert reason in reasons(folder)["poll"]


@pytest.mark.parametrize("plugin_id", ["news", "admin", "x", "Poll", "p-oll", "1poll"])
def test_bad_and_reserved_ids_are_set_aside(folder: Path, plugin: Maker, plugin_id: str) -> None:
    plugin(plugin_id)
    assert plugin_id in reasons(folder)


def test_the_second_of_an_id_is_set_aside(folder: Path, plugin: Maker) -> None:
    first, second = plugin("poll"), plugin("poll")
    found = discover(folder)
    assert [plugin.app_config for plugin in found.plugins] == [f"{first.name}.apps.TheConfig"]
    [loser] = found.quarantined
    assert loser.source.endswith(second.name)
    assert first.name in loser.reason


@pytest.mark.parametrize(
    "manifest",
    [
        "this is [not toml",
        "project = 3",
        '[project]\nentry-points = "x"',
        '[project.optional-dependencies]\nsen = 3\n[project.entry-points."sen.plugins"]\na = "b.c"',
        '[project]\nname = "x"\nversion = "1"',
    ],
)
def test_a_manifest_that_cannot_be_read_is_set_aside_alone(
    folder: Path, plugin: Maker, manifest: str
) -> None:
    (folder / "bad").mkdir()
    (folder / "bad" / "pyproject.toml").write_text(manifest)
    plugin("poll")
    found = discover(folder)
    assert [p.id for p in found.plugins] == ["poll"]
    assert [p.id for p in found.quarantined] == ["bad"]


def test_bytes_that_are_no_text_are_set_aside(folder: Path) -> None:
    (folder / "bad").mkdir()
    (folder / "bad" / "pyproject.toml").write_bytes(b"\xff\xfe\x00")
    assert "bad" in reasons(folder)


def test_installed_packages_are_found_through_their_metadata(
    folder: Path, plugin: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plugin("poll")
    (path / "pyproject.toml").unlink()

    class Installed(Distribution):
        metadata = {"Name": "sen-poll"}
        version = "3.1"
        requires = ["requests>=2", 'sen-sdk<2,>=1.0; extra == "sen"']

        def read_text(self, filename: str) -> None: ...

        def locate_file(self, path: Any) -> Any: ...

    entry_point = EntryPoint("poll", f"{path.name}.apps:TheConfig", "sen.plugins")
    vars(entry_point).update(dist=Installed())
    monkeypatch.setattr(discovery, "entry_points", lambda group: [entry_point])
    found = discover(folder)
    assert [plugin.app_config for plugin in found.plugins] == [f"{path.name}.apps.TheConfig"]
    assert (found.plugins[0].source, found.plugins[0].version) == ("package sen-poll", "3.1")
    monkeypatch.setattr(Installed, "requires", ['sen-sdk>=2; extra == "sen"'])
    assert "needs SDK" in reasons(folder)["poll"]


def test_strict_makes_it_fatal_and_names_the_plugin(
    folder: Path, plugin: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin("poll", sdk="sen-sdk>=9")
    monkeypatch.setenv("PLUGINS_STRICT", "1")
    with pytest.raises(PluginsError, match=r"poll .*needs SDK >=9"):
        discover(folder)


def test_strict_does_not_mind_what_is_well(
    folder: Path, plugin: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin("poll")
    monkeypatch.setenv("PLUGINS_STRICT", "1")
    assert len(discover(folder).app_configs) == 1


def test_what_building_a_wheel_left_in_the_folder_is_no_second_plugin(
    folder: Path, plugin: Maker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = plugin("poll")
    info = path / "sen_poll.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Name: sen-poll\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[sen.plugins]\npoll = {path.name}.apps.TheConfig\n")
    left = Distribution.at(info)
    monkeypatch.setattr(
        discovery, "entry_points", lambda group: left.entry_points.select(group=group)
    )
    monkeypatch.setenv("SEN_PLUGIN_PATH", str(path))
    found = discover(tmp_path / "no bundled plugins")
    assert [candidate.source for candidate in found.plugins] == [f"folder {path.name}"]
    assert found.quarantined == ()
