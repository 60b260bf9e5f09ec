"""Varnish in front, as ``deploy/varnish`` configures it: purged by tag, never private."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from .portal import Portal, free_port, running_portal
from .proxied import first_section, rename_section
from .varnish import find_varnish, varnish_before

pytestmark = pytest.mark.skipif(find_varnish() is None, reason="Varnish is not installed")

HERE, THERE = "xa-demo.localhost", "so-tttt.localhost"


@contextmanager
def before() -> Iterator[tuple[Portal, int]]:
    port = free_port()
    proxies = {
        "varnish": {
            "BACKEND": "cms.delivery.proxies.HTTPTagBackend",
            "LOCATION": f"http://127.0.0.1:{port}/",
        }
    }
    with (
        running_portal(SEN_PROXIES=json.dumps(proxies)) as portal,
        varnish_before(portal.port, port),
    ):
        yield portal, port


def look(portal: Portal, port: int, host: str, **options: Any) -> requests.Response:
    headers = {"Host": f"{host}:{portal.port}", **options.pop("headers", {})}
    return requests.get(f"http://127.0.0.1:{port}/", headers=headers, timeout=60, **options)


def test_kept_until_purged_and_never_private() -> None:
    with before() as (portal, port):
        for host in (HERE, THERE):
            for state in ("MISS", "HIT"):
                answer = look(portal, port, host)
                assert (answer.status_code, answer.headers["X-Cache"]) == (200, state)
            assert "Surrogate-Control" not in answer.headers

        key, title = first_section(portal, HERE)
        assert title in look(portal, port, HERE).text
        rename_section(portal, "quantri.xa", key, f"{title} đổi tên")
        time.sleep(1)
        assert f"{title} đổi tên" in look(portal, port, HERE).text
        # The other department's page was not touched.
        assert look(portal, port, THERE).headers["X-Cache"] == "HIT"

        # Somebody who is known is passed on, and leaves nothing behind.
        for headers in ({"Cookie": "sen_sessionid=x"}, {"Authorization": "Basic eDp5"}):
            known = look(portal, port, HERE, headers=headers)
            assert known.headers["X-Cache"] == "MISS"
        assert look(portal, port, HERE).headers["X-Cache"] in ("HIT", "MISS")
        admin = {"Host": f"localhost:{portal.port}"}
        for _time in range(3):
            login = requests.get(
                f"http://127.0.0.1:{port}/admin/account/login/", headers=admin, timeout=60
            )
            assert login.headers["X-Cache"] == "MISS"

        # Nobody purges from outside what Varnish was not told.
        refused = requests.request("PURGE", f"http://127.0.0.1:{port}/", timeout=10)
        assert refused.status_code == 400
