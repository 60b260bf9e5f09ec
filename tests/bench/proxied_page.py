"""A kept article behind nginx's cache, against nginx that serves the same bytes as a file.

    python -m tests.bench.proxied_page

Needs wrk and nginx. One nginx, configured as ``deploy/nginx`` says, answers both: from its
cache, which asks Sen each second whether the page still holds, and from a file.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from http.client import HTTPResponse
from pathlib import Path

from tests.e2e.nginx import find_nginx, nginx_before
from tests.e2e.portal import free_port, running_portal

from .kept_page import CONNECTIONS, HOST, ROUNDS, SECONDS, article_of, get, requests_per_second

# nginx sets them itself.
ITS_OWN = {"date", "server", "connection", "content-length", "content-type", "etag", "x-cache"}


def main() -> None:
    """Print the table."""
    if shutil.which("wrk") is None or find_nginx() is None:
        sys.exit("wrk or nginx is not there: apt install wrk nginx-light")
    with running_portal() as portal, tempfile.TemporaryDirectory() as folder:
        path = article_of(portal.port)
        host = f"{HOST}:{portal.port}"
        asked = {"Accept-Encoding": "br", "Host": host}
        for _time in range(2):
            response, body = get(portal.port, path, asked)
        Path(folder, "article").write_bytes(body)
        # Started by root, nginx reads as root here; else as who runs this.
        Path(folder).chmod(0o755)
        file_port = free_port()
        with nginx_before(portal.port, more=_file_server(file_port, folder, response)) as port:
            sides = {"the bytes as a file": (file_port, "/article"), "the cache": (port, path)}
            rates: dict[str, list[float]] = {name: [] for name in sides}
            for _round in range(ROUNDS):
                for name, (number, where) in sides.items():
                    rates[name].append(requests_per_second(number, where, host=host))
            if get(port, path, asked)[1] != body:
                raise RuntimeError("the cache serves other bytes than the file")
    medians = {name: statistics.median(found) for name, found in rates.items()}
    limit = medians["the bytes as a file"]
    print(
        f"| nginx, {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS} s | requests/s | ratio |"
    )
    print("|---|---|---|")
    for name, rate in medians.items():
        print(f"| {name} | {rate:,.0f} | {rate / limit:.2f} |")


def _file_server(port: int, folder: str, like: HTTPResponse) -> str:
    """A server block that answers ``/article`` with the headers that the page has."""
    headers = " ".join(
        f'add_header {name} "{value}";'
        for name, value in like.getheaders()
        if name.lower() not in ITS_OWN
    )
    return (
        f"server {{ listen 127.0.0.1:{port}; root {folder}; charset utf-8;"
        f"default_type text/html; {headers} }}"
    )


if __name__ == "__main__":
    main()
