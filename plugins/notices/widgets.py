"""Notices in a list, and as a strip across every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.sdk import (
    Cache,
    CharBlock,
    IntegerBlock,
    MultipleChoiceBlock,
    StructBlock,
    Widget,
    WidgetContext,
    register,
)

from .models import TAG, Kind, Notice, cache_until_next_change, current


class _Notices(Widget):
    """What the two have in common: they change when a notice begins or ends, to the second."""

    css = ("notices/notices.css",)
    group = "news"
    cache = Cache(tags=frozenset({TAG}))

    def cache_for(self, ctx: WidgetContext, config: Mapping[str, Any]) -> Cache | None:
        """Until the next notice begins or ends."""
        return cache_until_next_change(ctx.department)

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The current notices of the chosen kinds; nothing without any."""
        notices = list(current(ctx.department, config["kinds"])[: config["count"]])
        return {"notices": notices} if notices else None


@register
class NoticeList(_Notices):
    """Titles with the day and the kind."""

    id = "notices"
    label = _("Notices")
    description = _("The current notices, newest first; those that have expired are gone.")
    icon = "info-circle"
    # Without a notice it shows nothing, so that it may stand there from the start.
    default_place = ("home", 10)
    template = "notices/list.html"
    preview_config: ClassVar[dict[str, Any]] = {"count": 3}

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        count = IntegerBlock(min_value=1, max_value=20, default=5, label=_("How many notices"))
        kinds = MultipleChoiceBlock(
            choices=Kind.choices,
            required=False,
            default=[],
            label=_("Kinds"),
            help_text=_("With none chosen, all kinds are shown."),
        )

    def get_preview_context(
        self, ctx: WidgetContext, config: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Made-up notices."""
        return {"notices": _samples()[: config["count"]]}


@register
class NoticeBanner(_Notices):
    """The most pressing notices, each to be closed by the reader until the browser is."""

    id = "notice_banner"
    label = _("Urgent notices")
    description = _("A strip with urgent notices for the top of every page; readers can close it.")
    icon = "warning"
    # Without an urgent notice it shows nothing, so that it may stand there from the start.
    default_place = ("banner", 10)
    template = "notices/banner.html"
    js: ClassVar[tuple[str, ...]] = ("notices/notices.js",)
    preview_config: ClassVar[dict[str, Any]] = {"kinds": [Kind.URGENT.value]}

    class Config(StructBlock):
        title = CharBlock(
            required=False,
            max_length=60,
            label=_("Name"),
            help_text=_("Read aloud by screen readers, not shown."),
        )
        count = IntegerBlock(min_value=1, max_value=5, default=2, label=_("How many notices"))
        kinds = MultipleChoiceBlock(
            choices=Kind.choices, default=[Kind.URGENT.value], label=_("Kinds")
        )

    def get_preview_context(
        self, ctx: WidgetContext, config: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """A made-up urgent notice."""
        return {"notices": _samples()[:1]}


def _samples() -> list[Notice]:
    now = timezone.now()
    written = (
        (Kind.URGENT, "Hồ Sen xả lũ từ 14 giờ, người dân ven sông đề phòng ngập"),
        (Kind.MAINTENANCE, "Tạm ngừng dịch vụ công trực tuyến tối thứ Bảy để bảo trì"),
        (Kind.GENERAL, "Lịch tiếp công dân tháng này"),
    )
    return [
        Notice(pk=n, kind=kind, title=title, starts_at=now - timedelta(days=n))
        for n, (kind, title) in enumerate(written)
    ]
