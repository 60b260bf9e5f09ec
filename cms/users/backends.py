"""Checking a password: the one place, whichever page asks."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from .accounts import find_account
from .models import User


class AccountBackend(ModelBackend):
    """Signs in by user name or e-mail address; a suspended account is as unknown as none."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not password:
            return None
        account = find_account(username or email or "")
        if account is None:
            # Takes as long as checking a password does: time tells nobody which names exist.
            User().set_password(password)
            return None
        if account.check_password(password) and self.user_can_authenticate(account):
            return account
        return None
