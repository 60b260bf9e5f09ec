"""How many beacons a second are counted, against an empty view on the same server.

    python -m tests.bench.beacons

Needs wrk. ``DATABASE_URL`` and ``REDIS_URL`` may name services. Each beacon is a view
of its own, of one of fifty thousand visitors; all are in the database when they are answered.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.portal import ROOT, free_port, own_data, serving

from .kept_page import HOST, ROUNDS, SECONDS, THREADS, article_of, get

EMPTY = "/_bench/empty"
SCRIPT = Path(__file__).with_name("beacon.lua")
AGENT = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"


def main() -> None:
    """Print the table for 16 and 64 connections."""
    with own_data() as env:
        env["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
        env["TRUSTED_PROXY_COUNT"] = "1"
        with serving(env) as portal, _bare() as bare:
            page = _page_id(portal.port)
            print("| beacons a second | connections | requests/s | of an empty view |")
            print("|---|---|---|---|")
            for connections in (16, 64):
                calls = {
                    "an empty view of Sen's": (portal.port, EMPTY),
                    "a beacon, counted": (portal.port, "/_sen/hit"),
                    "an empty view, Django without middleware": (bare, EMPTY),
                }
                rates: dict[str, list[float]] = {name: [] for name in calls}
                for _round in range(ROUNDS):
                    for name, (port, path) in calls.items():
                        rates[name].append(_post(port, path, connections, page))
                medians = {name: statistics.median(found) for name, found in rates.items()}
                empty = medians["an empty view of Sen's"]
                for name, rate in medians.items():
                    print(f"| {name} | {connections} | {rate:,.0f} | {rate / empty:.2f} |")


def _page_id(port: int) -> str:
    text = get(port, article_of(port))[1].decode()
    found = re.search(r'data-page-id="(\d+)"', text)
    assert found is not None
    return found.group(1)


def _post(port: int, path: str, connections: int, page: str) -> float:
    command = [
        *("wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "-s", str(SCRIPT)),
        *("-H", f"Host: {HOST}:{port}", "-H", "Content-Type: application/json"),
        *("-H", "Sec-Fetch-Site: same-origin", "-H", f"User-Agent: {AGENT}"),
        *(f"http://127.0.0.1:{port}{path}", "--", page),
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found is not None, said
    return float(found.group(1))


@contextmanager
def _bare() -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "tests.bench.bare:application"),
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", str(THREADS), "--no-ws"),
            *("--log-level", "warning"),
        ],
        cwd=ROOT,
        env=os.environ,
    )
    try:
        time.sleep(3)
        yield port
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
