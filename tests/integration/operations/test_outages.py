"""While something is away, people are told so, and what they sent is not lost."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache, caches
from django.db import InterfaceError, OperationalError
from django.test import Client
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from cms.delivery import breaker
from cms.operations.outages import RETRY_AFTER
from sites import tenancy
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, section_of, staff_client
from tests.webserver import LOOPBACK

Fail = Callable[[BaseException], None]


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Fail:
    """``fail(error)``: whoever asks which department is meant finds that raised."""

    def make(error: BaseException) -> None:
        def raise_it(*args: Any) -> Any:
            raise error

        monkeypatch.setattr(tenancy, "find_department", raise_it)

    return make


def test_an_error_in_a_ring_of_causes_is_answered(site_a: Department, fail: Fail) -> None:
    # As django-redis leaves them, which raises the cause of its own exception while it handles it.
    first, again = RedisConnectionError("refused"), OSError("reset")
    first.__context__, again.__context__ = again, first
    fail(first)
    assert look(site_a).status_code == 503


def look(department: Department, **options: Any) -> Any:
    client = Client(raise_request_exception=False, headers={"host": department.host})
    return client.get("/kho-tin/", **options)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("server closed the connection unexpectedly"),
        InterfaceError("connection already closed"),
        RedisConnectionError("refused"),
    ],
)
def test_readers_are_told_to_come_back(
    site_a: Department, fail: Fail, error: BaseException
) -> None:
    fail(error)
    answer = look(site_a)
    assert answer.status_code == 503
    assert answer["Retry-After"] == str(RETRY_AFTER)
    assert answer["Cache-Control"] == "no-store"
    assert "Hệ thống tạm gián đoạn" in answer.text
    assert "chưa được lưu" not in answer.text


def test_what_lies_beneath_counts(site_a: Department, fail: Fail) -> None:
    error = RuntimeError("the page could not be made")
    error.__cause__ = OperationalError("gone")
    fail(error)
    assert look(site_a).status_code == 503


def test_a_fault_of_ours_is_none(site_a: Department, fail: Fail) -> None:
    fail(OSError(errno.EACCES, "no"))
    answer = look(site_a)
    assert answer.status_code == 500
    assert "Hệ thống gặp sự cố" in answer.text
    assert not answer.has_header("Retry-After")


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left"), OperationalError("database or disk is full")],
)
def test_a_full_disk_is_named(site_a: Department, fail: Fail, error: BaseException) -> None:
    fail(error)
    answer = look(site_a)
    assert answer.status_code == 503
    assert "hết chỗ" in answer.text


def test_an_editor_gets_the_text_back_and_sends_it_again(
    site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = section_of(site_a)
    admin = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    admin.raise_request_exception = False
    address = f"/admin/pages/{section.pk}/edit/"
    sent = {
        "title": 'Tin "mới" <b>',
        "slug": section.slug,
        "search_description": "\nhai\ndòng",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }

    def gone(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as away:
        away.setattr(type(section), "save_revision", gone)
        answer = admin.post(address, sent)
    assert answer.status_code == 503
    assert "Nội dung vừa gửi chưa được lưu." in answer.text
    form = BeautifulSoup(answer.text, "html.parser").select_one("form")
    assert form is not None
    assert form["action"] == address
    # No way from here that would lose it.
    assert not BeautifulSoup(answer.text, "html.parser").select("a[href]")
    kept = {str(field["name"]): field.get_text() for field in form.select("textarea")}
    # The first line break behind <textarea> is none of the text (HTML, 13.1.2.5).
    kept = {name: text.removeprefix("\n") for name, text in kept.items()}
    assert kept == sent
    assert admin.post(str(form["action"]), kept).status_code == 302
    section.refresh_from_db()
    assert section.get_latest_revision_as_object().title == 'Tin "mới" <b>'


def test_no_password_stands_in_the_answer(site_a: Department, fail: Fail) -> None:
    fail(OperationalError("gone"))
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    answer = client.post("/admin/account/login/", {"username": "a", "password": "bi-mat-123"})
    assert answer.status_code == 503
    assert "bi-mat-123" not in answer.text
    assert "<form" not in answer.text


# Redis.


@pytest.fixture
def without_redis(settings: Any) -> Iterator[None]:
    """A shared cache at a port where nobody listens, bound so that nobody else will."""
    with socket.socket() as closed:
        closed.bind((LOOPBACK, 0))
        settings.CACHES = breaker.caches_at(f"redis://{LOOPBACK}:{closed.getsockname()[1]}/0", "x")
        yield


@pytest.mark.usefixtures("without_redis")
@pytest.mark.parametrize("path", ["/", "/kho-tin/", "/tim-kiem/?q=tin", "/sitemap.xml", "/rss.xml"])
def test_pages_are_made_without_redis(site_a: Department, path: str) -> None:
    client = Client(headers={"host": site_a.host})
    assert client.get(path, follow=True).status_code in (200, 404)
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("without_redis")
def test_editors_go_on_without_redis(site_a: Department) -> None:
    section = section_of(site_a)
    admin = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    address = f"/admin/pages/{section.pk}/edit/"
    assert admin.get(address).status_code == 200
    form = {"title": "Tin mới", "slug": section.slug, "action-publish": "1"}
    form |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    assert admin.post(address, form).status_code == 302
    section.refresh_from_db()
    assert section.title == "Tin mới"


@pytest.mark.usefixtures("without_redis")
def test_one_name_is_silent_and_the_other_is_not() -> None:
    assert cache.get("a", "nothing") == "nothing"
    assert cache.get_many(["a"]) == {}
    with pytest.raises(RedisConnectionError):
        caches["exact"].get("a")


def test_a_redis_that_hangs_is_waited_for_once() -> None:
    with socket.create_server((LOOPBACK, 0)) as hangs:
        address = f"redis://{LOOPBACK}:{hangs.getsockname()[1]}/0"
        pool = breaker.Pool.from_url(address, socket_timeout=0.3, socket_connect_timeout=0.3)
        client = Redis(connection_pool=pool)
        begun = time.monotonic()
        with pytest.raises(RedisConnectionError, match="Timeout"):
            client.get("a")
        assert time.monotonic() - begun >= 0.3
        begun = time.monotonic()
        for _time in range(50):
            with pytest.raises(RedisConnectionError, match="just not answered"):
                client.get("a")
        assert time.monotonic() - begun < 0.3
        # Later somebody tries again.
        pool.silent_until = 0.0
        begun = time.monotonic()
        with pytest.raises(RedisConnectionError, match="Timeout"):
            client.get("a")
        assert time.monotonic() - begun >= 0.3
