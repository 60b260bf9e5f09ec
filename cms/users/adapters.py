"""Where allauth asks the project: no signing up, one e-mail address, one way in."""

from __future__ import annotations

import logging
import time
from typing import Any, NoReturn
from urllib.parse import urljoin

import requests
from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import second_factor
from .accounts import account_of_email
from .lockout import counted_address
from .models import User
from .provider_requests import guarded_session

logger = logging.getLogger(__name__)

WRONG = _("The user name, e-mail address or password is not right.")


def admin_url(path: str) -> str:
    """``path`` on the admin's own host: a mail must not lead where a request's header says."""
    return urljoin(settings.WAGTAILADMIN_BASE_URL, path)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; a person has the one address in ``User.email``."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return counted_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: axes counts wrong passwords, and a second counter would say other things."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in; nobody types a password twice in a row."""
        request = context.request
        records = get_authentication_records(request, request.user)
        if records:
            age = time.time() - records[-1]["at"]
            if age < account_settings.REAUTHENTICATION_TIMEOUT:
                return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, _("This account is suspended. Ask your site's administrator."))
        return redirect("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        address = reverse("account_reset_password_from_key", args=("UID", "KEY"))
        return admin_url(address.replace("UID-KEY", key))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def format_email_subject(self, subject: str) -> str:
        return f"[{settings.WAGTAIL_SITE_NAME}] {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send it, or say in the log that it did not go.

        What somebody did is done, and who asks for a new password is answered alike whether
        there is such an account or not.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:  # smtplib's errors are some
            logger.exception("a mail (%s) could not be sent", template_prefix)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        if email or user.email:
            super().send_notification_mail(template_prefix, user, context, email or user.email)


class MFAAdapter(DefaultMFAAdapter):
    """A role that asks for a factor keeps its last one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Your role asks for a second factor: add another one before you remove this one."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not (
            second_factor.is_required(authenticator.user)
            and second_factor.is_last_factor(authenticator)
        )

    def get_totp_issuer(self) -> str:
        return str(settings.WAGTAIL_SITE_NAME)

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The identity provider opens accounts that are there; it makes none."""

    def get_requests_session(self) -> requests.Session:
        """What allauth asks the provider with."""
        return guarded_session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Connect who comes for the first time to the account with the same verified address."""
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        account = next(
            (
                account
                for address in sociallogin.email_addresses
                # Nothing but the JSON value true: some providers send "false" as a text.
                if address.verified is True and (account := account_of_email(address.email))
            ),
            None,
        )
        provider = sociallogin.account.provider
        # An address that was given to somebody else at the provider opens nothing.
        if (
            account is None
            or SocialAccount.objects.filter(user=account, provider=provider).exists()
        ):
            self._refuse(request)
        sociallogin.connect(request, account)

    @staticmethod
    def _refuse(request: HttpRequest) -> NoReturn:
        messages.error(
            request,
            _(
                "No account here has the e-mail address that the identity provider has verified. "
                "Ask your site's administrator."
            ),
        )
        raise ImmediateHttpResponse(redirect("account_login"))
