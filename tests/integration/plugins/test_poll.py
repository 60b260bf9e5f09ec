"""A poll: one vote a visitor, counted exactly, each department its own, nobody remembered."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.plugins.activation import set_enabled_plugins
from cms.plugins.registry import plugins
from cms.plugins.worker import run_waiting_tasks
from cms.sdk.testing import HOSTILE, WidgetContract, put_in_sidebar, render_widget
from cms.widgets.editing import editable_stream
from cms.widgets.forms import WidgetAreaFormField
from cms.widgets.registry import widgets
from plugins.poll.models import Poll, PollMark, PollOption, ResultsShown
from plugins.poll.voting import Outcome, forget_voters, vote
from plugins.poll.widgets import PollWidget
from sites.models import Department
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import make_site, make_user, staff_client
from tests.front import FrontClient

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Chrome/120 Safari/537.36"
INDEX = "/tien-ich/binh-chon/"


def make_poll(department: Department, question: str = "Bạn thấy sao?", **kwargs: Any) -> Poll:
    now = timezone.now()
    texts = kwargs.pop("options", ["Tốt", "Chưa tốt"])
    details = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(days=1), **kwargs}
    with acting_for(department):
        poll = Poll(question=question, department=department, **details)
        poll.options = [PollOption(text=text, sort_order=n) for n, text in enumerate(texts)]
        poll.save()
    return poll


def close(poll: Poll) -> None:
    Poll.of_all_departments.filter(pk=poll.pk).update(closes_at=timezone.now())
    cache.clear()


def options(poll: Poll) -> list[PollOption]:
    return list(PollOption.objects.filter(poll=poll).order_by("sort_order"))


def votes(poll: Poll) -> list[int]:
    return [option.votes for option in options(poll)]


def cast(
    department: Department,
    poll: Poll,
    option: Any,
    *,
    address: str = "10.0.0.1",
    json: bool = False,
    follow: bool = False,
    **headers: str,
) -> Any:
    """Send a vote as a browser does."""
    sent = {"host": department.host, "user-agent": BROWSER, "sec-fetch-site": "same-origin"}
    if json:
        sent["accept"] = "application/json"
    client = FrontClient(headers={**sent, **headers}, REMOTE_ADDR=address)
    data = {} if option is None else {"phuong-an": getattr(option, "pk", option)}
    return client.post(f"{INDEX}{poll.pk}/phieu/", data, follow=follow)


class TestContract(WidgetContract):
    widget = PollWidget
    config = {"title": "Ý kiến của bạn"}
    max_queries = 2

    def prepare(self, department: Department) -> None:
        make_poll(department, HOSTILE, options=[HOSTILE, "Không"])


def test_a_vote_is_counted_and_leads_to_the_result(site_a: Department) -> None:
    poll = make_poll(site_a)
    referer = f"http://{site_a.host}/tin-tuc/"
    answer = cast(site_a, poll, options(poll)[1], follow=True, referer=referer)
    assert answer.redirect_chain[0][1] == 302
    assert votes(poll) == [0, 1]
    text = answer.content.decode()
    assert "Bình chọn của bạn đã được ghi nhận" in text
    assert "1 phiếu (100%)" in text
    assert "<form" not in text.partition("<main")[2].partition("</main>")[0]
    assert 'href="/tin-tuc/"' in text


def test_a_script_is_told_in_place(site_a: Department) -> None:
    poll = make_poll(site_a)
    answer = cast(site_a, poll, options(poll)[0], json=True)
    body = answer.json()
    assert (answer.status_code, body["outcome"]) == (200, "counted")
    assert "data-poll-results" in body["html"]
    assert "1 phiếu (100%)" in body["html"]
    again = cast(site_a, poll, options(poll)[1], json=True)
    assert (again.status_code, again.json()["outcome"]) == (409, "already")
    assert "đã bình chọn" in again.json()["message"]
    assert votes(poll) == [1, 0]


def test_the_same_visitor_is_told_without_a_script_too(site_a: Department) -> None:
    poll = make_poll(site_a)
    cast(site_a, poll, options(poll)[0])
    text = cast(site_a, poll, options(poll)[1], follow=True).content.decode()
    assert "Bạn đã bình chọn cho câu hỏi này" in text
    assert votes(poll) == [1, 0]


def test_others_vote_beside(site_a: Department) -> None:
    poll = make_poll(site_a)
    for number in range(1, 6):
        cast(site_a, poll, options(poll)[number % 2], address=f"10.0.1.{number}")
    assert votes(poll) == [2, 3]


@pytest.mark.parametrize(
    "chosen", [None, "", "x", "-1", "1.5", "٣", "9" * 400, "999999999", "1 OR 1=1"]
)
@pytest.mark.parametrize("json", [True, False])
def test_what_is_no_option_is_refused(site_a: Department, chosen: Any, json: bool) -> None:
    poll = make_poll(site_a)
    answer = cast(site_a, poll, chosen, json=json)
    assert answer.status_code == 400
    text = answer.json()["message"] if json else answer.content.decode()
    assert "Hãy chọn một phương án" in text
    assert votes(poll) == [0, 0]
    assert not PollMark.objects.exists(), "she may vote yet"


def test_an_option_of_another_poll_or_department_is_refused(
    site_a: Department, site_b: Department
) -> None:
    mine, other, foreign = make_poll(site_a), make_poll(site_a), make_poll(site_b)
    for poll in (other, foreign):
        assert cast(site_a, mine, options(poll)[0]).status_code == 400
        assert votes(poll) == [0, 0]
    assert votes(mine) == [0, 0]


def test_another_departments_poll_is_not_there(site_a: Department, site_b: Department) -> None:
    foreign = make_poll(site_b, "Câu hỏi của B")
    client = FrontClient(headers={"host": site_a.host})
    assert client.get(f"{INDEX}{foreign.pk}/").status_code == 404
    assert cast(site_a, foreign, options(foreign)[0]).status_code == 404
    assert "Câu hỏi của B" not in client.get(INDEX).content.decode()
    assert votes(foreign) == [0, 0]


def test_a_receipt_is_good_for_its_own_poll_only(site_a: Department) -> None:
    hidden, other = (make_poll(site_a, results_shown=ResultsShown.VOTED) for _ in range(2))
    address = cast(site_a, other, options(other)[0])["Location"]
    forged = address.replace(f"/{other.pk}/", f"/{hidden.pk}/")
    client = FrontClient(headers={"host": site_a.host})
    for path in (forged, f"{INDEX}{hidden.pk}/?phieu=x", f"{INDEX}{hidden.pk}/?phieu="):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"{INDEX}{hidden.pk}/")


def test_a_receipt_does_not_come_from_the_cache(site_a: Department) -> None:
    poll = make_poll(site_a)
    client = FrontClient(headers={"host": site_a.host})
    client.get(f"{INDEX}{poll.pk}/")
    assert client.get(f"{INDEX}{poll.pk}/")["X-Sen-Cache"] == "hit"
    answer = cast(site_a, poll, options(poll)[0], follow=True)
    assert "X-Sen-Cache" not in answer
    assert "ghi nhận" in answer.content.decode()
    assert "ghi nhận" not in client.get(f"{INDEX}{poll.pk}/").content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_another_origin_is_refused(site_a: Department, headers: dict[str, str]) -> None:
    poll = make_poll(site_a)
    assert cast(site_a, poll, options(poll)[0], **headers).status_code == 403
    assert votes(poll) == [0, 0]


def test_a_get_votes_for_nothing(site_a: Department) -> None:
    poll = make_poll(site_a)
    path = f"{INDEX}{poll.pk}/phieu/?phuong-an={options(poll)[0].pk}"
    assert FrontClient(headers={"host": site_a.host}).get(path).status_code == 405
    assert votes(poll) == [0, 0]


@pytest.mark.parametrize("agent", ["", "curl/8.1", "Googlebot/2.1"])
def test_programs_are_not_counted(site_a: Department, agent: str) -> None:
    poll = make_poll(site_a)
    answer = cast(site_a, poll, options(poll)[0], **{"user-agent": agent})
    assert answer.status_code == 403
    assert "chương trình tự động" in answer.content.decode()
    assert votes(poll) == [0, 0]


@pytest.mark.parametrize(("length", "status"), [(5_000, 413), (4_000_000, 400)])
def test_a_huge_body_is_refused(site_a: Department, length: int, status: int) -> None:
    poll = make_poll(site_a)
    client = FrontClient(
        headers={"host": site_a.host, "user-agent": BROWSER, "sec-fetch-site": "same-origin"}
    )
    answer = client.post(
        f"{INDEX}{poll.pk}/phieu/",
        f"phuong-an={options(poll)[0].pk}&x=" + "x" * length,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == status
    assert votes(poll) == [0, 0]


@pytest.mark.parametrize("path", ["", "{}/", "{}/phieu/"])
def test_where_the_plugin_is_off_there_is_nothing(site_a: Department, path: str) -> None:
    poll = make_poll(site_a)
    set_enabled_plugins(site_a, plugins.usable_ids() - {"poll"})
    client = FrontClient(headers={"host": site_a.host})
    assert client.get(INDEX + path.format(poll.pk)).status_code == 404
    assert cast(site_a, poll, options(poll)[0]).status_code == 404
    assert votes(poll) == [0, 0]


def test_before_it_opens_a_poll_is_not_there(site_a: Department) -> None:
    poll = make_poll(site_a, "Chưa mở", opens_at=timezone.now() + timedelta(hours=1))
    client = FrontClient(headers={"host": site_a.host})
    assert client.get(f"{INDEX}{poll.pk}/").status_code == 404
    assert "Chưa mở" not in client.get(INDEX).content.decode()
    assert cast(site_a, poll, options(poll)[0]).status_code == 404
    assert render_widget(PollWidget, {"poll": poll.pk}, department=site_a) == ""


def test_after_it_has_closed_no_vote_counts(site_a: Department) -> None:
    poll = make_poll(site_a)
    close(poll)
    answer = cast(site_a, poll, options(poll)[0], json=True)
    assert (answer.status_code, answer.json()["outcome"]) == (410, "closed")
    assert votes(poll) == [0, 0]
    text = cast(site_a, poll, options(poll)[0], follow=True).content.decode()
    assert "đã kết thúc" in text
    assert "0 phiếu (0%)" in text


def test_a_vote_that_arrives_while_it_closes_leaves_no_mark(site_a: Department) -> None:
    poll = make_poll(site_a)
    close(poll)
    forget_voters(site_a)
    with acting_for(site_a):
        # What the view had read before the poll closed.
        assert vote(poll, options(poll)[0].pk, "mark") is Outcome.CLOSED
    assert not PollMark.objects.exists()
    assert votes(poll) == [0, 0]


@pytest.mark.parametrize(
    ("shown", "before", "voted", "closed"),
    [
        (ResultsShown.VOTED, False, True, True),
        (ResultsShown.CLOSED, False, False, True),
        (ResultsShown.ALWAYS, True, True, True),
    ],
)
def test_results_are_shown_when_the_editor_said(
    site_a: Department, shown: str, before: bool, voted: bool, closed: bool
) -> None:
    poll = make_poll(site_a, results_shown=shown)
    client = FrontClient(headers={"host": site_a.host})
    addresses = (f"{INDEX}{poll.pk}/", INDEX)

    def is_shown(text: str) -> bool:
        return 'class="poll__bars' in text

    for path in addresses:
        assert is_shown(client.get(path).content.decode()) is before
    assert is_shown(render_widget(PollWidget, department=site_a)) is before
    answer = cast(site_a, poll, options(poll)[0], json=True)
    assert is_shown(answer.json()["html"]) is voted
    again = cast(site_a, poll, options(poll)[0], follow=True)
    assert is_shown(again.content.decode()) is voted
    close(poll)
    for path in addresses:
        assert is_shown(client.get(path).content.decode()) is closed
    assert is_shown(render_widget(PollWidget, {"poll": poll.pk}, department=site_a)) is closed


def test_bars_say_the_real_numbers(site_a: Department) -> None:
    poll = make_poll(site_a, options=["A", "B", "C"], results_shown=ResultsShown.ALWAYS)
    for option, number in zip(options(poll), (1_234, 617, 0), strict=True):
        PollOption.objects.filter(pk=option.pk).update(votes=number)
    html = render_widget(PollWidget, department=site_a)
    for text in ("1.234 phiếu (66,7%)", "617 phiếu (33,3%)", "0 phiếu (0%)", "1.851"):
        assert text in html
    assert 'width="66.7%"' in html
    assert 'width="0.0%"' in html


def test_the_widget_takes_the_newest_open_poll(site_a: Department, site_b: Department) -> None:
    now = timezone.now()
    make_poll(site_a, "Cũ hơn", opens_at=now - timedelta(days=2))
    make_poll(site_a, "Mới nhất")
    make_poll(site_a, "Chưa mở", opens_at=now + timedelta(hours=2))
    make_poll(site_a, "Đã đóng", opens_at=now - timedelta(minutes=5), closes_at=now)
    make_poll(site_b, "Của B", opens_at=now - timedelta(minutes=1))
    html = render_widget(PollWidget, department=site_a)
    assert "Mới nhất" in html
    for other in ("Cũ hơn", "Chưa mở", "Đã đóng", "Của B"):
        assert other not in html


@pytest.mark.parametrize("stored", [10**9, 10**30, "x", [], {"a": 1}])
def test_a_stored_poll_that_is_not_there_shows_nothing(site_a: Department, stored: Any) -> None:
    make_poll(site_a)
    assert render_widget(PollWidget, {"poll": stored}, department=site_a) == ""


def test_a_foreign_or_deleted_poll_shows_nothing(site_a: Department, site_b: Department) -> None:
    foreign, gone = make_poll(site_b, "Của B"), make_poll(site_a)
    stored = gone.pk
    with acting_for(site_a):
        gone.delete()
    for pk in (foreign.pk, stored):
        assert render_widget(PollWidget, {"poll": pk}, department=site_a) == ""


def test_the_settings_offer_and_take_own_polls_only(site_a: Department, site_b: Department) -> None:
    mine, foreign = make_poll(site_a, "Của A"), make_poll(site_b, "Của B")
    entry = widgets.get("poll")
    assert entry is not None
    block = entry.block.child_blocks["poll"]
    with acting_for(site_a):
        offered = str(block.field.widget.render("poll", None))
        assert "Của A" in offered
        assert "Của B" not in offered
        assert block.clean(str(mine.pk)) == mine.pk
        assert block.clean("") is None
        for wrong in (foreign.pk, str(foreign.pk), "x", "0", "9" * 30):
            with pytest.raises(ValidationError, match="đơn vị mình"):
                block.clean(wrong)


def test_an_area_offers_its_own_departments_polls_on_any_host(
    site_a: Department, site_b: Department
) -> None:
    here, there = make_poll(site_a, "Poll-A"), make_poll(site_b, "Poll-B")
    field = WidgetAreaFormField(editable_stream(site_b), site_b, required=False)
    with acting_for(site_a):  # the province's administrator is on another site's host
        shown = field.widget.render_with_errors("widgets", field.block.to_python([]))
        assert "Poll-B" in shown
        assert "Poll-A" not in shown
        for poll, taken in ((there, True), (here, False)):
            stored = [{"type": "poll", "value": {"title": "", "poll": poll.pk}, "id": "x"}]
            value = field.block.to_python(stored)
            if taken:
                assert field.clean(value)[0].value["poll"] == poll.pk
            else:
                with pytest.raises(ValidationError):
                    field.clean(value)


def test_the_page_with_the_widget_stays_in_the_cache(
    site_a: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    poll = make_poll(site_a)
    put_in_sidebar(site_a, (PollWidget, {}))
    assert "data-sen-fragment" in browse(site_a).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(1, 4):
            cast(site_a, poll, options(poll)[0], address=f"10.0.2.{number}")
    assert browse(site_a)["X-Sen-Cache"] == "hit"


def test_an_editors_change_is_seen_at_once(
    site_a: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    poll = make_poll(site_a, "Câu cũ")
    put_in_sidebar(site_a, (PollWidget, {}))
    for path in ("/", INDEX, f"{INDEX}{poll.pk}/"):
        assert "Câu cũ" in browse(site_a, path).content.decode()
    with acting_for(site_a), django_capture_on_commit_callbacks(execute=True):
        poll.question = "Câu mới"
        poll.save()
    for path in ("/", INDEX, f"{INDEX}{poll.pk}/"):
        assert "Câu mới" in browse(site_a, path).content.decode()


def test_all_polls_are_listed_by_pages(site_a: Department, browse: Any) -> None:
    now = timezone.now()
    for number in range(12):
        opened = now - timedelta(days=30 + number)
        make_poll(site_a, f"Câu {number:02}.", opens_at=opened, closes_at=now - timedelta(days=1))
    make_poll(site_a, "Đang hỏi")
    first = browse(site_a, INDEX).content.decode()
    second = browse(site_a, f"{INDEX}?trang=2").content.decode()
    assert "Đang hỏi" in first
    assert "Đang hỏi" not in second
    assert re.findall(r">Câu (\d\d)\.</a>", first) == [f"{n:02}" for n in range(10)]
    assert re.findall(r">Câu (\d\d)\.</a>", second) == ["10", "11"]
    for wrong in ("0", "3", "-1", "x", "", "1e3", "9" * 50, "²"):
        assert browse(site_a, f"{INDEX}?trang={wrong}").status_code == 404


def test_a_site_without_polls_says_so(site_a: Department, browse: Any) -> None:
    assert "Chưa có cuộc thăm dò" in browse(site_a, INDEX).content.decode()


def test_pages_cost_few_queries(
    site_a: Department, browse: Any, django_assert_max_num_queries: Any
) -> None:
    def count(path: str) -> int:
        cache.clear()
        browse(site_a, path)
        cache.clear()
        with django_assert_max_num_queries(60) as found:
            browse(site_a, path)
        return len(found)

    poll = make_poll(site_a)
    close(make_poll(site_a))
    alone = count(INDEX)
    for _ in range(8):
        close(make_poll(site_a))
        make_poll(site_a)
    assert count(INDEX) <= alone
    assert count(f"{INDEX}{poll.pk}/") <= alone


def test_strange_addresses_are_not_there(site_a: Department, browse: Any) -> None:
    for path in ("0/", "999999999/", "9" * 40 + "/", "x/", "-1/"):
        assert browse(site_a, INDEX + path).status_code == 404


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_when_a_poll_has_closed_nobody_knows_who_voted() -> None:
    department = make_site("quen.localhost")
    poll, still_open = make_poll(department), make_poll(department)
    for each in (poll, still_open):
        cast(department, each, options(each)[0])
    close(poll)
    client = FrontClient(
        headers={"host": department.host, "user-agent": BROWSER, "sec-fetch-site": "same-origin"}
    )
    for _ in range(2):
        answer = client.post("/_sen/hit", {"page": None}, content_type="application/json")
        assert answer.status_code == 200
    run_waiting_tasks()
    kept = Poll.of_all_departments.in_bulk([poll.pk, still_open.pk])
    assert kept[poll.pk].secret == ""
    assert kept[still_open.pk].secret
    assert list(PollMark.objects.values_list("poll", flat=True)) == [still_open.pk]
    assert votes(poll) == [1, 0]


def test_switching_the_plugin_off_forgets_too(
    site_a: Department, django_capture_on_commit_callbacks: Any
) -> None:
    poll = make_poll(site_a)
    cast(site_a, poll, options(poll)[0])
    close(poll)
    with django_capture_on_commit_callbacks(execute=True):
        set_enabled_plugins(site_a, plugins.usable_ids() - {"poll"})
    assert not PollMark.objects.exists()


def test_forgetting_is_each_departments_own(site_a: Department, site_b: Department) -> None:
    for department in (site_a, site_b):
        close(make_poll(department))
    assert forget_voters(site_a) == 1
    assert list(Poll.of_all_departments.filter(secret="").values_list("department", flat=True)) == [
        site_a.pk
    ]


def test_marks_hold_neither_an_address_nor_a_vote(site_a: Department) -> None:
    first, second = make_poll(site_a), make_poll(site_a)
    for poll in (first, second):
        cast(site_a, poll, options(poll)[0], address="203.0.113.9")
    marks = list(PollMark.objects.values("poll", "mark"))
    assert len(marks) == 2
    assert marks[0]["mark"] != marks[1]["mark"], "polls must not be linked"
    assert {field.name for field in PollMark._meta.fields} == {"id", "poll", "mark"}


# The editor's screen


@pytest.fixture
def editor(site_a: Department) -> Client:
    client = staff_client(make_user((site_a, Role.EDITOR)))
    return client


def admin_url(name: str, *args: Any) -> str:
    return reverse(f"poll_poll:{name}", args=args)


def form_data(poll: Poll | None = None, *texts: str, **kwargs: Any) -> dict[str, Any]:
    """What the form sends: the poll's options, and after them new ones with ``texts``."""
    stored = options(poll) if poll else []
    now = timezone.localtime()
    data: dict[str, Any] = {
        "question": poll.question if poll else "Câu hỏi mới",
        "opens_at": f"{now - timedelta(days=1):%d/%m/%Y %H:%M}",
        "closes_at": f"{now + timedelta(days=9):%d/%m/%Y %H:%M}",
        "results_shown": "voted",
        "options-INITIAL_FORMS": len(stored),
        "options-TOTAL_FORMS": len(stored) + len(texts),
        "options-MIN_NUM_FORMS": 2,
        "options-MAX_NUM_FORMS": 10,
    }
    rows = [*((option.pk, option.text) for option in stored), *(("", text) for text in texts)]
    for number, (pk, text) in enumerate(rows):
        data |= {
            f"options-{number}-id": pk,
            f"options-{number}-text": text,
            f"options-{number}-ORDER": number + 1,
        }
    return {**data, **kwargs}


