"""A backup is whole under its name or not there at all, whatever happens meanwhile."""

from __future__ import annotations

import datetime
import json
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from cms.backup import media
from cms.backup.making import whole_backups
from tests.e2e.portal import ROOT
from tests.integration.backup.systems import System

Inside = Callable[[System], None]

# The database is in, the media are not, when it stops for good.
HALF_WAY = """
import time
from django.core.management import call_command
from cms.backup import media
def stop(name, target):
    print("HALF-WAY", flush=True)
    time.sleep(120)
media._copy = stop
call_command("backup", {folder!r}, verbosity=0)
"""


def make(folder: Path, **options: Any) -> Path:
    """Make a backup with the command; the newest one is returned."""
    call_command("backup", str(folder), verbosity=0, **options)
    return whole_backups(folder)[-1]


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def left_in(folder: Path) -> list[str]:
    """All that lies there but the lock."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".sen-backup.lock")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_interrupted(
    source: System, tmp_path: Path, number: signal.Signals, inside: Inside
) -> None:
    backing_up = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v0", "-c", HALF_WAY.format(folder=str(tmp_path))],
        cwd=ROOT,
        env=source.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    inside(source)
    try:
        assert backing_up.stdout is not None
        assert backing_up.stdout.readline().strip() == "HALF-WAY"
        # While it goes on no other one begins, and what there is counts for nothing.
        with pytest.raises(CommandError, match="another backup is being made"):
            make(tmp_path)
        assert whole_backups(tmp_path) == []
        backing_up.send_signal(number)
        assert backing_up.wait(20) != 0
    finally:
        backing_up.kill()
        backing_up.wait()
    if number == signal.SIGKILL:
        (part,) = left_in(tmp_path)
        assert part.startswith(".sen-")
        with pytest.raises(CommandError, match="is no backup"):
            call_command("restore", str(tmp_path / part), verbosity=0)
    else:
        assert left_in(tmp_path) == []
    made = make(tmp_path)
    assert left_in(tmp_path) == [made.name]


def test_older_ones_go(source: System, tmp_path: Path, inside: Inside) -> None:
    inside(source)
    foreign = tmp_path / "sen-20200101-000000"
    foreign.mkdir()
    (foreign / "manifest.json").write_text('{"mark": "của hệ thống khác"}')
    (tmp_path / "sen-ghi-chép.txt").write_text("")
    names = []
    for day in (1, 2, 3, 4):
        at = datetime.datetime(2026, 3, day, 20, 0, 5, tzinfo=datetime.UTC)
        with time_machine.travel(at, tick=False):
            names.append(make(tmp_path, keep=2 if day > 2 else None).name)
    # Named by the hour of the province.
    assert names[0] == "sen-20260302-030005"
    assert left_in(tmp_path) == [foreign.name, *names[2:], "sen-ghi-chép.txt"]
    with time_machine.travel(at, tick=False), pytest.raises(CommandError, match="already"):
        make(tmp_path)
    for options in ({"keep": 0}, {"keep": 1, "verify": True}):
        with pytest.raises(CommandError, match="--keep"):
            call_command("backup", str(tmp_path), **options)
    assert len(left_in(tmp_path)) == 4


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("what", ["database", "media"])
def test_no_room(source: System, tmp_path: Path, inside: Inside, what: str) -> None:
    """A disk that takes no more, at the database and at a media file."""
    inside(source)
    big = source.media / "phim.mp4"
    if what == "media":
        big.write_bytes(b"\0" * 8_000_000)
    try:
        with (
            no_file_larger_than(5_000_000 if what == "media" else 100_000),
            pytest.raises(CommandError) as refused,
        ):
            make(tmp_path / "backups")
    finally:
        big.unlink(missing_ok=True)
    assert "\n" not in str(refused.value)
    assert left_in(tmp_path / "backups") == []


def test_folders_that_cannot_be(source: System, tmp_path: Path, inside: Inside) -> None:
    inside(source)
    (tmp_path / "tệp").write_text("")
    for folder, sentence in (
        (tmp_path / "tệp", r"File exists|Not a directory"),
        (tmp_path / "chưa" / "gắn", "No such file or directory"),
        (Path("/proc/backups"), "/proc/backups: "),
        (source.media / "backups", "which visitors can read"),
        (source.media, "which visitors can read"),
    ):
        with pytest.raises(CommandError, match=sentence) as refused:
            make(folder)
        assert "\n" not in str(refused.value)
    assert not (source.media / "backups").exists()


def test_nothing_to_back_up(target: System, tmp_path: Path, inside: Inside) -> None:
    inside(target)
    with pytest.raises(CommandError, match="nothing to back up"):
        make(tmp_path / "x")
    assert left_in(tmp_path / "x") == []


def test_files_that_change_meanwhile(
    source: System, tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One goes that a row refers to, one that none does, one changes once, one does always."""
    inside(source)
    referred = next(iter(sorted(name for name in source.files() if name.startswith("orig"))))
    kept = (source.media / referred).read_bytes()
    for name in ("luôn.txt", "một lần.txt", "đi.txt"):
        (source.media / name).write_text("0")
    copied: dict[str, int] = {}
    copy = media._copy

    def meanwhile(name: str, target: Path) -> Any:
        entry = copy(name, target)
        copied[name] = copied.get(name, 0) + 1
        if name == "luôn.txt" or (name == "một lần.txt" and copied[name] == 1):
            (source.media / name).write_text("mới" * copied[name])
        if name in ("đi.txt", referred):
            (source.media / name).unlink()
        return entry

    monkeypatch.setattr(media, "_copy", meanwhile)
    try:
        made = make(tmp_path)
    finally:
        (source.media / referred).write_bytes(kept)
        for name in ("luôn.txt", "một lần.txt"):
            (source.media / name).unlink()
    manifest = manifest_of(made)
    assert manifest["missing"] == [referred]
    assert manifest["unsteady"] == ["luôn.txt"]
    assert (made / "media" / "một lần.txt").read_text() == "mới"
    assert copied["một lần.txt"] == 2
    assert not {f"media/{name}" for name in (referred, "đi.txt")} & manifest["files"].keys()
    call_command("backup", str(made), verify=True, verbosity=0)


