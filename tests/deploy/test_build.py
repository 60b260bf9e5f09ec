"""A release holds what is served and nothing of where it was built."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .conftest import Built, copy, replace
from .server import ROOT, SCRIPTS, Server


def test_a_release_has_what_is_served_and_nothing_else(built: Built) -> None:
    assert {path.name for path in built.folder.iterdir()} == {
        *(".complete", ".venv", "LICENSE", "cms", "deploy", "manage.py", "plugins"),
        *("pyproject.toml", "requirements.lock", "sites", "static", "templates"),
    }
    sources = list(built.folder.glob("cms/**/*.po"))
    assert sources
    assert all(each.with_suffix(".mo").exists() for each in sources)
    static = built.folder / "static"
    assert (static / "staticfiles.json").exists()
    assert list(static.rglob("*.css.br"))
    assert list((built.folder / "cms/__pycache__").glob("settings.*.pyc"))


def test_nothing_of_the_builder_is_in_it(built: Built) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    hosts = [line.partition("=")[2].strip("'\"") for line in listed.splitlines() if "url" in line]
    wanted = [each for host in hosts for each in host.split() if "://" in each]
    wanted += [str(ROOT)]
    for pattern in wanted:
        command = ["grep", "-rlF", "--binary-files=text", "--", pattern, str(built.folder)]
        found = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        assert not found, f"{pattern} is in {found}"


def test_a_process_keeps_to_its_release_when_the_link_is_switched(
    built: Built, tmp_path: Path
) -> None:
    link = tmp_path / "current"
    link.symlink_to(built.folder)
    script = "import sys, django; print(django.__file__); print(*sys.path, sep='\\n')"
    command = [str(link / ".venv/bin/python"), "-c", script]
    told = subprocess.run(command, cwd=link, capture_output=True, text=True, check=True).stdout
    assert str(link) not in told
    assert told.startswith(f"{built.folder}/.venv/lib/")


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    machine = Server(tmp_path / "server", "")
    told = machine.run(SCRIPTS / "build", tmp_path, fails=True)
    assert "is there already" in told
    assert (tmp_path / "mine").exists()


def test_a_build_that_fails_leaves_nothing(built: Built, tmp_path: Path) -> None:
    source = tmp_path / "source"
    copy(built.folder, source)
    subprocess.run(["rm", "-rf", str(source / ".venv"), str(source / "static")], check=True)
    replace(source / "requirements.lock", "django==5.2.19\n")
    machine = Server(tmp_path / "server", "")
    release = tmp_path / "release"
    told = machine.run(source / "deploy/scripts/build", release, fails=True)
    assert "hash" in told.lower()
    assert not release.exists()
    assert "older than Python 3.11" in machine.run(
        source / "deploy/scripts/build", release, fails=True, env={"PYTHON": "false"}
    )
    assert not release.exists()
