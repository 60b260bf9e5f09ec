"""Metrics: who may read them, what they count, alone and with several processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from cms.delivery.tallies import KEPT_PAGES, Tally
from cms.operations import metrics
from cms.traffic.accepting import accept
from cms.traffic.models import SITE, DailyCount
from cms.workflow import monitoring
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, staff_client

from .asking import ask

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "ma-rieng-cua-he-thong-giam-sat-0123456789"


def value(name: str, text: str | None = None, **labels: str) -> float:
    """A metric of an exposition, or of what there is now; 0 where it is not there."""
    text = metrics.exposition().decode() if text is None else text
    for line in text.splitlines():
        found = re.fullmatch(rf"{name}(?:\{{(.*)\}})? (\S+)", line)
        if found and dict(re.findall(r'(\w+)="([^"]*)"', found[1] or "")) == labels:
            return float(found[2])
    return 0.0


def test_nobody_may_read_them_unless_told() -> None:
    for meta in ({}, {"HTTP_AUTHORIZATION": "Bearer "}, {"HTTP_AUTHORIZATION": "Bearer x"}):
        answer = ask("/metrics", **meta)
        assert (answer.status, answer.text) == (404, "Not Found\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "status"),
    [
        ("10.1.2.3", "", 0, 200),
        ("::ffff:10.1.2.3", "", 0, 200),
        ("fd00::7", "", 0, 200),
        ("10.2.2.3", "", 0, 404),
        ("", "", 0, 404),
        ("unix:", "", 0, 404),
        # Who stands behind a proxy is not the proxy, and cannot say to be somebody else.
        ("10.1.2.3", "203.0.113.7", 1, 404),
        ("127.0.0.1", "10.1.9.9", 1, 200),
        ("203.0.113.7", "10.1.2.3", 0, 404),
        ("127.0.0.1", "10.1.2.3, 203.0.113.7", 1, 404),
    ],
)
def test_by_network(settings: Any, address: str, forwarded: str, proxies: int, status: int) -> None:
    settings.SEN_METRICS_NETWORKS = ["10.1.0.0/16", "fd00::/8"]
    settings.TRUSTED_PROXY_COUNT = proxies
    answer = ask("/metrics", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded)
    assert answer.status == status
    assert ("sen_probe_state" in answer.text) is (status == 200)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN} ", 200),
        ("Bearer sai", 404),
        ("Bearer mã-sai", 404),
        (f"Basic {TOKEN}", 404),
        (TOKEN, 404),
        ("", 404),
    ],
)
def test_by_token(settings: Any, header: str, status: int) -> None:
    settings.SEN_METRICS_TOKEN = TOKEN
    assert ask("/metrics", HTTP_AUTHORIZATION=header).status == status


@pytest.mark.django_db
def test_what_they_tell(site_a: Department, site_b: Department) -> None:
    DailyCount.objects.create(site=site_a.site, page=SITE, day=timezone.localdate(), views=42)
    DailyCount.objects.create(site=site_a.site, page=7, day=timezone.localdate(), views=5)
    yesterday = timezone.localdate() - timedelta(days=1)
    DailyCount.objects.create(site=site_b.site, page=SITE, day=yesterday, views=9)
    accept(RequestFactory().post("/", HTTP_USER_AGENT="Mozilla"), site_a.site_id, None)
    monitoring.note_run()
    text = metrics.exposition().decode()
    assert value("sen_views_today", text, department=site_a.host) == 42
    assert f'department="{site_b.host}"' not in text
    assert value("sen_views_waiting", text) == 1
    assert value("sen_probe_state", text, probe="scheduler") == 0
    assert value("sen_probe_state", text, probe="record") == 1
    assert value("sen_disk_free_bytes", text) > 0
    assert 0 <= value("sen_scheduler_age_seconds", text) < 60
    assert re.search(r"^sen_queue_tasks \d+\.0$", text, re.MULTILINE)
    # Well-formed: what is told twice would be refused by Prometheus.
    types = re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)
    assert len(types) == len(set(types))
    assert text.endswith("\n")


@pytest.mark.django_db
def test_one_that_fails_does_not_take_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Any:
        raise RuntimeError("no")

    monkeypatch.setitem(metrics._collectors, "broken", fail)
    assert "sen_probe_state" in metrics.exposition().decode()


def test_without_a_database_the_rest_is_told() -> None:
    # The database is not allowed in this test, so whatever asks it fails.
    text = metrics.exposition().decode()
    assert value("sen_probe_state", text, probe="database") == 2
    assert value("sen_probe_state", text, probe="disk") in (0, 1, 2)
    assert "sen_views_today" not in text


@pytest.mark.django_db
def test_requests_are_counted_by_kind_and_status(site_a: Department) -> None:
    def counted(kind: str, status: str) -> float:
        return value("sen_requests_total", kind=kind, status=status)

    asked = [
        ("page", "2xx", lambda: Client(headers={"host": site_a.host}).get("/")),
        ("page", "4xx", lambda: Client(headers={"host": site_a.host}).get("/khong-co/")),
        ("page", "4xx", lambda: Client(headers={"host": "ai.do.vn"}).get("/")),
        ("api", "2xx", lambda: Client(headers={"host": site_a.host}).get("/api/v1/openapi.json")),
        ("admin", "3xx", lambda: Client(headers={"host": "localhost"}).get("/admin/")),
        ("file", "4xx", lambda: Client(headers={"host": site_a.host}).get("/media/khong")),
    ]
    for kind, status, ask_for in asked:
        before, timed = counted(kind, status), value("sen_request_seconds_count", kind=kind)
        answer = ask_for()
        assert counted(kind, status) == before + 1, (kind, status, answer.status_code)
        assert value("sen_request_seconds_count", kind=kind) == timed + 1


@pytest.mark.django_db
def test_kept_pages_are_counted_and_not_as_requests(site_a: Department, browse: Any) -> None:
    def kept(state: str) -> float:
        return value("sen_kept_pages_total", state=state)

    misses, hits = kept("miss"), kept("hit")
    rendered = value("sen_requests_total", kind="page", status="2xx")
    for _n in range(Tally.STEP + 1):
        assert browse(site_a).status_code == 200
    assert kept("miss") == misses + 1
    assert kept("hit") == hits + Tally.STEP
    assert value("sen_requests_total", kind="page", status="2xx") == rendered + 1
    assert KEPT_PAGES._labelnames == ("state",)


@pytest.mark.django_db
def test_an_id_goes_through_and_is_not_kept(site_a: Department, browse: Any) -> None:
    client = Client(headers={"host": site_a.host})
    mine = client.get("/", headers={"x-request-id": "proxy-0123456789.abc"})
    assert mine["X-Request-ID"] == "proxy-0123456789.abc"
    for bad in ("ngắn", "a b c d e f g h", "x" * 129, "abc\x1b[31mdefgh", "<script>alert"):
        made = client.get("/", headers={"x-request-id": bad})["X-Request-ID"]
        assert re.fullmatch(r"[0-9a-f]{32}", made)
    assert client.get("/khong-co/")["X-Request-ID"] != client.get("/khong-co/")["X-Request-ID"]
    browse(site_a)
    assert "X-Request-ID" not in browse(site_a)
    admin = staff_client(make_user((site_a, Role.EDITOR)), site_a)
    assert re.fullmatch(r"[0-9a-f]{32}", admin.get("/admin/")["X-Request-ID"])


ADD_UP = """
import sys
from prometheus_client import CollectorRegistry
from cms.delivery.tallies import Tally, kept_pages
tally = Tally(kept_pages("hit"))
for _n in range(int(sys.argv[1])):
    tally.count()
kept_pages("miss").inc()
"""
SHOW = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from cms.operations import metrics
from cms.operations.metrics import _Everything
metrics._probes = metrics._queue = lambda: ()
print(generate_latest(_Everything()).decode())
"""


def test_several_processes_add_up(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    env = {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
        "SEN_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "cms.settings",
    }

    def run(code: str, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=ROOT,
            env=env,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    run(ADD_UP, "32")
    run(ADD_UP, "50")
    text = run("import django; django.setup()" + SHOW)
    assert value("sen_kept_pages_total", text, state="hit") == 32 + 48
    assert value("sen_kept_pages_total", text, state="miss") == 2
