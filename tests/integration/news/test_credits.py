"""Who wrote what: in the record, and in the statistics of a department."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from cms.news.credits import works
from cms.news.models import ArticlePage, BylineEntry
from cms.record.models import RecordEntry
from cms.traffic.counts import SiteCounts
from cms.traffic.models import DailyCount, Hit
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, publish, staff_client

from .test_contributors import make_person, signed

SCREEN = "/admin/credits/"
MAY = datetime(2026, 5, 20, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def test_the_record_names_the_byline_of_a_publication(site_a: Department) -> None:
    article = make_article(
        site_a,
        live=False,
        byline=[BylineEntry(name="Thời Nhiệm", role="compiled"), BylineEntry(name="Lan Hương")],
    )
    publish(article)
    entry = RecordEntry.objects.get(page_id=article.pk, action="wagtail.publish")
    assert entry.details == "Bút danh: Thời Nhiệm (tổng hợp), Lan Hương"


def test_the_record_says_nothing_where_nobody_signed(site_a: Department) -> None:
    article = make_article(site_a, live=False)
    publish(article)
    assert RecordEntry.objects.get(page_id=article.pk, action="wagtail.publish").details == ""


def test_a_person_chosen_by_hand_survives_the_scheduler(site_a: Department) -> None:
    person = make_person(site_a)
    article = make_article(site_a, live=False)
    article.byline = [BylineEntry(name="Một tên khác", person=person)]
    article.save_revision()
    publish(article)
    assert ArticlePage.objects.get(pk=article.pk).byline.get().person == person


def test_views_of_many_pages_are_what_each_page_says(site_a: Department) -> None:
    counts = SiteCounts(site_a.site_id)
    counts.set_opening_balance(100, page_id=5)
    today = timezone.localdate()
    DailyCount.objects.create(site_id=site_a.site_id, page=5, day=today, views=7)
    for number, page in enumerate((5, 5, 6)):
        Hit.objects.create(
            key=str(number), site_id=site_a.site_id, page=page, at=timezone.now(), visitor="x"
        )
    assert counts.views_of(range(1, 1200)) == {5: 109, 6: 1}
    assert counts.views(5) == 109
    assert counts.views_of([]) == {}


def test_articles_and_views_are_counted_by_person(site_a: Department, site_b: Department) -> None:
    make_person(site_a, "Nguyễn Văn Nhiệm", pen_names="Thời Nhiệm\nT.N")
    counts = SiteCounts(site_a.site_id)
    first = signed(site_a, "Thời Nhiệm", published_at=MAY)
    both = make_article(
        site_a,
        published_at=MAY,
        byline=[
            BylineEntry(name="T.N"),
            BylineEntry(name="T.N", role="photo"),
            BylineEntry(name="Người lạ", role="photo"),
            BylineEntry(name="TTXVN", role="source"),
        ],
    )
    signed(site_a, "NGƯỜI LẠ", published_at=MAY.replace(month=4))
    signed(site_a, "Thời Nhiệm", live=False)
    signed(site_b, "Thời Nhiệm", published_at=MAY)
    counts.set_opening_balance(100, page_id=first.pk)
    counts.set_opening_balance(20, page_id=both.pk)

    person, stranger = works(site_a)
    assert (person.name, person.real_name) == ("Thời Nhiệm", "Nguyễn Văn Nhiệm")
    assert (len(person.articles), person.in_roles[:2], person.views) == (2, [2, 1], 120)
    assert (stranger.in_roles[:2], len(stranger.articles), stranger.views) == ([1, 1], 2, 20)

    may = works(site_a, since=date(2026, 5, 1), until=date(2026, 5, 20))
    assert [len(work.articles) for work in may] == [2, 1]
    assert works(site_a, until=date(2026, 4, 19)) == []
    assert [work.views for work in works(site_a, role="photo")] == [20, 20]
    assert [work.name for work in works(site_a, words="thoi nh")] == ["Thời Nhiệm"]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF, Role.SITE_ADMIN])
def test_the_screen_and_its_table(site_a: Department, role: Role) -> None:
    make_person(site_a, "Nguyễn Văn Nhiệm", pen_names="Thời Nhiệm")
    signed(site_a, "Thời Nhiệm")
    signed(site_a, "=SUM(A1)", published_at=MAY)
    client = staff_client(make_user((site_a, role)), site_a)
    everything = f"{SCREEN}?since=&until="
    text = client.get(everything).text
    assert "Thống kê tác giả" in text
    assert "Thời Nhiệm" in text
    response = client.get(f"{everything}&export=xlsx")
    assert response["Content-Disposition"].startswith('attachment; filename="tac-gia-so-a')
    rows = list(load_workbook(BytesIO(response.content)).active.values)
    assert rows[0][:3] == ("Tên công khai", "Họ và tên", "Tác giả")
    names = {row[0]: row for row in rows[1:]}
    assert names["Thời Nhiệm"][1:3] == ("Nguyễn Văn Nhiệm", 1)
    assert "'=SUM(A1)" in names


def test_the_screen_begins_with_this_month(site_a: Department) -> None:
    signed(site_a, "Người tháng này", published_at=timezone.now())
    signed(site_a, "Người tháng Năm", published_at=datetime(2020, 5, 1, tzinfo=MAY.tzinfo))
    client = staff_client(make_user((site_a, Role.CHIEF)), site_a)
    text = client.get(SCREEN).text
    assert "Người tháng này" in text
    assert "Người tháng Năm" not in text


@pytest.mark.parametrize(
    "query",
    ["since=x&until=y", "since=2026-05-02&until=2026-05-01", "role=x&since=", "name=%00&since="],
)
def test_wrong_filters_show_nobody(site_a: Department, query: str) -> None:
    signed(site_a, "Người viết")
    client = staff_client(make_user((site_a, Role.CHIEF)), site_a)
    for export in ("", "&export=xlsx"):
        response = client.get(f"{SCREEN}?{query}{export}")
        assert response.status_code == 200
        assert "Người viết" not in response.text


@pytest.mark.parametrize("role", [Role.REPORTER, Role.SECRETARY, Role.AUDITOR])
def test_the_screen_is_not_for_others(site_a: Department, role: Role) -> None:
    client = staff_client(make_user((site_a, role)), site_a)
    assert client.get(SCREEN).status_code == 404


def test_another_department_is_not_counted(site_a: Department, site_b: Department) -> None:
    signed(site_b, "Người của B")
    client: Any = staff_client(make_user((site_a, Role.CHIEF)), site_a)
    assert "Người của B" not in client.get(f"{SCREEN}?since=&until=").text
