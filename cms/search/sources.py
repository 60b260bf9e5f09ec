"""What kinds of things can be found; each feature registers its own.

An entry says where to look; what is shown is read from the thing itself when it is found, so
nothing is shown that is not public any more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise


@dataclass(frozen=True)
class Words:
    """What an entry is made of.

    Attributes:
        department_id: whose site shows the thing.
        title: its title.
        pieces: its other text; neighbours in one piece are neighbours for a search too.
        at: when it was published.
        section_id: the page of its section; None where it has none.
        repeats: whether another site shows the same and is found instead, see ``Entry``.
    """

    department_id: int
    title: str
    pieces: Sequence[str]
    at: datetime
    section_id: int | None = None
    repeats: bool = False


@dataclass(frozen=True)
class Found:
    """One result, as it is public now.

    Attributes:
        url: within its own site, from the slash on.
        lead: what is shown where no other text has the words.
        pieces: the text in which the words are looked for; read until one has them together.
        at: when it was published.
        note: what stands beside the time, such as the section's title.
        picture: the image, or None.
    """

    title: str
    url: str
    lead: str
    pieces: Iterable[str]
    at: datetime
    note: str = ""
    picture: Any = None


class Source(ABC):
    """One kind of thing that can be found.

    Attributes:
        kind: its name in addresses, such as ``tin``; never changed.
        label: its name for readers, in the plural.
        models: whose rows are of this kind; a subclass of one of them counts too.
        plugin_id: of a plugin's, which is found only where a site uses the plugin.
    """

    plugin_id: str = ""
    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    models: ClassVar[tuple[type[Model], ...]]

    @abstractmethod
    def public(self) -> QuerySet[Any]:
        """All rows that may be public, of all departments."""

    @abstractmethod
    def may_be_public(self, thing: Any) -> bool:
        """Whether ``thing``, just saved, may be public; asks no database."""

    @abstractmethod
    def words(self, things: Sequence[Any]) -> dict[int, Words]:
        """The words of those of ``things`` that are public, by id; a fixed number of queries."""

    def repeated_by(self, thing: Any) -> Iterable[Any]:
        """The things whose words are those of ``thing``, and change with it."""
        return ()

    @abstractmethod
    def found(self, ids: Iterable[int]) -> dict[int, Found]:
        """Those of ``ids`` that are public now, in a fixed number of queries."""


_sources: dict[str, Source] = {}


def register_source(source: Source) -> Source:
    """Have the things of ``source`` found. Raises ValueError where its kind is taken."""
    if source.kind in _sources:
        raise ValueError(f"there is a source {source.kind!r} already")
    _sources[source.kind] = source
    return source


def forget_plugin(plugin_id: str) -> None:
    """Forget what a plugin registered that was set aside."""
    for kind in [kind for kind, source in _sources.items() if source.plugin_id == plugin_id]:
        del _sources[kind]


def sources() -> list[Source]:
    """All of them, in the order of their registration."""
    return list(_sources.values())


def source_of(model: type[Model]) -> Source | None:
    """The source whose things the rows of ``model`` are."""
    return next((found for found in _sources.values() if issubclass(model, found.models)), None)
