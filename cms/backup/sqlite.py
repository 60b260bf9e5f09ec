"""SQLite: copied by its online backup while writers go on, put back by renaming one file."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from django.db import connection, connections
from django.utils import timezone

from .database import State, read_contents, referenced_files, state_of
from .errors import BackupError, because
from .manifest import Contents
from .progress import Progress, megabytes

# Pages copied at once; the reader's place in the write-ahead log is held all the while.
PAGES = 2048
LOCK_SECONDS = 10


class SQLite:
    """The SQLite file that the settings name."""

    kind = "sqlite"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(str(connection.settings_dict["NAME"]))

    def check_backup(self) -> None:
        """There is a file of Sen's to copy."""
        if not self.path.is_file():
            raise BackupError(f"there is no database at {self.path}: nothing to back up")

    def dump(self, file: Path, progress: Progress) -> tuple[Contents, set[str]]:
        """One moment: the read transaction that is open keeps later writes out of the copy."""

        def tell(_status: int, remaining: int, total: int) -> None:
            text = f"database: {total - remaining:,} of {total:,} pages"
            progress.at(text, total - remaining, total)

        try:
            with (
                _opened(f"{self.path.absolute().as_uri()}?mode=rw") as source,
                _opened(file.absolute().as_uri()) as copy,
            ):
                source.execute("BEGIN")
                source.execute("SELECT count(*) FROM sqlite_master").fetchone()
                source.backup(copy, pages=PAGES, progress=tell, sleep=0)
            with _frozen(file) as copy:
                tables = _tables(copy)
                if "django_migrations" not in tables:
                    raise BackupError(f"{self.path} holds no Sen: nothing to back up")
                contents = read_contents(
                    self.kind, _version(), "", tables, lambda sql: copy.execute(sql)
                )
                return contents, referenced_files(tables, lambda sql: copy.execute(sql))
        except sqlite3.Error as error:
            raise BackupError(f"the database cannot be copied: {error}") from error

    def check_dump(self, file: Path, contents: Contents, progress: Progress) -> None:
        """SQLite's own check of the whole file, and the rows of each table."""
        progress.at("database: checking its integrity")
        try:
            with _frozen(file) as copy:
                (found,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
                if found != "ok":
                    raise BackupError(f"{file} is damaged: {found}")
                tables = _tables(copy)
                rows = read_contents(
                    self.kind, _version(), "", tables, lambda sql: copy.execute(sql)
                )
        except sqlite3.Error as error:
            raise BackupError(f"{file} is damaged: {error}") from error
        if rows.tables != contents.tables:
            raise BackupError(f"{file} has other rows than the manifest says")
        progress.at(f"database: {len(tables):,} tables are whole", 1, 1)

    def check_restore(self, contents: Contents) -> None:
        """There is a folder for the file."""
        if not self.path.parent.is_dir():
            raise BackupError(f"{self.path.parent} is no folder")

    def state(self) -> State:
        """What there is now; a file that SQLite cannot read is damaged."""
        if not self.path.exists() or not self.path.stat().st_size:
            return State.EMPTY
        try:
            with _opened(f"{self.path.absolute().as_uri()}?mode=rw") as present:
                return state_of(_tables(present), lambda sql: present.execute(sql))
        except sqlite3.Error as error:
            if _is_locked(error):
                raise BackupError(f"{self.path} is being written to: stop Sen first") from error
            return State.DAMAGED

    def warnings(self) -> list[str]:
        """None: whoever has the file open keeps it from being replaced."""
        return []

    def restore(self, file: Path, contents: Contents, progress: Progress) -> None:
        """Copy beside the present file, then rename: at every moment the one or the other."""
        connections.close_all()
        size, free = file.stat().st_size, shutil.disk_usage(self.path.parent).free
        if size > free:
            raise BackupError(
                f"{self.path.parent}: the database needs {megabytes(size)}, "
                f"{megabytes(free)} are free"
            )
        fresh = self.path.with_name(f"{self.path.name}.new")
        try:
            progress.at("database: copying")
            shutil.copyfile(file, fresh)
            fresh.chmod(self.path.stat().st_mode & 0o777 if self.path.exists() else 0o600)
            _sync(fresh)
            with _frozen(fresh) as copy:
                found = read_contents(
                    self.kind, _version(), "", _tables(copy), lambda sql: copy.execute(sql)
                )
            if found.tables != contents.tables:
                raise BackupError(f"{file} changed while it was restored")
            with self._alone():
                os.replace(fresh, self.path)
            _sync(self.path.parent)
        except OSError as error:
            raise because(error, self.path.parent) from error
        except sqlite3.Error as error:
            raise BackupError(f"{file} cannot be restored: {error}") from error
        finally:
            fresh.unlink(missing_ok=True)
        progress.at(f"database: {sum(contents.tables.values()):,} rows are in", 1, 1)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While nobody else has the file open; a new file must not find an old log beside it."""
        if not self.path.exists() or not self.path.stat().st_size:
            yield
            return
        try:
            with _opened(f"{self.path.absolute().as_uri()}?mode=rw") as present:
                # Only the one connection there is can leave the write-ahead log.
                (mode,) = present.execute("PRAGMA journal_mode=DELETE").fetchone()
                if mode != "delete":
                    raise sqlite3.OperationalError("database is locked")
                present.execute("BEGIN EXCLUSIVE")
                yield
        except sqlite3.Error as error:
            if _is_locked(error):
                raise BackupError(f"{self.path} is in use: stop Sen first") from error
            stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
            for end in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    Path(f"{self.path}{end}").rename(f"{self.path}.damaged-{stamp}{end}")
            yield


@contextmanager
def _opened(address: str) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(address, uri=True, timeout=LOCK_SECONDS, isolation_level=None)
    try:
        yield opened
    finally:
        opened.close()


def _frozen(file: Path) -> AbstractContextManager[sqlite3.Connection]:
    """A file that nobody changes: read without a lock or a log beside it."""
    return _opened(f"{file.absolute().as_uri()}?mode=ro&immutable=1")


def _tables(opened: sqlite3.Connection) -> set[str]:
    found = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in found if not name.startswith("sqlite_")}


def _is_locked(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", None) in (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    ) or "locked" in str(error)


def _version() -> int:
    major, minor, patch = sqlite3.sqlite_version_info[:3]
    return major * 1_000_000 + minor * 1000 + patch


def _sync(path: Path) -> None:
    """Have a file or a folder on the disk, not in the machine's memory only."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
