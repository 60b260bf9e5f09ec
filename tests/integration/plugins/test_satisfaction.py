"""Ratings of pages: anonymous, once a visitor, page and day, each department its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.plugins.activation import set_enabled_plugins
from cms.plugins.contributions import contributions
from cms.plugins.registry import plugins
from cms.plugins.worker import run_waiting_tasks
from cms.sdk.testing import HOSTILE, WidgetContract, put_in_sidebar, render_widget
from plugins.satisfaction import rating as rating_module
from plugins.satisfaction.models import Comment, DailySecret, Grade, PageRating, VisitorMark
from plugins.satisfaction.rating import clean_comment, forget_visitors
from plugins.satisfaction.widgets import Satisfaction
from sites.models import Department
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import home_of, make_article, make_site, make_user, section_of, staff_client
from tests.front import FrontClient

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Chrome/120 Safari/537.36"
PREFIX = "/tien-ich/hai-long/"


def send(
    department: Department,
    page: Any,
    grade: Any = 5,
    comment: str | None = None,
    *,
    address: str = "10.0.0.1",
    json: bool = False,
    follow: bool = False,
    **headers: str,
) -> Any:
    """Send a rating as a browser does."""
    sent = {"host": department.host, "user-agent": BROWSER, "sec-fetch-site": "same-origin"}
    if json:
        sent["accept"] = "application/json"
    client = FrontClient(headers={**sent, **headers}, REMOTE_ADDR=address)
    data = {} if grade is None else {"muc": grade}
    if comment is not None:
        data["y-kien"] = comment
    return client.post(f"{PREFIX}{getattr(page, 'pk', page)}/gui/", data, follow=follow)


def configure(department: Department, **values: Any) -> None:
    settings = contributions.of("satisfaction").settings
    assert settings is not None
    settings.write(department, settings.block.to_python(values))


def counted(page: Any) -> list[int]:
    """How often five, four, three, two, one were given."""
    row = PageRating.of_all_departments.filter(page=page.pk).first()
    return [row.count(grade) for grade in Grade] if row else []


class TestContract(WidgetContract):
    widget = Satisfaction
    config = {"title": "Đánh giá"}
    max_queries = 1


@pytest.mark.parametrize(
    ("grades", "words", "missing"),
    [
        ("3", ["Rất hài lòng", "Hài lòng", "Chưa hài lòng"], "Bình thường"),
        ("5", ["Rất hài lòng", "Hài lòng", "Bình thường", "Rất không hài lòng"], "Kém"),
    ],
)
def test_the_form_asks_in_words(
    site_a: Department, grades: str, words: list[str], missing: str
) -> None:
    configure(site_a, grades=grades, comments=True)
    html = render_widget(Satisfaction, department=site_a, page=make_article(site_a))
    for word in words:
        assert f"<span>{word}</span>" in html
    assert missing not in html
    assert html.count('type="radio"') == int(grades)
    assert "ẩn danh" in html


def test_comments_can_be_switched_off(site_a: Department) -> None:
    article = make_article(site_a)
    configure(site_a, grades="3", comments=False)
    assert "<textarea" not in render_widget(Satisfaction, department=site_a, page=article)
    assert send(site_a, article, 4, "Xin chào").status_code == 302
    assert counted(article) == [0, 1, 0, 0, 0]
    assert not Comment.of_all_departments.exists()


def test_where_there_is_no_page_nothing_is_asked(site_a: Department) -> None:
    assert render_widget(Satisfaction, department=site_a) == ""


def test_each_article_has_its_own_form_and_stays_in_the_cache(
    site_a: Department, browse: Any
) -> None:
    first, second = make_article(site_a), make_article(site_a)
    put_in_sidebar(site_a, (Satisfaction, {}))
    for article in (first, second):
        text = browse(site_a, article.local_url).content.decode()
        assert f'action="{PREFIX}{article.pk}/gui/"' in text
        assert text.count("data-satisfaction ") + text.count("data-satisfaction>") == 1
        send(site_a, article)
        assert browse(site_a, article.local_url)["X-Sen-Cache"] == "hit"


def test_new_settings_are_seen_at_once(
    site_a: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(site_a)
    put_in_sidebar(site_a, (Satisfaction, {}))
    assert "Bình thường" not in browse(site_a, article.local_url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        configure(site_a, grades="5", comments=True)
    assert "Bình thường" in browse(site_a, article.local_url).content.decode()


def test_a_rating_is_counted_and_thanked_for(site_a: Department) -> None:
    article = make_article(site_a, "Tên bài")
    answer = send(site_a, article, 4, "Dễ hiểu.\r\nCảm ơn", follow=True)
    text = answer.content.decode()
    assert "Đánh giá của bạn đã được ghi nhận" in text
    assert f'href="{article.local_url}"' in text
    assert "data-satisfaction>" not in text
    assert counted(article) == [0, 1, 0, 0, 0]
    comment = Comment.of_all_departments.get()
    assert (comment.text, comment.grade, comment.day) == (
        "Dễ hiểu.\nCảm ơn",
        4,
        timezone.localdate(),
    )
    assert (comment.department, comment.page_id) == (site_a, article.pk)


def test_a_script_is_told_in_place(site_a: Department) -> None:
    article = make_article(site_a)
    first, again = (send(site_a, article, json=True) for _ in range(2))
    assert (first.status_code, first.json()["outcome"]) == (200, "counted")
    assert (again.status_code, again.json()["outcome"]) == (409, "already")
    assert "Hôm nay bạn đã đánh giá" in again.json()["message"]
    assert counted(article) == [1, 0, 0, 0, 0]


def test_once_a_visitor_page_and_day(site_a: Department) -> None:
    first, second = make_article(site_a), make_article(site_a)
    noon = timezone.localtime().replace(hour=12)
    with time_machine.travel(noon, tick=False) as clock:
        for _ in range(2):
            send(site_a, first)
            send(site_a, second)
            send(site_a, first, 2, address="10.0.0.2")
        assert counted(first) == [1, 0, 0, 1, 0]
        assert counted(second) == [1, 0, 0, 0, 0]
        assert "đã đánh giá trang này" in send(site_a, first, follow=True).content.decode()
        clock.shift(timedelta(days=1))
        send(site_a, first)
    assert counted(first) == [2, 0, 0, 1, 0]


@pytest.mark.parametrize("grade", [None, "", "0", "3", "1", "6", "x", "٤", "4.0", "-4", "9" * 99])
@pytest.mark.parametrize("json", [True, False])
def test_what_is_no_grade_is_refused(site_a: Department, grade: Any, json: bool) -> None:
    article = make_article(site_a)
    answer = send(site_a, article, grade, "Giữ lại <b>", json=json)
    assert answer.status_code == 400
    text = answer.json()["message"] if json else answer.content.decode()
    assert "Hãy chọn mức độ hài lòng" in text
    if not json:
        assert "Giữ lại &lt;b&gt;</textarea>" in text, "nothing she wrote is lost"
    assert counted(article) == []
    assert not VisitorMark.objects.exists()


def test_a_long_comment_is_told_and_kept(site_a: Department) -> None:
    article = make_article(site_a)
    answer = send(site_a, article, 2, "ờ" * 501)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "dài quá 500 ký tự" in text
    assert "ờ" * 501 in text
    assert 'value="2" required checked' in text
    assert counted(article) == []
    assert send(site_a, article, 2, "ờ" * 500).status_code == 302
    assert Comment.of_all_departments.get().text == "ờ" * 500


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("  a \t b  ", "a b"),
        ("a\r\n\r\n\r\n\r\nb", "a\n\nb"),
        ("a\x00b\x1bc", "a b c"),
        ("a\u202eb", "a b"),
        ("e\u0302\u0301", "ế"),
        (" \n ", ""),
        (HOSTILE, HOSTILE),
        ("g@y", "g@y"),
    ],
)
def test_comments_are_plain_text(sent: str, stored: str) -> None:
    assert clean_comment(sent) == stored


@pytest.mark.parametrize("text", ["viết cho a.b@c.vn nhé", "A@B.COM", "<x@y.vn>"])
def test_a_comment_with_an_e_mail_address_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="thư điện tử"):
        clean_comment(text)


def test_comments_are_few_a_visitor_and_a_day(site_a: Department) -> None:
    articles = [make_article(site_a) for _ in range(7)]
    for article in articles[:5]:
        assert send(site_a, article, 5, "Ý kiến").status_code == 302
    refused = send(site_a, articles[5], 4, "Ý kiến thứ sáu")
    assert refused.status_code == 429
    assert "bỏ trống ô ý kiến" in refused.content.decode()
    assert "Ý kiến thứ sáu</textarea>" in refused.content.decode()
    assert counted(articles[5]) in ([], [0, 0, 0, 0, 0])
    assert send(site_a, articles[5], 4).status_code == 302
    assert counted(articles[5]) == [0, 1, 0, 0, 0]
    assert send(site_a, articles[6], 5, "Người khác", address="10.0.0.2").status_code == 302
    assert Comment.of_all_departments.count() == 6


def test_comments_are_limited_a_site_and_a_day(
    site_a: Department, site_b: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rating_module, "COMMENTS_A_SITE", 2)
    for department, statuses in ((site_a, [302, 302, 429]), (site_b, [302, 302, 429])):
        article = make_article(department)
        found = [
            send(department, article, 5, "Ý kiến", address=f"10.0.3.{n}").status_code
            for n in range(3)
        ]
        assert found == statuses


def test_only_live_public_pages_of_this_site_are_rated(
    site_a: Department, site_b: Department
) -> None:
    draft, foreign = make_article(site_a, live=False), make_article(site_b)
    hidden = make_article(section_of(site_a, 1))
    hidden.view_restrictions.create(restriction_type="login")
    gone = make_article(site_a)
    gone.delete()
    root = home_of(site_a).get_parent()
    for page in (draft, foreign, hidden, root, gone.id or 10**6, 0, "9" * 40, "x"):
        assert send(site_a, page).status_code == 404
        path = f"{PREFIX}{getattr(page, 'pk', page)}/"
        assert FrontClient(headers={"host": site_a.host}).get(path).status_code == 404
    assert not PageRating.of_all_departments.exists()


@pytest.mark.parametrize("origin", ["cross-site", "same-site", "none"])
def test_another_origin_is_refused(site_a: Department, origin: str) -> None:
    article = make_article(site_a)
    assert send(site_a, article, **{"sec-fetch-site": origin}).status_code == 403
    assert counted(article) == []


def test_a_get_rates_nothing(site_a: Department) -> None:
    article = make_article(site_a)
    client = FrontClient(headers={"host": site_a.host})
    assert client.get(f"{PREFIX}{article.pk}/gui/?muc=5").status_code == 405
    form = client.get(f"{PREFIX}{article.pk}/?muc=5&ket-qua=gia-mao").content.decode()
    assert "data-satisfaction>" in form
    assert "checked" not in form.partition("<body")[2]
    assert counted(article) == []


@pytest.mark.parametrize("agent", ["", "curl/8.1", "Googlebot/2.1"])
def test_programs_are_not_counted(site_a: Department, agent: str) -> None:
    article = make_article(site_a)
    answer = send(site_a, article, **{"user-agent": agent})
    assert answer.status_code == 403
    assert "chương trình tự động" in answer.content.decode()
    assert counted(article) == []


@pytest.mark.parametrize(("length", "status"), [(20_000, 413), (4_000_000, 400)])
def test_a_huge_body_is_refused(site_a: Department, length: int, status: int) -> None:
    article = make_article(site_a)
    client = FrontClient(
        headers={"host": site_a.host, "user-agent": BROWSER, "sec-fetch-site": "same-origin"}
    )
    answer = client.post(
        f"{PREFIX}{article.pk}/gui/",
        "muc=5&y-kien=" + "x" * length,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == status
    assert counted(article) == []


def test_where_the_plugin_is_off_there_is_nothing(
    site_a: Department, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(site_a)
    send(site_a, article)
    with django_capture_on_commit_callbacks(execute=True):
        set_enabled_plugins(site_a, plugins.usable_ids() - {"satisfaction"})
    assert send(site_a, article, address="10.0.0.2").status_code == 404
    client = FrontClient(headers={"host": site_a.host})
    assert client.get(f"{PREFIX}{article.pk}/").status_code == 404
    assert counted(article) == [1, 0, 0, 0, 0]
    assert not VisitorMark.objects.exists()


def test_marks_link_neither_pages_nor_days(site_a: Department) -> None:
    noon = timezone.localtime().replace(hour=12)
    seen: set[str] = set()
    articles = [make_article(site_a) for _ in range(3)]
    with time_machine.travel(noon, tick=False) as clock:
        for _ in range(2):
            for article in articles:
                send(site_a, article)
            seen |= set(VisitorMark.objects.values_list("mark", flat=True))
            clock.shift(timedelta(days=1))
    assert len(seen) == 6
    assert {field.name for field in VisitorMark._meta.fields} == {"id", "secret", "mark", "count"}
    assert DailySecret.of_all_departments.count() == 1, "the first rating of a day ends the last"
    assert VisitorMark.objects.count() == 3


def test_forgetting_is_each_departments_own(site_a: Department, site_b: Department) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    for department in (site_a, site_b):
        with acting_for(department):
            DailySecret.objects.create(day=yesterday)
    assert forget_visitors(site_a) == 1
    assert DailySecret.of_all_departments.get().department == site_b


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_when_the_day_is_over_nobody_knows_who_rated() -> None:
    department = make_site("quen-ngay.localhost")
    article = make_article(department)
    send(department, article)
    cache.clear()
    DailySecret.of_all_departments.update(day=timezone.localdate() - timedelta(days=1))
    client = FrontClient(
        headers={"host": department.host, "user-agent": BROWSER, "sec-fetch-site": "same-origin"}
    )
    client.post("/_sen/hit", {"page": article.pk}, content_type="application/json")
    run_waiting_tasks()
    assert not DailySecret.of_all_departments.exists()
    assert not VisitorMark.objects.exists()
    assert counted(article) == [1, 0, 0, 0, 0]


def test_a_page_that_is_deleted_takes_its_rating_along(site_a: Department) -> None:
    article = make_article(site_a)
    send(site_a, article, 5, "Ý kiến")
    article.delete()
    assert not PageRating.of_all_departments.exists()
    assert not Comment.of_all_departments.exists()


# The administrator's screens


def admin_url(name: str, *args: Any, model: str = "pagerating") -> str:
    return reverse(f"satisfaction_{model}:{name}", args=args)


@pytest.fixture
def administrator(site_a: Department) -> Client:
    client = staff_client(make_user((site_a, Role.SITE_ADMIN)))
    return client


def rate_some(department: Department, title: str, grades: str, comment: str = "") -> Any:
    article = make_article(department, title)
    for number, grade in enumerate(grades):
        send(department, article, grade, comment or None, address=f"10.9.{article.pk}.{number}")
    return article


def test_the_screen_shows_averages_most_rated_first(
    administrator: Client, site_a: Department, site_b: Department
) -> None:
    rate_some(site_a, "Ít đánh giá", "5")
    rate_some(site_a, "Nhiều đánh giá", "5442")
    rate_some(site_b, "Của B", "2")
    text = administrator.get(admin_url("index")).content.decode()
    assert text.index("Nhiều đánh giá") < text.index("Ít đánh giá")
    assert "3,75" in text
    assert "75,0" in text
    assert "Của B" not in text
    by_mean = administrator.get(admin_url("index") + "?ordering=-mean").content.decode()
    assert by_mean.index("Ít đánh giá") < by_mean.index("Nhiều đánh giá")


def test_counts_are_exported(administrator: Client, site_a: Department, site_b: Department) -> None:
    article = rate_some(site_a, "=1+1", "542")
    rate_some(site_b, "Của B", "2")
    answer = administrator.get(admin_url("index") + "?export=csv")
    content = b"".join(answer.streaming_content).decode()
    heading, *rows = csv.reader(io.StringIO(content))
    assert heading[:2] == ["Trang", "Địa chỉ"]
    assert len(rows) == 1
    assert rows[0][0] == "'=1+1", "a spreadsheet must not take a title for a formula"
    assert rows[0][1].endswith(article.local_url)
    assert rows[0][2:] == ["3", "3.67", "66.7", "1", "1", "0", "1", "0"]


def test_a_page_shows_its_distribution_and_comments_by_pages(
    administrator: Client, site_a: Department
) -> None:
    article = rate_some(site_a, "Có ý kiến", "5" * 3 + "2", HOSTILE)
    other = rate_some(site_a, "Trang khác", "5", "Ý kiến ở trang khác")
    with acting_for(site_a):
        for number in range(20):
            Comment.objects.create(page=article, grade=4, text=f"Số {number:02}.")
    row = PageRating.of_all_departments.get(page=article)
    first = administrator.get(admin_url("inspect", row.pk)).content.decode()
    assert "Số 19." in first
    assert "<script>alert" not in first
    assert "Trang 1/2" in first
    second = administrator.get(admin_url("inspect", row.pk) + "?p=2").content.decode()
    assert "&lt;script&gt;" in second
    assert "Ý kiến ở trang khác" not in first + second
    assert administrator.get(admin_url("inspect", row.pk) + "?p=x").status_code == 200
    everything = administrator.get(admin_url("index", model="comment")).content.decode()
    assert "Số 19." in everything
    assert (
        other.title
        in administrator.get(admin_url("index", model="comment") + "?q=trang+khác").content.decode()
    )


def test_a_comment_can_be_deleted_by_its_own_administrator_only(
    administrator: Client, site_a: Department, site_b: Department
) -> None:
    rate_some(site_a, "A", "5", "Ý kiến A")
    rate_some(site_b, "B", "5", "Ý kiến B")
    mine, foreign = (
        Comment.of_all_departments.get(department=department) for department in (site_a, site_b)
    )
    url = admin_url("delete", mine.pk, model="comment")
    assert administrator.get(url).status_code == 200
    assert administrator.post(url).status_code == 302
    administrator.post(admin_url("delete", foreign.pk, model="comment"))
    assert list(Comment.of_all_departments.all()) == [foreign]
    theirs = PageRating.of_all_departments.get(department=site_b)
    assert administrator.get(admin_url("inspect", theirs.pk)).status_code == 404


def test_nothing_is_added_or_changed_by_hand(administrator: Client, site_a: Department) -> None:
    rate_some(site_a, "A", "5", "Ý kiến")
    row, comment = PageRating.of_all_departments.get(), Comment.of_all_departments.get()
    for model, pk in (("pagerating", row.pk), ("comment", comment.pk)):
        root = admin_url("index", model=model)
        for path in ("new/", f"edit/{pk}/", f"history/{pk}/", f"usage/{pk}/"):
            assert administrator.get(root + path).status_code == 404
    assert administrator.get(f"{admin_url('index')}delete/{row.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("role", "let_in"),
    [(Role.REPORTER, False), (Role.EDITOR, False), (Role.CHIEF, False), (Role.SITE_ADMIN, True)],
)
def test_roles(site_a: Department, role: Role, let_in: bool) -> None:
    client = staff_client(make_user((site_a, role)))
    for model in ("pagerating", "comment"):
        answer = client.get(admin_url("index", model=model))
        assert (answer.status_code == 200) is let_in


# Many at once


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_sixteen_threads_are_counted_exactly_and_one_visitor_once() -> None:
    department = make_site("danh-gia.localhost")
    article, other = make_article(department), make_article(department)

    def several(number: int) -> list[int]:
        different = [
            send(department, article, 5 if n % 2 else 2, address=f"10.{n}.{number}.1", json=True)
            for n in range(3)
        ]
        same = send(department, other, 4, "Cùng một người", address="10.99.0.1", json=True)
        return [answer.status_code for answer in (*different, same)]

    found = in_threads(16, several)
    assert counted(article) == [16, 0, 0, 32, 0]
    assert counted(other) == [0, 1, 0, 0, 0]
    assert sorted(codes[3] for codes in found) == [200] + [409] * 15
    assert Comment.of_all_departments.count() == 1
