"""Nobody sees or changes anything of another department: each address, each role, each id."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.urls import resolve, reverse

from sites.isolation.gate import address_of
from sites.roles import Role

from .addresses import CLOSED, NAMELESS, addresses, kind_of
from .crawl import THOROUGH, Crawl, Rows, all_rows, crawl_as, new_rows, reader_crawl
from .marked import MAKERS, Marked, make_marked, owned_models

Country = tuple[Marked, list[tuple[Marked, Rows]]]
#: What is open, to whom and by which method: a list for each role, and one for everybody.
OPEN = Path(__file__).parent / "open"
#: ``make open`` writes the lists anew; look at what has changed before you keep it.
REWRITE = "SEN_WRITE_OPEN" in os.environ


@pytest.fixture
def country(db: Any) -> Country:
    """Our department, and what belongs to the province and to another department."""
    foreign = []
    # Long marks: of thousands of pages with tokens one has any four letters by chance.
    for mark, number, province in (("qzprov7x", 5839417, True), ("qzelse7x", 4738291, False)):
        before = all_rows()
        marked = make_marked(mark, number, province=province)
        foreign.append((marked, new_rows(before, all_rows())))
    return make_marked("qza7", 1928374), foreign


def report(crawl: Crawl, record: Callable[[str, object], None]) -> None:
    record("crawl", (crawl.role, crawl.requests, len(crawl.leaks)))


def check_open(crawl: Crawl) -> None:
    """Compare what let the role in with its list.

    Wagtail's and every plugin's addresses are in it: what a release opens to somebody is
    seen here before it is seen by them.
    """
    if THOROUGH:
        return  # More objects are tried, and more of them are open.
    path = OPEN / f"{crawl.role}.txt"
    if REWRITE:
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in sorted(crawl.opened)))
    listed = set(path.read_text().splitlines())
    assert not (new := crawl.opened - listed), f"open to {crawl.role}, not listed: {sorted(new)}"
    assert not (gone := listed - crawl.opened), f"no more open to {crawl.role}: {sorted(gone)}"


@pytest.mark.parametrize("role", list(Role))
def test_nothing_of_others_shows_or_changes(
    role: Role, country: Country, record_property: Callable[[str, object], None]
) -> None:
    own, foreign = country
    crawl = crawl_as(role, own, foreign)
    crawl.walk()
    crawl.try_by_hand()
    report(crawl, record_property)
    check_open(crawl)
    assert not crawl.leaks, f"{len(crawl.leaks)} leaks:\n" + "\n".join(map(str, crawl.leaks[:60]))
    assert not crawl.failures, "\n".join(crawl.failures[:60])


def test_a_reader_meets_one_site_only(
    country: Country, record_property: Callable[[str, object], None]
) -> None:
    own, foreign = country
    crawl = reader_crawl(own, foreign)
    crawl.read()
    crawl.walk()
    crawl.read_all()
    report(crawl, record_property)
    check_open(crawl)
    assert not crawl.leaks, "\n".join(map(str, crawl.leaks[:60]))
    assert not crawl.failures, "\n".join(crawl.failures[:60])


def test_every_address_is_known() -> None:
    """A view that a new release brings fails here until somebody has looked at it."""
    unknown = []
    for address in addresses():
        if not address.name:
            if address.pattern not in NAMELESS:
                unknown.append(f"{address.pattern}: without a name")
            continue
        try:
            for parameter in address.parameters:
                kind_of(address, parameter)
        except LookupError as error:
            unknown.append(str(error))
    assert not unknown, "\n".join(unknown)


def test_what_is_closed_is_not_let_in() -> None:
    assert CLOSED
    assert resolve("/admin/workflows/list/").view_name.startswith("wagtailadmin_workflows")
    assert address_of(resolve("/admin/workflows/list/")) is None
    assert address_of(resolve(reverse("wagtailadmin_home"))) is not None


def test_every_table_of_departments_is_walked() -> None:
    assert set(owned_models()) == set(MAKERS)


LAYERS_OFF = [
    name
    for name in __import__("django.conf", fromlist=["settings"]).settings.MIDDLEWARE
    if "WorkplaceMiddleware" not in name
]


def test_without_the_layers_the_walk_finds_leaks(
    country: Country, record_property: Callable[[str, object], None]
) -> None:
    """The test can fail: the same walk, with nothing in between."""
    own, foreign = country
    with override_settings(MIDDLEWARE=LAYERS_OFF):
        crawl = crawl_as(Role.EDITOR, own, foreign[1:])
        crawl.walk()
        crawl.try_by_hand()
    crawl.role = "editor, layers off"
    report(crawl, record_property)
    assert len({leak.request for leak in crawl.leaks}) >= 50
