"""The front before Django: one rendering for many, one purge for all processes, bounded memory.

A process is a :class:`PageFront` of its own here; the cache that they share is
Django's, whatever it is.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import brotli
import pytest
import time_machine
from django.core.cache import cache, caches
from django.test import RequestFactory

from cms.delivery import generations
from cms.delivery import processes as known
from cms.delivery.cache import DECLARATION, Cache, purge
from cms.delivery.entries import Memory, make_entry
from cms.delivery.front import GRACE, INCOMPLETE_AGE, PageFront
from cms.operations.context import INCOMPLETE

PAGE = Cache(tags=frozenset({"site:1", "page:7"}))
TEXT = "Trang thông tin điện tử. " * 200


class Site:
    """A WSGI application that counts how often it renders.

    Args:
        declaration: what its view declares; None for a view that nobody thought about.
        seconds: how long it takes.
    """

    def __init__(self, declaration: Cache | None = PAGE, seconds: float = 0) -> None:
        self.declaration, self.seconds = declaration, seconds
        self.rendered = 0
        self.status = "200 OK"
        self.headers: list[tuple[str, str]] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with self._lock:
            self.rendered += 1
            number = self.rendered
        time.sleep(self.seconds)
        if self.declaration is not None:
            environ[DECLARATION] = self.declaration
        self.meanwhile()
        start_response(self.status, [("Content-Type", "text/html; charset=utf-8"), *self.headers])
        return [f"{number} {environ.get('QUERY_STRING')} {TEXT}".encode()]


class Answer:
    """What a front answered."""

    def __init__(self, front: PageFront, path: str = "/", **headers: str) -> None:
        method = headers.pop("method", "GET")
        secure = headers.pop("secure", "") == "yes"
        make = RequestFactory(headers={"host": "so-a.localhost", **headers})
        environ = make.generic(method, path, secure=secure).environ
        self.body = b"".join(front(environ, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]], *more: Any) -> None:
        self.status, self.headers = status, dict(headers)

    @property
    def state(self) -> str:
        return self.headers.get("X-Sen-Cache", "")

    @property
    def number(self) -> int:
        """Which rendering this is."""
        return int(self.body.split()[0])


@pytest.fixture
def looks_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request hears of purges, as it does a quarter of a second later."""
    monkeypatch.setattr(known, "LOOK_EVERY", 0)


@pytest.mark.parametrize("shared", [False, True])
def test_two_hundred_at_once_render_once(processes: Any, shared: bool) -> None:
    site = Site(seconds=0.2)
    front = processes(site, shared=shared)
    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(lambda _: Answer(front), range(200)))
    assert site.rendered == 1
    assert {answer.number for answer in answers} == {1}
    assert sorted({answer.state for answer in answers}) == ["hit", "miss"]


def test_several_processes_render_once(processes: Any) -> None:
    site = Site(seconds=0.3)
    fronts = [processes(site) for _ in range(4)]
    with ThreadPoolExecutor(80) as pool:
        answers = list(pool.map(lambda number: Answer(fronts[number % 4]), range(80)))
    assert site.rendered == 1
    assert {answer.number for answer in answers} == {1}


def test_what_is_not_kept_is_rendered_side_by_side(processes: Any) -> None:
    site = Site(declaration=None, seconds=0.2)
    front = processes(site)
    assert Answer(front, "/gui/").state == ""
    begun = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: Answer(front, "/gui/"), range(20)))
    assert time.monotonic() - begun < 20 * 0.2 / 2
    assert site.rendered == 21


