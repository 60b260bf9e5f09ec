"""The units: hardened, agreeing with install and one another, and understood by systemd."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from .conftest import FIRST
from .server import ROOT, SCRIPTS, Server

SYSTEMD = ROOT / "deploy/systemd"
SERVICES = sorted(SYSTEMD.glob("*.service"))
TIMERS = sorted(SYSTEMD.glob("*.timer"))
HARDENING = SYSTEMD / "sen-.service.d/hardening.conf"
#: How exposed systemd may find a service: from 0 to 10, 9.6 without any of it.
EXPOSURE = 2.0

analyze = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(not analyze, reason="systemd-analyze is not there")


def lines(file: Path) -> dict[str, list[str]]:
    """What stands in a unit, by name."""
    found: dict[str, list[str]] = {}
    for line in file.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _equals, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("file", SERVICES, ids=lambda each: each.name)
def test_each_service_runs_the_current_release_as_sen_within_limits(file: Path) -> None:
    unit = lines(file)
    assert unit["User"] == unit["Group"] == ["sen"]
    assert unit["WorkingDirectory"] == ["/opt/sen/current"]
    assert unit["EnvironmentFile"] == ["/etc/sen/sen.env"]
    (command,) = unit["ExecStart"]
    assert command.startswith(("/opt/sen/current/.venv/bin/python ", "/opt/sen/current/deploy/"))
    assert "MemoryMax" in unit
    assert re.match(r"sen-", file.name)  # what begins so is hardened
    if unit["Type"] == ["oneshot"]:
        assert (SYSTEMD / file.name.replace(".service", ".timer")).exists()
    else:
        assert unit["Restart"] == ["always"]
        assert unit["WantedBy"] == ["multi-user.target"]


def test_what_no_service_needs_is_taken_from_all() -> None:
    unit = lines(HARDENING)
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome"):
        assert unit[name] == ["yes"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["CapabilityBoundingSet"] == [""]
    # Where Sen writes, systemd lets it: nowhere else.
    assert unit["StateDirectory"] == ["sen"]
    assert settings.DATA_DIR  # SEN_DATA_DIR of the example:
    example = (ROOT / "deploy/production.env.example").read_text()
    assert "\nSEN_DATA_DIR=/var/lib/sen\n" in example
    assert lines(SYSTEMD / "sen-nightly.service")["ReadWritePaths"] == ["/var/backups/sen"]
    assert "BACKUPS=$DESTDIR/var/backups/sen" in (SCRIPTS / "common").read_text()


def test_a_file_of_variables_does_not_undo_what_a_unit_sets() -> None:
    """EnvironmentFile= stands above Environment=, whatever their order."""
    example = (ROOT / "deploy/production.env.example").read_text()
    for file in SERVICES:
        for pair in lines(file).get("Environment", []):
            assert f"\n{pair.partition('=')[0]}=" not in example


def test_the_night_runs_whatever_is_judged_by_the_night() -> None:
    """Who asks for something nightly says so with its command; it is in the script."""
    wanted = set()
    for file in (ROOT / "cms").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for definition in re.findall(r"= Nightly\(\n(.*?)^\)", text, re.MULTILINE | re.DOTALL):
            wanted |= set(re.findall(r"never=.*manage\.py (\w+)", definition))
    assert {"backup", "verify_record"} <= wanted
    run = set(re.findall(r"^nightly (\w+)", (SCRIPTS / "nightly").read_text(), re.MULTILINE))
    assert wanted <= run, f"deploy/scripts/nightly does not run {wanted - run}"


@pytest.fixture
def machine_for_systemd(machine: Server) -> Server:
    """What install makes, as systemd would see it were it /."""
    machine.script("install", release=FIRST)
    current = machine.folder / "opt/sen/current"
    current.unlink()
    current.symlink_to(f"/opt/sen/releases/{FIRST}")
    return machine


@needs_systemd
@pytest.mark.parametrize("file", SERVICES, ids=lambda each: each.name)
def test_systemd_finds_little_exposed(machine_for_systemd: Server, file: Path) -> None:
    root = f"--root={machine_for_systemd.folder}"
    name = file.name.replace("@.", "@8001.")
    ended = subprocess.run(
        [str(analyze), "security", "--offline=true", root, "--json=short", "--no-pager", name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    bad = [row for row in json.loads(ended.stdout) if row["exposure"] and row["exposure"] != "0"]
    score = subprocess.run(
        [str(analyze), "security", "--offline=true", root, "--no-pager", name],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (found,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", score)
    assert float(found) <= EXPOSURE, bad


@needs_systemd
def test_systemd_understands_every_line(machine_for_systemd: Server) -> None:
    names = [each.name.replace("@.", "@8001.") for each in (*SERVICES, *TIMERS)]
    ended = subprocess.run(
        [str(analyze), "verify", f"--root={machine_for_systemd.folder}", "--man=no", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    # Other packages' units, and the interpreter of this machine, are not below the folder.
    told = [
        line
        for line in ended.stderr.splitlines()
        if "sen-" in line and "is not executable" not in line and "not found" not in line.lower()
    ]
    assert told == []
    for timer in TIMERS:
        (when,) = lines(timer)["OnCalendar"]
        subprocess.run([str(analyze), "calendar", when], capture_output=True, check=True)
