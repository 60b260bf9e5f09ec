"""Processes that a test starts, kills and starts again."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.e2e.portal import ROOT


class Process:
    """A process of a test's own, with all that it starts; ended with the block.

    Args:
        name: what it is called in tables.
        command: what is run, in the checkout's folder.
        env: its environment.
        log: the file that its output goes to; None: nowhere.
    """

    def __init__(
        self, name: str, command: list[str], env: Mapping[str, str], log: Path | None = None
    ) -> None:
        self.name = name
        self.command = command
        self.env = dict(env)
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; whether it serves is another question."""
        output = self.log.open("ab") if self.log is not None else subprocess.DEVNULL
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.env,
            start_new_session=True,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def pids(self) -> list[int]:
        """Its own and those of what it started."""
        if self.process is None:
            return []
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                # Fields of proc(5) behind the name: state, parent, group.
                group = int(stat.read_text().rpartition(")")[2].split()[2])
                if group == self.process.pid:
                    found.append(int(stat.parent.name))
        return found

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it and all that it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """``kill -9``."""
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self, seconds: float = 60, *, kill: bool = False) -> int:
        """Ask it to end (SIGTERM), as systemd does; its exit code.

        Args:
            seconds: how long it may take (``TimeoutStopSec``).
            kill: whether it is killed then, where that it ends is not the question.

        Raises:
            subprocess.TimeoutExpired: it does not end, and is not killed.
        """
        assert self.process is not None
        if self.alive:
            self.process.send_signal(signal.SIGTERM)
        with suppress(*[subprocess.TimeoutExpired] if kill else []):
            self.process.wait(seconds)
        self.send(signal.SIGKILL)
        return self.process.wait()

    def kill_and_start(self) -> None:
        """Kill it and start it anew."""
        self.kill()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()


class Service(Process):
    """A process that is started again when it dies (``Restart=always``, ``RestartSec``)."""

    def __init__(
        self,
        name: str,
        command: list[str],
        env: Mapping[str, str],
        log: Path | None = None,
        *,
        restart_after: float = 2,
    ) -> None:
        super().__init__(name, command, env, log)
        self.restart_after = restart_after
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        with self._lock:
            super().start()
        self._wanted.set()

    def restart(self, *, kill: bool = False) -> None:
        """``systemctl restart``; ``kill`` as :meth:`stop` has it."""
        self._wanted.clear()
        self.stop(kill=kill)
        self.start()

    def __enter__(self) -> Self:
        self.start()
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._wanted.clear()
        self._ended.set()
        with self._lock:
            super().kill()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            if self._wanted.is_set() and not self.alive:
                time.sleep(self.restart_after)
                with self._lock:
                    if self._wanted.is_set() and not self._ended.is_set() and not self.alive:
                        super().start()


class Timer:
    """A process that is started every so often, unless it still runs (a systemd timer).

    Args:
        process: what is started.
        seconds: between two starts.
    """

    def __init__(self, process: Process, seconds: float) -> None:
        self.process = process
        self.seconds = seconds
        self.runs = 0
        self._paused = threading.Event()
        self._ended = threading.Event()

    def pause(self) -> None:
        """Start it no more; what runs goes on."""
        self._paused.set()

    def resume(self) -> None:
        """Start it again from now on."""
        self._paused.clear()

    def __enter__(self) -> Self:
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self.process.kill()

    def _run(self) -> None:
        while not self._ended.is_set():
            if not self._paused.is_set() and not self.process.alive:
                self.process.start()
                self.runs += 1
            self._ended.wait(self.seconds)


def wait_until(true: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait until ``true()`` is. Raises AssertionError with ``what`` where it does not become so."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError):
            if true():
                return
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds:g} s")
