"""PostgreSQL: dumped from one exported snapshot, put back in one transaction."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import DatabaseError, connection
from django.db.backends.postgresql.client import DatabaseClient
from django.db.backends.utils import CursorWrapper

from .database import State, quoted, read_contents, referenced_files, state_of
from .errors import BackupError
from .manifest import CHUNK, Contents
from .progress import Progress, megabytes

# Seconds that a restore waits for those who read or write; then it gives up.
LOCK_SECONDS = 30

TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
AND NOT EXISTS (SELECT 1 FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""
# Everything of Sen's in the schema but what an extension brought; the schema itself and its
# rights stay.
CLEAR = """
DO $sen$ DECLARE found record; BEGIN
FOR found IN SELECT format('%I.%I', n.nspname, c.relname) AS name,
    CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
        WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.oid = {schema}::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
        AND d.objid = c.oid AND (d.deptype IN ('e', 'i') OR d.deptype = 'a' AND c.relkind = 'S'))
    ORDER BY c.relkind = 'S', c.oid
LOOP EXECUTE format('DROP %s IF EXISTS %s CASCADE', found.kind, found.name); END LOOP;
FOR found IN SELECT p.oid::regprocedure AS name FROM pg_proc p
    WHERE p.pronamespace = {schema}::regnamespace AND p.prokind = 'f'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
        AND d.objid = p.oid AND d.deptype = 'e')
