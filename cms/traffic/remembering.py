"""What a process knows of the beacons it answered: whose they were, and what it said."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder

# A page that is taken down, a site that ends: counted for so long at most. In seconds.
PLACE_AGE = 10
MOST_PLACES = 20_000
MOST_ANSWERS = 500

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Place:
    """Where a view is counted: a live page, or a site as a whole.

    Args:
        counts: whether views are counted there just now.
    """

    site_id: int
    counts: bool


@dataclass
class Answer:
    """What was said of a page: its views, and the rest as JSON.

    The views go on with each hit that is answered by it, so that who reads is
    counted in the number that they see.
    """

    views: int | None
    rest: str

    @classmethod
    def of(cls, said: dict[str, Any]) -> Answer:
        """From the whole answer."""
        rest = {key: value for key, value in said.items() if key != "views"}
        return cls(said["views"], json.dumps(rest, cls=DjangoJSONEncoder)[1:])

    def told(self, *, counted: bool) -> bytes:
        """What is said to the next one.

        Args:
            counted: whether their view counts.
        """
        if counted and self.views is not None:
            # Two at once may see the same number, for the second that it is remembered.
            self.views += 1
        comma = ", " if len(self.rest) > 1 else ""
        return f'{{"views": {json.dumps(self.views)}{comma}{self.rest}'.encode()


class _Short(Generic[_Value]):
    """A bounded memory of things that are true for a moment."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[float, _Value]] = OrderedDict()

    def get(self, name: Hashable) -> _Value | None:
        until, value = self._kept.get(name, (0.0, None))
        return value if time.monotonic() < until else None

    def keep(self, name: Hashable, value: _Value, seconds: float) -> None:
        self._kept[name] = (time.monotonic() + seconds, value)
        while len(self._kept) > self._most:
            try:
                self._kept.popitem(last=False)
            except KeyError:  # another thread was faster
                return

    def clear(self) -> None:
        self._kept.clear()


class Remembered:
    """Places and answers by the origin (``https://host``) that they belong to."""

    def __init__(self) -> None:
        self._places: _Short[Place] = _Short(MOST_PLACES)
        self._answers: _Short[Answer] = _Short(MOST_ANSWERS)

    def place(self, origin: str, page: int | None) -> Place | None:
        """Where a view of ``page`` is counted, if that is known."""
        return self._places.get((origin, page))

    def keep_place(self, origin: str, page: int | None, place: Place) -> None:
        """Remember it for a few seconds."""
        self._places.keep((origin, page), place, PLACE_AGE)

    def answer(self, origin: str, bot: bool, question: str) -> Answer | None:
        """What was said to the last one who asked the same, if it is still true."""
        return self._answers.get((origin, bot, question))

    def keep_answer(
        self, origin: str, bot: bool, question: str, answer: Answer, seconds: float
    ) -> None:
        """Remember it for ``seconds``."""
        self._answers.keep((origin, bot, question), answer, seconds)

    def clear(self) -> None:
        """Forget everything."""
        self._places.clear()
        self._answers.clear()


REMEMBERED = Remembered()
