"""Every accepted beacon is counted once, whatever dies meanwhile.

    python -m tests.bench.exactness --seconds 120

Readers send beacons over 64 connections to two web processes (one on SQLite), each
view with a name of its own, again and again until it is accepted. Meanwhile web processes
and the roll-up are killed with SIGKILL at random, Redis is started anew, and the
database is away for thirty seconds. Then what was accepted is compared with what was
counted. ``DATABASE_URL`` names a PostgreSQL server; Redis is one of the bench's own where
``redis-server`` is installed. Without it SQLite is measured, which cannot be away.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.e2e.portal import ROOT, free_port, manage, own_data
from tests.stack.processes import Process, wait_until
from tests.stack.services import Redis, find_redis

HOST = "localhost"
AGENT = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
VISITORS = 2000
CONNECTIONS = 64
AWAY = 30  # seconds
# Longer than any pause above: who still waits then is not waiting for it.
GIVE_UP = 120  # seconds


@dataclass
class Outcome:
    """What the readers were told, and what is in the counts."""

    accepted: Counter[int] = field(default_factory=Counter)
    visitors: set[int] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    given_up: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    counted: dict[str, Any] = field(default_factory=dict)

    @property
    def wrong(self) -> dict[str, int]:
        """By how much each number is wrong: less is lost, more is doubled."""
        views = {int(page): number for page, number in self.counted["views"].items()}
        total = self.accepted.total()
        found = {
            f"page {page}": views.get(page, 0) - number for page, number in self.accepted.items()
        }
        found["site"] = self.counted["site"] - total
        found["visitors"] = self.counted["visitors"] - len(self.visitors)
        found["visits"] = self.counted["visits"] - len(self.visitors)
        return {name: difference for name, difference in found.items() if difference}

    def table(self) -> str:
        """As Markdown."""
        total = self.accepted.total()
        site = self.counted["site"]
        rows = [
            ("accepted", total),
            ("counted", site),
            ("lost", max(0, total - site)),
            ("doubled", max(0, site - total)),
            ("visitors, visits", f"{self.counted['visitors']}, {self.counted['visits']}"),
            ("visitors that came", len(self.visitors)),
            *((f"refused, sent again: {why}", number) for why, number in self.refused.items()),
            *((f"killed: {what}", number) for what, number in self.killed.items()),
        ]
        return "\n".join(["| beacons | |", "|---|---|", *(f"| {n} | {v} |" for n, v in rows)])


def run(seconds: float, *, connections: int = CONNECTIONS, kill_every: float = 6) -> Outcome:
    """Send beacons for ``seconds`` while things die; return what came of it."""
    outcome = Outcome()
    with own_data() as env, ExitStack() as stack:
        postgres = bool(env.get("DATABASE_URL"))
        redis: list[Process] = []
        env["TRUSTED_PROXY_COUNT"] = "1"
        if postgres:
            proxy = stack.enter_context(_Proxy(env))
            if find_redis():
                # It forgets everything when it is killed.
                redis = [stack.enter_context(own := Redis())]
                env["REDIS_URL"] = own.url
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "load_demo", "--sites", "1", "--articles", "5")
        manage(env, "collectstatic", "--no-input", "--verbosity", "0")
        pages = json.loads(_ask(env, "pages"))
        webs = [stack.enter_context(_Web(env)) for _number in range(2 if postgres else 1)]
        roll_up = stack.enter_context(_rolling_up(env))
        for web in webs:
            web.wait()
        stop = threading.Event()
        readers = [
            threading.Thread(target=_read, args=(stop, webs, pages, outcome, number))
            for number in range(connections)
        ]
        for reader in readers:
            reader.start()
        begun, chance = time.monotonic(), random.Random(7)
        was_away = not postgres or seconds < 2 * AWAY
        while (passed := time.monotonic() - begun) < seconds:
            time.sleep(min(kill_every * chance.uniform(0.5, 1.5), max(0.1, seconds - passed)))
            victim = chance.choice([*webs, roll_up, *redis])
            victim.kill_and_start()
            outcome.killed[victim.name] += 1
            if not was_away and passed > seconds / 3:
                was_away = True
                proxy.away = True
                time.sleep(AWAY)
                proxy.away = False
                outcome.killed[f"database, {AWAY} s"] += 1
        stop.set()
        for reader in readers:
            reader.join()
        outcome.counted = json.loads(_ask(env, "counts"))
    return outcome


_adding = threading.Lock()


def _read(
    stop: threading.Event, webs: list[_Web], pages: list[int], outcome: Outcome, number: int
) -> None:
    """One reader after the other, each view until it is accepted."""
    chance = random.Random(number)
    while not stop.is_set():
        page, visitor = chance.choice(pages), chance.randrange(VISITORS)
        body = json.dumps({"key": secrets.token_hex(16), "page": page, "fragments": []})
        deadline = time.monotonic() + GIVE_UP
        while True:
            said = _post(chance.choice(webs).port, body, visitor)
            with _adding:
                if said == "200":
                    outcome.accepted[page] += 1
                    outcome.visitors.add(visitor)
                    break
                outcome.refused[said] += 1
                if time.monotonic() > deadline:
                    outcome.given_up += 1
                    break
            time.sleep(chance.uniform(0.05, 0.5))


def _post(port: int, body: str, visitor: int) -> str:
    """The status that a beacon is answered with, or why there was none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {
        "Host": f"{HOST}:{port}",
        "Content-Type": "application/json",
        "Sec-Fetch-Site": "same-origin",
        "User-Agent": AGENT,
        "X-Forwarded-For": f"10.0.{visitor // 250}.{visitor % 250}",
    }
    try:
        connection.request("POST", "/_sen/hit", body, headers)
        response = connection.getresponse()
        response.read()
        return str(response.status)
    except (OSError, http.client.HTTPException):
        return "no answer"
    finally:
        connection.close()


