"""The screen of one's own notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from .mailing import DELAYS
from .models import Notice
from .reading import notices_of, unread_of

PAGE_SIZE = 50


class InboxView(WagtailAdminTemplateMixin, TemplateView):
    """What I was told, the newest first; nobody sees another's."""

    template_name = "inbox/inbox.html"
    page_title = _("My notices")
    header_icon = "mail"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        notices = notices_of(self.request.user).select_related("department")
        before = self.request.GET.get("before", "")
        if before.isdecimal() and len(before) < 19:
            notices = notices.filter(pk__lt=int(before))
        found = list(notices[: PAGE_SIZE + 1])
        return super().get_context_data(
            notices=found[:PAGE_SIZE],
            older=found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
            unread=unread_of(self.request.user).count(),
            **(_given_up() if self.request.user.is_superuser else {}),
            several=len({notice.department_id for notice in found}) > 1,
            **kwargs,
        )


def _given_up() -> dict[str, Any]:
    """What the province's administrators are told of mails that nobody tries to send any more."""
    lost = Notice.of_all_departments.filter(
        mailed_at=None,
        next_attempt=None,
        attempts__gt=len(DELAYS),
        created__gte=timezone.now() - timedelta(days=7),
    )
    newest = lost.order_by("-pk").first()
    return {"given_up": lost.count(), "error": newest.last_error if newest else ""}


def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark a notice as read and go to the thing that it is about."""
    notice = get_object_or_404(notices_of(request.user), pk=notice_id)
    _read(notice)
    return redirect(_way(request, notice) or reverse("inbox"))


@require_POST
def read_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one as read."""
    _read(get_object_or_404(notices_of(request.user), pk=notice_id))
    return redirect("inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    unread_of(request.user).update(read_at=timezone.now())
    return redirect("inbox")


def _read(notice: Notice) -> None:
    Notice.of_all_departments.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def _way(request: HttpRequest, notice: Notice) -> str:
    """The notice's link if it leads to this host or is a whole address that code wrote."""
    link = notice.link
    if link.startswith(("https://", "http://")):
        return link
    return link if url_has_allowed_host_and_scheme(link, {request.get_host()}) else ""
