"""What runs every minute: scheduled publications, counters, outside data, work in the background.

Under ``make run`` threads of the server do it (the page cache lives in that process);
elsewhere ``manage.py run_scheduler`` does the minute's jobs and ``manage.py run_worker``
the rest.
"""

from __future__ import annotations

import logging
import signal
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
from cms.workflow import chain, monitoring, scheduled, turns

logger = logging.getLogger(__name__)

INTERVAL = 60  # seconds
# How long a background task may wait for somebody to look; in seconds.
WORKER_INTERVAL = 5
# How old the counters' numbers are at most; in seconds.
COUNTING_INTERVAL = 5
# What ran in the background is remembered for so long, for whoever looks for a mistake.
TASK_RESULT_DAYS = 7


def _forget_visitors() -> None:
    visitors.forget(timezone.localdate())


def _forget_finished_tasks() -> None:
    options = ["--backend", BACKEND, "--min-age-days", str(TASK_RESULT_DAYS)]
    call_command("prune_db_task_results", *options, verbosity=0)


JOBS: dict[str, Callable[[], object]] = {
    "note that the scheduler runs": monitoring.note_run,
    "publish scheduled pages": scheduled.publish_due,
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


def run_forever(stop: threading.Event) -> None:
    """Run the jobs at each full minute until ``stop`` is set."""
    while not stop.wait(INTERVAL - time.time() % INTERVAL):
        close_old_connections()
        run_jobs()
        close_old_connections()


def work_forever(stop: threading.Event) -> None:
    """Run background tasks as they come, until ``stop`` is set.

    Apart from the minute's jobs: a task may wait for another server, a
    publication may not.
    """
    while not stop.wait(WORKER_INTERVAL):
        close_old_connections()
        try:
            with coming_from("background"):
                run_waiting_tasks()
        except Exception:
            logger.exception("the background tasks could not be run")
        close_old_connections()


def count_forever(stop: threading.Event) -> None:
    """Roll the counters up every few seconds, until ``stop`` is set."""
    while not stop.wait(COUNTING_INTERVAL):
        close_old_connections()
        try:
            rolling.roll_up()
        except Exception:
            logger.exception("the counters could not be rolled up")
        close_old_connections()


Loop = Callable[[threading.Event], None]


def start_in_background() -> None:
    """Start the scheduler, the worker and the counters in threads that end with the process."""
    stop = threading.Event()
    for loop in (run_forever, work_forever, count_forever):
        threading.Thread(
            target=loop, args=(stop,), name=f"sen-{loop.__name__}", daemon=True
        ).start()


def run_until_told(*loops: Loop) -> None:
    """Run each loop in a thread until the process is told to end (SIGTERM, SIGINT).

    What a loop is at is finished first: a job or a task is not broken off.
    """
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda number, frame: stop.set())
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in loops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
