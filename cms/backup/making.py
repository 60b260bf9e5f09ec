"""Making a backup: whole under its name, or not there at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from . import media
from .database import own_database
from .errors import BackupError, because
from .manifest import (
    FOLDER_NAME,
    MANIFEST,
    MEDIA,
    FileEntry,
    Manifest,
    database_file,
    measure,
    read_manifest,
    sen_version,
)
from .progress import Progress, megabytes

#: What is not whole, or is being removed, has such a name and counts for nothing.
PART = ".{}.part"
LOCK = ".sen-backup.lock"


@dataclass(frozen=True)
class Made:
    """A backup that was made.

    Attributes:
        folder: where it is.
        manifest: what it holds.
        gone: media files that were deleted while they were copied, and that nothing refers to.
        removed: older backups that were removed.
    """

    folder: Path
    manifest: Manifest
    gone: list[str]
    removed: list[Path]


def make_backup(directory: Path, keep: int | None, progress: Progress) -> Made:
    """Make a backup of database and media below ``directory``, while the site runs.

    Args:
        directory: made where its parent is there.
        keep: how many whole backups of this system stay there; None for all.

    Raises:
        BackupError: nothing was left in ``directory``.
    """
    directory = directory.absolute()
    _refuse_public(directory)
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        with _locked(directory):
            _remove_leftovers(directory)
            made = _make(directory, progress)
            removed = [] if keep is None else _remove_older(directory, keep)
    except OSError as error:
        raise because(error, directory) from error
    return Made(made.folder, made.manifest, made.gone, removed)


def whole_backups(directory: Path) -> list[Path]:
    """The whole backups in ``directory`` by their names, the oldest first."""
    return sorted(
        path
        for path in directory.iterdir()
        if FOLDER_NAME.match(path.name) and not path.is_symlink() and (path / MANIFEST).is_file()
    )


def _make(directory: Path, progress: Progress) -> Made:
    database = own_database()
    database.check_backup()
    begun = timezone.localtime()
    folder = directory / f"sen-{begun:%Y%m%d-%H%M%S}"
    if folder.exists():
        raise BackupError(f"{folder} is there already: wait a second")
    part = directory / PART.format(folder.name)
    part.mkdir(mode=0o700)
    try:
        file = database_file(database.kind)
        contents, referenced = database.dump(part / file, progress)
        copied = media.copy_out(part / MEDIA, progress)
        manifest = Manifest(
            made=begun.isoformat(timespec="seconds"),
            sen=sen_version(),
            database=contents,
            files={file: _measured(part / file, progress)}
            | {f"{MEDIA}/{name}": entry for name, entry in copied.files.items()},
            missing=sorted(referenced - copied.files.keys()),
            unsteady=copied.unsteady,
        )
        manifest.write(part)
        # On the disk before it has its name: a name is a promise.
        os.sync()
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Made(folder, manifest, sorted(set(copied.gone) - referenced), [])


def _measured(file: Path, progress: Progress) -> FileEntry:
    size, done = file.stat().st_size, 0

    def count(read: int) -> None:
        nonlocal done
        done += read
        progress.at(f"database: {megabytes(done)} of {megabytes(size)} hashed", done, size)

    return measure(file, count)


def _refuse_public(directory: Path) -> None:
    """What lies below media or static files is served to everybody."""
    for root in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
        if root and directory.resolve().is_relative_to(Path(root).resolve()):
            raise BackupError(
                f"{directory} is below {root}, which visitors can read: choose another"
            )


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """While no other backup is made there; the lock goes with the process."""
    with (directory / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"another backup is being made in {directory}") from error
        yield


def _remove_leftovers(directory: Path) -> None:
    """What a backup left that was killed; ours is the only one that runs."""
    for path in directory.glob(PART.format("sen-*")):
        shutil.rmtree(path)


def _remove_older(directory: Path, keep: int) -> list[Path]:
    """Remove all whole backups of this system but the newest ``keep``."""
    ours = []
    for path in whole_backups(directory):
        try:
            read_manifest(path)
        except BackupError:
            continue  # Another system's, or changed: not ours to remove.
        ours.append(path)
    old = ours[:-keep]
    for path in old:
        # First out of its name, so that no half one is taken for a whole one.
        part = directory / PART.format(path.name)
        path.rename(part)
        shutil.rmtree(part)
    return old
