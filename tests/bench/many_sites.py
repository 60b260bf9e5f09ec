"""How long a hundred sites take to open, and what stays as fast with two hundred as with two.

Two processes hold a province each, one of 2 and one of 200 sites, and take turns.
``DATABASE_URL`` may name a PostgreSQL server; without it both are on SQLite. With a
number the smaller one has so many sites: a list of sites is cut at 25, so 30 show what
still grows then.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from .harness import portal, queries, seconds_of

OPENED, FEW, MANY, ROUNDS = 100, 2, 200, 15
ARTICLES = 30

Calls = dict[str, Callable[[], Any]]


def make_province(count: int) -> Any:
    """A portal and departments, ``count`` sites together; returns one that has news and pictures.

    On every site an article waits for approval, and somebody may approve it.
    """
    from tests.factories import make_site

    departments = [make_site("tinh.localhost", name="Tỉnh", kind="province")]
    departments += [make_site(f"so-{number}.localhost") for number in range(1, count)]
    for department in departments:
        make_busy(department)
    return departments[1]


def make_busy(department: Any) -> None:
    """Staff, an article, and another that waits for approval."""
    from sites.roles import Role
    from tests.factories import make_article, make_user

    reporter = make_user((department, Role.REPORTER))
    make_user((department, Role.EDITOR), username=f"editor-{department.host}")
    make_article(department)
    waiting = make_article(department, live=False, owner=reporter)
    waiting.get_workflow().start(waiting, reporter)


def fill(department: Any) -> None:
    """News and pictures for the site that is measured."""
    from tests.factories import make_article

    for _number in range(ARTICLES):
        make_article(department)


def calls_for(department: Any) -> Calls:
    """What is measured: a name, and what asks for it once."""
    from django.test import Client

    from cms.news.models import ArticlePage
    from cms.users.models import User
    from tests.factories import staff_client

    editor = User.objects.get(username=f"editor-{department.host}")
    root = User.objects.create_superuser(username="root", password="secret")
    home = department.site.root_page_id
    article = ArticlePage.objects.filter(path__startswith=department.site.root_page.path, live=True)
    # Who signs in by a header gets a page that is rendered anew.
    visitor = Client(headers={"host": department.host, "authorization": "none"})
    staff, province = staff_client(editor, department), staff_client(root, department)
    asked = {
        "home page": (visitor, "/"),
        "article": (visitor, article[0].local_url),
        "admin, editor": (staff, "/admin/"),
        "explorer, editor": (staff, f"/admin/pages/{home}/"),
        "article's editor": (staff, f"/admin/pages/{article[0].pk}/edit/"),
        "page chooser": (staff, "/admin/choose-page/"),
        "page chooser, search": (staff, "/admin/choose-page/search/?q=B%C3%A0i"),
        "image chooser": (staff, "/admin/images/chooser/"),
        "document chooser": (staff, "/admin/documents/chooser/"),
        "admin, superuser": (province, "/admin/"),
        "explorer, superuser": (province, f"/admin/pages/{home}/"),
        "page chooser, superuser": (province, "/admin/choose-page/"),
        "image chooser, superuser": (province, "/admin/images/chooser/"),
    }

    def ask(client: Client, address: str) -> None:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        assert "X-Sen-Cache" not in response

    return {
        name: lambda client=client, address=address: ask(client, address)  # type: ignore[misc]
        for name, (client, address) in asked.items()
    }


def worker(count: int) -> None:
    """Hold a province of ``count`` sites and answer each line of the input by a line of times."""
    with portal():
        department = make_province(count)
        fill(department)
        calls = calls_for(department)
        for call in calls.values():
            call()  # what is kept from one request to the next is
        print(json.dumps({name: queries(call) for name, call in calls.items()}), flush=True)
        for _line in sys.stdin:
            times = {name: seconds_of(call) * 1000 for name, call in calls.items()}
            print(json.dumps(times), flush=True)


def opening() -> None:
    """Print how long ``OPENED`` sites take to open, and whether the last ones take longer."""
    with portal():
        from django.db import connection

        from tests.factories import make_site

        make_site("tinh.localhost", kind="province")
        each = [
            seconds_of(lambda number=number: make_site(f"so-{number}.localhost"))  # type: ignore[misc]
            for number in range(OPENED)
        ]
        tenth = OPENED // 10
        slower = statistics.median(each[-tenth:]) / statistics.median(each[:tenth])
        asked = queries(lambda: make_site("so-moi.localhost"))
        print(
            f"{OPENED} sites opened in {sum(each):.1f} s on {connection.vendor}: {asked} queries"
            f" each; the last {tenth} against the first {tenth}: x{slower:.2f}",
            flush=True,
        )


def run(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """This module in a process with a database and a cache of its own."""
    inherited = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.many_sites", *arguments],
        env={**inherited, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line_of(process: subprocess.Popen[str]) -> dict[str, float]:
    """The next answer of a worker."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        sys.exit("a worker ended")
    answer: dict[str, float] = json.loads(line)
    return answer


def compare(small: int = FEW) -> None:
    """Print the medians of both provinces, one of ``small`` sites, side by side."""
    url = os.environ.get("DATABASE_URL")
    counts = (small, MANY)
    workers = [
        run("worker", str(count), **({"DATABASE_URL": f"{url}_{count}"} if url else {}))
        for count in counts
    ]
    asked = [line_of(process) for process in workers]
    rounds: list[list[dict[str, float]]] = [[], []]
    for _round in range(ROUNDS):
        for process, taken in zip(workers, rounds, strict=True):
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            taken.append(line_of(process))
    for process in workers:
        process.communicate()
    print(f"{'':26}{small:>6} sites{MANY:>6} sites   ratio   queries")
    for name in asked[0]:
        few, many = (statistics.median(times[name] for times in taken) for taken in rounds)
        ratio = statistics.median(
            after[name] / before[name] for before, after in zip(*rounds, strict=True)
        )
        counted = " / ".join(f"{made[name]:.0f}" for made in asked)
        print(f"{name:26}{few:9.1f} ms{many:9.1f} ms   x{ratio:.2f}   {counted}")


def main() -> None:
    """Print both."""
    match sys.argv[1:]:
        case ["worker", count]:
            worker(int(count))
        case ["opening"]:
            opening()
        case [small]:
            compare(int(small))
        case _:
            print(run("opening").communicate()[0], end="", flush=True)
            compare()


if __name__ == "__main__":
    main()
