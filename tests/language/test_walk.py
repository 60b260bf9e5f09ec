"""No screen that a department's people can open shows an English text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.db import transaction
from django.test import Client

from sites.roles import Role
from tests.factories import staff_client
from tests.isolation.addresses import Address, addresses, urls
from tests.isolation.crawl import ENDS_THE_SESSION, FILLED
from tests.isolation.marked import COMMON, Marked, make_marked

from .english import english_in

ROLES = [Role.REPORTER, Role.EDITOR, Role.CHIEF, Role.SITE_ADMIN]
QUERIES = ("", f"?q={COMMON}", "?q=khongco")


@pytest.fixture
def own(db: Any) -> Marked:
    return make_marked("qza7", 1928374)


def texts_of(response: Any) -> Iterator[str]:
    """The pages, fragments, messages and letters that came of one request."""
    kind = response.headers.get("Content-Type", "")
    if not response.streaming and kind.startswith("text/html"):
        yield response.content.decode()
    elif not response.streaming and kind.startswith("application/json"):
        yield from _strings(json.loads(response.content))
    request = getattr(response, "wsgi_request", None)
    yield from (str(message) for message in get_messages(request) if request is not None)
    yield from (f"{sent.subject}\n{sent.body}" for sent in mail.outbox)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name in ("html", "message", "error_message", "errors", "title", "label"):
                yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


#: Not for people: APIs, and the plugins of the tests, which have no catalogue.
NOT_READ = ("api:", "wagtailadmin_api:", "dummy", "hostile")


def is_walked(address: Address) -> bool:
    """Whether people meet it; what is closed to departments shows nothing."""
    name = address.name
    if not name or address.closed or name in ENDS_THE_SESSION:
        return False
    return not name.startswith(NOT_READ)


@pytest.mark.parametrize(
    "role", [*ROLES, None], ids=lambda role: role.value if role else "stranger"
)
def test_no_english_shows(own: Marked, role: Role | None) -> None:
    client = staff_client(own.people[role]) if role else Client()
    # A form without its fields may fail, if only in Vietnamese.
    client.raise_request_exception = False
    found: dict[str, str] = {}
    walked = 0
    for address in filter(is_walked, addresses()):
        for url in urls(address, own, None, most=1):
            requests = [("get", url + query, {}) for query in QUERIES]
            requests += [("post", url, FILLED), ("post", url, {})]
            for method, to, data in requests:
                mail.outbox = []
                client.cookies.pop("messages", None)
                with transaction.atomic():
                    host = "localhost" if address.is_admin else own.department.host
                    response = getattr(client, method)(to, data, headers={"host": host})
                    walked += 1
                    for text in texts_of(response):
                        for english in english_in(text):
                            found.setdefault(english, f"{method.upper()} {to}")
                    transaction.set_rollback(True)
    assert walked > 100
    assert not found, "\n".join(f"{where}: {what}" for what, where in sorted(found.items()))
