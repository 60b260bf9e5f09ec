"""News from elsewhere: fetched in the background, whatever the source sends."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from cms import scheduler
from cms.plugins.models import PluginFailure
from cms.plugins.worker import run_waiting_tasks
from cms.sdk import Fetched
from cms.sdk.testing import WidgetContract, put_in_sidebar
from cms.widgets.models import WidgetSnapshot
from cms.widgets.refreshing import digest_of, enqueue_due_refreshes
from cms.widgets.registry import widgets
from plugins.rss.feeds import MAX_ENTRIES, MAX_TITLE, NoFeed, read
from plugins.rss.widgets import Rss
from sites.models import Department
from tests.factories import make_site
from tests.webserver import LOOPBACK, WebServer

URL = "https://tin.vidu.vn/kenh/rss.xml"


class TestContract(WidgetContract):
    widget = Rss
    config = {"title": "Báo tỉnh", "url": URL}


def rss(*items: str, title: str = "Báo tỉnh", encoding: str = "utf-8") -> bytes:
    text = f"""<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0"><channel><title>{title}</title><link>https://tin.vidu.vn/</link>
<description>Tin</description>{"".join(items)}</channel></rss>"""
    return text.encode(encoding)


def item(title: str, link: str = "https://tin.vidu.vn/1", rest: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{rest}</item>"


def reading(content: bytes | str, content_type: str = "application/rss+xml") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return read(Fetched(data, content_type, URL))


# Reading what is found in the wild.


def test_rss_is_read_in_its_own_order() -> None:
    when = "<pubDate>Fri, 26 Jan 2018 16:15:00 +0700</pubDate>"
    feed = reading(rss(item("Một", "https://tin.vidu.vn/1", when), item("Hai")))
    assert feed["title"] == "Báo tỉnh"
    assert feed["entries"] == [
        {"title": "Một", "link": "https://tin.vidu.vn/1", "date": "2018-01-26T09:15:00+00:00"},
        {"title": "Hai", "link": "https://tin.vidu.vn/1", "date": ""},
    ]


def test_atom_is_read() -> None:
    feed = reading(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://tin.vidu.vn/a/">
        <title type="html">Tin &lt;i&gt;mới&lt;/i&gt;</title><entry>
        <title type="html">Giá &amp;lt; 5 &lt;b&gt;đồng&lt;/b&gt;</title>
        <link rel="self" href="https://xau.vn/"/><link href="bai-1"/>
        <updated>2018-01-26T16:15:00+07:00</updated></entry></feed>""",
        "application/atom+xml",
    )
    assert feed["title"] == "Tin mới"
    assert feed["entries"] == [
        {
            "title": "Giá < 5 đồng",
            "link": "https://tin.vidu.vn/a/bai-1",
            "date": "2018-01-26T09:15:00+00:00",
        }
    ]


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("<![CDATA[<b>Tin</b> nóng<script>alert(1)</script>]]>", "Tin nóng"),
        ("&lt;img src=x onerror=alert(1)&gt;Tin", "Tin"),
        ("Thu &amp;amp; chi", "Thu & chi"),
        ("2 &lt; 3 và 5 &gt; 4", "2 < 3 và 5 > 4"),
        ("  Nhiều\n  dòng\t ", "Nhiều dòng"),
        ("Tie\u0302\u0301ng", "Tiếng"),
        ("a\u200b\u202eb", "ab"),
        ("x" * 500, "x" * (MAX_TITLE - 1) + "…"),
    ],
)
def test_a_title_is_plain_text(title: str, read_as: str) -> None:
    assert reading(rss(item(title)))["entries"][0]["title"] == read_as


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("/bai/2", "https://tin.vidu.vn/bai/2"),
        ("2.html", "https://tin.vidu.vn/kenh/2.html"),
        ("//khac.vidu.vn/3", "https://khac.vidu.vn/3"),
        ("http://vidu.vn/?a=1&amp;b=2", "http://vidu.vn/?a=1&b=2"),
        ("javascript:alert(1)", ""),
        (" JavaScript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("ftp://vidu.vn/", ""),
        ("http://[vidu", ""),
        ("", ""),
        ("https://vidu.vn/" + "x" * 3000, ""),
    ],
)
def test_a_link_leads_to_the_web_or_nowhere(link: str, kept: str) -> None:
    (entry,) = reading(rss(item("Tin", link)))["entries"]
    assert (entry["title"], entry["link"]) == ("Tin", kept)


