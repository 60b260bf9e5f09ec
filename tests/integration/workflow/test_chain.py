"""Chains of one to four gates: changed on a screen, without disturbing what is on its way."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from wagtail.models import Workflow

from cms.record.models import RecordEntry
from cms.users.models import User
from cms.workflow import exceptions, rules
from cms.workflow.chain import chain_of, change_chain, retire_old_chains
from cms.workflow.models import Gate
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, staff_client

from .newsroom import Newsroom, act, fresh, state_of

E, S, C = Role.EDITOR, Role.SECRETARY, Role.CHIEF


@pytest.fixture
def full(room: Newsroom) -> Newsroom:
    """With a secretary and a second chief editor."""
    room.secretary = make_user((room.department, S))  # type: ignore[attr-defined]
    room.second_chief = make_user((room.department, C))  # type: ignore[attr-defined]
    room.admin = make_user((room.department, Role.SITE_ADMIN))  # type: ignore[attr-defined]
    return room


@pytest.mark.parametrize("roles", [[C], [E, C], [E, S, C], [E, S, C, C]])
def test_an_article_passes_every_gate(full: Newsroom, roles: list[Role]) -> None:
    change_chain(full.department, roles, full.admin)  # type: ignore[attr-defined]
    assert chain_of(full.department) == roles
    article = full.submitted()
    people = {E: [full.editor], S: [full.secretary], C: [full.chief, full.second_chief]}  # type: ignore[attr-defined]
    for role in roles:
        assert not fresh(article).live
        act(article, people[role].pop(0), "approve")
    assert fresh(article).live


@pytest.mark.parametrize("roles", [[], [E], [C, E], [S, E, C], [E, E, S, C, C], [E, S, C, C, C]])
def test_what_is_no_chain(full: Newsroom, roles: list[Role]) -> None:
    with pytest.raises(ValidationError):
        change_chain(full.department, roles, full.admin)  # type: ignore[attr-defined]
    assert chain_of(full.department) == [E, C]


def test_a_gate_without_people_is_refused(room: Newsroom) -> None:
    with pytest.raises(ValidationError, match="Thư ký: 1 cửa nhưng chỉ có 0 người"):
        change_chain(room.department, [E, S, C], room.chief)
    with pytest.raises(ValidationError, match="2 cửa nhưng chỉ có 1 người"):
        change_chain(room.department, [E, C, C], room.chief)


def test_what_is_on_its_way_keeps_its_chain(full: Newsroom) -> None:
    waiting, returned = full.submitted(), full.submitted()
    act(returned, full.editor, "reject", "Thiếu nguồn")
    change_chain(full.department, [E, S, C], full.admin)  # type: ignore[attr-defined]
    act(waiting, full.editor, "approve")
    assert state_of(waiting).task.specific.role == C
    act(waiting, full.chief, "approve")
    assert fresh(waiting).live
    fresh(returned).current_workflow_state.resume(full.reporter)
    act(returned, full.editor, "approve")
    assert state_of(returned).task.specific.role == C
    later = full.submitted()
    act(later, full.editor, "approve")
    assert state_of(later).task.specific.role == S


def test_old_chains_retire_when_their_last_article_is_through(full: Newsroom) -> None:
    article = full.submitted()
    old = article.current_workflow_state.workflow
    change_chain(full.department, [C], full.admin)  # type: ignore[attr-defined]
    assert Workflow.objects.get(pk=old.pk).active
    act(article, full.editor, "approve")
    act(article, full.chief, "approve")
    assert retire_old_chains() == 1
    assert not Workflow.objects.get(pk=old.pk).active
    assert retire_old_chains() == 0


def test_gates_are_shared(full: Newsroom, site_b: Department) -> None:
    for department in (full.department, site_b):
        make_user((department, C))
        make_user((department, C))
        make_user((department, E))
        change_chain(department, [E, C, C], full.admin)  # type: ignore[attr-defined]
    assert sorted(Gate.objects.values_list("role", "step")) == [
        ("chief", 1),
        ("chief", 2),
        ("editor", 1),
    ]


def test_the_screen(full: Newsroom) -> None:
    admin = staff_client(full.admin, full.department)  # type: ignore[attr-defined]
    url = reverse("approval_chain")
    page = admin.get(url).text
    assert "Quy trình duyệt" in page
    assert "Cấp ngoại lệ" not in page
    data = {"gate_1": "editor", "gate_2": "secretary", "gate_3": "chief", "gate_4": ""}
    answer = admin.post(url, {**data, "working_days": "0", "urgent_hours": "12"})
    assert answer.status_code == 200
    assert chain_of(full.department) == [E, C]
    data |= {"working_days": "3", "urgent_hours": "12", "escalate_to": str(full.editor.pk)}
    assert "Bài đang chờ duyệt vẫn theo quy trình" in admin.post(url, data, follow=True).text
    assert chain_of(full.department) == [E, S, C]
    assert RecordEntry.objects.filter(action="sen.approval.chain").count() == 1
    for nobody in (full.reporter, full.chief):
        assert staff_client(nobody, full.department).get(url).status_code == 404
    bad = {**data, "gate_1": "chief", "gate_2": "editor", "gate_3": ""}
    assert (
        "theo thứ tự" in admin.post(url, bad).text or "Cửa cuối cùng" in admin.post(url, bad).text
    )


def test_the_exception_for_a_department_of_one(room: Newsroom) -> None:
    alone = make_user((room.department, E), (room.department, C))
    superuser = User.objects.create_superuser("province", password="x", last_name="Tỉnh")
    article = room.draft(author=alone)
    room.submit(article, by=alone)
    with pytest.raises(rules.GateRefused):
        act(article, alone, "approve")
    with pytest.raises(PermissionDenied):
        exceptions.grant(
            room.department, person=alone, reason="Xã chỉ có một người.", by=room.chief
        )
    client = staff_client(superuser, room.department)
    url = reverse("approval_chain")
    data = {"grant": "1", "person": alone.pk, "reason": "Xã chỉ có một cán bộ thông tin."}
    assert "Ngoại lệ" in client.post(url, data, follow=True).text
    assert "đã được cấp" in client.post(url, data).text
    act(article, alone, "approve")
    act(article, alone, "approve")
    assert fresh(article).live
    entries = RecordEntry.objects.filter(action="sen.approval.sole_granted")
    assert [entry.why for entry in entries] == ["Xã chỉ có một cán bộ thông tin."]
    # It frees from nothing else, and from nothing in another department.
    later = room.draft(author=alone)
    room.submit(later, by=alone)
    state = state_of(later)
    assert rules.why_not(state, User.objects.get(pk=alone.pk), "approve") == rules.NOT_SHOWN
    granted = exceptions.SoleEditor.of_all_departments.get(ended_at=None)
    client.post(url, {"end": granted.pk})
    with pytest.raises(rules.GateRefused):
        act(later, alone, "approve")
