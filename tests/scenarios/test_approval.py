"""The table in ``phe-duyet.md``, cell by cell, through the real views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from cms.news.blocks import PARAGRAPH_FEATURES
from cms.news.models import ArticlePage
from cms.users.models import User
from cms.workflow.chain import change_chain
from cms.workflow.scheduled import publish_due
from cms.workflow.showing import note_shown
from cms.workflow.takedown import take_down
from sites.roles import Role
from tests.factories import make_article, make_site, make_user, staff_client
from tests.isolation.probes import form_at

TABLE = Path(__file__).with_name("phe-duyet.md")
AUTHOR, FOREIGN = "Tác giả", "Trưởng ban đơn vị khác"
ROLES = {
    AUTHOR: Role.REPORTER,
    "Phóng viên khác": Role.REPORTER,
    "Biên tập viên": Role.EDITOR,
    "Biên tập viên 2": Role.EDITOR,
    "Thư ký": Role.SECRETARY,
    "Trưởng ban": Role.CHIEF,
    "Quản trị trang": Role.SITE_ADMIN,
    "Kiểm tra": Role.AUDITOR,
}
NEW_TITLE = "Tiêu đề đã sửa"
REASON = "Thiếu nguồn tin, đề nghị bổ sung."


def rows() -> Iterator[list[str]]:
    """The table's lines, the heading first."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and not line.startswith("|--"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


HEADING, *ROWS = rows()


class Newsroom:
    """A department with everybody in it, and one article that goes its way."""

    def __init__(self) -> None:
        make_site("tinh.localhost", kind="province")
        self.department = make_site("so-a.localhost", name="Sở A")
        self.other = make_site("so-b.localhost", name="Sở B")
        self.people = {name: make_user((self.department, role)) for name, role in ROLES.items()}
        self.people[FOREIGN] = make_user((self.other, Role.CHIEF), (self.other, Role.EDITOR))
        self.people["Cấp tỉnh"] = User.objects.create_superuser("province", password="secret")
        change_chain(
            self.department,
            [Role.EDITOR, Role.SECRETARY, Role.CHIEF],
            self.people["Quản trị trang"],
        )
        self.second_editor = self.people["Biên tập viên 2"]
        self.first = {
            name: make_user((self.department, role))
            for name, role in (("editor", Role.EDITOR), ("secretary", Role.SECRETARY))
        }
        self.chief = make_user((self.department, Role.CHIEF))

    def client(self, name: str) -> Client:
        department = self.other if name == FOREIGN else self.department
        return staff_client(self.people[name], department)

    def article(self, state: str) -> ArticlePage:
        """The author's article in ``state``; the second editor has mended a comma in it."""
        author = self.people[AUTHOR]
        if state in ("Đã xuất bản", "Đã gỡ", "Hết hạn"):
            article = make_article(self.department, "Bài đã đăng", owner=author)
            if state == "Đã gỡ":
                take_down(article, self.chief, "Số liệu chưa được kiểm tra.")
            if state == "Hết hạn":
                ArticlePage.objects.filter(pk=article.pk).update(expire_at=timezone.now())
                publish_due()
            return ArticlePage.objects.get(pk=article.pk)
        article = make_article(self.department, "Bài trong bảng", live=False, owner=author)
        text = article.get_latest_revision_as_object()
        text.lead = "Tóm tắt, đã sửa một dấu phẩy."
        if state == "Hẹn giờ đăng":
            text.go_live_at = timezone.now() + timedelta(days=1)
        text.save_revision(user=self.second_editor)
        article = ArticlePage.objects.get(pk=article.pk)
        if state == "Bản nháp":
            return article
        article.get_workflow().start(article, author)
        if state in ("Chờ thư ký", "Chờ duyệt", "Hẹn giờ đăng"):
            self.act(article, self.first["editor"], "approve")
        if state in ("Chờ duyệt", "Hẹn giờ đăng"):
            self.act(article, self.first["secretary"], "approve")
        if state == "Hẹn giờ đăng":
            self.act(article, self.chief, "approve")
        if state == "Trả lại":
            self.act(article, self.first["editor"], "reject", REASON)
        return ArticlePage.objects.get(pk=article.pk)

    def act(self, article: ArticlePage, user: User, action: str, comment: str = "") -> None:
        task_state = ArticlePage.objects.get(pk=article.pk).current_workflow_task_state
        assert task_state is not None
        note_shown(task_state.revision, user)
        task_state.task.specific.on_action(task_state, user, action, comment=comment)


def _state(article: ArticlePage) -> Any:
    """What an act may change, of the article and its approval."""
    page = ArticlePage.objects.filter(pk=article.pk).first()
    if page is None:
        return None
    running = page.current_workflow_state
    at = running.current_task_state if running else None
    return (
        page.live,
        page.latest_revision_id,
        running and (running.pk, running.status),
        at and (at.pk, at.status),
        page.approved_schedule,
    )


