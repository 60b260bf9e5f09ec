"""Two departments, each with its administrator."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from cms.users.models import User
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, staff_client


@pytest.fixture
def admin_a(site_a: Department) -> User:
    return make_user((site_a, Role.SITE_ADMIN), first_name="Mai", last_name="Trần Thị")


@pytest.fixture
def admin_b(site_b: Department) -> User:
    return make_user((site_b, Role.SITE_ADMIN))


@pytest.fixture
def at_a(admin_a: User, site_a: Department) -> Client:
    """The browser of the administrator of A."""
    return staff_client(admin_a, site_a)


@pytest.fixture
def superuser(db: Any) -> User:
    return make_user(is_superuser=True, first_name="Khôi", last_name="Mạc Đình")


@pytest.fixture
def invited(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[User]]:
    """Those to whom an invitation for a new account was mailed."""
    mailed: list[User] = []
    module = ModuleType("cms.users.invitations")
    module.invite = mailed.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cms.users.invitations", module)
    return mailed


@pytest.fixture
def said() -> Callable[[Any], list[str]]:
    """The messages that a response shows or left for the next one."""

    def of(response: Any) -> list[str]:
        return [str(message) for message in get_messages(response.wsgi_request)]

    return of
