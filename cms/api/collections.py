"""What plugins add to the API: a list of theirs, paged like the others."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from ninja import Schema

from cms.plugins.contributions import plugin_of
from cms.plugins.guarding import when_set_aside

#: ``read(after, limit)``: at most ``limit`` rows after a cursor ("" for the first), and the
#: cursor behind them or None. Raises ValueError for a cursor that it did not write.
Read = Callable[[str, int], tuple[Sequence[Any], str | None]]

TAKEN = frozenset({"site", "sections", "articles", "statistics", "departments", "openapi.json"})
_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}\Z")


@dataclass(frozen=True)
class Collection:
    """A plugin's list in the API.

    Attributes:
        plugin_id: whose it is; a site that has the plugin off has no such list.
        name: the address, ``/api/v1/<name>``.
        summary: what it is, in English, for the description.
        schema: of one row; rows are read by attribute.
        read: reads rows of the current department.
        tags: the words whose purge makes an answer old, as in ``Cache``.
    """

    plugin_id: str
    name: str
    summary: str
    schema: type[Schema]
    read: Read
    tags: frozenset[str] = field(default_factory=frozenset)


collections: dict[str, Collection] = {}


def register_collection(
    name: str,
    schema: type[Schema],
    read: Read,
    *,
    summary: str,
    tags: frozenset[str] = frozenset(),
) -> None:
    """Serve a plugin's list at ``/api/v1/<name>`` of each site that uses the plugin.

    Called from ``plugin.py``.

    Args:
        name: 2 to 40 lower-case letters, digits and hyphens, a letter first.
        schema: what of a row is told; read by attribute.
        read: reads rows of the current department, see :data:`Read`.
        summary: what it is, in English.
        tags: words whose purge makes an answer old, as in ``Cache``.

    Raises:
        ImproperlyConfigured: the name is none, or taken.
    """
    plugin_id = plugin_of(sys._getframe(1).f_globals["__name__"])
    if not _NAME.match(name):
        raise ImproperlyConfigured(f"{name!r} is no name: lower-case letters, digits, hyphens")
    if name in TAKEN or name in collections:
        raise ImproperlyConfigured(f"the API has {name!r} already")
    collections[name] = Collection(plugin_id, name, summary, schema, read, tags)


def _forget(plugin_id: str) -> None:
    for name in [name for name, one in collections.items() if one.plugin_id == plugin_id]:
        del collections[name]


when_set_aside(_forget)
