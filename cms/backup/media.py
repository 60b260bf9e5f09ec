"""Media files through the storage's own API: a folder and a bucket are the same to a backup."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage

from .errors import BackupError
from .manifest import CHUNK, FileEntry, is_safe
from .progress import Progress, megabytes

# How often a file is copied again that changed meanwhile.
ATTEMPTS = 3


def names(folder: str = "") -> Iterator[str]:
    """The names of all files in the storage; none where nothing was ever uploaded.

    Raises:
        BackupError: a name that would leave the folder it is copied into.
    """
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for file in sorted(files):
        name = f"{folder}/{file}" if folder else file
        if not is_safe(name):
            raise BackupError(f"the media file {name!r} has a name that no backup can keep")
        yield name
    for each in sorted(folders):
        yield from names(f"{folder}/{each}" if folder else each)


@contextmanager
def in_words() -> Iterator[None]:
    """A storage has errors of its own; here they become BackupError."""
    try:
        yield
    except (BackupError, OSError):
        raise
    except Exception as error:
        raise BackupError(f"the storage of media files failed: {error}") from error


@dataclass
class Copied:
    """What came of copying all media files.

    Attributes:
        files: what is there now, by name.
        gone: names that were listed and then were not there any more.
        unsteady: names that changed each time they were copied.
    """

    files: dict[str, FileEntry] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)


@in_words()
def copy_out(folder: Path, progress: Progress) -> Copied:
    """Copy every file of the storage into ``folder``."""
    listed, copied, size = list(names()), Copied(), 0
    for number, name in enumerate(listed, 1):
        entry, steady = _copy_steadily(name, folder / name)
        if entry is None:
            copied.gone.append(name)
        else:
            copied.files[name] = entry
            size += entry.size
            if not steady:
                copied.unsteady.append(name)
        text = f"media: {number:,} of {len(listed):,} files, {megabytes(size)}"
        progress.at(text, number, len(listed))
    return copied


def _copy_steadily(name: str, target: Path) -> tuple[FileEntry | None, bool]:
    """Copy one file, again where it changed meanwhile; None where it is gone.

    Returns:
        what was copied, and whether it was the same before and after.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    entry = None
    for _attempt in range(ATTEMPTS):
        try:
            before = _modified(name)
            entry = _copy(name, target)
            if (_modified(name), default_storage.size(name)) == (before, entry.size):
                return entry, True
        except Exception as error:
            # A storage has errors of its own; whether the file is gone it can say itself.
            if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
                raise
            if default_storage.exists(name):
                raise BackupError(f"the media file {name} cannot be read: {error}") from error
            target.unlink(missing_ok=True)
            return None, True
    return entry, False


def _copy(name: str, target: Path) -> FileEntry:
    digest, size = hashlib.sha256(), 0
    with default_storage.open(name) as source, target.open("wb") as copy:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
    return FileEntry(size, digest.hexdigest())


def _modified(name: str) -> datetime:
    return default_storage.get_modified_time(name)


def measure_stored(name: str) -> FileEntry:
    """Size and hash of a file in the storage."""
    digest, size = hashlib.sha256(), 0
    with default_storage.open(name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return FileEntry(size, digest.hexdigest())


@dataclass
class Difference:
    """How the storage differs from a backup, by name."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    superfluous: list[str] = field(default_factory=list)


@in_words()
def compare(wanted: dict[str, FileEntry], progress: Progress) -> Difference:
    """What would have to be done to the storage for it to hold ``wanted`` and nothing else."""
    present = set(names())
    difference = Difference(superfluous=sorted(present - wanted.keys()))
    for number, (name, entry) in enumerate(sorted(wanted.items()), 1):
        if name not in present:
            difference.added.append(name)
        elif default_storage.size(name) == entry.size and measure_stored(name) == entry:
            difference.same.append(name)
        else:
            difference.changed.append(name)
        text = f"media: {number:,} of {len(wanted):,} files compared with those here"
        progress.at(text, number, len(wanted))
    return difference


class MediaRestore:
    """Files put into the storage that can be taken out again.

    Args:
        source: the backup's folder of media files.
        aside: a folder that is not there yet, for what has to give way.
    """

    def __init__(self, source: Path, aside: Path) -> None:
        self._source = source
        self._aside = aside
        self._written: list[str] = []
        self._kept: list[str] = []

    @in_words()
    def put(self, wanted: dict[str, FileEntry], difference: Difference, progress: Progress) -> None:
        """Write what is added or changed, and read back that it is what the backup says."""
        for name in difference.changed:
            target = self._aside / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copy(name, target)
            self._kept.append(name)
        writing, size = [*difference.added, *difference.changed], 0
        for number, name in enumerate(writing, 1):
            self._written.append(name)
            default_storage.delete(name)
            _store(self._source / name, name)
            if measure_stored(name) != wanted[name]:
                raise BackupError(f"the media file {name} is not stored as it is in the backup")
            size += wanted[name].size
            text = f"media: {number:,} of {len(writing):,} files, {megabytes(size)}"
            progress.at(text, number, len(writing))

    def undo(self) -> None:
        """Take out what was written, and put back what had to give way."""
        for name in self._written:
            default_storage.delete(name)
            if name in self._kept:
                _store(self._aside / name, name)


def remove(superfluous: list[str]) -> list[str]:
    """Delete files that the backup does not have.

    Returns:
        those that could not be deleted.
    """
    left = []
    for name in superfluous:
        try:
            default_storage.delete(name)
        except Exception:
            # Whatever the storage says: the file stays, and the operator is told.
            left.append(name)
    return left


def _store(source: Path, name: str) -> None:
    with source.open("rb") as file:
        content: File[Any] = File(file, name=name)
        stored = default_storage.save(name, content)
    if stored != name:
        default_storage.delete(stored)
        raise BackupError(f"the media file {name} would be stored as {stored}")
