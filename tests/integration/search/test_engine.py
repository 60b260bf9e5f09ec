"""The admin's search in an engine beside the database: what is sent on the wire.

The stand-in speaks as much of OpenSearch's HTTP as the client asks of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from cms.environment import SEARCH_ENGINES
from cms.news.models import ArticlePage
from cms.search.engine import ENGINES, SearchBackend
from sites.models import Department
from tests.factories import make_article, titles

TITLE = "Hội nghị triển khai kế hoạch, Đảng uỷ Sở"


class StandIn(ThreadingHTTPServer):
    """Remembers what it was sent; finds what it was told to find."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, str, Any]] = []
        self.hits: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def sent(self, method: str, part: str) -> list[Any]:
        """The bodies sent by ``method`` to paths with ``part``."""
        return [body for how, path, body in self.requests if how == method and part in path]


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def _answer(self) -> None:
        text = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        body = lines if "_bulk" in self.path else (json.loads(text) if text else None)
        self.server.requests.append((self.command, self.path, body))
        answer: dict[str, Any] = {"acknowledged": True, "errors": False, "items": []}
        if "_search" in self.path or "_count" in self.path:
            hits = [
                {"_id": pk, "_score": 1.0, "_source": {}, "fields": {"pk": [pk]}}
                for pk in self.server.hits
            ]
            total = {"value": len(hits), "relation": "eq"}
            answer = {"hits": {"total": total, "hits": hits}, "count": len(hits)}
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def engine() -> Iterator[StandIn]:
    server = StandIn()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def backend_of(engine: StandIn) -> Any:
    return SearchBackend({"ENGINE": "opensearch3", "URLS": [engine.url], "INDEX_PREFIX": "hoasen_"})


def test_an_index_folds_marks_and_keeps_them(engine: StandIn, db: Any) -> None:
    index = backend_of(engine).get_index_for_model(ArticlePage)
    assert index.name == "hoasen_wagtailcore_page"
    index.put()
    (settings,) = engine.sent("PUT", index.name)
    analysis = settings["settings"]["analysis"]
    assert analysis["analyzer"]["default"]["filter"] == ["lowercase", "without_marks"]
    assert analysis["filter"]["without_marks"] == {
        "type": "asciifolding",
        "preserve_original": True,
    }
    # modelsearch's own analyzers stand beside it.
    assert "edgengram_analyzer" in analysis["analyzer"]


def test_an_article_is_sent_whole_and_composed(engine: StandIn, site_a: Department) -> None:
    article = make_article(site_a, title=TITLE)
    article.title = unicodedata.normalize("NFD", TITLE)
    article.body = [("paragraph", "<p>Toàn văn của bài viết</p>")]
    backend_of(engine).add(article)
    (document,) = engine.sent("PUT", f"/{article.pk}") or engine.sent("POST", f"/{article.pk}")
    assert document["title"] == TITLE
    assert "Toàn văn của bài viết" in json.dumps(document, ensure_ascii=False)


@pytest.mark.parametrize("way", ["search", "autocomplete"])
def test_words_are_sent_composed_and_what_is_found_is_read(
    engine: StandIn, site_a: Department, way: str
) -> None:
    article, _other = make_article(site_a, title=TITLE), make_article(site_a)
    engine.hits = [str(article.pk)]
    typed = unicodedata.normalize("NFD", "đảng uỷ")
    found = getattr(backend_of(engine), way)(typed, ArticlePage.objects.filter(live=True))
    assert titles(found) == [TITLE]
    asked = json.dumps(engine.sent("POST", "_search") or engine.sent("GET", "_search"))
    assert json.dumps("đảng uỷ") in asked


def test_a_wrong_engine_and_a_missing_client_are_told() -> None:
    with pytest.raises(ImproperlyConfigured, match="it may be opensearch2, opensearch3"):
        SearchBackend({"ENGINE": "solr"})
    assert tuple(ENGINES) == SEARCH_ENGINES
    with pytest.raises(ImproperlyConfigured, match=r"pip install 'elasticsearch>=9,<10'"):
        SearchBackend({"ENGINE": "elasticsearch9"})


def test_the_setting_chooses_it() -> None:
    code = (
        "import django; django.setup();"
        "from wagtail.search.backends import get_search_backend;"
        "from cms.news.models import ArticlePage;"
        "backend = get_search_backend();"
        "print(type(backend).__name__, backend.hosts[0]['host'],"
        " backend.get_index_for_model(ArticlePage).name)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "SEN_SEARCH_ENGINE": "opensearch3",
            "SEN_SEARCH_URLS": "https://search.tinh.internal:9200",
            "SEN_CACHE_PREFIX": "hoasen",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [
        "OpenSearch3SearchBackend",
        "search.tinh.internal",
        "hoasen_wagtailcore_page",
    ]
