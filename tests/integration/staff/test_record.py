"""The record: what gets into it by itself, who reads it, its filters and its export."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from cms.plugins.activation import enabled_plugins
from cms.record.chaining import seal
from cms.record.hashing import hash_of_content
from cms.record.models import Kind, RecordEntry
from cms.record.views import PAGE_SIZE
from cms.record.writing import record
from cms.spreadsheets import harmless
from cms.users.models import User
from cms.widgets.models import WidgetArea
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, section_of, staff_client
from tests.records import empty_record

RECORD = "/admin/record/"


def acts(department: Department, **kwargs: Any) -> list[str]:
    rows = RecordEntry.objects.filter(department=department, **kwargs)
    return list(rows.order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SITE_ADMIN, 200),
        (Role.CHIEF, 200),
        (Role.AUDITOR, 200),
        (Role.EDITOR, 404),
        (Role.REPORTER, 404),
    ],
)
def test_who_reads_the_record(site_a: Department, role: Role, status: int) -> None:
    client = staff_client(make_user((site_a, role)), site_a)
    assert client.get(RECORD).status_code == status
    assert client.get(RECORD, {"export": "csv"}).status_code == status
    # Nobody writes into it.
    assert client.post(RECORD).status_code in (404, 405)


def test_each_department_reads_its_own(
    at_a: Client, site_a: Department, site_b: Department
) -> None:
    make_article(site_b, "Chuyện của B").save_revision(log_action="wagtail.edit")
    make_article(site_a, "Chuyện của A").save_revision(log_action="wagtail.edit")
    page = at_a.get(RECORD).content.decode()
    assert "Chuyện của A" in page
    assert "Chuyện của B" not in page
    assert "Chuyện của B" not in at_a.get(RECORD, {"export": "csv"}).content.decode()


def test_what_a_superuser_does_in_a_department_is_in_its_record(
    superuser: User, admin_a: User, site_a: Department, site_b: Department
) -> None:
    """Pages, media, people, settings, plugins, redirects, widgets: each once, marked."""
    province = staff_client(superuser, site_a)
    section = section_of(site_a)
    editor = make_user((site_a, Role.EDITOR), username="bien-tap", email="b@so.example")
    image = get_image_model().objects.create(
        title="Ảnh", file=get_test_image_file(), collection=site_a.collection
    )
    empty_record()

    done = {
        Kind.PAGE: lambda: province.post(
            f"/admin/pages/{section.pk}/edit/",
            {
                "title": "Tên mới",
                "slug": section.slug,
                "intro": "",
                "comments-TOTAL_FORMS": 0,
                "comments-INITIAL_FORMS": 0,
            },
        ),
        Kind.MEDIA: lambda: province.post(f"/admin/images/{image.pk}/delete/"),
        Kind.PEOPLE: lambda: province.post(
            f"/admin/users/edit/{editor.pk}/",
            {
                "username": "bien-tap",
                "email": "b@so.example",
                "first_name": "B",
                "last_name": "T",
                "is_active": "on",
                "groups": [],
            },
        ),
        Kind.SETTINGS: lambda: province.post(
            "/admin/my-site/look/",
            {"accent": "#0f766e", "text_size": "normal", "front_layout": "lead"},
        ),
        Kind.PLUGINS: lambda: province.post(f"/admin/plugins/{site_a.pk}/", {"plugins": []}),
        Kind.REDIRECT: lambda: province.post(
            "/admin/redirects/add/",
            {"old_path": "/x", "site": site_a.site_id, "redirect_page": section.pk},
        ),
        Kind.WIDGETS: lambda: province.post(
            f"/admin/widgets/{site_a.pk}/page/{section.pk}/sidebar/override/"
        ),
    }
    for kind, act in done.items():
        answer = act()
        assert answer.status_code == 302, (kind, answer.content.decode()[-3000:])
        entries = RecordEntry.objects.filter(department=site_a, kind=kind)
        assert entries.exists(), kind
        assert all(entry.by_province for entry in entries), kind
        assert {entry.user_id for entry in entries} == {superuser.pk}, kind
    assert not enabled_plugins(site_a)
    assert WidgetArea.objects.filter(page=section).exists()
    assert not RecordEntry.objects.filter(department=site_b).exists()
    page = staff_client(admin_a, site_a).get(RECORD, {"by_province": "on"})
    assert "Mạc Đình Khôi" in page.content.decode()
    assert "cấp tỉnh" in page.content.decode()


def test_a_deleted_page_stays_in_the_record(
    superuser: User, at_a: Client, site_a: Department
) -> None:
    article = make_article(site_a, "Bài bị xóa", live=False)
    staff_client(superuser, site_a).post(f"/admin/pages/{article.pk}/delete/")
    assert "wagtail.delete" in acts(site_a, about="Bài bị xóa")
    assert "Bài bị xóa" in at_a.get(RECORD).content.decode()


def test_an_office_given_in_any_way_is_in_the_record(
    site_a: Department, site_b: Department
) -> None:
    user = make_user()
    group = site_a.role_groups.get(role=Role.CHIEF).group
    group.user_set.add(user)
    group.user_set.clear()
    user.groups.set([group])
    user.groups.clear()
    given, taken = "sen.people.role_given", "sen.people.role_taken"
    assert acts(site_a, kind=Kind.PEOPLE) == [given, taken, given, taken]
    assert acts(site_b, kind=Kind.PEOPLE) == []


def test_filters_by_person_period_and_kind(
    at_a: Client, admin_a: User, site_a: Department, site_b: Department
) -> None:
    other = make_user((site_a, Role.EDITOR))
    empty_record()
    now = timezone.now()
    for user, days, kind in (
        (admin_a, 0, Kind.MEDIA),
        (other, 0, Kind.PAGE),
        (other, 9, Kind.PAGE),
    ):
        with time_machine.travel(now - timedelta(days=days)):
            record(site_a, "wagtail.edit", kind, about=f"{kind}-{days}", user=user)

    def found(**query: Any) -> list[str]:
        return [entry.about for entry in at_a.get(RECORD, query).context["entries"]]

    today, past = timezone.localdate(), timezone.localdate() - timedelta(days=9)
    assert found() == ["page-9", "page-0", "media-0"]
    assert found(person=admin_a.pk) == ["media-0"]
    assert found(kind="page", since=today) == ["page-0"]
    assert found(until=past.strftime("%d/%m/%Y")) == ["page-9"]
    assert found(since=today, until=past) == []
    record(site_a, "wagtail.publish", Kind.PAGE, about="đăng", user=other)
    assert found(act="wagtail.publish") == ["đăng"]
    assert found(act="wagtail.publish", person=admin_a.pk) == []
    offered = at_a.get(RECORD).context["form"].fields["act"].choices
    assert {code for code, _label in offered} == {"", "wagtail.edit", "wagtail.publish"}
    assert found(person=make_user((site_b, Role.EDITOR)).pk) == []
    assert found(since="hôm qua") == []


def test_older_entries_follow_without_gap_or_repetition(at_a: Client, site_a: Department) -> None:
    empty_record()
    for number in range(PAGE_SIZE + 3):
        record(site_a, "wagtail.edit", Kind.OTHER, about=f"số {number}")
    first = at_a.get(RECORD, {"kind": "other"})
    rest = at_a.get(RECORD, {"kind": "other", "before": first.context["older"]})
    seen = [entry.about for page in (first, rest) for entry in page.context["entries"]]
    assert seen == [f"số {number}" for number in reversed(range(PAGE_SIZE + 3))]
    assert rest.context["older"] is None
    assert at_a.get(RECORD, {"before": "x"}).status_code == 200


def test_the_export_holds_what_is_filtered_and_no_formula(at_a: Client, site_a: Department) -> None:
    empty_record()
    record(site_a, "wagtail.edit", Kind.PAGE, about="=HYPERLINK(1)", details="@x")
    record(site_a, "wagtail.edit", Kind.MEDIA, about="ảnh\x07")
    text = at_a.get(RECORD, {"kind": "page", "export": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 2
    assert "'=HYPERLINK(1)" in rows[1]
    assert "'@x" in rows[1]
    book = load_workbook(io.BytesIO(at_a.get(RECORD, {"export": "xlsx"}).content))
    cells = [[cell.value for cell in row] for row in book.active]
    assert len(cells) == 3
    assert "ảnh" in cells[1]
    assert all(cell.data_type != "f" for row in book.active for cell in row)


def test_the_export_has_every_column(at_a: Client, admin_a: User, site_a: Department) -> None:
    empty_record()
    revision = make_article(site_a).latest_revision
    empty_record()
    written = record(
        site_a,
        "wagtail.workflow.reject",
        Kind.APPROVAL,
        about="Bài bị trả lại",
        user=admin_a,
        page_id=int(revision.object_id),
        revision=revision,
        why="Thiếu nguồn",
    )
    seal(site_a.pk)
    entry = RecordEntry.objects.get(pk=written.pk)
    text = at_a.get(RECORD, {"export": "csv"}).content.decode("utf-8-sig")
    heading, row = csv.reader(io.StringIO(text))
    assert len(heading) == len(row)
    cells = dict(zip(heading, row, strict=True))
    assert cells["Số thứ tự"] == "1"
    assert cells["Lý do hoặc ý kiến"] == "Thiếu nguồn"
    assert cells["Từ đâu"] == "bằng lệnh máy chủ"
    assert cells["Số phiên bản"] == str(revision.pk)
    assert cells["Mã băm nội dung"] == hash_of_content(revision.content)
    assert cells["Mã băm mục này"] == entry.hash != ""
    page = at_a.get(RECORD).content.decode()
    assert "Thiếu nguồn" in page
    assert entry.content_hash in page


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", " =1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless(text).startswith("'")
    assert harmless("Sở Y tế") == "Sở Y tế"
