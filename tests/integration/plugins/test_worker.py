"""A task whose worker was killed is run again, by whoever comes next."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.plugins import worker
from cms.plugins.tasks import BACKEND
from cms.widgets.refreshing import refresh_widget
from sites.models import Department


def claimed(department: Department, by: str, *, ago: float = 1, claims: int = 1) -> Any:
    """A task that is said to run since ``ago`` seconds."""
    refresh_widget.enqueue(department.pk, "sidebar", "x", "no_such_widget", {})
    task = DBTaskResult.objects.filter(backend_name=BACKEND).latest("enqueued_at")
    task.status = TaskResultStatus.RUNNING
    task.worker_ids = [by] * claims
    task.started_at = timezone.now() - timedelta(seconds=ago)
    task.save()
    return task


def status_of(task: Any) -> str:
    return str(DBTaskResult.objects.get(pk=task.pk).status)


@pytest.fixture
def dead_process() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_task_of_a_killed_worker_is_run_again(site_a: Department, dead_process: int) -> None:
    task = claimed(site_a, f"{worker._HOST}:{dead_process}:abcd")
    worker.run_waiting_tasks()
    assert status_of(task) == TaskResultStatus.SUCCESSFUL


def test_a_task_of_a_living_worker_is_left_alone(site_a: Department) -> None:
    tasks = [
        claimed(site_a, worker.worker_id(), ago=10_000),
        claimed(site_a, f"{worker._HOST}:{os.getppid()}:abcd", ago=10_000),
        claimed(site_a, "another-machine:1:abcd", ago=worker.LOST_AFTER - 5),
    ]
    assert worker.pick_up_lost_tasks() == 0
    assert {status_of(task) for task in tasks} == {TaskResultStatus.RUNNING}


def test_who_had_this_process_number_before_is_dead(site_a: Department) -> None:
    claimed(site_a, f"{worker._HOST}:{os.getpid()}:abcd")
    assert worker.pick_up_lost_tasks() == 1


def test_nobody_runs_a_task_for_twice_its_time(site_a: Department) -> None:
    claimed(site_a, "another-machine:1:abcd", ago=worker.LOST_AFTER + 5)
    assert worker.pick_up_lost_tasks() == 1


def test_what_kills_its_workers_is_given_up(site_a: Department, dead_process: int) -> None:
    task = claimed(site_a, f"{worker._HOST}:{dead_process}:abcd", claims=worker.MOST_CLAIMS)
    worker.run_waiting_tasks()
    assert status_of(task) == TaskResultStatus.FAILED
    assert "given up" in DBTaskResult.objects.get(pk=task.pk).traceback
