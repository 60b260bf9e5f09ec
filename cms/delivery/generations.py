"""What was purged when: a number that every purge raises, shared by all processes.

An entry remembers the generation in which its rendering began, a tag the one in
which it was last purged. An entry holds as long as none of its tags is newer. It
is a count, not a time: the clocks of several machines need not agree.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from weakref import WeakMethod

from django.core.cache import caches
from django.utils.connection import ConnectionProxy

# Both outlive every entry that they are asked about.
TAG_TTL = 60 * 60 * 24 * 30  # seconds
JOURNAL_TTL = 60 * 60  # seconds
#: Every entry has this tag, said or unsaid.
EVERYTHING = "*"

#: The shared cache, where it must be known whether it did what it was told; the default one
#: says nothing where it does not answer.
exact = ConnectionProxy(caches, "exact")

_GENERATION = "generation"
logger = logging.getLogger(__name__)
_listeners: list[WeakMethod[Callable[[frozenset[str]], None]]] = []


def current() -> int:
    """The generation now. Begins at the time, so that it never goes back where it is lost."""
    found: int | None = exact.get(_GENERATION)
    if found is None:
        exact.add(_GENERATION, time.time_ns() // 1000, None)
        found = exact.get(_GENERATION)
    if found is None:
        raise ConnectionError("the cache keeps nothing")
    return found


def begin() -> int | None:
    """The generation in which a rendering begins; None where the shared cache does not answer.

    What is rendered then cannot be kept for others: nobody could tell whether it holds.
    """
    try:
        return current()
    except Exception:  # whatever a cache's client raises
        say_that_it_does_not_answer()
        return None


def listen(listener: Callable[[frozenset[str]], None]) -> None:
    """Let ``listener`` know of the tags that are purged in this process, at once.

    Args:
        listener: a method; its object is not kept alive by listening.
    """
    _listeners[:] = [known for known in _listeners if known() is not None]
    _listeners.append(WeakMethod(listener))


def raise_tags(tags: Iterable[str]) -> None:
    """Make everything that shows one of ``tags`` too old, in every process."""
    purged = frozenset(tags)
    if not purged:
        return
    try:
        generation = _next()
        exact.set_many({tag_key(tag): generation for tag in purged}, TAG_TTL)
        exact.set(_journal_key(generation), tuple(purged), JOURNAL_TTL)
    finally:
        for known in _listeners:
            if (listener := known()) is not None:
                listener(purged)


def _next() -> int:
    current()
    try:
        return exact.incr(_GENERATION)
    except ValueError:
        # Redis was emptied just between the two.
        current()
        return exact.incr(_GENERATION)


def tag_generations(tags: Iterable[str]) -> dict[str, int]:
    """The generation in which each of ``tags`` was last purged, of those that are known.

    A tag that is not known was never established, or the cache has lost it, or does not
    answer: nobody can say then whether it was purged.
    """
    keys = {tag_key(tag): tag for tag in {*tags, EVERYTHING}}
    try:
        found = exact.get_many(keys)
    except Exception:  # whatever a cache's client raises
        say_that_it_does_not_answer()
        return {}
    return {keys[key]: generation for key, generation in found.items()}


def establish(tags: Iterable[str]) -> bool:
    """Make ``tags`` known, before something is kept that shows them.

    Returns:
        False where the shared cache does not answer: then it may not be kept for others.
    """
    wanted = {*tags, EVERYTHING}
    try:
        for tag in wanted - tag_generations(wanted).keys():
            exact.add(tag_key(tag), 0, TAG_TTL)
    except Exception:  # whatever a cache's client raises
        say_that_it_does_not_answer()
        return False
    return True


def hold(tags: Iterable[str], begun: int, generations: dict[str, int] | None = None) -> bool:
    """Whether nothing of ``tags`` was purged after the generation ``begun``.

    Args:
        generations: what :func:`tag_generations` said of them, where it was asked already.
    """
    wanted = {*tags, EVERYTHING}
    found = tag_generations(wanted) if generations is None else generations
    return all(tag in found and found[tag] <= begun for tag in wanted)


def purged_between(known: int, now: int) -> frozenset[str] | None:
    """The tags purged after the generation ``known``, up to ``now``; None where nobody knows."""
    if now < known or now - known > 1000:
        return None
    keys = [_journal_key(number) for number in range(known + 1, now + 1)]
    found = exact.get_many(keys)
    if len(found) < len(keys):
        return None
    return frozenset(tag for tags in found.values() for tag in tags)


def say_that_it_does_not_answer() -> None:
    """Warn of the shared cache, from where its exception is handled."""
    logger.warning("the shared cache does not answer", exc_info=True)


def tag_key(tag: str) -> str:
    """Where the generation of ``tag`` is kept."""
    return f"tag:{tag}"


def _journal_key(generation: int) -> str:
    return f"purged:{generation}"
