"""What an inspector reads: the approval slip, every text, and nothing that could be changed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from cms.inspection.slips import Slip
from cms.news.models import ArticlePage, BylineEntry
from cms.record.chaining import seal
from cms.record.hashing import hash_of_content
from cms.record.models import RecordEntry
from cms.record.verifying import verify
from cms.users.models import User
from sites.models import Department, Deputyship
from sites.roles import Role
from tests.factories import make_article, make_user, staff_client
from tests.isolation.addresses import addresses, urls
from tests.isolation.marked import make_marked
from tests.records import plain, unguarded


class Newsroom:
    """A department's people, each with a browser."""

    def __init__(self, department: Department) -> None:
        self.department = department
        self.people: dict[Role, User] = {
            role: make_user((department, role), last_name="Trần", first_name=role.value.title())
            for role in Role
        }

    def browser(self, role: Role) -> Client:
        return staff_client(self.people[role], self.department)

    def submitted(self) -> ArticlePage:
        article = make_article(
            self.department,
            "Họp báo quý IV",
            live=False,
            owner=self.people[Role.REPORTER],
            byline=[BylineEntry(name="Thời Nhiệm")],
        )
        article.get_workflow().start(article, self.people[Role.REPORTER])
        return article

    def decide(self, article: ArticlePage, role: Role, action: str, comment: str = "") -> None:
        """Through the approval screen, as people do."""
        state = ArticlePage.objects.get(pk=article.pk).current_workflow_task_state
        client, screen = self.browser(role), f"/admin/approval/{state.pk}/"
        assert client.get(screen).status_code == 200
        answer = client.post(screen, {"action": action, "comment": comment})
        assert answer.status_code == 302, answer.content.decode()[-2000:]

    def approved(self) -> ArticlePage:
        article = self.submitted()
        self.decide(article, Role.EDITOR, "reject", "Thiếu nguồn")
        article = ArticlePage.objects.get(pk=article.pk)
        article.lead = "Có nguồn."
        article.save_revision(user=self.people[Role.REPORTER])
        article.current_workflow_state.resume(self.people[Role.REPORTER])
        self.decide(article, Role.EDITOR, "approve", "Đã đủ nguồn")
        self.decide(article, Role.CHIEF, "approve", "Đồng ý đăng")
        return ArticlePage.objects.get(pk=article.pk)


@pytest.fixture
def newsroom(site_a: Department) -> Newsroom:
    return Newsroom(site_a)


def test_approval_is_in_the_record_with_revision_hash_reason_and_origin(
    newsroom: Newsroom,
) -> None:
    article = newsroom.approved()
    assert article.live
    entries = RecordEntry.objects.filter(page_id=article.pk).order_by("pk")
    decided = [
        (e.action.rpartition(".")[2], e.user_name, e.why)
        for e in entries
        if e.action in ("wagtail.workflow.approve", "wagtail.workflow.reject")
    ]
    assert decided == [
        ("reject", "Trần Editor", "Thiếu nguồn"),
        ("approve", "Trần Editor", "Đã đủ nguồn"),
        ("approve", "Trần Chief", "Đồng ý đăng"),
    ]
    last = entries.filter(action="wagtail.workflow.approve").last()
    assert last is not None
    assert last.revision_id == article.live_revision_id
    assert last.content_hash == hash_of_content(article.live_revision.content)
    assert last.origin == "admin 127.0.0.1"
    published = entries.get(action="wagtail.publish")
    assert (published.revision_id, published.content_hash) == (
        last.revision_id,
        last.content_hash,
    )
    seal(newsroom.department.pk)
    assert not list(verify(newsroom.department.pk, "a"))


