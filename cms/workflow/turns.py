"""Whose turn it is, and until when: deadlines, the urgent lane, reminders, escalation."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page, TaskState, WorkflowState

from cms.notices.telling import tell
from cms.record.models import Kind
from cms.record.writing import record
from sites.models import Department, Deputyship
from sites.roles import Role, roles_of
from sites.tenancy import acting_for
from sites.tree import department_of

from . import acts, models, working_days

logger = logging.getLogger(__name__)

# The gate's people are reminded when this part of their time is over.
REMIND_AFTER = 0.75


def rules_for(department: Department) -> models.ChainRules:
    """The department's rules; the usual ones, unsaved, where it has set none."""
    found = models.ChainRules.of_all_departments.filter(department=department).first()
    return found or models.ChainRules(department=department)


def due(department: Department, since: datetime, *, urgent: bool) -> datetime:
    """When a turn that began at ``since`` must be decided."""
    chain_rules = rules_for(department)
    if urgent:
        return since + timedelta(hours=chain_rules.urgent_hours)
    return working_days.end_after(since, chain_rules.working_days)


def begin(task_state: TaskState, role: str, by: Any = None) -> None:
    """An article has come to a gate: set its deadline and tell the gate's people.

    An urgent article stays urgent from gate to gate.
    """
    page = Page.objects.get(pk=task_state.workflow_state.object_id)
    department = department_of(page)
    if department is None:
        return
    before = (
        models.Turn.of_all_departments.filter(
            task_state__workflow_state=task_state.workflow_state_id
        )
        .order_by("-pk")
        .first()
    )
    urgent = before.urgent if before is not None else False
    with acting_for(department):
        models.Turn.objects.create(
            department=department,
            task_state=task_state,
            page=page,
            role=role,
            urgent=urgent,
            due_at=due(department, task_state.started_at, urgent=urgent),
        )
    acts.tell_whose_turn_it_is(task_state, by)


@transaction.atomic
def make_urgent(task_state: TaskState, user: Any) -> None:
    """Put an article into the urgent lane: less time, for this gate and those after it."""
    turn = models.Turn.of_all_departments.select_related("department", "page").get(
        task_state=task_state
    )
    if turn.urgent:
        return
    turn.urgent = True
    turn.due_at = due(turn.department, task_state.started_at, urgent=True)
    with acting_for(turn.department):
        turn.save(update_fields=["urgent", "due_at"])
    record(
        turn.department,
        "sen.approval.urgent",
        Kind.APPROVAL,
        about=turn.page.get_admin_display_title(),
        user=user,
        page_id=turn.page_id,
    )
    acts.tell_whose_turn_it_is(TaskState.objects.get(pk=task_state.pk), user)


def waiting_states(user: Any) -> QuerySet[TaskState]:
    """The states of the articles that wait where ``user`` stands, whatever gates there are."""
    stands = Q(turn__escalated_to=user.pk, turn__department__in=_departments_of(user))
    for held in roles_of(user):
        stands |= Q(turn__department=held.department_id, turn__role=held.role)
    return TaskState.objects.filter(
        stands,
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
    )


def is_escalated_to(task_state: TaskState, user: Any) -> bool:
    """Whether an overdue article was handed to ``user``, who still serves the department."""
    return models.Turn.of_all_departments.filter(
        task_state=task_state.pk, escalated_to=user.pk, department__in=_departments_of(user)
    ).exists()


def _departments_of(user: Any) -> set[int]:
    return {held.department_id for held in roles_of(user)}


def people_at(turn: models.Turn) -> QuerySet[Any]:
    """Everybody who may act on it now: the gate's role, today's deputies, who steps in."""
    department = turn.department_id
    people = get_user_model()._base_manager.filter(is_active=True)
    office = Q(
        groups__department_role__department=department, groups__department_role__role=turn.role
    )
    today = timezone.localdate()
    deputies = Deputyship.objects.filter(
        department=department,
        starts__lte=today,
        ends__gte=today,
        person__is_active=True,
        person__in=people.filter(office),
    ).values("deputy")
    found: QuerySet[Any] = people.filter(
        office | Q(pk__in=deputies) | Q(pk=turn.escalated_to_id)
    ).distinct()
    return found


