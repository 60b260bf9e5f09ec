"""What stays as fast with a million articles as with a thousand.

    python -m tests.bench.volume --articles 1000000 --sites 200 --keep

Two processes hold a province each, one of 1,000 articles on 2 sites and one of the
given size, filled by ``load_demo``, and take turns. ``DATABASE_URL`` may name a
PostgreSQL server and the beginning of the databases' names; without it both are on
SQLite. With ``--keep`` they stay, and a database that is there is taken as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from .harness import seconds_of

FEW, FEW_SITES = 1_000, 2
#: In nearly every article, in many, a name, a number, a day, nothing.
SEARCHES = ("xã", "hội nghị", "chuyen doi so", "Nguyễn Văn An", "03/KH-STTTT", "26/1/2018", "xyzzy")
SEARCH, LIST = "search, ", "section's list"
ROUNDS = 15
FOLDER = Path(tempfile.gettempdir()) / "sen-bench-volume"

Calls = dict[str, Callable[[], Any]]


@dataclass(frozen=True)
class Province:
    """A database with its files."""

    articles: int
    sites: int

    @property
    def url(self) -> str:
        """The address of the database; empty for SQLite."""
        url = os.environ.get("DATABASE_URL", "")
        return f"{url}_{self.articles}" if url else ""

    @property
    def folder(self) -> Path:
        """Where its pictures are, and the database itself if it is SQLite's."""
        return FOLDER / (urlsplit(self.url).path.strip("/") or f"sqlite_{self.articles}")

    def run(self, *command: str, **options: Any) -> subprocess.Popen[str]:
        """A Python process for which this is the database."""
        inherited = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
        environment = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "cms.testing",
            "SEN_TEST_DATA_DIR": str(self.folder),
            "SEN_DATA_DIR": str(self.folder),
        }
        if self.url:
            environment["DATABASE_URL"] = self.url
        return subprocess.Popen([sys.executable, *command], env=environment, text=True, **options)

    def make(self) -> None:
        """Create and fill it, unless it is there."""
        if self.folder.exists():
            return
        self.folder.mkdir(parents=True)
        self._administer("CREATE DATABASE {}")
        for command in (
            ["migrate", "--verbosity", "0"],
            ["load_demo", "--articles", str(self.articles), "--sites", str(self.sites)],
        ):
            if self.run("manage.py", *command).wait():
                sys.exit(f"{command[0]} failed")

    def drop(self) -> None:
        """Remove it."""
        self._administer("DROP DATABASE IF EXISTS {}")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _administer(self, statement: str) -> None:
        if not self.url:
            return
        import psycopg
        from psycopg import sql

        parts = urlsplit(self.url)
        server = parts._replace(scheme="postgresql", path="/postgres").geturl()
        with psycopg.connect(server, autocommit=True) as connection:
            name = sql.Identifier(parts.path.strip("/"))
            connection.execute(sql.SQL(statement).format(name))  # type: ignore[arg-type]


def calls() -> Calls:
    """What is measured, on the province's portal: a name, and what does it once."""
    from django.db.models import Count
    from django.test import Client
    from wagtail.models import Page

    from cms.news.models import ArticlePage, HomePage, SectionPage
    from cms.news.reading import Cursor, SiteNews
    from cms.news.views import AFTER
    from cms.traffic.counts import SiteCounts
    from cms.users.models import User
    from cms.workflow.authority import Authority, publishing_by
    from sites.models import Department
    from tests.factories import staff_client

    portal = Department.objects.get(kind__code="province")
    home = HomePage.objects.get(pk=portal.site.root_page_id)
    news = SiteNews(home)
    own = ArticlePage.objects.filter(site_root=home, live=True)
    biggest = own.values("section").annotate(count=Count("pk")).order_by("-count")[0]["section"]
    section = SectionPage.objects.get(pk=biggest)
    # Of a day that is as full here as there: both sites publish as much a day.
    article = news.latest(60)[-1]
    deep = Cursor.after(news.articles().order_by("published_at", "pk")[100])
    day = article.published_at
    assert day is not None
    # Who signs in by a header gets a page that is rendered anew.
    visitor = Client(headers={"host": portal.host, "authorization": "none"})
    editor = staff_client(User.objects.get(username="bientap.tinh"), portal)
    root = staff_client(User.objects.get(username="quantri"), portal)

    def publish() -> None:
        page = ArticlePage.objects.get(pk=article.pk)
        page.lead = f"{page.lead[:200]} …"
        with publishing_by(Authority.IMPORT):
            page.save_revision().publish()

    def publish_new() -> None:
        page = ArticlePage(
            title="Bài đo tốc độ", lead="Một bài để đo.", body=article.body, live=False
        )
        Page.objects.get(pk=section.pk).specific.add_child(instance=page)
        with publishing_by(Authority.IMPORT):
            page.save_revision().publish()
        ArticlePage.objects.get(pk=page.pk).delete()

    def ask(client: Client, address: str) -> Callable[[], None]:
        def call() -> None:
            response = client.get(address)
            assert response.status_code == 200, (address, response.status_code)

        return call

    month = f"/kho-tin/{day.year}/{day.month:02}/"
    return {
        "front page": ask(visitor, "/"),
        "article": ask(visitor, article.local_url),
        LIST: ask(visitor, section.local_url),
        "all news, near the end": ask(visitor, f"/kho-tin/?{AFTER}={deep}"),
        "archive of a day": ask(visitor, f"{month}{day.day:02}/"),
        "archive of a month": ask(visitor, month),
        "month's calendar": lambda: news.days_with_news(day.year, day.month),
        "newer and older": lambda: (news.newer(article, 5), news.older(article, 6)),
        "most read": lambda: SiteCounts(portal.site_id).most_viewed(30, 10),
        "feed": ask(visitor, "/rss/"),
        **{
            f"{SEARCH}{where}: {words}": ask(
                visitor, f"/tim-kiem/?{urlencode({'q': words, 'pham_vi': scope})}"
            )
            for where, scope in (("own site", "trang-nay"), ("province", "toan-tinh"))
            for words in SEARCHES
        },
        "suggestions": ask(visitor, "/tim-kiem/goi-y/?q=hoi+ng"),
        "publish a change": publish,
        "publish a new one, delete it": publish_new,
        "dashboard": ask(editor, "/admin/"),
        "editor": ask(editor, f"/admin/pages/{article.pk}/edit/"),
        "explorer, biggest section": ask(editor, f"/admin/pages/{section.pk}/"),
        "explorer, site": ask(editor, f"/admin/pages/{home.pk}/"),
        "explorer, search": ask(
            editor, f"/admin/pages/{section.pk}/?q=bi%E1%BB%83u+d%C6%B0%C6%A1ng"
        ),
        "page chooser": ask(editor, f"/admin/choose-page/{section.pk}/"),
        "page chooser, search": ask(
            editor, "/admin/choose-page/search/?q=bi%E1%BB%83u+d%C6%B0%C6%A1ng"
        ),
        "explorer, superuser": ask(root, f"/admin/pages/{section.pk}/"),
    }


