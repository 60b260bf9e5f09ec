"""Some seconds of what ``make chaos`` does for minutes: processes are killed, no view is lost."""

from __future__ import annotations

from tests.bench.exactness import run


def test_every_accepted_beacon_is_counted_once_though_processes_are_killed() -> None:
    outcome = run(15, connections=16, kill_every=3)
    assert outcome.accepted.total() > 100
    assert outcome.killed.total() >= 3
    assert outcome.given_up == 0
    assert outcome.wrong == {}
