"""What the dashboard shows of articles on their way: those that wait for me, and mine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState, WorkflowState

from sites.models import Department

from . import turns

MINE = 12


@dataclass(frozen=True)
class OwnArticle:
    """An article of somebody's: where it stands, in words.

    ``tone`` is one of ``draft``, ``waiting``, ``late``, ``returned``, ``scheduled``
    and ``public``; ``note`` the reason it was returned for.
    """

    page: Page
    tone: str
    state: str
    until: datetime | None = None
    note: str = ""


def waiting_for(user: Any) -> list[TaskState]:
    """The articles that wait for ``user``'s decision: urgent ones first, then by deadline.

    One query, whatever gates and departments there are.
    """
    return list(
        turns.waiting_states(user)
        .select_related(
            "revision", "task", "workflow_state", "workflow_state__requested_by", "turn"
        )
        .order_by("-turn__urgent", "turn__due_at", "pk")
    )


def articles_of(user: Any, department: Department) -> list[OwnArticle]:
    """The last articles in ``department`` that ``user`` owns or was the last to write in."""
    own = (
        Page.objects.descendant_of(department.site.root_page)
        .exclude(latest_revision=None)
        .select_related("latest_revision")
    )
    # Asked for apart, each by an index: with OR every page of the site would be read.
    owned = own.filter(owner=user).order_by("-latest_revision_created_at")[:MINE]
    written = own.filter(latest_revision__user=user).order_by("-latest_revision__created_at")[:MINE]
    found = {page.pk: page for page in (*owned, *written)}.values()
    pages = sorted(found, key=_last_edited, reverse=True)[:MINE]
    rounds = WorkflowState.objects.filter(
        object_id__in=[str(page.pk) for page in pages],
        base_content_type__app_label="wagtailcore",
        status__in=[WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES],
    ).select_related("current_task_state__task", "current_task_state__turn")
    by_page = {int(one.object_id): one for one in rounds}
    return [_own_article(page, by_page.get(page.pk)) for page in pages]


def _last_edited(page: Page) -> datetime:
    time: datetime = page.latest_revision.created_at
    return time


def _own_article(page: Page, running: WorkflowState | None) -> OwnArticle:
    at = running.current_task_state if running is not None else None
    if running is not None and at is not None:
        if running.status == WorkflowState.STATUS_NEEDS_CHANGES:
            return OwnArticle(page, "returned", _("Returned"), note=at.comment)
        turn = getattr(at, "turn", None)
        late = turn is not None and turn.is_overdue
        state = _("Waits: %(gate)s") % {"gate": at.task.name}
        return OwnArticle(page, "late" if late else "waiting", state, turn.due_at if turn else None)
    go_live_at = page.latest_revision.approved_go_live_at if page.latest_revision else None
    if go_live_at is not None and go_live_at > timezone.now():
        return OwnArticle(page, "scheduled", _("Scheduled"), go_live_at)
    if page.live and not page.has_unpublished_changes:
        return OwnArticle(page, "public", _("Published"), page.last_published_at)
    if page.live:
        return OwnArticle(page, "draft", _("Published, with a newer draft"))
    return OwnArticle(page, "draft", _("Expired") if page.expired else _("Draft"))
