"""Readers, visitors' beacons and an editor, who go on while something happens to the servers."""

from __future__ import annotations

import random
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import requests
from bs4 import BeautifulSoup

from tests.bench.mixed_load import AGENT, NO_COMMENTS, form_of, paragraph, sign_in

SITES = ("xa-demo.localhost", "so-tttt.localhost")
#: What one act is: a kept page, a page that is made anew, a beacon, an editor's saving.
KEPT, MADE, BEACON, SAVING = "kept page", "new page", "beacon", "saving"
#: As long as a browser's script waits before it tries again, in seconds.
AGAIN = 0.5
TIMEOUT = 70  # seconds


@dataclass(frozen=True)
class Seen:
    """What one act was answered with.

    Attributes:
        at: when it began, by ``time.monotonic``.
        status: of HTTP; 0 where there was no answer.
        seconds: how long it took.
        text: of an answer that is an error.
    """

    at: float
    what: str
    status: int
    seconds: float
    text: str = ""
    retry_after: str = ""


class People:
    """A block in which they read, count and write, through nginx.

    Args:
        port: of nginx.
        user: a reporter of the demo, whose draft is edited; None: nobody edits.
        draft: the key of that draft.
        pause: between two acts of one of them, in seconds.
    """

    def __init__(
        self, port: int, *, user: str | None = None, draft: int = 0, pause: float = 0.05
    ) -> None:
        self.port = port
        self.pause = pause
        self.seen: list[Seen] = []
        self.accepted = 0
        self.written: list[str] = []
        self.faults: list[BaseException] = []
        self._draft = draft
        self._session = sign_in(port, user) if user is not None else None
        self._ended = threading.Event()
        self._adding = threading.Lock()
        self._pages = [self._page_of(host) for host in SITES]
        acts: list[Callable[[random.Random], None]] = [self._read, self._make, self._count]
        if user is not None:
            acts.append(self._write)
        self._threads = [
            threading.Thread(target=self._go_on, args=(act, number), daemon=True)
            for number, act in enumerate(acts)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(TIMEOUT * 2)
        if error is None and self.faults:
            raise self.faults[0]

    def statuses(self, what: str, since: float = 0.0, until: float = float("inf")) -> Counter[int]:
        """How often each status was met, by acts that began between the two times."""
        found = [one for one in self.seen if one.what == what and since <= one.at < until]
        return Counter(one.status for one in found)

    def failures(self, since: float = 0.0) -> Counter[str]:
        """What did not succeed."""
        return Counter(
            f"{one.what}: {one.status or 'no answer'}"
            for one in self.seen
            if one.at >= since and one.status not in (200, 302)
        )

    def errors(self, what: str) -> list[Seen]:
        """The answers of 500 and more."""
        return [one for one in self.seen if one.what == what and one.status >= 500]

    def _go_on(self, act: Callable[[random.Random], None], number: int) -> None:
        chance = random.Random(number)
        try:
            while not self._ended.wait(self.pause):
                act(chance)
        except BaseException as error:
            self.faults.append(error)

    def _page_of(self, host: str) -> tuple[str, int]:
        text = self._ask(KEPT, "GET", "/kho-tin/", host).text
        path = next(
            str(link["href"])
            for link in BeautifulSoup(text, "html.parser").select("main article a[href^='/']")
        )
        found = re.search(r'data-page-id="(\d+)"', self._ask(KEPT, "GET", path, host).text)
        assert found is not None
        return path, int(found.group(1))

    def _read(self, chance: random.Random) -> None:
        number = chance.randrange(len(SITES))
        path = chance.choice(("/", self._pages[number][0]))
        self._ask(KEPT, "GET", path, SITES[number])

    def _make(self, chance: random.Random) -> None:
        self._ask(MADE, "GET", f"/tim-kiem/?q={secrets.token_hex(6)}", chance.choice(SITES))

    def _count(self, chance: random.Random) -> None:
        """One view, sent by the page's script until it is taken."""
        number = chance.randrange(len(SITES))
        body = {"key": secrets.token_hex(16), "page": self._pages[number][1]}
        headers = {
            "Sec-Fetch-Site": "same-origin",
            "User-Agent": AGENT,
            "X-Forwarded-For": f"10.8.{chance.randrange(250)}.{chance.randrange(250)}",
        }
        while True:
            answer = self._ask(
                BEACON, "POST", "/_sen/hit", SITES[number], json=body, headers=headers
            )
            if answer.status == 200:
                with self._adding:
                    self.accepted += 1
                return
            time.sleep(AGAIN)

    def _write(self, chance: random.Random) -> None:
        """Open the draft, change it, save it; what is not saved is sent again from the answer."""
        address = f"/admin/pages/{self._draft}/edit/"
        shown = self._ask(SAVING, "GET", address, "localhost", session=self._session)
        if shown.status != 200:
            time.sleep(AGAIN)
            return
        text = f"Viết lúc {time.monotonic():.3f} {secrets.token_hex(4)}"
        form = form_of(shown.text) | NO_COMMENTS | paragraph(text)
        while True:
            answer = self._ask(
                SAVING, "POST", address, "localhost", session=self._session, data=form
            )
            if answer.status == 302:
                self.written.append(text)
                return
            if kept := sent_again(answer.text):
                # The page of an outage has the form in it: "Gửi lại" sends it.
                assert kept.get("body-0-value") == form["body-0-value"], answer.text[:500]
                form = kept
            time.sleep(AGAIN)

    def _ask(
        self,
        what: str,
        method: str,
        path: str,
        host: str,
        *,
        session: requests.Session | None = None,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> Seen:
        begun = time.monotonic()
        name = {"Host": f"{host}:{self.port}", **(headers or {})}
        url = f"http://127.0.0.1:{self.port}{path}"
        send = session.request if session is not None else requests.request
        try:
            response = send(
                method, url, headers=name, timeout=TIMEOUT, allow_redirects=False, **options
            )
        except requests.RequestException as error:
            found = Seen(begun, what, 0, time.monotonic() - begun, str(error))
        else:
            found = Seen(
                begun,
                what,
                response.status_code,
                time.monotonic() - begun,
                response.text,
                response.headers.get("Retry-After", ""),
            )
        kept = found if found.status >= 500 else Seen(begun, what, found.status, found.seconds)
        with self._adding:
            self.seen.append(kept)
        return found


def sent_again(html: str) -> dict[str, str]:
    """The fields of the form that the page of an outage has."""
    fields = BeautifulSoup(html, "html.parser").select("form textarea[name]")
    return {str(field["name"]): field.get_text().removeprefix("\n") for field in fields}