def test_only_its_owner_reads_it(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o700


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def test_programs_that_are_missing_or_old(
    source: System,
    target: System,
    backup: Path,
    tmp_path: Path,
    inside: Inside,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not source.is_postgresql:
        pytest.skip("PostgreSQL's programs")
    inside(source)
    programs = tmp_path / "bin"
    real = {name: shutil.which(name) for name in ("pg_dump", "pg_restore", "psql")}
    monkeypatch.setenv("PATH", str(programs))
    backups = tmp_path / "backups"
    with pytest.raises(CommandError, match="pg_dump is not installed"):
        make(backups)
    program(programs, "pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.24'")
    with pytest.raises(CommandError, match="pg_dump is 9, the server's version is"):
        make(backups)
    program(
        programs,
        "pg_dump",
        'case "$1" in --version) echo "pg_dump (PostgreSQL) 99.1";; '
        '*) echo "pg_dump: error: could not write" >&2; exit 1;; esac',
    )
    with pytest.raises(CommandError, match="cannot be dumped: pg_dump: error: could not write"):
        make(backups)
    assert left_in(backups) == []

    inside(target)
    with pytest.raises(CommandError, match="pg_restore is not installed"):
        call_command("restore", str(backup), verbosity=0)
    program(programs, "psql", "echo 'psql (PostgreSQL) 99.1'; exit 0")
    (programs / "pg_restore").symlink_to(str(real["pg_restore"]))
    program(
        programs,
        "psql",
        'case "$1" in --version) echo "psql (PostgreSQL) 99.1";; '
        '*) echo "psql: error: no space left on device" >&2; exit 3;; esac',
    )
    with pytest.raises(CommandError, match="cannot be restored: psql: error: no space left"):
        call_command("restore", str(backup), verbosity=0)
    assert target.rows() == {}
    assert target.files() == {}


def test_a_server_that_does_not_answer(
    source: System, tmp_path: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    inside(source)
    if source.is_postgresql:
        monkeypatch.setitem(connection.settings_dict, "PORT", 1)
    else:
        monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "không có.sqlite3"))
    with pytest.raises(CommandError, match=r"cannot be read|there is no database") as refused:
        make(tmp_path / "x")
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "không có.sqlite3").exists()
