"""The probes: each tells good from bad, and the command and the screen tell what they told."""

from __future__ import annotations

import json
import shutil
from collections import namedtuple
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.core.management import call_command
from django.db import DatabaseError
from django.test import RequestFactory
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from cms import scheduler
from cms.operations import foundations, probes
from cms.operations.models import LastRun, last_run
from cms.operations.probes import Probe, Reading, State, by_age, in_words
from cms.plugins.failures import Part, record_failure
from cms.plugins.registry import plugins
from cms.record.models import RecordEntry
from cms.record.probing import VERIFICATION
from cms.search.background import WRITES_THE_INDEX
from cms.traffic.accepting import accept
from cms.traffic.rolling import roll_up
from cms.widgets.refreshing import refresh_widget
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, staff_client

Usage = namedtuple("Usage", "total used free")
NAMES = ["database", "cache", "disk", "worker", "scheduler", "search", "counting"]
NAMES += ["plugins", "record", "links", "backup"]


def reading(name: str) -> Reading:
    """What one probe of the list finds now."""
    (probe,) = (probe for probe in probes.probes() if probe.name == name)
    return probes.read(probe)


def later(**delta: float) -> Any:
    """The clock after a while."""
    return time_machine.travel(timezone.now() + timedelta(**delta))


def test_the_list() -> None:
    assert [probe.name for probe in probes.probes()] == NAMES


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``only(a=State.GOOD, …)``: the list has these probes and no others."""

    def put(**states: State) -> None:
        made = {
            name: Probe(
                name,
                f"Mục {name}",
                lambda state=state: Reading(state, f"Là {state.name}", 1.5, timezone.now()),
            )
            for name, state in states.items()
        }
        monkeypatch.setattr(probes, "_probes", made)

    return put


@pytest.mark.django_db
class TestDatabase:
    def test_good(self) -> None:
        found = reading("database")
        assert found.state is State.GOOD
        assert found.value is not None
        assert found.value < 5

    def test_migrations_are_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(foundations, "unapplied_migrations", lambda: 2)
        with translation.override("en"):
            found = reading("database")
        assert found.state is State.BAD
        assert found.sentence == "2 migrations are not applied: run manage.py migrate."

    def test_slow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(foundations, "SLOW", 0.0)
        assert reading("database").state is State.WARNING


def test_what_raises_is_bad_and_tells_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Reading:
        raise DatabaseError("password matkhau of sen@10.0.0.9")

    found = probes.read(Probe("x", "X", fail))
    assert found.state is State.BAD
    assert "DatabaseError" in found.sentence
    assert "matkhau" not in found.sentence
    # And so without any database, which this test may not use.
    assert reading("database").state is State.BAD
    assert reading("scheduler").state is State.BAD


class TestCache:
    def test_good(self) -> None:
        assert reading("cache").state is State.GOOD

    def test_forgetful(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(caches["exact"]), "get", lambda *args, **kwargs: None)
        assert reading("cache").state is State.BAD

    def test_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise ConnectionError

        monkeypatch.setattr(type(caches["exact"]), "set", fail)
        assert reading("cache").state is State.BAD


@pytest.mark.parametrize(
    ("total", "free", "state"),
    [
        (100, 50, State.GOOD),
        (100, 9, State.WARNING),
        (100, 1, State.BAD),
        # A large disk has room enough at a few per cent, a small one at a few gigabytes.
        (2000, 60, State.GOOD),
        (20, 6, State.GOOD),
        (20, 0.5, State.BAD),
    ],
)
def test_disk(monkeypatch: pytest.MonkeyPatch, total: int, free: float, state: State) -> None:
    gb = 2**30
    usage = Usage(total * gb, (total - free) * gb, free * gb)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    found = reading("disk")
    assert found.state is state
    assert found.value == free * gb
    assert "%" in found.sentence


@pytest.mark.django_db
class TestWorker:
    def test_nothing_waits(self, site_a: Department) -> None:
        DBTaskResult.objects.all().delete()
        assert reading("worker") == Reading(State.GOOD, "Không có việc nào đang chờ.", 0.0)

    def test_what_waits_gets_old(self, site_a: Department) -> None:
        DBTaskResult.objects.all().delete()
        refresh_widget.enqueue(site_a.pk, "sidebar", "x", "no_such_widget", {})
        assert reading("worker").state is State.GOOD
        with later(minutes=3):
            found = reading("worker")
            assert found.state is State.WARNING
            assert 180 <= (found.value or 0) < 200
            assert "run_worker" in found.sentence
        with later(minutes=20):
            assert reading("worker").state is State.BAD

    def test_what_is_not_due_does_not_wait(self, site_a: Department) -> None:
        DBTaskResult.objects.all().delete()
        due = timezone.now() + timedelta(hours=1)
        task = refresh_widget.using(run_after=due)
        task.enqueue(site_a.pk, "sidebar", "x", "no_such_widget", {})
        with later(minutes=50):
            assert reading("worker").value == 0
        with later(minutes=63):
            assert reading("worker").state is State.WARNING


@pytest.mark.django_db
def test_scheduler(site_a: Department) -> None:
    assert reading("scheduler").state is State.BAD
    scheduler.JOBS["note that the scheduler runs"]()
    found = reading("scheduler")
    assert found.state is State.GOOD
    assert found.since is not None
    with later(minutes=3):
        assert reading("scheduler").state is State.WARNING
    with later(minutes=6):
        assert reading("scheduler").state is State.BAD


@pytest.mark.django_db
def test_search(site_a: Department) -> None:
    DBTaskResult.objects.all().delete()
    refresh_widget.enqueue(site_a.pk, "sidebar", "x", "no_such_widget", {})
    with later(minutes=20):
        # It is another's task that waits.
        assert reading("search").state is State.GOOD
    now = timezone.now()
    task = DBTaskResult.objects.get()
    DBTaskResult.objects.filter(pk=task.pk).update(task_path=WRITES_THE_INDEX, enqueued_at=now)
    assert reading("search").state is State.GOOD
    with later(minutes=3):
        assert reading("search").state is State.WARNING
    with later(minutes=20):
        assert reading("search").state is State.BAD


@pytest.mark.django_db
def test_counting(site_a: Department) -> None:
    assert reading("counting").value == 0
    accept(RequestFactory().post("/", HTTP_USER_AGENT="Mozilla"), site_a.site_id, None)
    assert reading("counting").value == 1
    assert reading("counting").state is State.GOOD
    with later(minutes=4):
        assert reading("counting").state is State.WARNING
    with later(minutes=40):
        assert reading("counting").state is State.BAD
    roll_up()
    found = reading("counting")
    assert (found.state, found.value) == (State.GOOD, 0)
    assert found.since is not None


@pytest.mark.django_db
def test_plugins(site_a: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reading("plugins").state is State.GOOD
    record_failure(site_a, Part("rss", "widget rss"), RuntimeError("no"))
    found = reading("plugins")
    assert found.state is State.WARNING
    assert "rss" in found.sentence
    with later(days=2):
        assert reading("plugins").state is State.GOOD
    aside = [plugins.all()[0]]
    monkeypatch.setattr(type(plugins), "quarantined", lambda self: aside)
    assert reading("plugins").state is State.BAD


@pytest.mark.django_db
def test_record(site_a: Department) -> None:
    make_article(site_a)
    assert reading("record").state is State.WARNING
    call_command("verify_record", department=site_a.host, stderr=StringIO())
    assert last_run(VERIFICATION.name) is None
    call_command("verify_record", stderr=StringIO(), stdout=StringIO())
    assert reading("record").state is State.GOOD
    with later(days=4):
        assert reading("record").state is State.WARNING
    with later(days=40):
        assert reading("record").state is State.BAD
    VERIFICATION.note(good=False)
    assert reading("record").state is State.BAD
    assert LastRun.objects.count() == 1
    assert not RecordEntry.objects.filter(kind="operations").exists()


@pytest.mark.parametrize(
    ("seconds", "english", "vietnamese"),
    [
        (-3, "0 seconds", "0 giây"),
        (1, "1 second", "1 giây"),
        (119, "1 minute", "1 phút"),
        (7300, "2 hours", "2 giờ"),
        (2 * 86400, "2 days", "2 ngày"),
    ],
)
def test_times_in_words(seconds: float, english: str, vietnamese: str) -> None:
    with translation.override("en"):
        assert in_words(seconds) == english
    with translation.override("vi"):
        assert in_words(seconds) == vietnamese


def test_by_age() -> None:
    assert [by_age(age, 10, 20) for age in (0, 9.9, 10, 19, 20, 99)] == [0, 0, 1, 1, 2, 2]


def doctor(*arguments: str) -> tuple[int, str]:
    """Exit code and output of ``manage.py doctor``."""
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


class TestDoctor:
    def test_good_and_warning_pass(self, only: Callable[..., None]) -> None:
        only(a=State.GOOD, bb=State.WARNING)
        code, said = doctor()
        assert code == 0
        first, second = said.splitlines()
        assert first.split() == ["Mục", "a", "good", "Là", "GOOD", *first.split()[-2:]]
        assert "WARNING" in second
        # A table: the states stand below one another.
        assert first.index("good") == second.index("WARNING")

    def test_bad_fails(self, only: Callable[..., None]) -> None:
        only(a=State.GOOD, b=State.BAD)
        code, said = doctor()
        assert code == 1
        assert "BAD" in said

    def test_json(self, only: Callable[..., None]) -> None:
        only(a=State.GOOD, b=State.BAD)
        code, said = doctor("--json")
        found = json.loads(said)
        assert code == 1
        assert found["state"] == "bad"
        assert [probe["state"] for probe in found["probes"]] == ["good", "bad"]
        assert found["probes"][0]["value"] == 1.5
        assert found["probes"][0]["since"].startswith("20")

    @pytest.mark.django_db
    def test_of_an_installation(self, site_a: Department) -> None:
        code, said = doctor()
        assert code == 1
        assert "It has never run: nothing is published at its hour." in said
        assert len(said.splitlines()) == len(NAMES)
        scheduler.JOBS["note that the scheduler runs"]()
        code, said = doctor("--language", "vi")
        assert code == 0
        assert "Chạy đều mỗi phút." in said

    def test_without_a_database(self) -> None:
        code, said = doctor()
        assert code == 1
        assert "Traceback" not in said
        assert "Database" in said.splitlines()[0]


@pytest.mark.django_db
class TestScreen:
    def test_is_the_provinces(self, site_a: Department) -> None:
        for role in Role:
            client = staff_client(make_user((site_a, role)), site_a)
            assert client.get("/admin/operation/").status_code == 404
            assert "/admin/operation/" not in client.get("/admin/").text

    def test_what_is_bad_stands_first(self, site_a: Department, only: Callable[..., None]) -> None:
        only(a=State.GOOD, b=State.BAD, c=State.WARNING)
        client = staff_client(make_user(is_superuser=True), site_a)
        text = client.get("/admin/operation/").text
        assert [text.index(f'id="probe-{name}"') for name in "bca"] == sorted(
            text.index(f'id="probe-{name}"') for name in "abc"
        )
        assert "1 mục bị hỏng" in text
        # A state is a word and a picture as well as a colour.
        for word, icon in (("Hỏng", "circle-xmark"), ("Cần xem", "warning"), ("Tốt", "check")):
            assert word in text
            assert f"icon-{icon}" in text or f"icon-circle-{icon}" in text

    def test_it_shows_what_the_installation_says(self, site_a: Department) -> None:
        client = staff_client(make_user(is_superuser=True), site_a)
        text = client.get("/admin/operation/").text
        assert "Chưa chạy lần nào" in text
        assert "/admin/plugins/health/" in text
        assert "/admin/operation/" in client.get("/admin/").text

    def test_it_can_only_be_read(self, site_a: Department) -> None:
        client = staff_client(make_user(is_superuser=True), site_a)
        assert client.post("/admin/operation/").status_code == 405

    def test_nothing_is_interpreted(self, site_a: Department, only: Any) -> None:
        only(a=State.GOOD)
        probe = Probe("a", "<b>x</b>", lambda: Reading(State.BAD, "<script>alert(1)</script>"))
        probes.register(probe)
        client = staff_client(make_user(is_superuser=True), site_a)
        text = client.get("/admin/operation/").text
        assert "<script>alert(1)" not in text
        assert "<b>x</b>" not in text
