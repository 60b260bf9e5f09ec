"""The way from Wagtail's account page to ours, and our addresses' place in the gate."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from sites.isolation.gate import SHARED, let_in

# Everybody's own account, whatever department: each view looks up the user's own rows.
let_in(
    [
        *("account_login", "account_logout", "account_reauthenticate"),
        *("account_change_password", "account_set_password"),
        *("account_reset_password", "account_reset_password_done"),
        "account_reset_password_from_key_done",
        *("mfa_index", "mfa_authenticate", "mfa_reauthenticate"),
        *("mfa_activate_totp", "mfa_deactivate_totp"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
        *("mfa_list_webauthn", "mfa_add_webauthn", "mfa_login_webauthn"),
        "mfa_reauthenticate_webauthn",
        "usersessions_list",
        *(
            "socialaccount_connections",
            "socialaccount_login_cancelled",
            "socialaccount_login_error",
        ),
    ]
)
let_in(["mfa_edit_webauthn", "mfa_remove_webauthn", "users_end_session"], ids={"pk": SHARED})
let_in(["openid_connect_login", "openid_connect_callback"], ids={"provider_id": SHARED})
let_in(["account_reset_password_from_key"], ids={"uidb36": SHARED, "key": SHARED})
let_in(["users_invitation"], ids={"uidb64": SHARED, "token": SHARED})


@hooks.register("register_account_menu_item")
def security_page(request: HttpRequest) -> dict[str, str]:
    """Second factor, sessions, password."""
    return {
        "url": reverse("mfa_index"),
        "label": _("Security"),
        "help_text": _("Second factor, sessions and password."),
    }
