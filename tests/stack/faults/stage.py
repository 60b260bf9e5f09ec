"""Where a fault happens, and what holds after every one of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .. import truth
from ..doings import tell
from ..people import BEACON, KEPT, MADE, People, Seen
from ..processes import wait_until
from ..stack import Stack

#: How long after a fault everything has to be as before, in seconds.
SOON = 30
RETRY_AFTER = "30"


class NotHere(Exception):  # noqa: N818 (of the machine, not of the program)
    """This machine cannot show the fault; the message says why."""


@dataclass(frozen=True)
class Stage:
    """Where a fault happens.

    Attributes:
        brief: whether it shall be a short one.
    """

    stack: Stack
    people: People
    brief: bool

    def seconds(self, whole: float) -> float:
        """How long a fault lasts that lasts ``whole`` when it is not a short one."""
        return min(whole, 5) if self.brief else whole

    @contextmanager
    def watching(self) -> Iterator[float]:
        """A block during which people go on; they have done some acts when it ends."""
        begun = time.monotonic()
        yield begun
        time.sleep(1)

    def nobody_noticed(self, since: float = 0) -> None:
        """AssertionError where anything failed after ``since``, a moment of the monotonic clock."""
        failed = self.people.failures(since)
        assert not failed, failed

    def go_on(self) -> None:
        """Wait until all that people do succeeds again."""
        begun = time.monotonic()

        def succeed() -> bool:
            since = time.monotonic() - 2
            people = self.people
            return not people.failures(since) and all(
                people.statuses(what, since).total() for what in (KEPT, MADE, BEACON)
            )

        wait_until(succeed, "people go on as before", SOON + 60)
        self.stack.wait()
        assert time.monotonic() - begun < SOON, f"it took {time.monotonic() - begun:.0f} s"


@dataclass(frozen=True)
class Fault:
    """One of them.

    Attributes:
        name: as the table has it.
        promised: what is promised to readers and editors.
        act: does it.
        small: whether it is part of the suite, in short.
    """

    name: str
    promised: str
    act: Callable[[Stage], str]
    small: bool = False


def fault(
    name: str, promised: str, *, small: bool = False
) -> Callable[[Callable[[Stage], str]], Fault]:
    """Say of a function which fault it lets happen; see :class:`Fault`."""
    return lambda act: Fault(name, promised, act, small)


def meet(stack: Stack, fault: Fault, *, brief: bool = False) -> str:
    """Let a fault happen while people read, count and write; what was seen of it.

    Raises:
        AssertionError: a promise is broken, or something is lost, doubled or half afterwards.
        NotHere: it cannot be shown on this machine.
    """
    before = truth.ask(stack.env)
    draft = tell(stack.env, "a_draft")
    with People(stack.port, **draft) as people:
        time.sleep(1)
        stage = Stage(stack, people, brief)
        seen = fault.act(stage)
        stage.go_on()
    # What waits for a page is no fault; a page of 500 is, whatever happened.
    assert not [one for one in people.seen if one.status == 500], people.failures()
    # Readers of pages that are kept notice nothing.
    assert people.statuses(KEPT).keys() == {200}, people.statuses(KEPT)
    after = truth.ask(stack.env)
    assert not after.faults, after.faults
    assert not after.waiting
    assert after.views - before.views == people.accepted, (before, after, people.accepted)
    if people.written:
        text = tell(stack.env, "text_of", draft["draft"])
        assert people.written[-1] in text, (people.written[-1], text)
    return f"{seen}; {people.accepted} views accepted and counted"


def spread(found: Counter[int]) -> str:
    """How often each status came, as the table has it."""
    words = (f"{number} × {status or 'no answer'}" for status, number in sorted(found.items()))
    return ", ".join(words) or "none"


def slowest(found: list[Seen]) -> str:
    """The longest of what was waited for, as the table has it."""
    return f"{max((one.seconds for one in found), default=0):.1f} s"


def told(stage: Stage, since: float) -> None:
    """Who met an outage read what it was, and machines when to come back."""
    for one in stage.people.seen:
        if one.at < since or one.status != 503 or one.what == BEACON:
            continue
        assert one.retry_after == RETRY_AFTER, one
        assert "tạm gián đoạn" in one.text, one.text[:300]
