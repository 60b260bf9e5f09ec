"""Asking every address as every role: does anything of another department show or change?"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.contrib.messages import get_messages
from django.core import mail
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse

from sites.roles import Role
from tests.factories import staff_client

from .addresses import Address, addresses, urls
from .marked import COMMON, Marked
from .probes import probes, public_probes

#: ``make crawl`` tries every object there is; the suite, of each kind the first.
THOROUGH = "SEN_CRAWL" in os.environ
MOST = 99 if THOROUGH else 1

#: What may be written while others are looked at, and is nobody's secret.
UNWATCHED = {"sessions.Session", "usersessions.UserSession"}
#: What is refused may write here that somebody was here: whoever opens a page's form may follow it.
VISITS = {
    apps.get_model(label)._meta.db_table for label in {*UNWATCHED, "wagtailcore.PageSubscription"}
}
#: How long a title is beside the average of all: PostgreSQL's search writes it into every row.
UNWATCHED_COLUMNS = {("wagtailsearch.IndexEntry", "title_norm")}
#: Here other departments stand by name: who has a site is public, and in /trang-thanh-phan/.
NAMES_DEPARTMENTS = re.compile(r"/admin/sharing/(offer|automatic)/")
_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_TABLE = re.compile(r'(?:INTO|UPDATE|FROM)\s+"([^"]+)"', re.IGNORECASE)

Rows = dict[type[models.Model], dict[Any, tuple[Any, ...]]]


def all_rows() -> Rows:
    """Every row of every table."""
    return {
        model: {row[0]: row for row in model._base_manager.values_list("pk", *_columns(model))}
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.label not in UNWATCHED
    }


def _columns(model: type[models.Model]) -> list[str]:
    label = model._meta.label
    names = [each.attname for each in model._meta.concrete_fields]
    return [name for name in names if (label, name) not in UNWATCHED_COLUMNS]


def new_rows(before: Rows, after: Rows) -> Rows:
    """The rows that came between two looks."""
    return {
        model: {pk: row for pk, row in rows.items() if pk not in before.get(model, {})}
        for model, rows in after.items()
    }


@dataclass
class Leak:
    """Something of another department that a request showed or changed."""

    role: str
    request: str
    what: str

    def __str__(self) -> str:
        return f"{self.role}: {self.request}: {self.what}"


@dataclass
class Crawl:
    """One role's walk.

    Attributes:
        own: the department that the role belongs to.
        foreign: what must be neither seen nor changed, and the rows that are its.
    """

    role: str
    client: Client
    own: Marked
    foreign: list[tuple[Marked, Rows]]
    requests: int = 0
    leaks: list[Leak] = field(default_factory=list)
    #: "GET name" and "POST name" of the addresses that let the role in, asked with own ids.
    opened: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    def ask(
        self,
        method: str,
        url: str,
        data: dict[str, Any] | None = None,
        *,
        name: str = "",
        then: str = "",
        public: bool = False,
    ) -> Any:
        """Send one request, look at what it shows and changes, and undo it.

        Args:
            name: under what it is kept that the address let us in.
            then: an address to read before it is undone.
            public: ask the department's own host, not the admin's.
        """
        self.requests += 1
        mail.outbox = []
        self.client.cookies.pop("messages", None)
        said = f"{method} {url}" + (f" {data}" if data else "")
        with transaction.atomic():
            with _watching_writes() as written:
                try:
                    send: Callable[..., Any] = getattr(self.client, method.lower())
                    host = {"host": self.own.department.host if public else "localhost"}
                    response = send(url, data or {}, headers=host)
                    shown = _everything_in(response)
                    if then:
                        shown += _everything_in(self.client.get(then, headers=host))
                # What fails shows nothing, but no address of ours may fail.
                except Exception as error:
                    self.failures.append(f"{self.role}: {said}: {type(error).__name__}: {error}")
                    transaction.set_rollback(True)
                    return None
            if NAMES_DEPARTMENTS.search(url):
                for marked, _rows in self.foreign:
                    shown = shown.replace(marked.department.name.lower(), "")
                    shown = shown.replace(marked.department.name, "")
            self._look_at(said, shown)
            if written:
                self._compare(said, written)
            transaction.set_rollback(True)
        if response.status_code >= 500:
            self.failures.append(f"{self.role}: {said}: {response.status_code}")
        if response.status_code == 400 and (changed := written - VISITS):
            self.failures.append(f"{self.role}: {said}: refused, yet wrote {sorted(changed)}")
        if name and _lets_in(response):
            self.opened.add(f"{method} {name}")
        return response

    def _look_at(self, said: str, shown: str) -> None:
        for marked, _rows in self.foreign:
            for marker in marked.markers:
                at = shown.find(marker)
                if at >= 0:
                    around = " ".join(shown[max(0, at - 60) : at + 60].split())
                    self.leaks.append(Leak(self.role, said, f"shows {marker}: …{around}…"))
                    return

    def _compare(self, said: str, written: set[str]) -> None:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.db_table not in written or model._meta.label in UNWATCHED:
                continue
            now = {row[0]: row for row in model._base_manager.values_list("pk", *_columns(model))}
            for _marked, rows in self.foreign:
                for pk, row in rows.get(model, {}).items():
                    if now.get(pk) != row:
                        act = "changes" if pk in now else "deletes"
                        self.leaks.append(Leak(self.role, said, f"{act} {model._meta.label} {pk}"))
                self._new_rows_about(said, model, now, rows)

    def _new_rows_about(
        self, said: str, model: type[models.Model], now: dict[Any, Any], rows: Rows
    ) -> None:
        """Rows that are new and point at another department's."""
        known = self._known.get(model, set())
        columns = _columns(model)
        pointers = [
            (columns.index(each.attname) + 1, each.related_model)
            for each in model._meta.concrete_fields
            if each.many_to_one and each.related_model in rows
        ]
        for pk, row in now.items():
            if pk in known:
                continue
            for index, target in pointers:
                if row[index] in rows[target]:
                    what = f"makes {model._meta.label} about {target._meta.label}"
                    self.leaks.append(Leak(self.role, said, what))

    def __post_init__(self) -> None:
        self._known = {model: set(rows) for model, rows in all_rows().items()}

    def walk(self) -> None:
        """Every address of the admin with own ids and with foreign ones, GET and POST."""
        for address in addresses():
            if not address.name or not address.is_admin:
                continue
            self._own(address)
            for marked, _rows in self.foreign if THOROUGH else self.foreign[-1:]:
                for url in urls(address, self.own, marked, most=MOST):
                    self.ask("GET", url)
                    self.ask("POST", url, FILLED)
                    if address.closed:
                        break

    def try_by_hand(self) -> None:
        """What no table of addresses says: see :mod:`.probes`."""
        for marked, _rows in self.foreign:
            for probe in [*probes(self.client, self.own, marked)]:
                self.ask(probe.method, probe.url, probe.data, then=probe.then, public=probe.public)

    def read(self) -> None:
        """The public site, as anybody reads it."""
        for marked, _rows in self.foreign:
            for probe in public_probes(self.own, marked):
                self.ask(probe.method, probe.url, probe.data, public=True)

    def read_all(self) -> None:
        """Every address that is not the admin's, on the department's own host, by each method."""
        for address in addresses():
            if not address.name or address.is_admin or address.name in BROKEN:
                continue
            for url in urls(address, self.own, None, most=1):
                for method in METHODS:
                    self.ask(method, url, name=address.name, public=True)
                break

    def _own(self, address: Address) -> None:
        if address.name in ENDS_THE_SESSION:
            return
        for number, url in enumerate(urls(address, self.own, None, most=MOST)):
            answer = self.ask("GET", url, name=address.name)
            if address.closed:
                return
            if not number:
                self.ask("POST", url, FILLED, name=address.name)
            if number or (address.parameters and not THOROUGH):
                continue
            # What is refused without a query is asked again with each by ``make crawl``.
            if not THOROUGH and (answer is None or answer.status_code != 200):
                continue
            for query in QUERIES:
                self.ask("GET", f"{url}?{query}")
            for query in foreign_queries(self.foreign[-1][0]):
                self.ask("GET", f"{url}?{query}")


