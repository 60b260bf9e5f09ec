"""Lock-out: who guesses is kept out for a while, whatever page they guess on.

django-axes counts. The count belongs to the account, not to what was typed, so
an e-mail address or another case of the letters is no second set of attempts;
and a wrong code counts like a wrong password.
"""

from __future__ import annotations

from typing import Any

from allauth.core.internal.httpkit import clean_client_ip
from allauth.mfa.signals import authentication_failed
from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sites.clients import client_address

from .accounts import find_account
from .models import User

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104  (nothing listens here)


class LockoutHandler(AxesDatabaseHandler):
    """Two limits: a strict one for a name from one address, a looser one for the name alone.

    The second stops a guesser with many addresses; it is looser because it can
    be used to keep somebody out.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        failures: int = super().get_failures(request, credentials)
        name = get_client_username(request, credentials)
        attempts = AccessAttempt.objects.filter(
            username=name, attempt_time__gte=get_cool_off_threshold(request)
        )
        total = attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0
        if total >= settings.SEN_LOCKOUT_FAILURES_PER_NAME:
            return max(failures, settings.AXES_FAILURE_LIMIT)
        return failures


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name that attempts are counted under: the account's own, or what was typed."""
    given = credentials or {}
    login = str(given.get("username") or given.get("email") or "")
    account = find_account(login)
    return account.username if account else login.strip().casefold()[:255]


def counted_address(request: HttpRequest) -> str:
    """The client's address in a form that the database takes, whatever a proxy wrote."""
    return clean_client_ip(client_address(request)) or UNKNOWN_ADDRESS


def refuse_if_locked(request: HttpRequest, user: User) -> None:
    """For a page that checks something other than a password. Raises ``ValidationError``."""
    if not AxesProxyHandler.is_allowed(request, {"username": user.username}):
        request.axes_locked_out = True  # type: ignore[attr-defined]
        raise ValidationError(_("Too many attempts failed."))


@receiver(authentication_failed)
def count_wrong_code(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A wrong code of the second factor counts like a wrong password."""
    user_login_failed.send(sender=User, credentials={"username": user.username}, request=request)


def locked_out(request: HttpRequest, *args: Any) -> HttpResponse:
    """The page that says for how long, and whom to ask; the same for a name that nobody has."""
    minutes = int(get_cool_off(request).total_seconds() // 60)
    return render(request, "users/locked_out.html", {"minutes": minutes}, status=429)
