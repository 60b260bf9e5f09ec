"""What runs every minute: scheduled publications, counters, outside data, work in the background.

Under ``make run`` a thread of the server does it (the page cache lives in that
process); elsewhere ``manage.py run_scheduler`` does.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone

from cms.notices import mailing
from cms.plugins.tasks import BACKEND
from cms.plugins.worker import run_waiting_tasks
from cms.record.chaining import seal_leftovers
from cms.record.origins import coming_from
from cms.traffic import rolling, visitors
from cms.widgets import refreshing
from cms.workflow import chain, monitoring, turns

logger = logging.getLogger(__name__)

INTERVAL = 60  # seconds
# How long a background task may wait for somebody to look; in seconds.
WORKER_INTERVAL = 5
# How old the counters' numbers are at most; in seconds.
COUNTING_INTERVAL = 5
# What ran in the background is remembered for so long, for whoever looks for a mistake.
TASK_RESULT_DAYS = 7


def _publish_scheduled() -> None:
    call_command("publish_scheduled", verbosity=0)


def _forget_visitors() -> None:
    visitors.forget(timezone.localdate())


def _forget_finished_tasks() -> None:
    options = ["--backend", BACKEND, "--min-age-days", str(TASK_RESULT_DAYS)]
    call_command("prune_db_task_results", *options, verbosity=0)


JOBS: dict[str, Callable[[], object]] = {
    "note that the scheduler runs": monitoring.note_run,
    "publish scheduled pages": _publish_scheduled,
    "seal entries of the record": seal_leftovers,
    "remind of approvals, and hand on what is overdue": turns.remind_and_escalate,
    "retire approval chains that nobody has": chain.retire_old_chains,
    "mail notices that were not mailed": mailing.mail_due,
    "forget old notices": mailing.forget_old,
    "roll up the counters": rolling.roll_up,
    "forget beacons that were counted": rolling.forget_counted,
    "forget past visitors": _forget_visitors,
    "ask for outside data that is due": refreshing.enqueue_due_refreshes,
    "forget outside data nobody shows": refreshing.forget_old_snapshots,
    "forget finished tasks": _forget_finished_tasks,
}


def run_jobs() -> dict[str, Exception]:
    """Run every job once; one that fails is logged and does not keep the others from running.

    Returns the exceptions by job.
    """
    failed: dict[str, Exception] = {}
    for name, job in JOBS.items():
        try:
            with coming_from("scheduler"):
                job()
        except Exception as error:
            logger.exception("scheduled job failed: %s", name)
            failed[name] = error
    return failed


def run_forever(stop: threading.Event | None = None) -> None:
    """Run the jobs at each full minute until ``stop`` is set."""
    stop = stop or threading.Event()
    while not stop.wait(INTERVAL - time.time() % INTERVAL):
        close_old_connections()
        run_jobs()
        close_old_connections()


def work_forever(stop: threading.Event | None = None) -> None:
    """Run background tasks as they come, until ``stop`` is set.

    Apart from the minute's jobs: a task may wait for another server, a
    publication may not.
    """
    stop = stop or threading.Event()
    while not stop.wait(WORKER_INTERVAL):
        close_old_connections()
        try:
            with coming_from("background"):
                run_waiting_tasks()
        except Exception:
            logger.exception("the background tasks could not be run")
        close_old_connections()


def count_forever(stop: threading.Event | None = None) -> None:
    """Roll the counters up every few seconds, until ``stop`` is set."""
    stop = stop or threading.Event()
    while not stop.wait(COUNTING_INTERVAL):
        close_old_connections()
        try:
            rolling.roll_up()
        except Exception:
            logger.exception("the counters could not be rolled up")
        close_old_connections()


def start_in_background() -> list[threading.Thread]:
    """Start the scheduler, the worker and the counters in threads that end with the process."""
    threads = [
        threading.Thread(target=run_forever, name="sen-scheduler", daemon=True),
        threading.Thread(target=work_forever, name="sen-worker", daemon=True),
        threading.Thread(target=count_forever, name="sen-counters", daemon=True),
    ]
    for thread in threads:
        thread.start()
    return threads
