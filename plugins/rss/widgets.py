"""Entries of a feed from elsewhere: fetched in the background, shown as titles with links."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.sdk import (
    BooleanBlock,
    Cache,
    CharBlock,
    IntegerBlock,
    StructBlock,
    URLBlock,
    Widget,
    WidgetContext,
    fetch,
    register,
)

from . import feeds


def validate_address(value: str) -> None:
    """Raises ValidationError for an address that could never be fetched."""
    try:
        parts = urlsplit(value)
    except ValueError as error:  # a bracket that is never closed
        raise ValidationError(_("This is no web address.")) from error
    if parts.scheme.lower() not in ("http", "https"):
        raise ValidationError(_("The address begins with http:// or https://."))
    if parts.username is not None:
        raise ValidationError(_("The address has no user name or password in it."))


@register
class Rss(Widget):
    """Titles of a feed, with the day, each a link to its source."""

    id = "rss"
    label = _("News from elsewhere")
    description = _("The newest entries of an RSS or Atom feed of another site.")
    icon = "globe"
    group = "news"
    template = "rss/widget.html"
    css = ("rss/rss.css",)
    refresh_every = timedelta(minutes=30)
    # New entries drop the page by themselves; the time of the last look may lag so long.
    cache = Cache(max_age=900)
    preview_config: ClassVar[dict[str, Any]] = {
        "title": "Báo Chính phủ",
        "url": "https://vidu.gov.vn/rss",
        "count": 3,
    }

    class Config(StructBlock):
        title = CharBlock(
            required=False,
            max_length=60,
            label=_("Title"),
            help_text=_("Left empty, the feed's own."),
        )
        url = URLBlock(
            max_length=500,
            label=_("Address of the feed"),
            help_text=_("RSS 2.0 or Atom. It is read every 30 minutes."),
            validators=[validate_address],
        )
        count = IntegerBlock(
            min_value=1, max_value=feeds.MAX_ENTRIES, default=5, label=_("How many entries")
        )
        show_dates = BooleanBlock(required=False, default=True, label=_("Show the day"))

    def refresh(self, ctx: WidgetContext, config: Mapping[str, Any]) -> Any:
        """The feed as it is now. Raises what :func:`cms.sdk.fetch` raises, and NoFeed."""
        return feeds.read(fetch(config["url"]))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """What the last refresh brought; nothing before the first, or of an empty feed."""
        if ctx.snapshot is None:
            return None
        return _shown(ctx.snapshot.value["entries"], ctx.snapshot.refreshed_at, config)

    def get_preview_context(
        self, ctx: WidgetContext, config: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Made-up entries: nothing is fetched for a preview."""
        now = timezone.now()
        titles = (
            "Quy hoạch tỉnh được phê duyệt",
            "Thêm 12 thủ tục hành chính được cắt giảm",
            "Khai mạc tuần lễ chuyển đổi số",
        )
        entries = [
            {
                "title": title,
                "link": "https://vidu.gov.vn/",
                "date": (now - timedelta(days=n)).isoformat(),
            }
            for n, title in enumerate(titles)
        ]
        return _shown(entries, now, config)

    def get_title(self, ctx: WidgetContext, config: Mapping[str, Any]) -> str:
        """What the editor wrote, else what the feed calls itself, else the label."""
        own = ctx.snapshot.value["title"] if ctx.snapshot is not None else ""
        return str(config["title"] or own or self.label)


def _shown(
    entries: list[feeds.Entry] | list[dict[str, str]],
    refreshed_at: datetime,
    config: Mapping[str, Any],
) -> dict[str, Any] | None:
    if not entries:
        return None
    return {
        "entries": [
            {**entry, "date": datetime.fromisoformat(entry["date"]) if entry["date"] else None}
            for entry in entries[: config["count"]]
        ],
        "source": urlsplit(config["url"]).hostname,
        "refreshed_at": refreshed_at,
    }
