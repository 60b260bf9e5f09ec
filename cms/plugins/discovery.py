"""Find the plugins, bundled and installed, before Django has started.

Settings call :func:`discover` to know which apps to install, so nothing here
may need Django. A plugin that cannot be used is set aside with the reason and
never reaches ``INSTALLED_APPS``.

A bundled plugin and an installed package carry the same manifest, a
``pyproject.toml`` with an entry point in the group ``sen.plugins`` and the
range of SDK versions it was written for. The range stands in an extra called
``sen`` rather than among the dependencies: the SDK ships with Sen and is on no
package index, where a stranger could publish one under its name.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

SDK_VERSION = "1.0"
GROUP = "sen.plugins"
SDK_REQUIREMENT = "sen-sdk"
STRICT_VARIABLE = "PLUGINS_STRICT"
# Folders of plugins under development, each with its pyproject.toml, joined as in PATH.
PATH_VARIABLE = "SEN_PLUGIN_PATH"

# The app label of a plugin is its id; these are taken.
RESERVED_IDS = frozenset(
    {
        *(
            "admin",
            "auth",
            "contenttypes",
            "csp",
            "delivery",
            "demo",
            "django_tasks_database",
            "media",
        ),
        *(
            "messages",
            "modelcluster",
            "news",
            "operations",
            "plugins",
            "search",
            "sessions",
            "sites",
            "staticfiles",
        ),
        *("taggit", "theme", "traffic", "users", "widgets", "workflow"),
    }
)
_ID = re.compile(r"[a-z][a-z0-9_]{1,49}\Z")


class PluginsError(Exception):
    """A plugin cannot be used and ``PLUGINS_STRICT`` asks that this stops the start."""


class _Unusable(Exception):  # noqa: N818 (carries the reason to the list, is never shown raised)
    """Why a plugin is set aside."""


@dataclass(frozen=True)
class FoundPlugin:
    """A plugin that may run: ``app_config`` is the dotted path of its AppConfig class."""

    id: str
    app_config: str
    version: str
    source: str


@dataclass(frozen=True)
class QuarantinedPlugin:
    """A plugin that was set aside, and why. ``id`` is the best name there is for it."""

    id: str
    source: str
    reason: str
    version: str = ""


@dataclass(frozen=True)
class Discovery:
    """What :func:`discover` found, in the order bundled first, then by name."""

    plugins: tuple[FoundPlugin, ...] = ()
    quarantined: tuple[QuarantinedPlugin, ...] = ()

    @property
    def app_configs(self) -> list[str]:
        """What goes into ``INSTALLED_APPS``: each AppConfig behind its guard."""
        return [f"cms.plugins.guarding.{plugin.id}" for plugin in self.plugins]


@dataclass(frozen=True)
class _Candidate:
    """One entry point of one manifest, not yet examined."""

    id: str
    target: str
    version: str
    source: str
    requirements: tuple[str, ...] = field(default=())


def is_strict() -> bool:
    """Whether the environment asks that an unusable plugin stops the start (for CI)."""
    return os.environ.get(STRICT_VARIABLE, "").strip().lower() in {"1", "true", "yes", "on"}


def discover(folder: Path) -> Discovery:
    """The usable plugins below ``folder`` and among the installed packages, and the others.

    Imports the module of each plugin's AppConfig and nothing else of it.

    Args:
        folder: where the bundled plugins are, one folder each.

    Raises:
        PluginsError: a plugin is unusable and ``PLUGINS_STRICT`` is set.
    """
    quarantined: list[QuarantinedPlugin] = []
    bundled = [
        candidate
        for manifest in sorted(folder.glob("*/pyproject.toml"))
        for candidate in _read(manifest, f"{folder.name}/{manifest.parent.name}", quarantined)
    ]
    candidates = [*bundled, *_under_development(quarantined), *_installed()]
    found: dict[str, FoundPlugin] = {}
    for candidate in candidates:
        try:
            if earlier := found.get(candidate.id):
                raise _Unusable(f"another plugin has this id: {earlier.source}")
            found[candidate.id] = _examine(candidate)
        except _Unusable as error:
            quarantined.append(
                QuarantinedPlugin(candidate.id, candidate.source, str(error), candidate.version)
            )
    if quarantined and is_strict():
        raise PluginsError(describe(quarantined))
    return Discovery(tuple(found.values()), tuple(quarantined))


def describe(quarantined: Iterable[QuarantinedPlugin]) -> str:
    """One line for each plugin that was set aside."""
    return "\n".join(f"{plugin.id} ({plugin.source}): {plugin.reason}" for plugin in quarantined)


def _read(
    manifest: Path, source: str, quarantined: list[QuarantinedPlugin]
) -> Iterator[_Candidate]:
    name = manifest.parent.name
    try:
        project = tomllib.loads(manifest.read_text(encoding="utf-8")).get("project", {})
        version = str(project.get("version", ""))
        targets = project.get("entry-points", {}).get(GROUP, {})
        extras = project.get("optional-dependencies", {})
        requirements = tuple(line for lines in extras.values() for line in lines)
        listed = [
            _Candidate(str(plugin_id), str(target), version, source, requirements)
            for plugin_id, target in targets.items()
        ]
    except (OSError, UnicodeError, tomllib.TOMLDecodeError, AttributeError, TypeError) as error:
        quarantined.append(
            QuarantinedPlugin(name, source, f"its pyproject.toml cannot be read: {error}")
        )
        return
    if not listed:
        quarantined.append(
            QuarantinedPlugin(
                name, source, f"its pyproject.toml has no entry point in {GROUP}", version
            )
        )
    yield from listed


def _under_development(quarantined: list[QuarantinedPlugin]) -> Iterator[_Candidate]:
    """The plugins that ``SEN_PLUGIN_PATH`` names, importable without being installed."""
    for folder in _folders_under_development():
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
        yield from _read(folder / "pyproject.toml", f"folder {folder.name}", quarantined)


def _folders_under_development() -> list[Path]:
    names = os.environ.get(PATH_VARIABLE, "").split(os.pathsep)
    return [Path(name).resolve() for name in names if name]


def _installed() -> Iterator[_Candidate]:
    def package(entry_point: EntryPoint) -> tuple[str, str]:
        return (entry_point.dist.name if entry_point.dist else "", entry_point.name)

    developing = {str(folder) for folder in _folders_under_development()}
    for entry_point in sorted(entry_points(group=GROUP), key=package):
        dist = entry_point.dist
        # Building a wheel leaves metadata in the folder: the same plugin, found already.
        if dist is not None and str(Path(str(dist.locate_file(""))).resolve()) in developing:
            continue
        yield _Candidate(
            entry_point.name,
            entry_point.value,
            dist.version if dist else "",
            f"package {dist.name}" if dist else "package",
            tuple(dist.requires or ()) if dist else (),
        )


def _examine(candidate: _Candidate) -> FoundPlugin:
    """Make sure that ``candidate`` may run. Raises ``_Unusable`` with the reason."""
    if not _ID.match(candidate.id):
        raise _Unusable("an id is 2 to 50 lower-case letters, digits and _, a letter first")
    if candidate.id in RESERVED_IDS:
        raise _Unusable("this id is taken by Sen itself")
    _check_sdk(candidate.requirements)
    path = candidate.target.replace(" ", "").replace(":", ".")
    _check_app_config(path, candidate.id)
    return FoundPlugin(candidate.id, path, candidate.version, candidate.source)


def _check_sdk(requirements: Iterable[str]) -> None:
    asked = []
    for line in requirements:
        try:
            requirement = Requirement(line)
        except InvalidRequirement as error:
            raise _Unusable(f"its requirement {line!r} cannot be read") from error
        if requirement.name.lower().replace("_", "-") == SDK_REQUIREMENT:
            asked.append(requirement)
    if not asked:
        raise _Unusable(
            f'it does not say which SDK it needs: add sen = ["{SDK_REQUIREMENT}>=1.0,<2"] '
            "to [project.optional-dependencies]"
        )
    for requirement in asked:
        if not requirement.specifier.contains(SDK_VERSION, prereleases=True):
            raise _Unusable(f"it needs SDK {requirement.specifier}, this is {SDK_VERSION}")


def _check_app_config(path: str, plugin_id: str) -> None:
    module_name, _, class_name = path.rpartition(".")
    if not module_name:
        raise _Unusable(f"{path!r} is not the dotted path of an AppConfig")
    try:
        module = importlib.import_module(module_name)
    # Whatever a stranger's module raises, the others' start goes on.
    except Exception as error:
        raise _Unusable(
            f"{module_name} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    config = getattr(module, class_name, None)
    app_name = getattr(config, "name", None)
    if not inspect.isclass(config) or not isinstance(app_name, str):
        raise _Unusable(f"{module_name} has no AppConfig {class_name}")
    label = getattr(config, "label", None) or app_name.rpartition(".")[2]
    if label != plugin_id:
        raise _Unusable(f"its app label is {label!r}, but must be its id")
    try:
        has_hooks = importlib.util.find_spec(f"{app_name}.wagtail_hooks") is not None
    except Exception as error:
        raise _Unusable(
            f"{app_name} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    # Wagtail would run its hooks for every department, whether it uses the plugin or not.
    if has_hooks:
        raise _Unusable("wagtail_hooks.py reaches every department: use plugin.py instead")
