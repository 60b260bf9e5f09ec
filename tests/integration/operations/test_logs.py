"""Log lines and reports: what happened to whom, and nothing that is anybody's secret."""

from __future__ import annotations

import http.client
import io
import json
import logging
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
from django.test import Client, RequestFactory
from django.urls import clear_url_caches, path, reverse
from django.utils import timezone
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from cms import urls
from cms.operations import reporting
from cms.operations.logs import AboutRequest, Console, JSONFormatter, LineFormatter
from cms.operations.redaction import redact, redact_people
from sites.models import Department
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import make_user, staff_client
from tests.webserver import LOOPBACK, WebServer

SECRET = "khoa-rat-bi-mat-0123456789"


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.SEN_SECRETS = (SECRET,)


class Lines:
    """What was written."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(formatter)
        self.handler.addFilter(AboutRequest())

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """JSON lines of everything that is logged at INFO and above."""
    yield from _listening(JSONFormatter())


@pytest.fixture
def plain() -> Iterator[Lines]:
    """Lines for people."""
    form = "{asctime} {levelname} {name} [{request_id}]: {message}"
    yield from _listening(LineFormatter(form))


def _listening(formatter: logging.Formatter) -> Iterator[Lines]:
    found, root = Lines(formatter), logging.getLogger()
    ours = logging.getLogger("sen.requests")
    levels = root.level, ours.level
    root.addHandler(found.handler)
    ours.setLevel(logging.INFO)
    try:
        yield found
    finally:
        root.removeHandler(found.handler)
        root.setLevel(levels[0])
        ours.setLevel(levels[1])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Không tìm thấy: /tin/?q=ho+so+benh&trang=2", "Không tìm thấy: /tin/?***"),
        ("GET /api/v1/articles?token=abc123 HTTP/1.1", "GET /api/v1/articles?*** HTTP/1.1"),
        (f"key {SECRET} is wrong", "key *** is wrong"),
        ("postgres://sen:mat@khau@10.0.0.1/sen", "postgres://***@10.0.0.1/sen"),
        ("redis://:matkhau@10.0.0.1:6379", "redis://***@10.0.0.1:6379"),
        ("Cookie: sessionid=abcdef; a=b", "Cookie: ***"),
        ("{'Authorization': 'Bearer abcdef'}", "{'Authorization': ***"),
        ("__Host-sessionid=abcdef0123; more", "__Host-sessionid=***; more"),
        ("password='matkhau1'", "password=***"),
        (
            "/admin/account/password/reset/key/1a-d2f3g4-0123456789abcdef0123456789abcdef/",
            "/admin/account/password/reset/key/1a-***/",
        ),
        ("Ai đã duyệt? Không ai = 0.", "Ai đã duyệt? Không ai = 0."),
        ("/tin-tuc/2026/11/29/", "/tin-tuc/2026/11/29/"),
    ],
)
def test_redaction(text: str, left: str) -> None:
    assert redact(text) == left


def test_people_are_left_out_of_reports() -> None:
    assert redact_people("Key (email)=(nguyen.van-a@so-y-te.gov.vn) exists") == (
        "Key (email)=(***) exists"
    )


@pytest.mark.parametrize("read_by", ["the journal", "somebody else"])
def test_the_journal_is_told_how_grave_a_line_is(
    read_by: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "errors").open("w+") as stream:
        found = os.fstat(stream.fileno())
        inode = found.st_ino + (read_by != "the journal")
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{inode}")
        monkeypatch.setattr("sys.stderr", stream)
        console = Console()
        console.setFormatter(LineFormatter("{levelname} {message}"))
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            told = "hai\ndòng" if level == logging.ERROR else "một dòng"
            console.handle(logging.makeLogRecord({"levelno": level, "levelname": "", "msg": told}))
        stream.seek(0)
        lines = stream.read().splitlines()
    prefixes = ["<7>", "<6>", "<4>", "<3>", "<3>"] if read_by == "the journal" else [""] * 5
    written = [" một dòng"] * 3 + [" hai", "dòng"]
    assert lines == [prefix + line for prefix, line in zip(prefixes, written, strict=True)]


def test_a_line_names_what_is_known(site_a: Department, lines: Lines) -> None:
    logging.getLogger("x").warning("Việc hỏng")
    with acting_for(site_a):
        logging.getLogger("x").error("Việc %s hỏng", "nền")
    outside, inside = lines.objects
    assert outside["message"] == "Việc hỏng"
    assert "Việc hỏng" in lines.text
    assert {"timestamp", "level", "logger"} <= set(outside)
    assert not {"request_id", "department", "user"} & set(outside)
    assert inside["department"] == site_a.host
    assert (inside["level"], inside["logger"]) == ("ERROR", "x")
    written = datetime.fromisoformat(inside["timestamp"])
    assert abs((timezone.now() - written).total_seconds()) < 60


def test_an_error_has_its_traceback_without_secrets(lines: Lines) -> None:
    try:
        raise RuntimeError(f"connection with {SECRET} to /a/?token=abcd failed")
    except RuntimeError:
        logging.getLogger("x").exception(
            "hỏng", extra={"cookies": {"sessionid": "abc"}, "request": "GET /?token=abcd"}
        )
    (found,) = lines.objects
    assert "RuntimeError" in found["exc_info"]
    assert SECRET not in lines.text
    assert "abcd" not in lines.text
    assert "cookies" not in found
    assert "request" not in found


@pytest.mark.django_db
def test_each_request_is_a_line(site_a: Department, lines: Lines) -> None:
    Client(headers={"host": site_a.host}).get(
        "/tim-kiem/?q=benh+an&token=mat", headers={"x-request-id": "abc-0123456789"}
    )
    found = lines.objects[-1]
    assert found["logger"] == "sen.requests"
    assert (found["method"], found["path"], found["status"]) == ("GET", "/tim-kiem/", 200)
    assert found["request_id"] == "abc-0123456789"
    assert found["department"] == site_a.host
    assert found["kind"] == "page"
    assert found["milliseconds"] >= 0
    assert "user" not in found
    Client(headers={"host": site_a.host}).get("/khong-co/?token=mat")
    missing, told = lines.objects[-2:]
    assert (missing["path"], missing["status"]) == ("/khong-co/", 404)
    assert told["message"] == "Not Found: /khong-co/"
    assert told["request_id"] == missing["request_id"] != found["request_id"]
    assert told["department"] == site_a.host
    assert "mat" not in lines.text.replace("format", "")
    assert "benh" not in lines.text


@pytest.mark.django_db
def test_who_signed_in_is_a_number(site_a: Department, lines: Lines) -> None:
    user = make_user((site_a, Role.EDITOR), username="nguyenvana", email="a@so.gov.vn")
    staff_client(user, site_a).get("/admin/")
    assert lines.objects[-1]["user"] == user.pk
    assert "nguyenvana" not in lines.text
    assert "a@so.gov.vn" not in lines.text


@pytest.mark.django_db
def test_a_link_that_opens_something_is_no_path(site_a: Department, lines: Lines) -> None:
    opens = {"uidb36": "1", "key": "khong-phai"}
    Client(headers={"host": "localhost"}).get(
        reverse("account_reset_password_from_key", kwargs=opens)
    )
    assert "khong-phai" not in lines.text
    assert "<" in lines.objects[-1]["path"]


def test_lines_for_people(plain: Lines) -> None:
    logging.getLogger("x").warning("hỏng ở /a/?token=abcd với %s", SECRET)
    assert plain.text.rstrip().endswith("WARNING x [-]: hỏng ở /a/?*** với ***")


class Kept(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.events += [event for item in envelope.items if (event := item.get_event())]


def broken_view(request: Any) -> Any:
    """Fails with somebody's data at hand."""
    typed = request.POST["name"]
    raise RuntimeError(f"không lưu được cho b@so.gov.vn ({SECRET}, {len(typed)})")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """What goes to Sentry while a test runs."""
    found = Kept()
    reporting.start("https://congkhai@sentry.invalid/2", transport=found)
    try:
        yield found
    finally:
        sentry_sdk.get_client().close()
        # Not an empty ``init()``: that one would mark the requests of later tests.
        sentry_sdk.get_global_scope().set_client(None)


