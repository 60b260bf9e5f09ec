"""The identity provider: a real OpenID Connect server on the loopback address.

The whole code flow is walked over HTTP, the way a browser would: to the
provider, through its form, and back with the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core.checks import run_checks
from django.test import Client
from oidc_provider_mock import run_server_in_thread

from cms.users.models import User
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user

from .conftest import LOGIN, add_app, browser, code, is_signed_in, sign_in

START = "/admin/account/provider/oidc/login/"
CALLBACK = "/admin/account/provider/oidc/login/callback/"
# The server leans on an older interface of its library.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of the server."""
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def _configured(settings: Any, provider: str) -> None:
    app = {
        "provider_id": "oidc",
        "name": "Tỉnh ID",
        "client_id": "sen",
        "secret": "hush",
        "settings": {"server_url": provider, "oauth_pkce_enabled": True},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    # On the loopback address, where nothing else may be fetched from.
    settings.SEN_OIDC_URL = provider


def person(provider: str, subject: str, **claims: Any) -> str:
    """Somebody whom the provider knows."""
    requests.put(f"{provider}/users/{subject}", json=claims, timeout=10).raise_for_status()
    return subject


def authorise(client: Client, subject: str, process: str = "login") -> str:
    """To the provider and through its form; returns where it sends the browser back to."""
    away = client.post(f"{START}?process={process}")
    assert away.status_code == 302
    answer = requests.post(
        away["Location"], data={"sub": subject}, allow_redirects=False, timeout=10
    )
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def come_back(client: Client, address: str) -> Any:
    parts = urlsplit(address)
    assert parts.path == CALLBACK
    return client.get(f"{parts.path}?{parts.query}")


def sign_in_at(provider: str, client: Client, subject: str) -> Any:
    return come_back(client, authorise(client, subject))


def test_who_has_the_verified_address_comes_in(
    client: Client, site_admin: User, provider: str
) -> None:
    person(provider, "a1", email="Hong@Tinh.example", email_verified=True)
    assert sign_in_at(provider, client, "a1")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert SocialAccount.objects.get(uid="a1").user == site_admin
    assert User.objects.count() == 1


def test_afterwards_the_connection_counts_and_not_the_address(
    client: Client, site_admin: User, site_a: Department, provider: str
) -> None:
    person(provider, "a2", email="hong@tinh.example", email_verified=True)
    sign_in_at(provider, client, "a2")
    person(provider, "a2", email="married@tinh.example", email_verified=False)
    again = browser()
    sign_in_at(provider, again, "a2")
    assert is_signed_in(again)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "hong@tinh.example"},
        {"email": "hong@tinh.example", "email_verified": False},
        {"email": "hong@tinh.example", "email_verified": "false"},
        {"email": "hong@tinh.example", "email_verified": "true"},
        {"email": "nobody@tinh.example", "email_verified": True},
        {"email": "", "email_verified": True},
        {},
    ],
)
def test_nobody_else_does(
    client: Client, site_admin: User, provider: str, claims: dict[str, Any]
) -> None:
    person(provider, "b1", **claims)
    response = sign_in_at(provider, client, "b1")
    assert response["Location"] == LOGIN
    assert not is_signed_in(client)
    assert "hệ thống định danh đã xác minh" in client.get(LOGIN).text
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_a_suspended_account_stays_closed(
    client: Client, site_admin: User, site_a: Department, provider: str
) -> None:
    person(provider, "c1", email="hong@tinh.example", email_verified=True)
    sign_in_at(provider, client, "c1")
    site_admin.is_active = False
    site_admin.save()
    for subject in ("c1", person(provider, "c2", email="hong@tinh.example", email_verified=True)):
        other = browser()
        assert sign_in_at(provider, other, subject)["Location"] == LOGIN
        assert not is_signed_in(other)


def test_an_address_given_to_somebody_else_opens_nothing(
    client: Client, site_admin: User, site_a: Department, provider: str
) -> None:
    person(provider, "d1", email="hong@tinh.example", email_verified=True)
    sign_in_at(provider, client, "d1")
    person(provider, "d2", email="hong@tinh.example", email_verified=True)
    other = browser()
    sign_in_at(provider, other, "d2")
    assert not is_signed_in(other)


