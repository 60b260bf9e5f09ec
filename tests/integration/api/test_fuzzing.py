"""Whatever is asked of the API, it answers by its description and never with 500."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.test import override_settings
from hypothesis import HealthCheck, given, settings

from cms.wsgi import application
from tests.factories import make_article, make_site

HOST = "tinh.localhost"
# The WSGI client does not unpack what it says that it accepts.
HEADERS = {"Host": HOST, "Accept-Encoding": "identity"}

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def description(db: Any) -> Any:
    portal = make_site(HOST, kind="province")
    for _ in range(3):
        make_article(portal)
    with override_settings(SEN_API_REQUESTS_A_MINUTE=10**9):
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers=HEADERS)


def test_every_answer_is_as_described(description: Any) -> None:
    asked = 0
    for found in description.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(headers=HEADERS)

        ask()
    assert asked > 100
