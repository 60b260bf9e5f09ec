"""Whatever a kept page reads of its query string it has declared: else one answers for another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.utils.functional import cached_property

from cms.delivery.cache import collected_for
from tests.isolation.addresses import addresses, urls
from tests.isolation.marked import make_marked

pytestmark = pytest.mark.django_db

#: What a visitor's address bar may carry to any page.
QUERY = "?q=mua&trang=1&utm_source=thu"


ASKED: set[str] = set()


class WatchedQuery(QueryDict):
    """A query string that remembers what was asked of it; ``*`` where it was the whole of it."""

    asked = ASKED

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().getlist(key, default)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self.asked.add("*")
        return super().__iter__()

    def __len__(self) -> int:
        self.asked.add("*")
        return super().__len__()

    def urlencode(self, safe: str | None = None) -> str:
        self.asked.add("*")
        return super().urlencode(safe)


class ViewBegins:
    """Middleware: what other middleware asked before is theirs to declare."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        ASKED.clear()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> set[str]:
    """The parameters that the view in work has read."""

    def watched(self: WSGIRequest) -> WatchedQuery:
        query = WatchedQuery(self.META.get("QUERY_STRING", ""), encoding=self.encoding)
        ASKED.clear()
        return query

    attribute = cached_property(watched)
    attribute.__set_name__(WSGIRequest, "GET")
    monkeypatch.setattr(WSGIRequest, "GET", attribute)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.ViewBegins"]
    return ASKED


def test_the_watch_sees(asked: set[str]) -> None:
    request = RequestFactory().get("/?a=1")
    request.GET.get("b")
    assert asked == {"b"}
    assert bool(request.GET)
    assert asked == {"b", "*"}


def test_kept_pages_declare_what_they_read(asked: set[str]) -> None:
    own = make_marked("qza7", 1928374)
    browser = Client(headers={"host": own.department.host}, raise_request_exception=False)
    home = own.department.site.root_page.specific
    # Ninja reads every parameter, and hands a view of the API those it names.
    public = [
        one
        for one in addresses()
        if one.name and not one.is_admin and not one.name.startswith("api:")
    ]
    named = [url for one in public for url in urls(one, own, None, most=2)]
    pages = [page.get_url_parts()[2] for page in home.get_descendants(inclusive=True).live()]
    wrong = []
    kept = 0
    for url in dict.fromkeys([*pages, *named, f"{pages[0]}kho-tin/", f"{pages[0]}kho-tin/2026/"]):
        for query in ("", QUERY):
            asked.clear()
            response = browser.get(url + query)
            declared = collected_for(response.wsgi_request)
            if declared is None or response.status_code != 200:
                continue
            kept += 1
            names = {word.partition(":")[2] for word in declared.vary if word.startswith("query:")}
            if "*" not in names and (undeclared := asked - names):
                wrong += [f"{url}{query} reads {sorted(undeclared)} and declares {sorted(names)}"]
    assert kept > 30
    assert not wrong, "\n".join(wrong)
