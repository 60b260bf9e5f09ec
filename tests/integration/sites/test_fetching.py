"""The guard, as plugins meet it: what is public is fetched, what is inside is out of reach."""

from __future__ import annotations

import gzip
import http.server
import socket
import ssl
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from cms.plugins.fetching import USER_AGENT, fetch
from sites.fetching import FetchFailed, FetchRefused, _may_be_reached, ask, origin_of
from tests.webserver import LOOPBACK, WebServer, know_names

Resolve = Callable[[dict[str, list[str]]], list[str]]


@pytest.fixture
def web(settings: Any) -> Iterator[WebServer]:
    """A server that may be fetched from, though it is on the loopback address."""
    with WebServer().running() as server:
        settings.SEN_FETCH_NETWORKS = [f"{LOOPBACK}/32"]
        settings.SEN_FETCH_PORTS = [80, 443, server.port]
        yield server


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """``resolve({name: addresses})``: who asks for a name gets these; returns who was asked for."""

    def install(known: dict[str, list[str]]) -> list[str]:
        return know_names(monkeypatch, {name: [known[name]] for name in known})

    return install


def test_the_content_its_type_and_its_address_come_back(web: WebServer) -> None:
    url = web.serve("/tin?trang=1", "Xin chào".encode(), "text/plain; charset=utf-8")
    fetched = fetch(url)
    assert fetched.content.decode() == "Xin chào"
    assert fetched.content_type == "text/plain; charset=utf-8"
    assert fetched.url == url


def test_it_says_who_asks_and_carries_nothing_else(web: WebServer) -> None:
    fetch(web.serve("/", b"", Set_Cookie="a=b"))
    fetch(web.url("/"))
    (_path, headers) = web.requests[1]
    assert set(headers) == {"Host", "User-Agent", "Accept-Encoding", "Connection"}
    assert headers["User-Agent"] == USER_AGENT
    assert headers["Host"] == f"{LOOPBACK}:{web.port}"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://0/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "https://192.168.1.1/",
        "http://user:pass@1.1.1.1/",
        "http://user@1.1.1.1/",
        "http://1.1.1.1:22/",
        "http://1.1.1.1:8000/",
        "http://1.1.1.1:99999/",
        "file:///etc/passwd",
        "gopher://1.1.1.1/",
        "ftp://1.1.1.1/",
        "javascript:alert(1)",
        "//1.1.1.1/",
        "1.1.1.1",
        "http://",
        "",
        "http://1.1.1.1/a b",
        "http://1.1.1.1\\@127.0.0.1/",
        "http://1.1.1.1/\r\nHost: x",
        "http://[::1",
    ],
)
def test_what_is_not_public_is_refused_before_anybody_is_asked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*args: Any) -> None:
        raise AssertionError("it connected")

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(FetchRefused) as refused:
        fetch(url)
    assert str(refused.value)


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("localhost.localdomain", ["127.0.0.1"]),
        ("noi-bo.vidu.vn", ["10.0.0.5"]),
        ("noi-bo.vidu.vn", ["fd00::5"]),
        # One of several is enough: the next look-up could give that one alone.
        ("hai-mat.vidu.vn", ["1.1.1.1", "192.168.1.10"]),
    ],
)
def test_a_name_of_a_private_address_is_refused(
    resolve: Resolve, name: str, addresses: list[str]
) -> None:
    resolve({name: addresses})
    with pytest.raises(FetchRefused, match="Internet"):
        fetch(f"http://{name}/")


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_may_be_reached(address: str) -> None:
    assert _may_be_reached(ip_address(address))


def test_the_connection_goes_to_the_address_that_was_checked(
    web: WebServer, resolve: Resolve
) -> None:
    asked = resolve({"vidu.vn": [LOOPBACK]})
    web.serve("/", b"dung")
    assert fetch(web.url(host="vidu.vn")).content == b"dung"
    assert asked.count("vidu.vn") == 1
    assert web.requests[0][1]["Host"] == f"vidu.vn:{web.port}"


