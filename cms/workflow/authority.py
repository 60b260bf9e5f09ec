"""By what right a text becomes public: its department's gates, or an act that is named.

Nobody holds a right to publish news. A revision is published because every gate
of the chain approved that very revision, or because code says aloud by what
other authority it publishes (:func:`publishing_by`). Everything that publishes
comes through ``GatedPage.publish``: the editor, bulk actions, the admin's API,
the scheduler, management commands, a shell.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from wagtail.models import Revision, TaskState, WorkflowState


class Authority(StrEnum):
    """What besides the gates lets a text become public; each is an act with a record."""

    EMERGENCY = "emergency"
    REPUBLICATION = "republication"
    AUTOMATIC_ACCEPTANCE = "automatic acceptance"
    #: Texts that were public elsewhere before: imports, merges, the demo.
    IMPORT = "import"


class NotApproved(PermissionDenied):
    """A revision that the gates have not approved was to be published."""


_authority: ContextVar[Authority | None] = ContextVar("publishing_authority", default=None)


@contextmanager
def publishing_by(authority: Authority) -> Iterator[None]:
    """Let texts become public inside the block without the gates' approval.

    Whoever calls this checks who acts and writes the record.
    """
    token = _authority.set(authority)
    try:
        yield
    finally:
        _authority.reset(token)


def current_authority() -> Authority | None:
    """By what the running code publishes, if not by the gates."""
    return _authority.get()


def is_approved(revision: Revision) -> bool:
    """Whether the chain has approved exactly this revision.

    One that waits for its hour was let through when the hour was set, and only then.
    """
    if revision.approved_go_live_at is not None:
        return True
    return TaskState.objects.filter(
        revision_id=revision.pk,
        status=TaskState.STATUS_APPROVED,
        workflow_state__status=WorkflowState.STATUS_APPROVED,
        workflow_state__current_task_state__revision_id=revision.pk,
    ).exists()


def require_authority(revision: Revision) -> None:
    """Raise :class:`NotApproved` where nothing lets ``revision`` become public."""
    if current_authority() is None and not is_approved(revision):
        raise NotApproved(
            _("“%(title)s” has not passed its approval chain; it cannot be published.")
            % {"title": revision.object_str}
        )
