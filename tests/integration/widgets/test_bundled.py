"""The six plugins that Sen began with."""

from __future__ import annotations

import ast
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cms.sdk.testing import WidgetContract, put_in_sidebar, render_widget
from cms.traffic.counts import SiteCounts
from cms.traffic.models import DailyCount
from plugins.date_browser.widgets import DateBrowser
from plugins.latest_news.widgets import LatestNews
from plugins.links.widgets import Links
from plugins.most_read.widgets import MostRead
from plugins.section_menu.widgets import SectionMenu
from plugins.visit_counter.widgets import VisitCounter
from sites.models import Department
from tests.factories import home_of, make_article, section_of

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


class TestVisitCounterContract(WidgetContract):
    widget = VisitCounter
    config = {"title": "Lượt xem", "digits": 5}


class TestDateBrowserContract(WidgetContract):
    widget = DateBrowser


class TestLatestNewsContract(WidgetContract):
    widget = LatestNews
    config = {"count": 3}


class TestMostReadContract(WidgetContract):
    widget = MostRead


class TestSectionMenuContract(WidgetContract):
    widget = SectionMenu


class TestLinksContract(WidgetContract):
    widget = Links
    config = {
        "links": [
            {
                "type": "item",
                "id": "11111111-1111-4111-8111-111111111111",
                "value": {"title": "Cổng tỉnh", "url": "https://vidu.gov.vn/"},
            }
        ]
    }


@pytest.mark.parametrize("path", sorted(PLUGINS.glob("*/**/*.py")), ids=lambda p: p.parent.name)
def test_a_plugin_imports_of_ours_only_the_sdk(path: Path) -> None:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.append(node.module or "")
    ours = [n for n in names if n.split(".")[0] in {"cms", "sites", "plugins", "tests"}]
    assert all(name == "cms.sdk" or name.startswith("cms.sdk.") for name in ours), ours


def test_the_counter_shows_digits_and_an_accessible_number(site_a: Department) -> None:
    SiteCounts(site_a.site_id).set_opening_balance(3460242)
    html = render_widget(VisitCounter, {"digits": 9}, department=site_a)
    assert 'aria-label="3.460.242"' in html
    digits = "".join(f'<span class="visit-counter__digit">{d}</span>' for d in "003460242")
    assert digits in html


def test_a_number_longer_than_the_boxes_is_not_cut(site_a: Department) -> None:
    SiteCounts(site_a.site_id).set_opening_balance(1234567)
    html = render_widget(VisitCounter, {"digits": 3}, department=site_a)
    assert html.count("visit-counter__digit") - html.count("visit-counter__digits") == 7


def test_the_counter_is_a_fragment_on_a_page(site_a: Department, browse: Any) -> None:
    put_in_sidebar(site_a, (VisitCounter, {}))
    text = browse(site_a).content.decode()
    assert 'data-sen-fragment="sidebar:item-0"' in text
    assert ".visit-counter__digit" in text


def calendar(department: Department, today: date, **query: str) -> str:
    return render_widget(DateBrowser, department=department, today=today, query=query)


def test_days_with_news_are_linked_with_their_count(site_a: Department) -> None:
    for hour in (0, 12, 23):
        make_article(site_a, published_at=datetime(2018, 1, 26, hour, 59, tzinfo=LOCAL))
    html = calendar(site_a, date(2018, 1, 27))
    assert '<a href="/kho-tin/2018/01/26/" aria-label="26/01/2018: 3' in html.replace(
        "/kho-tin/2018/1/26/", "/kho-tin/2018/01/26/"
    )
    assert html.count("aria-label=") == 2  # the day and the months' navigation
    assert '<td class="date-browser__today" aria-current="date">27</td>' in html
    assert html.count('<th scope="col">') == 7
    assert html.count("aria-current") == 1


def test_the_address_chooses_the_month(site_a: Department) -> None:
    today = date(2018, 1, 26)
    html = calendar(site_a, today, thang="2017-12")
    assert "12/2017" in html
    assert 'href="?thang=2017-11"' in html
    assert 'href="?thang=2018-01"' in html
    assert "aria-current" not in html