def remind_and_escalate() -> None:
    """Remind who has little time left, and hand on what is overdue. Runs every minute."""
    now = timezone.now()
    open_turns = models.Turn.of_all_departments.filter(
        task_state__status=TaskState.STATUS_IN_PROGRESS,
        task_state__workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        escalated_at=None,
    ).select_related("task_state__task", "department__site", "page")
    for turn in open_turns.iterator():
        began = turn.task_state.started_at
        try:
            if now > turn.due_at:
                _escalate(turn)
            elif turn.reminded_at is None and now > began + (turn.due_at - began) * REMIND_AFTER:
                _remind(turn)
        except Exception:
            # One article's trouble keeps no other from being handed on.
            logger.exception("turn %s could not be reminded of or handed on", turn.pk)


def _claim(turn: models.Turn, field: str) -> bool:
    """Take ``turn`` for this process: whoever else looks at the same minute passes it over."""
    unclaimed = models.Turn.of_all_departments.filter(pk=turn.pk, **{field: None})
    return bool(unclaimed.update(**{field: timezone.now()}))


@transaction.atomic
def _remind(turn: models.Turn) -> None:
    if not _claim(turn, "reminded_at"):
        return
    with override(turn.department.language):
        words = _words(turn)
        tell(
            people_at(turn),
            turn.department,
            _("Reminder: “%(title)s” waits for you") % words,
            _("“%(title)s” waits at the gate “%(gate)s” until %(due)s.") % words,
            link=reverse("approval_review", args=[turn.task_state_id]),
        )


@transaction.atomic
def _escalate(turn: models.Turn) -> None:
    """Tell the gate's people that it is overdue, and give it to who steps in as well."""
    if not _claim(turn, "escalated_at"):
        return
    deputy = rules_for(turn.department).escalate_to
    if deputy is not None and not _serves(deputy, turn.department):
        deputy = None
    if deputy is not None:
        models.Turn.of_all_departments.filter(pk=turn.pk).update(escalated_to=deputy)
        turn.escalated_to = deputy
    people = set(people_at(turn))
    if deputy is None:
        # Nobody was named: those who could name somebody hear of it.
        people |= set(
            get_user_model()._base_manager.filter(
                is_active=True,
                groups__department_role__department=turn.department_id,
                groups__department_role__role__in=[Role.CHIEF, Role.SITE_ADMIN],
            )
        )
    record(
        turn.department,
        "sen.approval.overdue",
        Kind.APPROVAL,
        about=turn.page.get_admin_display_title(),
        details=deputy.get_full_name() if deputy is not None else "",
        page_id=turn.page_id,
        revision=turn.task_state.revision,
    )
    with override(turn.department.language):
        words = _words(turn)
        text = _("“%(title)s” should have been decided at the gate “%(gate)s” by %(due)s.") % words
        if deputy is not None:
            text += " " + _("%(who)s may decide now as well.") % {"who": deputy.get_full_name()}
        tell(
            people,
            turn.department,
            _("Overdue: “%(title)s”") % words,
            text,
            link=reverse("approval_review", args=[turn.task_state_id]),
        )


def _serves(person: Any, department: Department) -> bool:
    return bool(
        person.is_active
        and person.groups.filter(department_role__department=department.pk).exists()
    )


def _words(turn: models.Turn) -> dict[str, str]:
    return {
        "title": turn.page.get_admin_display_title(),
        "gate": turn.task_state.task.name,
        "due": timezone.localtime(turn.due_at).strftime("%H:%M %d/%m/%Y"),
    }