def test_sentry_marks_no_request_to_others(sent: Kept) -> None:
    with WebServer().running() as web:
        asking = http.client.HTTPConnection(LOOPBACK, web.port)
        asking.request("GET", "/")
        assert asking.getresponse().status == 404
        asking.close()
    ((_path, headers),) = web.requests
    assert set(headers) == {"Host", "Accept-Encoding"}


@pytest.mark.django_db
def test_sentry_hears_what_broke_and_not_for_whom(
    site_a: Department, sent: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(urls, "urlpatterns", [path("gui/", broken_view), *urls.urlpatterns])
    clear_url_caches()
    user = make_user((site_a, Role.EDITOR), username="nguyenvana", email="a@so.gov.vn")
    client = staff_client(user, site_a)
    client.raise_request_exception = False
    answer = client.post(
        "/gui/?token=tham-so",
        {"name": "Trần Thị Bệnh Nhân"},
        headers={"x-request-id": "abc-0123456789", "host": site_a.host},
        REMOTE_ADDR="203.0.113.99",
    )
    clear_url_caches()
    assert answer.status_code == 500
    events = [event for event in sent.events if "exception" in event]
    assert events
    text = json.dumps(events, ensure_ascii=False)
    assert "RuntimeError" in text
    assert "broken_view" in text
    for event in events:
        assert event["tags"]["request_id"] == "abc-0123456789"
        assert event["tags"]["department"] == site_a.host
        assert set(event.get("request", {})) <= {"method"}
        assert "user" not in event
    personal = ("Bệnh Nhân", "nguyenvana", "so.gov.vn", "tham-so", "203.0.113.99", "sessionid")
    for word in (*personal, SECRET):
        assert word not in text, word


def test_a_logged_error_is_reported(sent: Kept, rf: RequestFactory) -> None:
    logging.getLogger("x").error("tiện ích %s hỏng với %s", "rss", SECRET)
    (event,) = sent.events
    assert event["logger"] == "x"
    assert "rss" in json.dumps(event, ensure_ascii=False)
    assert SECRET not in json.dumps(event)
    assert "breadcrumbs" not in event
