"""System checks: plugins that were set aside, tables that a plugin left behind."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core import checks
from django.db import DatabaseError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field

from .registry import plugins


def check_quarantined(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """``sen.plugins.W001`` for each quarantined plugin."""
    return [
        checks.Warning(
            f"Plugin {info.id} ({info.source}) is set aside: {info.error}",
            hint="Mend or uninstall it; until then the sites go on without it.",
            id="sen.plugins.W001",
        )
        for info in plugins.quarantined()
    ]


def check_tables(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Any]:
    """``sen.plugins.W002``: tables without their plugin; ``W003``: constraints on our tables.

    Runs where a database is checked (``check --database default``, ``migrate``).
    """
    found: list[checks.CheckMessage] = [
        checks.Warning(
            f"The tables of {label} are still there, but it is not installed.",
            hint="Install it again and run: manage.py plugins purge " + label,
            id="sen.plugins.W002",
        )
        for database in databases or ()
        for label in left_over_apps(database)
    ]
    found += [
        checks.Warning(
            f"{field.model._meta.label}.{field.name} puts a constraint on {field.related_model}",
            hint="Left behind, it would keep rows from being deleted: db_constraint=False.",
            id="sen.plugins.W003",
        )
        for field in constraining_fields()
    ]
    return found


def left_over_apps(database: str = "default") -> list[str]:
    """The labels of apps that were migrated here and are not installed any more.

    A plugin that is set aside is still installed.
    """
    try:
        applied = MigrationRecorder(connections[database]).applied_migrations()
    except DatabaseError:  # no database yet: nothing is left over
        return []
    installed = {config.label for config in apps.get_app_configs()}
    installed |= {info.id for info in plugins.quarantined()}
    return sorted({label for label, _name in applied} - installed)


def constraining_fields() -> list[Field[Any, Any]]:
    """The plugins' foreign keys that hold a constraint on a table of somebody else."""
    return [
        field
        for info in plugins.usable()
        if apps.is_installed(apps.get_app_config(info.id).name)
        for model in apps.get_app_config(info.id).get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.is_relation
        and getattr(field, "db_constraint", False)
        and field.related_model._meta.app_label != info.id  # type: ignore[union-attr]
    ]
