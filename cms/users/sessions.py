"""Sessions: where somebody is signed in, noted now and then, and ended when it must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .models import User

NOTED_EVERY = 60  # seconds: an editor's page asks several times a minute


def end_sessions(user: User) -> None:
    """Sign ``user`` out everywhere, at once."""
    for session in UserSession.objects.filter(user_id=user.pk):
        session.end()


@receiver(post_save, sender=User)
def end_sessions_of_suspended(sender: Any, instance: User, **kwargs: Any) -> None:
    """Who is suspended is signed out, and stays so when the suspension ends."""
    if not instance.is_active:
        end_sessions(instance)


class SessionActivityMiddleware:
    """Note when and from where a session was last used, at most once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.prefix) and request.user.is_authenticated:
            key = request.session.session_key
            if key and cache.add(f"session-noted:{key}", True, NOTED_EVERY):
                UserSession.objects.create_from_request(request)
        return self.get_response(request)
