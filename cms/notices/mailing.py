"""Mailing notices in the background: HTML and text, in the department's name, tried again.

A mail is claimed before it is sent, so two workers never send it twice; whoever
dies in between leaves it to be tried again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_tasks import task

from cms.users.adapters import admin_url
from sites.models import Department

from .models import Notice

logger = logging.getLogger(__name__)

#: Minutes to wait after each attempt that failed; after the last one it is given up.
DELAYS = (1, 5, 30, 120, 480, 1440)
#: How long an attempt may take before another one begins.
CLAIM = timedelta(minutes=10)
#: How many are mailed in one run of the scheduler: an outage ends without a storm.
BATCH = 200
#: How long notices are kept.
KEPT = timedelta(days=365)


@task(backend="background")
def deliver(notice_ids: list[int]) -> None:
    """Mail these notices, those that are still due."""
    for notice_id in notice_ids:
        mail(notice_id)


def mail_due() -> int:
    """Mail what is due and was not mailed; returns how many were tried. A job of each minute."""
    due = Notice.of_all_departments.filter(next_attempt__lte=timezone.now())
    keys = list(due.order_by("next_attempt").values_list("pk", flat=True)[:BATCH])
    for notice_id in keys:
        mail(notice_id)
    return len(keys)


def forget_old() -> None:
    """Forget notices of more than a year ago; what happened is in the record."""
    Notice.of_all_departments.filter(created__lt=timezone.now() - KEPT).delete()


def mail(notice_id: int) -> bool:
    """Mail one notice if it is due; whether it was sent. What fails is noted with the notice."""
    now = timezone.now()
    claimed = Notice.of_all_departments.filter(pk=notice_id, next_attempt__lte=now).update(
        next_attempt=now + CLAIM, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    row = Notice.of_all_departments.filter(pk=notice_id)
    notice = row.select_related("recipient", "department__site").get()
    if not notice.recipient.is_active or not notice.recipient.email:
        row.update(next_attempt=None, last_error="the account is locked or has no e-mail address")
        return False
    try:
        message_of(notice).send()
    # Whatever a mail server, a name server or a template says: it is noted and tried again.
    except Exception as error:
        _failed(notice, error, now)
        return False
    row.update(mailed_at=timezone.now(), next_attempt=None, last_error="")
    return True


def _failed(notice: Notice, error: Exception, now: datetime) -> None:
    again = notice.attempts <= len(DELAYS)
    if again:
        logger.warning(
            "notice %s could not be mailed to user %s (attempt %s): %s",
            *(notice.pk, notice.recipient_id, notice.attempts, error),
        )
    else:
        logger.error(
            "notice %s is given up after %s attempts to mail it to user %s: %s",
            *(notice.pk, notice.attempts, notice.recipient_id, error),
        )
    Notice.of_all_departments.filter(pk=notice.pk).update(
        next_attempt=now + timedelta(minutes=DELAYS[notice.attempts - 1]) if again else None,
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )


def message_of(notice: Notice) -> EmailMultiAlternatives:
    """The mail of a notice."""
    department = notice.department
    details = {
        "notice": notice,
        "department": department,
        "name": notice.recipient.get_full_name(),
        "link": admin_url(notice.link) if notice.link else "",
        "all": admin_url("/admin/inbox/"),
    }
    with translation.override(department.language):
        text = render_to_string("inbox/mail/notice.txt", details)
        html = render_to_string("inbox/mail/notice.html", details)
    message = EmailMultiAlternatives(
        f"[{one_line(department.display_short_name)}] {one_line(notice.subject)}",
        text.strip() + "\n",
        sender_of(department),
        [notice.recipient.email],
        reply_to=[department.email] if department.email else None,
        # Nobody's holiday notice answers a machine (RFC 3834).
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    return message


def sender_of(department: Department) -> str:
    """The department's name over the installation's address: servers accept no other."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((one_line(department.display_short_name), address), charset="utf-8")


def one_line(text: str) -> str:
    """``text`` on one line, as a header takes it."""
    return " ".join(text.split())
