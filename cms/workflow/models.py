"""Gates: the steps of an approval chain, and what is kept about an article's way.

A gate is a shared row ("editing", "final approval") that finds its people
through the page's department, so a province of 200 departments has a handful of
gates, not hundreds, and the dashboard asks about a handful.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision, Task, TaskState, WorkflowState

from sites.roles import GATE_ROLES
from sites.scoping import DepartmentModel

from . import acts, rules, turns
from .forms import ApproveForm, DeclineForm, ReturnForm

ROLE_CHOICES = [(role.value, role.label) for role in GATE_ROLES]


class Gate(Task):
    """One approval step: the people of one role in the article's own department.

    ``step`` tells gates of one role apart, for a chain in which a role approves
    twice (two deputy chiefs, say): Wagtail allows a task once in a workflow.
    """

    role = models.CharField(_("role"), max_length=20, choices=ROLE_CHOICES)
    step = models.PositiveSmallIntegerField(_("step"), default=1)

    admin_form_fields = [*Task.admin_form_fields, "role"]

    class Meta:
        verbose_name = _("gate")
        verbose_name_plural = _("gates")
        constraints = [
            models.UniqueConstraint(fields=("role", "step"), name="one_gate_a_role_and_step")
        ]

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        """Begin at this gate, or at an earlier one that has not seen the latest text.

        Wagtail resumes a returned article at the gate that returned it; what was
        changed since would get past the gates before it.
        """
        first = workflow_state.get_next_task()
        if first is not None and first.pk != self.pk:
            return first.specific.start(workflow_state, user=user)
        task_state = super().start(workflow_state, user=user)
        turns.begin(task_state, self.role, by=user)
        return task_state

    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, Any, bool]]:
        """What ``user`` may do at this gate; :meth:`on_action` decides once more."""
        task_state = obj.current_workflow_task_state
        if task_state is None or task_state.task_id != self.pk:
            return []
        actions: list[tuple[str, Any, bool]] = []
        if rules.why_not(task_state, user, acts.RETURN) is None:
            actions.append((acts.RETURN, _("Return for changes"), True))
            actions.append((acts.DECLINE, _("Decline"), True))
        if rules.why_not(task_state, user, acts.APPROVE) is None:
            actions.append((acts.APPROVE, _("Approve"), False))
            actions.append((acts.APPROVE, _("Approve with a comment"), True))
        return actions

    @transaction.atomic
    def on_action(
        self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any
    ) -> str | None:
        """Approve, return or decline; the one place where that happens, whoever calls.

        Decides from the task state, never from the address of the page, and
        with both state rows locked, so of two people acting at once one wins.

        Raises:
            GateRefused: with the reason, in words for the one who acted.
        """
        workflow_state = WorkflowState.objects.select_for_update().get(
            pk=task_state.workflow_state_id
        )
        locked = TaskState.objects.select_for_update().get(pk=task_state.pk)
        if workflow_state.current_task_state_id != locked.pk or locked.task_id != self.pk:
            raise rules.GateRefused(rules.NO_LONGER_HERE)
        reason = rules.why_not(locked, user, action_name, comment=kwargs.get("comment", ""))
        if reason is not None:
            raise rules.GateRefused(reason)
        kwargs["comment"] = _signed_for(locked, user, kwargs.get("comment", ""))
        told = acts.people_to_tell(workflow_state, user)
        if action_name == acts.DECLINE:
            acts.decline(locked, user, kwargs["comment"])
        else:
            super().on_action(locked.specific, user, action_name, **kwargs)
        acts.tell_what_was_done(locked, user, action_name, kwargs["comment"], told)
        return None

    def user_can_access_editor(self, obj: Page, user: Any) -> bool:
        """The gate's people may open the article in the editor, to read it."""
        task_state = obj.current_workflow_task_state
        return task_state is not None and rules.stands_at(task_state, obj, user)

    def locked_for_user(self, obj: Page, user: Any) -> bool:
        """Nobody edits during approval: whoever wants another text returns it.

        Otherwise an approver could change a word and approve it in one go.
        """
        return True

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return {acts.RETURN: ReturnForm, acts.DECLINE: DeclineForm}.get(action, ApproveForm)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """The articles that wait at this gate in the departments where ``user`` holds its role."""
        return turns.waiting_states(user).filter(task=self)

    @classmethod
    def get_description(cls) -> Any:
        return _("The people of one role in the article's own department approve.")


