"""What plugins did wrong, written down under the plugin's name for its administrators."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.cache import cache
from django.db import DatabaseError, connection, transaction

from sites.models import Department

from .models import PluginFailure

logger = logging.getLogger(__name__)

# A busy page with a broken widget must not write with every view. In seconds.
WRITE_EVERY = 60
# After so many failures in a row a part is left out for so long (seconds), then tried again.
BREAKER_AFTER = 5
BREAKER_SECONDS = 600
_TROUBLE_TTL = 3600


@dataclass(frozen=True)
class Part:
    """What of a plugin was running: ``name`` is such as ``widget poll`` or ``hook opened``."""

    plugin_id: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} of plugin {self.plugin_id}"


@contextmanager
def savepoint() -> Iterator[None]:
    """Keep an error inside the block from spoiling a transaction that is open around it.

    Outside a transaction a failed statement spoils nothing, and to begin one
    would take SQLite's only write lock for the length of a widget.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    else:
        yield


def is_left_out(department: Department | None, part: Part) -> bool:
    """Whether the breaker of ``part`` is open: it failed too often to be tried now."""
    trouble = cache.get(_trouble_key(department), frozenset())
    return part in trouble and cache.get(_open_key(department, part)) is not None


def record_failure(department: Department | None, part: Part, error: Exception) -> None:
    """Log ``error`` with the plugin's name, keep it for the admin, count it for the breaker."""
    host = department.host if department else "all sites"
    logger.error("%s failed on %s", part, host, exc_info=error)
    in_a_row = _count(department, part)
    opens = in_a_row == BREAKER_AFTER
    if in_a_row >= BREAKER_AFTER:
        logger.error("%s is left out on %s for %s s", part, host, BREAKER_SECONDS)
        cache.set(_open_key(department, part), True, BREAKER_SECONDS)
    if not cache.add(_written_key(department, part), 1, WRITE_EVERY) and not opens:
        return
    try:
        with savepoint():
            PluginFailure.objects.update_or_create(
                department=department,
                plugin_id=part.plugin_id,
                part=part.name,
                defaults={
                    "message": f"{type(error).__name__}: {error}"[:300],
                    "traceback": "".join(traceback.format_exception(error))[-8000:],
                    "in_a_row": in_a_row,
                },
            )
    except DatabaseError:
        logger.exception("the failure of %s could not be written down", part)


def record_success(department: Department | None, part: Part) -> None:
    """End a row of failures. One look into the cache where there was none."""
    trouble = cache.get(_trouble_key(department), frozenset())
    if part in trouble:
        cache.delete_many([_count_key(department, part), _open_key(department, part)])
        cache.set(_trouble_key(department), trouble - {part}, _TROUBLE_TTL)


def forget_failures(department: Department | None, plugin_id: str) -> None:
    """Delete what is written down of a plugin, and let its parts be tried at once."""
    failures = PluginFailure.objects.filter(department=department, plugin_id=plugin_id)
    for failure in failures:
        part = Part(plugin_id, failure.part)
        cache.delete(_written_key(department, part))
        record_success(department, part)
    failures.delete()


def _count(department: Department | None, part: Part) -> int:
    trouble = cache.get(_trouble_key(department), frozenset())
    cache.set(_trouble_key(department), trouble | {part}, _TROUBLE_TTL)
    cache.add(_count_key(department, part), 0, _TROUBLE_TTL)
    try:
        # None where the shared cache does not answer.
        return cache.incr(_count_key(department, part)) or 1
    except ValueError:  # it expired between the two
        return 1


def _scope(department: Department | None) -> str:
    return str(department.pk) if department else "all"


def _trouble_key(department: Department | None) -> str:
    return f"plugin-trouble:{_scope(department)}"


def _count_key(department: Department | None, part: Part) -> str:
    return _key("count", department, part)


def _open_key(department: Department | None, part: Part) -> str:
    return _key("open", department, part)


def _written_key(department: Department | None, part: Part) -> str:
    return _key("written", department, part)


def _key(what: str, department: Department | None, part: Part) -> str:
    # Cache keys hold no spaces.
    name = part.name.replace(" ", "_")
    return f"plugin-failure:{what}:{_scope(department)}:{part.plugin_id}:{name}"
