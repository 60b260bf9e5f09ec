"""Taking a published text down, and publishing it again.

Taken down is not deleted: the public address answers 410 with a notice, and the
text is sealed for inspection. Nobody edits, moves or deletes it until it is
published again, as it was.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.locks import BaseLock
from wagtail.models import Page, Revision, WorkflowState

from cms.notices.telling import tell
from cms.record.hashing import hash_of_content
from cms.record.models import Kind
from cms.record.writing import record
from sites.roles import Role, has_role_at
from sites.tenancy import acting_for
from sites.tree import department_of

from . import acts, models, rules
from .authority import Authority, publishing_by
from .signals import page_republished, page_taken_down

SHORTEST_REASON = 10  # characters
NOT_CHIEF = gettext_lazy("Only the chief editor takes articles down and publishes them again.")
NO_REASON = gettext_lazy("Say in a sentence why.")
NOT_PUBLIC = gettext_lazy("This article is not public.")
NOT_DOWN = gettext_lazy("This article is not taken down.")


class Sealed(PermissionDenied):
    """A text that was taken down was to be changed or deleted."""


class GoneError(Exception):
    """A public address whose text was taken down or has expired was asked for."""

    def __init__(self, page: Page, takedown: Any = None) -> None:
        super().__init__(page.pk)
        self.page, self.takedown = page, takedown


class TakenDownMiddleware:
    """Answers 410 with the notice where a text was taken down."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = self.get_response(request)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page that says so; any other exception is somebody else's."""
        if not isinstance(error, GoneError):
            return None
        context = {"page": None, "gone": error.page, "takedown": error.takedown}
        return render(request, "taken_down.html", context, status=410)


class SealedLock(BaseLock):
    """Nobody edits a text that was taken down."""

    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> Any:
        return _("This article was taken down; its text is sealed. It can be published again.")

    def get_locked_by(self, user: Any) -> str:
        return _("Taken down")


def current(page: Page) -> models.Takedown | None:
    """The takedown that holds now; asks the database only where the page may have one."""
    if page.live or not page.locked:
        return None
    return (
        models.Takedown.of_all_departments.filter(page=page.pk, ended_at=None)
        .order_by("-pk")
        .first()
    )


def why_not_take_down(page: Page, user: Any) -> Any | None:
    """The reason why ``user`` may not take ``page`` down, or None if they may."""
    if not _may(page, user):
        return NOT_CHIEF
    return None if page.live else NOT_PUBLIC


def why_not_republish(page: Page, user: Any) -> Any | None:
    """The reason why ``user`` may not publish ``page`` again, or None if they may."""
    if not _may(page, user):
        return NOT_CHIEF
    return None if current(page) is not None else NOT_DOWN


def _may(page: Page, user: Any) -> bool:
    return bool(user.is_active and (user.is_superuser or has_role_at(user, page, Role.CHIEF)))


