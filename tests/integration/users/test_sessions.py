"""Sessions are seen and ended; passwords are reset and first set by mail."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from time_machine import travel

from cms.users.devices import describe
from cms.users.invitations import InvitationError, invite
from cms.users.models import User
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user

from .conftest import PASSWORD, browser, is_signed_in, links, sign_in

NEW = "mot-mat-khau-moi-1"
SESSIONS = "/admin/account/sessions/"
RESET = "/admin/account/password/reset/"


def works(client: Client) -> bool:
    """Whether the session still opens the admin."""
    return client.get("/admin/").status_code == 200


@pytest.fixture
def elsewhere(site_a: Department, site_admin: User) -> Client:
    """The same person in another browser."""
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/140.0"
    other = browser(REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT=agent)
    sign_in(other, "hong.le")
    return other


class TestList:
    def test_it_names_device_and_address(self, client: Client, elsewhere: Client) -> None:
        sign_in(client, "hong.le")
        page = client.get(SESSIONS).text
        assert "Firefox, Windows" in page
        assert "203.0.113.7" in page
        assert page.count("Phiên này") == 1

    def test_one_is_ended(self, client: Client, elsewhere: Client) -> None:
        sign_in(client, "hong.le")
        assert works(elsewhere)
        session = UserSession.objects.get(ip="203.0.113.7")
        assert client.get(f"{SESSIONS}{session.pk}/end/").status_code == 405
        client.post(f"{SESSIONS}{session.pk}/end/")
        assert not works(elsewhere)
        assert works(client)

    def test_all_others_are_ended(
        self, client: Client, elsewhere: Client, site_a: Department
    ) -> None:
        third = browser()
        for one in (third, client):
            sign_in(one, "hong.le")
        client.post(SESSIONS)
        assert [works(one) for one in (elsewhere, third, client)] == [False, False, True]

    def test_nobody_ends_the_session_of_another(
        self, client: Client, elsewhere: Client, site_a: Department
    ) -> None:
        client.force_login(make_user((site_a, Role.SITE_ADMIN)))
        session = UserSession.objects.get(ip="203.0.113.7")
        assert client.post(f"{SESSIONS}{session.pk}/end/").status_code == 404
        client.post(SESSIONS)
        assert works(elsewhere)

    def test_the_last_use_is_noted_once_a_minute(
        self, client: Client, site_admin: User, django_assert_max_num_queries: Any
    ) -> None:
        with travel("2026-03-02 08:00 +0700", tick=False) as clock:
            client.force_login(site_admin)
            assert not UserSession.objects.exists()
            client.get(SESSIONS)
            first = UserSession.objects.get().last_seen_at
            clock.shift(30)
            client.get(SESSIONS)
            assert UserSession.objects.get().last_seen_at == first

    def test_devices_have_names(self) -> None:
        chrome = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537"
        assert describe(chrome) == "Chrome, Android"
        assert describe(chrome + " Edg/130") == "Edge, Android"
        assert describe("curl/8") == "curl/8"


class TestPasswordChange:
    def change(self, client: Client) -> Any:
        data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        return client.post("/admin/account/password/", data)

    def test_it_ends_the_other_sessions(
        self, client: Client, elsewhere: Client, mailoutbox: Any
    ) -> None:
        sign_in(client, "hong.le")
        assert self.change(client).status_code == 302
        assert works(client)
        assert not works(elsewhere)
        assert "Mật khẩu của bạn đã được đổi." in mailoutbox[0].body

    def test_a_weak_password_is_refused(self, client: Client, site_admin: User) -> None:
        sign_in(client, "hong.le")
        data = {"oldpassword": PASSWORD, "password1": "12345678", "password2": "12345678"}
        assert client.post("/admin/account/password/", data).status_code == 200
        site_admin.refresh_from_db()
        assert site_admin.check_password(PASSWORD)


def test_suspension_ends_all_sessions_for_good(elsewhere: Client, site_admin: User) -> None:
    assert works(elsewhere)
    site_admin.is_active = False
    site_admin.save()
    assert not works(elsewhere)
    assert not Session.objects.exists()
    site_admin.is_active = True
    site_admin.save()
    assert not works(elsewhere)


class TestReset:
    def ask(self, client: Client, email: str) -> Any:
        return client.post(RESET, {"email": email}, follow=True)

    def test_the_answer_is_the_same_for_an_unknown_address(
        self, client: Client, site_admin: User, mailoutbox: Any
    ) -> None:
        unknown = self.ask(client, "nobody@tinh.example")
        assert mailoutbox == []
        known = self.ask(client, "Hong@tinh.example")
        assert len(mailoutbox) == 1
        assert known.redirect_chain == unknown.redirect_chain
        without_token = [re.sub(r"[A-Za-z0-9]{64}", "", page.text) for page in (known, unknown)]
        assert without_token[0] == without_token[1]

    def test_the_link_leads_to_the_admins_own_host(
        self, client: Client, site_admin: User, mailoutbox: Any, settings: Any
    ) -> None:
        settings.WAGTAILADMIN_BASE_URL = "https://quantri.tinh.example"
        self.ask(client, "hong@tinh.example")
        (link,) = links(mailoutbox[0].body)
        assert link.startswith("https://quantri.tinh.example/admin/account/password/reset/")
        assert "Kính gửi" in mailoutbox[0].body
        assert mailoutbox[0].to == ["hong@tinh.example"]

    def test_it_sets_a_new_password_once_and_ends_all_sessions(
        self, client: Client, elsewhere: Client, mailoutbox: Any
    ) -> None:
        self.ask(client, "hong@tinh.example")
        path = links(mailoutbox[0].body)[0].partition("8000")[2]
        form = client.get(path)["Location"]
        assert path != form  # the token is not in the address of the form
        response = client.post(form, {"password1": NEW, "password2": NEW}, follow=True)
        assert response.status_code == 200
        assert not is_signed_in(client)
        assert not works(elsewhere)
        assert "không còn hiệu lực" in client.get(path).text
        assert sign_in(client, "hong.le", NEW).status_code == 302

    @pytest.mark.usefixtures("_enforced")
    def test_it_is_no_way_round_the_second_factor(
        self, client: Client, site_admin: User, mailoutbox: Any
    ) -> None:
        self.ask(client, "hong@tinh.example")
        form = client.get(links(mailoutbox[0].body)[0].partition("8000")[2])["Location"]
        client.post(form, {"password1": NEW, "password2": NEW})
        sign_in(client, "hong.le", NEW)
        assert client.get("/admin/")["Location"].startswith("/admin/account/security/")

    def test_the_link_ends_after_an_hour(
        self, client: Client, site_admin: User, mailoutbox: Any
    ) -> None:
        with travel("2026-03-02 08:00 +0700", tick=False) as clock:
            self.ask(client, "hong@tinh.example")
            clock.shift(3601)
            assert client.get(links(mailoutbox[0].body)[0].partition("8000")[2]).status_code == 200

    @pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!"}])
    def test_nothing_is_mailed_where_nothing_can_be_reset(
        self, client: Client, site_admin: User, mailoutbox: Any, change: dict[str, Any]
    ) -> None:
        User.objects.filter(pk=site_admin.pk).update(**change)
        self.ask(client, "hong@tinh.example")
        assert mailoutbox == []

    def test_a_mail_server_that_is_down_is_no_answer_to_who_asks(
        self, client: Client, site_admin: User, settings: Any
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        known, unknown = (
            self.ask(client, email) for email in ("hong@tinh.example", "khong-co@tinh.example")
        )
        assert (known.status_code, known.redirect_chain) == (200, unknown.redirect_chain)


class TestInvitation:
    @pytest.fixture
    def newcomer(self, site_a: Department) -> User:
        user = make_user((site_a, Role.REPORTER), username="moi", email="moi@tinh.example")
        user.set_unusable_password()
        user.save()
        return user

    def link(self, mailoutbox: Any) -> str:
        (link,) = links(mailoutbox[-1].body)
        path: str = link.partition("localhost:8000")[2]
        return path

    def set_password(self, client: Client, path: str) -> Any:
        form = client.get(path)
        if form.status_code != 302:
            return form
        data = {"new_password1": NEW, "new_password2": NEW}
        return client.post(form["Location"], data, follow=True)

    def test_the_link_sets_the_first_password_once(
        self, client: Client, newcomer: User, mailoutbox: Any
    ) -> None:
        assert invite(newcomer) is None  # type: ignore[func-returns-value]
        assert mailoutbox[0].to == ["moi@tinh.example"]
        assert "moi" in mailoutbox[0].body
        path = self.link(mailoutbox)
        response = self.set_password(client, path)
        assert "Đã đặt mật khẩu" in response.text
        assert not is_signed_in(client)
        assert sign_in(client, "moi", NEW).status_code == 302
        assert "không còn hiệu lực" in client.get(path).text

    def test_it_is_valid_for_three_days(
        self, client: Client, newcomer: User, mailoutbox: Any
    ) -> None:
        with travel("2026-03-02 08:00 +0700", tick=False) as clock:
            invite(newcomer)
            path = self.link(mailoutbox)
            clock.shift(3 * 86400 - 60)
            assert client.get(path).status_code == 302
            clock.shift(120)
            assert "không còn hiệu lực" in client.get(path).text

    def test_it_may_be_sent_again(self, client: Client, newcomer: User, mailoutbox: Any) -> None:
        invite(newcomer)
        invite(newcomer)
        assert "Đã đặt mật khẩu" in self.set_password(client, self.link(mailoutbox)).text

    def test_a_link_that_went_to_a_wrong_address_dies_with_it(
        self, client: Client, newcomer: User, mailoutbox: Any
    ) -> None:
        invite(newcomer)
        User.objects.filter(pk=newcomer.pk).update(email="dung@tinh.example")
        assert "không còn hiệu lực" in client.get(self.link(mailoutbox)).text

    def test_the_link_opens_no_other_account(
        self, client: Client, newcomer: User, site_admin: User, mailoutbox: Any
    ) -> None:
        from django.utils.http import urlsafe_base64_encode

        invite(newcomer)
        mine, theirs = (urlsafe_base64_encode(str(u.pk).encode()) for u in (newcomer, site_admin))
        path = self.link(mailoutbox).replace(f"/{mine}/", f"/{theirs}/")
        assert "không còn hiệu lực" in client.get(path).text

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"is_active": False}, "tạm khóa"),
            ({"email": ""}, "chưa có thư điện tử"),
            ({"password": "md5$x$y"}, "đã có mật khẩu"),
        ],
    )
    def test_it_says_why_somebody_cannot_be_invited(
        self, newcomer: User, change: dict[str, Any], words: str, mailoutbox: Any
    ) -> None:
        for name, value in change.items():
            setattr(newcomer, name, value)
        with pytest.raises(InvitationError, match=words):
            invite(newcomer)
        assert mailoutbox == []

    def test_a_mail_server_that_is_down_is_named(self, newcomer: User, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        with pytest.raises(InvitationError, match="Không gửi được thư"):
            invite(newcomer)