def test_a_name_that_answers_differently_the_second_time_leads_nowhere_else(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.serve("/", b"dung")
    for answers in (
        # What was checked first is what is asked; nobody asks the name server again.
        [[LOOPBACK], ["127.0.0.2"]],
        [["1.1.1.1", "127.0.0.2"], [LOOPBACK]],
    ):
        asked = know_names(monkeypatch, {"vidu.vn": answers})
        if answers[0] == [LOOPBACK]:
            assert fetch(web.url(host="vidu.vn")).content == b"dung"
        else:
            with pytest.raises(FetchRefused, match="Internet"):
                fetch(web.url(host="vidu.vn"))
        assert asked.count("vidu.vn") == 1


def test_only_what_the_operator_named_may_be_anywhere(web: WebServer, settings: Any) -> None:
    settings.SEN_FETCH_NETWORKS, settings.SEN_FETCH_PORTS = [], [80, 443]
    web.serve("/", b"dung")
    trusted = [origin_of(web.url("/whatever?it=is"))]
    assert ask("GET", web.url(), trusted=trusted).content == b"dung"
    for url in (
        web.url(host="127.0.0.2"),
        web.url(host="localhost"),
        web.url(scheme="https"),
        f"http://{LOOPBACK}/",
        web.url().replace("//", "//user:pass@"),
    ):
        with pytest.raises(FetchRefused):
            ask("GET", url, trusted=trusted)
    assert len(web.requests) == 1


def test_an_answer_that_is_asked_for_is_given_whatever_it_is(web: WebServer) -> None:
    web.redirect("/xa", "https://10.0.0.1/", 307)
    answer = ask("POST", web.url("/xa"), headers={"Host": "khac.vn", "X-A": "1"}, body="a=b")
    assert (answer.status, answer.location, answer.content) == (307, "https://10.0.0.1/", b"")
    (_path, headers) = web.requests[0]
    assert headers["Host"] == f"{LOOPBACK}:{web.port}"
    assert (headers["X-A"], headers["Content-Length"]) == ("1", "3")
    assert ask("GET", web.url("/khong-co")).status == 404


def test_an_unknown_name_fails(resolve: Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*args: Any, **kwargs: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(FetchFailed, match=r"khong-co\.vidu\.vn"):
        fetch("http://khong-co.vidu.vn/")


def test_the_next_address_is_tried_where_one_does_not_answer(
    web: WebServer, resolve: Resolve, settings: Any
) -> None:
    settings.SEN_FETCH_NETWORKS = ["127.0.0.0/8"]
    resolve({"vidu.vn": ["127.0.0.9", LOOPBACK]})
    web.serve("/", b"dung")
    assert fetch(web.url(host="vidu.vn")).content == b"dung"


def test_nobody_listening_fails(settings: Any) -> None:
    with socket.socket() as unused:
        unused.bind((LOOPBACK, 0))
        port = unused.getsockname()[1]
    settings.SEN_FETCH_NETWORKS = [f"{LOOPBACK}/32"]
    settings.SEN_FETCH_PORTS = [port]
    with pytest.raises(FetchFailed, match=LOOPBACK):
        fetch(f"http://{LOOPBACK}:{port}/")


def test_redirects_are_followed_three_times(web: WebServer) -> None:
    web.serve("/cuoi", b"xong")
    for n in range(4):
        web.redirect(f"/{n}", "cuoi" if n == 0 else f"/{n - 1}", 301 + n % 3)
    fetched = fetch(web.url("/2"))
    assert (fetched.content, fetched.url) == (b"xong", web.url("/cuoi"))
    with pytest.raises(FetchFailed, match="3"):
        fetch(web.url("/3"))


@pytest.mark.parametrize(
    "to",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://[::1]/",
        "http://localhost:22/",
        "file:///etc/passwd",
        "gopher://1.1.1.1/",
        "//user:pass@1.1.1.1/",
        "http://[1.1.1.1/",
    ],
)
def test_a_redirect_is_checked_like_the_first_address(web: WebServer, to: str) -> None:
    with pytest.raises(FetchRefused):
        fetch(web.redirect("/", to))


@pytest.mark.parametrize("status", [204, 301, 304, 404, 500])
def test_only_an_answer_200_counts(web: WebServer, status: int) -> None:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.end_headers()

    web.answers["/"] = answer
    with pytest.raises(FetchFailed, match=str(status)):
        fetch(web.url())


def test_a_long_answer_is_cut_however_it_is_sent(web: WebServer) -> None:
    assert len(fetch(web.serve("/vua", b"x" * 1000), max_bytes=1000).content) == 1000
    with pytest.raises(FetchFailed, match="1000"):
        fetch(web.serve("/khai", b"x" * 1001), max_bytes=1000)

    def endless(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 10_000)

    web.answers["/khong-khai"] = endless
    with pytest.raises(FetchFailed, match="100000"):
        fetch(web.url("/khong-khai"), max_bytes=100_000)


@pytest.mark.parametrize(
    ("encoding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_compressed_answer_is_unpacked_and_a_bomb_is_not(
    web: WebServer, encoding: str, compress: Callable[[bytes], bytes]
) -> None:
    small = web.serve("/nho", compress(b"x" * 1000), Content_Encoding=encoding)
    assert fetch(small).content == b"x" * 1000
    bomb = compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    with pytest.raises(FetchFailed, match="2000000"):
        fetch(web.serve("/bom", bomb, Content_Encoding=encoding))
    twice = web.serve("/hai-lop", compress(bomb), Content_Encoding=f"{encoding}, {encoding}")
    with pytest.raises(FetchFailed, match="2000000"):
        fetch(twice)


def test_a_broken_answer_fails(web: WebServer) -> None:
    with pytest.raises(FetchFailed):
        fetch(web.serve("/khong-nen", b"no gzip at all", Content_Encoding="gzip"))

    def short(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")

    def nonsense(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"\x00\x01\x02 SSH-2.0\r\n\r\n")

    for answer in (short, nonsense):
        web.answers["/"] = answer
        with pytest.raises(FetchFailed):
            fetch(web.url())


def _drip(handler: http.server.BaseHTTPRequestHandler, piece: bytes) -> None:
    while True:
        handler.wfile.write(piece)
        handler.wfile.flush()
        time.sleep(0.05)


def test_the_time_is_limited_as_a_whole(web: WebServer) -> None:
    """A server that always sends one more byte in time gets no more than its share."""

    def silent(handler: http.server.BaseHTTPRequestHandler) -> None:
        time.sleep(3)

    def slow_head(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: ")
        _drip(handler, b"a")

    def never_ready(handler: http.server.BaseHTTPRequestHandler) -> None:
        _drip(handler, b"HTTP/1.1 100 Continue\r\n\r\n")

    def slow_body(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        _drip(handler, b"a")

    for answer in (silent, slow_head, never_ready, slow_body):
        web.answers["/"] = answer
        began = time.monotonic()
        with pytest.raises(FetchFailed):
            fetch(web.url(), timeout=0.5)
        assert time.monotonic() - began < 2, answer.__name__


@pytest.fixture
def secure_web(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WebServer]:
    """A server with a certificate for ``tin.vidu.vn`` that this machine trusts."""
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tin.vidu.vn"
    command += f" -addext subjectAltName=DNS:tin.vidu.vn -keyout {key} -out {certificate}"
    subprocess.run(command.split(), check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with WebServer(tls=context).running() as server:
        settings.SEN_FETCH_NETWORKS = [f"{LOOPBACK}/32"]
        settings.SEN_FETCH_PORTS = [server.port]
        yield server


def test_the_certificate_is_of_the_name_not_of_the_address(
    secure_web: WebServer, resolve: Resolve
) -> None:
    resolve({"tin.vidu.vn": [LOOPBACK], "khac.vidu.vn": [LOOPBACK]})
    secure_web.serve("/", b"an toan")
    assert fetch(secure_web.url("/", "tin.vidu.vn", "https")).content == b"an toan"
    for host in ("khac.vidu.vn", LOOPBACK):
        with pytest.raises(FetchFailed, match="CERTIFICATE_VERIFY_FAILED"):
            fetch(secure_web.url("/", host, "https"))


def test_a_certificate_nobody_vouches_for_is_not_accepted(
    secure_web: WebServer, resolve: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    resolve({"tin.vidu.vn": [LOOPBACK]})
    with pytest.raises(FetchFailed, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(secure_web.url("/", "tin.vidu.vn", "https"))
