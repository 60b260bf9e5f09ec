"""A kept article against the same server that answers the same bytes from a constant.

    python -m tests.bench.kept_page

Needs wrk. Both are served by granian as ``manage.py serve`` starts it; the rounds
take turns, and the medians' ratio is what counts.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.portal import ROOT, free_port, running_portal

# As ``manage.py serve`` has.
THREADS = max(4, os.cpu_count() or 1)
ROUNDS = 7
SECONDS = 4
CONNECTIONS = 16
HOST = "so-tttt.localhost"
# The server's own; it sets them again.
NOT_KEPT = {"date", "server", "transfer-encoding", "connection"}


def main() -> None:
    """Print the table."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is not there: apt install wrk")
    with running_portal() as portal, tempfile.TemporaryDirectory() as folder:
        path = article_of(portal.port)
        answer = Path(folder) / "answer.json"
        answer.write_text(json.dumps(_answer(portal.port, path)))
        with _constant(answer) as port:
            ports = {"a constant answer": port, "a kept article": portal.port}
            rates: dict[str, list[float]] = {name: [] for name in ports}
            for _round in range(ROUNDS):
                for name, number in ports.items():
                    rates[name].append(requests_per_second(number, path))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    limit = medians["a constant answer"]
    print(f"| {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS} s | requests/s | ratio |")
    print("|---|---|---|")
    for name, rate in medians.items():
        print(f"| {name} | {rate:,.0f} | {rate / limit:.2f} |")


def article_of(port: int) -> str:
    """The path of the article that is first in a department's news."""
    page = get(port, "/kho-tin/")[1].decode()
    main = page[page.index("<main") :]
    found = re.search(r'<h2[^>]*>\s*<a[^>]* href="(/[^"]+)"', main)
    if found is None:
        raise RuntimeError("the list shows no article")
    return found.group(1)


def get(
    port: int, path: str, headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    """The answer to one GET on the department's host: names of loopback are the browser's affair.

    Raises RuntimeError where it is no 200.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Host": f"{HOST}:{port}", **(headers or {})})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}")
    return response, body


def _answer(port: int, path: str) -> dict[str, object]:
    """Headers and body as a browser that takes Brotli gets them, from the cache."""
    for _time in range(2):
        response, body = get(port, path, {"Accept-Encoding": "br"})
    if response.headers["X-Sen-Cache"] != "hit":
        raise RuntimeError("the article is not kept")
    headers = [pair for pair in response.getheaders() if pair[0].lower() not in NOT_KEPT]
    return {"headers": headers, "body": body.hex()}


@contextmanager
def _constant(answer: Path) -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "tests.bench.constant:application"),
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", str(THREADS), "--no-ws"),
            *("--log-level", "warning"),
        ],
        cwd=ROOT,
        env={**os.environ, "SEN_BENCH_ANSWER": str(answer)},
    )
    try:
        time.sleep(3)
        yield port
    finally:
        server.terminate()
        server.wait()


def requests_per_second(port: int, path: str, *options: str, host: str = "") -> float:
    """What wrk measures, with these ``options``. Raises RuntimeError where a request failed."""
    command = [
        *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"),
        *("-H", f"Host: {host or f'{HOST}:{port}'}", "-H", "Accept-Encoding: br", *options),
        f"http://127.0.0.1:{port}{path}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found.group(1))


if __name__ == "__main__":
    main()
