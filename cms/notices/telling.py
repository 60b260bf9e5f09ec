"""Telling people something: the notices are part of the act, their mails follow it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone

from sites.models import Department

from .mailing import deliver
from .models import Notice

NO_ADDRESS = "no e-mail address"


def tell(
    people: Iterable[Any], department: Department, subject: str, text: str, *, link: str = ""
) -> list[Notice]:
    """Tell each of ``people`` once: a notice in the admin now, a mail soon.

    The notices are rows of the caller's transaction: what is undone was told to
    nobody. Mailing happens after it, in the background, and raises nothing into it.

    Args:
        people: accounts, or their keys; who is named twice is told once. Left out are
            accounts that are locked, and people without an office in ``department``
            unless they are the province's administrators.
        department: whose matter it is, and in whose name the mail is sent.
        subject: one line, as plain text.
        text: plain text; empty lines part paragraphs.
        link: where the thing is, an address in the admin (``/admin/…``) or a whole one.

    Returns:
        The notices, one a person, in the order of the accounts.
    """
    keys = {getattr(person, "pk", person) for person in people if person is not None}
    now = timezone.now()
    told = get_user_model()._base_manager.filter(_in_office(department), pk__in=keys)
    notices = Notice.of_all_departments.bulk_create(
        [
            Notice(
                department=department,
                recipient=person,
                subject=" ".join(str(subject).split())[:255],
                text=str(text).strip(),
                link=link,
                created=now,
                next_attempt=now if person.email else None,
                last_error="" if person.email else NO_ADDRESS,
            )
            for person in told.filter(is_active=True).order_by("pk").distinct()
        ]
    )
    due = [notice.pk for notice in notices if notice.next_attempt is not None]
    if due:

        def mail_soon() -> None:
            deliver.enqueue(due)

        # Robust: a queue that cannot be written to is no reason for the act to fail,
        # the scheduler finds what is due.
        transaction.on_commit(mail_soon, robust=True)
    return notices


def _in_office(department: Department) -> models.Q:
    """Who has a business with ``department``: its people, and the province's administrators."""
    return models.Q(is_superuser=True) | models.Q(groups__department_role__department=department)
