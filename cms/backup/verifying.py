"""Verifying a backup: everything that can be known of it without touching anything."""

from __future__ import annotations

import os
from pathlib import Path

from .database import database_of
from .errors import BackupError, because
from .making import whole_backups
from .manifest import MANIFEST, Manifest, measure, read_manifest
from .progress import Progress, megabytes


def verify_files(folder: Path, manifest: Manifest, progress: Progress) -> None:
    """Every file of the manifest is there as it was written, and nothing else is.

    Raises:
        BackupError: names the first that is not.
    """
    try:
        found = _walk(folder)
        for path, size in found.items():
            if path not in manifest.files:
                raise BackupError(f"{folder / path} is not of this backup: the manifest lacks it")
            if size != manifest.files[path].size:
                raise BackupError(
                    f"{folder / path} was cut or changed: "
                    f"{size:,} bytes instead of {manifest.files[path].size:,}"
                )
        if lost := sorted(manifest.files.keys() - found.keys()):
            raise BackupError(f"{folder / lost[0]} is missing, one of {len(lost)}")
        done, total = 0, sum(entry.size for entry in manifest.files.values())

        def count(read: int) -> None:
            nonlocal done
            done += read
            progress.at(f"verified: {megabytes(done)} of {megabytes(total)}", done, total)

        for path, entry in manifest.files.items():
            if measure(folder / path, count) != entry:
                raise BackupError(f"{folder / path} was changed: its hash is another")
    except OSError as error:
        raise because(error, folder) from error


def verify_backup(folder: Path, progress: Progress, *, key_lost: bool = False) -> Manifest:
    """Mark, files, hashes, and whether the database's file can be read to its end.

    Raises:
        BackupError: what is wrong with it.
    """
    manifest = read_manifest(folder, key_lost=key_lost)
    verify_files(folder, manifest, progress)
    database = database_of(manifest.database.kind)
    database.check_dump(folder / manifest.database_file, manifest.database, progress)
    return manifest


def find_backup(directory: Path, *, newest: bool) -> Path:
    """The backup in ``directory``: itself, or the newest below it.

    Args:
        newest: whether one below it will do; else the error names it.
    """
    try:
        if (directory / MANIFEST).is_file():
            return directory
        below = whole_backups(directory)
    except OSError as error:
        raise because(error, directory) from error
    if not below:
        raise BackupError(f"{directory} is no backup, and holds none")
    if not newest:
        raise BackupError(f"{directory} is no backup; the newest one in it is {below[-1]}")
    return below[-1]


def _walk(folder: Path) -> dict[str, int]:
    """The sizes of all files below ``folder`` but the manifest, by path with ``/``."""
    found = {}
    for root, folders, files in os.walk(folder, onerror=_raise):
        for name in (*folders, *files):
            path = Path(root) / name
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise BackupError(f"{path} is not of this backup: it is no ordinary file")
            relative = path.relative_to(folder).as_posix()
            if path.is_file() and relative != MANIFEST:
                found[relative] = path.stat().st_size
    return found


def _raise(error: OSError) -> None:
    raise error
