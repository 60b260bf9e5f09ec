"""Writing together: each waits for its own, nothing is written twice, a failure is everybody's."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from cms.traffic import ledger
from cms.traffic.ledger import GroupCommit, LedgerUnavailableError, View

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def view(number: int) -> View:
    return View(1, number, NOW, "visitor", is_bot=False)


def test_who_arrives_while_one_writes_is_written_together() -> None:
    batches: list[list[int]] = []
    first, go = threading.Event(), threading.Event()

    def write(views: Sequence[View]) -> None:
        batches.append([one.page for one in views])
        first.set()
        go.wait(5)

    commit = GroupCommit(write)
    with ThreadPoolExecutor(9) as pool:
        waiting = [pool.submit(commit.add, view(0))]
        assert first.wait(5)
        waiting += [pool.submit(commit.add, view(number)) for number in range(1, 9)]
        while len(commit._open.views) < 8:
            time.sleep(0.001)
        assert not any(one.done() for one in waiting)
        go.set()
        for one in waiting:
            one.result(5)
    assert batches[0] == [0]
    assert sorted(batches[1]) == list(range(1, 9))
    assert len(batches) == 2


def test_many_threads_lose_and_double_nothing() -> None:
    written: list[int] = []
    commit = GroupCommit(lambda views: written.extend(one.page for one in views))
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: commit.add(view(number)), range(3000)))
    assert sorted(written) == list(range(3000))


def test_where_nothing_can_be_written_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "PAUSE", 0.2)
    tries: list[int] = []

    def fail(views: Sequence[View]) -> None:
        tries.append(len(views))
        raise OperationalError("the database is away")

    commit = GroupCommit(fail)
    for number in range(5):
        with pytest.raises(LedgerUnavailableError):
            commit.add(view(number))
    assert tries == [1]
    time.sleep(0.25)
    with pytest.raises(LedgerUnavailableError):
        commit.add(view(9))
    assert tries == [1, 1]
