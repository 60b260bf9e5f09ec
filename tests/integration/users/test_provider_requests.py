"""What Sen asks the identity provider: its host and no other, and nothing that never ends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from cms.users.models import User
from cms.users.provider_requests import guarded_session
from tests.webserver import LOOPBACK, MISBEHAVING, WebServer, know_names

from .conftest import LOGIN, is_signed_in
from .test_identity_provider import CALLBACK, START

DISCOVERY = "/.well-known/openid-configuration"
AWAY = "Hệ thống định danh không trả lời đúng"
UNKNOWN = "chưa xác nhận được bạn"


@pytest.fixture
def web() -> Iterator[WebServer]:
    """The provider's server."""
    with WebServer().running() as server:
        yield server


@pytest.fixture
def other() -> Iterator[WebServer]:
    """Another server of the same network, which is none of the provider's."""
    with WebServer().running() as server:
        yield server


@pytest.fixture(autouse=True)
def _configured(settings: Any, web: WebServer) -> None:
    app = {
        "provider_id": "oidc",
        "name": "Tỉnh ID",
        "client_id": "sen",
        "secret": "hush",
        "settings": {"server_url": web.url("").rstrip("/"), "oauth_pkce_enabled": True},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    settings.SEN_OIDC_URL = web.url("").rstrip("/")
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.5


def describe(web: WebServer, **endpoints: str) -> None:
    """Serve a document of discovery; what is not named is on the provider's own server."""
    document = {
        "issuer": web.url("").rstrip("/"),
        "authorization_endpoint": web.url("/authorize"),
        "token_endpoint": web.url("/token"),
        "userinfo_endpoint": web.url("/person"),
        "jwks_uri": web.url("/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        **endpoints,
    }
    web.serve(DISCOVERY, json.dumps(document).encode(), "application/json")


def begin(client: Client) -> str:
    """Begin, as the button does; returns the state to come back with."""
    away = client.post(START)
    return parse_qs(urlsplit(away["Location"]).query)["state"][0]


def come_back(client: Client) -> Any:
    return client.get(f"{CALLBACK}?code=abc&state={begin(client)}")


def paths(web: WebServer) -> list[str]:
    return [path for path, _headers in web.requests]


@pytest.mark.parametrize("name", MISBEHAVING)
def test_whatever_discovery_answers_leads_back_to_the_login_page(
    client: Client, web: WebServer, name: str
) -> None:
    web.answers[DISCOVERY] = MISBEHAVING[name]
    began = time.monotonic()
    response = client.post(START)
    assert time.monotonic() - began < 3
    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert AWAY in client.get(LOGIN).text


@pytest.mark.parametrize("name", MISBEHAVING)
def test_whatever_the_later_steps_answer_signs_nobody_in(
    client: Client, site_admin: User, web: WebServer, name: str
) -> None:
    describe(web)
    for step in ("/token", "/person"):
        web.serve("/token", b'{"access_token": "a", "token_type": "Bearer"}', "application/json")
        web.answers[step] = MISBEHAVING[name]
        response = come_back(client)
        assert response.status_code in (302, 401)
        page = response.text if response.status_code == 401 else client.get(LOGIN).text
        assert AWAY in page or UNKNOWN in page
        assert not is_signed_in(client)


def test_a_provider_that_is_not_there_is_told(client: Client, web: WebServer) -> None:
    begin_at = START
    describe(web)
    state = begin(client)
    # It goes away between the two steps.
    del web.answers[DISCOVERY]
    response = client.get(f"{CALLBACK}?code=abc&state={state}")
    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert client.post(begin_at)["Location"] == LOGIN


@pytest.mark.parametrize("endpoint", ["token_endpoint", "userinfo_endpoint"])
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/x",
        "http://localhost:{port}/x",
        "http://[::ffff:127.0.0.1]:{port}/x",
        "http://2130706433:{port}/x",
        "http://0177.0.0.1:{port}/x",
        "http://user:pass@127.0.0.1:{own}/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://[64:ff9b::7f00:1]/x",
        "file:///etc/passwd",
    ],
)
def test_what_discovery_names_elsewhere_must_pass_the_guard(
    client: Client, web: WebServer, other: WebServer, endpoint: str, address: str
) -> None:
    web.serve("/token", b'{"access_token": "a", "token_type": "Bearer"}', "application/json")
    describe(web, **{endpoint: address.format(port=other.port, own=web.port)})
    response = come_back(client)
    assert response.status_code in (302, 401)
    assert not is_signed_in(client)
    assert not other.requests
    assert "/x" not in paths(web)


def test_a_server_of_ones_own_network_is_asked_where_the_operator_allows_it(
    client: Client, web: WebServer, other: WebServer, settings: Any
) -> None:
    settings.SEN_FETCH_NETWORKS = [f"{LOOPBACK}/32"]
    settings.SEN_FETCH_PORTS = [other.port]
    describe(web, token_endpoint=other.url("/token"))
    come_back(client)
    assert paths(other) == ["/token"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_followed_to_another_server(
    client: Client, web: WebServer, other: WebServer, status: int
) -> None:
    """The request for the token carries the client's secret."""
    describe(web)
    web.redirect("/token", other.url("/token"), status)
    assert come_back(client).status_code == 401
    web.redirect(DISCOVERY, other.url(DISCOVERY), status)
    assert client.post(START)["Location"] == LOGIN
    assert not other.requests


def test_a_redirect_within_the_server_is_followed_three_times(web: WebServer) -> None:
    web.serve("/3", b'{"a": 1}', "application/json")
    for at in range(3):
        web.redirect(f"/{at}", f"/{at + 1}")
    with guarded_session() as session:
        assert session.get(web.url("/0"), timeout=5).json() == {"a": 1}
    web.redirect("/vong", "/vong")
    describe(web)
    web.redirect(DISCOVERY, DISCOVERY)
    before = len(web.requests)
    assert _refused(web.url("/vong"))
    assert len(web.requests) - before <= 5


def _refused(url: str) -> bool:
    import requests

    with guarded_session() as session, pytest.raises(requests.RequestException):
        session.get(url, timeout=5)
    return True


def test_a_name_that_answers_differently_the_second_time_leads_nowhere_else(
    client: Client, web: WebServer, other: WebServer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SEN_FETCH_PORTS = [other.port]
    describe(web, token_endpoint=other.url("/token", host="token.vidu.vn"))
    asked = know_names(monkeypatch, {"token.vidu.vn": [["10.0.0.1"], [LOOPBACK]]})
    assert come_back(client).status_code == 401
    assert asked.count("token.vidu.vn") == 1
    assert not other.requests


def test_nothing_of_the_environment_is_used(
    web: WebServer, other: WebServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """No proxy, and no password for the host from a file of the user's."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {LOOPBACK} login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", other.url("").rstrip("/"))
    monkeypatch.setenv("HTTP_PROXY", other.url("").rstrip("/"))
    web.serve("/", b"{}")
    with guarded_session() as session:
        session.get(web.url(), timeout=5)
    assert not other.requests
    assert "Authorization" not in web.requests[0][1]
