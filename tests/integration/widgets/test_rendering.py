"""An area on a page: order, isolation, what the page's cache is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from cms.delivery.cache import Cache, collected_for, declare, news_tag, site_tag
from cms.plugins.activation import enabled_plugins, set_enabled_plugins
from cms.plugins.models import PluginFailure
from cms.sdk.testing import put_in_sidebar
from cms.widgets.rendering import render_area
from sites.models import Department

from .samples import Failing, Note, Query, Undeclared, Versioned

Install = Callable[..., None]
PAGE = Cache(tags=frozenset({"page:1"}))


@pytest.fixture
def request_of(rf: RequestFactory) -> Callable[..., Any]:
    def make(department: Department | None, path: str = "/") -> Any:
        request: Any = rf.get(path)
        request.department = department
        # As the view of every page does; parts only add to it.
        declare(request, PAGE)
        return request

    return make


def test_widgets_stand_in_their_order_each_in_its_frame(
    site_a: Department, install: Install, request_of: Any
) -> None:
    install(Note)
    put_in_sidebar(site_a, (Note, {"text": "một"}), (Note, {"title": "Tên", "text": "<b>hai"}))
    html = render_area(request_of(site_a), "sidebar")
    assert html.index("một") < html.index("&lt;b&gt;hai")
    assert html.count('<section class="widget widget--note"') == 2
    assert 'aria-labelledby="widget-sidebar-item-1"' in html
    assert '<h2 class="widget__title" id="widget-sidebar-item-1">Tên</h2>' in html
    assert ">Ghi chú</h2>" in html
    assert "data-sen-fragment" not in html


def test_nothing_to_show_is_nothing_at_all(site_a: Department, request_of: Any) -> None:
    assert render_area(request_of(site_a), "article_end") == ""
    assert render_area(request_of(None), "sidebar") == ""
    put_in_sidebar(site_a)
    assert render_area(request_of(site_a), "sidebar") == ""


@pytest.mark.parametrize("how", ["python", "sql", "transaction", "recursion", "template"])
def test_a_failing_widget_is_left_out_alone(
    site_a: Department,
    install: Install,
    request_of: Any,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    install(Note, Failing)
    monkeypatch.setattr(Failing, "how", how)
    put_in_sidebar(site_a, (Note, {"text": "trước"}), (Failing, {}), (Note, {"text": "sau"}))
    request = request_of(site_a)
    html = render_area(request, "sidebar")
    assert "trước" in html
    assert "sau" in html
    assert "widget--failing" not in html
    # The transaction around the page is whole: it can be written to.
    assert connection.needs_rollback is False
    failure = PluginFailure.objects.get(department=site_a)
    assert (failure.part, failure.plugin_id) == ("widget failing", "plugin_under_test")
    assert "Traceback" in failure.traceback
    expected = Cache(60, frozenset({"page:1", site_tag(site_a.site_id)}))
    assert collected_for(request) == expected


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_failing_statement_where_no_transaction_is_open(
    site_a: Department, install: Install, request_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As pages are served: no transaction is begun for a widget, which on SQLite takes a lock.
    install(Note, Failing)
    monkeypatch.setattr(Failing, "how", "sql")
    monkeypatch.setattr(
        Note, "get_context", lambda *args: {"text": f"atomic: {connection.in_atomic_block}"}
    )
    put_in_sidebar(site_a, (Failing, {}), (Note, {}))
    assert "atomic: False" in render_area(request_of(site_a), "sidebar")
    assert PluginFailure.objects.get(department=site_a).part == "widget failing"


def test_a_page_with_a_failing_widget_is_served(
    site_a: Department, install: Install, browse: Any
) -> None:
    install(Note, Failing)
    put_in_sidebar(site_a, (Failing, {}), (Note, {"text": "vẫn còn đây"}))
    response = browse(site_a)
    assert response.status_code == 200
    assert "vẫn còn đây" in response.content.decode()
    assert "on purpose" not in response.content.decode()


def test_settings_that_cannot_be_upgraded_are_a_failure_of_that_widget(
    site_a: Department, install: Install, request_of: Any
) -> None:
    install(Note, Versioned)
    area = put_in_sidebar(site_a, (Note, {"text": "một"}))
    area.widgets = [
        {"type": "versioned", "value": {"no size": 1}, "id": "a"},
        {"type": "versioned", "value": {"size": 2}, "id": "b"},
        {"type": "note", "value": {"title": "", "text": "một"}, "id": "c"},
    ]
    area.save()
    html = render_area(request_of(site_a), "sidebar")
    assert "count 20" in html
    assert "một" in html
    assert "KeyError" in PluginFailure.objects.get().message


def test_a_busy_page_does_not_write_a_failure_with_every_view(
    site_a: Department, install: Install, request_of: Any, django_assert_max_num_queries: Any
) -> None:
    install(Failing)
    put_in_sidebar(site_a, (Failing, {}))
    render_area(request_of(site_a), "sidebar")
    first = PluginFailure.objects.get().failed_at
    render_area(request_of(site_a), "sidebar")
    assert PluginFailure.objects.get().failed_at == first


def test_a_disabled_plugin_shows_nothing_and_keeps_its_settings(
    site_a: Department, install: Install, request_of: Any
) -> None:
    install(Note)
    area = put_in_sidebar(site_a, (Note, {"text": "một"}))
    set_enabled_plugins(site_a, enabled_plugins(site_a) - {"plugin_under_test"})
    assert render_area(request_of(site_a), "sidebar") == ""
    area.refresh_from_db()
    assert area.widgets[0].value["text"] == "một"


def test_another_department_is_not_affected(
    site_a: Department, site_b: Department, install: Install, request_of: Any
) -> None:
    install(Note)
    put_in_sidebar(site_a, (Note, {"text": "của A"}))
    put_in_sidebar(site_b, (Note, {"text": "của B"}))
    assert "của A" in render_area(request_of(site_a), "sidebar")
    # B has not switched the plugin on.
    assert render_area(request_of(site_b), "sidebar") == ""


def test_the_page_collects_what_its_widgets_declare(
    site_a: Department, install: Install, request_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Note, "cache", Cache(max_age=300, tags=frozenset({"news", "site", "page:7"}))
    )
    install(Note, Query)
    put_in_sidebar(site_a, (Note, {}), (Query, {}))
    request = request_of(site_a)
    render_area(request, "sidebar")
    assert collected_for(request) == Cache(
        300,
        frozenset({news_tag(site_a.site_id), site_tag(site_a.site_id), "page:7", "page:1"}),
        frozenset({"date", "query:thang"}),
    )


@pytest.mark.parametrize(
    "cache", [None, Cache(max_age=0), Cache(max_age=0, vary=frozenset({"date"}))]
)
def test_what_is_not_cacheable_becomes_a_fragment_and_never_infects_the_page(
    site_a: Department,
    install: Install,
    request_of: Any,
    monkeypatch: pytest.MonkeyPatch,
    cache: Cache | None,
) -> None:
    monkeypatch.setattr(Undeclared, "cache", cache)
    install(Undeclared)
    put_in_sidebar(site_a, (Undeclared, {"text": "giá trị lúc dựng"}))
    request = request_of(site_a)
    html = render_area(request, "sidebar")
    assert 'data-sen-fragment="sidebar:item-0"' in html
    assert "giá trị lúc dựng" in html
    assert collected_for(request) == PAGE


@pytest.mark.parametrize("word", ["visitor", "query:khac"])
def test_varying_on_what_was_not_declared_makes_a_fragment(
    site_a: Department,
    install: Install,
    request_of: Any,
    monkeypatch: pytest.MonkeyPatch,
    word: str,
) -> None:
    monkeypatch.setattr(Note, "cache_for", lambda *args: Cache(vary=frozenset({word})))
    install(Note)
    put_in_sidebar(site_a, (Note, {}))
    request = request_of(site_a)
    assert "data-sen-fragment" in render_area(request, "sidebar")
    assert collected_for(request) == PAGE


def test_a_widget_sees_the_parameters_it_declared_and_no_others(
    site_a: Department, install: Install, request_of: Any
) -> None:
    install(Query)
    put_in_sidebar(site_a, (Query, {}))
    html = render_area(request_of(site_a, "/?thang=2018-01&secret=1"), "sidebar")
    assert "2018-01" in html
    assert "secret" not in html


def test_an_empty_fragment_leaves_its_place(
    site_a: Department, install: Install, request_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Undeclared, "get_context", lambda *args: None)
    monkeypatch.setattr(Note, "get_context", lambda *args: None)
    install(Undeclared)
    put_in_sidebar(site_a, (Undeclared, {}))
    html = render_area(request_of(site_a), "sidebar")
    assert '<div hidden data-sen-fragment="sidebar:item-0"></div>' in html
    assert "<h2" not in html
