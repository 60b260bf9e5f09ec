"""What is wrong with a backup or a system is one sentence, and nothing was touched."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.backup import postgresql, sqlite
from cms.backup.manifest import FileEntry, Manifest, measure, read_manifest
from tests.integration.backup.systems import System, empty_system

Inside = Callable[[System], None]
Change = Callable[[Path], None]


@pytest.fixture
def copy(backup: Path, tmp_path: Path) -> Path:
    """A copy of the backup that may be spoiled."""
    return Path(shutil.copytree(backup, tmp_path / backup.name))


@pytest.fixture(scope="module")
def other(source: System, backup: Path) -> Iterator[System]:
    """A system in use, that shall stay as it is."""
    with empty_system(source) as system:
        system.manage("restore", str(backup))
        with system.connected() as opened:
            opened.execute("UPDATE auth_group SET name = name || ' khác'")
        (system.media / "của hệ thống này.txt").write_text("ở lại")
        yield system


@pytest.fixture
def used(other: System, inside: Inside) -> System:
    """The same; this process is one of it."""
    inside(other)
    return other


def refusal(folder: Path, **options: Any) -> str:
    """The sentence with which the command refuses to restore ``folder``, whatever goes."""
    with pytest.raises(CommandError) as refused:
        call_command("restore", str(folder), replace=True, no_input=True, verbosity=0, **options)
    said = str(refused.value)
    assert said
    assert "\n" not in said
    return said


def edit(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "manifest.json"
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def mark_anew(folder: Path, change: Callable[[Manifest], None]) -> None:
    """As somebody would who has the key."""
    manifest = read_manifest(folder)
    change(manifest)
    manifest.write(folder)


def database_of(folder: Path) -> Path:
    (file,) = folder.glob("database.*")
    return file


def a_picture(folder: Path) -> Path:
    return next(path for path in sorted((folder / "media").rglob("*")) if path.is_file())


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 2 // 3)


def with_true_hash(folder: Path, spoil: Change) -> None:
    """Spoil the database's file, and let the manifest say what is there now."""
    file = database_of(folder)
    spoil(file)
    mark_anew(folder, lambda manifest: manifest.files.__setitem__(file.name, measure(file)))


def name_outside(folder: Path, name: str) -> None:
    outside = folder.parent / "outside.txt"
    outside.write_text("ngoài")
    mark_anew(folder, lambda manifest: manifest.files.__setitem__(name, measure(outside)))


def other_rows(folder: Path) -> None:
    def change(manifest: Manifest) -> None:
        manifest.database.tables["users_user"] += 1

    mark_anew(folder, change)


def other_kind(folder: Path) -> None:
    """The other database's backup, whole by its own account."""
    file = database_of(folder)
    kind = "sqlite" if file.suffix == ".dump" else "postgresql"
    fresh = file.with_suffix({"sqlite": ".sqlite3", "postgresql": ".dump"}[kind])

    def change(manifest: Manifest) -> None:
        entry = manifest.files.pop(file.name)
        file.rename(fresh)
        manifest.files[fresh.name] = entry
        object.__setattr__(manifest.database, "kind", kind)

    mark_anew(folder, change)


def add_migration(name: str) -> Change:
    return lambda folder: mark_anew(folder, lambda it: it.database.migrations.append(name))


def link(folder: Path) -> None:
    picture = a_picture(folder)
    shutil.move(picture, folder.parent / "picture")
    picture.symlink_to(folder.parent / "picture")


SPOILT: dict[str, tuple[Change, str]] = {
    "no manifest": (lambda it: (it / "manifest.json").unlink(), "is no backup, and holds none"),
    "no JSON": (lambda it: cut(it / "manifest.json"), "it is not JSON"),
    "no object": (lambda it: (it / "manifest.json").write_text("[]") and None, "is damaged"),
    "later format": (lambda it: edit(it, lambda m: m.update(format=2)), "has format 2"),
    "manifest changed": (
        lambda it: edit(it, lambda m: m["database"]["tables"].update(users_user=0)),
        "was changed after the backup was made",
    ),
    "mark removed": (lambda it: edit(it, lambda m: m.pop("mark")), "is damaged"),
    "mark of no text": (lambda it: edit(it, lambda m: m.update(mark=None)), "was changed after"),
    "other key": (lambda it: edit(it, lambda m: m.update(key="0" * 16)), "with another key"),
    "types": (
        lambda it: mark_anew(it, lambda m: m.files.update(x=FileEntry("1", "2"))),  # type: ignore[arg-type]
        "is no number",
    ),
    "picture changed": (lambda it: flip(a_picture(it)), "was changed: its hash is another"),
    "picture gone": (lambda it: a_picture(it).unlink(), "is missing"),
    "picture is a link": (link, "it is no ordinary file"),
    "foreign file": (lambda it: (it / "media" / "x.php").write_text("<?") and None, "lacks it"),
    "database changed": (lambda it: flip(database_of(it)), "was changed: its hash is another"),
    "database cut": (lambda it: cut(database_of(it)), "was cut or changed"),
    "database gone": (lambda it: database_of(it).unlink(), "is missing"),
    "cut, manifest agrees": (lambda it: with_true_hash(it, cut), "database."),
    "emptied, manifest agrees": (
        lambda it: with_true_hash(it, lambda file: os.truncate(file, 0)),
        "database.",
    ),
    "fewer rows than promised": (other_rows, "rows"),
    "out of the folder": (lambda it: name_outside(it, "media/../../outside.txt"), "no file of a"),
    "beside the folder": (lambda it: name_outside(it, "../outside.txt"), "no file of a backup"),
    "from the root": (lambda it: name_outside(it, "/etc/passwd"), "no file of a backup"),
    "beside media": (lambda it: name_outside(it, "secret_key"), "no file of a backup"),
    "other database": (other_kind, "database, this system's is"),
    "later Sen": (lambda it: mark_anew(it, lambda m: setattr(m, "sen", "99.0")), "upgrade first"),
    "no Sen": (lambda it: mark_anew(it, lambda m: setattr(m, "sen", "mới")), "is not known"),
    "later migration": (add_migration("news.9999_later"), "news.9999_later, which this Sen"),
}


