"""The request that counts: who is counted, who is refused, what comes back."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from django.test import Client, RequestFactory

from cms.delivery.cache import UNCACHEABLE, collect
from cms.traffic import beacon
from cms.traffic.counts import SiteCounts
from cms.traffic.front import CountingFront
from cms.traffic.ledger import LedgerUnavailableError
from cms.traffic.models import DailyCount
from cms.traffic.rolling import roll_up
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
    if isinstance(body, dict):
        # As each view of a page has: a name of its own.
        body = {"key": secrets.token_hex(16), **body}
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
    roll_up()
    assert SiteCounts(site_a.site_id).visits().total == 1


def test_bots_get_an_answer_and_are_not_counted(site_a: Department) -> None:
    article = make_article(site_a)
    response = send(site_a, {"page": article.pk}, user_agent="Googlebot/2.1")
    assert response.json()["views"] == 0


def test_a_page_without_an_article_counts_for_the_site(site_a: Department) -> None:
    assert send(site_a, {"page": None}).json()["views"] is None
    roll_up()
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
        ({"page": None, "key": "short"}, 400),
        ({"page": None, "key": 7}, 400),
        ({"page": None, "key": "a" * 65}, 400),
        (b"[" * 9000, 400),
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


def test_who_reads_too_fast_is_told_and_not_counted(site_a: Department, settings: Any) -> None:
    settings.SEN_VIEWS_A_MINUTE = 2
    article = make_article(site_a)
    answers = [send(site_a, {"page": article.pk}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"]
    assert SiteCounts(site_a.site_id).views(article.pk) == 2


def test_where_the_ledger_is_away_the_page_is_told_to_try_again(
    site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(view: Any) -> None:
        raise LedgerUnavailableError

    monkeypatch.setattr("cms.traffic.ledger.append", fail)
    response = send(site_a, {"page": None})
    assert response.status_code == 503
    assert response["Retry-After"]


class Around:
    """The short cut around Django's own way, which it says when it was taken."""

    def __init__(self, department: Department) -> None:
        self.department = department
        self.went_through = 0
        self.front = CountingFront(self._application)

    def _application(self, environ: Any, start_response: Any) -> Any:
        self.went_through += 1
        response = Client().post(
            "/_sen/hit",
            environ["wsgi.input"].read(),
            content_type="application/json",
            headers={
                "host": environ["HTTP_HOST"],
                "user-agent": environ["HTTP_USER_AGENT"],
                "sec-fetch-site": environ.get("HTTP_SEC_FETCH_SITE", ""),
            },
        )
        start_response(f"{response.status_code} OK", list(response.items()))
        return [response.content]

    def post(self, body: Any, **headers: str) -> tuple[str, Any]:
        environ = (
            RequestFactory(
                headers={
                    "host": self.department.host,
                    "user-agent": PHONE,
                    "sec-fetch-site": "same-origin",
                    **headers,
                }
            )
            .post("/_sen/hit", json.dumps(body), content_type="application/json")
            .environ
        )
        started: list[Any] = []
        answer = self.front(environ, lambda *said: started.extend(said))
        return started[0][:3], json.loads(b"".join(answer))


def key() -> str:
    return secrets.token_hex(16)


def test_the_short_cut_counts_and_says_the_same(site_a: Department) -> None:
    article = make_article(site_a)
    around = Around(site_a)
    first = around.post({"page": article.pk, "key": key()})
    again = [around.post({"page": article.pk, "key": key()}) for _ in range(4)]
    assert around.went_through == 1
    assert {status for status, _answer in [first, *again]} == {"200"}
    # Each is counted in the number that they see.
    assert [answer["views"] for _status, answer in again] == [2, 3, 4, 5]
    assert [{**answer, "views": 1} for _status, answer in again] == [first[1]] * 4
    assert SiteCounts(site_a.site_id).views(article.pk) == 5


def test_the_short_cut_keeps_the_rules(site_a: Department, settings: Any) -> None:
    settings.SEN_VIEWS_A_MINUTE = 3
    article = make_article(site_a)
    around = Around(site_a)
    body = {"page": article.pk, "key": key()}
    assert around.post(body)[0] == "200"
    assert around.post(body)[0] == "200"
    assert SiteCounts(site_a.site_id).views(article.pk) == 1
    assert around.post({**body, "key": key()}, **{"sec-fetch-site": "cross-site"})[0] == "403"
    assert around.post({**body, "key": "?"})[0] == "400"
    assert around.post({"page": 999_999, "key": key()})[0] == "404"
    assert around.post({**body, "key": key()})[0] == "200"
    assert around.post({**body, "key": key()})[0] == "429"
    # Bots are answered apart, and counted apart.
    assert around.post({**body, "key": key()}, **{"user-agent": "Googlebot/2.1"})[0] == "200"
    assert SiteCounts(site_a.site_id).views(article.pk) == 2


def test_an_answer_that_depends_on_each_hit_is_not_given_to_another(
    site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []

    def hear(request: Any, page: int | None, payload: Any) -> None:
        heard.append(page)
        collect(request, UNCACHEABLE)

    monkeypatch.setitem(beacon._responders, "listener", hear)
    around = Around(site_a)
    for _ in range(3):
        around.post({"page": None, "key": key()})
    assert heard == [None] * 3


def look_at_pixel(department: Department, number: str = "", **headers: str) -> Any:
    headers = {"host": department.host, "user-agent": PHONE, **headers}
    return Client(headers=headers).get(
        f"/_sen/hit.gif?page={number}" if number else "/_sen/hit.gif"
    )


def test_a_browser_without_javascript_is_counted(site_a: Department, browse: Any) -> None:
    article = make_article(site_a)
    assert f'src="/_sen/hit.gif?page={article.pk}"' in browse(site_a, article.url).text
    same = {"sec-fetch-site": "same-origin"}
    response = look_at_pixel(site_a, str(article.pk), **same)
    assert (response.status_code, response["Content-Type"]) == (200, "image/gif")
    assert "no-store" in response["Cache-Control"]
    # Asked again at once it is the same view.
    look_at_pixel(site_a, str(article.pk), **same)
    assert SiteCounts(site_a.site_id).views(article.pk) == 1
    assert look_at_pixel(site_a, **same).status_code == 200
    roll_up()
    assert DailyCount.objects.get(site=site_a.site, page=0).views == 2


@pytest.mark.parametrize(
    ("number", "headers", "status"),
    [
        ("", {}, 403),
        ("", {"sec-fetch-site": "cross-site"}, 403),
        ("", {"referer": "http://evil.example/"}, 403),
        ("", {"referer": "http://so-a.localhost/tin/"}, 200),
        ("999999", {"sec-fetch-site": "same-origin"}, 404),
        ("99999999999", {"sec-fetch-site": "same-origin"}, 400),
        ("-1", {"sec-fetch-site": "same-origin"}, 400),
        ("٣", {"sec-fetch-site": "same-origin"}, 400),
    ],
)
def test_the_pixel_counts_only_for_our_own_pages(
    site_a: Department, number: str, headers: dict[str, str], status: int
) -> None:
    assert look_at_pixel(site_a, number, **headers).status_code == status


def test_pages_that_do_not_count_have_no_pixel(site_a: Department, browse: Any) -> None:
    assert "hit.gif" not in browse(site_a, "/khong-co/").text
    assert 'src="/_sen/hit.gif"' in browse(site_a, "/kho-tin/").text
