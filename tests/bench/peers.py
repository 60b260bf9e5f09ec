"""What a page takes here and on a plain Wagtail site with the same articles.

    python -m tests.bench.peers --articles 1000

The plain side is :mod:`.plain_wagtail`. Both render in a process of their own, which
take turns; a page that is not kept is measured by processor time, its database backend's
included, a kept one by requests a second behind the same server. ``DATABASE_URL`` and
``REDIS_URL`` may name services; without them both are on SQLite.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cms.demo.content import articles
from cms.demo.records import DemoArticle
from tests.e2e.portal import ROOT, free_port, manage, own_data, own_database, serving

from .kept_page import THREADS, requests_per_second
from .volume import SEARCHES

SEED = "sen"
ROUNDS = 7
REQUESTS = 40
#: wrk waits two seconds otherwise; the plain site takes more with many articles.
PATIENT = ("--timeout", "60s")
#: Kernel ticks a second, in which /proc counts the time of a database backend.
TICKS = os.sysconf("SC_CLK_TCK")

#: Sen's pages, each with the plain site's that it is held against, and how much of its time
#: it may take.
PAGES = {
    "article": ("article", 0.25),
    "first list page": ("list", 0.1),
    "archive of a day": ("list", 0.1),
}
#: A reader who searches waits no longer than for a plain list.
SEARCH_TARGET = 1


@dataclass(frozen=True)
class Side:
    """A process that renders, and where what it renders is."""

    name: str
    paths: dict[str, str]
    process: subprocess.Popen[str]

    def milliseconds(self, page: str) -> float:
        """Processor time a request."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(self.paths[page] + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def shown_article(count: int, until: datetime.date) -> DemoArticle:
    """The article that both sides show: one with a picture and a table or a picture inside."""
    for article in articles("tinh", count, SEED, until):
        kinds = {kind for kind, _value in article.body}
        if article.picture_key and kinds & {"image", "table"} and len(article.body) > 6:
            return article
    raise RuntimeError("no such article")


def main() -> None:
    """Fill both sides, compare them and print the tables."""
    parser = argparse.ArgumentParser(description="Sen and a plain Wagtail site, side by side.")
    parser.add_argument("--articles", type=int, default=1000)
    count = parser.parse_args().articles
    until = datetime.date.today()
    plain = dict(os.environ)
    with own_data() as sen, tempfile.TemporaryDirectory() as folder, own_database(plain, "plain"):
        plain["SEN_BENCH_PLAIN"] = folder
        plain["SEN_BENCH_PLAIN_DATABASE"] = plain.get("DATABASE_URL") or f"sqlite:///{folder}/db"
        plain["DJANGO_SETTINGS_MODULE"] = "tests.bench.plain_wagtail.settings"
        manage(sen, "migrate", "--verbosity", "0")
        size = ("--sites", "1", "--articles", str(count), "--until", until.isoformat())
        manage(sen, "load_demo", *size)
        manage(sen, "collectstatic", "--no-input", "--verbosity", "0")
        _run(plain, "fill", str(count), until.isoformat())
        arguments = (str(count), until.isoformat())
        sides = [_start(name, env, *arguments) for name, env in (("sen", sen), ("plain", plain))]
        _compare_uncached(sides, count)
        for side in sides:
            side.process.communicate()
        _compare_kept(sen, plain, *sides)


def _compare_uncached(sides: list[Side], count: int) -> None:
    print(f"| CPU ms a request, {count:,} articles | plain Wagtail | Sen | ratio | target |")
    print("|---|---|---|---|---|")
    sen, plain = sides
    for page, (other, target) in PAGES.items():
        _print_ratio(
            page,
            other,
            [(sen.milliseconds(page), plain.milliseconds(other)) for _round in range(ROUNDS)],
            target,
        )
    searches = [
        (
            statistics.median(sen.milliseconds(words) for words in SEARCHES),
            plain.milliseconds("list"),
        )
        for _round in range(ROUNDS)
    ]
    _print_ratio(f"search, p50 of {len(SEARCHES)}", "list", searches, SEARCH_TARGET)


def _print_ratio(page: str, other: str, taken: list[tuple[float, float]], target: float) -> None:
    own, theirs = (statistics.median(times) for times in zip(*taken, strict=True))
    ratio = statistics.median(mine / yours for mine, yours in taken)
    print(f"| {page} | {theirs:.1f} ({other}) | {own:.1f} | {ratio:.2f} | ≤ {target} |", flush=True)


