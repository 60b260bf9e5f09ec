"""Signing in, step by step, as a browser does it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import SESSION_KEY
from django.test import Client

from cms.users.models import User
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user

LOGIN = "/admin/account/login/"
PASSWORD = "secret"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def client(site_a: Department) -> Client:
    """A browser on the admin's host, where a site is open."""
    return browser()


def browser(**kwargs: Any) -> Client:
    """Another browser."""
    return Client(headers={"host": "localhost"}, **kwargs)


@pytest.fixture
def site_admin(site_a: Department) -> User:
    """A site administrator with an e-mail address, and without a second factor."""
    return make_user((site_a, Role.SITE_ADMIN), username="hong.le", email="hong@tinh.example")


@pytest.fixture
def _enforced(settings: Any) -> None:
    """The rule as a production server has it."""
    settings.SEN_SECOND_FACTOR_ROLES = ["superuser", "site_admin"]


def sign_in(client: Client, login: str, password: str = PASSWORD, **extra: Any) -> Any:
    """Post the form of the login page."""
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def add_app(user: User) -> Authenticator:
    """An authenticator app whose secret the test knows, and recovery codes."""
    instance: Authenticator = totp.TOTP.activate(user, SECRET).instance
    RecoveryCodes.activate(user)
    return instance


def code() -> str:
    """What the app shows now."""
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(SECRET, counter))


def links(text: str) -> list[str]:
    return re.findall(r"https?://\S+", text)
