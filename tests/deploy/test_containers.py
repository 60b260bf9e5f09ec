"""Image, compose file, units and scripts agree; the image's steps are run without an engine."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from cms.environment import NAMES

from .conftest import Built
from .server import ROOT, SCRIPTS, Server

CONTAINERS = ROOT / "deploy/containers"
COMPOSE: dict[str, Any] = yaml.safe_load((CONTAINERS / "compose.yaml").read_text())
#: Those that run Sen's image.
OURS = {
    name: service
    for name, service in COMPOSE["services"].items()
    if str(service["image"]).startswith("sen:")
}


def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with what follows them, lines joined."""
    text = (CONTAINERS / "Dockerfile").read_text()
    joined = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [(word, rest.strip()) for word, rest in re.findall(r"^([A-Z]+) (.*)$", joined, re.M)]


def step(word: str) -> str:
    """What follows the last instruction of that name."""
    return [rest for each, rest in steps() if each == word][-1]


def unit(name: str) -> dict[str, str]:
    """The last value of each name in a unit."""
    lines = (ROOT / "deploy/systemd" / name).read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    return dict(pairs)


def test_each_step_of_the_image_is_a_script() -> None:
    words = [word for word, _rest in steps()]
    assert words[:2] == ["ARG", "FROM"]
    runs = [shlex.split(rest) for word, rest in steps() if word == "RUN"]
    scripts = [part for run in runs for part in run if "deploy/scripts" in part]
    assert [Path(part).name for part in scripts] == ["build", "keep-static", "install-image"]
    for run in runs:
        extra = [p for p in run if "deploy/scripts" not in p and "=" not in p]
        assert set(extra) <= {"/previous/opt/sen/current", "/opt/sen/current"}
    base = "python:3.11-slim-bookworm"
    assert step("ARG") == f"PREVIOUS={base}"
    assert [rest for word, rest in steps() if word == "FROM"] == [
        "${PREVIOUS} AS previous",
        f"{base} AS build",
        base,
    ]


def test_an_image_keeps_the_static_files_of_the_one_before(tmp_path: Path) -> None:
    machine = Server(tmp_path / "machine", "")
    old, new = tmp_path / "previous/opt/sen/current", tmp_path / "opt/sen/current"
    (new / "static/css").mkdir(parents=True)
    (new / "static/css/same.css").write_text("new")
    told = machine.run(SCRIPTS / "keep-static", str(old), str(new))
    assert told == "No earlier release.\n"
    (old / "static/css").mkdir(parents=True)
    for name in ("same", "old", "ancient"):
        (old / f"static/css/{name}.css").write_text("old")
    os.utime(old / "static/css/ancient.css", (1, 1))
    machine.run(SCRIPTS / "keep-static", str(old), str(new))
    kept = {path.name: path.read_text() for path in (new / "static/css").iterdir()}
    assert kept == {"same.css": "new", "old.css": "old"}


def test_the_context_has_what_build_copies_and_no_more() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    named = {line[1:] for line in lines if line.startswith("!")}
    script = (SCRIPTS / "build").read_text()
    (copied,) = re.findall(r"^    (LICENSE .*) \|$", script, re.MULTILINE)
    assert named == set(copied.split())
    assert lines[lines.index("*") - 1].startswith("#")
    assert not {"var", ".git", ".venv", "tests"} & named


def test_install_image_makes_the_folders_that_are_volumes(tmp_path: Path) -> None:
    machine = Server(tmp_path, "")
    machine.run(SCRIPTS / "install-image")
    for folder in json.loads(step("VOLUME")):
        assert (tmp_path / folder[1:]).is_dir()
    assert (tmp_path / "usr/local/bin/sen-manage").is_symlink()
    script = (SCRIPTS / "install-image").read_text()
    uid, _colon, gid = step("USER").partition(":")
    assert f"--uid {uid} --gid {gid}" in script
    assert f"chown {uid}:{gid}" in script
    # What the build stage puts there is what the scripts and units call the current release.
    assert step("WORKDIR") == "/opt/sen/current" == unit("sen-web@.service")["WorkingDirectory"]


def test_the_commands_are_the_units_commands() -> None:
    node = shlex.split(unit("sen-web@.service")["ExecStart"])
    listens = {"127.0.0.1": "0.0.0.0", "%i": step("EXPOSE")}
    assert json.loads(step("CMD")) == [listens.get(part, part) for part in node]
    worker = shlex.split(unit("sen-worker.service")["ExecStart"])
    assert OURS["worker"]["command"] == worker
    scheduler = shlex.split(unit("sen-scheduler.service")["ExecStart"])
    assert [*OURS["scheduler"]["command"], "--once"] == scheduler
    assert OURS["nightly"]["command"] == [unit("sen-nightly.service")["ExecStart"]]
    for name in ("web1", "web2"):
        assert "command" not in OURS[name]


