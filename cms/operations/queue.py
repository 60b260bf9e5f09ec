"""What waits for the worker."""

from __future__ import annotations

from dataclasses import dataclass

from .probes import seconds_since


@dataclass(frozen=True)
class Waiting:
    """Tasks that are due and not begun.

    Attributes:
        number: how many.
        seconds: since when the one that waits longest has been due; 0 where none waits.
    """

    number: int
    seconds: float


def waiting(*paths: str) -> Waiting:
    """What waits of all tasks, or of those that go by the paths of their functions."""
    from django_tasks_db.models import DBTaskResult, get_date_max

    due = DBTaskResult.objects.ready().order_by()
    if paths:
        due = due.filter(task_path__in=paths)
    never = get_date_max()
    # One that was to run later has waited since then. Two rows instead of all of them.
    at_once = due.filter(run_after=never).order_by("enqueued_at").first()
    later = due.exclude(run_after=never).order_by("run_after").first()
    ages = [seconds_since(at_once.enqueued_at)] if at_once is not None else []
    ages += [seconds_since(later.run_after)] if later is not None else []
    return Waiting(due.count(), max(ages, default=0.0))
