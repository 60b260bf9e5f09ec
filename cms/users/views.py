"""The pages that allauth has not, or has otherwise."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account_views
from allauth.mfa.webauthn import views as webauthn_views
from allauth.usersessions import views as session_views
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sites.isolation.confinement import unconfined

from .devices import describe
from .forms import RemovePasskeyForm
from .invitations import VALID_FOR, tokens


class LoginView(account_views.LoginView):
    """Signing in; who is signed in and has no business here is told so.

    Wagtail sends them here again and again: an answer that redirected back
    would never end.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and not user.has_perm("wagtailadmin.access_admin"):
            return render(request, "users/no_access.html", status=403)
        return super().dispatch(request, *args, **kwargs)


class SessionsView(session_views.ListUserSessionsView):
    """Where somebody is signed in, newest first, with the device in words."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["sessions"].sort(key=lambda session: session.last_seen_at, reverse=True)
        for session in context["sessions"]:
            session.device = describe(session.user_agent)
        return context


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions; the present one is ended by signing out."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key != request.session.session_key:
        session.end()
        messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


class RemovePasskeyView(webauthn_views.RemoveWebAuthnView):
    """Removing a passkey; the last factor of who needs one stays."""

    form_class = RemovePasskeyForm

    def get_form(self, form_class: Any = None) -> RemovePasskeyForm:
        form = RemovePasskeyForm(**self.get_form_kwargs())
        form.instance = self.object
        return form


class InvitationView(PasswordResetConfirmView):
    """Setting a first password with the link of an invitation."""

    token_generator = tokens  # type: ignore[assignment]
    template_name = "users/invitation.html"
    success_url = reverse_lazy("account_login")
    extra_context = {"days": VALID_FOR.days}

    def get_user(self, uidb64: str) -> Any:
        """Also where somebody of another department is still signed in."""
        with unconfined():
            return super().get_user(uidb64)

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return super().form_valid(form)