def slip_of(client: Client, article: ArticlePage) -> str:
    answer = client.get(f"/admin/inspection/{article.pk}/slip/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_slip_tells_it_all(newsroom: Newsroom) -> None:
    article = newsroom.approved()
    seal(newsroom.department.pk)
    text = slip_of(newsroom.browser(Role.AUDITOR), article)
    for expected in (
        "PHIẾU DUYỆT TIN",
        "Họp báo quý IV",
        "so-a.localhost",
        "Thời Nhiệm",
        "Thiếu nguồn",
        "Đã đủ nguồn",
        "Đồng ý đăng",
        "Trần Editor",
        "Trần Chief",
        hash_of_content(article.live_revision.content),
        "còn nguyên vẹn",
        "NGƯỜI LẬP PHIẾU",
    ):
        assert expected in text, expected
    slip = Slip(article)
    assert slip.head is not None
    assert slip.head.hash in text
    assert slip.sequences
    assert slip.sequences in text
    assert [name for _role, name in slip.signers] == ["Trần Editor", "Trần Chief"]


def test_a_deputy_is_named_with_the_colleague(newsroom: Newsroom) -> None:
    deputy = make_user((newsroom.department, Role.REPORTER), last_name="Lê", first_name="Thay")
    Deputyship.objects.create(
        department=newsroom.department,
        person=newsroom.people[Role.EDITOR],
        deputy=deputy,
        starts="2020-01-01",
        ends="2099-01-01",
    )
    article = newsroom.submitted()
    newsroom.people[Role.EDITOR] = deputy
    newsroom.decide(article, Role.EDITOR, "approve", "Được")
    (step, _waiting) = Slip(article).rounds[0].steps
    assert (step.who, step.stands_for, step.comment) == ("Lê Thay", "Trần Editor", "Được")
    assert "thay Trần Editor" in slip_of(newsroom.browser(Role.CHIEF), article)


def test_the_slip_says_where_text_or_record_was_altered(newsroom: Newsroom) -> None:
    article = newsroom.approved()
    revision = article.live_revision
    revision.content = {**revision.content, "title": "Tin khác"}
    revision.save()
    entry = RecordEntry.objects.filter(page_id=article.pk).first()
    assert entry is not None
    with unguarded():
        plain(RecordEntry).filter(pk=entry.pk).update(user_name="Người khác")
    text = slip_of(newsroom.browser(Role.AUDITOR), article)
    assert "Nội dung khác với mã băm" in text
    assert "không còn như khi được ghi" in text


def test_who_reads_what(newsroom: Newsroom, site_b: Department) -> None:
    article = newsroom.submitted()
    revision = article.latest_revision
    one = f"/admin/inspection/{article.pk}/"
    slip, text = f"{one}slip/", f"{one}revisions/{revision.pk}/"
    # Of who wrote it and of others, of the gates' people and of the administrator.
    other = staff_client(make_user((newsroom.department, Role.REPORTER)), newsroom.department)
    stranger = staff_client(make_user((site_b, Role.AUDITOR)), site_b)
    expected = {
        Role.REPORTER: (200, 200, 404),
        Role.EDITOR: (200, 200, 404),
        Role.CHIEF: (200, 200, 200),
        Role.SITE_ADMIN: (200, 404, 404),
        Role.AUDITOR: (200, 200, 200),
    }
    browsers = {role: newsroom.browser(role) for role in expected}
    found = {
        role: tuple(client.get(url).status_code for url in (slip, text, "/admin/inspection/"))
        for role, client in browsers.items()
    }
    assert found == expected
    for client in (other, stranger):
        assert client.get(slip).status_code == 404
        assert client.get(text).status_code == 404
        assert client.get(f"{text}text/").status_code == 404
    assert "Họp báo quý IV" not in stranger.get("/admin/inspection/").content.decode()
    # A revision is read through its own page only.
    draft = make_article(newsroom.department, live=False)
    auditor = browsers[Role.AUDITOR]
    wrong = f"/admin/inspection/{draft.pk}/revisions/{revision.pk}/"
    assert auditor.get(wrong).status_code == 404
    assert auditor.get(f"{wrong}text/").status_code == 404
    section = article.get_parent()
    assert auditor.get(f"/admin/inspection/{section.pk}/").status_code == 404


def test_the_auditor_reads_drafts_and_what_was_taken_down(newsroom: Newsroom) -> None:
    auditor = newsroom.browser(Role.AUDITOR)
    draft = make_article(newsroom.department, "Bản nháp kín", live=False)
    down = make_article(newsroom.department, "Bài đã gỡ", lead="Nguyên văn cần giữ.")
    down.unpublish()
    text = auditor.get("/admin/inspection/").content.decode()
    assert "Bản nháp kín" in text
    assert "Bài đã gỡ" in text
    assert "không còn công khai" in text
    found = auditor.get("/admin/inspection/", {"q": "nháp"}).content.decode()
    assert "Bản nháp kín" in found
    assert "Bài đã gỡ" not in found
    for article in (draft, down):
        one = f"/admin/inspection/{article.pk}/"
        assert auditor.get(one).status_code == 200
        revision = article.latest_revision
        page = auditor.get(f"{one}revisions/{revision.pk}/").content.decode()
        assert hash_of_content(revision.content) in page
    shown = auditor.get(f"{one}revisions/{revision.pk}/text/").content.decode()
    assert "Nguyên văn cần giữ." in shown


def test_the_record_leads_to_the_file_and_the_editor_to_the_slip(newsroom: Newsroom) -> None:
    article = newsroom.approved()
    record = newsroom.browser(Role.AUDITOR).get("/admin/record/").content.decode()
    assert f"/admin/inspection/{article.pk}/" in record
    assert "Thiếu nguồn" in record
    editor = newsroom.browser(Role.CHIEF).get(f"/admin/pages/{article.pk}/edit/")
    assert f"/admin/inspection/{article.pk}/slip/" in editor.content.decode()


#: What reading may write: who is signed in and until when, and the notices one has read.
READING = {
    "sessions.Session",
    "usersessions.UserSession",
    "inbox.Notice",
    "wagtailadmin.EditingSession",
    "wagtailusers.UserProfile",
    "wagtailcore.ReferenceIndex",
}


def everything() -> dict[str, dict[Any, tuple[Any, ...]]]:
    return {
        model._meta.label: {
            row[0]: row
            for row in model._base_manager.values_list(
                "pk", *(field.attname for field in model._meta.concrete_fields)
            )
        }
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.label not in READING
    }


def test_the_auditor_changes_nothing_wherever_they_send_a_form(db: Any) -> None:
    """Every address of the admin with ids of the own department, by POST."""
    marked = make_marked("kiemtra", 7654321)
    client = staff_client(marked.people[Role.AUDITOR], marked.department)
    client.raise_request_exception = False
    own_account = ("account_", "mfa_", "usersessions", "users_", "socialaccount", "openid")
    before, asked = everything(), 0
    for address in addresses():
        if not address.is_admin or not address.name or address.name.startswith(own_account):
            continue
        if address.name in ("wagtailadmin_account", "wagtailadmin_logout"):
            continue
        for url in urls(address, marked, None, most=2):
            answer = client.post(
                url,
                {
                    "title": "Sửa trộm",
                    "name": "Sửa trộm",
                    "external-link-chooser-url": "https://example.org/",
                    "reason": "x",
                    "comment": "x",
                    "action": "approve",
                    "action-publish": "1",
                    "confirm": "1",
                },
            )
            asked += 1
            assert answer.status_code < 500, (url, answer.status_code)
    after = everything()
    changed = {
        label: rows.items() ^ after[label].items()
        for label, rows in before.items()
        if rows != after[label]
    }
    assert not changed
    assert asked > 200
