"""N views give N: the ledger, the roll-up, visits, visitors, bots and opening balances."""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from cms.traffic import rolling, visitors
from cms.traffic.accepting import accept
from cms.traffic.counts import SiteCounts
from cms.traffic.limits import TooManyViewsError
from cms.traffic.models import SITE, DailyCount, DailySalt, Hit, Presence
from sites.models import Department
from tests.factories import make_site

PAGE = 77
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=timezone.get_default_timezone())


def view(site: Department | int, page: int | None = PAGE, who: int = 1, key: str = "") -> None:
    """Somebody looks at a page: a new view, unless ``key`` names one."""
    site_id = site if isinstance(site, int) else site.site_id
    accept(visitor(who), site_id, page, key or secrets.token_hex(16))


def visitor(number: int = 1) -> Any:
    return RequestFactory().post(
        "/_sen/hit", REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}", HTTP_USER_AGENT="Mozilla"
    )


def test_views_are_opening_balance_plus_ledger_plus_roll_up(site_a: Department) -> None:
    counts = SiteCounts(site_a.site_id)
    counts.set_opening_balance(618, page_id=PAGE)
    assert counts.views(PAGE) == 618
    for _ in range(3):
        view(site_a)
    assert counts.views(PAGE) == 621
    assert rolling.roll_up() == 3
    assert not Hit.objects.filter(is_counted=False).exists()
    assert rolling.roll_up() == 0
    view(site_a)
    assert counts.views(PAGE) == 622


def test_roll_up_loses_and_doubles_nothing(site_a: Department, site_b: Department) -> None:
    expected = {(site, page): 0 for site in (site_a, site_b) for page in (1, 2, 3)}
    chance = random.Random(4)
    for _ in range(200):
        site, page = chance.choice(list(expected))
        expected[site, page] += 1
        view(site, page, chance.randrange(9))
        if chance.random() < 0.1:
            rolling.roll_up()
    for (site, page), views in expected.items():
        assert SiteCounts(site.site_id).views(page) == views
    rolling.roll_up()
    total = DailyCount.objects.filter(page=SITE)
    assert sum(total.values_list("views", flat=True)) == 200


def test_roll_up_goes_on_beyond_one_batch(
    site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "BATCH", 4)
    for _ in range(11):
        view(site_a)
    assert rolling.roll_up() == 11
    assert SiteCounts(site_a.site_id).views(PAGE) == 11


def test_a_visit_is_counted_once_within_half_an_hour(site_a: Department) -> None:
    counts = SiteCounts(site_a.site_id)
    with time_machine.travel(NOON, tick=False) as clock:
        view(site_a)
        clock.shift(timedelta(minutes=29))
        view(site_a)
        clock.shift(timedelta(minutes=29))
        view(site_a)
        rolling.roll_up()
        assert counts.visits().today == 1
        clock.shift(timedelta(minutes=31))
        view(site_a)
        view(site_a, PAGE, 2)
        rolling.roll_up()
        assert counts.visits().today == 3
        assert counts.visits().online == 2
        row = DailyCount.objects.get(page=SITE)
        assert (row.views, row.visits, row.visitors, row.bots) == (5, 3, 2, 0)
        clock.shift(timedelta(minutes=6))
        assert counts.visits().online == 0