def test_an_editor_makes_a_poll(editor: Client, site_a: Department) -> None:
    decomposed = "Ca\u0309i ca\u0301ch"
    answer = editor.post(admin_url("add"), form_data(None, " Có ", "Không", question=decomposed))
    assert answer.status_code == 302
    poll = Poll.of_all_departments.get()
    assert (poll.department, poll.question) == (site_a, "Cải cách")
    assert [option.text for option in options(poll)] == ["Có", "Không"]


@pytest.mark.parametrize("texts", [(), ("Một",), tuple(f"Số {n}" for n in range(11))])
def test_a_poll_has_two_to_ten_options(editor: Client, texts: tuple[str, ...]) -> None:
    answer = editor.post(admin_url("add"), form_data(None, *texts))
    assert answer.status_code == 200
    assert not Poll.of_all_departments.exists()


def test_wrong_input_is_told_and_kept(editor: Client) -> None:
    answer = editor.post(admin_url("add"), form_data(None, "Giống nhau", "giống  NHAU"))
    assert "Có hai phương án giống nhau" in answer.content.decode()
    assert "giống  NHAU" in answer.content.decode()
    past = f"{timezone.localtime() - timedelta(days=5):%d/%m/%Y %H:%M}"
    answer = editor.post(admin_url("add"), form_data(None, "A", "B", closes_at=past))
    assert "phải sau thời điểm bắt đầu" in answer.content.decode()
    assert not Poll.of_all_departments.exists()


