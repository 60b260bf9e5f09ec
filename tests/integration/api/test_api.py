"""The JSON API: what it tells, and what it never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from wagtail.models import PageViewRestriction

from cms.api.views import LIMIT
from cms.news.models import Attachment, BylineEntry
from sites.models import Department
from tests.factories import make_article, make_site, section_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limit() -> None:
    LIMIT.clear()


def get(department: Department, path: str, **query: Any) -> Any:
    return Client(headers={"host": department.host}).get(f"/api/v1/{path}", query)


def test_articles_are_told_newest_first_and_page_by_page(site_a: Department) -> None:
    newest = datetime(2025, 1, 10, tzinfo=UTC)
    made = [make_article(site_a, published_at=newest - timedelta(days=n)) for n in range(5)]
    told: list[int] = []
    after = ""
    while after is not None:
        answer = get(site_a, "articles", limit=2, after=after).json()
        told += [row["id"] for row in answer["items"]]
        after = answer["next"]
    assert told == [article.pk for article in made]
    (row,) = get(site_a, "articles", since="2025-01-10").json()["items"]
    assert row["title"] == made[0].title
    assert row["url"] == f"http://{site_a.host}{made[0].local_url}"
    assert row["published_at"].startswith("2025-01-10T")
    assert row["section"]["title"] == section_of(site_a).title
    assert [r["id"] for r in get(site_a, "articles", until="2025-01-06").json()["items"]] == [
        made[4].pk
    ]
    other = make_article(section_of(site_a, 1))
    found = get(site_a, "articles", section=section_of(site_a, 1).pk).json()["items"]
    assert [row["id"] for row in found] == [other.pk]


def test_an_article_is_told_whole(site_a: Department) -> None:
    article = make_article(
        site_a,
        body=[("paragraph", '<p>Xem <a href="/x/">đây</a>.</p>')],
        source_name="Báo Hậu Giang",
        source_url="https://bao.example/1",
    )
    article.tags.add("chuyển đổi số")
    article.byline.add(BylineEntry(name="Thời Nhiệm", role="compiled", sort_order=0))
    article.save()
    told = get(site_a, f"articles/{article.pk}").json()
    assert f'<a href="http://{site_a.host}/x/">đây</a>' in told["html"]
    assert told["byline"] == ["Thời Nhiệm (tổng hợp)"]
    assert told["source"] == {"title": "Báo Hậu Giang", "url": "https://bao.example/1"}
    assert told["tags"] == ["chuyển đổi số"]
    assert told["files"] == told["corrections"] == []
    assert Attachment.objects.count() == 0


def test_nothing_that_is_not_public_or_of_another_site_is_told(
    site_a: Department, site_b: Department
) -> None:
    draft = make_article(site_a, "Bí mật nháp", live=False)
    secret = make_article(section_of(site_a, 1), "Bí mật nội bộ")
    PageViewRestriction.objects.create(page=section_of(site_a, 1), restriction_type="login")
    theirs = make_article(site_b, "Bí mật của nơi khác")
    listed = get(site_a, "articles", limit=100)
    assert "Bí mật" not in listed.content.decode()
    assert section_of(site_a, 1).title not in get(site_a, "sections").content.decode()
    for article in (draft, secret, theirs):
        assert get(site_a, f"articles/{article.pk}").status_code == 404
    for section in (section_of(site_a, 1), section_of(site_b)):
        assert get(site_a, "articles", section=section.pk).status_code == 404


def test_the_site_its_sections_and_its_visits(site_a: Department) -> None:
    facts = get(site_a, "site").json()
    assert facts["name"] == site_a.name
    assert facts["url"] == f"http://{site_a.host}/"
    first = get(site_a, "sections").json()[0]
    assert first["id"] == section_of(site_a).pk
    assert first["parent"] is None
    assert get(site_a, "statistics").json().keys() == {"online", "today", "week", "month", "total"}


def test_only_the_portal_tells_of_departments(site_a: Department) -> None:
    portal = make_site("tinh.localhost", kind="province")
    assert get(site_a, "departments").status_code == 404
    assert [row["host"] for row in get(portal, "departments").json()] == [site_a.host]


def test_documents_are_told_where_the_plugin_is_on(site_a: Department) -> None:
    from cms.plugins.activation import enabled_plugins, set_enabled_plugins

    assert get(site_a, "documents").json() == {"items": [], "next": None}
    assert get(site_a, "documents", after="x").status_code == 404
    set_enabled_plugins(site_a, enabled_plugins(site_a) - {"documents"})
    assert get(site_a, "documents").status_code == 404


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("articles", {"limit": 0}, 422),
        ("articles", {"limit": 101}, 422),
        ("articles", {"after": "x"}, 404),
        ("articles", {"after": "9" * 60}, 404),
        ("articles", {"since": "hôm qua"}, 422),
        ("articles", {"since": "0001-01-01"}, 200),
        ("articles", {"until": "9999-12-31"}, 200),
        ("articles", {"section": 0}, 422),
        ("articles", {"section": 10**30}, 422),
        (f"articles/{10**30}", {}, 404),
        ("articles/x", {}, 404),
        ("khong-co", {}, 404),
    ],
)
def test_wrong_questions_are_answered_in_words(
    site_a: Department, path: str, query: dict[str, Any], status: int
) -> None:
    answer = get(site_a, path, **query)
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["detail"]


def test_nothing_can_be_written(site_a: Department) -> None:
    client = Client(headers={"host": site_a.host})
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)("/api/v1/articles").status_code == 405


def test_one_address_has_a_limit(site_a: Department) -> None:
    with override_settings(SEN_API_REQUESTS_A_MINUTE=2):
        # Each asks something else: what is kept costs nothing and counts for nothing.
        statuses = [get(site_a, "articles", limit=n).status_code for n in (1, 2, 3)]
        assert statuses == [200, 200, 429]
        refused = get(site_a, "articles", limit=4)
    assert refused["Retry-After"] == "60"
    assert refused.json() == {"detail": "too many requests; try again in a minute"}


def test_answers_are_kept_until_the_news_change(
    site_a: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    def state(path: str) -> Any:
        return browse(site_a, path).headers.get("X-Sen-Cache")

    address = "/api/v1/articles?limit=5"
    state(address)
    assert state(address) == "hit"
    assert state("/api/v1/articles?limit=5&utm_source=x") == "hit"
    with django_capture_on_commit_callbacks(execute=True):
        make_article(site_a, "Vừa đăng").unpublish()
    assert state(address) == "miss"


def test_other_origins_may_read_only_where_the_operator_says_so(site_a: Department) -> None:
    assert "Access-Control-Allow-Origin" not in get(site_a, "site")
    with override_settings(SEN_API_CORS=True):
        assert get(site_a, "site", x="1")["Access-Control-Allow-Origin"] == "*"


def test_a_list_costs_the_same_however_long(
    site_a: Department, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        make_article(site_a)
    get(site_a, "articles", limit=1)
    with django_assert_max_num_queries(12):
        assert len(get(site_a, "articles", limit=30).json()["items"]) == 30
