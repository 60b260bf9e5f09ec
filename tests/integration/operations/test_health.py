"""Health: answered before everything else, in time, with reasons that tell no secret."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.cache import caches
from django.db import OperationalError, connections

from cms.operations import foundations, health
from cms.operations.front import OperationsFront
from sites.models import Department

from .asking import ask


@pytest.fixture(autouse=True)
def _not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test asks anew, migrations too."""
    monkeypatch.setattr(health.READINESS, "_until", 0.0)
    monkeypatch.setattr(health._Migrations, "applied", False)
    monkeypatch.setattr(health, "HOLDS_FOR", 0.0)


def test_alive_whatever_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    # No database is allowed in this test, and the cache is away.
    monkeypatch.setattr(type(caches["exact"]), "get", pytest.fail)
    monkeypatch.setattr(type(caches["exact"]), "set", pytest.fail)
    answer = ask("/livez")
    assert (answer.status, answer.text) == (200, "alive\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_these_addresses_are_taken() -> None:
    came: list[str] = []

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        came.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return (b"page",)

    for path in ("/livez/", "/livez/x", "/readyz-abc", "/", "/metrics/", "/bai-viet/livez"):
        assert ask(path, application=application).text == "page"
        assert came.pop() == path


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_they_are_only_read(path: str) -> None:
    answer = ask(path, method="POST")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.django_db
def test_ready_on_every_host(site_a: Department) -> None:
    for host in (site_a.host, "ai.do.vn", "10.0.0.1:8000", "không-có.vn"):
        answer = ask("/readyz", host=host)
        assert (answer.status, answer.json()) == (200, {"ready": True, "reasons": {}})
    head = ask("/readyz", method="HEAD")
    assert (head.status, head.text) == (200, "")
    assert int(head.headers["Content-Length"]) > 0


def test_the_whole_server_answers_them_first() -> None:
    from cms import wsgi

    assert isinstance(wsgi.application, OperationsFront)


@pytest.mark.django_db
def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> Any:
        raise OperationalError("password of sen@10.0.0.9 is matkhau")

    monkeypatch.setattr(type(connections["default"]), "cursor", fail)
    answer = ask("/readyz")
    assert answer.status == 503
    assert answer.json() == {
        "ready": False,
        "reasons": {"database": "no answer (OperationalError)"},
    }


@pytest.mark.django_db
def test_migrations_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "unapplied_migrations", lambda: 3)
    assert ask("/readyz").json()["reasons"] == {"database": "3 migrations are not applied"}
    monkeypatch.undo()
    assert foundations.unapplied_migrations() == 0


@pytest.mark.django_db
def test_a_cache_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("redis://:matkhau@10.0.0.9 does not answer")

    monkeypatch.setattr(type(caches["exact"]), "set", fail)
    answer = ask("/readyz")
    assert answer.status == 503
    assert answer.json()["reasons"] == {"cache": "no answer (ConnectionError)"}


def test_one_that_hangs_is_told_and_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    go_on = threading.Event()

    def hang() -> str:
        asked.append("hang")
        go_on.wait(20)
        return ""

    monkeypatch.setattr(health, "PATIENCE", 0.2)
    readiness = health.Readiness({"database": hang, "cache": lambda: ""})
    try:
        for _n in range(3):
            assert readiness.reasons() == {"database": "no answer within 0.2 seconds"}
        assert asked == ["hang"]
    finally:
        go_on.set()
    readiness._asked["database"].result(5)
    assert readiness.reasons() == {}
    assert len(asked) == 2


def test_many_who_ask_cost_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(health, "HOLDS_FOR", 60)

    def check() -> str:
        asked.append(1)
        return "no"

    readiness = health.Readiness({"a": check})
    assert [readiness.reasons() for _n in range(5)] == [{"a": "no"}] * 5
    assert asked == [1]
