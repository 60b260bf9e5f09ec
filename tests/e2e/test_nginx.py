"""nginx in front, as ``deploy/nginx`` configures it: kept, gone a second later, never private."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests

from .nginx import find_nginx, nginx_before
from .portal import Portal
from .proxied import first_section, rename_section

pytestmark = pytest.mark.skipif(find_nginx() is None, reason="nginx is not installed")

HERE, THERE = "xa-demo.localhost", "so-tttt.localhost"


@pytest.fixture
def proxy(portal: Portal) -> Iterator[int]:
    with nginx_before(portal.port) as port:
        yield port


def look(port: int, host: str, path: str = "/", **headers: str) -> requests.Response:
    response = requests.get(
        f"http://127.0.0.1:{port}{path}", headers={"Host": host, **headers}, timeout=60
    )
    assert response.status_code == 200
    return response


def warm(port: int, host: str) -> str:
    """Have the page kept by Sen and by nginx; return its text."""
    for _time in range(2):
        look(port, host)
    response = look(port, host)
    assert response.headers["X-Cache"] in ("HIT", "REVALIDATED")
    return response.text


def test_what_is_published_is_there_a_second_later(portal: Portal, proxy: int) -> None:
    here, there = (f"{host}:{portal.port}" for host in (HERE, THERE))
    key, title = first_section(portal, HERE)
    assert title in warm(proxy, here)
    elsewhere = warm(proxy, there)

    rename_section(portal, "quantri.xa", key, f"{title} đổi tên")
    time.sleep(1.1)
    assert f"{title} đổi tên" in look(proxy, here).text
    assert look(proxy, there).text == elsewhere


def test_a_page_that_still_holds_is_only_asked_about(portal: Portal, proxy: int) -> None:
    host = f"{THERE}:{portal.port}"
    text = warm(proxy, host)
    time.sleep(1.2)
    again = look(proxy, host)
    assert again.headers["X-Cache"] == "REVALIDATED"
    assert again.text == text
    assert look(proxy, host).headers["X-Cache"] in ("HIT", "REVALIDATED")


def test_who_is_signed_in_is_never_answered_from_it(portal: Portal, proxy: int) -> None:
    host = f"{THERE}:{portal.port}"
    warm(proxy, host)
    for headers in ({"Cookie": "sessionid=x"}, {"Cookie": "a=b; __Host-sessionid=x"}):
        assert look(proxy, host, **headers).headers["X-Cache"] == "BYPASS"
    personal = look(proxy, host, Authorization="Basic eDp5")
    assert personal.headers["X-Cache"] == "BYPASS"
    assert "private" in personal.headers["Cache-Control"]
    # Nor is what they got kept for others.
    assert "X-Sen-Cache" in look(proxy, host).headers
    login = "/admin/account/login/"
    for _time in range(2):
        found = look(proxy, f"localhost:{portal.port}", login)
    assert found.headers["X-Cache"] == "MISS"


def test_each_encoding_is_kept_once(portal: Portal, proxy: int) -> None:
    host = f"{THERE}:{portal.port}"
    look(proxy, host, **{"Accept-Encoding": "gzip, deflate, br, zstd"})
    look(proxy, host, **{"Accept-Encoding": "gzip, deflate, br, zstd"})
    other = look(proxy, host, **{"Accept-Encoding": "br"})
    assert other.headers["X-Cache"] in ("HIT", "REVALIDATED")
    assert other.headers["Content-Encoding"] == "br"
    plain = look(proxy, host, **{"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
