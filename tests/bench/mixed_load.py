"""Readers, beacons and editors at once: does anything fail, slow down, grow, or get lost?

    python -m tests.bench.mixed_load --minutes 10

Sixteen connections to the server as ``manage.py serve`` starts it with the demo province:
of a hundred acts 95 read a page, 4 are beacons, 1 is an editor's: a reporter opens and saves
a draft or, once in ten, a site administrator publishes a section, which purges its site.
``DATABASE_URL`` and ``REDIS_URL`` may name services. With ``--stack`` it is two nodes behind
nginx with worker and scheduler, PostgreSQL and Redis (:mod:`tests.stack`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from bs4 import BeautifulSoup

from cms.demo.staff import PASSWORD
from tests.e2e.portal import ROOT, Portal, own_data, serving
from tests.stack.stack import running_stack

CONNECTIONS = 16
THIRDS = 3
#: More than this from the second third to the last is no flat memory.
MOST_GROWTH = 1.05
AGENT = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
# What the editors write, by which their revisions are told.
MARK = "do-tai-"
NO_COMMENTS = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}


@dataclass(frozen=True)
class Desk:
    """Somebody signed in, and the page that they edit."""

    session: requests.Session
    address: str
    publishes: bool
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Load:
    """What is asked, and what came of it."""

    port: int
    addresses: list[tuple[str, str]]
    pages: list[tuple[str, int]]
    desks: list[Desk]
    seconds: float
    began: float = 0.0
    times: dict[tuple[str, int], list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    saved: int = 0
    memory: list[int] = field(default_factory=list)

    @property
    def thirds(self) -> list[float]:
        """What the processes took of the memory in each third, the middle one, in MB."""
        size = max(1, len(self.memory) // THIRDS)
        starts = range(0, size * THIRDS, size)
        return [statistics.median(self.memory[begin : begin + size]) for begin in starts]

    @property
    def growth(self) -> float:
        """The last third's memory over the second's; in the first, caches fill."""
        return self.thirds[-1] / self.thirds[-2]

    def read(self, chance: random.Random, session: requests.Session) -> None:
        """A citizen reads a page."""
        host, path = chance.choice(self.addresses)
        self._expect(session.get(self._url(path), headers={"Host": host}), 200)

    def beacon(self, chance: random.Random, session: requests.Session) -> None:
        """The page that was read says so."""
        host, page = chance.choice(self.pages)
        headers = {
            "Host": host,
            "Sec-Fetch-Site": "same-origin",
            "User-Agent": AGENT,
            "X-Forwarded-For": f"10.9.{chance.randrange(200)}.{chance.randrange(250)}",
        }
        body = {"key": secrets.token_hex(16), "page": page, "fragments": ["sidebar:0"]}
        response = session.post(self._url("/_sen/hit"), json=body, headers=headers)
        if self._expect(response, 200):
            self.accepted += 1

    def edit(self, chance: random.Random, session: requests.Session) -> None:
        """Somebody signed in changes a page."""
        # To save a draft is nine of ten; to publish a section purges its whole site.
        [desk] = chance.choices(self.desks, [1 if one.publishes else 9 for one in self.desks])
        with desk.lock:
            host = {"Host": f"localhost:{self.port}"}
            shown = desk.session.get(self._url(desk.address), headers=host, allow_redirects=False)
            if not self._expect(shown, 200):
                return
            form = form_of(shown.text) | NO_COMMENTS
            form["search_description"] = f"{MARK} {secrets.token_hex(4)}"
            form |= {"action-publish": "1"} if desk.publishes else paragraph("Sửa một đoạn.")
            saved = desk.session.post(
                self._url(desk.address), data=form, headers=host, allow_redirects=False
            )
            if self._expect(saved, 302):
                self.saved += 1

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def _expect(self, response: requests.Response, status: int) -> bool:
        if response.status_code == status:
            return True
        self.failures[f"{response.request.method} {response.request.path_url}: "
                      f"{response.status_code}"] += 1  # fmt: skip
        return False

    def run(self, number: int) -> None:
        """One connection's acts, until the time is over."""
        chance, session = random.Random(number), requests.Session()
        acts: dict[str, Callable[[random.Random, requests.Session], None]] = {
            "read": self.read,
            "beacon": self.beacon,
            "edit": self.edit,
        }
        while (passed := time.monotonic() - self.began) < self.seconds:
            [name] = chance.choices(list(acts), (95, 4, 1))
            begun = time.perf_counter()
            try:
                acts[name](chance, session)
            except requests.RequestException as error:
                self.failures[type(error).__name__] += 1
            third = min(THIRDS - 1, int(passed / self.seconds * THIRDS))
            self.times[name, third].append((time.perf_counter() - begun) * 1000)


