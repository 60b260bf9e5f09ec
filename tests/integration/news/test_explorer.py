"""The explorer and the dashboard do not count what is long each time."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.news import explorer
from sites.models import Department
from sites.roles import Role
from tests.bench.harness import queries
from tests.factories import make_article, make_user, section_of, staff_client


@pytest.fixture
def editor(site_a: Department) -> Client:
    return staff_client(make_user((site_a, Role.EDITOR)), site_a)


def counts(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return sum(
        "COUNT(*)" in query["sql"] and '"wagtailcore_page"."path"' in query["sql"]
        for query in made.captured_queries
    )


@pytest.mark.parametrize("where", ["dashboard", "explorer", "chooser"])
def test_a_long_list_is_counted_once_in_a_while(
    site_a: Department, editor: Client, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    for number in range(3):
        make_article(site_a, f"Tin {number}")
    section = section_of(site_a)
    address = {
        "dashboard": "/admin/",
        "explorer": f"/admin/pages/{section.pk}/",
        "chooser": f"/admin/choose-page/{section.pk}/",
    }[where]
    each_time = counts(editor, address)
    assert each_time == counts(editor, address)
    assert each_time >= 1
    monkeypatch.setattr(explorer, "LONG_LIST", 2)
    counts(editor, address)
    assert counts(editor, address) < each_time
    cache.clear()
    assert counts(editor, address) == each_time


def test_a_search_without_words_has_nothing_to_choose_from(editor: Client) -> None:
    answer = editor.get("/admin/choose-page/search/")
    assert answer.status_code == 200
    assert answer.context["pages"].paginator.count == 0


def test_the_dashboard_says_how_many_pages_the_site_has(site_a: Department, editor: Client) -> None:
    make_article(site_a)
    total = site_a.site.root_page.get_descendants(inclusive=True).count()
    text: Any = " ".join(editor.get("/admin/").content.decode().split())
    assert f"{total} " in text[text.index("w-summary") :][:2000]


@pytest.mark.parametrize("who", [Role.REPORTER, Role.CHIEF, Role.SITE_ADMIN, None])
@pytest.mark.parametrize("address", ["/admin/pages/{}/", "/admin/choose-page/{}/"])
def test_no_query_more_with_more_articles(
    site_a: Department, who: Role | None, address: str
) -> None:
    section = section_of(site_a)
    user = make_user((site_a, who)) if who else make_user(is_superuser=True)
    client = staff_client(user, site_a)
    asked = []
    for more in (2, 12):
        for _article in range(more):
            make_article(site_a)
            make_article(site_a, live=False, owner=user)
        client.get(address.format(section.pk))
        asked.append(min(queries(lambda: client.get(address.format(section.pk))) for _ in range(2)))
    few, many = asked
    assert many <= few
