"""A real server: health on every host before it has a database, and what a fault says."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.nginx import find_nginx, nginx_before
from tests.e2e.portal import free_port

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "ma-rieng-cua-he-thong-giam-sat-0123456789"


def server(port: int) -> list[str]:
    """The command that serves, as a unit of systemd has it."""
    return [
        *(sys.executable, "-m", "granian", "cms.wsgi:application", "--interface", "wsgi"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"),
        *("--log-level", "warning"),
    ]


def environment(folder: Path) -> dict[str, str]:
    """An installation with an empty database of its own."""
    left_out = ("SEN_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**env, "SEN_DATA_DIR": str(folder), "SEN_METRICS_TOKEN": TOKEN}


def get(port: int, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=sent)
    answer = connection.getresponse()
    told = {name.lower(): value for name, value in answer.getheaders()}
    return answer.status, answer.read().decode(), told


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server whose database is empty: not even the tables are there."""
    found = free_port()
    env = environment(tmp_path_factory.mktemp("served"))
    running = subprocess.Popen(server(found), cwd=ROOT, env=env, stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                get(found, "/livez")
            except OSError:
                assert running.poll() is None, running.stderr and running.stderr.read()
                assert time.monotonic() < until, "the server did not answer"
                time.sleep(0.2)
            else:
                break
        yield found
    finally:
        running.terminate()
        running.wait(20)


def test_health_before_there_are_tables(port: int) -> None:
    for host in ("ai.do.vn", "127.0.0.1", "so-y-te.tinh.gov.vn:8443"):
        status, text, headers = get(port, "/livez", Host=host)
        assert (status, text) == (200, "alive\n")
        assert headers["cache-control"] == "no-store"
        status, text, _headers = get(port, "/readyz", Host=host)
        assert status == 503
        (reason,) = json.loads(text)["reasons"].values()
        assert "migrations are not applied" in reason


def test_metrics_of_a_server(port: int) -> None:
    assert get(port, "/metrics")[0] == 404
    status, text, headers = get(port, "/metrics", Authorization=f"Bearer {TOKEN}", Host="x.vn")
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'sen_probe_state{probe="database"} 2.0' in text


def test_a_server_does_not_start_with_a_fault(tmp_path: Path) -> None:
    env = environment(tmp_path) | {"SEN_PAGE_MEMORY": "nhiều", "PYTHONIOENCODING": "utf-8"}
    ended = subprocess.run(
        server(free_port()), cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode != 0
    said = ended.stdout + ended.stderr
    assert "SEN_PAGE_MEMORY is 'nhiều', but must be a whole number of at least 1." in said
    assert "Traceback" not in said


@pytest.mark.skipif(find_nginx() is None, reason="no nginx is there")
def test_behind_nginx(port: int) -> None:
    with nginx_before(port) as front:
        assert get(front, "/livez", Host="ai.do.vn")[:2] == (200, "alive\n")
        # Who asks nginx comes from everywhere: not even the token helps there.
        assert get(front, "/metrics", Authorization=f"Bearer {TOKEN}")[0] == 404
        # There are no tables yet, so a page is away; with an id to look for in the log.
        status, _text, headers = get(front, "/", Host="ai.do.vn")
        assert status == 503
        assert re.fullmatch(r"[0-9a-f]{32}", headers["x-request-id"])
