"""A real web server on the loopback address, for what is fetched from elsewhere."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

LOOPBACK = "127.0.0.1"

Answer = Callable[[BaseHTTPRequestHandler], None]


class WebServer:
    """Answers what it was told to, and remembers the requests.

    Args:
        tls: an ``ssl.SSLContext`` to serve https with.
    """

    def __init__(self, tls: Any = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.requests.append((self.path, dict(self.headers)))
                answer = web.answers.get(self.path)
                try:
                    if answer is None:
                        self.send_error(404)
                    else:
                        answer(self)
                except OSError:
                    pass  # whoever asked has gone

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.do_GET()

            def do_PUT(self) -> None:
                self.do_POST()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]

    def url(self, path: str = "/", host: str = LOOPBACK, scheme: str = "http") -> str:
        """The address of ``path`` on this server."""
        return f"{scheme}://{host}:{self.port}{path}"

    def serve(
        self, path: str, body: bytes, content_type: str = "text/plain", **headers: str
    ) -> str:
        """Answer ``path`` with ``body``; returns its address. ``_`` in a header's name is ``-``."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", content_type)
            handler.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer
        return self.url(path)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        """Send whoever asks for ``path`` to another address; returns its own."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Location", to)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.answers[path] = answer
        return self.url(path)

    @contextmanager
    def running(self) -> Iterator[WebServer]:
        """Serve inside the block."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def know_names(monkeypatch: pytest.MonkeyPatch, known: dict[str, list[list[str]]]) -> list[str]:
    """Have the resolver know names, and no others: no test asks a name server.

    Args:
        known: by name, what is answered each time; the last answer is repeated.

    Returns:
        the list of what was asked for, which grows.
    """
    real = socket.getaddrinfo
    asked: list[str] = []

    def getaddrinfo(host: str, port: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        if host in known:
            addresses = known[host][min(asked.count(host), len(known[host])) - 1]
            found = [real(address, port, *args, **kwargs) for address in addresses]
            return [info for infos in found for info in infos]
        ip_address(host)  # raises for a name
        return real(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 100_000)


def _huge(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**12))
    handler.end_headers()
    handler.wfile.write(b"{")


def _bomb(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.wfile.write(gzip.compress(bytes(50_000_000)))


def _slow_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: ")
    _drip(handler, b"a")


def _slow_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    _drip(handler, b" ")


def _drip(handler: BaseHTTPRequestHandler, piece: bytes) -> None:
    while True:
        handler.wfile.write(piece)
        handler.wfile.flush()
        time.sleep(0.05)


def _nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\x01\x02 SSH-2.0\r\n\r\n")


def _saying(body: bytes, status: int = 200) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        handler.wfile.write(body)

    return answer


#: How a server that should answer with a JSON object may do otherwise.
MISBEHAVING: dict[str, Answer] = {
    "endless": _endless,
    "huge": _huge,
    "bomb": _bomb,
    "slow_head": _slow_head,
    "slow_body": _slow_body,
    "nonsense": _nonsense,
    "error": _saying(b"{}", 500),
    "not_found": _saying(b"{}", 404),
    "empty": _saying(b""),
    "html": _saying(b"<!doctype html><p>Xin chao"),
    "other_letters": _saying(b"\xff\xfe\xfa"),
    "a_list": _saying(b"[1, 2]"),
    "a_number": _saying(b"17"),
    "nothing_in_it": _saying(b"{}"),
    "deep": _saying(b"[" * 90_000),
}
