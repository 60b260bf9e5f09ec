"""What happens when the last gate has approved.

Wagtail imports this while it defines its own models, so nothing of Wagtail's is
imported at the top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wagtail.models import WorkflowState


def publish_approved(workflow_state: WorkflowState, user: Any = None) -> None:
    """Publish the very revision that the last gate approved, at once or at its scheduled time.

    Named by ``WAGTAIL_FINISH_WORKFLOW_ACTION``. The approver needs no right to
    publish: the gates' approval is that right, and nobody has another.
    """
    from wagtail.actions.publish_page_revision import PublishPageRevisionAction

    revision = workflow_state.current_task_state.revision
    PublishPageRevisionAction(revision, user=user).execute(skip_permission_checks=True)
