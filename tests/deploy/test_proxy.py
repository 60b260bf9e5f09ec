"""nginx as install sets it up: TLS, two nodes, http sent to https."""

from __future__ import annotations

import http.client
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.e2e.nginx import find_nginx, wait_for_port
from tests.e2e.portal import free_port

from .conftest import FIRST
from .server import Server

pytestmark = pytest.mark.skipif(find_nginx() is None, reason="nginx is not there")


@contextmanager
def node(name: str, *files: str) -> Iterator[int]:
    """A node that says who it is and how it was asked, and has these static files."""

    class Node(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there = not self.path.startswith("/static/") or self.path in files
            body = f"{name} {self.headers['X-Forwarded-Proto']}".encode()
            self.send_response(200 if there else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Node)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        yield httpd.server_port
    finally:
        httpd.shutdown()
        httpd.server_close()


@contextmanager
def nginx(machine: Server, *nodes: int) -> Iterator[tuple[int, int]]:
    """nginx with the site that install made: its ports for https and http."""
    https, plain = free_port(), free_port()
    command = machine.releases / FIRST / "deploy/scripts/install"
    machine.run(command, env={"NODES": " ".join(map(str, nodes))})
    tls = machine.folder / "etc/sen/tls"
    machine.run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
        *("-subj", "/CN=www.tinh.gov.vn", "-keyout", tls / "privkey.pem"),
        *("-out", tls / "fullchain.pem"),
    )
    for name in ("snippets/sen-tls.conf", "sites-available/sen"):
        file = machine.folder / "etc/nginx" / name
        text = machine.here(file.read_text())
        for port, own in (("443", https), ("80", plain)):
            text = text.replace(f"listen {port} ", f"listen 127.0.0.1:{own} ")
            text = text.replace(f"    listen [::]:{port}", f"    # listen [::]:{port}")
        file.write_text(text)
    etc = machine.folder / "etc/nginx"
    temporary = "".join(
        f"{kind}_temp_path {machine.folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    # As Debian's own: what it sets for all servers, ours has to live with.
    (etc / "nginx.conf").write_text(
        f"daemon off; pid {machine.folder}/pid; error_log {machine.folder}/error.log; {user}"
        f"events {{ worker_connections 64; }} http {{ access_log off; {temporary}"
        "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on;"
        f"include {etc}/sites-enabled/*; }}"
    )
    server = subprocess.Popen(
        [str(find_nginx()), "-c", str(etc / "nginx.conf")], stderr=subprocess.PIPE
    )
    try:
        wait_for_port(server, https)
        yield https, plain
    finally:
        server.terminate()
        server.wait(10)


def ask(port: int, path: str, *, tls: bool = True) -> tuple[int, str, str]:
    """Status, body and ``Location`` of an answer."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = (
        http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=10)
        if tls
        else http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    )
    connection.request("GET", path, headers={"Host": "www.tinh.gov.vn"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body, answer.headers.get("Location", "")


def test_two_nodes_behind_tls(machine: Server) -> None:
    with (
        node("one") as first,
        node("two", "/static/new.css") as second,
        nginx(machine, first, second) as (https, plain),
    ):
        answers = {ask(https, f"/{number}")[:2] for number in range(6)}
        assert answers == {(200, "one https"), (200, "two https")}
        # Whichever node is asked: the one that has the file answers.
        assert {ask(https, "/static/new.css")[:2] for _ in range(4)} == {(200, "two https")}
        assert ask(https, "/static/nowhere.css")[0] == 404
        assert ask(https, "/metrics")[0] == 404
        assert ask(plain, "/kho-tin/?a=b", tls=False)[::2] == (
            301,
            "https://www.tinh.gov.vn/kho-tin/?a=b",
        )
        question = machine.folder / "var/www/sen-acme/.well-known/acme-challenge"
        question.mkdir(parents=True)
        (question / "token").write_text("answer")
        assert ask(plain, "/.well-known/acme-challenge/token", tls=False)[:2] == (200, "answer")


def test_old_tls_is_not_spoken(machine: Server) -> None:
    with node("one") as first, nginx(machine, first) as (https, _plain):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        connection = http.client.HTTPSConnection("127.0.0.1", https, context=context, timeout=10)
        with pytest.raises(ssl.SSLError):
            connection.request("GET", "/")
        assert ask(https, "/")[0] == 200