@pytest.mark.parametrize("value", ["2018-13", "x", "2019-01", "9999-12", "1800-01", "", "<b>"])
def test_a_bad_or_future_month_is_this_month(site_a: Department, value: str) -> None:
    html = calendar(site_a, date(2018, 1, 26), thang=value)
    assert "1/2018" in html
    assert 'href="?thang=2017-12"' in html
    assert "2018-02" not in html


def test_months_end_at_the_first_year(site_a: Department) -> None:
    html = calendar(site_a, date(2018, 1, 26), thang="1990-01")
    assert "1989" not in html


def test_the_month_is_chosen_by_a_plain_link_on_a_page(site_a: Department, browse: Any) -> None:
    put_in_sidebar(site_a, (DateBrowser, {}))
    assert "11/2017" in browse(site_a, "/?thang=2017-11").content.decode()
    # And once more, from the page cache: another month is another page.
    assert "10/2017" in browse(site_a, "/?thang=2017-10").content.decode()
    assert "11/2017" in browse(site_a, "/?thang=2017-11").content.decode()


def test_latest_news_are_this_sites_newest(site_a: Department, site_b: Department) -> None:
    now = datetime.now(LOCAL)
    for n in range(4):
        make_article(site_a, f"Tin {n} <i>", published_at=now - timedelta(hours=n + 1))
    make_article(site_b, "Tin của B")
    html = render_widget(LatestNews, {"count": 3}, department=site_a)
    assert html.index("Tin 0 &lt;i&gt;") < html.index("Tin 1") < html.index("Tin 2")
    assert "Tin 3" not in html
    assert "Tin của B" not in html


def test_lists_without_anything_show_nothing(site_a: Department) -> None:
    assert render_widget(LatestNews, department=site_a) == ""
    assert render_widget(MostRead, department=site_a) == ""
    assert render_widget(Links, department=site_a) == ""


def test_most_read_counts_the_days_it_is_told(site_a: Department) -> None:
    old, hot, warm = (make_article(site_a, title) for title in ("Cũ", "Nóng", "Ấm"))
    today = datetime.now(LOCAL).date()
    for article, day, views in (
        (old, today - timedelta(days=40), 99),
        (hot, today, 9),
        (warm, today, 5),
    ):
        DailyCount.objects.create(
            site_id=site_a.site_id, page=article.pk, day=day, views=views, visits=0
        )
    # The home page is read most and is no article.
    DailyCount.objects.create(
        site_id=site_a.site_id, page=home_of(site_a).pk, day=today, views=500, visits=0
    )
    html = render_widget(MostRead, {"days": 7, "count": 2}, department=site_a)
    assert html.index("Nóng") < html.index("Ấm")
    assert "Cũ" not in html
    assert html.count("<li>") == 2
    assert "Cũ" in render_widget(MostRead, {"days": 60}, department=site_a)


def test_the_menu_marks_the_section_that_is_read(site_a: Department) -> None:
    article = make_article(site_a)
    html = render_widget(SectionMenu, department=site_a, page=article)
    section = section_of(site_a)
    assert f'<a href="{section.local_url}" aria-current="true">' in html
    assert html.count("aria-current") == 1
    assert "aria-current" not in render_widget(SectionMenu, department=site_a, page=home_of(site_a))


def test_links_open_safely_and_only_to_the_web(site_a: Department) -> None:
    addresses = ["https://vidu.vn/", "javascript:alert(1)", "data:text/html,x", "HTTP://vidu.vn/"]
    links = [
        {"type": "item", "id": str(n), "value": {"title": f"Trang {n}", "url": url}}
        for n, url in enumerate(addresses)
    ]
    html = render_widget(Links, {"links": links}, department=site_a)
    assert html.count('rel="noopener noreferrer external"') == 2
    assert "javascript:" not in html
    assert "data:text" not in html
