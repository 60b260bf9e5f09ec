"""The running server itself: exact counting under load, the minute's jobs."""

from __future__ import annotations

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from .portal import Portal

HOST = "xa-demo.localhost"
THREADS, HITS = 16, 25


def shell(portal: Portal, code: str) -> str:
    return portal.manage("shell", "-v0", "-c", code).strip()


def hit(portal: Portal, page: int, visitor: int) -> int:
    """Send one beacon as a browser would; return the number it brings back."""
    connection = HTTPConnection("127.0.0.1", portal.port, timeout=60)
    origin = f"{HOST}:{portal.port}"
    connection.request(
        "POST",
        "/_sen/hit",
        json.dumps({"page": page, "key": secrets.token_hex(16)}),
        {
            "Host": origin,
            "Origin": f"http://{origin}",
            "Content-Type": "application/json",
            "User-Agent": f"Mozilla/5.0 (X11; Linux) Chrome/130.0 citizen/{visitor}",
        },
    )
    response = connection.getresponse()
    assert response.status == 200
    views: int = json.loads(response.read())["views"]
    connection.close()
    return views


def test_many_readers_at_once_are_counted_exactly(portal: Portal) -> None:
    page = int(
        shell(
            portal,
            "from cms.news.models import ArticlePage as A;"
            "print(A.objects.filter(live=True, url_path__startswith='/xa-').latest('pk').pk)",
        )
    )
    before = hit(portal, page, 0)

    def reader(number: int) -> None:
        for _ in range(HITS):
            hit(portal, page, number)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(reader, range(THREADS)))
    time.sleep(1.5)  # an answer is told for a second
    assert hit(portal, page, 0) == before + THREADS * HITS + 1


def test_what_is_scheduled_is_published_within_the_minute(portal: Portal) -> None:
    address = shell(
        portal,
        "from datetime import timedelta; from django.utils import timezone;"
        "from cms.news.models import ArticlePage as A;"
        "a = A.objects.filter(live=False, url_path__startswith='/xa-').first();"
        "a.go_live_at = timezone.now() + timedelta(seconds=2);"
        "from cms.workflow.authority import Authority, publishing_by;"
        "scope = publishing_by(Authority.IMPORT); scope.__enter__();"
        "a.save_revision().publish(); print(a.local_url)",
    )
    deadline = time.monotonic() + 75
    status = 404
    while status == 404 and time.monotonic() < deadline:
        time.sleep(1)
        connection = HTTPConnection("127.0.0.1", portal.port, timeout=60)
        connection.request("GET", address, headers={"Host": f"{HOST}:{portal.port}"})
        status = connection.getresponse().status
        connection.close()
    assert status == 200
