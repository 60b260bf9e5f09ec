"""Whatever is sent as a view: counted, refused, never an error, and nobody else's view is lost."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cms.sdk.testing import enable
from cms.traffic.limits import LIMIT
from plugins.visit_counter import widgets as _counter  # noqa: F401 - it is what a page asks for
from sites.models import Department
from tests.factories import make_article
from tests.front import FrontClient

from .odd import json_values, texts, tries


def test_any_body(site_a: Department, caplog: pytest.LogCaptureFixture) -> None:
    article = make_article(site_a)
    enable(site_a, "visit_counter", "dummy")
    client = FrontClient(headers={"host": site_a.host, "sec-fetch-site": "same-origin"})
    known = ["page", "key", "widgets", "fragments", "path", "query", "unread"]
    beacons = st.dictionaries(
        st.sampled_from(known) | texts, json_values | st.just(article.pk), max_size=4
    ).map(lambda each: json.dumps(each).encode())

    @tries(150)
    @given(
        st.binary(max_size=200) | beacons | json_values.map(lambda each: json.dumps(each).encode())
    )
    @example(b"[" * 16_000)
    @example(b'{"page": 1e400}')
    @example(b'{"page": ' + b"9" * 5000 + b"}")
    @example(json.dumps({"page": article.pk, "widgets": ["\ud800"], "path": "\0"}).encode())
    def send(body: bytes) -> None:
        LIMIT.clear()
        caplog.clear()
        answer = client.post("/_sen/hit", body, content_type="application/json")
        assert answer.status_code in (200, 400, 404)
        json.loads(answer.content)
        assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []

    send()


def test_any_query_of_the_picture(site_a: Department) -> None:
    client = FrontClient(headers={"host": site_a.host, "sec-fetch-site": "same-origin"})

    @tries(60)
    @given(texts)
    def send(number: str) -> None:
        LIMIT.clear()
        query: Any = {"page": number.encode("utf-8", "surrogatepass")}
        assert client.get("/_sen/hit.gif", query).status_code in (200, 400, 404)

    send()
