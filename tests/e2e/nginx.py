"""A real nginx in front of a running portal, configured as ``deploy/nginx`` says."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .portal import ROOT, free_port

CONFIGURATION = ROOT / "deploy" / "nginx" / "sen.conf"


def find_nginx() -> str | None:
    """The path of an nginx on this machine."""
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


@contextmanager
def nginx_before(
    *sen_ports: int, port: int = 0, more: str = "", locations: str = ""
) -> Iterator[int]:
    """The port of an nginx that stands before Sen.

    Args:
        sen_ports: where its nodes listen.
        port: its own; 0: any that is free.
        more: further lines of its ``http`` block.
        locations: further lines of its ``server`` block.
    """
    command = find_nginx()
    if command is None:
        raise RuntimeError("nginx is not there: apt install nginx-light")
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="sen-nginx-") as name:
        folder = Path(name)
        text = CONFIGURATION.read_text()
        node = "    server 127.0.0.1:SEN_PORT max_fails=0;\n"
        nodes = "".join(node.replace("SEN_PORT", str(each)) for each in sen_ports)
        for word, value in (
            (node, nodes),
            ("LISTEN", f"127.0.0.1:{port}"),
            ("CACHE_FOLDER", str(folder / "cache")),
            ("    location / {", f"{locations}\n    location / {{"),
        ):
            text = text.replace(word, value)
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # Started by root it would hand the folder to nobody's account, which may not read it.
        user = "user root;" if os.geteuid() == 0 else ""
        main = folder / "nginx.conf"
        main.write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log; {user}"
            f"worker_processes 1; events {{ worker_connections 512; }}"
            f"http {{ access_log off; {temporary} {more} {text} }}"
        )
        server = subprocess.Popen([command, "-p", name, "-c", str(main)], stderr=subprocess.PIPE)
        try:
            wait_for_port(server, port)
            yield port
        finally:
            server.terminate()
            server.wait(10)


def wait_for_port(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a server listens. Raises RuntimeError where it ends or does not."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if server.poll() is not None:
            assert server.stderr is not None
            raise RuntimeError(f"it ended: {server.stderr.read().decode()}")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("it does not answer")