def _form(client: Client, article: ArticlePage) -> dict[str, Any]:
    form = form_at(client, reverse("wagtailadmin_pages:edit", args=[article.pk]))
    body = streamfield([("paragraph", rich_text("<p>Nội dung.</p>", features=PARAGRAPH_FEATURES))])
    return {
        **(form or {}),
        **nested_form_data({"body": body}),
        "title": NEW_TITLE,
        "slug": article.slug,
        "lead": "Tóm tắt.",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }


def _edit(client: Client, article: ArticlePage, **more: str) -> None:
    url = reverse("wagtailadmin_pages:edit", args=[article.pk])
    data = _form(client, article)
    client.post(url, {**data, **more})


def _review(client: Client, article: ArticlePage, *, look: bool = True, **data: str) -> None:
    task_state = article.current_workflow_task_state
    if task_state is None:
        # Returned: whoever kept the address of the screen.
        task_state = article.workflow_states.latest("pk").task_states.latest("pk")
    url = reverse("approval_review", args=[task_state.pk])
    if look:
        client.get(url)
    client.post(url, data)


def _emergency(client: Client, article: ArticlePage) -> None:
    url = reverse("approval_emergency", args=[article.pk])
    client.post(url, {"reason": "Cảnh báo lũ quét trong đêm nay."})


def _take_down(client: Client, article: ArticlePage, reason: str = REASON) -> None:
    client.post(reverse("approval_take_down", args=[article.pk]), {"reason": reason})


def _republish(client: Client, article: ArticlePage, reason: str = REASON) -> None:
    client.post(reverse("approval_republish", args=[article.pk]), {"reason": reason})


def _unpublish(client: Client, article: ArticlePage) -> None:
    client.post(reverse("wagtailadmin_pages:unpublish", args=[article.pk]))


def _unschedule(client: Client, article: ArticlePage) -> None:
    args = [article.pk, article.latest_revision_id]
    client.post(reverse("wagtailadmin_pages:revisions_unschedule", args=args))


def _delete(client: Client, article: ArticlePage) -> None:
    client.post(reverse("wagtailadmin_pages:delete", args=[article.pk]))


def _publish_many(client: Client, article: ArticlePage) -> None:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{url}?id={article.pk}")


ACTS: dict[str, Callable[[Client, ArticlePage], None]] = {
    "Sửa": lambda client, article: _edit(client, article),
    "Gửi duyệt": lambda client, article: _edit(client, article, **{"action-submit": "1"}),
    "Xuất bản thẳng": lambda client, article: _edit(client, article, **{"action-publish": "1"}),
    "Xuất bản hàng loạt": _publish_many,
    "Đăng khẩn cấp": _emergency,
    "Xóa": _delete,
    "Gỡ bài có lý do": _take_down,
    "Gỡ bài không lý do": lambda client, article: _take_down(client, article, " "),
    "Hủy hẹn giờ": _unschedule,
    "Ngừng xuất bản": _unpublish,
    "Đăng lại có lý do": _republish,
    "Đăng lại không lý do": lambda client, article: _republish(client, article, " "),
    "Phê duyệt": lambda client, article: _review(client, article, action="approve"),
    "Phê duyệt khi chưa xem bài": lambda client, article: _review(
        client, article, look=False, action="approve"
    ),
    "Trả lại có lý do": lambda client, article: _review(
        client, article, action="reject", comment=REASON
    ),
    "Trả lại không lý do": lambda client, article: _review(
        client, article, action="reject", comment="  "
    ),
    "Từ chối có lý do": lambda client, article: _review(
        client, article, action="decline", comment=REASON
    ),
}


def _happened(act: str, before: Any, article: ArticlePage) -> bool:
    """Whether ``act`` had its effect; an edit that publishes nothing is no publication."""
    after = _state(article)
    if after == before:
        return False
    if act in ("Xuất bản thẳng", "Xuất bản hàng loạt"):
        page = ArticlePage.objects.get(pk=article.pk)
        return (page.live and page.title == NEW_TITLE) or page.live != before[0]
    if act == "Gửi duyệt":
        return ArticlePage.objects.get(pk=article.pk).current_workflow_state is not None
    return True


@pytest.mark.parametrize("state", dict.fromkeys(row[0] for row in ROWS))
def test_the_table(db: Any, state: str) -> None:
    newsroom = Newsroom()
    wanted, found = {}, {}
    for row_state, act, *cells in ROWS:
        if row_state != state:
            continue
        for name, cell in zip(HEADING[2:], cells, strict=True):
            wanted[act, name] = cell
            # Each cell is undone; a refusal may be an exception that undoes its request.
            with transaction.atomic():
                article = newsroom.article(state)
                before = _state(article)
                with transaction.atomic():
                    client = newsroom.client(name)
                    client.raise_request_exception = False
                    ACTS[act](client, article)
                found[act, name] = "có" if _happened(act, before, article) else "–"
                transaction.set_rollback(True)
    assert found == wanted
