"""The search index is written in the background, by the worker.

Wagtail hands each saved object to a task of modelsearch's; the default backend would run it
within the editor's request. What is deleted leaves the index at once, and a search reads
whether a page is public from the page itself, so an index that is some seconds behind shows
nothing that it must not. Wagtail's other task, the reference index, stays in the request:
what is said of a picture's use must be true.
"""

from __future__ import annotations

from typing import Any

from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult

#: By its name: its module asks for this backend while it is imported.
WRITES_THE_INDEX = "modelsearch.tasks.insert_or_update_object_task"
#: The backend of ``TASKS`` that the worker runs.
BACKGROUND = "background"


class TaskBackend(ImmediateBackend):  # type: ignore[misc]
    """Runs a task at once; what writes the search index is left to the worker."""

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Run ``task`` or keep it for the worker; a rolled back transaction takes it along."""
        if task.module_path == WRITES_THE_INDEX:
            return task.using(backend=BACKGROUND).enqueue(*args, **kwargs)
        return super().enqueue(task, args, kwargs)
