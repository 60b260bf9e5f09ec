"""Restoring a backup: nothing is touched before all of it is verified, and nothing half stays."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from packaging.version import InvalidVersion, Version

from cms.delivery.generations import EVERYTHING, raise_tags

from . import media
from .database import Database, State, own_database
from .errors import BackupError, because
from .manifest import MEDIA, Contents, Manifest, read_manifest, sen_version
from .progress import Progress, megabytes
from .verifying import verify_files


@dataclass(frozen=True)
class Plan:
    """A verified backup, and what restoring it would do here.

    Attributes:
        pending: migrations that this Sen has and the backup has not.
        warnings: what the operator should know first.
    """

    folder: Path
    manifest: Manifest
    database: Database
    state: State
    media: media.Difference
    pending: list[str]
    warnings: list[str]

    @property
    def replaces(self) -> bool:
        """Whether something that is here goes."""
        gone = self.media.changed or self.media.superfluous
        return self.state is not State.EMPTY or bool(gone)


def make_plan(folder: Path, progress: Progress, *, key_lost: bool = False) -> Plan:
    """Verify the backup in ``folder`` and compare it with what there is; changes nothing.

    Raises:
        BackupError: it must not be restored here.
    """
    folder = folder.absolute()
    manifest = read_manifest(folder, key_lost=key_lost)
    contents = manifest.database
    database = own_database()
    if contents.kind != database.kind:
        raise BackupError(
            f"the backup is of a {contents.kind} database, this system's is {database.kind}"
        )
    pending, warnings = _check_versions(manifest)
    database.check_restore(contents)
    state = database.state()
    if state is State.FOREIGN:
        raise BackupError("the database holds tables that are not Sen's: is it the right one?")
    verify_files(folder, manifest, progress)
    database.check_dump(folder / manifest.database_file, contents, progress)
    try:
        difference = media.compare(manifest.media(), progress)
        _check_space(manifest, difference)
    except OSError as error:
        raise because(error, settings.MEDIA_ROOT) from error
    if state is State.DAMAGED:
        warnings.append("the present database is damaged; its file is kept beside the new one")
    warnings += database.warnings()
    owner = Path(settings.DATA_DIR).stat().st_uid
    if os.geteuid() != owner:
        warnings.append(f"{settings.DATA_DIR} is another user's: run this as the user Sen runs as")
    return Plan(folder, manifest, database, state, difference, pending, warnings)


def carry_out(plan: Plan, progress: Progress) -> list[str]:
    """Put the backup in the place of what there is.

    Media files come first, and go out again where the database cannot be restored; the
    database is changed at one stroke, and only then what it does not know is deleted.

    Returns:
        what could not be done afterwards, in words.

    Raises:
        BackupError: everything is as it was.
    """
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
    aside = Path(settings.DATA_DIR) / f"before-restore-{stamp}"
    files = media.MediaRestore(plan.folder / MEDIA, aside)
    try:
        files.put(plan.manifest.media(), plan.media, progress)
        file = plan.folder / plan.manifest.database_file
        plan.database.restore(file, plan.manifest.database, progress)
    except BaseException as error:
        # Whatever it was, a signal too.
        _take_back(files, aside)
        if isinstance(error, OSError):
            raise because(error, aside) from error
        raise
    shutil.rmtree(aside, ignore_errors=True)
    left = [
        f"the media file {name} could not be deleted"
        for name in media.remove(plan.media.superfluous)
    ]
    return left + clear_caches()


def clear_caches() -> list[str]:
    """Forget what was kept of the system before, here and in every process that shares the cache.

    Returns:
        what is wrong where the cache does not answer.
    """
    # django-redis empties the whole Redis database, which others may share.
    own: Callable[[str], object] | None = getattr(cache, "delete_pattern", None)
    try:
        if own is None:
            cache.clear()
        else:
            own("*")
        raise_tags([EVERYTHING])
    except Exception as error:
        # Whatever a cache may raise: the system is restored all the same.
        return [f"the cache was not cleared, empty it by hand: {error}"]
    return []


def _take_back(files: media.MediaRestore, aside: Path) -> None:
    try:
        files.undo()
    except Exception as error:
        raise BackupError(
            f"nothing was restored, and the media files from before are in {aside}: {error}"
        ) from error
    shutil.rmtree(aside, ignore_errors=True)


def _check_versions(manifest: Manifest) -> tuple[list[str], list[str]]:
    """Refuse what a later Sen made.

    Returns:
        migrations that are still to be applied, and warnings.
    """
    ours = sen_version()
    try:
        later = Version(manifest.sen) > Version(ours)
    except InvalidVersion as error:
        raise BackupError(f"the backup is of a Sen {manifest.sen!r} that is not known") from error
    if later:
        raise BackupError(f"the backup is of Sen {manifest.sen}, this is {ours}: upgrade first")
    return _check_migrations(manifest.database)


def _check_migrations(contents: Contents) -> tuple[list[str], list[str]]:
    known: set[str] = set()
    replaced: set[str] = set()
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        known.add(f"{app}.{name}")
        replaced.update(f"{label}.{each}" for label, each in migration.replaces)
    applied = set(contents.migrations)
    labels = {config.label for config in apps.get_app_configs()}
    unknown = sorted(applied - known - replaced)
    if later := [name for name in unknown if name.split(".")[0] in labels]:
        raise BackupError(
            f"the backup has the migration {later[0]}, which this Sen does not know: upgrade first"
        )
    absent = sorted({name.split(".")[0] for name in unknown})
    warnings = (
        [f"the backup has tables of apps that are not installed here: {', '.join(absent)}"]
        if absent
        else []
    )
    return sorted(known - applied), warnings


def _check_space(manifest: Manifest, difference: media.Difference) -> None:
    """Refuse to begin what would not fit; only a folder can say what is free."""
    try:
        root = Path(default_storage.path(""))
    except NotImplementedError:
        return
    there = next(path for path in (root, *root.parents) if path.exists())
    wanted = manifest.media()
    needed = sum(wanted[name].size for name in [*difference.added, *difference.changed])
    free = shutil.disk_usage(there).free
    if needed > free:
        raise BackupError(f"{there}: media need {megabytes(needed)}, {megabytes(free)} are free")
