"""The request that counts: who is counted, who is refused, what comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from cms.traffic import beacon
from cms.traffic.counts import SiteCounts
from sites.models import Department
from tests.factories import make_article

PHONE = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"


def send(department: Department, body: Any, **headers: str) -> Any:
    headers = {
        "host": department.host,
        "user-agent": PHONE,
        "sec-fetch-site": "same-origin",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    client = Client(enforce_csrf_checks=True)
    return client.post("/_sen/hit", data, content_type="application/json", headers=headers)


def test_a_hit_counts_and_answers_with_the_number(site_a: Department) -> None:
    article = make_article(site_a)
    assert send(site_a, {"page": article.pk}).json()["views"] == 1
    response = send(site_a, {"page": article.pk})
    assert response.json()["views"] == 2
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert SiteCounts(site_a.site_id).visits().total == 1


def test_bots_get_an_answer_and_are_not_counted(site_a: Department) -> None:
    article = make_article(site_a)
    response = send(site_a, {"page": article.pk}, user_agent="Googlebot/2.1")
    assert response.json()["views"] == 0


def test_a_page_without_an_article_counts_for_the_site(site_a: Department) -> None:
    assert send(site_a, {"page": None}).json()["views"] is None
    assert SiteCounts(site_a.site_id).visits().today == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"sec_fetch_site": "same-origin"}, 200),
    ],
)
def test_other_origins_are_refused(
    site_a: Department, headers: dict[str, str], status: int
) -> None:
    assert send(site_a, {"page": None}, **headers).status_code == status


def test_old_browsers_are_told_by_their_origin(site_a: Department) -> None:
    def post(**headers: str) -> int:
        client = Client(headers={"host": site_a.host, "user-agent": PHONE, **headers})
        return client.post("/_sen/hit", "{}", content_type="application/json").status_code

    assert post(origin="http://so-a.localhost") == 200
    assert post(origin="http://evil.example") == 403
    assert post() == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"\xff", 400),
        ({"page": "1"}, 400),
        ({"page": True}, 400),
        ({"page": -1}, 400),
        ({"page": 1.5}, 400),
        ({"page": 10**30}, 404),
        ({"page": 999999}, 404),
        (b'{"page": 1, "x": "' + b"a" * 20000 + b'"}', 400),
    ],
)
def test_wrong_bodies_are_refused_and_count_nothing(
    site_a: Department, body: Any, status: int
) -> None:
    assert send(site_a, body).status_code == status
    assert SiteCounts(site_a.site_id).visits().total == 0


def test_another_sites_pages_and_drafts_are_not_counted_here(
    site_a: Department, site_b: Department
) -> None:
    assert send(site_a, {"page": make_article(site_b).pk}).status_code == 404
    assert send(site_a, {"page": make_article(site_a, live=False).pk}).status_code == 404


def test_a_get_is_not_a_hit(site_a: Department) -> None:
    assert Client(headers={"host": site_a.host}).get("/_sen/hit").status_code == 405


def test_a_responder_that_fails_answers_none(
    site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> Any:
        raise RuntimeError

    monkeypatch.setitem(beacon._responders, "broken", fail)
    monkeypatch.setitem(beacon._responders, "echo", lambda request, page, payload: payload["x"])
    answer = send(site_a, {"page": None, "x": 5}).json()
    assert answer["broken"] is None
    assert answer["echo"] == 5