@pytest.mark.usefixtures("looks_always")
def test_a_purge_reaches_every_process_and_only_what_shows_it(processes: Any) -> None:
    ours = Site(Cache(tags=frozenset({"news:1"})))
    theirs = Site(Cache(tags=frozenset({"news:2"})))
    fronts = [processes(ours) for _ in range(3)]
    neighbours = [processes(theirs) for _ in range(3)]
    for front in fronts + neighbours:
        assert Answer(front, "/kho-tin/" if front in fronts else "/other/").number == 1
    generations.raise_tags(["news:1"])
    assert [Answer(front, "/kho-tin/").number for front in fronts] == [2, 2, 2]
    assert [Answer(front, "/other/").number for front in neighbours] == [1, 1, 1]


def test_nothing_stale_a_second_after_a_purge_elsewhere(processes: Any) -> None:
    site = Site()
    front = processes(site)
    Answer(front)
    # As another process does it: this one is not told.
    listeners = list(generations._listeners)
    generations._listeners.clear()
    generations.raise_tags(["page:7"])
    generations._listeners.extend(listeners)
    time.sleep(known.LOOK_EVERY)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: Answer(front).number, range(20)))
    time.sleep(1 - known.LOOK_EVERY)
    assert Answer(front).number == 2
    assert answers.count(1) <= 19


def test_after_a_long_silence_everybody_waits_for_the_look(
    processes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site()
    front = processes(site)
    Answer(front)
    listeners = list(generations._listeners)
    generations._listeners.clear()
    generations.raise_tags(["page:7"])
    generations._listeners.extend(listeners)
    time.sleep(known.MUST_KNOW)
    slow = generations.current

    def slowly() -> int:
        time.sleep(0.1)
        return slow()

    monkeypatch.setattr(generations, "current", slowly)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: Answer(front).number, range(20)))
    assert set(answers) == {2}


def test_purged_while_it_is_rendered_is_not_kept(processes: Any) -> None:
    site = Site()
    front = processes(site)
    site.meanwhile = lambda: generations.raise_tags(["page:7"])
    assert Answer(front).number == 1
    site.meanwhile = lambda: None
    assert Answer(front).number == 2
    assert Answer(front).number == 2


def test_an_old_page_of_the_shared_cache_is_not_seen_for_a_moment(processes: Any) -> None:
    """While one request asks whether it holds, another must not find it in memory."""
    site = Site()
    first, second = processes(site), processes(site)
    Answer(first)
    real = generations.hold
    seen: list[int] = []
    generations.raise_tags(["page:7"])

    def look_aside(*args: Any) -> bool:
        seen.append(len(second.memory))
        return real(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generations, "hold", look_aside)
        assert Answer(second).number == 2
    assert seen[0] == 0


def test_a_tag_that_the_cache_has_lost_drops_what_shows_it(processes: Any) -> None:
    site = Site()
    Answer(processes(site))
    cache.delete("tag:page:7")
    assert Answer(processes(site)).number == 2


@pytest.mark.usefixtures("looks_always")
def test_a_cache_that_was_emptied_brings_nothing_old_back(processes: Any) -> None:
    site = Site()
    front = processes(site)
    Answer(front)
    time.sleep(0.01)
    cache.clear()
    assert Answer(front).number == 2
    assert Answer(front).number == 2


