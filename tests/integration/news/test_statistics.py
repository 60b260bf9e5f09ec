"""The statistics of a site: right numbers, its own people only, a report that Excel opens."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from cms.news.models import ArticlePage
from cms.traffic.counts import SiteCounts
from cms.traffic.models import SITE, DailyCount
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_site, make_user, section_of, staff_client

ADDRESS = "/admin/statistics/"
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=timezone.get_default_timezone())


def count(department: Department, day: str, views: int, *, page: int = SITE, **more: int) -> None:
    site = department.site
    DailyCount.objects.create(
        site=site, page=page, day=date.fromisoformat(day), views=views, **more
    )


@pytest.fixture
def editor(site_a: Department) -> Client:
    return staff_client(make_user((site_a, Role.EDITOR)), site_a)


def look(client: Client, query: str = "") -> Any:
    with time_machine.travel(NOON, tick=False):
        response = client.get(ADDRESS + query)
    assert response.status_code == 200
    return response


def test_each_period_has_its_days(site_a: Department, editor: Client) -> None:
    for day, views in [
        ("2026-03-04", 1),
        ("2026-03-02", 10),
        ("2026-03-01", 100),
        ("2026-02-28", 1000),
        ("2025-12-31", 10_000),
    ]:
        count(site_a, day, views, visits=views, visitors=views, bots=views)
    for query, views in [
        ("?period=today", 1),
        ("?period=week", 11),
        ("?period=month", 111),
        ("", 111),
        ("?period=nonsense", 111),
        ("?period=last_month", 1000),
        ("?period=year", 1111),
        ("?since=2025-12-31&until=2026-03-01", 11_100),
    ]:
        totals = look(editor, query).context["report"].totals
        assert (totals.views, totals.visits, totals.visitors, totals.bots) == (views,) * 4, query
    assert look(editor, "?period=last_month").context["report"].before.views == 0
    assert len(look(editor, "?period=last_month").context["chart"].columns) == 28
    assert len(look(editor, "?since=2025-12-31&until=2026-04-01").context["report"].curve) == 92
    long = look(editor, "?since=2025-01-01&until=2026-03-04").context["report"]
    assert [point.begins.month for point in long.curve] == [*range(1, 13), 1, 2, 3]
    assert sum(point.totals.views for point in long.curve) == 11_111


def test_sections_and_articles(site_a: Department, site_b: Department, editor: Client) -> None:
    first = make_article(site_a, "Bài được đọc", published_at=NOON - timedelta(days=1))
    second = make_article(section_of(site_a, 1), "Bài khác", published_at=NOON)
    count(site_a, "2026-03-04", 12)
    count(site_a, "2026-03-04", 5, page=first.pk)
    count(site_a, "2026-03-03", 2, page=first.pk)
    count(site_a, "2026-03-04", 3, page=second.pk)
    count(site_a, "2026-03-04", 4, page=site_a.site.root_page_id)
    count(site_a, "2026-03-04", 9, page=999_999)
    count(site_b, "2026-03-04", 70, page=first.pk)
    count(site_a, "2026-02-01", 50, page=second.pk)
    report = look(editor).context["report"]
    assert [(one.title, one.views) for one in report.sections] == [
        (section_of(site_a, 0).title, 7),
        (section_of(site_a, 1).title, 3),
        ("", 13),
    ]
    assert [(one.page.pk, one.views) for one in report.articles] == [(first.pk, 7), (second.pk, 3)]
    assert report.published == 2
    assert "Trang khác" in look(editor).text


def test_the_basis_of_the_total_is_told(site_a: Department, editor: Client) -> None:
    SiteCounts(site_a.site_id).set_opening_balance(3_460_242, as_of=date(2026, 1, 31))
    count(site_a, "2026-02-01", 20, visits=8)
    text = look(editor).text
    assert "3.460.250 lượt truy cập" in text
    assert "31/01/2026" in text
    assert "01/02/2026" in text


def test_the_number_of_statements_does_not_grow(
    site_a: Department, editor: Client, django_assert_max_num_queries: Any
) -> None:
    look(editor)
    for number in range(12):
        article = make_article(section_of(site_a, number % 2), f"Tin {number}")
        for day in ("2026-03-01", "2026-03-02", "2026-03-03"):
            count(site_a, day, number + 1, page=article.pk)
    with time_machine.travel(NOON, tick=False), django_assert_max_num_queries(45):
        assert editor.get(ADDRESS).status_code == 200


def test_other_people_do_not_see_it(site_a: Department, site_b: Department) -> None:
    count(site_a, "2026-03-04", 4321)
    reporter = staff_client(make_user((site_a, Role.REPORTER)), site_a)
    assert reporter.get(ADDRESS).status_code == 404
    stranger = staff_client(make_user((site_b, Role.CHIEF)), site_b)
    assert "4.321" not in look(stranger).text
    assert Client(headers={"host": "localhost"}).get(ADDRESS).status_code == 302


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?since=2026-03-04&until=2026-03-01", "Ngày cuối"),
        ("?since=1900-01-01&until=2026-03-01", "nhiều nhất 20 năm"),
        ("?since=x&until=2026-03-01", "Nhập một ngày"),
        ("?since=2026-03-01", "Không được để trống"),
    ],
)
def test_a_wrong_period_is_told(site_a: Department, editor: Client, query: str, said: str) -> None:
    response = look(editor, query)
    assert response.context["form"].errors
    assert said in response.text


def test_the_report_for_excel(site_a: Department, editor: Client) -> None:
    article = make_article(site_a, "=1+1 nghìn tỷ", published_at=NOON)
    count(site_a, "2026-03-04", 12, visits=5, visitors=4)
    count(site_a, "2026-03-04", 7, page=article.pk)
    response = look(editor, "?period=month&export=xlsx")
    assert "20260301-20260304.xlsx" in response["Content-Disposition"]
    book = load_workbook(BytesIO(response.content))
    summary = {row[0]: row[1] for row in book["Tổng hợp"].iter_rows(values_only=True) if row[0]}
    assert "BÁO CÁO THỐNG KÊ TRUY CẬP" in summary
    assert summary["Kỳ"] == "01/03/2026 – 04/03/2026"
    assert summary["Lượt xem"] == 12
    assert summary["Lượt truy cập"] == 5
    assert book["Theo ngày"]["B5"].value == 12
    title = book["Đọc nhiều nhất"]["A2"].value
    assert not title.startswith("=")
    assert "1+1 nghìn tỷ" in title


def test_the_report_as_csv(site_a: Department, editor: Client) -> None:
    count(site_a, "2026-03-04", 12, visits=5)
    response = look(editor, "?period=today&export=csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    assert ["Lượt xem", "12", "0"] in rows
    assert ["04/03/2026", "12", "5", "0"] in rows


def test_deleted_articles_are_counted_and_not_named(site_a: Department, editor: Client) -> None:
    article = make_article(site_a, published_at=NOON)
    count(site_a, "2026-03-04", 7, page=article.pk)
    ArticlePage.objects.get(pk=article.pk).delete()
    report = look(editor).context["report"]
    assert report.articles == []
    assert [(one.title, one.views) for one in report.sections] == [("", 7)]


OVERVIEW = "/admin/departments/statistics/"


def test_the_province_sees_all_sites(site_a: Department, site_b: Department) -> None:
    province = make_site("tinh.localhost", name="Tỉnh", kind="province")
    root = staff_client(make_user(is_superuser=True), province)
    count(site_a, "2026-03-04", 10, visits=4, visitors=3)
    count(site_a, "2026-03-01", 1, visits=1, visitors=1)
    count(site_b, "2026-03-04", 20, visits=2, visitors=2)
    count(site_b, "2026-02-28", 99, visits=99)
    count(site_a, "2026-03-04", 77, page=5)
    make_article(site_b, published_at=NOON)

    def rows(query: str = "") -> list[tuple[str, int, int, int, int]]:
        with time_machine.travel(NOON, tick=False):
            response = root.get(OVERVIEW + query)
        assert response.status_code == 200
        return [
            (one.department.host, one.totals.views, one.totals.visits, one.before, one.published)
            for one, _points in response.context["sites"]
        ]

    a, b = ("so-a.localhost", 11, 5, 0, 0), ("so-b.localhost", 20, 2, 99, 1)
    tinh = ("tinh.localhost", 0, 0, 0, 0)
    assert rows() == [a, b, tinh]
    assert rows("?order=views") == [b, a, tinh]
    assert rows("?order=published") == [b, a, tinh]
    assert rows("?order=name")[0] == a
    assert rows("?order=nonsense&period=today")[0][1:3] == (10, 4)
    assert rows("?since=2025-01-01&until=2026-03-04")[0][:3] == ("so-b.localhost", 119, 101)
    with time_machine.travel(NOON, tick=False):
        response = root.get(OVERVIEW + "?export=csv")
    lines = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    assert [line[1] for line in lines[2:]] == ["so-a.localhost", "so-b.localhost", "tinh.localhost"]


def test_the_overview_asks_as_often_for_many_sites(site_a: Department) -> None:
    root = staff_client(make_user(is_superuser=True), site_a)

    def asked() -> int:
        with CaptureQueriesContext(connection) as made:
            assert root.get(OVERVIEW).status_code == 200
        return len(made)

    asked()
    few = asked()
    for number in range(5):
        count(make_site(f"so-{number}.localhost"), str(timezone.localdate()), 3, visits=2)
    assert asked() == few


@pytest.mark.parametrize("role", list(Role))
def test_departments_do_not_see_the_overview(site_a: Department, role: Role) -> None:
    client = staff_client(make_user((site_a, role)), site_a)
    assert client.get(OVERVIEW).status_code in (302, 403, 404)