def test_every_script_that_is_named_is_there() -> None:
    text = (CONTAINERS / "Dockerfile").read_text() + (CONTAINERS / "compose.yaml").read_text()
    named = set(re.findall(r"deploy/scripts/([a-z-]+)", text))
    assert {"build", "ready", "with-environment", "manage", "nightly", "nginx-site"} <= named
    for script in named:
        assert (SCRIPTS / script).stat().st_mode & 0o111, script


def test_ports_and_variables_agree() -> None:
    port = step("EXPOSE")
    health = json.loads(step("HEALTHCHECK").partition("CMD ")[2])
    assert health == ["/opt/sen/current/deploy/scripts/ready", port]
    asked = COMPOSE["services"]["nginx"]["command"][-1]
    assert f"nginx-site web1:{port} web2:{port} " in asked
    given = dict(pair.split("=", 1) for pair in shlex.split(step("ENV")))
    assert set(given) - NAMES == {"ENVIRONMENT_FILE", "PYTHONDONTWRITEBYTECODE"}
    assert json.loads(step("ENTRYPOINT"))[-1] == given["ENVIRONMENT_FILE"]
    assert f"/run/secrets/{OURS['web1']['secrets'][0]}" == given["ENVIRONMENT_FILE"]
    example = (ROOT / "deploy/production.env.example").read_text()
    for name in ("SEN_DATA_DIR", "SEN_STATIC_DIR"):
        assert f"\n{name}={given[name]}\n" in example
    # Each node has its own: neither the example nor the environment of a unit is overridden.
    assert "PROMETHEUS_MULTIPROC_DIR" not in example
    written = {volume.rpartition(":")[2] for volume in OURS["web1"]["volumes"]}
    assert written == set(json.loads(step("VOLUME")))


@pytest.mark.parametrize("name", sorted(OURS))
def test_each_of_our_containers_may_do_little(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in service
    assert "environment" not in service  # secrets are files
    assert service["mem_limit"]


def test_whoever_is_asked_for_health_is_asked() -> None:
    for name, service in COMPOSE["services"].items():
        asked = service.get("healthcheck")
        if name in ("web1", "web2"):
            assert asked is None  # the image's own
        else:
            assert set(asked) & {"test", "disable"}, name
    wanted = {
        "postgres": {"condition": "service_healthy"},
        "redis": {"condition": "service_healthy"},
    }
    assert all(service["depends_on"] == wanted for service in OURS.values())


def test_every_volume_and_secret_is_declared() -> None:
    for service in COMPOSE["services"].values():
        for secret in service.get("secrets", []):
            assert secret in COMPOSE["secrets"]
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("../"):
                assert (CONTAINERS / source).exists(), source
            elif not source.startswith("$"):
                assert source in COMPOSE["volumes"]
    inside = [str(secret["file"]) for secret in COMPOSE["secrets"].values()]
    assert all(each.startswith("${SEN_SECRETS:-/etc/sen}/") for each in inside)


def test_the_files_of_secrets_are_made_as_the_page_says(tmp_path: Path) -> None:
    page = (ROOT / "docs/operators/containers.md").read_text()
    (extract,) = re.findall(r"sudo (sed -n '.*?') /etc/sen/sen.env", page)
    command = [str(SCRIPTS / "new-environment"), "postgres", "redis"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    file = tmp_path / "sen.env"
    file.write_text(text)
    told = subprocess.run(
        ["sh", "-c", f"{extract} {file}"], capture_output=True, text=True, check=True
    ).stdout
    assert f"DATABASE_URL=postgres://sen:{told.strip()}@postgres:5432/sen\n" in text
    assert len(told.strip()) == 64
    assert "REDIS_URL=redis://redis:6379/0\n" in text
    database = COMPOSE["services"]["postgres"]["environment"]
    assert (database["POSTGRES_USER"], database["POSTGRES_DB"]) == ("sen", "sen")


def test_the_services_of_the_page_are_those_of_the_file() -> None:
    page = (ROOT / "docs/operators/containers.md").read_text()
    for name in re.findall(r"run --rm ([a-z]+)|--wait ([a-z0-9]+)|exec ([a-z]+) ", page):
        assert "".join(name) in COMPOSE["services"]
    rows = re.findall(r"^\| ((?:`[a-z0-9]+`(?:, )?)+) \|", page, re.MULTILINE)
    named = {each for row in rows for each in re.findall(r"`([a-z0-9]+)`", row)}
    assert named == set(COMPOSE["services"]) | set(COMPOSE["volumes"])


def test_the_image_starts_with_nothing_but_a_file_of_secrets(built: Built, tmp_path: Path) -> None:
    """The entry point and a command, with the image's variables and no others."""
    (tmp_path / "data").mkdir()
    file = tmp_path / "sen.env"
    file.write_text(f"SECRET_KEY={'k' * 60}\nSEN_DATA_DIR={tmp_path}/data\n")
    ended = subprocess.run(
        [
            str(built.folder / "deploy/scripts/with-environment"),
            str(file),
            str(built.folder / ".venv/bin/python"),
            *("manage.py", "check"),
        ],
        cwd=built.folder,
        env={"PATH": "/usr/bin:/bin", "SEN_STATIC_DIR": str(built.folder / "static")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "no issues" in ended.stdout
