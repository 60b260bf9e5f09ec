"""A new release takes over from the old one on real processes, or does not and the old serves."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import FIRST, Built, copy, replace
from .server import Server, server

MIGRATION = """from django.db import migrations, models


def stop(apps, schema_editor):
    raise RuntimeError("this migration stops")


class Migration(migrations.Migration):
    dependencies = [("poll", "0001_initial")]

    operations = [
        OPERATION,
    ]
"""
ADDITION = 'migrations.AddField("poll", "hint", models.TextField(null=True))'
REMOVAL = 'migrations.RemoveField("poll", "question")'
STOPS = "migrations.RunPython(stop, migrations.RunPython.noop)"


@pytest.fixture(scope="module")
def running(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that the first release serves; the tests go on from one another's state."""
    with server(tmp_path_factory.mktemp("upgrade") / "server") as made:
        copy(built.folder, made.releases / FIRST)
        made.script("install", release=FIRST)
        made.configure()
        if made.database.startswith("postgres"):
            made.script("create-database")
        made.script("manage", "migrate", "--verbosity", "0")
        made.run("systemctl", "enable", "--now", *(f"sen-web@{port}" for port in made.ports))
        made.run("systemctl", "enable", "--now", "sen-worker", "sen-scheduler.timer")
        yield made


def release(machine: Server, built: Built, version: str, operation: str = "") -> Path:
    """A further release, with a migration of its own for the polls."""
    folder = machine.releases / version
    copy(built.folder, folder)
    project = folder / "pyproject.toml"
    replace(project, project.read_text().replace(f'version = "{FIRST}"', f'version = "{version}"'))
    if operation:
        name = f"0002_for_{version.replace('.', '_')}.py"
        replace(
            folder / "plugins/poll/migrations" / name, MIGRATION.replace("OPERATION", operation)
        )
    return folder


def refused(machine: Server, version: str, *arguments: str) -> str:
    """What an upgrade says that must not happen; whatever served serves on, untouched."""
    before = machine.current, machine.pids(), machine.serves()
    told = machine.script("upgrade", *arguments, fails=True, release=version)
    assert (machine.current, machine.pids(), machine.serves()) == before
    return told


def test_an_upgrade_takes_over_node_by_node_and_the_way_back(running: Server, built: Built) -> None:
    assert running.serves() == [FIRST, FIRST]
    new = release(running, built, "0.2.0", ADDITION)
    # A file that a page of the old release names, which is open somewhere.
    old_style = running.releases / FIRST / "static/old.0123456789ab.css"
    old_style.write_text("p {}")
    told = running.script("upgrade", "--backup", release="0.2.0")
    assert re.findall(r"^\[(\d)/7\]", told, re.MULTILINE) == list("1234567")
    assert "does 0.1.0 (0.1.0) survive them?" in told
    assert running.current == "0.2.0"
    assert running.serves() == ["0.2.0", "0.2.0"]
    assert (new / "static/old.0123456789ab.css").read_text() == "p {}"
    assert list((running.folder / "var/backups/sen").glob("sen-*/manifest.json"))
    restarts = [f"restart sen-web@{port}" for port in running.ports]
    assert [each for each in running.asked() if each in restarts] == restarts
    assert running.asked()[-1] == "restart sen-worker"
    address = f"http://127.0.0.1:{running.ports[0]}/static/old.0123456789ab.css"
    asked = urllib.request.Request(address, headers={"X-Forwarded-Proto": "https"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.read() == b"p {}"

    told = running.script("rollback")
    assert "From 0.2.0 back to 0.1.0" in told
    assert running.current == FIRST
    assert running.serves() == [FIRST, FIRST]
    running.script("rollback")
    assert running.serves() == ["0.2.0", "0.2.0"]


def test_nothing_is_changed_before_everything_was_asked(running: Server, built: Built) -> None:
    release(running, built, "0.3.0")
    assert "say --backup or --no-backup" in refused(running, "0.3.0")
    (running.releases / "0.3.0/.complete").unlink()
    assert "no complete release" in refused(running, "0.3.0", "--no-backup")
    assert "current release already" in refused(running, running.current, "--no-backup")
    assert "upgrade [--backup" in refused(running, "0.3.0", "--fast")
    assert "no complete release" in running.script("rollback", str(running.releases), fails=True)


def test_settings_that_are_wrong_stop_it(running: Server, built: Built) -> None:
    release(running, built, "0.3.1")
    text = running.settings.read_text()
    running.settings.write_text(f"{text}SEN_PAGE_MEMORY=much\n")
    try:
        told = refused(running, "0.3.1", "--no-backup")
    finally:
        running.settings.write_text(text)
    assert "SEN_PAGE_MEMORY is 'much', but must be a whole number" in told


def test_a_migration_that_stops_leaves_the_old_release_serving(
    running: Server, built: Built
) -> None:
    release(running, built, "0.4.0", STOPS)
    told = refused(running, "0.4.0", "--no-backup")
    assert "this migration stops" in told
    assert "0.2.0 still serves" in told


def test_a_release_that_does_not_start_is_taken_back(running: Server, built: Built) -> None:
    folder = release(running, built, "0.5.0", ADDITION.replace("hint", "more"))
    replace(folder / "cms/wsgi.py", 'raise SystemExit("broken")\n')
    before = running.current
    untouched = running.pids()[1]
    told = running.run(
        folder / "deploy/scripts/upgrade", "--no-backup", fails=True, env={"READY_SECONDS": "12"}
    )
    assert "0.5.0 does not serve" in told
    assert running.current == before
    assert running.serves() == [before, before]
    # The second node's turn had not come: it served all the while.
    assert running.pids()[1] == untouched


def test_what_the_old_release_does_not_survive_needs_a_pause(running: Server, built: Built) -> None:
    release(running, built, "0.6.0", REMOVAL)
    told = refused(running, "0.6.0", "--no-backup")
    assert "0002_for_0_6_0.py:12: RemoveField poll.question" in told
    assert "nothing was changed" in told
    asked = len(running.asked())
    running.script("upgrade", "--no-backup", "--with-pause", release="0.6.0")
    assert running.serves() == ["0.6.0", "0.6.0"]
    verbs = running.asked()[asked:]
    assert verbs[0] == "stop sen-scheduler.timer sen-scheduler.service sen-worker"
    assert "start sen-scheduler.timer" in verbs
