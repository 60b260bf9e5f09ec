"""The addresses below ``/admin/account/``: those of allauth that Sen has a use for, and ours.

allauth's own list has signing up and adding e-mail addresses, which here are
nobody's to do.
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as provider
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from wagtail.admin.localization import get_localized_response
from wagtail.utils.urlpatterns import decorate_urlpatterns

from . import views
from .provider_requests import telling


def in_own_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have ``view`` speak the language that its user has chosen, as Wagtail's own views do."""

    def localised(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response: HttpResponse = get_localized_response(view, request, *args, **kwargs)
        return response

    return never_cache(localised)


second_factor = [
    path("", mfa.index, name="mfa_index"),
    path("code/", mfa.authenticate, name="mfa_authenticate"),
    path("confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "recovery-codes/download/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/confirm/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/sign-in/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "passkeys/<int:pk>/remove/", views.RemovePasskeyView.as_view(), name="mfa_remove_webauthn"
    ),
]

password = [
    path("", account.password_change, name="account_change_password"),
    # Who has none signs in through the identity provider, and needs none.
    path("set/", RedirectView.as_view(pattern_name="mfa_index"), name="account_set_password"),
    path("reset/", account.password_reset, name="account_reset_password"),
    path("reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", include(password)),
    path("security/", include(second_factor)),
    path("sessions/", views.SessionsView.as_view(), name="usersessions_list"),
    path("sessions/<int:pk>/end/", views.end_session, name="users_end_session"),
    path("invitation/<uidb64>/<token>/", views.InvitationView.as_view(), name="users_invitation"),
    path("provider/", provider.connections, name="socialaccount_connections"),
    path("provider/cancelled/", provider.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/failed/", provider.login_error, name="socialaccount_login_error"),
    path(
        "provider/<str:provider_id>/login/",
        telling(openid_connect.login),
        name="openid_connect_login",
    ),
    path(
        "provider/<str:provider_id>/login/callback/",
        telling(openid_connect.callback),
        name="openid_connect_callback",
    ),
]

urlpatterns = decorate_urlpatterns(urlpatterns, in_own_language)

# Wagtail's own ways in, below /admin/ and on every public site: each of them would ask for a
# password and nothing more.
replaced = [
    path(
        "admin/login/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="wagtailadmin_login",
    ),
    path("admin/logout/", account.logout, name="wagtailadmin_logout"),
    re_path(
        r"^admin/password_reset/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="wagtailadmin_password_reset",
    ),
    path(
        "_util/login/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="wagtailcore_login",
    ),
]
