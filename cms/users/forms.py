"""The forms of signing in; each of them counts a wrong answer, see ``lockout``."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from .accounts import account_of_email
from .lockout import refuse_if_locked


class LoginForm(account_forms.LoginForm):
    """User name or e-mail address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("User name or e-mail address")
        login.widget.attrs = {
            "id": "id_username",
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        password = self.fields["password"]
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)


class ResetPasswordForm(account_forms.ResetPasswordForm):
    """Mails a link to the one active account with the address, if it has a password to reset."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        account = account_of_email(email)
        self.users = [account] if account and account.has_usable_password() else []
        return email


class _WithoutPlaceholders(forms.Form):
    """Without texts inside the fields, which vanish as soon as one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ResetPasswordKeyForm(_WithoutPlaceholders, account_forms.ResetPasswordKeyForm):
    """The new password, twice."""


class ChangePasswordForm(_WithoutPlaceholders, account_forms.ChangePasswordForm):
    """The old password is checked where all are: guessing it on this page locks out too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        adapter = get_account_adapter()
        if not adapter.reauthenticate(self.user, password):
            raise adapter.validation_error("incorrect_password")
        return password


class PasswordConfirmationForm(_WithoutPlaceholders, account_forms.ReauthenticateForm):
    """The password once more, before something weighty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class _CountedCode(mfa_forms.BaseAuthenticateForm):
    """A code of the second factor, refused while the account is locked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "autofocus": True}

    def clean_code(self) -> str:
        refuse_if_locked(context.request, self.user)
        return str(super().clean_code())


class AuthenticateForm(_CountedCode, mfa_forms.AuthenticateForm):
    """The code at signing in."""


class CodeConfirmationForm(_CountedCode, mfa_forms.ReauthenticateForm):
    """A code once more, before something weighty."""


class ActivateAppForm(_WithoutPlaceholders, totp_forms.ActivateTOTPForm):
    """The first code of an app: that it shows one proves that it has the key."""


class RemovePasskeyForm(forms.Form):
    """No field: it refuses to remove the last factor of who needs one."""

    instance: Authenticator

    def clean(self) -> dict[str, Any] | None:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.instance):
            raise adapter.validation_error("cannot_delete_authenticator")
        return super().clean()


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A passkey with a name; unless unticked, it signs in without name and password too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        passwordless = self.fields["passwordless"]
        passwordless.initial = True
        passwordless.label = _("Sign in with this passkey alone")
        passwordless.help_text = _("Without user name and password. Some old keys cannot do it.")
