"""A plugin's work in the background: kept in the database, run by the worker, tried again."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Generic, ParamSpec

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from sites.models import Department
from sites.tenancy import acting_for

from .activation import enabled_plugins
from .boundary import JOB_BUDGET, attempt
from .contributions import contributions, plugin_of
from .failures import Part

logger = logging.getLogger(__name__)

P = ParamSpec("P")
ATTEMPTS = 5
BACKEND = "background"


class BackgroundTask(Generic[P]):
    """A function that is run later, for one department."""

    def __init__(self, plugin_id: str, function: Callable[P, None]) -> None:
        self.plugin_id = plugin_id
        self.name = function.__name__
        self.function = function
        self.__doc__ = function.__doc__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Run it now."""
        self.function(*args, **kwargs)

    def enqueue(self, department: Department, **arguments: Any) -> None:
        """Run it soon for ``department``, once the transaction is committed.

        Args:
            arguments: JSON values, given to the function by name.

        Raises:
            TypeError: an argument is no JSON value.
        """
        # Now, where the mistake is made; later nobody could be told.
        json.dumps(arguments)
        transaction.on_commit(
            partial(run_plugin_task.enqueue, self.plugin_id, self.name, department.pk, arguments)
        )


def background_task(function: Callable[P, None]) -> BackgroundTask[P]:
    """Decorator: ``function.enqueue(department, …)`` runs it in the background.

    It runs with the department current, where the plugin is on. One that raises
    is tried five times, a minute, two, four and eight later, and then left.

    Raises:
        ImproperlyConfigured: the plugin has a task of this name.
    """
    plugin_id = plugin_of(function.__module__)
    tasks = contributions.to_fill(plugin_id).tasks
    if function.__name__ in tasks:
        raise ImproperlyConfigured(f"the plugin has a task {function.__name__} already")
    tasks[function.__name__] = function
    return BackgroundTask(plugin_id, function)


@task(backend=BACKEND)
def run_plugin_task(
    plugin_id: str, name: str, department_id: int, arguments: dict[str, Any], attempts: int = 1
) -> None:
    """Run a plugin's task; it is dropped where the plugin is off or gone or the site has ended."""
    going_on = Department.objects.exclude(state__in=Department.ENDED).select_related("site")
    department = going_on.filter(pk=department_id).first()
    function = contributions.of(plugin_id).tasks.get(name)
    if department is None or function is None or plugin_id not in enabled_plugins(department):
        logger.info("task %s of plugin %s is dropped: it is off or gone", name, plugin_id)
        return
    with acting_for(department):
        outcome = attempt(
            department, Part(plugin_id, f"task {name}"), JOB_BUDGET, partial(function, **arguments)
        )
    if outcome.failed and attempts < ATTEMPTS:
        later = timezone.now() + timedelta(minutes=2 ** (attempts - 1))
        run_plugin_task.using(run_after=later).enqueue(
            plugin_id, name, department_id, arguments, attempts + 1
        )
