"""What all pages of a site have in common, kept between requests: its menu, its plugins, its areas.

One look into the cache brings every part and the versions of the tags that the
parts name, instead of a query each. A part holds as long as a kept page does:
until one of its tags is purged, by whatever process, and no longer than
``SEN_PAGE_MAX_AGE``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest

from sites.models import Department

from . import generations

Value = TypeVar("Value")

_parts: dict[str, SitePart[Any]] = {}


@dataclass(frozen=True)
class SitePart(Generic[Value]):
    """A value that is the same on all pages of a site.

    Args:
        name: under which it is kept.
        read: reads it from the database. What it returns is pickled, and is nobody's to change.
        tags: the tags of a site's id whose purge drops it.
    """

    name: str
    read: Callable[[Department], Value]
    tags: Callable[[int], frozenset[str]]

    def __post_init__(self) -> None:
        _parts[self.name] = self

    def of(self, request: HttpRequest, department: Department) -> Value:
        """The value for ``department``, at most read once a request.

        Inside a transaction it is read: what is kept does not know what the
        transaction has changed, and nobody else may learn it before it is committed.
        """
        values: dict[tuple[int, str], Any] = request.__dict__.setdefault("_sen_parts", {})
        key = (department.pk, self.name)
        if key in values:
            value: Value = values[key]
            return value
        if connection.in_atomic_block:
            values[key] = self.read(department)
        else:
            if not any(pk == department.pk for pk, _name in values):
                values.update(_find(department))
            if key not in values:
                values[key] = self._keep(department)
        value = values[key]
        return value

    def _keep(self, department: Department) -> Value:
        begun = generations.begin()
        value = self.read(department)
        if begun is None or not generations.establish(self.tags(department.site_id)):
            return value
        cache.set(_key(self, department), (begun, value), settings.SEN_PAGE_MAX_AGE)
        return value


def _find(department: Department) -> dict[tuple[int, str], Any]:
    """The kept parts of a site that still hold, in one look into the cache."""
    tags = {part.name: part.tags(department.site_id) for part in _parts.values()}
    keys = {_key(part, department): name for name, part in _parts.items()}
    named = {tag for some in tags.values() for tag in some} | {generations.EVERYTHING}
    tag_keys = {generations.tag_key(tag): tag for tag in named}
    found = cache.get_many([*keys, *tag_keys])
    purged = {tag: found[key] for key, tag in tag_keys.items() if key in found}
    values = {}
    for key, name in keys.items():
        if key not in found:
            continue
        begun, value = found[key]
        if generations.hold(tags[name], begun, purged):
            values[department.pk, name] = value
    return values


def _key(part: SitePart[Any], department: Department) -> str:
    return f"part:{part.name}:{department.pk}"