@pytest.mark.parametrize(("spoil", "sentence"), SPOILT.values(), ids=SPOILT.keys())
def test_a_spoilt_backup(used: System, copy: Path, spoil: Change, sentence: str) -> None:
    before = used.everything()
    spoil(copy)
    assert sentence in refusal(copy)
    assert used.everything() == before
    assert not list(used.data.glob("before-restore-*"))


def test_verify_finds_it_too(
    source: System, copy: Path, inside: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    inside(source)
    call_command("backup", str(copy.parent), verify=True, verbosity=0)
    assert f"{copy} is whole" in capsys.readouterr().out
    flip(a_picture(copy))
    with pytest.raises(CommandError, match="its hash is another"):
        call_command("backup", str(copy), verify=True, verbosity=0)


def test_a_system_in_use_stays_without_being_told(used: System, backup: Path) -> None:
    before = used.everything()
    with pytest.raises(CommandError, match="is not empty"):
        call_command("restore", str(backup), verbosity=0)
    assert used.everything() == before


@pytest.mark.parametrize("answer", ["", "yes", None])
def test_it_asks_first(
    used: System, backup: Path, answer: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reply() -> str:
        if answer is None:
            raise EOFError
        return answer

    before = used.everything()
    monkeypatch.setattr("builtins.input", reply)
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("restore", str(backup), replace=True, verbosity=0)
    assert used.everything() == before


def test_only_files_are_here(target: System, backup: Path, inside: Inside) -> None:
    """An empty database beside somebody's uploads is no empty system."""
    inside(target)
    target.media.mkdir()
    (target.media / "ảnh.jpg").write_text("của ai đó")
    with pytest.raises(CommandError, match="is not empty"):
        call_command("restore", str(backup), verbosity=0)
    assert list(target.files()) == ["ảnh.jpg"]


def test_another_programs_database(target: System, backup: Path, inside: Inside) -> None:
    inside(target)
    with target.connected() as opened:
        opened.execute("CREATE TABLE customers (id integer)")
    assert "not Sen's" in refusal(backup)
    assert list(target.rows()) == ["customers"]
    with pytest.raises(CommandError, match="holds no Sen"):
        call_command("backup", str(backup.parent / "x"), verbosity=0)
    assert not list((backup.parent / "x").glob("*sen-2*"))


def test_the_folder_of_the_backups(target: System, backup: Path, inside: Inside) -> None:
    inside(target)
    assert f"the newest one in it is {backup}" in refusal(backup.parent)
    assert "holds none" in refusal(target.data)
    assert "No such file or directory" in refusal(backup / "không có")


def test_a_lost_key(
    target: System, copy: Path, inside: Inside, settings: Any, source: System
) -> None:
    """With another key it is refused; who says that the key is lost still has the hashes."""
    inside(target)
    settings.SECRET_KEY = settings.SEN_RECORD_KEY = "một khoá khác"
    assert "another key" in refusal(copy)
    settings.SEN_RECORD_KEY_FALLBACKS = [source.env["SECRET_KEY"]]
    assert "Nothing was changed" in _dry(copy)
    settings.SEN_RECORD_KEY_FALLBACKS = []
    flip(a_picture(copy))
    assert "its hash is another" in refusal(copy, key_lost=True)
    flip(a_picture(copy))
    call_command("restore", str(copy), key_lost=True, verbosity=0)
    assert target.rows() == source.rows()


def _dry(folder: Path) -> str:
    out = io.StringIO()
    call_command("restore", str(folder), dry_run=True, verbosity=0, stdout=out)
    return out.getvalue()


def test_a_plugin_that_is_not_here_is_told(target: System, copy: Path, inside: Inside) -> None:
    inside(target)
    add_migration("so_lieu.0001_initial")(copy)
    assert "apps that are not installed here: so_lieu" in _dry(copy)


def test_media_are_taken_back_where_the_database_is_in_use(
    used: System, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sqlite, postgresql):
        monkeypatch.setattr(module, "LOCK_SECONDS", 1)
    names = sorted(used.files())
    (used.media / names[0]).write_text("khác đi")
    (used.media / names[1]).unlink()
    before = used.everything()
    with used.connected() as opened:
        opened.execute("BEGIN")
        opened.execute("INSERT INTO auth_group (name) VALUES ('đang ghi')")
        said = refusal(copy)
        opened.execute("ROLLBACK")
    assert "lock" in said or "stop Sen first" in said
    assert used.everything() == before
    assert not list(used.data.glob("before-restore-*"))


def test_a_damaged_database_is_kept_and_replaced(
    target: System, backup: Path, source: System, inside: Inside
) -> None:
    if target.is_postgresql:
        pytest.skip("of a file")
    inside(target)
    Path(target.name).write_bytes(b"rubbish " * 10_000)
    call_command("restore", str(backup), replace=True, no_input=True, verbosity=0)
    assert target.everything() == source.everything()
    (kept,) = target.data.glob("sen.sqlite3.damaged-*")
    assert kept.read_bytes().startswith(b"rubbish ")
    with pytest.raises(sqlite3.DatabaseError), sqlite3.connect(kept) as opened:
        opened.execute("SELECT * FROM sqlite_master")
