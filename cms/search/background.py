"""The search indexes are written in the background, by the worker.

Wagtail hands each saved object to a task of modelsearch's, and we to our own; the default
backend would run them within the editor's request. What is deleted leaves the index at once,
and a search reads whether a page is public from the page itself, so an index that is some
seconds behind shows nothing that it must not. Wagtail's other task, the reference index,
stays in the request: what is said of a picture's use must be true.
"""

from __future__ import annotations

from typing import Any

from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult

#: By their names: the tasks' modules ask for this backend while they are imported.
WRITES_THE_INDEX = "modelsearch.tasks.insert_or_update_object_task"
LEFT_TO_THE_WORKER = frozenset(
    {
        WRITES_THE_INDEX,
        "cms.search.indexing.write_entry",
        "cms.news.searching.write_entries_below",
    }
)
#: The backend of ``TASKS`` that the worker runs.
BACKGROUND = "background"


class TaskBackend(ImmediateBackend):  # type: ignore[misc]
    """Runs a task at once; what writes a search index is left to the worker."""

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Run ``task`` or keep it for the worker; a rolled back transaction takes it along."""
        if task.module_path in LEFT_TO_THE_WORKER:
            return task.using(backend=BACKGROUND).enqueue(*args, **kwargs)
        return super().enqueue(task, args, kwargs)