class Turn(DepartmentModel):
    """An article at a gate: whose turn it is, and until when.

    One row a task state. It repeats the department and the role, so that what
    waits for somebody is one query on an index, whatever the province's size.
    """

    task_state = models.OneToOneField(TaskState, on_delete=models.CASCADE, related_name="turn")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(
        max_length=20, choices=[(role.value, role.label) for role in GATE_ROLES]
    )
    due_at = models.DateTimeField(_("due"))
    urgent = models.BooleanField(_("urgent"), default=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    escalated_at = models.DateTimeField(null=True, editable=False)
    escalated_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("turn at a gate")
        verbose_name_plural = _("turns at gates")
        indexes = [models.Index(fields=["department", "role"], name="turn_department_role")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.role} until {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def is_overdue(self) -> bool:
        """Whether the time for deciding is over."""
        return timezone.now() > self.due_at


class ShownRevision(models.Model):
    """Somebody was shown this very text on the approval screen; without it, no approval."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="shown_to")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shown_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("text shown")
        verbose_name_plural = _("texts shown")
        constraints = [
            models.UniqueConstraint(fields=("revision", "user"), name="shown_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} to {self.user_id}"


class ChainRules(DepartmentModel):
    """How fast a department's gates decide, and who steps in when they do not."""

    moves_when_merged: ClassVar[bool] = False

    working_days = models.PositiveSmallIntegerField(
        _("working days for a decision"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    urgent_hours = models.PositiveSmallIntegerField(
        _("hours for an urgent one"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    escalate_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("steps in when it is overdue"),
    )

    class Meta:
        verbose_name = _("rules of the approval chain")
        verbose_name_plural = _("rules of the approval chains")
        constraints = [
            models.UniqueConstraint(fields=("department",), name="one_set_of_chain_rules")
        ]

    def __str__(self) -> str:
        return f"{self.department_id}: {self.working_days} days, {self.urgent_hours} hours"


class SoleEditor(DepartmentModel):
    """An exception granted by the province: this person may approve their own words.

    For a department of one. It stays as a row when it is ended.
    """

    moves_when_merged: ClassVar[bool] = False

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
    )
    reason = models.TextField(_("reason"))
    granted_by = models.CharField(max_length=255)
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sole editor")
        verbose_name_plural = _("sole editors")
        constraints = [
            models.UniqueConstraint(
                fields=("department", "person"),
                condition=models.Q(ended_at=None),
                name="one_exception_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.department_id}"


class Takedown(DepartmentModel):
    """A text that was taken down: why, by whom, and the text itself, sealed.

    ``content`` is the revision's, kept apart from it; ``content_hash`` is what the
    record says of it.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="takedowns")
    title = models.CharField(max_length=255)
    reason = models.TextField(_("reason"))
    notice = models.TextField(_("notice to the public"), blank=True)
    at = models.DateTimeField(default=timezone.now)
    by_name = models.CharField(max_length=255)
    revision_id = models.IntegerField(null=True)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=255, blank=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("takedown")
        verbose_name_plural = _("takedowns")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.title}, {self.at:%d/%m/%Y}"


class Holiday(models.Model):
    """A day that differs from the calendar of public holidays: off, or worked to make up."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    is_worked = models.BooleanField(_("worked, to make up for another day"), default=False)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class SchedulerRun(models.Model):
    """When the jobs of each minute ran last; one row, so that one sees when they do not."""

    ran_at = models.DateTimeField()

    class Meta:
        verbose_name = _("run of the scheduler")
        verbose_name_plural = _("runs of the scheduler")

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d %H:%M:%S}"


def _signed_for(task_state: TaskState, user: Any, comment: str) -> str:
    """The comment of an act, beginning with the colleagues for whom a deputy acts.

    The comment is what Wagtail shows of an act wherever it shows it.
    """
    page = task_state.workflow_state.content_object
    keys = rules.colleagues_of(task_state, page, user)
    if not keys:
        return comment
    people = get_user_model()._base_manager.filter(pk__in=keys).order_by("pk")
    names = ", ".join(person.get_full_name() for person in people)
    signature = gettext("(for %(names)s)") % {"names": names}
    return f"{signature} {comment}".strip()
