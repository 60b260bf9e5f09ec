"""The second factor: demanded at every door of the admin, and no way round."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from time_machine import travel

from cms.users import second_factor
from cms.users.models import User
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user

from .conftest import PASSWORD, add_app, browser, code, is_signed_in, sign_in

SETUP = "/admin/account/security/"
pytestmark = pytest.mark.usefixtures("_enforced")


def admin_paths() -> list[str]:
    """An address for every pattern below ``/admin/``, whatever stands in its place-holders."""

    def walk(patterns: Any, prefix: str) -> list[str]:
        found = []
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                found += walk(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern) and prefix.startswith("admin/"):
                found.append(prefix + str(pattern.pattern))
        return found

    paths = []
    for route in walk(get_resolver().url_patterns, ""):
        path = re.sub(r"<int:\w+>|\(\?P<\w+>\\d\+\)|\(\\d\+\)", "1", route)
        path = re.sub(r"<\w+:\w+>|<\w+>", "x", path)
        if not re.search(r"[\^$()\\*?]", path):
            paths.append("/" + path)
    return sorted(set(paths))


def test_every_page_of_the_admin_is_closed_without_a_factor(
    client: Client, site_admin: User
) -> None:
    """With a session that no login page made."""
    client.force_login(site_admin)
    paths = admin_paths()
    assert len(paths) > 150
    assert "/admin/pages/1/edit/" in paths
    opened = []
    for path in paths:
        for ask in (client.get, client.post):
            response = ask(path)
            if not is_signed_in(client):  # the ways out
                client.force_login(site_admin)
            elif response.status_code != 302 or not response["Location"].startswith(SETUP):
                opened.append(path)
    assert set(opened) == {
        "/admin/account/confirm/",
        "/admin/account/login/",
        "/admin/account/logout/",
        "/admin/account/security/",
        "/admin/account/security/app/add/",
        "/admin/account/security/passkeys/add/",
        "/admin/jsi18n/",
        "/admin/login/",
        "/admin/logout/",
        "/admin/sprite/",
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Requested-With": "XMLHttpRequest"},
        {"Accept": "application/json"},
        {"Sec-Fetch-Mode": "cors"},
    ],
)
def test_scripts_get_403(client: Client, site_admin: User, headers: dict[str, str]) -> None:
    client.force_login(site_admin)
    response = client.get("/admin/", headers=headers)
    assert response.status_code == 403
    assert "xác thực hai lớp" in response.text


def test_the_admins_api_gets_403(client: Client, site_admin: User) -> None:
    client.force_login(site_admin)
    assert client.get("/admin/api/main/pages/").status_code == 403


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.CHIEF])
def test_other_roles_need_none(client: Client, site_a: Department, role: Role) -> None:
    client.force_login(make_user((site_a, role)))
    assert client.get("/admin/").status_code == 200


def test_a_superuser_needs_one(client: Client, site_a: Department) -> None:
    client.force_login(User.objects.create_superuser("root"))
    assert client.get("/admin/")["Location"].startswith(SETUP)


def test_a_role_in_any_department_counts(
    client: Client, site_a: Department, site_b: Department
) -> None:
    client.force_login(make_user((site_a, Role.REPORTER), (site_b, Role.SITE_ADMIN)))
    assert client.get("/admin/")["Location"].startswith(SETUP)


def test_a_role_granted_during_a_session_asks_at_once(client: Client, site_a: Department) -> None:
    user = make_user((site_a, Role.REPORTER))
    client.force_login(user)
    assert client.get("/admin/").status_code == 200
    user.groups.add(site_a.role_groups.get(role=Role.SITE_ADMIN).group)
    assert client.get("/admin/")["Location"].startswith(SETUP)


def test_a_session_that_never_showed_the_factor_must_show_it(
    client: Client, site_admin: User
) -> None:
    """One that was there before, for example, while the factor was set up elsewhere."""
    add_app(site_admin)
    client.force_login(site_admin)
    response = client.get("/admin/reports/locked/")
    assert response["Location"].startswith("/admin/account/security/confirm/?next=")
    # Neither adding another factor nor reading the recovery codes is a way round.
    for path in ("", "app/add/", "passkeys/add/", "recovery-codes/", "recovery-codes/download/"):
        response = client.get(SETUP + path)
        assert response.status_code == 302, path
        assert response["Location"].startswith("/admin/account/security/confirm/"), path
    response = client.post(SETUP + "confirm/", {"code": code(), "next": "/admin/"})
    assert response["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_password_alone_signs_nobody_in_who_has_a_factor(
    client: Client, site_admin: User
) -> None:
    add_app(site_admin)
    assert sign_in(client, "hong.le")["Location"] == "/admin/account/security/code/"
    assert not is_signed_in(client)
    response = client.post("/admin/account/security/code/", {"code": code()})
    assert response["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_code_is_good_once(client: Client, site_admin: User, site_a: Department) -> None:
    add_app(site_admin)
    shown = code()
    sign_in(client, "hong.le")
    client.post("/admin/account/security/code/", {"code": shown})
    assert is_signed_in(client)
    other = browser()
    sign_in(other, "hong.le")
    other.post("/admin/account/security/code/", {"code": shown})
    assert not is_signed_in(other)


def test_a_recovery_code_stands_in_once(
    client: Client, site_admin: User, site_a: Department
) -> None:
    add_app(site_admin)
    codes = Authenticator.objects.get(user=site_admin, type="recovery_codes").wrap()
    spare = codes.get_unused_codes()[0]
    sign_in(client, "hong.le")
    client.post("/admin/account/security/code/", {"code": spare})
    assert client.get("/admin/").status_code == 200
    other = browser()
    sign_in(other, "hong.le")
    other.post("/admin/account/security/code/", {"code": spare})
    assert not is_signed_in(other)


def test_wrong_codes_lock_the_account(client: Client, site_admin: User, site_a: Department) -> None:
    add_app(site_admin)
    sign_in(client, "hong.le")
    for _ in range(5):
        response = client.post("/admin/account/security/code/", {"code": "000000"})
    assert response.status_code == 429
    # The right code does not open it now, nor does beginning again.
    response = client.post("/admin/account/security/code/", {"code": code()})
    assert response.status_code == 429
    assert not is_signed_in(client)
    assert sign_in(browser(), "hong.le").status_code == 429


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_setting_up_an_app_opens_the_admin(
    client: Client, site_admin: User, mailoutbox: Any
) -> None:
    assert sign_in(client, "hong.le", follow=True).status_code == 200
    page = client.get(SETUP + "app/add/")
    assert "data:image/svg+xml;base64," in page.text
    assert "wagtail-sidebar" not in page.text
    secret = page.context["form"].secret
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    right = totp.format_hotp_value(totp.hotp_value(secret, counter))
    response = client.post(SETUP + "app/add/", {"code": right})
    assert response["Location"] == SETUP + "recovery-codes/"
    assert len(client.get(response["Location"]).context["unused_codes"]) == 10
    assert client.get("/admin/").status_code == 200
    assert [mail.to for mail in mailoutbox] == [["hong@tinh.example"]]
    assert "ứng dụng xác thực" in mailoutbox[0].body


def fresh(client: Client, user: User) -> None:
    """Signed in with both factors, a moment ago."""
    sign_in(client, user.username)
    client.post("/admin/account/security/code/", {"code": code()})
    assert client.get("/admin/").status_code == 200


def test_the_last_factor_stays_while_the_role_asks_for_it(client: Client, site_admin: User) -> None:
    add_app(site_admin)
    fresh(client, site_admin)
    response = client.post(SETUP + "app/remove/")
    assert response.status_code == 200
    assert "thêm cách khác" in response.text
    assert second_factor.has_factor(site_admin)

    # With another one it goes, and then the other one stays.
    key = WebAuthn.add(site_admin, "Khóa", {}).instance
    assert client.post(SETUP + "app/remove/")["Location"] == SETUP
    response = client.post(f"{SETUP}passkeys/{key.pk}/remove/")
    assert response.status_code == 200
    assert "thêm cách khác" in response.text
    assert Authenticator.objects.get(user=site_admin, type="webauthn") == key


def test_a_reporter_may_remove_the_last_one(client: Client, site_a: Department) -> None:
    user = make_user((site_a, Role.REPORTER), username="an")
    add_app(user)
    fresh(client, user)
    assert client.post(SETUP + "app/remove/").status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()


def test_nobody_removes_the_passkey_of_another(
    client: Client, site_admin: User, site_a: Department
) -> None:
    other = make_user((site_a, Role.REPORTER))
    key = WebAuthn.add(other, "Khóa", {}).instance
    add_app(site_admin)
    fresh(client, site_admin)
    assert client.post(f"{SETUP}passkeys/{key.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_weighty_changes_ask_again_after_five_minutes(client: Client, site_a: Department) -> None:
    user = make_user((site_a, Role.REPORTER), username="an")
    with travel("2026-03-02 08:00 +0700", tick=False) as clock:
        sign_in(client, "an")
        assert client.get(SETUP + "app/add/").status_code == 200
        clock.shift(6 * 60)
        response = client.get(SETUP + "app/add/")
        assert response["Location"].startswith("/admin/account/confirm/?next=")
        client.post("/admin/account/confirm/", {"password": PASSWORD})
        assert client.get(SETUP + "app/add/").status_code == 200
    assert user.pk


def test_who_has_lost_everything_is_helped_by_the_operator(
    client: Client, site_admin: User
) -> None:
    add_app(site_admin)
    fresh(client, site_admin)
    out = StringIO()
    call_command("remove_second_factor", "HONG@tinh.example", stdout=out)
    assert "hong.le: 2 removed" in out.getvalue()
    assert not is_signed_in(browser())
    assert client.get("/admin/")["Location"].startswith("/admin/account/login/")
    sign_in(client, "hong.le")
    assert client.get("/admin/")["Location"].startswith(SETUP)


def test_a_record_of_another_account_proves_nothing(
    client: Client, site_admin: User, site_a: Department
) -> None:
    add_app(site_admin)
    client.force_login(site_admin)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": 1, "type": "totp"}]
    session.save()
    assert client.get("/admin/").status_code == 302


class TestSetting:
    """``SEN_SECOND_FACTOR_ROLES``."""

    def ids(self, **kwargs: Any) -> set[str | None]:
        return {message.id for message in run_checks(tags=["security"], **kwargs)}

    def test_an_unknown_role_stops_the_start(self, settings: Any) -> None:
        assert "sen.users.E001" not in self.ids()
        settings.SEN_SECOND_FACTOR_ROLES = ["superuser", "siteadmin"]
        found = [m for m in run_checks(tags=["security"]) if m.id == "sen.users.E001"]
        assert "siteadmin" in found[0].msg
        assert "site_admin" in str(found[0].hint)

    def test_nobody_at_all_is_a_warning_for_production(self, settings: Any) -> None:
        assert "sen.users.W001" not in self.ids(include_deployment_checks=True)
        settings.SEN_SECOND_FACTOR_ROLES = []
        assert "sen.users.W001" not in self.ids()
        assert "sen.users.W001" in self.ids(include_deployment_checks=True)

    def test_every_role_can_be_named(self) -> None:
        assert set(Role.values) < second_factor.KNOWN_ROLES


def test_the_public_site_is_as_ever(client: Client, site_admin: User, site_a: Department) -> None:
    client.force_login(site_admin)
    assert client.get("/", headers={"host": site_a.host}).status_code == 200
