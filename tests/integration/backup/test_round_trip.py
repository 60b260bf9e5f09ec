"""A backup that was made while somebody wrote, restored into an empty system: all is there."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.integration.backup.systems import PAIR, System, hashes

Inside = Callable[[System], None]


class Writer(threading.Thread):
    """Writes into two tables in one transaction, again and again, and a file each time."""

    def __init__(self, system: System) -> None:
        super().__init__(daemon=True)
        self.system, self.written, self.ended = system, 0, threading.Event()
        self.begun = threading.Event()

    def run(self) -> None:
        sign = "%s" if self.system.is_postgresql else "?"
        with self.system.connected() as opened:
            while not self.ended.is_set():
                number = self.written + 1
                name = f"Người viết {number}"
                path = self.system.media / "documents" / f"writer-{number}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(name)
                opened.execute("BEGIN")
                for table in PAIR:
                    columns, signs = ("name, slug", f"{sign}, {sign}")
                    values = (name, f"nguoi-viet-{number}")
                    if table == "auth_group":
                        columns, signs, values = "name", sign, values[:1]
                    opened.execute(f"INSERT INTO {table} ({columns}) VALUES ({signs})", values)
                opened.execute("COMMIT")
                self.written = number
                self.begun.set()
                self.ended.wait(0.002)


@contextmanager
def writing(system: System) -> Iterator[Writer]:
    writer = Writer(system)
    writer.start()
    try:
        assert writer.begun.wait(20)
        yield writer
    finally:
        writer.ended.set()
        writer.join(20)


def test_written_meanwhile_restored_elsewhere(
    source: System, target: System, tmp_path: Path
) -> None:
    with writing(source) as writer:
        before = writer.written
        made = source.manage("backup", str(tmp_path / "sao lưu"))
        after = writer.written
    assert after > before + 10
    (folder,) = (tmp_path / "sao lưu").glob("sen-*")
    assert str(folder) in made.stdout
    assert "media: " in made.stderr
    manifest = json.loads((folder / "manifest.json").read_text())

    done = target.manage("restore", str(folder))
    assert "Restored" in done.stdout
    theirs, ours = source.rows(), target.rows()
    assert theirs.keys() == ours.keys()
    assert len(ours) > 100
    # The moment of the copy: a number of pairs, whole, and all that was there before.
    pairs = [sum("Người viết" in row for row in ours[table]) for table in PAIR]
    assert pairs[0] == pairs[1]
    assert before <= pairs[0] < source_pairs(theirs)
    for table, rows in ours.items():
        if table not in (*PAIR, "sqlite_sequence"):
            assert rows == theirs[table], table
        if table in manifest["database"]["tables"]:
            assert manifest["database"]["tables"][table] == len(rows), table
    assert set(ours[PAIR[0]]) < set(theirs[PAIR[0]])
    # Files are never fewer than the rows of that moment know; each is what it is at the source.
    copied, present = target.files(), source.files()
    assert copied.items() <= present.items()
    assert all(f"documents/writer-{number}.txt" in copied for number in range(1, pairs[0] + 1))
    assert copied == hashes(folder / "media")
    assert "0 findings" in target.manage("verify_record").stderr


def source_pairs(rows: dict[str, list[str]]) -> int:
    return sum("Người viết" in row for row in rows[PAIR[0]])


def test_everything_is_the_same(
    source: System, target: System, inside: Inside, tmp_path: Path
) -> None:
    """Also schema, indexes, triggers and where ids go on: nobody writes this time."""
    inside(source)
    call_command("backup", str(tmp_path), verbosity=0)
    (folder,) = tmp_path.glob("sen-*")
    inside(target)
    call_command("restore", str(folder), verbosity=0)
    for ours, theirs in zip(target.everything(), source.everything(), strict=True):
        assert ours == theirs


def test_the_present_system_gives_way(
    backup: Path, target: System, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside(target)
    call_command("restore", str(backup), verbosity=0)
    restored = target.everything()
    with target.connected() as opened:
        opened.execute("UPDATE auth_group SET name = name || ' cũ'")
        opened.execute("CREATE TABLE later (id integer)")
    names = sorted(restored[2])
    (target.media / names[0]).write_text("khác")
    (target.media / names[1]).unlink()
    (target.media / "thừa.txt").write_text("thừa")
    used = target.everything()

    said = _say("restore", str(backup), dry_run=True)
    assert "1 to be added, 1 changed, 1 deleted" in said
    assert "Nothing was changed. It would need --replace." in said
    assert target.everything() == used

    monkeypatch.setattr("builtins.input", lambda: " replace ")
    call_command("restore", str(backup), replace=True, verbosity=0)
    assert target.everything() == restored
    assert not list(target.data.glob("before-restore-*"))


def test_a_migrated_system_is_empty(
    source: System, bare: Path, backup: Path, target: System, inside: Inside
) -> None:
    """What the installation guide makes first does not stand in the way."""
    inside(target)
    (migrated,) = bare.glob("sen-*")
    call_command("restore", str(migrated), verbosity=0)
    rows = target.rows()
    assert rows["django_migrations"]
    assert not rows["users_user"]
    said = _say("restore", str(backup), verbosity=0)
    assert "the database here: nothing yet" in said
    assert target.rows()["users_user"]


def _say(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()
