"""Whatever stands behind the question mark: public addresses answer, and the admin's."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from sites.roles import Role
from tests.factories import make_user, staff_client
from tests.isolation.addresses import addresses, urls
from tests.isolation.crawl import BROKEN, ENDS_THE_SESSION
from tests.isolation.marked import Marked, make_marked
from tests.isolation.test_crawl import OPEN

from .odd import noting_parameters, queries, tries


@pytest.fixture
def marked(db: Any) -> Marked:
    """A department with one of everything."""
    return make_marked("qza7", 1928374)


def pages(marked: Marked, *, admin: bool) -> list[str]:
    """An address of each sort, with ids that exist."""
    found = []
    for address in addresses():
        if address.name and address.is_admin is admin:
            if address.name in BROKEN | ENDS_THE_SESSION | {"wagtailadmin_error_test"}:
                continue
            found += [*urls(address, marked, None, most=1)][:1]
    if not admin:
        found += ["/", "/kho-tin/", "/kho-tin/2018/01/26/", f"/{marked.mark}muc/", "/khong-co/"]
    return found


def open_to(marked: Marked, role: Role | None) -> list[str]:
    """The admin's addresses that let ``role`` in; for None all."""
    found = {address.name: address for address in addresses() if address.is_admin}
    if role is None:
        return pages(marked, admin=True)
    listed = (OPEN / f"{role}.txt").read_text().splitlines()
    names = [line.removeprefix("GET ") for line in listed if line.startswith("GET ")]
    return [url for name in names for url in [*urls(found[name], marked, None, most=1)][:1]]


def never_fails(client: Client, addresses: list[str], number: int, **headers: str) -> None:
    """Ask ``addresses`` with odd values of whatever parameters they look at; an exception fails."""
    known: dict[str, list[str]] = {}

    @tries(number)
    @given(st.sampled_from(addresses), st.data())
    def ask(address: str, data: st.DataObject) -> None:
        with transaction.atomic():
            if address not in known:
                with noting_parameters() as names:
                    client.get(address, headers=headers)
                known[address] = sorted(names) or ["q"]
            query = data.draw(queries(known[address]))
            response = client.get(address, QUERY_STRING=query, headers=headers)
            assert response.status_code < 500
            if response.streaming:
                list(response.streaming_content)
            transaction.set_rollback(True)

    ask()


def test_public_addresses(marked: Marked) -> None:
    addresses = pages(marked, admin=False)
    assert len(addresses) > 40
    never_fails(Client(), addresses, 250, host=marked.department.host)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.SITE_ADMIN, None], ids=str)
def test_the_admin(marked: Marked, role: Role | None) -> None:
    person = marked.people[role] if role else make_user(is_superuser=True)
    never_fails(staff_client(person, marked.department), open_to(marked, role), 60)
