"""What install makes, what it leaves alone, and that no secret leaves its file."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from .conftest import FIRST
from .server import ROOT, SCRIPTS, Server

POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")


def tree(folder: Path) -> dict[str, str]:
    """Every file, folder and link outside the releases, with what tells whether it changed."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if "opt/sen/releases" in name or name.startswith("bin"):
            continue
        content = path.read_text() if path.is_file() else ""
        found[name] = f"{path.lstat().st_mode:o} {content}"
    return found


def test_a_dry_run_says_everything_and_does_nothing(machine: Server) -> None:
    before = tree(machine.folder)
    told = machine.script("install", "--dry-run", release=FIRST)
    assert tree(machine.folder) == before
    for named in ("etc/sen/sen.env", "sites-available/sen", "install-units", "var/backups/sen"):
        assert named in told


def test_it_makes_what_is_missing_and_leaves_alone_what_is_there(machine: Server) -> None:
    machine.script("install", release=FIRST)
    made = tree(machine.folder)
    for name in (
        *("etc/sen/sen.env", "etc/nginx/sites-enabled/sen", "etc/nginx/snippets/sen-tls.conf"),
        *("etc/systemd/system/sen-web@.service", "etc/systemd/system/sen-nightly.timer"),
        *("etc/systemd/system/sen-.service.d/hardening.conf", "var/lib/sen", "etc/sen/plugins"),
        *("usr/local/bin/sen-manage", "opt/sen/current"),
    ):
        assert name in made
    assert machine.current == FIRST
    machine.settings.write_text("SECRET_KEY=mine\n")
    changed = tree(machine.folder)
    machine.script("install", release=FIRST)
    assert tree(machine.folder) == changed


def test_the_secrets_are_fresh_long_two_and_readable_by_nobody_else(machine: Server) -> None:
    machine.script("install", release=FIRST)
    text = machine.settings.read_text()
    found = re.findall(r"^(?:SECRET_KEY|SEN_RECORD_KEY)=([\w-]{64})$", text, re.MULTILINE)
    found += re.findall(r"^DATABASE_URL=postgres://sen:([\w-]{64})@127", text, re.MULTILINE)
    assert len(set(found)) == 3
    assert "CHANGE_ME" in text  # the mail's, which nobody can guess
    assert stat.S_IMODE(machine.settings.stat().st_mode) == 0o640
    assert stat.S_IMODE((machine.folder / "etc/sen/tls").stat().st_mode) == 0o700
    machine.settings.unlink()
    machine.script("install", release=FIRST)
    assert not any(secret in machine.settings.read_text() for secret in found)


def test_what_is_wrong_is_one_sentence(machine: Server) -> None:
    told = machine.run(SCRIPTS / "install", fails=True)
    assert "is no complete release" in told
    for nodes in ("80a1", "0", "123456"):
        command = machine.releases / FIRST / "deploy/scripts/install"
        assert "is no port" in machine.run(command, fails=True, env={"NODES": nodes})
    assert "install [--dry-run]" in machine.script("install", "--dry", fails=True, release=FIRST)
    assert not machine.settings.exists()


def test_the_password_goes_to_psql_by_its_input(machine: Server) -> None:
    machine.script("install", release=FIRST)
    machine.settings.write_text("DATABASE_URL=postgres://s%27en:a%27b%5Cc@127.0.0.1/cổng\n")
    psql = machine.folder / "bin/psql"
    psql.write_text(
        f'#!/bin/sh\necho "$@" >"{machine.folder}/asked"\ncat >"{machine.folder}/said"\n'
    )
    psql.chmod(0o755)
    machine.script("create-database")
    said = (machine.folder / "said").read_text()
    assert "\\set password 'a''b\\\\c'\n" in said
    assert "\\set role 's''en'\n\\set password" in said
    assert "cổng" in said
    assert "a'b" not in (machine.folder / "asked").read_text()
    machine.settings.write_text("DATABASE_URL=sqlite:////tmp/x\n")
    assert "names no PostgreSQL" in machine.script("create-database", fails=True)


ENVIRONMENT = r"""
# a comment
PLAIN=one two
DOUBLE="Cổng <a@b.vn>"
SINGLE='{"a": "b"}'
JSON={"varnish": {"LOCATION": "http://10.0.0.5/"}}
HARMLESS=$(touch HERE/ran) `touch HERE/ran` ; touch HERE/ran
EQUALS=a=b=c
EMPTY=
"""


