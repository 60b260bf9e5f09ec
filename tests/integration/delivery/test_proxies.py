"""Proxies hear of purges: soon, again, and in spite of a moment's absence."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from wagtail.contrib.frontend_cache.backends import HTTPBackend

from cms.delivery import generations, proxies
from cms.delivery.proxies import HTTPTagBackend, Purger, connect, patterns

from .test_front import Answer, Site


class Proxy:
    """Writes down what it is told; answers with the next of ``statuses``, at last with 200."""

    def __init__(self, *statuses: int) -> None:
        told: list[tuple[str, str]] = []
        self.told, answers = told, list(statuses)

        class Handler(BaseHTTPRequestHandler):
            def do_PURGE(self) -> None:
                told.append((self.path, self.headers["Sen-Purge"]))
                self.send_response(answers.pop(0) if answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def backend(self) -> HTTPTagBackend:
        return HTTPTagBackend({"LOCATION": f"http://127.0.0.1:{self.server.server_port}/"})

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 10
        while len(self.told) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.told) == count


@pytest.fixture
def proxy() -> Iterator[Callable[..., Proxy]]:
    started: list[Proxy] = []

    def start(*statuses: int) -> Proxy:
        started.append(Proxy(*statuses))
        return started[-1]

    yield start
    for one in started:
        one.server.shutdown()
        one.server.server_close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxies, "AGAIN", 0.2)
    monkeypatch.setattr(proxies, "RETRIES", (0.05, 0.05))


def test_what_is_purged_together_goes_out_together_and_once_more(
    proxy: Callable[..., Proxy],
) -> None:
    one, other = proxy(), proxy()
    purger = Purger({"one": one.backend, "other": other.backend})
    purger.purged(frozenset({"news:1"}))
    purger.purged(frozenset({"page:7", "news:1"}))
    for told in (one, other):
        told.wait_for(2)
        assert told.told == [("/", "(^|,)(news:1|page:7)(,|$)")] * 2


def test_a_proxy_that_is_away_for_a_moment_is_told_when_it_is_back(
    proxy: Callable[..., Proxy], caplog: pytest.LogCaptureFixture
) -> None:
    told = proxy(503, 503)
    Purger({"varnish": told.backend}).purged(frozenset({"site:1"}))
    told.wait_for(4)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_proxy_that_stays_away_is_named_with_what_it_still_shows(
    proxy: Callable[..., Proxy], caplog: pytest.LogCaptureFixture
) -> None:
    gone = proxy()
    gone.server.shutdown()
    gone.server.server_close()
    here = proxy()
    Purger({"gone": gone.backend, "here": here.backend}).purged(frozenset({"site:1"}))
    here.wait_for(2)
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert errors
    assert "proxy gone was not purged of site:1" in errors[0]


def test_a_pattern_matches_whole_tags_and_nothing_else() -> None:
    (pattern,) = patterns(frozenset({"page:7", "site:1"}))
    for header, holds in (
        ("news:1,page:7", True),
        ("site:1", True),
        ("page:7,site:2", True),
        ("page:77,site:11", False),
        ("xpage:7", False),
    ):
        assert bool(re.search(pattern, header)) is holds
    assert list(patterns(frozenset({generations.EVERYTHING, "page:7"}))) == [".*"]
    many = list(patterns(frozenset(f"page:{number}" for number in range(120))))
    assert len(many) == 3
    assert all(sum(bool(re.search(one, f"page:{n}")) for one in many) == 1 for n in range(120))


def test_what_is_purged_anywhere_reaches_the_proxies(proxy: Callable[..., Proxy]) -> None:
    told = proxy()
    connect({"varnish": told.backend})
    try:
        generations.raise_tags(["page:7"])
        told.wait_for(2)
    finally:
        proxies._purgers.clear()


def test_a_backend_without_tags_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="cdn cannot purge by tag"):
        connect({"cdn": HTTPBackend({"LOCATION": "http://127.0.0.1:1/"})})
    with pytest.raises(ImproperlyConfigured, match="LOCATION"):
        HTTPTagBackend({})


def test_a_proxy_may_keep_a_page_for_as_long_as_it_holds(settings: Any, processes: Any) -> None:
    front = processes(Site())
    says = {"surrogate-capability": 'varnish="Surrogate/1.0"'}
    # Nobody would purge it.
    assert "Surrogate-Control" not in Answer(front, **says).headers
    settings.WAGTAILFRONTENDCACHE = {"varnish": {"BACKEND": "cms.delivery.proxies.HTTPTagBackend"}}
    assert "Surrogate-Control" not in Answer(front).headers
    for path in ("/", "/moi/"):
        seconds = int(Answer(front, path, **says).headers["Surrogate-Control"].split("=")[1])
        assert settings.SEN_PAGE_MAX_AGE - 5 < seconds <= settings.SEN_PAGE_MAX_AGE


def test_a_page_that_was_purged_while_it_was_rendered_is_not_the_proxys(
    settings: Any, processes: Any
) -> None:
    settings.WAGTAILFRONTENDCACHE = {"varnish": {"BACKEND": "cms.delivery.proxies.HTTPTagBackend"}}
    site = Site()
    site.meanwhile = lambda: generations.raise_tags(["page:7"])
    answer = Answer(processes(site), **{"surrogate-capability": 'varnish="Surrogate/1.0"'})
    assert answer.state == "miss"
    assert "Surrogate-Control" not in answer.headers
