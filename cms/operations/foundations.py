"""Probes of what everything stands on: database, cache, disk, worker."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .probes import Probe, Reading, State, by_age, in_words, register
from .queue import waiting

#: A question that takes longer than so many seconds is slow.
SLOW = 0.5
#: Free space below which a disk is worth a look, and below which it is an emergency: as a
#: part of it and in bytes. Both have to be below, so that a large disk does not cry early.
LOW, EMPTY = (0.15, 10 * 2**30), (0.05, 2 * 2**30)
#: How long a task may wait, in seconds: a worker looks every few.
WORKER_WARNING, WORKER_BAD = 120, 900

_CACHE_KEY = "operations:probe"


def database() -> Reading:
    """Whether the database answers at once, and has the tables that this version needs."""
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    seconds = time.perf_counter() - begun
    missing = unapplied_migrations()
    if missing:
        sentence = ngettext(
            "%(n)s migration is not applied: run manage.py migrate.",
            "%(n)s migrations are not applied: run manage.py migrate.",
            missing,
        )
        return Reading(State.BAD, sentence % {"n": missing}, seconds)
    if seconds > SLOW:
        return Reading(State.WARNING, _("It answers slowly."), seconds)
    return Reading(State.GOOD, _("It answers; all migrations are applied."), seconds)


def unapplied_migrations() -> int:
    """How many migrations of this version the database has not had."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def shared_cache() -> Reading:
    """Whether what is put into the cache comes back."""
    begun = time.perf_counter()
    mark = repr(time.time())
    cache = caches["exact"]
    cache.set(_CACHE_KEY, mark, 60)
    found = cache.get(_CACHE_KEY)
    seconds = time.perf_counter() - begun
    # Another process may have asked at the same moment.
    if found is None:
        return Reading(State.BAD, _("It forgets at once what it is given."), seconds)
    if not settings.REDIS_URL:
        return Reading(State.GOOD, _("Within the process; there is one process."), seconds)
    if seconds > SLOW:
        return Reading(State.WARNING, _("It answers slowly."), seconds)
    return Reading(State.GOOD, _("It answers, and all processes share it."), seconds)


def disk() -> Reading:
    """The free space where the data is; of several disks, the fullest."""
    folders = {settings.DATA_DIR, settings.MEDIA_ROOT, Path(settings.STATIC_ROOT)}
    free, part = min(
        (usage.free, usage.free / usage.total)
        for folder in folders
        if Path(folder).exists() and (usage := shutil.disk_usage(folder)).total
    )
    state = State.GOOD
    for limit, worse in ((LOW, State.WARNING), (EMPTY, State.BAD)):
        if part < limit[0] and free < limit[1]:
            state = worse
    words = {"size": _gigabytes(free), "percent": round(part * 100)}
    if state is State.GOOD:
        sentence = _("%(size)s GB are free (%(percent)s%%).")
    else:
        sentence = _("Only %(size)s GB are free (%(percent)s%%): make room or add a disk.")
    return Reading(state, sentence % words, free)


def _gigabytes(number: float) -> str:
    from django.utils.formats import number_format

    return number_format(number / 2**30, decimal_pos=1)


def worker() -> Reading:
    """Whether background tasks are run."""
    found = waiting()
    state = by_age(found.seconds, WORKER_WARNING, WORKER_BAD)
    if not found.number:
        return Reading(state, _("No task waits."), 0.0)
    words = {"n": found.number, "time": in_words(found.seconds)}
    sentence = ngettext(
        "%(n)s task waits, for %(time)s.",
        "%(n)s tasks wait, the longest for %(time)s.",
        found.number,
    )
    if state is not State.GOOD:
        sentence += " " + _("Look whether manage.py run_worker runs.")
    return Reading(state, sentence % words, found.seconds)


def register_probes() -> None:
    """Put these into the list; called once, when the apps are ready."""
    for order, probe in enumerate(
        (
            Probe("database", gettext_lazy("Database"), database, "database_seconds"),
            Probe("cache", gettext_lazy("Shared cache"), shared_cache, "cache_seconds"),
            Probe("disk", gettext_lazy("Free space"), disk, "disk_free_bytes"),
            Probe("worker", gettext_lazy("Background tasks"), worker, "queue_oldest_seconds"),
        )
    ):
        register(Probe(probe.name, probe.label, probe.read, probe.metric, 100 + order * 10))