@transaction.atomic
def take_down(page: Page, user: Any, reason: str, notice: str = "") -> models.Takedown:
    """Take ``page`` down at once, everywhere it shows, and seal its text.

    Args:
        reason: for the record and the people of the article.
        notice: what citizens read at its address; none beyond the usual where empty.

    Raises:
        GateRefused: with the reason, in words for the one who acted.
    """
    locked = acts.lock(page)
    department = department_of(locked)
    refused = why_not_take_down(locked, user)
    if refused is None and len(reason.strip()) < SHORTEST_REASON:
        refused = NO_REASON
    if refused is not None or department is None:
        raise rules.GateRefused(refused or NOT_CHIEF)
    people = _people_of(locked) - {user.pk}
    revision = locked.live_revision or locked.get_latest_revision()
    running = locked.current_workflow_state
    if running is not None and running.status != WorkflowState.STATUS_APPROVED:
        running.cancel(user=user)
    for waiting in Revision.page_revisions.filter(object_id=str(locked.pk)).exclude(
        approved_go_live_at=None
    ):
        waiting.approved_go_live_at = None
        waiting.save(update_fields=["approved_go_live_at"])
    UnpublishPageAction(locked, user=user).execute(skip_permission_checks=True)
    Page.objects.filter(pk=locked.pk).update(locked=True, locked_by=None, locked_at=timezone.now())
    locked.refresh_from_db()
    with acting_for(department):
        takedown: models.Takedown = models.Takedown.objects.create(
            department=department,
            page=locked,
            title=locked.title,
            reason=reason.strip(),
            notice=notice.strip(),
            by_name=user.get_full_name(),
            revision_id=revision.pk if revision is not None else None,
            content=revision.content if revision is not None else {},
            content_hash=hash_of_content(revision.content) if revision is not None else "",
        )
    record(
        department,
        "sen.takedown",
        Kind.APPROVAL,
        about=locked.get_admin_display_title(),
        user=user,
        page_id=locked.pk,
        revision=revision,
        why=reason.strip(),
    )
    words = {"title": locked.title, "who": user.get_full_name(), "reason": reason.strip()}
    tell(
        people,
        department,
        _("“%(title)s” was taken down") % words,
        _("%(who)s took “%(title)s” down.\n\nReason: %(reason)s") % words,
    )
    page_taken_down.send(sender=type(locked), page=locked, takedown=takedown)
    return takedown


@transaction.atomic
def republish(page: Page, user: Any, reason: str) -> None:
    """Publish the sealed text of ``page`` again, as it was; it keeps its time and its views.

    Raises:
        GateRefused: with the reason, in words for the one who acted.
    """
    locked = acts.lock(page)
    department = department_of(locked)
    refused = why_not_republish(locked, user)
    if refused is None and len(reason.strip()) < SHORTEST_REASON:
        refused = NO_REASON
    takedown = current(locked)
    revision = (
        Revision.objects.filter(pk=takedown.revision_id).first() if takedown is not None else None
    )
    if refused is not None or department is None or takedown is None:
        raise rules.GateRefused(refused or NOT_CHIEF)
    locked.locked, locked.locked_by, locked.locked_at = False, None, None
    if revision is None:
        # Old revisions may be cleared away; the sealed text is kept beside them.
        revision = locked.with_content_json(takedown.content).save_revision(user=user)
    takedown.ended_at, takedown.ended_by = timezone.now(), user.get_full_name()
    takedown.ended_reason = reason.strip()
    with acting_for(department):
        takedown.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    Page.objects.filter(pk=locked.pk).update(locked=False, locked_by=None, locked_at=None)
    with publishing_by(Authority.REPUBLICATION):
        revision.publish(user=user)
    record(
        department,
        "sen.republish",
        Kind.APPROVAL,
        about=locked.get_admin_display_title(),
        user=user,
        page_id=locked.pk,
        revision=revision,
        why=reason.strip(),
    )
    fresh = Page.objects.get(pk=locked.pk).specific
    words = {"title": fresh.title, "who": user.get_full_name(), "reason": reason.strip()}
    tell(
        _people_of(fresh) - {user.pk},
        department,
        _("“%(title)s” is published again") % words,
        _("%(who)s published “%(title)s” again.\n\nReason: %(reason)s") % words,
    )
    page_republished.send(sender=type(fresh), page=fresh, takedown=takedown)


def _people_of(page: Page) -> set[int]:
    """Who wrote the article, who submitted it, who approved it."""
    keys = set(
        Revision.page_revisions.filter(object_id=str(page.pk)).values_list("user_id", flat=True)
    )
    rounds = WorkflowState.objects.filter(
        base_content_type__app_label="wagtailcore", object_id=str(page.pk)
    )
    keys |= set(rounds.values_list("requested_by_id", flat=True))
    keys |= set(rounds.values_list("task_states__finished_by_id", flat=True))
    keys.add(page.owner_id)
    return {key for key in keys if key is not None}


def refuse_deletion(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Keep sealed texts from being deleted, with their section too. Listens to ``pre_delete``."""
    if isinstance(instance, Page) and current(instance) is not None:
        raise Sealed(_("“%(title)s” is sealed for inspection.") % {"title": instance.title})
