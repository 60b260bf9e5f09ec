"""Deadlines in working days, the urgent lane, reminders, and who steps in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.notices.models import Notice
from cms.record.models import RecordEntry
from cms.workflow import rules, turns, working_days
from cms.workflow.models import ChainRules, Gate, Holiday, Turn
from cms.workflow.reading import articles_of, waiting_for
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import make_site, make_user, staff_client

from .newsroom import Newsroom, act, state_of


def at(day: str) -> datetime:
    """Noon of ``day`` in Hanoi."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T12:00"))


def told(person: Any) -> list[str]:
    rows = Notice.of_all_departments.filter(recipient=person.pk).order_by("pk")
    return list(rows.values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("since", "ends"),
    [
        ("2026-11-18", "2026-11-20"),  # Wednesday: Thursday, Friday
        ("2026-11-19", "2026-11-23"),  # Thursday: Friday, Monday
        ("2026-11-21", "2026-11-25"),  # Saturday: Monday; the 24th is a holiday; Wednesday
        ("2026-02-13", "2026-02-24"),  # Friday before Tết: 16 to 20 February are free
        ("2026-08-28", "2026-09-04"),  # 31 August, 1 and 2 September are free
    ],
)
def test_a_term_counts_working_days(db: Any, since: str, ends: str) -> None:
    end = timezone.localtime(working_days.end_after(at(since), 2))
    assert (end.date(), end.hour, end.minute) == (date.fromisoformat(ends), 23, 59)


def test_the_province_has_the_last_word(db: Any) -> None:
    Holiday.objects.create(day=date(2026, 11, 19), name="Bão số 13")
    Holiday.objects.create(day=date(2026, 11, 21), name="Làm bù", is_worked=True)
    assert timezone.localtime(working_days.end_after(at("2026-11-18"), 2)).date() == date(
        2026, 11, 21
    )


def test_each_gate_has_its_own_time(room: Newsroom) -> None:
    with time_machine.travel(at("2026-11-18").astimezone(UTC), tick=False):
        article = room.submitted()
        first = state_of(article).turn
        assert timezone.localtime(first.due_at).date() == date(2026, 11, 20)
        assert first.department_id == room.department.pk
    with time_machine.travel(at("2026-11-20").astimezone(UTC), tick=False):
        act(article, room.editor, "approve")
        assert timezone.localtime(state_of(article).turn.due_at).date() == date(2026, 11, 25)


def test_the_urgent_lane_lasts_to_the_last_gate(room: Newsroom) -> None:
    article = room.submitted()
    turns.make_urgent(state_of(article), room.reporter)
    turn = state_of(article).turn
    assert turn.urgent
    assert turn.due_at - state_of(article).started_at == timedelta(hours=24)
    act(article, room.editor, "approve")
    assert state_of(article).turn.urgent
    assert any("KHẨN" in subject for subject in told(room.chief))
    later = room.submitted()
    act(later, room.editor, "approve")
    assert [state.pk for state in waiting_for(room.chief)] == [
        state_of(article).pk,
        state_of(later).pk,
    ]


def test_submitting_as_urgent_in_the_editor(room: Newsroom) -> None:
    from tests.scenarios.test_approval import _edit

    article = room.draft()
    client = staff_client(room.reporter, room.department)
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
    assert 'value="urgent"' in edit.text
    _edit(client, article, **{"action-submit": "urgent"})
    assert state_of(article).turn.urgent


def test_a_reminder_once_then_who_steps_in(room: Newsroom) -> None:
    deputy = make_user((room.department, Role.REPORTER), last_name="Vũ", first_name="Phó")
    with acting_for(room.department):
        ChainRules.objects.create(escalate_to=deputy)
    begin = at("2026-11-16").astimezone(UTC)
    with time_machine.travel(begin, tick=False):
        article = room.submitted(title="Bài chậm")
    turn = state_of(article).turn

    def minute(moment: datetime) -> None:
        with time_machine.travel(moment, tick=False):
            turns.remind_and_escalate()

    minute(begin + timedelta(hours=1))
    assert len(told(room.editor)) == 1
    for _time in range(2):
        minute(turn.due_at - timedelta(hours=2))
    assert [subject for subject in told(room.editor) if "Nhắc" in subject] == [
        "Nhắc: “Bài chậm” đang chờ bạn duyệt"
    ]
    assert rules.why_not(state_of(article), deputy, "approve") == rules.NOT_YOUR_GATE
    for _time in range(2):
        minute(turn.due_at + timedelta(minutes=1))
    assert told(deputy) == ["Quá hạn: “Bài chậm”"]
    assert len([subject for subject in told(room.editor) if "Quá hạn" in subject]) == 1
    assert [state.pk for state in waiting_for(deputy)] == [state_of(article).pk]
    act(article, deputy, "approve")
    assert state_of(article).task.specific.role == Role.CHIEF
    # At the next gate it is the chief's alone again.
    assert waiting_for(deputy) == []
    assert RecordEntry.objects.filter(action="sen.approval.overdue").count() == 1


def test_where_nobody_steps_in_those_who_could_name_somebody_are_told(room: Newsroom) -> None:
    admin = make_user((room.department, Role.SITE_ADMIN))
    article = room.submitted()
    Turn.of_all_departments.update(due_at=timezone.now() - timedelta(hours=1))
    turns.remind_and_escalate()
    assert len(told(admin)) == 1
    assert len(told(room.chief)) == 1
    assert state_of(article).turn.escalated_to is None


def test_the_dashboard_asks_the_same_with_two_hundred_departments(room: Newsroom) -> None:
    mine = room.submitted()
    client = staff_client(room.editor, room.department)

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            answer = client.get("/admin/")
        assert mine.title in answer.text
        return len(context)

    queries()
    few = max(queries(), queries())
    for number in range(200):
        make_site(f"so-{number}.localhost")
    assert Gate.objects.count() == 2
    queries()
    assert min(queries(), queries()) <= few


def test_my_articles_say_where_each_stands(room: Newsroom) -> None:
    draft, waiting, back, public = (
        room.draft(title="Nháp"),
        room.submitted(title="Chờ"),
        room.submitted(title="Về"),
        room.published(title="Đăng"),
    )
    act(back, room.editor, "reject", "Thiếu nguồn tin")
    found = {one.page.pk: one for one in articles_of(room.reporter, room.department)}
    assert {pk: one.tone for pk, one in found.items()} == {
        draft.pk: "draft",
        waiting.pk: "waiting",
        back.pk: "returned",
        public.pk: "public",
    }
    assert found[back.pk].note == "Thiếu nguồn tin"
    page = staff_client(room.reporter, room.department).get("/admin/").text
    assert "Bài của tôi" in page
    assert "Thiếu nguồn tin" in page
    assert articles_of(room.chief, room.department) == []
