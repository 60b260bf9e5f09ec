"""PostgreSQL, Redis and a mail server of a test's own, to be stopped and started anew."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import signal
import socketserver
import subprocess
import threading
import time
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

import psycopg
import redis

from tests.e2e.portal import free_port

from .processes import Process, wait_until

_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
#: Fast on a test's disk; what is asked is that processes die, not that the power goes.
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "fsync": "off",
    "log_min_messages": "fatal",
}


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's programs on this machine."""
    found = shutil.which("initdb")
    return Path(found).parent if found else next(iter(_FOLDERS), None)


def find_redis() -> str | None:
    """The path of a Redis server on this machine."""
    return shutil.which("redis-server")


def find_faketime() -> Path | None:
    """The library by which a process believes another time (libfaketime)."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


class PostgreSQL:
    """A cluster of one's own.

    Args:
        folder: where its files go; it is made.
    """

    def __init__(self, folder: Path) -> None:
        programs = find_postgres()
        if programs is None:
            raise RuntimeError("PostgreSQL is not there: apt install postgresql")
        self.programs = programs
        self.folder = folder
        self.port = free_port()
        # PostgreSQL does not run as root.
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self._as = self._as if os.geteuid() == 0 else []

    @property
    def url(self) -> str:
        """The address of its one database."""
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._control("start", "-l", str(self.folder / "log"), "-t", "60")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: ``immediate`` as a crash does, ``fast`` as ``systemctl stop`` does."""
        self._control("stop", "-m", mode)

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of one statement, on a connection of its own."""
        with psycopg.connect(self.url.replace("postgres:", "postgresql:", 1)) as connection:
            connection.autocommit = True
            cursor = connection.execute(statement, values or None)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def cut(self) -> int:
        """Cut every other connection; how many there were."""
        [(number,)] = self.run(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(number)

    def __enter__(self) -> Self:
        self.folder.mkdir()
        if self._as:
            shutil.chown(self.folder, "postgres", "postgres")
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = {**_OPTIONS, "port": str(self.port)}
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in options.items())
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with suppress(subprocess.CalledProcessError):
            self.stop()

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._as, str(self.programs / program), *arguments],
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


class Redis(Process):
    """A Redis of one's own, which forgets everything when it ends."""

    def __init__(self) -> None:
        server = find_redis()
        if server is None:
            raise RuntimeError("Redis is not there: apt install redis-server")
        self.port = free_port()
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        super().__init__("Redis", [server, *options], os.environ)

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def wait(self) -> None:
        """Wait until it answers."""
        with redis.Redis(port=self.port, socket_timeout=1) as client:
            wait_until(client.ping, "Redis answers", seconds=20)

    def hang(self) -> None:
        """Let it answer nothing, with its connections open."""
        self.send(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        self.send(signal.SIGCONT)


class MailServer:
    """Takes mail by SMTP and keeps it.

    Attributes:
        messages: what was taken, oldest first.
        delay: how long it thinks before it says that it has taken one, in seconds.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.delay = 0.0
        self.began = threading.Event()
        mails = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    self._talk()

            def _talk(self) -> None:
                self._say("220 mail")
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"DATA":
                        self._say("354 go on")
                        mails._take(self._read())
                        self._say("250 taken")
                    elif word == b"QUIT":
                        self._say("221 bye")
                        return
                    else:
                        self._say("250 mail")

            def _read(self) -> bytes:
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line.removeprefix(b"."))
                return b"".join(lines)

            def _say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]

    def _take(self, data: bytes) -> None:
        message = email.message_from_bytes(data, policy=email.policy.default)
        self.messages.append(message)
        self.began.set()
        time.sleep(self.delay)

    @property
    def url(self) -> str:
        """The address as ``EMAIL_URL`` has it."""
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
