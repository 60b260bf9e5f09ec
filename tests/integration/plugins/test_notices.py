"""Notices: shown from one minute to another, to the readers of one department."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from cms.media.models import SenDocument
from cms.plugins.activation import enabled_plugins, set_enabled_plugins
from cms.sdk.testing import WidgetContract, put_in_sidebar, render_widget
from cms.theme.colours import DARK_PAPER, PAPER, TEXT
from cms.theme.oklch import contrast
from plugins.notices.models import Kind, Notice, State
from plugins.notices.widgets import NoticeBanner, NoticeList
from sites.models import Department
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import make_user, staff_client

LIST = "/tien-ich/thong-bao/"
ADMIN = "/admin/plugin/notices/notice/"
NINE = datetime(2026, 1, 26, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def make_notice(department: Department, title: str = "Thông báo", **kwargs: Any) -> Notice:
    kwargs.setdefault("starts_at", timezone.now() - timedelta(hours=1))
    with acting_for(department):
        return Notice.objects.create(title=title, **kwargs)


class TestNoticesContract(WidgetContract):
    widget = NoticeList
    config = {"title": "Thông báo mới", "count": 3, "kinds": ["urgent"]}

    @pytest.fixture(autouse=True)
    def _notice(self, department: Department) -> None:
        make_notice(department, "Khẩn", kind=Kind.URGENT)


class TestNoticeBannerContract(WidgetContract):
    widget = NoticeBanner
    config = {"title": "Thông báo khẩn", "kinds": ["urgent"]}

    @pytest.fixture(autouse=True)
    def _notice(self, department: Department) -> None:
        make_notice(department, "Khẩn", kind=Kind.URGENT)


# What readers see.


def test_current_notices_are_listed_pinned_first_then_the_newest(
    site_a: Department, browse: Any
) -> None:
    now = timezone.now()
    make_notice(site_a, "Tin cũ", starts_at=now - timedelta(days=2))
    make_notice(site_a, "Tin mới", ends_at=now + timedelta(hours=1))
    make_notice(site_a, "Tin ghim", starts_at=now - timedelta(days=9), pinned=True)
    make_notice(site_a, "Tin sau", starts_at=now + timedelta(hours=1))
    make_notice(site_a, "Tin hết", ends_at=now - timedelta(minutes=1))
    for text in (browse(site_a, LIST).text, render_widget(NoticeList, department=site_a)):
        assert text.index("Tin ghim") < text.index("Tin mới") < text.index("Tin cũ")
        assert "Tin sau" not in text
        assert "Tin hết" not in text


def test_a_notice_has_a_page_of_its_own(site_a: Department, browse: Any) -> None:
    notice = make_notice(
        site_a,
        "Bảo trì <hệ thống>",
        kind=Kind.MAINTENANCE,
        text="<p>Từ <b>20 giờ</b>.</p>",
        link="https://vidu.gov.vn/?a=1&b=2",
    )
    text = browse(site_a, notice.url).text
    assert "<h1>Bảo trì &lt;hệ thống&gt;</h1>" in text
    assert "<p>Từ <b>20 giờ</b>.</p>" in text
    assert 'href="https://vidu.gov.vn/?a=1&amp;b=2" rel="noopener noreferrer external"' in text
    assert "notice-kind--maintenance" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<p>a<script>alert(1)</script></p>",
        '<p onclick="alert(1)">a</p>',
        '<p>a<a href="javascript:alert(1)">b</a></p>',
        '<p>a</p><iframe src="https://xau.vn"></iframe>',
        '<p>a</p><img src="x" onerror="alert(1)">',
    ],
)
def test_a_text_is_cleaned_however_it_was_stored(site_a: Department, hostile: str) -> None:
    body = make_notice(site_a, text=hostile).body
    assert "a" in body
    for bad in ("script", "onclick", "onerror", "iframe", "<img", "xau"):
        assert bad not in body


def test_an_expired_notice_is_gone_and_a_coming_one_not_there(
    site_a: Department, browse: Any
) -> None:
    now = timezone.now()
    expired = make_notice(site_a, "Đã qua", ends_at=now, text="<p>Bí mật</p>")
    response = browse(site_a, expired.url)
    assert response.status_code == 410
    assert "Đã qua" in response.text
    assert "Bí mật" not in response.text
    coming = make_notice(site_a, starts_at=now + timedelta(minutes=1))
    assert browse(site_a, coming.url).status_code == 404


def test_another_departments_notice_is_none(
    site_a: Department, site_b: Department, browse: Any
) -> None:
    notice = make_notice(site_b, "Của B", kind=Kind.URGENT)
    assert browse(site_b, notice.url).status_code == 200
    assert browse(site_a, notice.url).status_code == 404
    assert "Của B" not in browse(site_a, LIST).text
    assert render_widget(NoticeList, department=site_a) == ""
    assert render_widget(NoticeBanner, department=site_a) == ""
    expired = make_notice(site_b, ends_at=timezone.now())
    assert browse(site_a, expired.url).status_code == 404


def test_where_the_plugin_is_off_there_is_nothing(site_a: Department, browse: Any) -> None:
    notice = make_notice(site_a)
    set_enabled_plugins(site_a, enabled_plugins(site_a) - {"notices"})
    assert browse(site_a, LIST).status_code == 404
    assert browse(site_a, notice.url).status_code == 404


def test_many_notices_are_paged_and_a_wrong_page_is_404(site_a: Department, browse: Any) -> None:
    now = timezone.now()
    for n in range(21):
        make_notice(site_a, f"Số {n:02}", starts_at=now - timedelta(days=n + 1))
    first, second = browse(site_a, LIST).text, browse(site_a, LIST + "?trang=2").text
    assert "Số 19" in first
    assert "Số 20" not in first
    assert 'rel="next" href="?trang=2"' in first
    assert "Số 20" in second
    assert "Số 19" not in second
    for wrong in ("3", "0", "-1", "x", "", "9" * 30):
        assert browse(site_a, f"{LIST}?trang={wrong}").status_code == 404, wrong


def test_without_any_notice_the_page_says_so(site_a: Department, browse: Any) -> None:
    response = browse(site_a, LIST)
    assert response.status_code == 200
    assert "Hiện không có thông báo nào." in response.text


@pytest.mark.parametrize("path", [LIST, LIST + "1/"])
def test_pages_are_only_read(site_a: Department, path: str) -> None:
    make_notice(site_a)
    assert Client(headers={"host": site_a.host}).post(path).status_code == 405


def test_widgets_show_the_kinds_they_are_told(site_a: Department) -> None:
    for kind in Kind:
        make_notice(site_a, f"Loại {kind.value}", kind=kind)
    every = render_widget(NoticeList, {"count": 20}, department=site_a)
    assert all(f"Loại {kind.value}" in every for kind in Kind)
    some = render_widget(NoticeList, {"kinds": ["weather"]}, department=site_a)
    assert "Loại weather" in some
    assert some.count("<li>") == 1
    banner = render_widget(NoticeBanner, department=site_a)
    assert "Loại urgent" in banner
    assert banner.count("data-notice=") == 1


def test_the_strip_is_a_named_region_and_interrupts_nobody(site_a: Department) -> None:
    notice = make_notice(site_a, 'Lũ "lớn" <b>', kind=Kind.URGENT)
    html = render_widget(NoticeBanner, department=site_a)
    # A section with a name is a region.
    assert '<section class="widget widget--notice_banner" aria-labelledby=' in html
    assert ">Thông báo khẩn</h2>" in html
    assert "alert" not in html
    assert "aria-live" not in html
    assert f'data-notice="{notice.pk}"' in html
    # Closing needs a script; without one there is no button that does nothing.
    assert 'type="button" hidden' in html
    assert 'aria-label="Đóng thông báo “Lũ &quot;lớn&quot; &lt;b&gt;”"' in html


# To the minute.


@pytest.fixture
def travelling(settings: Any) -> None:
    """A cache that travels in time with the test, and keeps pages for an hour."""
    in_memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = dict.fromkeys(("default", "exact"), in_memory)
    settings.SEN_PAGE_MAX_AGE = 3600
    cache.clear()


@pytest.mark.usefixtures("travelling")
@pytest.mark.parametrize("path", ["/", LIST])
def test_a_kept_page_ends_when_a_notice_begins_or_ends(
    site_a: Department, browse: Any, path: str
) -> None:
    make_notice(site_a, "Từ chín giờ mười", starts_at=NINE + timedelta(minutes=10))
    make_notice(site_a, "Đến chín giờ rưỡi", starts_at=NINE, ends_at=NINE + timedelta(minutes=30))
    put_in_sidebar(site_a, (NoticeList, {}))

    def shown(minutes: int, seconds: int = 0) -> tuple[bool, bool, str]:
        with time_machine.travel(NINE + timedelta(minutes=minutes, seconds=seconds), tick=False):
            response = browse(site_a, path)
            text = response.text
            kept = response["X-Sen-Cache"]
            return "Từ chín giờ mười" in text, "Đến chín giờ rưỡi" in text, kept

    assert shown(0, 1) == (False, True, "miss")
    assert shown(9, 59) == (False, True, "hit")
    assert shown(10) == (True, True, "miss")
    assert shown(29, 59) == (True, True, "hit")
    assert shown(30) == (True, False, "miss")
    assert shown(60) == (True, False, "hit")


@pytest.mark.usefixtures("travelling")
def test_a_page_made_later_from_a_kept_widget_ends_in_time_too(
    site_a: Department, browse: Any
) -> None:
    make_notice(site_a, "Đến chín rưỡi", starts_at=NINE, ends_at=NINE + timedelta(minutes=30))
    put_in_sidebar(site_a, (NoticeList, {}))
    with time_machine.travel(NINE + timedelta(minutes=1), tick=False):
        assert "Đến chín rưỡi" in browse(site_a, "/").text
    with time_machine.travel(NINE + timedelta(minutes=29), tick=False):
        assert "Đến chín rưỡi" in browse(site_a, "/kho-tin/").text
    with time_machine.travel(NINE + timedelta(minutes=30), tick=False):
        assert "Đến chín rưỡi" not in browse(site_a, "/").text
        assert "Đến chín rưỡi" not in browse(site_a, "/kho-tin/").text


@pytest.mark.usefixtures("travelling")
def test_its_own_page_is_gone_to_the_minute(site_a: Department, browse: Any) -> None:
    notice = make_notice(site_a, starts_at=NINE, ends_at=NINE + timedelta(minutes=30))
    for minutes, seconds, status in ((-1, 0, 404), (0, 0, 200), (29, 59, 200), (30, 0, 410)):
        with time_machine.travel(NINE + timedelta(minutes=minutes, seconds=seconds), tick=False):
            assert browse(site_a, notice.url).status_code == status


@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [
        (1, None, State.COMING),
        (1, 2, State.COMING),
        (0, None, State.CURRENT),
        (-1, 1, State.CURRENT),
        (-1, 0, State.EXPIRED),
        (-2, -1, State.EXPIRED),
    ],
)
def test_the_state_says_the_same_as_the_list(
    site_a: Department, browse: Any, starts: int, ends: int | None, state: State
) -> None:
    with time_machine.travel(NINE, tick=False):
        end = None if ends is None else NINE + timedelta(minutes=ends)
        notice = make_notice(
            site_a, "Có mặt", starts_at=NINE + timedelta(minutes=starts), ends_at=end
        )
        assert notice.state == state
        assert ("Có mặt" in browse(site_a, LIST).text) == (state == State.CURRENT)


def test_a_kept_widget_asks_the_database_nothing(
    site_a: Department, browse: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(20):
        make_notice(site_a, f"Số {n}", kind=Kind.URGENT)
    put_in_sidebar(site_a, (NoticeList, {"count": 20}), (NoticeBanner, {"count": 5}))
    browse(site_a)
    with django_assert_max_num_queries(30) as captured:
        browse(site_a, "/kho-tin/")
    assert not [q for q in captured if "notices_notice" in q["sql"]]


# What editors do.


def sign_in(department: Department, role: Role) -> Client:
    client = staff_client(make_user((department, role)), department)
    return client


def form(**kwargs: str) -> dict[str, str]:
    text = '{"entityMap": {}, "blocks": [{"key": "a", "text": "Nội dung", "type": "unstyled",'
    text += ' "depth": 0, "inlineStyleRanges": [], "entityRanges": []}]}'
    return {
        "title": "Nghỉ lễ",
        "kind": "general",
        "text": text,
        "link": "",
        "document": "",
        "starts_at": "26/01/2026 08:00",
        "ends_at": "",
        **kwargs,
    }


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF, Role.SITE_ADMIN])
def test_editors_write_a_notice_and_readers_see_it_at_once(
    site_a: Department, browse: Any, role: Role, django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in(site_a, role)
    assert "Nghỉ lễ" not in browse(site_a, LIST).text
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ADMIN + "new/", form(pinned="on"))
    assert response.status_code == 302, response.context["form"].errors
    notice = Notice.of_all_departments.get()
    assert (notice.department, notice.pinned) == (site_a, True)
    assert "Nghỉ lễ" in browse(site_a, LIST).text
    assert "Nội dung" in browse(site_a, notice.url).text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{ADMIN}edit/{notice.pk}/", form(title="Nghỉ Tết"))
    assert "Nghỉ Tết" in browse(site_a, LIST).text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{ADMIN}delete/{notice.pk}/")
    assert "Nghỉ Tết" not in browse(site_a, LIST).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"kind": "xau"}, "kind"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "ftp://vidu.vn/"}, "link"),
        ({"starts_at": "32/01/2026 08:00"}, "starts_at"),
        ({"ends_at": "26/01/2026 08:00"}, "ends_at"),
        ({"ends_at": "25/01/2026 08:00"}, "ends_at"),
        ({"document": "999999"}, "document"),
    ],
)
def test_wrong_input_is_said_and_nothing_is_lost(
    site_a: Department, changes: dict[str, str], field: str
) -> None:
    response = sign_in(site_a, Role.EDITOR).post(ADMIN + "new/", form(**changes))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["starts_at"].value() == form(**changes)["starts_at"]
    assert not Notice.of_all_departments.exists()


def test_another_departments_file_is_refused(site_a: Department, site_b: Department) -> None:
    mine, foreign = (
        SenDocument.objects.create(
            title="Tệp",
            file=ContentFile(b"%PDF-1", name="x.pdf"),
            collection=department.collection,
        )
        for department in (site_a, site_b)
    )
    client = sign_in(site_a, Role.EDITOR)
    response = client.post(ADMIN + "new/", form(document=str(foreign.pk)))
    assert list(response.context["form"].errors) == ["document"]
    assert client.post(ADMIN + "new/", form(document=str(mine.pk))).status_code == 302


def test_the_list_says_where_each_notice_stands(site_a: Department) -> None:
    now = timezone.now()
    make_notice(site_a, "Một", starts_at=now + timedelta(hours=1))
    make_notice(site_a, "Hai")
    make_notice(site_a, "Ba", ends_at=now)
    client = sign_in(site_a, Role.EDITOR)
    text = client.get(ADMIN).text
    for word in ("Sắp đăng", "Đang đăng", "Hết hạn"):
        assert word in text
    for state, title in (("coming", "Một"), ("current", "Hai"), ("expired", "Ba")):
        rows = client.get(ADMIN, {"state": state}).context["object_list"]
        assert [notice.title for notice in rows] == [title]


@pytest.mark.parametrize("role", [Role.REPORTER])
def test_others_are_not_let_in(site_a: Department, role: Role) -> None:
    notice = make_notice(site_a)
    client = sign_in(site_a, role)
    for path in (ADMIN, ADMIN + "new/", f"{ADMIN}edit/{notice.pk}/", f"{ADMIN}delete/{notice.pk}/"):
        assert client.get(path).status_code in (302, 403), path
    client.post(f"{ADMIN}delete/{notice.pk}/")
    assert Notice.of_all_departments.filter(pk=notice.pk).exists()


def test_neither_department_lists_or_edits_the_others(
    site_a: Department, site_b: Department
) -> None:
    foreign = make_notice(site_b, "Của B")
    client = sign_in(site_a, Role.CHIEF)
    assert "Của B" not in client.get(ADMIN).text
    for action in ("edit", "delete"):
        path = f"{ADMIN}{action}/{foreign.pk}/"
        assert client.get(path).status_code == 404
        assert client.post(path, form()).status_code == 404
    foreign.refresh_from_db(from_queryset=Notice.of_all_departments.all())
    assert foreign.title == "Của B"
    with acting_for(site_a), pytest.raises(SuspiciousOperation):
        foreign.save()


def test_nobody_is_let_in_where_the_plugin_is_off(site_a: Department, admin_client: Client) -> None:
    headers = {"host": "localhost"}
    assert admin_client.get(ADMIN, headers=headers).status_code == 200
    set_enabled_plugins(site_a, enabled_plugins(site_a) - {"notices"})
    assert admin_client.get(ADMIN, headers=headers).status_code in (302, 403)


# Colours.


def test_every_kind_is_readable_in_light_and_dark() -> None:
    """WCAG 1.4.3 on the kind's own ground and on the theme's paper."""
    css = (settings.BASE_DIR / "plugins/notices/static/notices/notices.css").read_text()
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)")
    for part, paper in ((light, PAPER), (dark, DARK_PAPER)):
        colours = dict(re.findall(r"--notice-([a-z-]+): (#[0-9a-f]{6})", part))
        assert set(colours) >= {kind.value for kind in Kind} - {"general"}
        for kind in set(Kind.values) - {"general"}:
            for ground in (colours[f"{kind}-ground"], paper):
                assert contrast(colours[kind], ground) >= TEXT, (kind, ground)
