"""The sites most tests ask for, opened once for many tests rather than in each.

Opening a site is a third of a second of a core, and some three thousand tests want one or two. So
they stand in a transaction of their own that is never committed, around the one in which
pytest-django runs each test: what a test does to them is undone with the rest of it. Tests that
ask for none of them find an empty province, as do those that commit.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from sites.models import Department
from tests.factories import make_site

#: By the fixture's name: host and name.
SITES = {
    "site_a": ("so-a.localhost", "Sở A"),
    "site_b": ("so-b.localhost", "Sở B"),
}
# What tests leave behind in a transaction is dead, but PostgreSQL has to step over it until
# the transaction ends.
TESTS_PER_TRANSACTION = 100


def is_transactional(item: pytest.Item) -> bool:
    """Whether a test commits: pytest-django runs it in no transaction."""
    mark = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server", "django_db_reset_sequences"}
    return bool(mark and mark.kwargs.get("transaction")) or not asked.isdisjoint(_fixtures(item))


def wanted_by(item: pytest.Item) -> tuple[str, ...]:
    """Which of ``SITES`` are to stand before a test begins."""
    if is_transactional(item):
        return ()
    return tuple(name for name in SITES if name in _fixtures(item))


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])


class OpenSites:
    """The transaction around the tests of one worker, and the sites in it."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self._around: transaction.Atomic | None = None
        self._tests = 0

    def be(self, names: tuple[str, ...]) -> None:
        """Let the sites of these fixtures stand, and no others."""
        self._tests += 1
        # A test may have closed the connection, and everything in it is gone.
        whole = self._tests <= TESTS_PER_TRANSACTION and not connection.closed_in_transaction
        if names == self.names and whole:
            return
        self.close()
        if names:
            self._open(names)

    def _open(self, names: tuple[str, ...]) -> None:
        self._around = transaction.atomic()
        # As Django marks its own: what insists on being the outermost transaction may begin.
        self._around._from_testcase = True  # type: ignore[attr-defined]
        self._around.__enter__()
        self.names, self._tests = names, 1
        for name in names:
            make(name)
        # PostgreSQL looks at the references now; a table with such checks before it cannot be
        # changed by a test.
        connection.check_constraints()
        # Nobody waits for what would happen after a commit.
        connection.run_on_commit = []
        cache.clear()

    def close(self) -> None:
        """Undo them."""
        if self._around is None:
            return
        around, self._around, self.names = self._around, None, ()
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
        cache.clear()


def make(name: str) -> Department:
    """Open the site of a fixture."""
    host, body = SITES[name]
    return make_site(host, name=body)


def site_of(name: str) -> Department:
    """The site of a fixture: that which stands, or a new one."""
    known = Department.objects.select_related("site__root_page", "kind", "collection")
    return known.filter(site__hostname=SITES[name][0]).first() or make(name)


@pytest.fixture(scope="session")
def open_sites(django_db_setup: None, django_db_blocker: Any) -> Iterator[OpenSites]:
    """Those of this worker."""
    sites = OpenSites()
    yield sites
    with django_db_blocker.unblock():
        sites.close()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Before pytest-django begins a test's transaction, the sites that it wants stand."""
    if fixturedef.argname == "_django_db_helper":
        sites = request.getfixturevalue("open_sites")
        with request.getfixturevalue("django_db_blocker").unblock():
            sites.be(wanted_by(request.node))
    return (yield)
