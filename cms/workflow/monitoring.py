"""Whether the jobs of each minute run: without them nothing goes public at its hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.operations.probes import Probe, Reading, State, by_age, register, seconds_since

from .models import SchedulerRun

ONLY = 1
# The jobs run each minute; so long without them is no slow minute any more.
ALARM_AFTER = timedelta(minutes=5)
# And so long a slow one, in seconds.
_SLOW = 150


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


def read_probe() -> Reading:
    """How the scheduler stands: when its jobs ran last."""
    ran_at = last_run()
    if ran_at is None:
        sentence = _("It has never run: nothing is published at its hour. Start run_scheduler.")
        return Reading(State.BAD, sentence)
    seconds = seconds_since(ran_at)
    state = by_age(seconds, _SLOW, ALARM_AFTER.total_seconds())
    sentence = {
        State.GOOD: _("It runs each minute."),
        State.WARNING: _("It is late: the last run took long, or it has just stopped."),
        State.BAD: _("It does not run: nothing is published at its hour. Start run_scheduler."),
    }[state]
    return Reading(state, sentence, seconds, ran_at)


def register_probe() -> None:
    """Put the scheduler into the list of probes; called once, when the apps are ready."""
    label = gettext_lazy("Scheduler")
    register(Probe("scheduler", label, read_probe, "scheduler_age_seconds", order=140))
