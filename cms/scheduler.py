"""What runs every minute: scheduled publications, the counters' roll-up, forgetting visitors.

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

from cms.plugins.tasks import run_waiting_tasks
from cms.traffic import ledger, visitors

logger = logging.getLogger(__name__)

INTERVAL = 60  # seconds


def _publish_scheduled() -> None:
    call_command("publish_scheduled", verbosity=0)


def _forget_visitors() -> None:
    visitors.forget(timezone.localdate())


JOBS: dict[str, Callable[[], object]] = {
    "publish scheduled pages": _publish_scheduled,
    "roll up the counters": ledger.roll_up,
    "forget past visitors": _forget_visitors,
    "run what waits in the background": run_waiting_tasks,
}


def run_jobs() -> dict[str, Exception]:
    """Run every job once; one that fails is logged and does not keep the others from running.

    Returns the exceptions by job.
    """
    failed: dict[str, Exception] = {}
    for name, job in JOBS.items():
        try:
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


def start_in_background() -> threading.Thread:
    """Start :func:`run_forever` in a thread that ends with the process."""
    thread = threading.Thread(target=run_forever, name="sen-scheduler", daemon=True)
    thread.start()
    return thread
