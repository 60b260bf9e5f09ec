"""Taking a vote, exactly once a visitor, and forgetting who voted once a poll has closed."""

from __future__ import annotations

from enum import Enum

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from cms.sdk import Department

from .models import Poll, PollMark, PollOption


class Outcome(Enum):
    """What became of a vote."""

    COUNTED = "counted"
    ALREADY = "already"
    CLOSED = "closed"
    UNKNOWN_OPTION = "unknown"


class _UnknownOptionError(Exception):
    """Takes the mark back with the transaction."""


def vote(poll: Poll, option_id: int, mark: str) -> Outcome:
    """Count a vote of the visitor behind ``mark`` for one of the poll's options.

    The poll's row is locked, so that nobody's mark is written while the marks
    are being deleted; the unique mark lets one of several simultaneous votes
    of a visitor through; the option is counted up by the database itself.
    """
    try:
        with transaction.atomic():
            now = timezone.now()
            rows = Poll.objects.select_for_update().filter(pk=poll.pk, secret=poll.secret)
            if not poll.secret or not rows.filter(opens_at__lte=now, closes_at__gt=now).first():
                return Outcome.CLOSED
            PollMark.objects.create(poll=poll, mark=mark)
            option = PollOption.objects.filter(pk=option_id, poll=poll)
            if not option.update(votes=F("votes") + 1):
                raise _UnknownOptionError
    except IntegrityError:
        return Outcome.ALREADY
    except _UnknownOptionError:
        return Outcome.UNKNOWN_OPTION
    return Outcome.COUNTED


def forget_voters(department: Department) -> int:
    """Delete the secrets and the marks of the department's polls that have closed.

    Returns how many polls there were.
    """
    with transaction.atomic():
        closed = Poll.of_all_departments.filter(
            department=department, closes_at__lte=timezone.now()
        ).exclude(secret="")
        ids = list(closed.select_for_update().values_list("pk", flat=True))
        if ids:
            PollMark.objects.filter(poll__in=ids).delete()
            Poll.of_all_departments.filter(pk__in=ids).update(secret="")
    return len(ids)
