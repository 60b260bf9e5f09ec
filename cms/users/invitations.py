"""Inviting a new person: a link by mail with which they set their first password.

A site administrator makes the account, without a password that could be used,
and never learns one.
"""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.core.signing import BadSignature, TimestampSigner
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from .adapters import admin_url
from .models import User

VALID_FOR = timedelta(days=3)
SALT = "cms.users.invitations"


class InvitationError(Exception):
    """Why somebody cannot be invited, in words for who invites."""


class InvitationTokens:
    """Tokens that hold for three days, for as long as the account has no password.

    The interface is that of Django's ``PasswordResetTokenGenerator``, whose
    period is one for all.
    """

    def __init__(self) -> None:
        self.signer = TimestampSigner(salt=SALT)

    def make_token(self, user: User) -> str:
        return self.signer.sign(self._state(user))

    def check_token(self, user: User | None, token: str | None) -> bool:
        if user is None or not token or not user.is_active or user.has_usable_password():
            return False
        try:
            state = self.signer.unsign(token, max_age=VALID_FOR)
        except BadSignature:
            return False
        return constant_time_compare(state, self._state(user))

    @staticmethod
    def _state(user: User) -> str:
        """Changes with the password and with the address that the link was sent to."""
        return salted_hmac(SALT, f"{user.pk}|{user.password}|{user.email}").hexdigest()[:40]


tokens = InvitationTokens()


def invite(user: User) -> None:
    """Mail ``user`` a link for setting a first password; valid three days, usable once.

    May be sent again. Raises ``InvitationError`` where the account is
    suspended, has no e-mail address or has a password already, and where the
    mail cannot be sent.
    """
    if not user.is_active:
        raise InvitationError(_("This account is suspended."))
    if not user.email:
        raise InvitationError(_("This account has no e-mail address."))
    if user.has_usable_password():
        raise InvitationError(_("This account has a password already."))
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    link = admin_url(reverse("users_invitation", args=(uid, tokens.make_token(user))))
    details = {"user": user, "link": link, "days": VALID_FOR.days}
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string("users/mail/invitation_subject.txt", details).strip()
        body = render_to_string("users/mail/invitation.txt", details)
    try:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email])
    except (OSError, SMTPException) as error:
        raise InvitationError(
            _("The mail could not be sent: %(error)s") % {"error": error}
        ) from error