def _compare_kept(sen: dict[str, str], plain: dict[str, str], *sides: Side) -> None:
    with serving(sen) as portal, _served(plain) as port:
        own, theirs = sides[0].paths["article"], sides[1].paths["article"]
        host = f"localhost:{portal.port}"
        rates: list[tuple[float, float]] = []
        for _round in range(ROUNDS):
            kept = requests_per_second(portal.port, own, host=host)
            theirs_now = requests_per_second(port, theirs, *PATIENT, host="localhost")
            rates.append((kept, theirs_now))
        kept, rendered = (statistics.median(rate) for rate in zip(*rates, strict=True))
        print("\n| requests/s, 16 connections | plain Wagtail | Sen, kept | ratio | target |")
        print("|---|---|---|---|---|")
        # With very many articles the plain side may finish none.
        ratio = f"{kept / rendered:.0f}" if rendered else "–"
        print(f"| article | {rendered:.0f} | {kept:,.0f} | {ratio} | ≥ 200 |")


@contextmanager
def _served(env: dict[str, str]) -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "tests.bench.plain_wagtail.wsgi:application"),
            *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", str(THREADS), "--no-ws"),
            *("--log-level", "warning"),
        ],
        cwd=ROOT,
        env=env,
    )
    try:
        time.sleep(4)
        yield port
    finally:
        server.terminate()
        server.wait()


def _run(env: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "tests.bench.peers", *arguments]
    subprocess.run(command, cwd=ROOT, env=env, check=True)


def _start(name: str, env: dict[str, str], *arguments: str) -> Side:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.peers", name, *arguments],
        cwd=ROOT,
        env=env,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    return Side(name, json.loads(process.stdout.readline()), process)


# In the processes of the sides.


def fill(count: int, until: datetime.date) -> None:
    """Fill the plain site."""
    import django

    django.setup()
    from tests.bench.plain_wagtail.filling import fill as fill_plain

    fill_plain(count, SEED, until)


def render_sen(count: int, until: datetime.date) -> None:
    """Render Sen's pages as a miss of the page cache does."""
    import django

    django.setup()
    from cms.news.models import ArticlePage
    from cms.wsgi import django_application

    article = ArticlePage.objects.filter(title=shown_article(count, until).title)[0]
    section = article.get_parent()
    newest = ArticlePage.objects.live().order_by("-published_at")[40]
    day = newest.published_at
    assert day is not None
    paths = {
        "article": article.local_url,
        "first list page": section.specific.local_url,
        "archive of a day": f"/kho-tin/{day:%Y/%m/%d}/",
        **{words: f"/tim-kiem/?{urlencode({'q': words})}" for words in SEARCHES},
    }
    _answer(django_application, paths)


def render_plain(count: int, until: datetime.date) -> None:
    """Render the plain site's pages."""
    import django

    django.setup()
    from tests.bench.plain_wagtail.models import ArticlePage
    from tests.bench.plain_wagtail.wsgi import application

    article = ArticlePage.objects.get(title=shown_article(count, until).title)
    _answer(application, {"article": article.url, "list": article.get_parent().url})


def _answer(application: Callable[..., Iterable[bytes]], paths: dict[str, str]) -> None:
    """Answer each path of the input by the processor time that it takes, in milliseconds."""
    from django.db import connection

    # The backend's processor time counts, so it must stay the same backend.
    connection.settings_dict["CONN_MAX_AGE"] = None
    for path in paths.values():
        for _time in range(3):
            _get(application, path)
    print(json.dumps(paths), flush=True)
    for line in sys.stdin:
        begun = time.process_time() + _backend_seconds(connection)
        for _time in range(REQUESTS):
            _get(application, line.strip())
        taken = time.process_time() + _backend_seconds(connection) - begun
        print(taken / REQUESTS * 1000, flush=True)


def _backend_seconds(connection: Any) -> float:
    """Processor time of this connection's backend; SQLite's is our own process's."""
    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def _get(application: Callable[..., Iterable[bytes]], path: str) -> None:
    said: list[str] = []
    path, _mark, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    body = application(environ, lambda status, *rest: said.append(status))
    b"".join(body)
    if close := getattr(body, "close", None):
        close()
    if not said[0].startswith("200"):
        raise RuntimeError(f"{path}: {said[0]}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", number, day]:
            fill(int(number), datetime.date.fromisoformat(day))
        case ["sen", number, day]:
            render_sen(int(number), datetime.date.fromisoformat(day))
        case ["plain", number, day]:
            render_plain(int(number), datetime.date.fromisoformat(day))
        case _:
            main()
