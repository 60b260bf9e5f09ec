"""The beacon's answer: fresh values of a site's own fragments and of nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory

from cms.plugins.models import PluginFailure
from cms.sdk.testing import enable, put_in_sidebar
from cms.widgets.fragments import MAX_IDS, render_fragments, respond
from sites.models import Department
from tests.factories import home_of, make_article

from .samples import Failing, Note, Undeclared

Install = Callable[..., None]


@pytest.fixture
def ask(rf: RequestFactory) -> Callable[..., dict[str, str]]:
    def do(department: Department | None, *ids: str, page: int | None = None) -> dict[str, str]:
        request: Any = rf.post("/_sen/hit")
        request.department = department
        return render_fragments(request, page, list(ids))

    return do


def test_a_fragment_is_the_whole_element(site_a: Department, install: Install, ask: Any) -> None:
    install(Undeclared)
    put_in_sidebar(site_a, (Undeclared, {"text": "mới"}))
    answer = ask(site_a, "sidebar:item-0")
    html = answer["sidebar:item-0"]
    assert html.startswith('<section class="widget widget--undeclared"')
    assert 'data-sen-fragment="sidebar:item-0"' in html
    assert "mới" in html


@pytest.mark.parametrize(
    "name", ["sidebar:item-9", "item-0", "nowhere:item-0", "home:item-0", "", ":", "sidebar:"]
)
def test_what_is_not_there_is_left_out(
    site_a: Department, install: Install, ask: Any, name: str
) -> None:
    install(Undeclared)
    put_in_sidebar(site_a, (Undeclared, {}))
    assert ask(site_a, name) == {}
    assert ask(None, "sidebar:item-0") == {}


def test_a_widget_that_is_no_fragment_is_left_out(
    site_a: Department, install: Install, ask: Any
) -> None:
    install(Note, Undeclared)
    put_in_sidebar(site_a, (Note, {}), (Undeclared, {}))
    assert set(ask(site_a, "sidebar:item-0", "sidebar:item-1")) == {"sidebar:item-1"}


def test_another_sites_fragments_are_not_answered(
    site_a: Department, site_b: Department, install: Install, ask: Any
) -> None:
    install(Undeclared)
    enable(site_b, "plugin_under_test")
    put_in_sidebar(site_a, (Undeclared, {"text": "của A"}))
    put_in_sidebar(site_b, (Undeclared, {"text": "của B"}))
    [html] = ask(site_b, "sidebar:item-0").values()
    assert "của B" in html


def test_a_failing_fragment_is_left_out_and_written_down(
    site_a: Department, install: Install, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Failing, "cache", None)
    monkeypatch.setattr(Failing, "how", "sql")
    install(Failing, Undeclared)
    put_in_sidebar(site_a, (Failing, {}), (Undeclared, {}))
    assert set(ask(site_a, "sidebar:item-0", "sidebar:item-1")) == {"sidebar:item-1"}
    assert PluginFailure.objects.get().part == "widget failing"


def test_the_page_is_one_of_this_site(
    site_a: Department,
    site_b: Department,
    install: Install,
    ask: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        Note, "get_context", lambda self, ctx, config: {"text": f"page {ctx.page and ctx.page.pk}"}
    )
    install(Undeclared)
    put_in_sidebar(site_a, (Undeclared, {}))
    own, foreign = make_article(site_a), make_article(site_b)
    draft = make_article(site_a, live=False)

    def seen(page: int | None) -> str:
        return ask(site_a, "sidebar:item-0", page=page)["sidebar:item-0"]

    assert f"page {own.pk}" in seen(own.pk)
    assert f"page {home_of(site_a).pk}" in seen(home_of(site_a).pk)
    for other in (foreign.pk, draft.pk, None):
        assert "page None" in seen(other)


@pytest.mark.parametrize("asked", [None, 3, "sidebar:item-0", {"a": 1}, [3, None, ["x"]]])
def test_nonsense_is_answered_with_nothing(
    site_a: Department, rf: RequestFactory, asked: Any
) -> None:
    request: Any = rf.post("/_sen/hit")
    request.department = site_a
    assert respond(request, None, {"fragments": asked}) == {}


def test_nobody_renders_more_than_a_page_has(
    site_a: Department, install: Install, ask: Any
) -> None:
    install(Undeclared)
    put_in_sidebar(site_a, (Undeclared, {}))
    many = [f"sidebar:none-{n}" for n in range(MAX_IDS)]
    assert ask(site_a, *many, "sidebar:item-0") == {}


def test_the_beacon_brings_fragments(site_a: Department, install: Install) -> None:
    install(Undeclared)
    put_in_sidebar(site_a, (Undeclared, {"text": "qua tín hiệu"}))
    response = Client().post(
        "/_sen/hit",
        json.dumps({"page": None, "fragments": ["sidebar:item-0"]}),
        content_type="application/json",
        headers={"host": site_a.host, "sec-fetch-site": "same-origin"},
    )
    assert "qua tín hiệu" in response.json()["fragments"]["sidebar:item-0"]
