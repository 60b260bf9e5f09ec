"""What a backup says of itself: every file with its hash, every table with its rows, and a mark."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings

from cms.record.hashing import holds, keys, mark_of

from .errors import BackupError

FORMAT = 1
MANIFEST = "manifest.json"
MEDIA = "media"
#: The name of a whole backup's folder: the local time at which it was begun.
FOLDER_NAME = re.compile(r"sen-\d{8}-\d{6}\Z", re.ASCII)
CHUNK = 1024 * 1024

_SHA256 = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_PURPOSE = "backup"
_DATABASE_FILES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}


@dataclass(frozen=True)
class FileEntry:
    """What a file of the backup must be."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What the database held at the moment that was copied.

    Attributes:
        kind: ``postgresql`` or ``sqlite``.
        version: the server's or the library's version as a number, such as 150020.
        schema: the schema on PostgreSQL, else empty.
        tables: the number of rows by table.
        migrations: those that were applied, as ``app.name``.
    """

    kind: str
    version: int
    schema: str
    tables: dict[str, int]
    migrations: list[str]


@dataclass
class Manifest:
    """All of ``manifest.json`` but the mark.

    Attributes:
        made: when the copy of the database was begun, ISO 8601.
        sen: Sen's version.
        key: which key made the mark; says nothing of the key itself.
        files: by their path in the backup, with ``/``.
        missing: media files that the database refers to and that were not there.
        unsteady: media files that changed each time they were copied.
    """

    made: str
    sen: str
    database: Contents
    files: dict[str, FileEntry] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)
    key: str = ""
    format: int = FORMAT

    @property
    def database_file(self) -> str:
        """The path of the database's file in the backup."""
        return _DATABASE_FILES[self.database.kind]

    def media(self) -> dict[str, FileEntry]:
        """The media files by their names in the storage."""
        prefix = f"{MEDIA}/"
        return {
            path.removeprefix(prefix): entry
            for path, entry in self.files.items()
            if path.startswith(prefix)
        }

    def write(self, folder: Path) -> None:
        """Mark it with the present key, and write it into ``folder``."""
        self.key = key_id(keys()[0])
        value = asdict(self)
        value["mark"] = mark_of(_PURPOSE, value)
        text = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def database_file(kind: str) -> str:
    """The name of the file that a database of ``kind`` is kept in."""
    return _DATABASE_FILES[kind]


def key_id(key: str) -> str:
    """By what a key is known again, without saying anything of it."""
    return mark_of("backup key", "", key)[:16]


def read_manifest(folder: Path, *, key_lost: bool = False) -> Manifest:
    """The manifest of the backup in ``folder``, its mark checked; no other file is looked at.

    Args:
        key_lost: the mark need not hold where it was made with a key that is not here.

    Raises:
        BackupError: there is none, it is of another format, or somebody changed it.
    """
    path = folder / MANIFEST
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BackupError(f"{folder} is no backup: {MANIFEST}: {error.strerror}") from error
    except ValueError as error:
        raise BackupError(f"{path} is damaged: it is not JSON") from error
    if not isinstance(value, dict) or "mark" not in value:
        raise BackupError(f"{path} is damaged: it is not a backup's manifest")
    if value.get("format") != FORMAT:
        raise BackupError(
            f"{path} has format {value.get('format')!r}; this Sen reads format {FORMAT}"
        )
    mark = value.pop("mark")
    if not (isinstance(mark, str) and holds(mark, _PURPOSE, value)):
        ours = value.get("key") in {key_id(key) for key in keys()}
        if ours:
            raise BackupError(
                f"{path} was changed after the backup was made: its mark does not hold"
            )
        if not key_lost:
            raise BackupError(
                f"{path} was marked with another key: give the SEN_RECORD_KEY or SECRET_KEY of the "
                "system it was made on (docs/operators/backup.md, The key)"
            )
    try:
        return _parse(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackupError(f"{path} is damaged: {error}") from error


def _parse(value: dict[str, Any]) -> Manifest:
    """``value`` with every type checked; what is wrong is raised as ValueError and the like."""
    raw = value["database"]
    if raw["kind"] not in _DATABASE_FILES:
        raise ValueError(f"it names a database of kind {raw['kind']!r}")
    contents = Contents(
        kind=raw["kind"],
        version=_number(raw["version"]),
        schema=_text(raw["schema"]),
        tables={_text(name): _number(rows) for name, rows in raw["tables"].items()},
        migrations=[_text(name) for name in raw["migrations"]],
    )
    files = {
        path: FileEntry(_number(entry["size"]), _digest(entry["sha256"]))
        for path, entry in value["files"].items()
    }
    own = _DATABASE_FILES[contents.kind]
    for path in files:
        if path != own and not (path.startswith(f"{MEDIA}/") and is_safe(path)):
            raise ValueError(f"it names {path!r}, which is no file of a backup")
    if own not in files:
        raise ValueError(f"it names no {own}")
    return Manifest(
        made=_text(value["made"]),
        sen=_text(value["sen"]),
        database=contents,
        files=files,
        missing=[_text(name) for name in value["missing"]],
        unsteady=[_text(name) for name in value["unsteady"]],
        key=_text(value["key"]),
    )


def is_safe(path: str) -> bool:
    """Whether a path with ``/`` stays where it is put: relative, in its one form, no ``..``."""
    return (
        bool(path)
        and "\0" not in path
        and "\\" not in path
        and not path.startswith("/")
        and ".." not in path.split("/")
        and PurePosixPath(path).as_posix() == path
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r} is no number")
    return value


def _digest(value: Any) -> str:
    if not _SHA256.match(_text(value)):
        raise ValueError(f"{value!r} is no SHA-256")
    return str(value)


def measure(path: Path, on_bytes: Callable[[int], None] = lambda count: None) -> FileEntry:
    """Size and hash of a file as it is on the disk.

    Args:
        on_bytes: told of each piece that was read, in bytes.
    """
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            on_bytes(len(chunk))
    return FileEntry(size, digest.hexdigest())


def sen_version() -> str:
    """The version of the code that runs, as in ``pyproject.toml``."""
    text = (Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])