@pytest.mark.parametrize("date", ["", "hôm qua", "0000-00-00", "Fri, 99 Jan 2018 00:00:00 GMT"])
def test_a_date_that_is_none_is_left_out(date: str) -> None:
    (entry,) = reading(rss(item("Tin", rest=f"<pubDate>{date}</pubDate>")))["entries"]
    assert entry["date"] == ""


@pytest.mark.parametrize("encoding", ["windows-1258", "utf-16", "utf-8"])
def test_an_encoding_that_is_declared_is_followed(encoding: str) -> None:
    # In windows-1258 tones are letters of their own: ê and a dot below.
    written = {"windows-1258": "Tie\u0302\u0301ng Vi\u00ea\u0323t".replace("e\u0302", "\u00ea")}
    content = rss(item(written.get(encoding, "Tiếng Việt")), encoding=encoding, title="T")
    assert reading(content)["entries"][0]["title"] == "Tiếng Việt"
    assert reading(content, f"text/xml; charset={encoding}")["entries"][0]["title"] == "Tiếng Việt"


@pytest.mark.parametrize(
    "content_type", ["text/xml", "text/html", "text/plain; charset=us-ascii", "", "x; charset=y"]
)
def test_a_server_that_is_wrong_about_its_type_is_read_by_the_declaration(
    content_type: str,
) -> None:
    assert reading(rss(item("Tiếng Việt")), content_type)["entries"][0]["title"] == "Tiếng Việt"


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    whole = rss(item("Một & hai"), item("Ba")).decode()
    feed = reading(whole[: whole.index("</channel>")])
    assert [entry["title"] for entry in feed["entries"]] == ["Một & hai", "Ba"]
    assert reading(b"\xef\xbb\xbf\n " + rss(item("Tin")))["entries"][0]["title"] == "Tin"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        "Không phải XML",
        "<!doctype html><html><title>Trang</title><p>Tin</html>",
        '{"items": []}',
        "<?xml version='1.0'?><note/>",
    ],
)
def test_what_is_no_feed_is_said_to_be_none(content: bytes | str) -> None:
    with pytest.raises(NoFeed):
        reading(content)


def test_entities_unfold_into_nothing() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for entities in (f'<!ENTITY l0 "ha">{levels}', '<!ENTITY l9 SYSTEM "file:///etc/passwd">'):
        bomb = rss(item("Tin &l9;")).decode()
        bomb = bomb.replace("<rss", f"<!DOCTYPE rss [{entities}]><rss", 1)
        feed = reading(bomb)
        assert all(len(entry["title"]) < 40 for entry in feed["entries"])
        assert "root:" not in json.dumps(feed)


def test_no_more_than_twenty_entries_are_kept() -> None:
    feed = reading(rss(*(item(f"Tin {n}") for n in range(100)), item("", "")))
    assert [entry["title"] for entry in feed["entries"]] == [f"Tin {n}" for n in range(MAX_ENTRIES)]


# Settings.


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://vidu.vn/rss",
        "javascript:alert(1)",
        "https://ten:matkhau@vidu.vn/rss",
        "https://ten@vidu.vn/rss",
        "http://[vidu",
        "https://",
        "https://vi du.vn/",
    ],
)
def test_an_address_that_could_never_be_fetched_is_refused_on_the_form(db: Any, url: str) -> None:
    block = widgets.get("rss").block.child_blocks["url"]  # type: ignore[union-attr]
    with pytest.raises(ValidationError):
        block.clean(url)
    assert block.clean(URL) == URL