def test_week_begins_on_monday_and_the_day_in_vietnam(site_a: Department) -> None:
    counts = SiteCounts(site_a.site_id)
    counts.set_opening_balance(3_460_242)
    sunday_night = datetime(2026, 3, 1, 23, 50, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(sunday_night, tick=False) as clock:
        view(site_a, None, 1)
        clock.shift(timedelta(minutes=20))
        view(site_a, None, 2)
        rolling.roll_up()
        visits = counts.visits()
    assert (visits.today, visits.week, visits.month) == (1, 1, 2)
    assert visits.total == 3_460_244


def test_a_beacon_that_is_sent_again_is_the_same_view(
    site_a: Department, site_b: Department
) -> None:
    counts = SiteCounts(site_a.site_id)
    key = "a" * 32
    with time_machine.travel(NOON, tick=False) as clock:
        view(site_a, key=key)
        view(site_a, key=key)
        assert counts.views(PAGE) == 1
        rolling.roll_up()
        clock.shift(timedelta(minutes=50))
        rolling.forget_counted()
        view(site_a, key=key)
        rolling.roll_up()
        assert counts.views(PAGE) == 1
        view(site_b, key=key)
        assert SiteCounts(site_b.site_id).views(PAGE) == 1
        clock.shift(timedelta(minutes=11))
        assert rolling.forget_counted() == 1
        assert counts.views(PAGE) == 1


def test_a_view_without_a_name_is_the_same_for_ten_seconds(site_a: Department) -> None:
    counts = SiteCounts(site_a.site_id)
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            accept(visitor(), site_a.site_id, PAGE)
        accept(visitor(2), site_a.site_id, PAGE)
        accept(visitor(), site_a.site_id, PAGE + 1)
        assert (counts.views(PAGE), counts.views(PAGE + 1)) == (2, 1)
        clock.shift(timedelta(seconds=10))
        accept(visitor(), site_a.site_id, PAGE)
        assert counts.views(PAGE) == 3


def test_bots_are_counted_apart(site_a: Department) -> None:
    robot = RequestFactory().post("/", HTTP_USER_AGENT="Googlebot/2.1")
    accept(robot, site_a.site_id, PAGE)
    view(site_a)
    counts = SiteCounts(site_a.site_id)
    assert counts.views(PAGE) == 1
    rolling.roll_up()
    assert counts.views(PAGE) == 1
    assert counts.visits().total == 1
    rows = DailyCount.objects.values_list("page", "views", "visits", "visitors", "bots")
    assert sorted(rows) == [(SITE, 1, 1, 1, 1), (PAGE, 1, 0, 0, 1)]


def test_a_visitor_is_counted_so_often_a_minute(site_a: Department, settings: Any) -> None:
    settings.SEN_VIEWS_A_MINUTE = 3
    for _ in range(3):
        view(site_a)
    with pytest.raises(TooManyViewsError):
        view(site_a)
    view(site_a, who=2)
    assert SiteCounts(site_a.site_id).views(PAGE) == 4


def test_the_same_visitor_has_another_name_on_each_site(
    site_a: Department, site_b: Department
) -> None:
    view(site_a)
    view(site_b)
    assert len(set(Hit.objects.values_list("visitor", flat=True))) == 2


def test_sites_are_counted_apart(site_a: Department, site_b: Department) -> None:
    view(site_a)
    assert SiteCounts(site_b.site_id).views(PAGE) == 0
    assert SiteCounts(site_b.site_id).visits().total == 0


def test_most_viewed_counts_the_last_days_only(site_a: Department) -> None:
    today = timezone.localdate()
    rows = [(1, today, 5), (2, today, 9), (3, today - timedelta(days=40), 900)]
    for page, day, views in rows:
        DailyCount.objects.create(site=site_a.site, page=page, day=day, views=views)
    assert SiteCounts(site_a.site_id).most_viewed(days=30, limit=5) == [(2, 9), (1, 5)]


def test_opening_balance_is_repeatable(site_a: Department) -> None:
    counts = SiteCounts(site_a.site_id)
    assert counts.set_opening_balance(10, page_id=PAGE) is True
    assert counts.set_opening_balance(10, page_id=PAGE) is False
    assert counts.set_opening_balance(12, page_id=PAGE) is True
    assert counts.views(PAGE) == 12


def test_past_visitors_are_forgotten(site_a: Department) -> None:
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        view(site_a)
        rolling.roll_up()
        before = Presence.objects.get().digest
    with time_machine.travel(NOON, tick=False):
        visitors.forget(date(2026, 3, 4))
        assert not Presence.objects.exists()
        assert not DailySalt.objects.exists()
        view(site_a)
        rolling.roll_up()
        assert Presence.objects.get().digest != before


@pytest.mark.parametrize(
    ("agent", "bot"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("curl/8.1", True),
        ("", True),
        (
            "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36",
            False,
        ),
        ("Nokia225/UCWEB8.9", False),
    ],
)
def test_bots_are_told_by_their_agent(agent: str, bot: bool) -> None:
    assert visitors.is_bot(RequestFactory().post("/", HTTP_USER_AGENT=agent)) is bot


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (1, "", "9.9.9.9"),
    ],
)
def test_client_address_is_what_the_trusted_proxy_saw(
    settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="9.9.9.9", HTTP_X_FORWARDED_FOR=forwarded)
    assert visitors.client_address(request) == expected


def in_threads(count: int, work: Callable[[int], None]) -> None:
    def run(number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_threads_and_a_roll_up_among_them() -> None:
    site_id = make_site("dong-nguoi.localhost").site_id
    stop = threading.Event()

    def roll_up_meanwhile() -> None:
        while not stop.is_set():
            rolling.roll_up()
        connection.close()

    roller = threading.Thread(target=roll_up_meanwhile)
    roller.start()

    def hit(number: int) -> None:
        for _ in range(25):
            view(site_id, PAGE, number)

    try:
        in_threads(16, hit)
    finally:
        stop.set()
        roller.join()
    rolling.roll_up()
    counts = SiteCounts(site_id)
    assert counts.views(PAGE) == 16 * 25
    assert counts.visits().total == 16


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_visitor_arriving_sixteen_times_at_once_is_one_visit() -> None:
    site_id = make_site("mot-nguoi.localhost").site_id
    in_threads(16, lambda number: view(site_id))
    rolling.roll_up()
    assert SiteCounts(site_id).visits().total == 1
    assert SiteCounts(site_id).views(PAGE) == 16
