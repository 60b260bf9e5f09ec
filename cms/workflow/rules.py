"""Who may approve or return what: nobody approves their own words.

The approver holds the gate's role in the article's own department; is neither
the requester nor the author of any revision since the live one; passed no
earlier gate of this round; and approves exactly the latest revision. There is
no exemption for superusers. A deputy may do what the colleague might: whoever
stands at a gate only for those who may not approve there, may not either.
Source: the four-eyes rule of ``docs/editors/approval.md``.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageLogEntry, Revision, TaskState, WorkflowState

from sites.roles import Role, has_role, stands_in_for
from sites.tree import department_of

NO_LONGER_HERE = _("Somebody else has acted on this article meanwhile; it no longer waits here.")
NOT_YOUR_GATE = _("You do not approve at this gate in this department.")
OWN_REQUEST = _("You submitted this article yourself; somebody else must approve it.")
OWN_WORDS = _("You wrote part of this text; somebody else must approve it.")
PASSED_EARLIER = _("You passed this article at an earlier gate; somebody else must approve here.")
NOT_FOR_COLLEAGUE = _(
    "The colleague for whom you stand in wrote, submitted or approved this text; "
    "somebody else must approve it."
)
NEWER_TEXT = _("The text has changed since it was submitted; it must be submitted again.")
REASON_REQUIRED = _("Say why you return the article.")
UNKNOWN_ACTION = _("There is no such act at this gate.")


class GateRefused(PermissionDenied):
    """An act at a gate that the rule does not allow; its text says why."""


def why_not(
    task_state: TaskState, user: Any, action: str, comment: str | None = None
) -> Any | None:
    """The reason why ``user`` may not do ``action`` on ``task_state``, or None if they may.

    Args:
        task_state: the article's state at a gate.
        action: ``approve`` or ``reject``.
        comment: the reason given for a return; None to ask before it is written.
    """
    workflow_state: WorkflowState = task_state.workflow_state
    if (
        task_state.status != TaskState.STATUS_IN_PROGRESS
        or workflow_state.status != WorkflowState.STATUS_IN_PROGRESS
    ):
        return NO_LONGER_HERE
    page = workflow_state.content_object
    if not isinstance(page, Page) or not stands_at_gate(page, task_state.task.specific.role, user):
        return NOT_YOUR_GATE
    if action == "reject":
        return REASON_REQUIRED if comment is not None and not comment.strip() else None
    if action != "approve":
        return UNKNOWN_ACTION
    if task_state.revision_id != page.latest_revision_id:
        return NEWER_TEXT
    requesters, authors = _requesters(workflow_state, page), authors_since_live(page)
    if user.pk in requesters:
        return OWN_REQUEST
    if user.pk in authors:
        return OWN_WORDS
    passed = set(
        workflow_state.task_states.filter(
            status=TaskState.STATUS_APPROVED, revision_id=task_state.revision_id
        ).values_list("finished_by", flat=True)
    )
    if user.pk in passed:
        return PASSED_EARLIER
    colleagues = colleagues_of(task_state, page, user)
    if colleagues and colleagues <= requesters | authors | passed:
        return NOT_FOR_COLLEAGUE
    return None


def colleagues_of(task_state: TaskState, page: Page, user: Any) -> frozenset[int]:
    """The keys of those for whom ``user`` stands at the gate; empty who stands there themselves."""
    department = department_of(page)
    if department is None:
        return frozenset()
    return stands_in_for(user, department, task_state.task.specific.role)


def stands_at_gate(page: Page, role: str, user: Any) -> bool:
    """Whether ``user`` holds ``role`` in the department of ``page``."""
    department = department_of(page)
    return department is not None and has_role(user, department, Role(role))


def authors_since_live(page: Page) -> set[int]:
    """The ids of all who saved a revision of ``page`` that is not public yet."""
    revisions = Revision.page_revisions.filter(object_id=str(page.pk))
    if page.live and page.live_revision_id:
        revisions = revisions.filter(pk__gt=page.live_revision_id)
    return set(revisions.exclude(user=None).values_list("user_id", flat=True).distinct())


def _requesters(workflow_state: WorkflowState, page: Page) -> set[int | None]:
    """Who submitted this round, at first or again after it was returned."""
    resumed = PageLogEntry.objects.filter(
        page_id=page.pk,
        action="wagtail.workflow.resume",
        timestamp__gte=workflow_state.created_at,
    ).values_list("user_id", flat=True)
    return {workflow_state.requested_by_id, *resumed}
