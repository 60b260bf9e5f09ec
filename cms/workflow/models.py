"""Gates: the steps of an approval chain.

A gate is a shared row ("editing", "final approval") that finds its people
through the page's department, so a province of 200 departments has two gates,
not four hundred, and Wagtail's dashboard asks about two.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task, TaskState, WorkflowState

from sites.roles import GATE_ROLES, roles_of

from . import rules
from .forms import ApproveForm, ReturnForm


class Gate(Task):
    """One approval step: the people of one role in the article's own department."""

    role = models.CharField(
        _("role"), max_length=20, choices=[(role.value, role.label) for role in GATE_ROLES]
    )

    admin_form_fields = [*Task.admin_form_fields, "role"]

    class Meta:
        verbose_name = _("gate")
        verbose_name_plural = _("gates")

    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        """Begin at this gate, or at an earlier one that has not seen the latest text.

        Wagtail resumes a returned article at the gate that returned it; what was
        changed since would get past the gates before it.
        """
        first = workflow_state.get_next_task()
        if first is not None and first.pk != self.pk:
            return first.specific.start(workflow_state, user=user)
        return super().start(workflow_state, user=user)

    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, Any, bool]]:
        """What ``user`` may do at this gate; :meth:`on_action` decides once more."""
        task_state = obj.current_workflow_task_state
        if task_state is None or task_state.task_id != self.pk:
            return []
        actions: list[tuple[str, Any, bool]] = []
        if rules.why_not(task_state, user, "reject") is None:
            actions.append(("reject", _("Return for changes"), True))
        if rules.why_not(task_state, user, "approve") is None:
            actions.append(("approve", _("Approve"), False))
            actions.append(("approve", _("Approve with a comment"), True))
        return actions

    @transaction.atomic
    def on_action(
        self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any
    ) -> str | None:
        """Approve or return; the one place where that happens, whoever calls.

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
        super().on_action(locked.specific, user, action_name, **kwargs)
        return None

    def user_can_access_editor(self, obj: Page, user: Any) -> bool:
        """The gate's people may open the article in the editor, to read it."""
        return rules.stands_at_gate(obj, self.role, user)

    def locked_for_user(self, obj: Page, user: Any) -> bool:
        """Nobody edits during approval: whoever wants another text returns it.

        Otherwise an approver could change a word and approve it in one go.
        """
        return True

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return ReturnForm if action == "reject" else ApproveForm

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """The articles that wait at this gate in the departments where ``user`` holds its role."""
        home_paths = [
            held.department.site.root_page.path for held in roles_of(user) if held.role == self.role
        ]
        if not home_paths:
            return TaskState.objects.none()
        below = models.Q()
        for path in home_paths:
            below |= models.Q(path__startswith=path)
        pages = Page.objects.filter(below).annotate(
            as_text=models.functions.Cast("pk", models.CharField())
        )
        return self.task_states.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            revision__object_id__in=pages.values("as_text"),
        )

    @classmethod
    def get_description(cls) -> Any:
        return _("The people of one role in the article's own department approve.")


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