def test_an_option_with_votes_is_not_removed(editor: Client, site_a: Department) -> None:
    poll = make_poll(site_a, options=["Một", "Hai", "Ba"])
    cast(site_a, poll, options(poll)[0])
    one, two = (
        form_data(poll, **{"options-0-DELETE": "on"}),
        form_data(poll, **{"options-1-DELETE": "on"}),
    )
    answer = editor.post(admin_url("edit", poll.pk), one)
    assert "“Một” đã có phiếu bình chọn nên không thể xóa" in answer.content.decode()
    assert len(options(poll)) == 3
    assert editor.post(admin_url("edit", poll.pk), two).status_code == 302
    assert [(o.text, o.votes) for o in options(poll)] == [("Một", 1), ("Ba", 0)]


def test_saving_a_poll_loses_no_vote(
    editor: Client, site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = make_poll(site_a)
    clean = Poll.clean

    def clean_while_somebody_votes(self: Poll) -> None:
        clean(self)
        PollOption.objects.filter(poll=poll).update(votes=7)

    monkeypatch.setattr(Poll, "clean", clean_while_somebody_votes)
    data = form_data(poll, "Ý kiến khác", **{"options-0-text": "Rất tốt"})
    assert editor.post(admin_url("edit", poll.pk), data).status_code == 302
    assert [(o.text, o.votes) for o in options(poll)] == [
        ("Rất tốt", 7),
        ("Chưa tốt", 7),
        ("Ý kiến khác", 0),
    ]


def test_a_poll_that_has_closed_is_not_opened_again(editor: Client, site_a: Department) -> None:
    poll = make_poll(site_a)
    close(poll)
    answer = editor.post(admin_url("edit", poll.pk), form_data(poll))
    assert "không thể mở lại" in answer.content.decode()
    assert Poll.of_all_departments.get().has_closed


def test_the_screen_shows_own_polls_and_their_results(
    editor: Client, site_a: Department, site_b: Department
) -> None:
    mine, foreign = make_poll(site_a, "Của A"), make_poll(site_b, "Của B")
    cast(site_a, mine, options(mine)[0])
    listed = editor.get(admin_url("index")).content.decode()
    assert "Của A" in listed
    assert "Đang lấy ý kiến" in listed
    assert "Của B" not in listed
    results = editor.get(admin_url("inspect", mine.pk)).content.decode()
    assert "100" in results
    assert "Tổng số phiếu" in results
    for name in ("edit", "inspect", "delete", "history", "usage"):
        assert editor.get(admin_url(name, mine.pk)).status_code == 200
        assert editor.get(admin_url(name, foreign.pk)).status_code in (302, 404)
    editor.post(admin_url("delete", foreign.pk))
    editor.post(admin_url("edit", foreign.pk), form_data(foreign, question="Đổi"))
    assert Poll.of_all_departments.get(pk=foreign.pk).question == "Của B"


@pytest.mark.parametrize(
    ("role", "let_in"),
    [(Role.REPORTER, False), (Role.EDITOR, True), (Role.CHIEF, True), (Role.SITE_ADMIN, True)],
)
def test_roles(site_a: Department, site_b: Department, role: Role, let_in: bool) -> None:
    poll = make_poll(site_a)
    client = staff_client(make_user((site_a, role)))
    for url in (admin_url("index"), admin_url("add"), admin_url("edit", poll.pk)):
        assert (client.get(url).status_code == 200) is let_in, url
    stranger = staff_client(make_user((site_b, role)))
    assert stranger.get(admin_url("edit", poll.pk)).status_code in (302, 404)


def test_a_row_of_another_department_is_not_saved(site_a: Department, site_b: Department) -> None:
    poll = make_poll(site_a)
    with acting_for(site_b), pytest.raises(SuspiciousOperation):
        poll.save()


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
def test_sixteen_threads_of_visitors_are_counted_exactly() -> None:
    department = make_site("dong-nguoi.localhost")
    poll = make_poll(department)
    choices = options(poll)

    def some_votes(number: int) -> None:
        for again in range(4):
            address = f"10.{again}.{number}.1"
            answer = cast(department, poll, choices[again % 2], address=address, json=True)
            assert answer.json()["outcome"] == "counted"

    in_threads(16, some_votes)
    assert votes(poll) == [32, 32]
    assert PollMark.objects.count() == 64


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_visitor_sixteen_times_at_once_counts_once() -> None:
    department = make_site("mot-nguoi.localhost")
    poll = make_poll(department)
    choices = options(poll)
    found = in_threads(
        16, lambda n: cast(department, poll, choices[n % 2], json=True).json()["outcome"]
    )
    assert sorted(found) == ["already"] * 15 + ["counted"]
    assert sum(votes(poll)) == 1
