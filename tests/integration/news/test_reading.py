"""Listings: order, neighbours, keyset pages, the archive's days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.news.models import ArticlePage, SectionPage
from cms.news.periods import Period
from cms.news.reading import Cursor, SiteNews
from sites.models import Department
from tests.factories import home_of, make_article, publish, section_of, titles

ZONE = timezone.get_default_timezone()
FRIDAY = datetime(2018, 1, 26, 16, 15, tzinfo=ZONE)


@pytest.fixture
def news(site_a: Department) -> SiteNews:
    return SiteNews(home_of(site_a))


def test_newest_first_and_by_id_where_times_are_equal(site_a: Department, news: SiteNews) -> None:
    for number in range(5):
        make_article(site_a, f"cùng giờ {number}", published_at=FRIDAY)
    make_article(site_a, "sau", published_at=FRIDAY + timedelta(minutes=1))
    assert titles(news.latest(10)) == ["sau", *(f"cùng giờ {n}" for n in (4, 3, 2, 1, 0))]


def test_neighbours_meet_without_gap_or_overlap(site_a: Department, news: SiteNews) -> None:
    for number in range(7):
        make_article(site_a, str(number), published_at=FRIDAY)
    everything = news.latest(10)
    for index, article in enumerate(everything):
        assert news.newer(article, 10) == everything[:index]
        assert news.older(article, 10) == everything[index + 1 :]
    assert titles(news.newer(everything[5], 2)) == titles(everything[3:5])


def test_pages_cover_everything_once(site_a: Department, news: SiteNews) -> None:
    for number in range(11):
        make_article(site_a, published_at=FRIDAY - timedelta(hours=number // 3))
    seen: list[int] = []
    cursor = None
    while True:
        page = news.page(cursor, size=4)
        seen += [article.pk for article in page.articles]
        if page.next is None:
            break
        cursor = Cursor.parse(str(page.next))
    assert seen == [article.pk for article in news.latest(100)]
    assert len(seen) == 11


@pytest.mark.parametrize(
    "text", ["", "x", "1-", "-1", "1-x", "9" * 40 + "-1", "1-" + "9" * 30, "١-١"]
)
def test_a_bad_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        Cursor.parse(text)


def test_only_the_own_site_and_only_what_is_live(
    site_a: Department, site_b: Department, news: SiteNews
) -> None:
    make_article(site_a, "của A")
    make_article(site_b, "của B")
    make_article(site_a, "nháp", live=False)
    assert titles(news.latest(10)) == ["của A"]
    assert titles(SiteNews(home_of(site_b)).latest(10)) == ["của B"]


def test_a_section_shows_the_sections_below_it(site_a: Department, news: SiteNews) -> None:
    section = section_of(site_a)
    below = SectionPage(title="Chuyên đề", slug="chuyen-de")
    section.add_child(instance=below)
    make_article(section, "trên")
    make_article(below, "dưới", published_at=FRIDAY)
    make_article(section_of(site_a, 1), "mục khác")
    section.refresh_from_db()
    assert titles(news.within(section).latest(10)) == ["trên", "dưới"]


def test_days_are_days_in_vietnam(site_a: Department, news: SiteNews) -> None:
    make_article(site_a, published_at=datetime(2018, 1, 26, 0, 5, tzinfo=ZONE))
    make_article(site_a, published_at=datetime(2018, 1, 26, 23, 55, tzinfo=ZONE))
    make_article(site_a, published_at=datetime(2018, 1, 31, 23, 59, tzinfo=ZONE))
    assert news.days_with_news(2018, 1) == {date(2018, 1, 26): 2, date(2018, 1, 31): 1}
    assert len(news.page(period=Period(2018, 1, 26)).articles) == 2
    assert news.months_with_news(2018) == {1: 3}
    assert not news.page(period=Period(2018, 2)).articles


def test_nearest_days_around_an_empty_one(site_a: Department, news: SiteNews) -> None:
    make_article(site_a, published_at=FRIDAY)
    make_article(site_a, published_at=FRIDAY + timedelta(days=9))
    before, after = news.nearest_days(Period(2018, 1, 30))
    assert before is not None
    assert after is not None
    assert (before.date, before.count, before.url) == (date(2018, 1, 26), 1, "/kho-tin/2018/01/26/")
    assert after.date == date(2018, 2, 4)
    assert news.nearest_days(Period(2019))[1] is None


@pytest.mark.parametrize("parts", [(2018, 2, 30), (2018, 13), (1969,), (9999,), (2018, 0), (0,)])
def test_impossible_dates(parts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Period(*parts)


def test_a_listing_asks_no_more_with_more_articles(site_a: Department, news: SiteNews) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            news.page(size=50)
        return len(captured)

    make_article(site_a)
    few = queries()
    for _ in range(12):
        make_article(site_a)
    assert queries() == few <= 3


def test_columns_follow_a_move_and_check_news_sees_a_lie(site_a: Department) -> None:
    from cms.news.maintenance import find_faults, repair_columns

    article = make_article(site_a)
    article.move(section_of(site_a, 1), pos="last-child")
    article = ArticlePage.objects.get(pk=article.pk)
    assert article.section == section_of(site_a, 1)
    assert not find_faults()
    ArticlePage.objects.filter(pk=article.pk).update(
        section=section_of(site_a, 0), published_at=None
    )
    assert {fault.column for fault in find_faults()} == {"section_id", "published_at"}
    repair_columns()
    assert not find_faults()


def test_publication_time_is_set_when_left_empty(site_a: Department) -> None:
    article = make_article(site_a, live=False)
    assert article.published_at is None
    publish(article)
    article.refresh_from_db()
    first = article.published_at
    assert first is not None
    publish(article)
    article.refresh_from_db()
    assert abs(article.published_at - first) < timedelta(seconds=1)