# The way from the source to the page.


@pytest.fixture
def web(settings: Any) -> Iterator[WebServer]:
    with WebServer().running() as server:
        settings.SEN_FETCH_NETWORKS = [f"{LOOPBACK}/32"]
        settings.SEN_FETCH_PORTS = [server.port]
        yield server


@pytest.fixture
def refresh(django_capture_on_commit_callbacks: Any) -> Callable[[], None]:
    """What the scheduler does each minute."""

    def run() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            enqueue_due_refreshes()
            run_waiting_tasks()

    return run


def test_entries_come_from_the_source_to_the_page(
    site_a: Department, web: WebServer, refresh: Any, browse: Any
) -> None:
    when = "<pubDate>Fri, 26 Jan 2018 16:15:00 +0700</pubDate>"
    url = web.serve("/rss", rss(item("Tin <![CDATA[<i>]]>một", rest=when), item("Tin hai")))
    put_in_sidebar(site_a, (Rss, {"url": url, "count": 5}))
    assert "widget--rss" not in browse(site_a).text
    refresh()
    text = browse(site_a).text
    assert ">Báo tỉnh</h2>" in text
    assert '<a href="https://tin.vidu.vn/1" rel="noopener noreferrer external">Tin một</a>' in text
    assert ">26/01/2018</time>" in text
    assert text.index("Tin một") < text.index("Tin hai")
    now = timezone.localtime()
    assert f"Nguồn: {LOOPBACK}. Cập nhật: " in text
    assert now.strftime("%d/%m/%Y") in text
    refresh()
    assert len(web.requests) == 1


def test_after_half_an_hour_it_is_asked_again_and_a_new_entry_shows(
    site_a: Department, web: WebServer, refresh: Any, browse: Any
) -> None:
    put_in_sidebar(site_a, (Rss, {"url": web.serve("/rss", rss(item("Tin cũ")))}))
    now = datetime(2026, 1, 26, 9, tzinfo=UTC)
    with time_machine.travel(now):
        refresh()
        assert "Tin cũ" in browse(site_a).text
    web.serve("/rss", rss(item("Tin mới")))
    with time_machine.travel(now + timedelta(minutes=29)):
        refresh()
        assert len(web.requests) == 1
    with time_machine.travel(now + timedelta(minutes=31)):
        refresh()
        text = browse(site_a).text
        assert "Tin mới" in text
        assert "Tin cũ" not in text
        assert "Thứ Hai, 26/01/2026, 16:31" in text


def test_the_last_good_entries_stay_while_the_source_fails(
    site_a: Department, web: WebServer, refresh: Any, browse: Any
) -> None:
    put_in_sidebar(site_a, (Rss, {"url": web.serve("/rss", rss(item("Tin tốt")))}))
    refresh()
    now = timezone.now()
    bad = [b"<html>Bao tri</html>", rss(item("x" * 3_000_000))]
    for n, content in enumerate(bad, start=1):
        web.serve("/rss", content)
        # A failure is written down once a minute at most, by the clock of the cache.
        cache.clear()
        with time_machine.travel(now + n * timedelta(minutes=31)):
            refresh()
            assert "Tin tốt" in browse(site_a).text
    assert len(web.requests) == 3
    failure = PluginFailure.objects.get(department=site_a, plugin_id="rss")
    assert failure.part == "refresh of rss"
    assert "byte" in failure.message
    snapshot = WidgetSnapshot.objects.get(department=site_a)
    assert snapshot.refreshed_at is not None
    assert snapshot.refreshed_at - now < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://10.0.0.1/rss", "10.0.0.1"),
        ("http://localhost/rss", "localhost"),
        ("http://khong-co.invalid/rss", "khong-co.invalid"),
    ],
)
def test_an_address_inside_or_of_nobody_is_told_to_the_administrator(
    site_a: Department,
    refresh: Any,
    browse: Any,
    admin_client: Any,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    reason: str,
) -> None:
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *args: Any, **kwargs: Any) -> Any:
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    put_in_sidebar(site_a, (Rss, {"url": url}))
    refresh()
    assert "widget--rss" not in browse(site_a).text
    failure = PluginFailure.objects.get(department=site_a, plugin_id="rss")
    assert failure.message.startswith("Fetch")
    assert reason in failure.message
    screen = admin_client.get(
        f"/admin/widgets/{site_a.pk}/", headers={"host": "localhost"}, follow=True
    )
    assert reason in screen.text


