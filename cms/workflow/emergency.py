"""Publishing past the gates in an emergency: a separate act, and a loud one.

The department's chief editor may, or who stands in for them, or a superuser.
The reason goes into the record and to every chief editor and auditor of the
department, and to whoever wrote the text.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail.models import Page, WorkflowState

from cms.notices.telling import tell
from cms.record.models import Kind
from cms.record.writing import record
from sites.roles import Role, has_role
from sites.tree import department_of

from . import acts, rules, takedown
from .authority import Authority, publishing_by
from .permissions import GatedPage

SHORTEST_REASON = 10  # characters
NOT_CHIEF = gettext_lazy("Only the chief editor may publish past the gates.")
NO_REASON = gettext_lazy("Say in a sentence why this cannot wait for its approval.")
SEALED = gettext_lazy("This article was taken down. Publish it again instead.")
NOTHING_NEW = gettext_lazy("There is no text here that is not public already.")


def why_not(page: Page, user: Any) -> Any | None:
    """The reason why ``user`` may not publish ``page`` past its gates, or None if they may."""
    department = department_of(page)
    if department is None or not isinstance(page, GatedPage):
        return NOT_CHIEF
    if not (user.is_superuser or has_role(user, department, Role.CHIEF)):
        return NOT_CHIEF
    if page.live and not page.has_unpublished_changes:
        return NOTHING_NEW
    if takedown.current(page) is not None:
        return SEALED
    return None


@transaction.atomic
def publish(page: GatedPage, user: Any, reason: str) -> None:
    """Make the latest text of ``page`` public now, whatever gate it waits at.

    Raises:
        GateRefused: with the reason, in words for the one who acted.
        ValidationError: the text itself cannot be published.
    """
    locked = acts.lock(page)
    department = department_of(locked)
    refused = why_not(locked, user) if department is not None else NOT_CHIEF
    if refused is None and len(reason.strip()) < SHORTEST_REASON:
        refused = NO_REASON
    if refused is not None or department is None:
        raise rules.GateRefused(refused)
    people = rules.authors_since_live(locked)
    running = locked.current_workflow_state
    if running is not None and running.status != WorkflowState.STATUS_APPROVED:
        running.cancel(user=user)
    revision = locked.get_latest_revision()
    text = revision.as_object()
    text.full_clean()
    if text.go_live_at is not None and text.go_live_at > timezone.now():
        text.go_live_at = None
        revision = text.save_revision(user=user)
    with publishing_by(Authority.EMERGENCY):
        revision.publish(user=user)
    record(
        department,
        "sen.approval.emergency",
        Kind.APPROVAL,
        about=locked.get_admin_display_title(),
        user=user,
        page_id=locked.pk,
        revision=revision,
        why=reason.strip(),
    )
    watching = get_user_model()._base_manager.filter(
        groups__department_role__department=department,
        groups__department_role__role__in=[Role.CHIEF, Role.AUDITOR],
    )
    people |= set(watching.values_list("pk", flat=True))
    with override(department.language):
        words = {"title": text.title, "who": user.get_full_name(), "reason": reason.strip()}
        tell(
            get_user_model()._base_manager.filter(pk__in=people),
            department,
            _("EMERGENCY: “%(title)s” was published without approval") % words,
            _("%(who)s published “%(title)s” past the gates.\n\nReason: %(reason)s") % words,
            link=reverse("wagtailadmin_pages:edit", args=[locked.pk]),
        )