def test_an_address_of_two_accounts_opens_neither(
    client: Client, site_admin: User, provider: str
) -> None:
    User.objects.create_user("twin", "HONG@tinh.example")
    person(provider, "e1", email="hong@tinh.example", email_verified=True)
    sign_in_at(provider, client, "e1")
    assert not is_signed_in(client)


def test_the_second_factor_is_asked_for_all_the_same(
    client: Client, site_admin: User, provider: str
) -> None:
    add_app(site_admin)
    person(provider, "f1", email="hong@tinh.example", email_verified=True)
    assert sign_in_at(provider, client, "f1")["Location"] == "/admin/account/security/code/"
    assert not is_signed_in(client)
    client.post("/admin/account/security/code/", {"code": code()})
    assert is_signed_in(client)


@pytest.mark.usefixtures("_enforced")
def test_a_role_that_asks_for_one_gets_no_further(
    client: Client, site_admin: User, provider: str
) -> None:
    person(provider, "f2", email="hong@tinh.example", email_verified=True)
    sign_in_at(provider, client, "f2")
    assert client.get("/admin/")["Location"].startswith("/admin/account/security/")


def test_a_state_of_another_browser_is_refused(
    client: Client, site_admin: User, site_a: Department, provider: str
) -> None:
    person(provider, "g1", email="hong@tinh.example", email_verified=True)
    address = authorise(client, "g1")
    victim = browser()
    response = come_back(victim, address)
    assert response.status_code in (200, 401)
    assert "chưa xác nhận được bạn" in response.text
    assert not is_signed_in(victim)
    # Nor does a state that was changed on the way pass.
    state = parse_qs(urlsplit(address).query)["state"][0]
    come_back(client, address.replace(state, "x" * len(state)))
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_a_code_of_the_providers_is_not_guessed(
    client: Client, site_admin: User, provider: str
) -> None:
    person(provider, "g2", email="hong@tinh.example", email_verified=True)
    address = authorise(client, "g2")
    right = parse_qs(urlsplit(address).query)["code"][0]
    response = come_back(client, address.replace(right, "guessed"))
    assert "chưa xác nhận được bạn" in response.text
    assert not is_signed_in(client)


def test_the_flow_is_bound_to_the_browser_by_pkce(client: Client, site_a: Department) -> None:
    query = parse_qs(urlsplit(client.post(START)["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert set(query["scope"][0].split()) == {"openid", "profile", "email"}


def test_a_signed_in_user_connects_whatever_the_address(
    client: Client, site_a: Department, provider: str
) -> None:
    user = make_user((site_a, Role.REPORTER), username="an")
    sign_in(client, "an")
    person(provider, "h1", email="an.private@elsewhere.example", email_verified=False)
    come_back(client, authorise(client, "h1", "connect"))
    assert SocialAccount.objects.get(uid="h1").user == user
    other = browser()
    sign_in_at(provider, other, "h1")
    assert is_signed_in(other)
    # and disconnects.
    account = SocialAccount.objects.get()
    client.post("/admin/account/provider/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_the_login_page_has_the_button(client: Client, site_a: Department) -> None:
    page = client.get(LOGIN).text
    assert "Đăng nhập bằng Tỉnh ID" in page
    assert START in page


def test_nothing_begins_by_a_link(client: Client, site_a: Department) -> None:
    """A page elsewhere cannot make somebody's browser begin: it takes a form of ours."""
    assert client.get(START).status_code == 200
    strict = browser(enforce_csrf_checks=True)
    assert strict.post(START).status_code == 403


def test_without_a_provider_there_is_no_button(
    client: Client, site_a: Department, settings: Any
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "provider/" not in client.get(LOGIN).text
    assert client.post(START).status_code == 404


def test_half_a_configuration_stops_the_start(settings: Any) -> None:
    def ids() -> set[str | None]:
        return {message.id for message in run_checks(tags=["security"])}

    assert "sen.users.E002" not in ids()
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["secret"] = ""
    assert "sen.users.E002" in ids()
