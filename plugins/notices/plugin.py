"""The notices' own pages, and the screen on which they are written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, StatusTagColumn

from cms.sdk import AdminScreen, Role, register_screen, register_urls, site_hook

from . import samples, views
from .models import Kind, Notice, State, in_state

site_hook("demo")(samples.bring)
register_urls(
    "thong-bao",
    [
        path("", views.index, name="index"),
        path("<int:pk>/", views.detail, name="detail"),
    ],
)


class NoticeFilters(WagtailFilterSet):
    """Narrow the list by where notices stand in time, and by kind."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=State.choices, method="filter_state", empty_label=_("All")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("All"))

    class Meta:
        model = Notice
        fields = ["state", "kind"]

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The rows in this state now."""
        return rows.filter(in_state(value, timezone.now()))


def _minute(time: datetime | None) -> str:
    # Not Wagtail's DateColumn: it says of what is to come that it was just now.
    if time is None:
        return ""
    return date_format(timezone.localtime(time), "SHORT_DATETIME_FORMAT")


@register_screen
class NoticeScreen(AdminScreen):
    """Write, date and end notices."""

    model = Notice
    icon = "info-circle"
    menu_label = _("Notices")
    roles = (Role.EDITOR, Role.CHIEF, Role.SITE_ADMIN)
    list_display = [
        "title",
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        StatusTagColumn(
            "state",
            label=_("State"),
            accessor=lambda notice: notice.state.label,
            primary=lambda notice: notice.state == State.CURRENT,
        ),
        Column(
            "starts_at",
            label=_("Shown from"),
            accessor=lambda notice: _minute(notice.starts_at),
            sort_key="starts_at",
        ),
        Column(
            "ends_at",
            label=_("Shown until"),
            accessor=lambda notice: _minute(notice.ends_at),
            sort_key="ends_at",
        ),
        Column(
            "pinned",
            label=_("Pinned"),
            accessor=lambda notice: _("Pinned") if notice.pinned else "",
        ),
    ]
    list_export = ["title", "kind", "starts_at", "ends_at", "pinned"]
    filterset_class = NoticeFilters
    search_fields = ["title"]
    search_backend_name = None
    ordering = ["-starts_at", "-pk"]
    panels = [
        FieldPanel("title"),
        FieldPanel("kind"),
        FieldPanel("text"),
        MultiFieldPanel([FieldPanel("link"), FieldPanel("document")], heading=_("Link and file")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("pinned"),
            ],
            heading=_("Time and place"),
        ),
    ]
