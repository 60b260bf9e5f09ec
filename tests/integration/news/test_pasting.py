"""The address that the editor asks for the blocks of a paste."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cms.news import pasting
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, staff_client

ADDRESS = "/admin/pasted-text/"


@pytest.fixture
def reporter(site_a: Department) -> Client:
    return staff_client(make_user((site_a, Role.REPORTER)))


def test_blocks_come_as_the_editor_takes_them(reporter: Client) -> None:
    answer: Any = reporter.post(ADDRESS, {"html": "<h1>Mục</h1><p>Chữ</p>"}).json()
    assert [block["type"] for block in answer["blocks"]] == ["heading", "paragraph"]
    assert answer["blocks"][0]["value"] == "Mục"
    # A rich text field takes the editor's own JSON, not HTML.
    assert answer["blocks"][1]["value"].startswith("{")
    assert answer["warnings"] == []


def test_a_text_without_an_end_is_refused(reporter: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(pasting, "MAX_LENGTH", 10)
    answer = reporter.post(ADDRESS, {"html": "x" * 11})
    assert answer.status_code == 413
    assert answer.json()["warnings"]


def test_only_staff_may_ask(site_a: Department, reporter: Client) -> None:
    assert reporter.get(ADDRESS).status_code == 405
    stranger = Client(headers={"host": "localhost"})
    assert stranger.post(ADDRESS, {"html": "x"}).status_code == 302
