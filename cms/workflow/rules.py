"""Who may approve or return what: nobody approves their own words.

The approver holds the gate's role in the article's own department; is neither
the requester nor the author of any revision since the live one; passed no
earlier gate of this round; and approves exactly the latest revision. There is
no exemption for superusers. A deputy may do what the colleague might: whoever
stands at a gate only for those who may not approve there, may not either. The
approver was shown the text on the approval screen. A sole editor, by the
province's leave, is freed from "nobody's own words" and from nothing else.
Source: the four-eyes rule of ``docs/editors/approval.md``.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageLogEntry, Revision, TaskState, WorkflowState

from sites.roles import Role, has_role, stands_in_for
from sites.tree import department_of

from . import models, turns
from .showing import was_shown

NO_LONGER_HERE = _("Somebody else has acted on this article meanwhile; it no longer waits here.")
NOT_YOUR_GATE = _("You do not approve at this gate in this department.")
OWN_REQUEST = _("You submitted this article yourself; somebody else must approve it.")
OWN_WORDS = _("You wrote part of this text; somebody else must approve it.")
PASSED_EARLIER = _("You passed this article at an earlier gate; somebody else must approve here.")
NOT_FOR_COLLEAGUE = _(
    "The colleague for whom you stand in wrote, submitted or approved this text; "
    "somebody else must approve it."
)
NOT_SHOWN = _("Open the article on the approval screen first: approve what you have read.")
NEWER_TEXT = _("The text has changed since it was submitted; it must be submitted again.")
REASON_REQUIRED = _("Say why you return the article.")
REASON_TO_DECLINE = _("Say why you decline the article.")
UNKNOWN_ACTION = _("There is no such act at this gate.")


class GateRefused(PermissionDenied):
    """An act at a gate that the rule does not allow; its text says why."""


def why_not(
    task_state: TaskState, user: Any, action: str, comment: str | None = None
) -> Any | None:
    """The reason why ``user`` may not do ``action`` on ``task_state``, or None if they may.

    Args:
        task_state: the article's state at a gate.
        action: one of those in :mod:`cms.workflow.acts`.
        comment: the reason given for a return; None to ask before it is written.
    """
    workflow_state: WorkflowState = task_state.workflow_state
    if (
        task_state.status != TaskState.STATUS_IN_PROGRESS
        or workflow_state.status != WorkflowState.STATUS_IN_PROGRESS
    ):
        return NO_LONGER_HERE
    page = workflow_state.content_object
    if not isinstance(page, Page) or not stands_at(task_state, page, user):
        return NOT_YOUR_GATE
    unsaid = comment is not None and not comment.strip()
    if action == "reject":
        return REASON_REQUIRED if unsaid else None
    if action == "decline":
        return REASON_TO_DECLINE if unsaid else None
    if action != "approve":
        return UNKNOWN_ACTION
    if task_state.revision_id != page.latest_revision_id:
        return NEWER_TEXT
    own = None if is_sole_editor(user, page) else _why_not_own(task_state, page, user)
    if own is not None:
        return own
    return None if was_shown(task_state.revision_id, user) else NOT_SHOWN


def _why_not_own(task_state: TaskState, page: Page, user: Any) -> Any | None:
    """What ``user``, or the colleague they stand in for, has had to do with the text so far."""
    workflow_state = task_state.workflow_state
    submitted, wrote = requesters(workflow_state, page), authors_since_live(page)
    if user.pk in submitted:
        return OWN_REQUEST
    if user.pk in wrote:
        return OWN_WORDS
    passed = set(
        workflow_state.task_states.filter(
            status=TaskState.STATUS_APPROVED, revision_id=task_state.revision_id
        ).values_list("finished_by", flat=True)
    )
    if user.pk in passed:
        return PASSED_EARLIER
    colleagues = colleagues_of(task_state, page, user)
    if colleagues and colleagues <= submitted | wrote | passed:
        return NOT_FOR_COLLEAGUE
    return None


def is_sole_editor(user: Any, page: Page) -> bool:
    """Whether the province lets ``user`` approve their own words in the page's department."""
    department = department_of(page)
    return (
        department is not None
        and models.SoleEditor.of_all_departments.filter(
            department=department, person=user.pk, ended_at=None
        ).exists()
    )


def colleagues_of(task_state: TaskState, page: Page, user: Any) -> frozenset[int]:
    """The keys of those for whom ``user`` stands at the gate; empty who stands there themselves."""
    department = department_of(page)
    if department is None:
        return frozenset()
    return stands_in_for(user, department, task_state.task.specific.role)


def stands_at(task_state: TaskState, page: Page, user: Any) -> bool:
    """Whether ``user`` holds the gate's role in the page's department, or it was handed on."""
    department = department_of(page)
    gate = task_state.task.specific
    if department is None or not isinstance(gate, models.Gate):
        return False
    return has_role(user, department, Role(gate.role)) or turns.is_escalated_to(task_state, user)


def authors_since_live(page: Page) -> set[int]:
    """The ids of all who saved a revision of ``page`` that is not public yet."""
    revisions = Revision.page_revisions.filter(object_id=str(page.pk))
    if page.live and page.live_revision_id:
        revisions = revisions.filter(pk__gt=page.live_revision_id)
    return set(revisions.exclude(user=None).values_list("user_id", flat=True).distinct())


def requesters(workflow_state: WorkflowState, page: Page) -> set[int | None]:
    """Who submitted this round, at first or again after it was returned."""
    resumed = PageLogEntry.objects.filter(
        page_id=page.pk,
        action="wagtail.workflow.resume",
        timestamp__gte=workflow_state.created_at,
    ).values_list("user_id", flat=True)
    return {workflow_state.requested_by_id, *resumed}
