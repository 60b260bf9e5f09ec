"""Embeds: players' sites are asked, by the guard, and nobody else whatever an editor types."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.embeds.blocks import EmbedBlock, EmbedValue
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedNotFoundException, EmbedUnsupportedProviderException
from wagtail.embeds.finders import get_finders
from wagtail.embeds.models import Embed

from cms.content import embeds
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user
from tests.webserver import LOOPBACK, MISBEHAVING, WebServer, know_names

pytestmark = pytest.mark.django_db
FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
FRAME = '<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ?feature=oembed"></iframe>'
ANSWER = {
    "type": "video",
    "html": FRAME,
    "title": "Hoa súng",
    "author_name": "Đồng Tháp",
    "provider_name": "YouTube",
    "thumbnail_url": "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg",
    "width": 200,
    "height": 113,
}


@pytest.fixture
def web(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """The player's site, though it is on the loopback address."""
    with WebServer().running() as server:
        settings.SEN_FETCH_NETWORKS = [f"{LOOPBACK}/32"]
        settings.SEN_FETCH_PORTS = [server.port]
        monkeypatch.setattr(embeds, "TIMEOUT", 0.5)
        (finder,) = get_finders()
        monkeypatch.setattr(finder, "_endpoints", {server.url("/oembed"): [re.compile(FILM[:28])]})
        yield server


def say(web: WebServer, **changed: Any) -> None:
    """Answer as YouTube does, but for what is named; None leaves a field out."""
    answer = {name: value for name, value in {**ANSWER, **changed}.items() if value is not None}
    body = json.dumps(answer).encode()

    def respond(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body)

    web.answers = _Whatever(respond)  # type: ignore[assignment]


class _Whatever(dict[str, Any]):
    """The same answer for every address."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer

    def get(self, key: str, default: Any = None) -> Any:
        return self.answer


def test_a_player_is_found_and_kept_for_good(web: WebServer) -> None:
    say(web, cache_age=1)
    found = get_embed(FILM)
    assert (found.title, found.html, found.width) == ("Hoa súng", FRAME, 200)
    assert found.cache_until is None
    web.answers = {}
    assert get_embed(FILM) == found
    assert len(web.requests) == 1
    path, headers = web.requests[0]
    assert path.startswith("/oembed?url=https%3A%2F%2Fwww.youtube.com")
    assert set(headers) == {"Host", "User-Agent", "Accept-Encoding", "Connection"}


@pytest.mark.parametrize("name", MISBEHAVING)
def test_whatever_is_answered_is_no_embed_and_ends(web: WebServer, name: str) -> None:
    web.answers = _Whatever(MISBEHAVING[name])  # type: ignore[assignment]
    began = time.monotonic()
    with pytest.raises(EmbedNotFoundException):
        get_embed(FILM)
    assert time.monotonic() - began < 3
    assert not Embed.objects.exists()


def test_who_does_not_answer_is_asked_again_after_a_minute(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeds, "ASKED_AGAIN_AFTER", 0.5)
    web.answers = {}
    for _rendering in range(3):
        with pytest.raises(EmbedNotFoundException):
            get_embed(FILM)
    assert len(web.requests) == 1
    say(web)
    time.sleep(0.6)
    assert get_embed(FILM).title == "Hoa súng"


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "photo", "url": "http://10.0.0.1/x.png"},
        {"type": "link"},
        {"type": "v" * 300},
        {"type": ["video"]},
        {"type": None},
        {"html": None},
        {"html": 5},
        {"html": "x" * 20_000},
        {"html": "<script>alert(1)</script>"},
        {"html": '<iframe src="https://la.example/"></iframe>'},
    ],
)
def test_what_is_no_player_is_no_embed(web: WebServer, changed: dict[str, Any]) -> None:
    say(web, **changed)
    with pytest.raises(EmbedNotFoundException):
        get_embed(FILM)


def test_what_no_database_could_keep_is_left_out(web: WebServer) -> None:
    say(web, title="a\0b\ud800", author_name=["x"], width="100%", height=10**400)
    found = Embed.objects.get(pk=get_embed(FILM).pk)
    assert (found.title, found.author_name, found.width, found.height) == ("ab", "", None, None)


@pytest.mark.parametrize(
    "to", ["http://10.0.0.1/", "http://169.254.169.254/", "http://[::1]/", "file:///etc/passwd"]
)
def test_a_redirect_into_ones_own_network_is_not_followed(web: WebServer, to: str) -> None:
    def away(handler: Any) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.end_headers()

    web.answers = _Whatever(away)  # type: ignore[assignment]
    with pytest.raises(EmbedNotFoundException):
        get_embed(FILM)
    assert len(web.requests) == 1


@pytest.mark.parametrize("answers", [[["10.0.0.1"]], [["::ffff:127.0.0.1"], [LOOPBACK]]])
def test_a_player_whose_name_leads_inside_is_not_asked(
    settings: Any, monkeypatch: pytest.MonkeyPatch, answers: list[list[str]]
) -> None:
    asked = know_names(monkeypatch, {"www.youtube.com": answers})
    with pytest.raises(EmbedNotFoundException, match=r"10\.0\.0\.1|127\.0\.0\.1"):
        get_embed(FILM)
    assert asked == ["www.youtube.com"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:6379/",
        "http://169.254.169.254/latest/meta-data/",
        "https://www.flickr.com/photos/a/1",
        "https://www.youtube.com.la.example/watch?v=1",
        "https://www.youtube.com@10.0.0.1/watch?v=1",
        "https://la.example/?https://www.youtube.com/watch?v=1",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_asked_about_any_other_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = know_names(monkeypatch, {})
    with pytest.raises(EmbedUnsupportedProviderException):
        get_embed(url)
    assert EmbedValue(url).html == ""
    assert not asked


def test_the_editor_is_told_in_words(
    client: Client, site_a: Department, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.WAGTAIL_ENABLE_UPDATE_CHECK = False
    know_names(monkeypatch, {"www.youtube.com": [["10.0.0.1"]], "la.example": [["10.0.0.1"]]})
    client = Client(headers={"host": "localhost"})
    client.force_login(make_user((site_a, Role.REPORTER), username="an"))
    for url in (FILM, "https://la.example/phim"):
        with pytest.raises(ValidationError):
            EmbedBlock().clean(EmbedValue(url))
        answer = client.post("/admin/embeds/chooser/upload/", {"embed-chooser-url": url})
        assert answer.status_code == 200
        assert answer.json()["step"] == "chooser"
        assert "errorlist" in answer.json()["html"] or "error" in answer.json()["html"]
