"""Inviting somebody: an offer is written down at once, the mail follows in the background.

Whoever invites is answered before anybody has looked for an account: with an
address that another department knows, everything is as with a new one, the
words and the time they take. The roles are given at the next sign-in.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks import task
from wagtail.log_actions import LogContext

from cms.plugins.tasks import BACKEND
from cms.record.models import Kind
from cms.record.writing import record
from sites.models import Department
from sites.roles import Role

from .models import EndedOffice, Invitation
from .offices import unlock

logger = logging.getLogger(__name__)


@transaction.atomic
def offer(
    department: Department,
    email: str,
    last_name: str,
    first_name: str,
    roles: list[str],
    *,
    by: Any,
) -> Invitation:
    """Offer ``roles`` to whoever reads the mail of ``email``; an open offer is replaced."""
    invitation, _new = Invitation.objects.update_or_create(
        department=department,
        email=email.lower(),
        accepted_at=None,
        defaults={
            "last_name": last_name,
            "first_name": first_name,
            "roles": [Role(role).value for role in roles],
            "invited_by": by,
        },
    )
    record(
        department,
        "sen.people.invite",
        Kind.PEOPLE,
        about=f"{invitation.full_name} <{invitation.email}>",
        details=", ".join(str(Role(role).label) for role in roles),
        user=by,
    )
    send(invitation)
    return invitation


def send(invitation: Invitation) -> None:
    """Have the mail sent soon, or once more."""
    transaction.on_commit(partial(deliver.enqueue, invitation.pk))


@task(backend=BACKEND)
def deliver(invitation_id: int) -> None:
    """Find the account of an invitation or make it, and write to its owner."""
    invitation = (
        Invitation.objects.select_related("department", "user", "invited_by")
        .filter(pk=invitation_id, accepted_at=None)
        .first()
    )
    if invitation is None:
        return
    user = invitation.user or _account_for(invitation)
    if user.is_superuser:
        logger.warning("invitation %s: an administrator of the province", invitation.pk)
        return
    if not user.is_active and not unlock(user):
        logger.warning("invitation %s: the province has locked this account", invitation.pk)
        return
    Invitation.objects.filter(pk=invitation.pk).update(user=user)
    if user.has_usable_password():
        _tell_of_office(invitation, user)
    else:
        from cms.users.invitations import invite

        invite(user)


def accept_on_sign_in(sender: Any, user: Any, **kwargs: Any) -> None:
    """Give ``user`` the roles they were offered. Receiver of ``user_logged_in``."""
    waiting = Invitation.objects.filter(user=user.pk, accepted_at=None)
    for invitation in waiting.select_related("department", "invited_by"):
        accept(invitation, user)


@transaction.atomic
def accept(invitation: Invitation, user: Any) -> None:
    """Give ``user`` the roles of ``invitation``, once; the record names who offered them."""
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        accepted_at=timezone.now()
    )
    if not taken or user.is_superuser:
        return
    offices = invitation.department.role_groups.filter(role__in=invitation.roles)
    with LogContext(user=invitation.invited_by):
        user.groups.add(*offices.values_list("group", flat=True))
    EndedOffice.objects.filter(department=invitation.department_id, person=user.pk).delete()
    user.__dict__.pop("_sen_roles", None)


def _account_for(invitation: Invitation) -> Any:
    """The account with the invitation's address, the one used last; a new one where there is none.

    A new account has no password that could be used; its user name is the address.
    """
    accounts = get_user_model()._base_manager
    found = (
        accounts.filter(email__iexact=invitation.email)
        .order_by("-is_active", "-last_login", "pk")
        .first()
    )
    if found is not None:
        return found
    user = get_user_model()(
        username=_free_username(invitation.email),
        email=invitation.email,
        last_name=invitation.last_name,
        first_name=invitation.first_name,
    )
    user.set_unusable_password()
    user.save()
    return user


def _free_username(email: str) -> str:
    accounts = get_user_model()._base_manager
    name, number = email[:140], 1
    while accounts.filter(username=name).exists():
        number += 1
        name = f"{email[:140]}-{number}"
    return name


def _tell_of_office(invitation: Invitation, user: Any) -> None:
    """Write to somebody who has an account already; there is no link to fall for."""
    department = invitation.department
    details = {
        "user": user,
        "department": department,
        "address": settings.WAGTAILADMIN_BASE_URL + reverse("wagtailadmin_home"),
    }
    with translation.override(department.language):
        details["roles"] = ", ".join(str(Role(role).label) for role in invitation.roles)
        subject = render_to_string("staff/mail/office_subject.txt", details).strip()
        body = render_to_string("staff/mail/office.txt", details)
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email])