class _Web(Process):
    """One that answers beacons."""

    def __init__(self, env: dict[str, str]) -> None:
        self.port = free_port()
        command = [
            *(sys.executable, "-m", "granian", "cms.wsgi:application", "--interface", "wsgi"),
            *("--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"),
            *("--blocking-threads", "8", "--no-ws", "--log-level", "warning"),
        ]
        super().__init__("web process", command, env)

    def wait(self) -> None:
        wait_until(self._answers, "a web process answers")

    def _answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), 1):
            return True


def _rolling_up(env: dict[str, str]) -> Process:
    # As often as it can: the more moments there are in which it can be killed.
    code = "from tests.bench.exactness import roll_up_always; roll_up_always()"
    return Process("roll-up", [sys.executable, "-c", code], env)


class _Proxy:
    """Between the processes and PostgreSQL; ``away`` cuts and refuses every connection."""

    def __init__(self, env: dict[str, str]) -> None:
        parts = urlsplit(env["DATABASE_URL"])
        self._target = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        credentials = parts.netloc.rpartition("@")[0]
        port = self._listener.getsockname()[1]
        netloc = f"{credentials}@127.0.0.1:{port}" if credentials else f"127.0.0.1:{port}"
        env["DATABASE_URL"] = urlunsplit(parts._replace(netloc=netloc))
        self._open: set[socket.socket] = set()
        self._away = False

    @property
    def away(self) -> bool:
        """Whether the database is away."""
        return self._away

    @away.setter
    def away(self, away: bool) -> None:
        self._away = away
        for one in list(self._open) if away else []:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> _Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            if self._away:
                near.close()
                continue
            far = socket.create_connection(self._target)
            self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for one in (source, sink):
            self._open.discard(one)
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


# In processes with Django.


def roll_up_always() -> None:
    """What the roll-up's process does."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    from django.db import DatabaseError, connection

    from cms.traffic.rolling import roll_up

    while True:
        with suppress(DatabaseError):
            roll_up()
        connection.close_if_unusable_or_obsolete()
        time.sleep(0.05)


def _ask(env: dict[str, str], what: str) -> str:
    command = [sys.executable, "-m", "tests.bench.exactness", what]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-1]


def _tell(what: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    from django.db.models import Sum

    from cms.news.models import ArticlePage
    from cms.traffic.models import SITE, DailyCount, Hit
    from cms.traffic.rolling import roll_up
    from sites.models import Department

    site = Department.objects.get().site
    if what == "pages":
        # What the demo has counted stays out of it.
        DailyCount.objects.all().delete()
        print(json.dumps(list(ArticlePage.objects.live().values_list("pk", flat=True))))
        return
    roll_up()
    assert not Hit.objects.filter(is_counted=False).exists()
    counts = DailyCount.objects.filter(site=site)
    views = counts.exclude(page=SITE).order_by().values_list("page").annotate(Sum("views"))
    whole = counts.filter(page=SITE).aggregate(
        site=Sum("views"), visitors=Sum("visitors"), visits=Sum("visits")
    )
    print(json.dumps({"views": dict(views), **whole}))


def main() -> None:
    """Run it and print the table; end with 1 where a number is wrong."""
    parser = argparse.ArgumentParser(description="Is every accepted beacon counted once?")
    parser.add_argument("--seconds", type=float, default=120)
    outcome = run(parser.parse_args().seconds)
    print(outcome.table())
    if outcome.wrong or outcome.given_up:
        sys.exit(f"wrong: {outcome.wrong}; given up: {outcome.given_up}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["pages" | "counts" as what]:
            _tell(what)
        case _:
            main()
