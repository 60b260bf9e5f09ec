"""What is kept of widgets: a page full of them costs no query where they are kept."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.delivery.cache import Cache
from cms.sdk.testing import put_in_sidebar
from cms.widgets import output
from cms.widgets.registry import widgets
from sites.models import Department
from tests.factories import make_article

KEPT = ("section_menu", "latest_news", "date_browser", "most_read", "links", "featured_news")


def statements(browse: Any, site: Department) -> list[str]:
    """What a page that nobody has looked at yet asks the database."""
    article = make_article(site)
    with CaptureQueriesContext(connection) as queries:
        assert browse(site, article.local_url).status_code == 200
    # Savepoints are there because a test runs inside a transaction.
    return [query["sql"] for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]


def test_twelve_widgets_that_are_kept_ask_nothing(site_a: Department, browse: Any) -> None:
    classes = [type(widgets.get(name).widget) for name in KEPT]  # type: ignore[union-attr]
    make_article(site_a)
    put_in_sidebar(site_a)
    statements(browse, site_a)
    without = len(statements(browse, site_a))
    put_in_sidebar(site_a, *[(widget_class, {}) for widget_class in classes * 2])
    cold = statements(browse, site_a)
    assert len(cold) > without
    warm = statements(browse, site_a)
    # The section menu marks the section that is read, so it is kept once a page.
    own = [sql for sql in warm if "news_sectionpage" in sql]
    assert len(warm) - without <= 2, "\n".join(own)


def test_a_fragment_asks_at_most_once_a_widget_when_warm(site_a: Department, browse: Any) -> None:
    counter = type(widgets.get("visit_counter").widget)  # type: ignore[union-attr]
    make_article(site_a)
    put_in_sidebar(site_a)
    statements(browse, site_a)
    without = len(statements(browse, site_a))
    put_in_sidebar(site_a, *[(counter, {"digits": digits}) for digits in range(1, 13)])
    statements(browse, site_a)
    assert len(statements(browse, site_a)) - without <= 12


def test_what_was_kept_has_aged_for_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.time()
    kept = output.Kept("x", False, Cache(max_age=60, tags=frozenset({"t"})), 1, began)
    monkeypatch.setattr(time, "time", lambda: began + 45)
    assert kept.for_page() == Cache(max_age=15, tags=frozenset({"t"}))
    monkeypatch.setattr(time, "time", lambda: began + 90)
    assert kept.for_page().max_age == 0
    for_ever = output.Kept("x", False, Cache(), 1, began)
    assert for_ever.for_page() == Cache()
