"""Which tests share a worker, and which CI runs once.

A folder or file that makes something dear makes it once: its tests are one piece of work for
xdist, the largest first, and every other test is a piece of its own. ``--dist loadgroup`` with
marks would say the same, but it hands the group on in the tests' ids, which pytest 9.2 no longer
lets it change (pytest-xdist #1386): it then deals the tests out one by one and says nothing.

CI runs the suite on SQLite and on PostgreSQL with Redis; what has a database of its own, once.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.open_sites import is_transactional, wanted_by

#: How their ids begin: what they share.
TOGETHER = {
    "tests/deploy/": "a release that is built by the guide's commands",
    "tests/e2e/": "the demo province, and a browser",
    "tests/integration/backup/": "a loaded system and its backup",
    "tests/integration/operations/test_server.py": "a server",
    "tests/integration/plugins/test_hostile_start.py": "folders of hostile plugins, tried at once",
    "tests/integration/plugins/test_tutorial.py": "the tutorial's plugin, made by its own words",
    "tests/stack/": "two nodes, workers, a database, Redis, a bucket and a proxy",
}

#: How their ids begin: what has a database of its own, whatever the run's is. CI runs them once.
OWN_DATABASE = {
    "tests/integration/operations/test_server.py": "an empty SQLite",
    "tests/integration/plugins/test_hostile_start.py": "a SQLite for each plugin",
    "tests/integration/plugins/test_tutorial.py": "the tutorial's commands make one",
    "tests/stack/": "the PostgreSQL that is stopped, cut off and filled up",
}


class Shared(LoadScopeScheduling):
    """Sends the tests of each line of ``TOGETHER`` to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return next((start for start in TOGETHER if nodeid.startswith(start)), nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests, mark what CI runs once, and refuse what would spoil those after it.

    Tests that want the same sites follow one another, so that these are opened seldom.

    A worker may do such a piece first, and a transactional test leaves an empty database behind
    it: pytest-django has them come last of all, which it cannot within a piece.
    """
    for item in items:
        transactional = is_transactional(item)
        if item.nodeid.startswith(tuple(OWN_DATABASE)):
            item.add_marker(pytest.mark.own_database)
        if transactional and item.nodeid.startswith(tuple(TOGETHER)):
            raise pytest.UsageError(f"{item.nodeid} is transactional and among {TOGETHER}")
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[bool, int, tuple[str, ...]]:
    """Those that share a worker in their files' order, then by the sites that are wanted."""
    together = item.nodeid.startswith(tuple(TOGETHER))
    wanted = () if together else wanted_by(item)
    return not together, -len(wanted), wanted


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shared | None:
    """xdist's hook: ours where nothing else is asked for by ``--dist``."""
    return Shared(config, log) if config.getvalue("dist") == "loadscope" else None


def made_once(factory: pytest.TempPathFactory, what: str) -> None:
    """Say that this worker makes something for a whole run.

    Args:
        factory: pytest's, of the session.
        what: a name of what is made.

    Raises:
        pytest.fail.Exception: another worker has made the same, so the tests that share it were
            dealt out.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    try:
        (factory.getbasetemp().parent / f"made-{what}").mkdir()
    except FileExistsError:
        pytest.fail(f"{what} is made a second time in this run: see {__name__}")
