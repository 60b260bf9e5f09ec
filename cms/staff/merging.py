"""Offers and ended offices when two departments become one."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from sites.models import Department

from .models import EndedOffice, Invitation


def carry_offers(
    sender: type[Department],
    source: Department,
    target: Department,
    whole: bool,
    options: dict[str, str],
    report: Any,
    **kwargs: Any,
) -> None:
    """Let open invitations be the target's, and the way back of who was suspended; or end them.

    Listens to ``pages_moved``. Whom the target has invited itself, or ended the
    office of, it has its own word about.
    """
    if not whole:
        return
    invitations = Invitation.objects.filter(department=source, accepted_at=None)
    if options.get("people") != "move":
        report.count(_("invitations that end"), invitations.count())
        invitations.delete()
        return
    known = Invitation.objects.filter(department=target, accepted_at=None).values("email")
    invitations.filter(email__in=list(known.values_list("email", flat=True))).delete()
    report.count(_("open invitations"), invitations.update(department=target))
    theirs = EndedOffice.objects.filter(department=target).values_list("person", flat=True)
    serving = Department.objects.filter(pk=target.pk).values("role_groups__group__user")
    ended = EndedOffice.objects.filter(department=source).exclude(
        Q(person__in=list(theirs)) | Q(person__in=serving.exclude(role_groups__group__user=None))
    )
    report.count(_("people who were suspended or have left"), ended.update(department=target))
