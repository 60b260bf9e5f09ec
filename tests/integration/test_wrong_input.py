"""Whatever somebody types into the address bar, or sends as a host: an answer, never a 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sites.models import Department
from tests.factories import make_article

PATHS = [
    "/%00",
    "/?sau=%00",
    "/kho-tin/?sau=1-1%00",
    "/" + "a/" * 300,
    "/" + "a" * 3000 + "/",
    "/%ff%fe/",
    "/kho-tin/?sau=99999999999999999-1",
    "/kho-tin/00002018/",
    "/?thang=2018-13",
    "/?thang=0000-01",
    "/?thang=9999-12",
    "/?thang=%00",
    "//",
    "/../../etc/passwd",
    "/media/../secret_key",
    "/media/%2e%2e/secret_key",
    "/documents/99999999999999999999/x.pdf",
    "/?" + "&".join(f"a{number}=1" for number in range(1500)),
    "/admin/approval/99999999999999999999/",
    "/default.aspx?id=%00",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_no_address_breaks_the_server(site_a: Department, path: str, method: str) -> None:
    make_article(site_a)
    client = Client(headers={"host": site_a.host}, raise_request_exception=False)
    assert getattr(client, method)(path).status_code < 500


@pytest.mark.parametrize(
    "host", ["evil.example", "so-a.localhost.evil.example", "a b", "", "[::1]"]
)
def test_no_stranger_answers_to_another_name(site_a: Department, host: str) -> None:
    client = Client(headers={"host": host}, raise_request_exception=False)
    response = client.get("/")
    assert response.status_code == 400
    assert "Sở A" not in response.text


def test_a_secret_is_no_media_file(site_a: Department, browse: Any, settings: Any) -> None:
    for path in ("/media/../secret_key", "/media/%2e%2e/secret_key", "/static/../secret_key"):
        assert settings.SECRET_KEY not in browse(site_a, path).text
