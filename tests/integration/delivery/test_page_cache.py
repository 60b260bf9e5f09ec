"""The page cache: what enters, what it is keyed by, when it is dropped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from cms.delivery.cache import UNCACHEABLE, Cache
from cms.delivery.front import GRACE, times_of
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, publish, section_of, staff_client


@pytest.fixture
def state(browse: Any, django_capture_on_commit_callbacks: Any) -> Any:
    """``state(department, path)``: "hit", "miss", or "" for what is never kept."""

    def get(department: Department, path: str = "/", **kwargs: Any) -> str:
        return browse(department, path, **kwargs).headers.get("X-Sen-Cache", "")

    return get


def test_a_second_visitor_is_answered_without_the_database(site_a: Department, browse: Any) -> None:
    article = make_article(site_a)
    first = browse(site_a, article.local_url)
    with CaptureQueriesContext(connection) as queries:
        second = browse(site_a, article.local_url)
    assert len(queries) == 0
    assert second["X-Sen-Cache"] == "hit"
    assert second.content == first.content
    assert second["Content-Type"] == first["Content-Type"]
    assert "Set-Cookie" not in second


def test_an_unchanged_page_is_a_304(site_a: Department, browse: Any) -> None:
    first = browse(site_a, "/")
    again = browse(site_a, "/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_redirect_with_a_query_holds_at_once(
    site_a: Department,
    site_b: Department,
    browse: Any,
    django_capture_on_commit_callbacks: Any,
    everywhere: bool,
) -> None:
    for department in (site_a, site_b):
        browse(department, "/")
        # Not told by any redirect, the query is no other page.
        assert browse(department, "/?id=5")["X-Sen-Cache"] == "hit"
    site = None if everywhere else site_a.site
    with django_capture_on_commit_callbacks(execute=True):
        row = Redirect.objects.create(site=site, old_path="/?id=5", redirect_link="/kho-tin/")
    assert browse(site_a, "/?id=5").url == "/kho-tin/"
    assert browse(site_b, "/?id=5").status_code == (301 if everywhere else 200)
    assert browse(site_a, "/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        row.delete()
    assert browse(site_a, "/?id=5").status_code == 200


def test_publishing_drops_the_lists_at_once(
    site_a: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    browse(site_a, "/kho-tin/")
    draft = make_article(site_a, "Tin vừa đăng", live=False)
    assert "Tin vừa đăng" not in browse(site_a, "/kho-tin/").text
    with django_capture_on_commit_callbacks(execute=True):
        publish(draft)
    assert "Tin vừa đăng" in browse(site_a, "/kho-tin/").text
    assert "Tin vừa đăng" in browse(site_a, "/").text
    with django_capture_on_commit_callbacks(execute=True):
        draft.refresh_from_db()
        draft.unpublish()
    assert "Tin vừa đăng" not in browse(site_a, "/kho-tin/").text


def test_one_department_leaves_anothers_cache_alone(
    site_a: Department, site_b: Department, state: Any, django_capture_on_commit_callbacks: Any
) -> None:
    for _ in range(2):
        assert state(site_a) != "" != state(site_b)
    draft = make_article(site_a, live=False)
    with django_capture_on_commit_callbacks(execute=True):
        publish(draft)
    assert state(site_a) == "miss"
    assert state(site_b) == "hit"


def test_a_departments_settings_drop_its_pages(
    site_a: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    browse(site_a, "/")
    with django_capture_on_commit_callbacks(execute=True):
        site_a.name = "Sở Mang Tên Mới"
        site_a.save()
    assert "Sở Mang Tên Mới" in browse(site_a, "/").text


def test_what_was_purged_while_it_rendered_is_not_kept(
    site_a: Department, state: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cms.delivery.cache import news_tag
    from cms.delivery.generations import raise_tags
    from cms.news import views

    real = views.home_context

    def publish_meanwhile(home: Any, request: Any) -> Any:
        context = real(home, request)
        raise_tags([news_tag(site_a.site_id)])
        return context

    monkeypatch.setattr(views, "home_context", publish_meanwhile)
    state(site_a)
    monkeypatch.undo()
    assert state(site_a) == "miss"


def test_undeclared_parameters_do_not_split_the_cache(site_a: Department, state: Any) -> None:
    state(site_a, "/kho-tin/")
    assert state(site_a, "/kho-tin/?utm_source=x&fbclid=1") == "hit"
    assert state(site_a, "/kho-tin/?sau=1516958100000000-1") == "miss"
    assert state(site_a, "/kho-tin/?x=1&sau=1516958100000000-1") == "hit"
    assert state(site_a, "/kho-tin/") == "hit"


def test_editors_see_the_page_itself(site_a: Department) -> None:
    client = staff_client(make_user((site_a, Role.EDITOR)))
    for _ in range(2):
        assert "X-Sen-Cache" not in client.get("/").headers


def test_a_private_page_never_enters(site_a: Department, browse: Any) -> None:
    section = section_of(site_a)
    article = make_article(section, "Chuyện riêng")
    PageViewRestriction.objects.create(
        page=section, restriction_type=PageViewRestriction.PASSWORD, password="x"
    )
    for _ in range(2):
        response = browse(site_a, article.local_url)
        assert "X-Sen-Cache" not in response.headers
        assert "Tóm tắt bài viết" not in response.text


def test_errors_are_not_kept(site_a: Department, state: Any) -> None:
    for _ in range(2):
        assert state(site_a, "/khong-co/") == ""


def test_a_page_that_depends_on_the_date_ends_at_midnight(
    site_a: Department, rf: Any, settings: Any
) -> None:
    settings.SEN_PAGE_MAX_AGE = 3600
    night = timezone.make_aware(timezone.datetime(2026, 3, 1, 23, 59, 50))
    with time_machine.travel(night, tick=False) as clock:
        assert times_of(Cache(vary=frozenset({"date"}))) == (11, 0)
        assert times_of(Cache(max_age=5)) == (5, 0)
        clock.shift(timedelta(hours=2))
        assert times_of(Cache(vary=frozenset({"date"}))) == (3600, GRACE)
        assert times_of(Cache(max_age=3610)) == (3600, 10)
        assert times_of(Cache()) == (3600, GRACE)


def test_declarations_add_up() -> None:
    one = Cache(max_age=60, tags=frozenset({"a"}), vary=frozenset({"date"}))
    two = Cache(tags=frozenset({"b"}))
    assert one.merge(two) == Cache(60, frozenset({"a", "b"}), frozenset({"date"}))
    assert not one.merge(UNCACHEABLE).cacheable


def test_public_pages_have_a_strict_content_policy(site_a: Department, browse: Any) -> None:
    for _ in range(2):  # from the view, and from the cache
        policy = browse(site_a, "/")["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'self'" in policy
    assert "unsafe-inline" in browse(site_a, "/admin/login/")["Content-Security-Policy"]
