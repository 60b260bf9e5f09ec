"""The second factor: whose role asks for it, and keeping out who has not shown one.

Nobody in such a role gets anything of the admin before a factor is set up, and
shown in this very session: the rule is asked at every request, so a session
that was made in another way, or before the role was granted, is no way round.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseForbidden
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from sites.models import RoleGroup
from sites.roles import Role

from .models import User
from .sessions import end_sessions

SUPERUSER = "superuser"
KNOWN_ROLES = frozenset({SUPERUSER, *Role.values})
# Recovery codes are none: they stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# What every page needs, and the ways out and in.
ALWAYS_OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "wagtailadmin_login",
        "wagtailadmin_logout",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_sprite",
    }
)
# For who has no factor: to set one up.
SETTING_UP = ALWAYS_OPEN | {
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_index",
}
# For who has one and has not shown it in this session: to show it.
SHOWING = ALWAYS_OPEN | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


def is_required(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether a role of ``user``, in whatever department, asks for a second factor."""
    asking = set(settings.SEN_SECOND_FACTOR_ROLES)
    if not asking or not user.is_authenticated:
        return False
    if SUPERUSER in asking and getattr(user, "is_superuser", False):
        return True
    # Not ``roles_of``: that is narrowed to the department one works for at the moment.
    return RoleGroup.objects.filter(group__user=user.pk, role__in=asking).exists()


def has_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether ``user`` has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def is_last_factor(authenticator: Authenticator) -> bool:
    """Whether no other factor is left once this one is removed."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
    return not others.exclude(pk=authenticator.pk).exists()


def remove_factors(user: User) -> int:
    """Take every factor and recovery code from who has lost them; their sessions end.

    Returns how many there were. Where the role asks for a factor, the next
    signing in begins with setting one up.
    """
    factors = Authenticator.objects.filter(user_id=user.pk)
    count = factors.count()
    factors.delete()
    end_sessions(user)
    return count


@receiver(authenticator_added)
def note_new_factor(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Setting a factor up shows it: the code or the key was just used."""
    if authenticator.type in FACTORS:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type)
        )


class SecondFactorMiddleware:
    """Let nobody into the admin whose role asks for a second factor that was not shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not request.path.startswith(self.prefix) or not is_required(request.user):
            return None
        if not has_factor(request.user):
            return self._keep_to(request, SETTING_UP, reverse("mfa_index"))
        if not _was_shown(request):
            return self._keep_to(request, SHOWING, _page_to_show_it(request))
        return None

    @staticmethod
    def _keep_to(
        request: HttpRequest, allowed: Collection[str], address: str
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        # The pages for this are without the admin's menu: nothing there can be opened yet.
        request.kept_out = True  # type: ignore[attr-defined]
        if match is not None and match.view_name in allowed:
            return None
        if not _is_navigation(request):
            return HttpResponseForbidden(
                _("Your role asks for a second factor. Set one up, or show it, first."),
                content_type="text/plain; charset=utf-8",
            )
        following = {"next": request.get_full_path()} if request.method == "GET" else {}
        return redirect(f"{address}?{urlencode(following)}" if following else address)


def _was_shown(request: HttpRequest) -> bool:
    user = request.user
    assert isinstance(user, User)  # noqa: S101
    return any(record["method"] == "mfa" for record in get_authentication_records(request, user))


def _page_to_show_it(request: HttpRequest) -> str:
    methods = get_adapter().get_reauthentication_methods(request.user)
    return next(
        (method["url"] for method in methods if method["id"].startswith("mfa_")),
        resolve_url("mfa_reauthenticate"),
    )


def _is_navigation(request: HttpRequest) -> bool:
    """Whether somebody's browser opens a page, and no script or program asks."""
    match = request.resolver_match
    return (
        request.headers.get("X-Requested-With") != "XMLHttpRequest"
        and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        and request.accepts("text/html")
        and not (match is not None and match.namespace.startswith("wagtailadmin_api"))
    )
