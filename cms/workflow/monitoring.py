"""Whether the jobs of each minute run: without them nothing goes public at its hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from .models import SchedulerRun

ONLY = 1
# The jobs run each minute; so long without them is no slow minute any more.
ALARM_AFTER = timedelta(minutes=5)


def note_run() -> None:
    """Note that the jobs run now."""
    SchedulerRun.objects.update_or_create(pk=ONLY, defaults={"ran_at": timezone.now()})


def last_run() -> datetime | None:
    """When they ran last; None where they never did."""
    found = SchedulerRun.objects.filter(pk=ONLY).first()
    return found.ran_at if found is not None else None


def is_asleep() -> bool:
    """Whether they have not run for longer than a slow minute takes."""
    ran_at = last_run()
    return ran_at is None or timezone.now() - ran_at > ALARM_AFTER
