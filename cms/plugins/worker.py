"""Running background tasks; those of a worker that died are run again.

``django-tasks-db`` marks a task as running and, where the worker is killed then,
leaves it so for ever.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from typing import Any

from django.utils import timezone
from django_tasks.base import TaskResultStatus

from .boundary import JOB_BUDGET
from .tasks import BACKEND

logger = logging.getLogger(__name__)

#: Nobody knows of a worker on another machine whether it lives. A task that runs for longer
#: than this many seconds, twice what it may take, has none any more.
LOST_AFTER = 2 * JOB_BUDGET.seconds
#: A task that was claimed so often and never ended is likely what kills its workers.
MOST_CLAIMS = 3

_HOST = socket.gethostname()
_MARK = secrets.token_hex(4)


def worker_id() -> str:
    """This process, told from every other one, also from the one that had its number before."""
    return f"{_HOST}:{os.getpid()}:{_MARK}"


def run_waiting_tasks() -> None:
    """Run every task that is due, and return. What a task raises is kept with the task."""
    from django_tasks_db.management.commands.db_worker import Worker

    pick_up_lost_tasks()
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name=BACKEND,
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id(),
    )
    # Not worker.run(): it closes connections that whoever called us is still using.
    while (claimed := _claim_next(worker.worker_id)) is not None:
        worker.run_task(claimed)


def pick_up_lost_tasks() -> int:
    """Make tasks due again whose worker died while it ran them; say how many.

    One that was claimed three times is given up, and kept as failed.
    """
    from django_tasks_db.models import DBTaskResult

    picked_up = 0
    for lost in DBTaskResult.objects.running().filter(backend_name=BACKEND):
        if not _is_lost(lost):
            continue
        # Whoever claimed it in the meantime has another start.
        mine = DBTaskResult.objects.running().filter(pk=lost.pk, started_at=lost.started_at)
        if len(lost.worker_ids) < MOST_CLAIMS:
            picked_up += mine.update(status=TaskResultStatus.READY)
            logger.warning("task %s is run again: its worker died", lost.pk)
        elif mine.update(
            status=TaskResultStatus.FAILED,
            finished_at=timezone.now(),
            traceback=f"given up: {MOST_CLAIMS} workers died while they ran it",
        ):
            logger.error("task %s is given up: %s workers died of it", lost.pk, MOST_CLAIMS)
    return picked_up


def _is_lost(task: Any) -> bool:
    host, _colon, process = (task.worker_ids or [""])[-1].partition(":")
    number, _colon, mark = process.partition(":")
    if host == _HOST and number.isdigit():
        if int(number) == os.getpid():
            return bool(mark != _MARK)
        return not _is_alive(int(number))
    return bool((timezone.now() - task.started_at).total_seconds() > LOST_AFTER)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _claim_next(worker: str) -> Any:
    """The task that has been due longest, claimed for this worker; None where none is."""
    from django_tasks_db.models import DBTaskResult
    from django_tasks_db.utils import exclusive_transaction

    due = DBTaskResult.objects.ready().filter(backend_name=BACKEND)
    # To claim takes SQLite's only write lock; mostly there is nothing to do.
    if not due.exists():
        return None
    with exclusive_transaction(due.db):
        found = due.get_locked()
        if found is not None:
            found.claim(worker)
    return found
