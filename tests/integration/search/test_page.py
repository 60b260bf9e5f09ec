"""The search page and its suggestions, as a visitor meets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from sites.models import Department
from tests.factories import make_article, make_site
from tests.front import FrontClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(db: None) -> Department:
    return make_site("tinh.localhost", name="Tỉnh Hậu Giang", kind="province")


@pytest.fixture
def commune(portal: Department) -> Department:
    return make_site("xa.localhost", name="Xã An Lạc", kind="commune", parent=portal)


def get(department: Department, path: str = "/tim-kiem/", **words: str) -> Any:
    return Client(headers={"host": department.host}).get(path, words)


def test_what_was_found_is_marked_where_it_stands(site_a: Department) -> None:
    article = make_article(
        site_a,
        title="Hội nghị <b>tổng</b> kết",
        lead="Một năm nhìn lại.",
        body=[("paragraph", f"<p>{'Lời mở đầu. ' * 40}Nguyễn Văn An phát biểu & kết luận.</p>")],
    )
    page = get(site_a, q="hoi nghi").content.decode()
    assert "<mark>Hội nghị</mark> &lt;b&gt;tổng&lt;/b&gt; kết" in page
    assert f'href="{article.local_url}"' in page
    assert "1 result" in strip_tags(page) or "1 kết quả" in strip_tags(page)
    # Of a long text the passage that has the words.
    page = get(site_a, q="nguyen van an").content.decode()
    assert "… " in page
    assert "<mark>Nguyễn Văn An</mark> phát biểu &amp; kết luận" in page


def test_exact_words_are_marked_rather_than_similar_ones(site_a: Department) -> None:
    make_article(site_a, title="Sở họp bàn về số hóa")
    page = get(site_a, q="số").content.decode()
    assert "Sở họp bàn về <mark>số</mark> hóa" in page


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({}, 200),
        ({"q": ""}, 200),
        ({"q": "&|!():*'\""}, 200),
        ({"q": "x" * 5000}, 200),
        ({"q": "\x00"}, 200),
        ({"q": "hoa", "loai": "gì đó"}, 400),
        ({"q": "hoa", "muc": "khong-co"}, 400),
        ({"q": "hoa", "tu": "32/13/2020"}, 400),
        ({"q": "hoa", "tu": "2020-02-02", "den": "2020-02-01"}, 400),
        ({"q": "hoa", "tu": "01/02/2020", "den": "02/02/2020"}, 200),
        ({"q": "hoa", "sau": "x"}, 404),
        ({"q": "hoa", "sau": "1-2-3"}, 200),
    ],
)
def test_wrong_input_is_told_in_words(
    site_a: Department, words: dict[str, str], status: int
) -> None:
    answer = get(site_a, **words)
    assert answer.status_code == status
    if status == 400:
        assert 'class="field-error"' in answer.content.decode()


def test_a_site_finds_its_own_and_the_portal_all(portal: Department, commune: Department) -> None:
    own = make_article(portal, title="Mùa hoa gạo ở tỉnh")
    theirs = make_article(commune, title="Mùa hoa gạo ở xã")
    everywhere = get(portal, q="hoa gạo").content.decode()
    assert own.local_url in everywhere
    assert f"{commune.site.root_url}{theirs.local_url}" in everywhere
    assert "Xã An Lạc" in everywhere
    here = get(portal, q="hoa gạo", pham_vi="trang-nay").content.decode()
    assert "ở tỉnh" in strip_tags(here)
    assert "ở xã" not in strip_tags(here)
    # A commune has no way to search others, whatever the address says.
    page = get(commune, q="hoa gạo", pham_vi="toan-tinh").content.decode()
    assert "ở xã" in strip_tags(page)
    assert "ở tỉnh" not in strip_tags(page)


def test_a_site_being_set_up_is_not_found(portal: Department, commune: Department) -> None:
    make_article(commune, title="Mùa hoa gạo")
    Department.objects.filter(pk=commune.pk).update(state=Department.State.OPENING)
    assert "Mùa" not in get(portal, q="hoa gạo").content.decode()
    assert get(portal, "/tim-kiem/goi-y/", q="mua hoa").json() == {"suggestions": []}


def test_a_long_list_goes_on(site_a: Department) -> None:
    newest = datetime(2025, 1, 1, tzinfo=UTC)
    for number in range(23):
        make_article(
            site_a, title=f"Mùa hoa gạo {number}", published_at=newest - timedelta(days=number)
        )
    first = get(site_a, q="hoa gao")
    assert first.content.decode().count('<li>\n            <article class="story') == 20
    following = first.context["listing"]["next_url"]
    second = Client(headers={"host": site_a.host}).get(following).content.decode()
    assert second.count('<article class="story') == 3
    assert "Mùa <mark>hoa gạo</mark> 22" in second
    assert 'rel="next"' not in second


def test_a_search_is_in_nobodys_cache_and_asks_little(
    site_a: Department, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        make_article(site_a, title=f"Mùa hoa gạo {number}")
    get(site_a, q="hoa gao")
    with django_assert_max_num_queries(15):
        answer = get(site_a, q="hoa gao")
    assert "noindex" in answer.content.decode()
    assert "public" not in answer.get("Cache-Control", "")


def test_a_kept_empty_form_answers_no_search(site_a: Department) -> None:
    make_article(site_a, title="Mùa hoa gạo")
    browser = FrontClient(headers={"host": site_a.host})
    assert browser.get("/tim-kiem/")["X-Sen-Cache"] == "miss"
    assert browser.get("/tim-kiem/")["X-Sen-Cache"] == "hit"
    for query in ("?q=hoa+gao", "?utm_source=thu&q=hoa+gao"):
        answer = browser.get(f"/tim-kiem/{query}")
        assert "<mark>hoa gạo</mark>" in answer.content.decode()
        assert "X-Sen-Cache" not in answer


def test_suggestions_lead_to_articles(portal: Department, commune: Department) -> None:
    article = make_article(commune, title="Đường vào “xuân”")
    make_article(commune, title="Đường vào hạ", live=False)
    there = get(commune, "/tim-kiem/goi-y/", q="duong v").json()
    assert there == {"suggestions": [{"title": article.title, "url": article.local_url}]}
    (suggestion,) = get(portal, "/tim-kiem/goi-y/", q="duong v").json()["suggestions"]
    assert suggestion["url"] == commune.site.root_url + article.local_url
    assert get(commune, "/tim-kiem/goi-y/", q="d").json() == {"suggestions": []}
    assert get(commune, "/tim-kiem/goi-y/").json() == {"suggestions": []}
