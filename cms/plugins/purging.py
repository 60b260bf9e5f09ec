"""Taking all of a plugin away: exported first, so that nothing is lost; then its package may go."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction
from django.db.migrations import RunPython
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from cms.delivery.cache import purge, site_tag
from sites.models import Department

from .usage import page_types_of, stores


class PurgeError(Exception):
    """A plugin cannot be purged; nothing was removed. The message says what to do."""


def purge_plugin(plugin_id: str, folder: Path, say: Callable[[str], None]) -> Path:
    """Export everything of a plugin, then remove it, its tables too.

    What was interrupted is begun again by calling it again: each call writes an
    export of its own, of what is there then.

    Args:
        folder: where the export goes; made where it is not there.
        say: told each step.

    Returns:
        The export's path: one JSON file.

    Raises:
        PurgeError: something stands in the way; nothing was removed.
        OSError: the export cannot be written; nothing was removed.
    """
    executor = MigrationExecutor(connection)
    _free_the_way_back(executor, plugin_id)
    _keep_pages_of_others(plugin_id)
    path = _write(_export(plugin_id), folder, plugin_id)
    say(f"exported to {path}")
    with transaction.atomic():
        for name, store in stores().items():
            store.remove(plugin_id)
            say(f"removed: {name}")
    if plugin_id in executor.loader.migrated_apps:
        executor.migrate([(plugin_id, None)])
        say("removed: its tables")
    purge(*(site_tag(pk) for pk in Department.objects.values_list("site_id", flat=True)))
    return path


def _free_the_way_back(executor: MigrationExecutor, plugin_id: str) -> None:
    """Make sure that the plugin's migrations can be undone, and nobody else's with them."""
    if plugin_id not in executor.loader.migrated_apps:
        return
    plan = executor.migration_plan([(plugin_id, None)])
    others = sorted({migration.app_label for migration, _ in plan} - {plugin_id})
    if others:
        raise PurgeError(f"{', '.join(others)} builds on the tables of {plugin_id}: purge it first")
    for migration, _ in plan:
        for operation in migration.operations:
            # What it did to the rows needs no undoing: they go with their tables.
            if isinstance(operation, RunPython) and operation.reverse_code is None:
                operation.reverse_code = RunPython.noop
            if not operation.reversible:
                raise PurgeError(
                    f"the migration {migration.name} of {plugin_id} cannot be undone "
                    f"({operation.describe()}): install a version in which it can"
                )


def _keep_pages_of_others(plugin_id: str) -> None:
    """Make sure that no page of another type would go with the plugin's pages."""
    for model in page_types_of(plugin_id):
        for page in model._base_manager.all():
            others = page.get_descendants().exclude(content_type__app_label=plugin_id)
            if other := others.first():
                raise PurgeError(
                    f"below the page \u201c{page.title}\u201d of {plugin_id} stands "
                    f"\u201c{other.title}\u201d, which is not its own: move it elsewhere first"
                )


def _export(plugin_id: str) -> str:
    try:
        content = {name: store.export(plugin_id) for name, store in stores().items()}
    except DatabaseError as error:
        reason = str(error).partition("\n")[0]
        raise PurgeError(
            f"the tables of {plugin_id} are not those of its version ({reason}): "
            "run manage.py migrate, then purge it"
        ) from error
    content = {"plugin": plugin_id, "exported_at": timezone.now(), **content}
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _write(text: str, folder: Path, plugin_id: str) -> Path:
    """Write the export into a file of its own: on disk as a whole, or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{plugin_id}-{timezone.localtime():%Y%m%d-%H%M%S-%f}.json"
    part = path.with_suffix(".part")
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return path