def worker() -> None:
    """Answer each line of the input by a line of times in milliseconds."""
    import django

    django.setup()
    made = calls()
    for call in made.values():
        call()  # what is kept from one request to the next is
    print("ready", flush=True)
    for _line in sys.stdin:
        print(
            json.dumps({name: seconds_of(call) * 1000 for name, call in made.items()}), flush=True
        )


def slowest() -> None:
    """Print the slowest statements of each call, with their milliseconds."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for name, call in calls().items():
        call()
        with CaptureQueriesContext(connection) as made:
            taken = seconds_of(call) * 1000
        print(f"{name}: {taken:.0f} ms, {len(made)} statements")
        for query in sorted(made.captured_queries, key=lambda one: -float(one["time"]))[:3]:
            print(f"   {float(query['time']) * 1000:6.0f} ms  {query['sql'][:1500]}")


def compare(few: Province, many: Province, rounds: int) -> None:
    """Print the medians of both as a Markdown table."""
    workers = [
        province.run(
            "-m", "tests.bench.volume", "worker", stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for province in (few, many)
    ]
    for process in workers:
        assert process.stdout is not None
        if not process.stdout.readline():
            sys.exit("a worker ended")
    taken: list[list[dict[str, float]]] = [[], []]
    for _round in range(rounds):
        for process, times in zip(workers, taken, strict=True):
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n")
            process.stdin.flush()
            times.append(json.loads(process.stdout.readline()))
    for process in workers:
        process.communicate()
    sizes = [f"{one.articles:,} articles, {one.sites} sites" for one in (few, many)]
    print(f"| ms, median of {rounds} | {sizes[0]} | {sizes[1]} | ratio |\n|---|---|---|---|")
    for name in taken[0][0]:
        medians = [statistics.median(times[name] for times in each) for each in taken]
        ratio = statistics.median(
            after[name] / before[name] for before, after in zip(*taken, strict=True)
        )
        print(f"| {name} | {medians[0]:.1f} | {medians[1]:.1f} | {ratio:.2f} |")
    for size, each in zip(sizes, taken, strict=True):
        against = statistics.median(
            statistics.median(times[name] for name in times if name.startswith(SEARCH))
            / times[LIST]
            for times in each
        )
        print(f"p50 of the searches against the {LIST}, {size}: {against:.2f}")


def main() -> None:
    """Make both provinces, compare them, and remove them unless they are to stay."""
    match sys.argv[1:]:
        case ["worker"]:
            return worker()
        case ["slowest"]:
            return slowest()
    parser = argparse.ArgumentParser(description="What stays as fast with many articles.")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", action="store_true", help="for a further run")
    parser.add_argument("--slowest", action="store_true", help="of the big one, and nothing else")
    options = parser.parse_args()
    few, many = Province(FEW, FEW_SITES), Province(options.articles, options.sites)
    try:
        many.make()
        if options.slowest:
            many.run("-m", "tests.bench.volume", "slowest").wait()
            return None
        few.make()
        compare(few, many, options.rounds)
    finally:
        if not options.keep:
            few.drop()
            many.drop()
    return None


if __name__ == "__main__":
    main()
