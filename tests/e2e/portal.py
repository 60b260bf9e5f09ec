"""A running portal for the browser: the real server, as ``make run`` starts it, with the demo."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_TIMEOUT = 300  # seconds


@dataclass(frozen=True)
class Portal:
    """A portal that answers on ``port`` of the loopback address."""

    port: int
    env: dict[str, str]
    python: str = sys.executable

    def url(self, host: str = "localhost", path: str = "/") -> str:
        """The address of ``path`` on one of its sites."""
        return f"http://{host}:{self.port}{path}"

    def manage(self, *arguments: str) -> str:
        """Run a management command on its data; return what it printed."""
        return manage(self.env, *arguments, python=self.python).stdout


def manage(
    env: dict[str, str], *arguments: str, python: str = sys.executable, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a management command on the data that ``env`` names."""
    done = subprocess.run(
        [python, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        check=False,
        capture_output=True,
        text=True,
    )
    if check and done.returncode:
        raise RuntimeError(f"{arguments} failed: {done.stdout[-2000:]}{done.stderr[-3000:]}")
    return done


def find_chromium() -> str | None:
    """The path of a Chromium on this machine; ``CHROMIUM`` names another."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [shutil.which(name) for name in CHROMIUM_NAMES]
    return next((path for path in candidates if path and Path(path).exists()), None)


@contextmanager
def running_portal(**environment: str) -> Iterator[Portal]:
    """Start a portal with the demo province on a free port; stop it and remove its data.

    Args:
        environment: further variables of its environment.
    """
    with own_data(migrated=True) as env, serving(env | environment) as portal:
        yield portal


@contextmanager
def own_data(*, migrated: bool = False) -> Iterator[dict[str, str]]:
    """The environment of a portal with an empty folder and database; both are removed.

    Args:
        migrated: whether the database has its tables.
    """
    data = Path(tempfile.mkdtemp(prefix="sen-portal-"))
    env = _environment(data)
    try:
        with own_database(env, data.name):
            # The folder that all workers of a run of the tests share.
            shared = os.environ.get("SEN_TEST_DATA_DIR")
            if migrated and shared and not env.get("DATABASE_URL"):
                shutil.copytree(_migrated(Path(shared)), data, dirs_exist_ok=True)
            elif migrated:
                manage(env, "migrate", "-v0")
            yield env
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _environment(data: Path) -> dict[str, str]:
    env = {**os.environ, "SEN_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "cms.settings"}
    env["SEN_CACHE_PREFIX"] = data.name
    # The demo's accounts have no second factor; the Makefile says the same.
    env["SEN_SECOND_FACTOR_ROLES"] = ""
    env.pop("SEN_PLUGIN_PATH", None)
    return env


def _migrated(shared: Path) -> Path:
    """The data of a migrated SQLite database, to be copied: half a minute's work, once in a run."""
    made = shared / "migrated"
    with (shared / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            making = Path(tempfile.mkdtemp(dir=shared))
            manage(_environment(making), "migrate", "-v0")
            making.rename(made)
    return made


@contextmanager
def serving(env: dict[str, str], *arguments: str, python: str = sys.executable) -> Iterator[Portal]:
    """A portal that serves the data of ``env`` until the block ends.

    Args:
        arguments: more of them for ``manage.py serve``.
        python: the interpreter, whose environment says which plugins are installed.
    """
    port = free_port()
    log_path = Path(env["SEN_DATA_DIR"]) / "log"
    with log_path.open("ab") as log:
        server = subprocess.Popen(
            [python, "manage.py", "serve", "--port", str(port), *arguments],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(server, port, log_path)
            yield Portal(port, env, python)
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(20)
            server.kill()
            server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def own_database(env: dict[str, str], suffix: str) -> Iterator[None]:
    """On PostgreSQL a database of one's own, beside the one that ``env`` names; it is removed."""
    url = env.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        yield
        return
    import psycopg
    from psycopg import sql

    parts = urlsplit(url)
    name = f"sen_e2e_{suffix.replace('-', '_')}"
    identifier = sql.Identifier(name)
    maintenance = urlunsplit(parts._replace(scheme="postgresql", path="/postgres"))
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
        env["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{name}"))
        try:
            yield
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the portal ended: {log.read_text()[-3000:]}")
        try:
            urllib.request.urlopen(f"http://localhost:{port}/", timeout=10).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
        else:
            return
    raise RuntimeError(f"the portal did not answer: {log.read_text()[-3000:]}")
