"""Varnish in front, as ``deploy/varnish`` configures it: purged by tag, never private."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from tests.bench.mixed_load import NO_COMMENTS, form_of, sign_in

from .portal import Portal, free_port, running_portal
from .varnish import find_varnish, varnish_before

pytestmark = pytest.mark.skipif(find_varnish() is None, reason="Varnish is not installed")

HERE, THERE = "so-y-te.localhost", "so-tttt.localhost"


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

        page, title = _section(portal)
        assert title in look(portal, port, HERE).text
        session = sign_in(portal.port, "quantri.yte")
        address = f"http://127.0.0.1:{portal.port}/admin/pages/{page}/edit/"
        admin = {"Host": f"localhost:{portal.port}"}
        form = form_of(session.get(address, headers=admin).text) | NO_COMMENTS
        form |= {"title": "Chuyên mục đổi tên", "action-publish": "action-publish"}
        saved = session.post(address, form, headers=admin, allow_redirects=False)
        assert saved.status_code == 302
        time.sleep(1)
        changed = look(portal, port, HERE)
        assert "Chuyên mục đổi tên" in changed.text
        # The other department's page was not touched.
        assert look(portal, port, THERE).headers["X-Cache"] == "HIT"

        # Somebody who is known is passed on, and leaves nothing behind.
        for headers in ({"Cookie": "sen_sessionid=x"}, {"Authorization": "Basic eDp5"}):
            known = look(portal, port, HERE, headers=headers)
            assert known.headers["X-Cache"] == "MISS"
        assert look(portal, port, HERE).headers["X-Cache"] in ("HIT", "MISS")
        for _time in range(3):
            login = requests.get(
                f"http://127.0.0.1:{port}/admin/account/login/", headers=admin, timeout=60
            )
            assert login.headers["X-Cache"] == "MISS"

        # Nobody purges from outside what Varnish was not told.
        refused = requests.request("PURGE", f"http://127.0.0.1:{port}/", timeout=10)
        assert refused.status_code == 400


def _section(portal: Portal) -> tuple[str, str]:
    said = portal.manage(
        "shell",
        "-c",
        "from cms.news.models import SectionPage;"
        f"page = SectionPage.objects.filter(url_path__contains='{HERE.split('.')[0]}').first();"
        "print(page.pk, page.title, sep='|')",
    ).splitlines()[-1]
    key, _bar, title = said.partition("|")
    return key, title