#: Fails on purpose: it shows what becomes of a plugin's failure.
BROKEN = {"dummy:broken"}
#: By which a reader tries the public addresses; people who work here get and post.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ENDS_THE_SESSION = {"wagtailadmin_logout", "wagtailadmin_login", "account_logout", "account_login"}

#: What a hurried hand would send: enough for a confirmation, and for the simplest forms.
FILLED = {
    "title": "qzneu",
    "name": "qzneu",
    "slug": "qzneu",
    "comment": "qzneu",
    "text": "qzneu",
    "action-publish": "1",
    "action": "approve",
    "next": "/admin/",
}

QUERIES = (f"q={COMMON}", "export=csv", "export=xlsx", f"term={COMMON[:3]}", "p=1&ordering=title")


def foreign_queries(marked: Marked) -> list[str]:
    """Queries that name another department's objects, as listings and choosers take them."""
    objects = marked.objects
    page, home, user = objects["page"][1], objects["home"][0], objects["user"][0]
    return [
        f"id={page}&id={objects['image'][0]}&id={objects['document'][0]}",
        f"parent_page_id={page}&page_id={page}&root_page={home}&parent={home}",
        f"owner={user}&edited_by={user}&user={user}&site={objects['site'][0]}&locked_by={user}",
        f"collection_id={objects['collection'][1]}&q={COMMON}",
        f"child_of={home}&descendant_of={home}&translation_of={home}&workflow={objects['workflow'][0]}",
    ]


def _lets_in(response: Any) -> bool:
    """Whether an answer is the address's own, not a refusal or the way to the door."""
    if response.status_code in (301, 302, 303, 307, 308):
        path = urlsplit(response["Location"]).path
        return path not in (reverse("account_login"), reverse("wagtailadmin_home"))
    return response.status_code < 400 or response.status_code == 400


def _everything_in(response: Any) -> str:
    """The body, unpacked where it is a workbook; where it leads to; what it will say next."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    request = getattr(response, "wsgi_request", None)
    said = [str(message) for message in get_messages(request)] if request is not None else []
    mails = [f"{sent.subject} {sent.body}" for sent in mail.outbox]
    text = body.decode(errors="replace")
    return "\n".join([text, unquote(response.get("Location", "")), *said, *mails])


@contextmanager
def _watching_writes() -> Iterator[set[str]]:
    tables: set[str] = set()

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if _WRITE.match(text):
            tables.update(_TABLE.findall(text))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield tables


def reader_crawl(own: Marked, foreign: list[tuple[Marked, Rows]]) -> Crawl:
    """The walk of somebody who is not signed in."""
    return Crawl("reader", Client(), own, foreign)


def crawl_as(role: Role, own: Marked, foreign: list[tuple[Marked, Rows]]) -> Crawl:
    """A walk in ``role`` of ``own``'s department, not begun yet."""
    return Crawl(role.value, staff_client(own.people[role]), own, foreign)