def test_the_environment_file_is_read_and_never_run(tmp_path: Path) -> None:
    file = tmp_path / "sen.env"
    text = ENVIRONMENT.replace("HERE", str(tmp_path))
    file.write_text(text, encoding="utf-8")
    command = [str(SCRIPTS / "with-environment"), str(file), "env", "-0"]
    told = subprocess.run(command, capture_output=True, check=True, env={"PATH": "/usr/bin:/bin"})
    found = dict(pair.split("=", 1) for pair in told.stdout.decode().split("\0") if "=" in pair)
    assert found["PLAIN"] == "one two"
    assert found["DOUBLE"] == "Cổng <a@b.vn>"
    assert found["SINGLE"] == '{"a": "b"}'
    assert found["JSON"] == '{"varnish": {"LOCATION": "http://10.0.0.5/"}}'
    assert found["HARMLESS"].startswith("$(touch ")
    assert (found["EQUALS"], found["EMPTY"]) == ("a=b=c", "")
    assert not (tmp_path / "ran").exists()


def test_the_log_of_a_command_is_for_whoever_reads_it(machine: Server) -> None:
    machine.script("install", release=FIRST)
    machine.configure()
    logs = "import logging; it = logging.getLogger('one'); it.info('softly'); it.warning('loudly')"
    command = f'sen-manage shell -v 0 -c "{logs}"'
    collected = machine.run("sh", "-euc", command)
    assert '"message": "softly"' in collected
    assert '"message": "loudly"' in collected
    seen = machine.at_a_terminal(command)
    assert "WARNING one [-]: loudly" in seen
    assert "softly" not in seen


@pytest.mark.parametrize("line", ["no value", "1A=b", "A B=c", "=x", "A;touch x=1"])
def test_a_line_that_is_none_is_told_by_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "sen.env"
    file.write_text(f"GOOD=1\n{line}\n")
    command = [str(SCRIPTS / "with-environment"), str(file), "true"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (
        1,
        f"with-environment: {file}, line 2 is no NAME=value.\n",
    )


@pytest.mark.parametrize("script", sorted(each.name for each in SCRIPTS.iterdir()))
def test_each_script_is_plain_shell_and_says_what_it_does(script: str) -> None:
    file = SCRIPTS / script
    subprocess.run(["sh", "-n", str(file)], check=True)
    text = file.read_text()
    if script == "common":
        return
    assert text.startswith(f"#!/bin/sh\n# {script}")
    assert "\nset -eu\n" in text
    assert file.stat().st_mode & 0o111 == 0o111
    assert str(ROOT) not in text


def test_postgresql_settings_fit_the_machine() -> None:
    def made(*gigabytes: str) -> dict[str, str]:
        command = [str(SCRIPTS / "postgresql-settings"), *gigabytes]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        lines = [line for line in told.splitlines() if line and not line.startswith("#")]
        return {name: value for name, _equals, value in (each.split(maxsplit=2) for each in lines)}

    assert made("8")["shared_buffers"] == "2048MB"
    assert made("8")["effective_cache_size"] == "4096MB"
    assert made("256")["shared_buffers"] == "16384MB"
    assert made("256")["work_mem"] == "64MB"
    assert made()["listen_addresses"] == "'localhost'"
    assert all(re.fullmatch(r"\w+", name) for name in made())
    command = [str(SCRIPTS / "postgresql-settings"), "much"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


@pytest.mark.skipif(not POSTGRESQL, reason="the tests run on SQLite")
def test_postgresql_knows_the_settings_and_takes_them(tmp_path: Path) -> None:
    machine = Server(tmp_path, "")
    told = machine.run(SCRIPTS / "postgresql-settings", "8")
    # A connection may set what needs no restart; of the others the name has to be known.
    lines = [line for line in told.splitlines() if line and not line.startswith("#")]
    for line in lines:
        name, _equals, value = line.split(maxsplit=2)
        asked = f"SELECT context, unit FROM pg_settings WHERE name = '{name}'"
        context = machine.run("psql", "-d", "postgres", "-Atc", asked)
        assert context.strip(), f"{name} is no setting of PostgreSQL"
        if context.startswith(("user", "superuser")):
            quoted = value if value.startswith("'") else f"'{value}'"
            statement = f"SET {name} = {quoted}"
            machine.run("psql", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-c", statement)
