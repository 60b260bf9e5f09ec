"""The content policy, which differs by place: the admin's, and what a public page holds inline."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .inline import SOURCES


class ContentPolicyMiddleware:
    """Relax the content policy below the admin: Wagtail's editor has inline scripts.

    Everywhere else the strict policy of ``CONTENT_SECURITY_POLICY`` stands, and of inline
    code allows what :mod:`cms.delivery.inline` put into the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(self.prefix):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        elif sources := request.__dict__.get(SOURCES):
            update = {directive: [SELF, *found] for directive, found in sources.items()}
            response._csp_update = update  # type: ignore[attr-defined]
        return response
