"""What people do at a gate beside approving, and who hears of it.

Everybody who has handled an article is told what became of it, once each: who
submitted it, who wrote in it, who approved it at an earlier gate.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page, TaskState, WorkflowState

from cms.notices.telling import tell
from cms.record.models import Kind
from cms.record.writing import record
from sites.tree import department_of

from . import rules, turns

APPROVE, RETURN, DECLINE = "approve", "reject", "decline"


def lock(page: Page) -> Page:
    """Lock ``page`` for an act past its gates; returns it as the database has it now, specific.

    First its rounds of approval, then the page: in the order in which a gate's
    last approval takes them, so that neither waits for the other for ever.
    """
    rounds = WorkflowState.objects.filter(
        base_content_type__app_label="wagtailcore",
        object_id=str(page.pk),
        status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES),
    )
    list(rounds.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    return Page.objects.select_for_update().get(pk=page.pk).specific


def decline(task_state: TaskState, user: Any, reason: str) -> None:
    """End the round for good; the article stays a draft, and the reason with it."""
    workflow_state: WorkflowState = task_state.workflow_state
    page: Page = workflow_state.content_object
    workflow_state.cancel(user=user)
    # Wagtail empties both when it cancels.
    TaskState.objects.filter(pk=task_state.pk).update(comment=reason, finished_by=user)
    department = department_of(page)
    if department is not None:
        record(
            department,
            "sen.approval.decline",
            Kind.APPROVAL,
            about=page.get_admin_display_title(),
            user=user,
            page_id=page.pk,
            revision=task_state.revision,
            why=reason,
        )


def people_to_tell(workflow_state: WorkflowState, actor: Any) -> set[int]:
    """The keys of all who have handled the article in this round, without ``actor``.

    To be asked before an act: a publication ends what counts as "since the live text".
    """
    page = workflow_state.content_object
    handled = rules.requesters(workflow_state, page) | rules.authors_since_live(page)
    handled |= set(workflow_state.task_states.values_list("finished_by", flat=True))
    return {pk for pk in handled if pk is not None and pk != actor.pk}


def tell_what_was_done(
    task_state: TaskState, actor: Any, action: str, comment: str, people: Iterable[int]
) -> None:
    """Tell ``people`` (keys) of an act at a gate; an approval on the way tells who submitted."""
    page = Page.objects.get(pk=task_state.workflow_state.object_id)
    department = department_of(page)
    if department is None:
        return
    workflow_state = WorkflowState.objects.get(pk=task_state.workflow_state_id)
    on_its_way = action == APPROVE and workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
    with override(department.language):
        words = {"title": page.get_admin_display_title(), "who": actor.get_full_name()}
        if on_its_way:
            subject = _("“%(title)s” has passed a gate")
            text = _("%(who)s approved “%(title)s”; it goes on to the next gate.")
            people = set(people) & rules.requesters(workflow_state, page)
        elif action == APPROVE and page.live:
            subject = _("“%(title)s” is published")
            text = _("%(who)s gave the final approval; “%(title)s” is public.")
        elif action == APPROVE:
            subject = _("“%(title)s” is approved and waits for its hour")
            text = _("%(who)s gave the final approval; “%(title)s” is published at the set time.")
        elif action == RETURN:
            subject = _("“%(title)s” was returned for changes")
            text = _("%(who)s returned “%(title)s”.")
        else:
            subject = _("“%(title)s” was declined")
            text = _("%(who)s declined “%(title)s”; its approval has ended.")
        text %= words
        if comment:
            text += "\n\n" + (_("Comment") if action == APPROVE else _("Reason")) + f": {comment}"
        found = get_user_model()._base_manager.filter(pk__in=list(people))
        link = reverse("wagtailadmin_pages:edit", args=[page.pk])
        tell(found, department, subject % words, text, link=link)


def tell_whose_turn_it_is(task_state: TaskState, actor: Any) -> None:
    """Tell a gate's people that an article has come to them."""
    turn = task_state.turn
    with override(turn.department.language):
        words = {
            "title": turn.page.get_admin_display_title(),
            "who": actor.get_full_name() if actor is not None else "",
            "gate": task_state.task.name,
            "due": timezone.localtime(turn.due_at).strftime("%H:%M %d/%m/%Y"),
        }
        subject = (
            _("URGENT: “%(title)s” waits for you")
            if turn.urgent
            else _("“%(title)s” waits for you")
        )
        text = _("“%(title)s”, sent by %(who)s, waits at the gate “%(gate)s”, until %(due)s.")
        people = [one for one in turns.people_at(turn) if actor is None or one.pk != actor.pk]
        link = reverse("approval_review", args=[task_state.pk])
        tell(people, turn.department, subject % words, text % words, link=link)
