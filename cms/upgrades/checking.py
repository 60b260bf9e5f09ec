"""Judging the migrations of an installation, those that are still to come or all of them."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from packaging.version import Version

from .baseline import BASELINE
from .judging import Judge
from .signing import Place, places


@dataclass(frozen=True)
class Finding:
    """An operation that code of the release before does not survive.

    Attributes:
        app, migration: whose it is.
        file, line: where it stands.
        operation: what it is, such as ``RemoveField articlepage.kicker``.
        reason: why, and what to do.
        ours: whether it is Sen's or a plugin's, so that it can be signed off.
    """

    app: str
    migration: str
    file: str
    line: int
    operation: str
    reason: str
    ours: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.operation}: {self.reason}"


def find(
    loader: MigrationLoader,
    *,
    wanted: Collection[tuple[str, str]] | None = None,
    running: Version | None = None,
) -> list[Finding]:
    """What is wrong with the migrations, in the order in which they are applied.

    Args:
        loader: the migrations.
        wanted: which of them to judge, by app and name, other packages' as well; None for all
            of Sen and its plugins that are later than the first release.
        running: the version that runs; what was signed off for a later one only is a finding.
            None: whatever is signed off holds.
    """
    found: list[Finding] = []
    judges: dict[str, Judge] = {}
    state = ProjectState(real_apps=loader.unmigrated_apps)
    for key in _in_order(loader):
        migration = loader.graph.nodes[key]
        judged = key in wanted if wanted is not None else is_ours(key[0])
        if judged and not _in_baseline(loader, key):
            # What is applied at one stroke may work on tables that it made itself.
            judge = (
                judges.setdefault(key[0], Judge(key[0])) if wanted is not None else Judge(key[0])
            )
            found += _judge(migration, judge, state.clone(), running)
        state = migration.mutate_state(state, preserve=False)
    return found


def is_ours(label: str) -> bool:
    """Whether an app is Sen's or a plugin's."""
    if label not in {config.label for config in apps.get_app_configs()}:
        return False
    package = apps.get_app_config(label).name.partition(".")[0]
    plugins = {plugin.id for plugin in settings.PLUGINS.plugins}
    return package in ("cms", "sites", "plugins") or label in plugins


def _in_order(loader: MigrationLoader) -> list[tuple[str, str]]:
    order: dict[tuple[str, str], None] = {}
    for leaf in loader.graph.leaf_nodes():
        order.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    return list(order)


def _in_baseline(loader: MigrationLoader, key: tuple[str, str]) -> bool:
    last = BASELINE.get(key[0])
    if last is None or (key[0], last) not in loader.graph.nodes or not is_ours(key[0]):
        return False
    return key in loader.graph.forwards_plan((key[0], last))


def _judge(
    migration: Migration, judge: Judge, state: ProjectState, running: Version | None
) -> Iterator[Finding]:
    app, ours = migration.app_label, is_ours(migration.app_label)
    file = Path(inspect.getfile(type(migration)))
    where = places(file, len(migration.operations))
    for operation, place in zip(migration.operations, where, strict=True):
        reason = judge.judge(operation, state)
        operation.state_forwards(app, state)
        if reason and (told := _unsigned(place, reason, running, ours)):
            yield Finding(
                app, migration.name, _shown(file), place.line, _named(operation), told, ours
            )


def _unsigned(place: Place, reason: str, running: Version | None, ours: bool) -> str:
    if not ours:
        return reason
    if place.unreadable:
        return (
            f"{reason} Its sign-off is not written as it has to be:"
            " # sign-off: VERSION, who: why code lives with it since that version"
        )
    if place.signed is None:
        return reason
    if running is not None and running < Version(place.signed.since):
        return f"{running} runs, and code lives with it since {place.signed.since} only."
    return ""


def _named(operation: Any) -> str:
    model = getattr(operation, "model_name", "")
    name = getattr(operation, "name", "")
    if not name and hasattr(operation, "constraint"):
        name = operation.constraint.name
    subject = ".".join(str(part) for part in (model, name) if part)
    return f"{type(operation).__name__} {subject}".strip()


def _shown(file: Path) -> str:
    try:
        return str(file.relative_to(settings.BASE_DIR))
    except ValueError:
        return str(file)
