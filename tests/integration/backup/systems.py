"""Systems of one's own to back up and to restore into, seen past Sen: by the drivers themselves."""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.e2e.portal import manage, own_data

# A cast is written otherwise once it was read again; it means the same.
_CAST = re.compile(r"::[a-z ]+(\[\])?|[()]")
#: What both databases have, and a writer may write pairs into.
PAIR = ("auth_group", "taggit_tag")


@dataclass(frozen=True)
class System:
    """The data of a Sen: a database and a folder.

    Attributes:
        env: the environment of its commands.
    """

    env: dict[str, str]

    @property
    def data(self) -> Path:
        return Path(self.env["SEN_DATA_DIR"])

    @property
    def media(self) -> Path:
        return self.data / "media"

    @property
    def is_postgresql(self) -> bool:
        return self.env.get("DATABASE_URL", "").startswith("postgres")

    @property
    def name(self) -> str:
        """What Django calls the database: its name, or its path."""
        if self.is_postgresql:
            return urlsplit(self.env["DATABASE_URL"]).path.lstrip("/")
        return str(self.data / "sen.sqlite3")

    def manage(self, *arguments: str, check: bool = True) -> Any:
        """Run a command in a process of its own."""
        return manage(self.env, *arguments, check=check)

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """A connection of the driver that commits each statement."""
        opened: Any
        if self.is_postgresql:
            import psycopg

            opened = psycopg.connect(self.env["DATABASE_URL"], autocommit=True)
        else:
            opened = sqlite3.connect(self.name, timeout=20, isolation_level=None)
        try:
            yield opened
        finally:
            opened.close()

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table, in an order that does not depend on how they lie.

        But for when things were last done: that a backup was made is noted once it is.
        """
        with self.connected() as opened:
            found: dict[str, list[str]] = {}
            for table in self.tables(opened):
                query = f'SELECT * FROM "{table}"'
                if self.is_postgresql:
                    with opened.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as out:
                        text = b"".join(out).decode()
                    found[table] = sorted(text.splitlines())
                else:
                    found[table] = sorted(repr(row) for row in opened.execute(query))
            found.pop("operations_lastrun", None)
            return found

    def tables(self, opened: Any) -> list[str]:
        query = (
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            if self.is_postgresql
            else "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
        return sorted(name for (name,) in opened.execute(query))

    def schema(self) -> list[str]:
        """What there is beside rows: columns, indexes, constraints, triggers, where ids go on."""
        queries = (
            [
                "SELECT table_name, column_name, data_type, is_nullable,"
                " column_default, identity_generation FROM information_schema.columns"
                " WHERE table_schema = 'public'",
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
                " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
                "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger"
                " WHERE NOT tgisinternal",
                "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'",
                "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
            ]
            if self.is_postgresql
            else ["SELECT type, name, sql FROM sqlite_master", "SELECT * FROM sqlite_sequence"]
        )
        with self.connected() as opened:
            return [
                _CAST.sub("", row)
                for query in queries
                for row in sorted(map(repr, opened.execute(query)))
            ]

    def files(self) -> dict[str, str]:
        """The hashes of all media files by their names."""
        return hashes(self.media)

    def everything(self) -> tuple[Any, ...]:
        """All there is, to be compared."""
        return self.rows(), self.schema(), self.files()

    def restart(self, env: dict[str, str]) -> System:
        """The same system with other variables."""
        return System(self.env | env)


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file below ``folder``."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def empty_system(like: System | None = None) -> Iterator[System]:
    """A system without a table or a file, of the kind of this test run; it is removed.

    Args:
        like: whose keys it has.
    """
    with own_data() as env:
        env["SECRET_KEY"] = like.env["SECRET_KEY"] if like else "khoá bí mật của hệ thống này $1"
        for name in ("SEN_RECORD_KEY", "SEN_RECORD_KEY_FALLBACKS", "SECRET_KEY_FALLBACKS"):
            env.pop(name, None)
        yield System(env)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is removed."""
    folder = Path(tempfile.mkdtemp(prefix="sen-backup-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
