"""A browser that comes through the page cache, as in production, to the tests' own handler."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from cms.delivery.front import PageFront

_MARK = "tests.front"


class FrontHandler(ClientHandler):
    """Django's handler for tests, with a page cache around it.

    Args:
        make_front: makes the cache around an application.
    """

    def __init__(self, front_around: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.made: HttpResponse | None = None
        self.front = front_around(self._application)

    def _application(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.made = response = super().__call__(environ)
        cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, [*response.items(), *cookies])
        # It is closed already, and must not close the test's connection.
        return [] if response.streaming else [response.content]

    def __call__(self, environ: dict[str, Any]) -> HttpResponse:
        """The response: what the application made where it did, else from the cache."""
        self.made = None
        started: list[Any] = []
        body = self.front(environ, lambda *answer: started.extend(answer))
        status, headers = started[0], started[1]
        if self.made is not None and str(self.made.status_code) == status[:3]:
            for name, value in headers:
                if name.lower() != "set-cookie":
                    self.made[name] = value
            return self.made
        response = HttpResponse(b"".join(body), status=int(status[:3]))
        for name, value in headers:
            response[name] = value
        response.wsgi_request = self._request(environ)
        return response

    @staticmethod
    def _request(environ: dict[str, Any]) -> Any:
        from django.core.handlers.wsgi import WSGIRequest

        return WSGIRequest(environ)


class Fronts:
    """One page cache for all the browsers of a test."""

    def __init__(self) -> None:
        self.front: PageFront | None = None

    def around(self, application: Any) -> Any:
        """The cache, which asks ``application`` from now on.

        A test that clears Django's cache clears this one as well.
        """

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if self.front is None or cache.add(_MARK, 1, None):
                cache.set(_MARK, 1, None)
                self.front = PageFront(application, submit=lambda act: act())
            front = self.front
            front.application = application
            return front(environ, start_response)

        return answer


FRONTS = Fronts()


class FrontClient(Client):
    """A browser behind the page cache that all browsers of a test share."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handler = FrontHandler(FRONTS.around, enforce_csrf_checks=False)
