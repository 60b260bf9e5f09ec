"""Nodes are restarted one after the other, and nobody who reads, counts or writes notices."""

from __future__ import annotations

import time

from . import truth
from .doings import tell
from .people import BEACON, KEPT, MADE, SAVING, People
from .processes import wait_until
from .stack import Stack


def test_nobody_notices_a_rolling_restart(stack: Stack) -> None:
    before = truth.ask(stack.env)
    with People(stack.port, **tell(stack.env, "a_draft")) as people:
        time.sleep(3)
        for number, node in enumerate(stack.nodes):
            node.restart()
            wait_until(lambda number=number: stack.is_ready(number), "it serves again", 120)
        time.sleep(3)
    assert people.failures() == {}
    for what in (KEPT, MADE, BEACON, SAVING):
        assert people.statuses(what).total() > 0
    after = truth.ask(stack.env)
    assert after.views - before.views == people.accepted
    assert after.faults == []


def test_what_is_told_to_end_ends(stack: Stack) -> None:
    for service in (stack.worker, *stack.nodes):
        begun = time.monotonic()
        service.restart()
        assert time.monotonic() - begun < 30
    stack.wait()
