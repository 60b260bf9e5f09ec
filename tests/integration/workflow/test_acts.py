"""Declining, who is told, publishing in an emergency, and reading before approving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState, WorkflowState

from cms.notices.models import Notice
from cms.record.models import RecordEntry
from cms.users.models import User
from cms.workflow import emergency, rules
from cms.workflow.authority import NotApproved
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, staff_client

from .newsroom import Newsroom, act, fresh, state_of

URGENT = "Cảnh báo lũ quét trong đêm nay."


def told() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in Notice.of_all_departments.order_by("pk"):
        found.setdefault(row.recipient_id, []).append(row.subject)
    return found


def test_everybody_who_handled_it_is_told_of_a_return_once_each(room: Newsroom) -> None:
    second = make_user((room.department, Role.EDITOR))
    article = room.draft(title="Bài bị trả")
    text = article.get_latest_revision_as_object()
    text.lead = "Sửa một câu."
    text.save_revision(user=second)
    room.submit(fresh(article))
    act(article, room.editor, "approve")
    Notice.of_all_departments.all().delete()
    act(article, room.chief, "reject", "Thiếu nguồn tin")
    subject = "“Bài bị trả” bị trả lại để chỉnh sửa"
    assert told() == {pk: [subject] for pk in (room.reporter.pk, room.editor.pk, second.pk)}
    assert all("Thiếu nguồn tin" in row.text for row in Notice.of_all_departments.all())


def test_an_approval_with_a_comment_tells_who_submitted(room: Newsroom) -> None:
    article = room.submitted()
    act(article, room.editor, "approve", "Bài tốt, giữ nguyên.")
    row = Notice.of_all_departments.get(recipient=room.reporter.pk)
    assert "Bài tốt, giữ nguyên." in row.text


def test_declining_ends_the_round_and_keeps_the_reason(room: Newsroom) -> None:
    article = room.submitted(title="Bài bị từ chối")
    state = state_of(article)
    with pytest.raises(rules.GateRefused):
        act(article, room.editor, "decline", " ")
    act(article, room.editor, "decline", "Không thuộc phạm vi đưa tin.")
    page = fresh(article)
    assert page.current_workflow_state is None
    assert not page.live
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_CANCELLED
    kept = TaskState.objects.get(pk=state.pk)
    assert (kept.comment, kept.finished_by) == ("Không thuộc phạm vi đưa tin.", room.editor)
    entry = RecordEntry.objects.get(action="sen.approval.decline")
    assert (entry.why, entry.revision_id) == (kept.comment, kept.revision_id)
    assert "“Bài bị từ chối” bị từ chối" in told()[room.reporter.pk]
    room.submit(page)
    assert state_of(article).pk != state.pk


def test_nobody_approves_what_they_were_not_shown(room: Newsroom) -> None:
    article = room.submitted()
    state = state_of(article)
    with pytest.raises(rules.GateRefused) as refused:
        state.task.specific.on_action(state, room.editor, "approve")
    assert str(refused.value) == str(rules.NOT_SHOWN)
    # Wagtail's own button in the editor is not offered either.
    names = [action[0] for action in state.task.specific.get_actions(article, room.editor)]
    assert names == ["reject", "decline"]
    client = staff_client(room.editor, room.department)
    client.get(reverse("approval_review", args=[state.pk]))
    assert client.post(reverse("approval_review", args=[state.pk]), {"action": "approve"})
    assert state_of(article).task.specific.role == Role.CHIEF


def test_what_changed_since_one_last_saw_it(room: Newsroom) -> None:
    article = room.submitted(title="Tên cũ")
    client = staff_client(room.editor, room.department)
    url = reverse("approval_review", args=[state_of(article).pk])
    assert "thay đổi so với bản" not in client.get(url).text
    act(article, room.editor, "reject", "Đổi tên bài")
    text = fresh(article).get_latest_revision_as_object()
    text.title = "Tên mới"
    text.save_revision(user=room.reporter)
    fresh(article).current_workflow_state.resume(room.reporter)
    page = client.get(reverse("approval_review", args=[state_of(article).pk])).text
    assert "1 chỗ thay đổi so với bản" in page
    assert '<span class="deletion">' in page


def test_an_emergency_is_loud(room: Newsroom) -> None:
    auditor = make_user((room.department, Role.AUDITOR))
    deputy = make_user((room.department, Role.CHIEF))
    article = room.submitted(title="Cảnh báo lũ")
    emergency.publish(article, room.chief, URGENT)
    page = fresh(article)
    assert page.live
    assert page.current_workflow_state is None
    entry = RecordEntry.objects.get(action="sen.approval.emergency")
    assert (entry.why, entry.revision_id) == (URGENT, page.live_revision_id)
    subject = "KHẨN CẤP: “Cảnh báo lũ” được đăng không qua duyệt"
    for person in (room.chief, auditor, deputy, room.reporter):
        assert told()[person.pk].count(subject) == 1
    rows = Notice.of_all_departments.filter(subject=subject)
    assert all(URGENT in row.text for row in rows)


def test_who_may_not_publish_in_an_emergency(room: Newsroom, site_b: Department) -> None:
    article = room.submitted()
    admin = make_user((room.department, Role.SITE_ADMIN))
    for user in (room.reporter, room.editor, admin, make_user((site_b, Role.CHIEF))):
        with pytest.raises(rules.GateRefused):
            emergency.publish(article, user, URGENT)
    with pytest.raises(rules.GateRefused):
        emergency.publish(article, room.chief, "gấp")
    assert not fresh(article).live
    url = reverse("approval_emergency", args=[article.pk])
    client = staff_client(room.chief, room.department)
    assert "không qua cửa duyệt nào" in client.get(url).text
    assert client.post(url, {"reason": "gấp"}).status_code == 200
    assert not fresh(article).live
    assert staff_client(room.editor, room.department).get(url).status_code == 404
    client.post(url, {"reason": URGENT})
    assert fresh(article).live


def test_an_emergency_does_not_wait_for_a_schedule(room: Newsroom) -> None:
    article = room.draft()
    text = article.get_latest_revision_as_object()
    text.go_live_at = timezone.now() + timedelta(days=1)
    text.save_revision(user=room.reporter)
    emergency.publish(fresh(article), room.chief, URGENT)
    assert fresh(article).live


def test_no_code_publishes_past_the_gates(room: Newsroom) -> None:
    article = room.submitted()
    for publish in (
        lambda: article.latest_revision.publish(),
        lambda: article.save_revision().publish(),
        lambda: article.publish(article.latest_revision, skip_permission_checks=True),
    ):
        with pytest.raises(NotApproved):
            publish()
    assert not fresh(article).live


def test_what_was_approved_for_an_hour_is_published_then_and_not_a_newer_draft(
    room: Newsroom,
) -> None:
    article = room.draft()
    text = article.get_latest_revision_as_object()
    text.go_live_at = timezone.now() + timedelta(hours=1)
    text.save_revision(user=room.reporter)
    room.submit(fresh(article))
    act(article, room.editor, "approve")
    act(article, room.chief, "approve")
    approved = fresh(article).latest_revision
    assert approved.approved_go_live_at is not None
    draft = fresh(article).get_latest_revision_as_object()
    draft.title = "Chưa ai duyệt"
    newer = draft.save_revision(user=room.reporter)
    with pytest.raises(NotApproved):
        newer.publish()


def test_wagtail_mails_nothing_itself(room: Newsroom) -> None:
    User.objects.create_superuser("province", "province@example.vn", "x")
    User.objects.update(email="ai@example.vn")
    article = room.submitted()
    act(article, room.editor, "reject", "Thiếu nguồn")
    assert not any("wagtail" in str(message.body).lower() for message in mail.outbox)
    assert len(told()[room.reporter.pk]) == 1