LOOP EXECUTE format('DROP FUNCTION %s CASCADE', found.name); END LOOP;
END $sen$;
"""
_VERSION = re.compile(r"\(PostgreSQL\)\s+(\d+)")
_DATA = re.compile(r"^pg_dump: dumping contents of table ")
_LISTED = re.compile(r"^\d+; \d+ \d+ TABLE DATA (\S+) (.+) (\S+)$", re.MULTILINE)


class PostgreSQL:
    """The PostgreSQL database that the settings name."""

    kind = "postgresql"

    def check_backup(self) -> None:
        """pg_dump is there, and no older than the server."""
        with _connected() as cursor:
            _program("pg_dump", _server_version(cursor) // 10_000)

    def dump(self, file: Path, progress: Progress) -> tuple[Contents, set[str]]:
        """One moment: rows are counted and dumped from the same snapshot."""
        with _connected() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SET LOCAL {limit} = 0")
            ((snapshot,),) = _rows(cursor, "SELECT pg_export_snapshot()")
            ((schema,),) = _rows(cursor, "SELECT current_schema()")
            tables = {name for (name,) in _rows(cursor, TABLES)}
            if "django_migrations" not in tables:
                raise BackupError("the database holds no Sen: nothing to back up")

            def execute(statement: str) -> list[tuple[Any, ...]]:
                return _rows(cursor, statement)

            version = _server_version(cursor)
            contents = read_contents(self.kind, version, schema, tables, execute)
            files = referenced_files(tables, execute)
            self._run_pg_dump(file, snapshot, contents, progress)
            cursor.execute("COMMIT")
        return contents, files

    def _run_pg_dump(
        self, file: Path, snapshot: str, contents: Contents, progress: Progress
    ) -> None:
        arguments, environment = _access("pg_dump", contents.version // 10_000)
        command = [
            *(arguments[0], "--format=custom", "--verbose", "--no-password"),
            *(f"--snapshot={snapshot}", f"--schema={quoted(contents.schema)}"),
            *(f"--file={file}", *arguments[1:]),
        ]
        total, done, said = len(contents.tables), 0, ""
        with _running(command, environment, stderr=subprocess.PIPE, text=True) as dumping:
            assert dumping.stderr is not None  # noqa: S101  (for the types)
            for line in dumping.stderr:
                if _DATA.match(line):
                    done += 1
                    size = file.stat().st_size if file.exists() else 0
                    progress.at(f"database: {done:,} of {total:,} tables, {megabytes(size)}")
                elif "error:" in line or not said:
                    said = line.strip()
        if dumping.returncode:
            raise BackupError(f"the database cannot be dumped: {said or 'pg_dump failed'}")
        size = file.stat().st_size
        progress.at(f"database: {total:,} of {total:,} tables, {megabytes(size)}", 1, 1)

    def check_dump(self, file: Path, contents: Contents, progress: Progress) -> None:
        """pg_restore reads all of it, and it has the data of every table."""
        program = _program("pg_restore")
        listing = subprocess.run(  # noqa: S603
            [program, "--list", str(file)],
            env=_plain(),
            capture_output=True,
            text=True,
            check=False,
        )
        if listing.returncode:
            raise BackupError(f"{file} cannot be read: {_complaint(listing.stderr)}")
        listed = {name for schema, name, _owner in _LISTED.findall(listing.stdout)}
        if lost := contents.tables.keys() - listed:
            raise BackupError(f"{file} lacks the data of the table {sorted(lost)[0]}")
        read = 0
        with tempfile.TemporaryFile() as complaints:
            command = [program, "--file=-", str(file)]
            pipes = {"stdout": subprocess.PIPE, "stderr": complaints}
            with _running(command, {}, **pipes) as reading:
                assert reading.stdout is not None  # noqa: S101
                while chunk := reading.stdout.read(CHUNK):
                    read += len(chunk)
                    progress.at(f"database: {megabytes(read)} read")
            if reading.returncode:
                raise BackupError(f"{file} cannot be read: {_text_of(complaints)}")
        progress.at(f"database: {len(contents.tables):,} tables are whole", 1, 1)

    def check_restore(self, contents: Contents) -> None:
        """The programs are there, the server is no older, the schema has the same name."""
        with _connected() as cursor:
            server = _server_version(cursor)
            ((schema,),) = _rows(cursor, "SELECT current_schema()")
        if contents.version // 10_000 > server // 10_000:
            raise BackupError(
                f"the backup is of PostgreSQL {contents.version // 10_000}, "
                f"this server is an older one, {server // 10_000}"
            )
        if schema != contents.schema:
            raise BackupError(
                f"the backup is of the schema {contents.schema}, this system's is {schema}"
            )
        for name in ("pg_restore", "psql"):
            _program(name, contents.version // 10_000)

    def state(self) -> State:
        """What there is now."""
        with _connected() as cursor:
            tables = {name for (name,) in _rows(cursor, TABLES)}
            return state_of(tables, lambda sql: _rows(cursor, sql))

    def warnings(self) -> list[str]:
        """Who else is connected."""
        statement = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with _connected() as cursor:
            ((others,),) = _rows(cursor, statement)
        if not others:
            return []
        return [f"{others} other connections to this database: Sen's processes should be stopped"]

    def restore(self, file: Path, contents: Contents, progress: Progress) -> None:
        """Clear the schema, fill it and count its rows in one transaction: all of it or nothing."""
        schema = contents.schema
        begin = (
            f"BEGIN; SET LOCAL lock_timeout = '{LOCK_SECONDS}s'; SET client_min_messages = warning;"
            + CLEAR.format(schema=_literal(quoted(schema)))
        )
        counts = "".join(
            f"IF (SELECT count(*) FROM {quoted(schema)}.{quoted(table)}) <> {rows} THEN "  # noqa: S608
            f"RAISE EXCEPTION '%', {_literal(f'{table} has not {rows} rows')}; END IF;\n"
            for table, rows in contents.tables.items()
        )
        end = f"\nDO {_literal(f'BEGIN {counts} END')};\nCOMMIT;\n"
        arguments, environment = _access("psql")
        psql = [
            *(arguments[0], "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"),
            *("--output=/dev/null", *arguments[1:]),
        ]
        reading = [
            *(_program("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error"),
            *(f"--schema={schema}", "--file=-", str(file)),
        ]
        with tempfile.TemporaryFile() as complaints, tempfile.TemporaryFile() as reasons:
            pipes = {"stdin": subprocess.PIPE, "stderr": complaints}
            with _running(psql, environment, **pipes) as writer:
                assert writer.stdin is not None  # noqa: S101
                try:
                    writer.stdin.write(begin.encode())
                    with _running(reading, {}, stdout=subprocess.PIPE, stderr=reasons) as reader:
                        assert reader.stdout is not None  # noqa: S101
                        written = 0
                        while chunk := reader.stdout.read(CHUNK):
                            writer.stdin.write(chunk)
                            written += len(chunk)
                            progress.at(f"database: {megabytes(written)} written")
                    if reader.returncode:
                        # Without COMMIT everything is undone.
                        raise BackupError(f"{file} cannot be read: {_text_of(reasons)}")
                    progress.at("database: counting the rows")
                    writer.stdin.write(end.encode())
                    writer.stdin.close()
                except BrokenPipeError:
                    pass  # psql has ended, and says why.
                writer.wait()
            if writer.returncode:
                raise BackupError(f"the database cannot be restored: {_text_of(complaints)}")
        progress.at(f"database: {sum(contents.tables.values()):,} rows are in", 1, 1)


@contextmanager
def _connected() -> Iterator[CursorWrapper]:
    """A cursor of a connection of its own, outside any transaction of the caller."""
    own = connection.copy("backup")
    try:
        own.set_autocommit(True)
        with own.cursor() as cursor:
            yield cursor
    except DatabaseError as error:
        raise BackupError(f"the database cannot be read: {_first_line(error)}") from error
    finally:
        own.close()


def _rows(cursor: CursorWrapper, statement: str) -> list[tuple[Any, ...]]:
    cursor.execute(statement)
    return cursor.fetchall()


def _server_version(cursor: CursorWrapper) -> int:
    ((version,),) = _rows(cursor, "SHOW server_version_num")
    return int(version)


def _program(name: str, at_least: int = 0) -> str:
    """The path of one of PostgreSQL's client programs.

    Args:
        at_least: the major version that it must have.

    Raises:
        BackupError: it is missing or too old.
    """
    path = shutil.which(name)
    if path is None:
        raise BackupError(
            f"{name} is not installed: it is one of PostgreSQL's client programs "
            "(postgresql-client)"
        )
    if at_least:
        said = subprocess.run(  # noqa: S603
            [path, "--version"], env=_plain(), capture_output=True, text=True, check=False
        )
        found = _VERSION.search(said.stdout)
        if found is None or int(found[1]) < at_least:
            version = found[1] if found else "an unknown version"
            raise BackupError(
                f"{name} is {version}, the server's version is {at_least}: "
                f"install postgresql-client-{at_least}"
            )
    return path


def _access(name: str, at_least: int = 0) -> tuple[list[str], dict[str, str]]:
    """A program with its arguments for this database, and its environment; the password in it."""
    own = connection.settings_dict
    arguments, environment = DatabaseClient.settings_to_cmd_args_env(own, [])
    return [_program(name, at_least), *arguments[1:]], environment or {}


def _plain() -> dict[str, str]:
    """Our environment, with messages in English."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], **pipes: Any
) -> Iterator[subprocess.Popen[Any]]:
    """A program that has ended when the block has: killed where the block fails."""
    process = subprocess.Popen(command, env=_plain() | environment, **pipes)  # noqa: S603
    try:
        yield process
        process.wait()
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            _close(pipe)


def _close(pipe: IO[Any] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except BrokenPipeError:
        pass


def _literal(text: str) -> str:
    """``text`` as a string in SQL."""
    return "'" + text.replace("'", "''") + "'"


def _text_of(file: IO[bytes]) -> str:
    file.seek(0)
    return _complaint(file.read().decode(errors="replace"))


def _complaint(text: str) -> str:
    """The line that says what is wrong, of all that a program wrote."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return (errors or lines or ["it does not say why"])[0]


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