@pytest.mark.usefixtures("looks_always")
def test_without_the_shared_cache_pages_go_on_for_a_minute(
    processes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site()
    front = processes(site)
    Answer(front)

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("nobody there")

    with monkeypatch.context() as gone:
        for name in ("get", "get_many", "set", "add", "incr", "delete"):
            gone.setattr(caches["exact"], name, refuse)
        assert Answer(front).number == 1
        assert Answer(front, "/another/").number == 2
        assert Answer(front, "/another/").number == 2
        with time_machine.travel(time.time() + known.CUT_OFF_AGE + GRACE + 1):
            assert Answer(front).number == 3
    # Nobody knows what was purged meanwhile.
    assert Answer(front).number == 4
    assert Answer(front, "/another/").number == 5


def test_after_its_time_it_is_shown_once_more_while_it_is_renewed(
    processes: Any, settings: Any
) -> None:
    settings.SEN_PAGE_MAX_AGE = 60
    site = Site()
    waiting: list[Callable[[], None]] = []
    front = processes(site, submit=waiting.append, shared=False)
    now = time.time()
    Answer(front)
    with time_machine.travel(now + 61):
        assert [Answer(front).state for _ in range(3)] == ["stale"] * 3
        assert len(waiting) == 1
        waiting.pop()()
        again = Answer(front)
        assert (again.state, again.number) == ("hit", 2)
    with time_machine.travel(now + 61 + 60 + GRACE + 1):
        assert Answer(front).number == 3


def test_what_ends_at_an_hour_has_no_grace(processes: Any) -> None:
    site = Site(Cache(max_age=30))
    front = processes(site, shared=False)
    now = time.time()
    Answer(front)
    with time_machine.travel(now + 31):
        assert Answer(front).state == "miss"


def test_what_lacks_something_is_kept_for_a_minute(processes: Any) -> None:
    class Lacking(Site):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
            environ[INCOMPLETE] = True
            return super().__call__(environ, start_response)

    front = processes(Lacking(), shared=False)
    now = time.time()
    Answer(front)
    assert Answer(front).state == "hit"
    with time_machine.travel(now + INCOMPLETE_AGE + 1):
        assert Answer(front).state == "miss"


def test_an_old_page_is_better_than_an_error(processes: Any) -> None:
    site = Site(Cache(max_age=30))
    front = processes(site, shared=False)
    now = time.time()
    Answer(front)
    site.status, site.declaration = "500 Internal Server Error", None
    with time_machine.travel(now + 3600):
        answer = Answer(front)
        assert (answer.status, answer.state, answer.number) == ("200 OK", "outlived", 1)


def test_compressed_once_and_for_everybody(processes: Any) -> None:
    front = processes(Site())
    Answer(front)
    plain = Answer(front)
    small = Answer(front, **{"accept-encoding": "gzip, deflate, br, zstd"})
    middle = Answer(front, **{"accept-encoding": "gzip"})
    assert (small.headers["Content-Encoding"], middle.headers["Content-Encoding"]) == ("br", "gzip")
    assert brotli.decompress(small.body) == gzip.decompress(middle.body) == plain.body
    assert "Content-Encoding" not in plain.headers
    assert Answer(front, **{"accept-encoding": "br;q=0, *;q=0"}).body == plain.body
    for answer in (plain, small, middle):
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["ETag"] == plain.headers["ETag"]
        assert answer.headers["Cache-Tag"] == "page:7,site:1"


def test_an_unchanged_page_is_a_304_without_a_body(processes: Any) -> None:
    front = processes(Site())
    etag = Answer(front).headers["ETag"]
    again = Answer(front, **{"if-none-match": f'"other", {etag}'})
    assert (again.status, again.body) == ("304 Not Modified", b"")
    assert again.headers["ETag"] == etag
    assert "Content-Length" not in again.headers
    assert Answer(front, **{"if-none-match": '"other"'}).status == "200 OK"


def test_the_same_text_with_other_headers_is_no_304(processes: Any) -> None:
    """A 304 would leave a proxy and a browser the headers that they have."""

    def etag(**headers: str) -> str:
        site = Site()
        site.headers = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return Answer(processes(site, shared=False)).headers["ETag"]

    plain = etag(Strict_Transport_Security="max-age=300")
    assert etag(Strict_Transport_Security="max-age=300") == plain
    assert etag(Strict_Transport_Security="max-age=31536000") != plain


def test_head_is_answered_without_a_body(processes: Any) -> None:
    site = Site()
    front = processes(site)
    Answer(front)
    head = Answer(front, method="HEAD")
    assert (head.status, head.body, site.rendered) == ("200 OK", b"", 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "theme=dark; sessionid=abc"},
        {"authorization": "Basic x"},
        {"method": "POST"},
    ],
)
def test_who_says_who_they_are_is_never_answered_from_the_cache(
    processes: Any, headers: dict[str, str]
) -> None:
    site = Site()
    front = processes(site)
    Answer(front)
    answer = Answer(front, **headers)
    assert (answer.number, answer.state) == (2, "")
    if "method" not in headers:
        assert answer.headers["Cache-Control"] == "private, no-cache"
    assert Answer(front, cookie="theme=dark").number == 1


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("404 Not Found", []),
        ("302 Found", [("Location", "/")]),
        ("200 OK", [("Set-Cookie", "a=b")]),
        ("206 Partial Content", []),
    ],
)
def test_what_is_for_one_or_no_page_is_not_kept(
    processes: Any, status: str, headers: list[tuple[str, str]]
) -> None:
    site = Site()
    site.status, site.headers = status, headers
    front = processes(site)
    assert [Answer(front).number for _ in range(3)] == [1, 2, 3]


