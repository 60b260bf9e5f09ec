"""A server of its own for a test: the folders of a Debian machine below one of the test's."""

from __future__ import annotations

import getpass
import os
import pty
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cms.environment import NAMES
from tests.e2e.portal import free_port

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "deploy" / "scripts"
SYSTEMCTL = Path(__file__).with_name("systemctl.py")
#: Places of a server that the guide and the units name.
PLACES = (
    *("/opt/sen", "/etc/sen", "/etc/nginx", "/var/lib/sen", "/var/backups/sen", "/var/www"),
    *("/var/cache/nginx", "/tmp/sen-postgresql.conf"),
)


def _two_ports() -> tuple[int, int]:
    # By name, as the shell lists the units.
    one, other = sorted((free_port(), free_port()), key=str)
    return one, other


@dataclass
class Server:
    """A machine: scripts run there with ``DESTDIR``, services by the tests' systemctl.

    Attributes:
        folder: what is / to it.
        ports: of its web nodes, in the order in which the scripts restart them.
        database: as DATABASE_URL has it.
    """

    folder: Path
    database: str
    ports: tuple[int, int] = field(default_factory=_two_ports)

    def __post_init__(self) -> None:
        for name, lines in {
            "systemctl": f'exec "{sys.executable}" "{SYSTEMCTL}" "$@"',
            # Here everybody is the one who runs the tests.
            "runuser": 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
            "sudo": 'exec "$@"',
        }.items():
            command = self.folder / "bin" / name
            command.parent.mkdir(parents=True, exist_ok=True)
            command.write_text(f"#!/bin/sh\n{lines}\n")
            command.chmod(0o755)
        (self.folder / "tmp").mkdir(exist_ok=True)

    @property
    def env(self) -> dict[str, str]:
        """The environment of whoever sits before it."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in NAMES and not name.startswith(("DJANGO_", "PYTEST_", "PG", "SEN_"))
        }
        path = f"{self.folder}/bin:{self.folder}/usr/local/bin:{os.environ['PATH']}"
        return {
            **inherited,
            "DESTDIR": str(self.folder),
            "NODES": " ".join(map(str, self.ports)),
            "PATH": path,
            "PYTHON": getattr(sys, "_base_executable", sys.executable),
            "LANG": "C.UTF-8",
            "READY_SECONDS": "180",
            "SERVICE_USER": getpass.getuser(),
            **self._postgresql(),
        }

    def _postgresql(self) -> dict[str, str]:
        """How psql reaches the tests' PostgreSQL as one who may make databases."""
        parts = urlsplit(os.environ.get("DATABASE_URL", ""))
        if not parts.scheme.startswith("postgres"):
            return {}
        given = {
            "PGHOST": parts.hostname,
            "PGPORT": str(parts.port or 5432),
            "PGUSER": parts.username,
            "PGPASSWORD": parts.password,
        }
        return {name: value for name, value in given.items() if value}

    def here(self, text: str) -> str:
        """``text`` with its places and ports on this server."""
        for place in PLACES:
            text = text.replace(place, f"{self.folder}{place}")
        for port, own in zip(("8001", "8002"), self.ports, strict=True):
            text = text.replace(port, str(own))
        return text

    def run(self, *command: str | Path, fails: bool = False, **kwargs: object) -> str:
        """What a command prints; AssertionError unless it ends as it should."""
        ended = subprocess.run(
            [str(part) for part in command],
            env={**self.env, **kwargs.pop("env", {})},  # type: ignore[dict-item]
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=900,
            check=False,
            **kwargs,  # type: ignore[call-overload]
        )
        assert bool(ended.returncode) is fails, f"{command} ended so:\n{ended.stdout}"
        return str(ended.stdout)

    def at_a_terminal(self, commands: str, *answers: str) -> str:
        """What is printed where somebody sits and types an answer to each question."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            ["sh", "-euc", commands],
            env={**self.env, "LANG": "C"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        told, until = "", time.monotonic() + 240
        waiting = list(answers)
        try:
            while time.monotonic() < until:
                told += os.read(ours, 4096).decode(errors="replace")
                if waiting and re.search(r"[:)]\s*$", told):
                    os.write(ours, f"{waiting.pop(0)}\n".encode())
                    time.sleep(0.2)
        except OSError:  # it has ended, and its terminal with it
            pass
        finally:
            os.close(ours)
        assert process.wait(60) == 0, told
        return told

    def script(self, name: str, *arguments: str, fails: bool = False, release: str = "") -> str:
        """Run a script of the release that is current, or of another one."""
        folder = self.releases / release if release else self.folder / "opt/sen/current"
        return self.run(folder / "deploy/scripts" / name, *arguments, fails=fails)

    @property
    def releases(self) -> Path:
        """The folder of all releases."""
        return self.folder / "opt/sen/releases"

    @property
    def current(self) -> str:
        """The name of the release that is current."""
        return (self.folder / "opt/sen/current").resolve().name

    @property
    def settings(self) -> Path:
        """The environment file."""
        return self.folder / "etc/sen/sen.env"

    def configure(self) -> None:
        """Do by hand what the guide says is to be done by hand, and name places of this test."""
        text = self.here(self.settings.read_text())
        redis = os.environ.get("REDIS_URL", "")
        changes = {
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "DATABASE_URL": self.database,
            "REDIS_URL": redis,
            "GRANIAN_WORKERS": "1",
        }
        lines = []
        for line in text.splitlines():
            name = line.partition("=")[0]
            lines.append(f"{name}={changes[name]}" if name in changes else line)
        # What others keep in the same Redis is not this server's.
        lines.append(f"SEN_CACHE_PREFIX={self.folder.name}")
        self.settings.write_text("\n".join(lines) + "\n")

    def serves(self) -> list[str]:
        """The release that each node's process is of, once all of them serve."""
        for port in self.ports:
            self.script("ready", "--wait", "180", str(port))
        return [os.path.basename(os.readlink(f"/proc/{pid}/cwd")) for pid in self.pids()]

    def pids(self) -> list[int]:
        """The nodes' processes."""
        return [
            int((self.folder / f"run/sen-web@{port}.service.pid").read_text())
            for port in self.ports
        ]

    def asked(self) -> list[str]:
        """What systemctl was asked so far."""
        log = self.folder / "systemctl.log"
        return log.read_text().splitlines() if log.exists() else []

    def stop(self) -> None:
        """End every process that is still there."""
        units = [file.stem for file in (self.folder / "run").glob("*.pid")]
        if units:
            self.run("systemctl", "stop", *units)


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """A server with a database of its own: SQLite, or the kind that the tests run on."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = urlsplit(os.environ.get("DATABASE_URL", ""))
    name = f"sen_deploy_{secrets.token_hex(4)}"
    database = f"sqlite:///{folder}/var/lib/sen/sen.sqlite3"
    if parts.scheme.startswith("postgres"):
        # A role of the same name, which create-database makes with this password.
        database = f"postgres://{name}:{secrets.token_urlsafe(20)}@{parts.hostname}:"
        database += f"{parts.port or 5432}/{name}"
    made = Server(folder, database)
    try:
        yield made
    finally:
        made.stop()
        if database.startswith("postgres"):
            for statement in ("DROP DATABASE IF EXISTS", "DROP ROLE IF EXISTS"):
                made.run("psql", "-d", "postgres", "-c", f"{statement} {name}")
        # Some ten thousand files: rm is quicker at it.
        subprocess.run(["rm", "-rf", str(folder)], check=True)
