"""Which tests share a worker, and which CI runs on one database only.

A folder or file that makes something dear makes it once: its tests are one piece of work for
xdist, the largest first, and every other test is a piece of its own. ``--dist loadgroup`` with
marks would say the same, but it hands the group on in the tests' ids, which pytest 9.2 no longer
lets it change (pytest-xdist #1386): it then deals the tests out one by one and says nothing.

CI runs the suite on SQLite and on PostgreSQL with Redis. What would say the same on both is run
once, which leaves its two cores the time for what would not.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

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

#: How their ids begin: why any database will do. CI runs them on SQLite.
ANY_DATABASE = {
    "tests/integration/operations/test_server.py": "it has a SQLite of its own",
    "tests/integration/plugins/test_docs.py": "pages of the documentation",
    "tests/integration/plugins/test_hostile_start.py": "it has a SQLite of its own",
    "tests/integration/plugins/test_tutorial.py": "its commands are the tutorial's: on SQLite",
    "tests/integration/plugins/test_image_gallery.py": "what a widget makes of its settings",
    "tests/integration/plugins/test_rss.py": "what a widget makes of a feed",
    "tests/integration/plugins/test_text_size_and_contrast.py": "a script",
    "tests/integration/plugins/test_video.py": "what a widget makes of its settings",
    "tests/language/": "words",
    "tests/security/test_html.py": "a function of a text",
    "tests/security/test_uploads.py": "a function of a file",
    "tests/stack/": "it has a PostgreSQL of its own",
    "tests/unit/": "parts by themselves",
}
#: How their ids begin: what is the more so on the production stack. CI runs them there.
PRODUCTION = {
    "tests/deploy/": "a server of a department is on PostgreSQL",
    "tests/e2e/test_first_day.py": "a story; the newsroom's is played on both",
    "tests/e2e/test_sharing_story.py": "another",
    "tests/e2e/test_widget_areas.py": "another",
    "tests/isolation/": "every address as every role: where the sites of a province are",
}


class Shared(LoadScopeScheduling):
    """Sends the tests of each line of ``TOGETHER`` to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return next((start for start in TOGETHER if nodeid.startswith(start)), nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what CI runs once, and refuse tests that would spoil those after them.

    A worker may do such a piece first, and a transactional test leaves an empty database behind
    it: pytest-django has them come last of all, which it cannot within a piece.
    """
    for item in items:
        mark = item.get_closest_marker("django_db")
        transactional = bool(mark and mark.kwargs.get("transaction"))
        # Transactions, and threads with them, are where the databases differ.
        if item.nodeid.startswith(tuple(ANY_DATABASE)) and not transactional:
            item.add_marker(pytest.mark.any_database)
        if item.nodeid.startswith(tuple(PRODUCTION)):
            item.add_marker(pytest.mark.production)
        if transactional and item.nodeid.startswith(tuple(TOGETHER)):
            raise pytest.UsageError(f"{item.nodeid} is transactional and among {TOGETHER}")


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