def main() -> None:
    """Run it and print the tables; end with 1 where something failed or was lost."""
    parser = argparse.ArgumentParser(description="Readers, beacons and editors at once.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--stack", action="store_true", help="two nodes, worker, scheduler")
    arguments = parser.parse_args()
    with _the_stack() if arguments.stack else _the_server() as (portal, memory):
        load = _prepare(portal.env, portal, arguments.minutes * 60)
        threads = [
            threading.Thread(target=load.run, args=(number,)) for number in range(CONNECTIONS)
        ]
        load.began = time.monotonic()
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            load.memory.append(memory())
            time.sleep(5)
        counted = int(_ask(portal.env, "counted"))
        saved = int(_ask(portal.env, "saved"))
    _print(load, counted, saved)
    if saved != load.saved:
        sys.exit(f"{load.saved} pages were saved, {saved} revisions are there")
    if load.failures or counted != load.accepted:
        sys.exit(1)
    if load.growth > MOST_GROWTH:
        sys.exit(f"the memory grows: {load.growth:.2f} times from the second third to the last")


@contextmanager
def _the_server() -> Iterator[tuple[Portal, Callable[[], int]]]:
    """One process, as ``manage.py serve`` starts it, and what it takes of the memory, in MB."""
    with own_data() as env:
        env["TRUSTED_PROXY_COUNT"] = "1"
        with serving(env) as portal:
            server = _server_of(portal)
            yield portal, lambda: _resident(server)


@contextmanager
def _the_stack() -> Iterator[tuple[Portal, Callable[[], int]]]:
    """All processes, as systemd starts them, and what nodes and worker take of the memory."""
    with running_stack(articles=240, every=60) as stack:
        services = (*stack.nodes, stack.worker)
        yield stack.portal, lambda: sum(_resident(pid) for one in services for pid in one.pids())


def _prepare(env: dict[str, str], portal: Portal, seconds: float) -> Load:
    known = json.loads(_ask(env, "desks"))
    addresses, pages = [], []
    for host in known["hosts"]:
        for path in _links(portal.port, host):
            addresses.append((host, path))
            text = _get(portal.port, host, path)
            if found := re.search(r'data-page-id="(\d+)"', text):
                pages.append((host, int(found.group(1))))
    desks = []
    for one in known["desks"]:
        session = sign_in(portal.port, one["user"])
        desks.append(Desk(session, f"/admin/pages/{one['page']}/edit/", one["publishes"]))
    return Load(portal.port, addresses, pages, desks, seconds)


def _links(port: int, host: str) -> list[str]:
    """The site's own pages that its front page and its news lead to."""
    found = {"/", "/kho-tin/"}
    for start in ("/", "/kho-tin/"):
        for link in BeautifulSoup(_get(port, host, start), "html.parser").select("main a[href]"):
            parts = urlsplit(str(link["href"]))
            if not parts.netloc and parts.path.startswith("/") and not parts.query:
                found.add(parts.path)
    return sorted(path for path in found if not path.startswith(("/media", "/documents", "/rss")))


def _get(port: int, host: str, path: str) -> str:
    response = requests.get(f"http://127.0.0.1:{port}{path}", headers={"Host": host}, timeout=60)
    response.raise_for_status()
    return response.text


def sign_in(port: int, user: str) -> requests.Session:
    """Somebody of the demo, signed in. Raises RuntimeError where that fails."""
    session = requests.Session()
    address, host = f"http://127.0.0.1:{port}/admin/account/login/", {"Host": f"localhost:{port}"}
    form = form_of(session.get(address, headers=host).text)
    form |= {"username": user, "login": user, "password": PASSWORD}
    response = session.post(address, data=form, headers=host, allow_redirects=False)
    if response.status_code != 302 or "sessionid" not in session.cookies:
        raise RuntimeError(f"{user} could not sign in: {response.status_code}")
    return session