def test_nothing_is_fetched_while_a_page_renders(
    site_a: Department, web: WebServer, refresh: Any, browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_sidebar(site_a, (Rss, {"url": web.serve("/rss", rss(item("Tin")))}))

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("the network was asked while a page rendered")

    with monkeypatch.context() as patched:
        # Of the fetching only: the test's own database and cache may be on the network too.
        patched.setattr("sites.fetching.HTTPConnection.connect", refuse)
        patched.setattr("sites.fetching.HTTPSConnection.connect", refuse)
        patched.setattr(socket, "create_connection", refuse)
        assert "widget--rss" not in browse(site_a).text
    refresh()
    with monkeypatch.context() as patched:
        patched.setattr("sites.fetching.HTTPConnection.connect", refuse)
        patched.setattr("sites.fetching.HTTPSConnection.connect", refuse)
        patched.setattr(socket, "create_connection", refuse)
        assert "Tin" in browse(site_a).text
    assert not PluginFailure.objects.exists()
    assert len(web.requests) == 1


def test_two_departments_with_one_source_keep_their_own(
    site_a: Department, web: WebServer, refresh: Any, browse: Any
) -> None:
    site_b = make_site("so-b.localhost")
    url = web.serve("/rss", rss(item("Tin chung")))
    put_in_sidebar(site_a, (Rss, {"url": url}))
    put_in_sidebar(site_b, (Rss, {"url": url, "title": "Của B"}))
    refresh()
    assert ">Của B</h2>" not in browse(site_a).text
    assert ">Của B</h2>" in browse(site_b).text
    assert set(WidgetSnapshot.objects.values_list("department", flat=True)) == {
        site_a.pk,
        site_b.pk,
    }


def test_what_a_source_sends_is_escaped_even_if_it_was_stored_otherwise(
    site_a: Department, refresh: Any, browse: Any
) -> None:
    area = put_in_sidebar(site_a, (Rss, {"url": URL, "title": ""}))
    hostile = "\"'><script>alert(1)</script>"
    WidgetSnapshot.objects.create(
        department=site_a,
        widget_id="rss",
        digest=digest_of(area.widgets.raw_data[0]["value"]),
        value={"title": hostile, "entries": [{"title": hostile, "link": hostile, "date": ""}]},
        refreshed_at=timezone.now(),
        tried_at=timezone.now(),
    )
    text = browse(site_a).text
    assert "widget--rss" in text
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)") == 3


def test_the_minutes_jobs_refresh(
    site_a: Department, web: WebServer, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    put_in_sidebar(site_a, (Rss, {"url": web.serve("/rss", rss(item("Tin của phút")))}))
    with django_capture_on_commit_callbacks(execute=True):
        assert scheduler.run_jobs() == {}
        scheduler.run_waiting_tasks()
    assert "Tin của phút" in browse(site_a).text


def test_a_feed_without_entries_shows_nothing(
    site_a: Department, web: WebServer, refresh: Any, browse: Any
) -> None:
    put_in_sidebar(site_a, (Rss, {"url": web.serve("/rss", rss())}))
    refresh()
    assert "widget--rss" not in browse(site_a).text
    assert not PluginFailure.objects.exists()
