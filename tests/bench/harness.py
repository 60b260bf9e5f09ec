"""A database and a cache of its own for a measurement, and how it is measured."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ROUNDS = 15


@contextmanager
def portal() -> Iterator[None]:
    """Django with the tests' settings and an empty, migrated database inside the block.

    Templates are rendered as in production: in tests each one, and so each option of a list,
    tells who listens what it was rendered with.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.core.cache import cache
    from django.db import connection
    from django.template import Template
    from django.test.utils import setup_test_environment, teardown_test_environment

    render = Template._render  # type: ignore[attr-defined]
    setup_test_environment()
    Template._render = render  # type: ignore[attr-defined]
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    cache.clear()
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def milliseconds(*calls: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """The median time of each of ``calls``, which take turns, so that a busy moment hits all."""
    times: list[list[float]] = [[] for _call in calls]
    for _round in range(rounds):
        for call, taken in zip(calls, times, strict=True):
            taken.append(seconds_of(call) * 1000)
    return [statistics.median(taken) for taken in times]


def seconds_of(call: Callable[[], Any]) -> float:
    """How long ``call`` takes once."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def queries(call: Callable[[], Any]) -> int:
    """How many queries ``call`` makes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)