def form_of(html: str) -> dict[str, Any]:
    """The fields of the page's forms as a browser would send them."""
    data: dict[str, Any] = {}
    fields = BeautifulSoup(html, "html.parser").select(
        "main input[name], main textarea, main select"
    )
    for each in fields:
        name = str(each.get("name", ""))
        if "__prefix__" in name or each.get("type") in ("checkbox", "radio", "submit", "file"):
            continue
        if each.name == "select":
            chosen = each.select_one("option[selected]")
            data[name] = chosen["value"] if chosen else ""
        else:
            data[name] = each.get_text() if each.name == "textarea" else each.get("value", "")
    return data


def paragraph(text: str) -> dict[str, str]:
    """A StreamField of one paragraph, the fields of which a script makes in the browser."""
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0}
    draft = {"blocks": [block | {"inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}
    return {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "paragraph",
        "body-0-id": "",
        "body-0-value": json.dumps(draft),
    }


def _server_of(portal: Portal) -> int:
    """The process that answers: the worker of the server that listens on the port."""
    children: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children[int(words[1])].append(int(stat.parent.name))
    own = [pid for pid in children[os.getpid()] if f"{portal.port}" in _command(pid)]
    workers = [worker for pid in own for worker in children[pid]]
    return max(workers or own, key=_resident)


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def _resident(pid: int) -> int:
    """Megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _print(load: Load, counted: int, saved: int) -> None:
    print("| act | third | number | p50 ms | p99 ms |\n|---|---|---|---|---|")
    for name, third in sorted(load.times):
        times = sorted(load.times[name, third])
        p99 = times[int(len(times) * 0.99)]
        print(f"| {name} | {third + 1} | {len(times):,} | {statistics.median(times):.1f} | {p99:.1f} |")  # fmt: skip  # noqa: E501
    print("\n| of the whole | |\n|---|---|")
    print(f"| failures | {load.failures.total()} |")
    print(f"| beacons accepted | {load.accepted:,} |")
    print(f"| beacons counted | {counted:,} |")
    print(f"| pages saved, published | {saved:,} |")
    memory = ", ".join(f"{one:.0f}" for one in load.thirds)
    print(f"| the server's memory in each third, MB | {memory} |")
    for what, number in load.failures.most_common(10):
        print(f"| {what} | {number} |")


# In processes with Django.


def _ask(env: dict[str, str], what: str) -> str:
    command = [sys.executable, "-m", "tests.bench.mixed_load", what]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-1]


def _tell(what: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    from django.db.models import Sum
    from wagtail.models import Revision

    from cms.news.models import ArticlePage, SectionPage
    from cms.traffic.models import SITE, DailyCount
    from cms.traffic.rolling import roll_up
    from sites.models import Department

    if what == "saved":
        contents = Revision.objects.values_list("content", flat=True)
        print(sum(MARK in json.dumps(content) for content in contents))
        return
    if what == "counted":
        roll_up()
        print(DailyCount.objects.filter(page=SITE).aggregate(all=Sum("views"))["all"] or 0)
        return
    DailyCount.objects.all().delete()
    hosts, desks = [], []
    for department in Department.objects.select_related("site"):
        hosts.append(f"{department.site.hostname}:{department.site.port}")
        root = department.site.root_page
        draft = ArticlePage.objects.descendant_of(root).filter(live=False).order_by("pk").first()
        page = SectionPage.objects.descendant_of(root).live().first()
        assert draft is not None
        assert draft.owner is not None
        assert page is not None
        office = draft.owner.get_username().partition(".")[2]
        desks += [
            {"user": draft.owner.get_username(), "page": draft.pk, "publishes": False},
            {"user": f"quantri.{office}", "page": page.pk, "publishes": True},
        ]
    print(json.dumps({"hosts": hosts, "desks": desks}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["desks" | "counted" | "saved" as what]:
            _tell(what)
        case _:
            main()