def test_with_tls_and_without_are_two_pages(processes: Any) -> None:
    site = Site()
    front = processes(site)
    assert [Answer(front).number, Answer(front, secure="yes").number] == [1, 2]
    assert [Answer(front).number, Answer(front, secure="yes").number] == [1, 2]


def test_only_declared_parameters_split_a_page_whatever_their_order(processes: Any) -> None:
    site = Site(Cache(vary=frozenset({"query:loai", "query:sau"})))
    front = processes(site)
    first = Answer(front, "/?sau=2&x=1&loai=a").number
    for query in ("loai=a&sau=2", "fbclid=7&sau=1&sau=2&loai=a", "sau=2&loai=a&utm=x%00"):
        assert Answer(front, f"/?{query}").number == first
    assert Answer(front, "/?loai=a").number != first
    # Another process knows it from the shared cache.
    assert Answer(processes(site), "/?utm=z&loai=a&sau=2").number == first
    many = "&".join(f"a{number}=1" for number in range(5000))
    assert Answer(front, f"/?{many}").status == "200 OK"


def test_memory_is_bounded_and_the_least_used_goes() -> None:
    memory = Memory(200_000)

    def entry(number: int, size: int = 9_000) -> Any:
        return make_entry(
            [("Content-Type", "application/pdf")],
            bytes(size),
            frozenset({f"page:{number}", "site:1"}),
            begun=1,
            stored=0,
            seconds=60,
            grace=0,
        )

    keys = [("h", f"/{number}/", "") for number in range(100)]
    for number, key in enumerate(keys):
        memory.put(key, entry(number), 0)
        assert memory.get(keys[0]) is not None
    assert memory.size <= 200_000
    assert len(memory) == 20
    assert set(memory) == {keys[0], *keys[-19:]}
    memory.drop_tags(["page:99"])
    assert keys[99] not in set(memory)
    memory.drop_tags(["site:1"])
    assert (len(memory), memory.size, memory._keys) == (0, 0, {})
    memory.put(keys[0], entry(0, 150_000), memory.drops)
    assert len(memory) == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_purge_waits_for_the_commit(processes: Any) -> None:
    from django.db import transaction

    site = Site()
    front = processes(site)
    Answer(front)
    with transaction.atomic():
        purge("page:7")
        assert Answer(front).number == 1
    assert Answer(front).number == 2


def test_nginx_is_told_until_when_it_keeps_a_page(processes: Any) -> None:
    front = processes(Site())
    told: dict[str, str] = {"sen-front-cache": "nginx"}
    with time_machine.travel(1_800_000_000.4, tick=False):
        rendered = Answer(front, **told)
        held = Answer(front, **told, **{"if-none-match": rendered.headers["ETag"]})
        plain = Answer(front)
    assert (rendered.status, rendered.headers["X-Accel-Expires"]) == ("200 OK", "@1800000000")
    assert (held.status, held.headers["X-Accel-Expires"]) == ("304 Not Modified", "@1800000000")
    assert "X-Accel-Expires" not in plain.headers
