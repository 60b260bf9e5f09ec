"""Any path, method and header: what a page answers to programs that speak HTTP badly."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sites.models import Department
from tests.factories import make_article
from tests.front import FrontClient

from .odd import STUMBLES, tries

#: What a web server hands on: bytes read as Latin letters, without ends of lines and nulls.
_SIGNS = st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n")
values = st.text(_SIGNS, max_size=60) | st.sampled_from(
    [
        each.encode("utf-8", "surrogatepass").decode("latin-1")
        for each in STUMBLES
        if not {"\0", "\r", "\n"} & set(each)
    ]
)
NAMES = [
    *("Accept", "Accept-Language", "Accept-Encoding", "Accept-Charset", "Authorization"),
    *("Cache-Control", "Cookie", "Content-Type", "Content-Encoding", "Expect", "Forwarded"),
    *("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range"),
    *("Origin", "Range", "Referer", "Sec-Fetch-Site", "TE", "Upgrade", "User-Agent"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port"),
    *("X-HTTP-Method-Override", "X-Request-ID", "X-Requested-With", "X-CSRFToken"),
]
#: Nearly right ones, which are read further than the others.
NEARLY = st.sampled_from(
    [
        ("Range", "bytes=0-"),
        ("Range", "bytes=-1,5-2,99999999999999999999-"),
        ("If-None-Match", 'W/"a", "b", *'),
        ("If-None-Match", '"' + "a" * 5000),
        ("If-Modified-Since", "Fri, 31 Feb 2018 99:99:99 GMT"),
        ("If-Modified-Since", "Fri, 01 Jan 99999 00:00:00 GMT"),
        ("If-Modified-Since", "Monday, 01-Jan-00 00:00:00 GMT"),
        ("Accept-Language", "vi;q=9" + "9" * 400),
        ("Accept-Language", "-" * 600),
        ("Accept-Encoding", "gzip;q=x, br;q=, *;q=-1"),
        ("Cookie", "sessionid=a\xff; csrftoken=; =; ;;"),
        ("Cookie", "__Host-sessionid=" + "a" * 5000),
        ("Cookie", 'sen_language=\xc4\x91; messages=[["__json_message"]]'),
        ("X-Forwarded-For", "a, , 1.2.3.4:99, [::1], \xff"),
        ("X-Forwarded-Proto", "https, http"),
        ("Content-Type", "multipart/form-data"),
        ("Content-Type", "multipart/form-data; boundary=\xff"),
        ("Content-Type", "text/html; charset=không"),
        ("Content-Type", "application/x-www-form-urlencoded; charset=utf-7"),
        ("Content-Type", "application/x-www-form-urlencoded; charset=idna"),
        ("Origin", "null"),
        ("Origin", "http://["),
        ("Referer", "http://["),
        ("Referer", "https://[::1"),
    ]
)
headers = st.lists(st.tuples(st.sampled_from(NAMES), values) | NEARLY, max_size=4).map(dict)


@pytest.fixture
def addresses(site_a: Department) -> list[str]:
    article = make_article(site_a)
    return [
        "/",
        str(article.url_path.removeprefix("/so-a-localhost")) or "/",
        str(article.local_url),
        *("/kho-tin/", "/tim-kiem/?q=a", "/api/v1/articles", "/sitemap.xml", "/robots.txt"),
        *("/_sen/hit", "/_sen/hit.gif", "/static/theme/sen.css", "/media/x.png", "/documents/1/x/"),
        *("/tien-ich/van-ban/", "/tien-ich/tham-do/", "/admin/", "/admin/account/login/"),
    ]


def test_any_header(site_a: Department, addresses: list[str]) -> None:
    client = FrontClient()
    methods = st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PROPFIND", "x"])

    @tries(250)
    @given(methods, st.sampled_from(addresses), headers, st.binary(max_size=80))
    def ask(method: str, address: str, given_headers: dict[str, str], body: bytes) -> None:
        kind = given_headers.pop("Content-Type", "application/x-www-form-urlencoded")
        sent: dict[str, Any] = {"host": site_a.host, **given_headers}
        response = client.generic(method, address, body, content_type=kind, headers=sent)
        assert response.status_code < 500
        # What was sent makes no header and no line of its own.
        assert not any("\n" in f"{name}{value}" for name, value in response.items())

    ask()


def test_any_host(site_a: Department, addresses: list[str]) -> None:
    client = FrontClient()

    @tries(100)
    @given(st.sampled_from(addresses), values, st.booleans())
    @example("/", "so-a.localhost:99999", False)
    @example("/", "so-a.localhost.", False)
    @example("/", "[::1", False)
    @example("/", "xn--", False)
    def ask(address: str, host: str, forwarded: bool) -> None:
        sent = {"host": site_a.host, "x-forwarded-host": host} if forwarded else {"host": host}
        response = client.get(address, headers=sent)
        assert response.status_code < 500
        if not forwarded and response.status_code == 400:
            assert "Sở A" not in response.text

    ask()


def test_any_path(site_a: Department, addresses: list[str]) -> None:
    """Old addresses too: ``/default.aspx?id=…`` and whatever else a link may have been."""
    client = FrontClient(headers={"host": site_a.host})
    parts = st.binary(max_size=12).map(quote_from_bytes) | st.sampled_from(
        [
            *("kho-tin", "2018", "01", "0", "99999999999999999999", "..", ".", "%2e%2e", "%00"),
            *("%2f", "default.aspx", "index.php", "trang-2", "in", "rss", "atom", "feed", "media"),
            *("documents", "images", "api", "v1", "articles", "%ed%a0%80", "%ff", "a" * 300),
            *("sitemap.xml", "tien-ich", "van-ban", "_sen", "the", "tac-gia", "%C4%91", "%D9%A2"),
        ]
    )
    queries = st.sampled_from(["", "?id=%00", "?sid=1&id=2", "?%ff", "?id=" + "9" * 400, "?=&="])

    @tries(200)
    @given(st.lists(parts, max_size=6), st.sampled_from(["", "/"]), queries)
    def ask(found: list[str], end: str, query: str) -> None:
        assert client.get(f"/{'/'.join(found)}{end}{query}").status_code < 500

    ask()
