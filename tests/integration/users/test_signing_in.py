"""Signing in with a password: by name or address, one page, one answer to whoever is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.contrib.auth.hashers import get_hasher
from django.core.management import call_command
from django.test import Client
from time_machine import travel
from wagtail.users.models import UserProfile

from cms.users.models import User
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user

from .conftest import LOGIN, PASSWORD, browser, is_signed_in, sign_in

WRONG = "Tên đăng nhập, thư điện tử hoặc mật khẩu không đúng."


@pytest.mark.parametrize("login", ["hong.le", "HONG.le", "hong@tinh.example", "Hong@Tinh.example"])
def test_name_and_address_sign_in(client: Client, site_admin: User, login: str) -> None:
    response = sign_in(client, login)
    assert response.status_code == 302
    assert response["Location"] == "/admin/"
    assert is_signed_in(client)
    assert client.get("/admin/").status_code == 200


def test_an_address_that_two_share_signs_nobody_in(client: Client, site_admin: User) -> None:
    User.objects.create_user("other", "hong@tinh.example", PASSWORD)
    sign_in(client, "hong@tinh.example")
    assert not is_signed_in(client)
    sign_in(client, "hong.le")
    assert is_signed_in(client)


def test_the_answer_is_the_same_for_whoever_is_wrong(client: Client, site_admin: User) -> None:
    User.objects.create_user("gone", "gone@tinh.example", PASSWORD, is_active=False)
    answers = [
        sign_in(client, "hong.le", "wrong"),
        sign_in(client, "hong@tinh.example", "wrong"),
        sign_in(client, "nobody", "wrong"),
        sign_in(client, "nobody@tinh.example", "wrong"),
        sign_in(client, "gone", PASSWORD),
        sign_in(client, "gone@tinh.example", PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.context["form"].non_field_errors() for answer in answers] == [[WRONG]] * 6


@pytest.mark.parametrize(
    "login", ["hong.le", "hong@tinh.example", "nobody", "gone", "no@x.example"]
)
def test_whoever_is_wrong_waits_for_one_hash(
    client: Client, site_admin: User, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes the time of a sign-in is the hash; so time tells nobody which names exist."""
    User.objects.create_user("gone", "gone@tinh.example", PASSWORD, is_active=False)
    hasher = type(get_hasher())
    hashed, encode = [], hasher.encode

    def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        hashed.append(login)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(hasher, "encode", counted)
    sign_in(client, login, "wrong")
    assert len(hashed) == 1


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/admin/login/?next=/admin/pages/", f"{LOGIN}?next=/admin/pages/"),
        ("/_util/login/?next=/x/", f"{LOGIN}?next=/x/"),
        ("/admin/password_reset/", "/admin/account/password/reset/"),
        ("/admin/password_reset/confirm/MQ/abc-def/", "/admin/account/password/reset/"),
        ("/admin/pages/", f"{LOGIN}?next=/admin/pages/"),
    ],
)
def test_wagtails_ways_in_lead_to_ours(client: Client, path: str, target: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"] == target


@pytest.mark.parametrize("path", ["/admin/login/", "/_util/login/"])
def test_wagtails_login_takes_no_password(client: Client, site_admin: User, path: str) -> None:
    client.post(path, {"username": "hong.le", "password": PASSWORD})
    assert not is_signed_in(client)


def test_wagtails_logout_signs_out_by_post_only(client: Client, site_admin: User) -> None:
    sign_in(client, "hong.le")
    client.get("/admin/logout/")
    assert is_signed_in(client)
    assert client.post("/admin/logout/")["Location"] == LOGIN
    assert not is_signed_in(client)


def test_nobody_signs_up(client: Client) -> None:
    for path in ("signup/", "email/", "login/code/", "provider/signup/"):
        response = client.get(f"/admin/account/{path}", follow=True)
        assert response.redirect_chain[-1][0].startswith(LOGIN), path


def test_next_leads_to_this_host_only(client: Client, site_admin: User) -> None:
    sign_in_to = lambda target: client.post(  # noqa: E731
        LOGIN, {"login": "hong.le", "password": PASSWORD, "next": target}
    )
    assert sign_in_to("https://elsewhere.example/")["Location"] == "/admin/"
    client.logout()
    assert sign_in_to("/admin/reports/")["Location"] == "/admin/reports/"


def test_who_has_no_role_is_told_so_and_not_sent_round(client: Client) -> None:
    make_user(username="stranger")
    assert sign_in(client, "stranger", follow=True).status_code == 403


def test_an_office_without_access_is_no_endless_way(client: Client, site_a: Department) -> None:
    make_user((site_a, Role.REPORTER), username="stranger")
    site_a.role_groups.get(role=Role.REPORTER).group.permissions.clear()
    response = sign_in(client, "stranger", follow=True)
    assert response.status_code == 403
    assert "chưa có vai trò" in response.text


def test_the_wagtail_account_page_changes_neither_password_nor_address(
    client: Client, site_admin: User
) -> None:
    client.force_login(site_admin)
    page = client.get("/admin/account/")
    assert "/admin/account/security/" in page.text
    assert 'name="password-' not in page.text
    assert 'name="name_email-email"' not in page.text
    data = {"password-new_password1": "x", "password-new_password2": "x"}
    client.post("/admin/account/", {**data, "name_email-email": "thief@elsewhere.example"})
    site_admin.refresh_from_db()
    assert site_admin.check_password(PASSWORD)
    assert site_admin.email == "hong@tinh.example"


def test_cookies_belong_to_the_host(client: Client, site_admin: User) -> None:
    client.get(LOGIN)
    sign_in(client, "hong.le")
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["domain"] == ""
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_allauths_table_of_addresses_stays_empty(client: Client, site_admin: User) -> None:
    sign_in(client, "hong@tinh.example")
    client.post("/admin/account/password/reset/", {"email": "hong@tinh.example"})
    assert not EmailAddress.objects.exists()


class TestLockout:
    """Five failures for a name from one address, twenty from all: a quarter of an hour."""

    def fail(self, client: Client, login: str, times: int, **extra: Any) -> Any:
        for _ in range(times):
            response = sign_in(client, login, "wrong", **extra)
        return response

    def test_the_fifth_failure_locks(self, client: Client, site_admin: User) -> None:
        assert self.fail(client, "hong.le", 4).status_code == 200
        locked = self.fail(client, "hong.le", 1)
        assert locked.status_code == 429
        assert "15 phút" in locked.text
        assert "quản trị trang" in locked.text
        assert sign_in(client, "hong.le").status_code == 429
        assert not is_signed_in(client)

    def test_it_ends_after_a_quarter_of_an_hour(self, client: Client, site_admin: User) -> None:
        with travel("2026-03-02 08:00 +0700", tick=False) as clock:
            self.fail(client, "hong.le", 5)
            clock.shift(14 * 60)
            # Trying on does not make it longer.
            assert sign_in(client, "hong.le").status_code == 429
            clock.shift(2 * 60)
            assert sign_in(client, "hong.le").status_code == 302

    def test_a_name_that_nobody_has_locks_alike(self, client: Client, site_a: Department) -> None:
        assert self.fail(client, "nobody", 4).status_code == 200
        assert self.fail(client, "nobody", 1).status_code == 429

    @pytest.mark.parametrize("login", ["HONG.LE", "hong@tinh.example", "Hong@TINH.example"])
    def test_no_other_spelling_is_a_second_chance(
        self, client: Client, site_admin: User, login: str
    ) -> None:
        self.fail(client, "hong.le", 5)
        assert sign_in(client, login).status_code == 429
        assert not is_signed_in(client)

    def test_spellings_count_together(self, client: Client, site_admin: User) -> None:
        self.fail(client, "hong.le", 2)
        self.fail(client, "HONG.LE", 2)
        assert self.fail(client, "hong@tinh.example", 1).status_code == 429

    def test_another_address_is_not_locked(self, client: Client, site_admin: User) -> None:
        self.fail(client, "hong.le", 5, REMOTE_ADDR="10.0.0.1")
        assert sign_in(client, "hong.le", REMOTE_ADDR="10.0.0.2").status_code == 302

    def test_twenty_failures_lock_the_name_everywhere(
        self, client: Client, site_admin: User
    ) -> None:
        for number in range(5):
            self.fail(client, "hong.le", 4, REMOTE_ADDR=f"10.0.0.{number}")
        assert sign_in(client, "hong.le", REMOTE_ADDR="10.0.1.1").status_code == 429
        assert AccessAttempt.objects.count() == 5

    def test_the_address_is_what_the_trusted_proxy_saw(
        self, client: Client, site_admin: User, settings: Any
    ) -> None:
        settings.TRUSTED_PROXY_COUNT = 1
        for number in range(5):
            forged = {"HTTP_X_FORWARDED_FOR": f"1.1.1.{number}, 203.0.113.9"}
            response = self.fail(client, "hong.le", 1, **forged)
        assert response.status_code == 429
        assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"203.0.113.9"}

    def test_a_senseless_address_is_no_error(
        self, client: Client, site_admin: User, settings: Any
    ) -> None:
        settings.TRUSTED_PROXY_COUNT = 1
        assert self.fail(client, "x", 1, HTTP_X_FORWARDED_FOR="_hidden").status_code == 200
        forwarded = {"HTTP_X_FORWARDED_FOR": "_hidden"}
        assert sign_in(client, "hong.le", **forwarded).status_code == 302

    def test_signing_in_forgets_the_failures(self, client: Client, site_admin: User) -> None:
        self.fail(client, "hong.le", 4)
        sign_in(client, "hong.le")
        client.logout()
        assert self.fail(client, "hong.le", 1).status_code == 200

    @pytest.mark.parametrize(
        ("path", "field"),
        [("/admin/account/confirm/", "password"), ("/admin/account/password/", "oldpassword")],
    )
    def test_pages_behind_signing_in_count_too(
        self, client: Client, site_admin: User, path: str, field: str
    ) -> None:
        client.force_login(site_admin)
        new = {"password1": "mot-mat-khau-moi-1", "password2": "mot-mat-khau-moi-1"}
        for _ in range(5):
            response = client.post(path, {field: "wrong", **new})
        assert response.status_code == 429
        assert client.post(path, {field: PASSWORD, **new}).status_code == 429
        assert sign_in(browser(), "hong.le").status_code == 429
        kept = AccessAttempt.objects.get().post_data
        assert "wrong" not in kept
        assert "mat-khau-moi" not in kept

    def test_the_command_unlocks(self, client: Client, site_admin: User) -> None:
        self.fail(client, "Hong.Le", 5)
        call_command("axes_reset_username", "hong.le")
        assert sign_in(client, "hong.le").status_code == 302


def test_roles_are_asked_by_the_admin_alone(client: Client, site_a: Department) -> None:
    """A reporter signs in without anything more, even where the rule is on for others."""
    make_user((site_a, Role.REPORTER), username="an")
    assert sign_in(client, "an", follow=True).status_code == 200


def test_the_pages_speak_the_language_of_their_user(client: Client, site_admin: User) -> None:
    UserProfile.objects.create(user=site_admin, preferred_language="en")
    sign_in(client, "hong.le")
    response = client.get("/admin/account/security/")
    assert "Authenticator app" in response.text
    assert "no-store" in response["Cache-Control"]
