"""What a widget is: the class that a plugin's author derives from, and what it is shown.

A widget declares what it depends on (``cache``) and how it is delivered; the
core does the rest. It sees a frozen :class:`WidgetContext` and never the
request, so it cannot depend on the visitor without anybody knowing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, StructBlock

if TYPE_CHECKING:
    from wagtail.models import Page, Site

    from cms.delivery.cache import Cache
    from cms.news.reading import SiteNews
    from cms.traffic.counts import SiteCounts
    from sites.models import Department


# Under which headings the chooser shows the widgets, in this order.
GROUPS: Mapping[str, Promise] = {
    "news": _("News"),
    "tools": _("Tools"),
    "interaction": _("Interaction"),
    "other": _("Other"),
}


@dataclass(frozen=True)
class WidgetContext:
    """What a widget may know.

    Args:
        site: the site that shows it.
        department: the body behind the site.
        page: the page it stands on; None where there is none, and for a widget
            whose output is kept without being declared to vary on ``page``.
        language: code of the interface's language, such as ``vi``.
        today: the date in Việt Nam.
        query: the query parameters that the widget declared by ``query:<name>``
            and that the address has.
        settings: the plugin's settings for the site; empty where it declares none.
        snapshot: what :meth:`Widget.refresh` last stored; None before its first success.
        news: the site's news.
        traffic: the site's counters.
    """

    site: Site
    department: Department
    page: Page | None
    language: str
    today: date
    query: Mapping[str, str]
    settings: Mapping[str, Any]
    snapshot: Snapshot | None
    news: SiteNews
    traffic: SiteCounts


@dataclass(frozen=True)
class Snapshot:
    """What a scheduled refresh brought.

    Args:
        value: the JSON value that ``refresh`` returned.
        refreshed_at: when.
    """

    value: Any
    refreshed_at: datetime


class Widget:
    """A block of a sidebar or another area. Derive, fill in, and ``@register`` it.

    ``id`` is stored in content and is never renamed; an old one becomes an
    alias. ``version`` is raised when stored settings change their meaning, and
    :meth:`upgrade` brings older ones along.
    """

    id: ClassVar[str]
    label: ClassVar[str | Promise]
    template: ClassVar[str]
    icon: ClassVar[str] = "placeholder"
    # What the chooser says about it, and under which heading.
    description: ClassVar[str | Promise] = ""
    group: ClassVar[Literal["news", "tools", "interaction", "other"]] = "other"
    # Settings, as they are stored, that show it at its best; completed by the defaults.
    preview_config: ClassVar[Mapping[str, Any]] = {}
    # What the output depends on; undeclared means that it must not be kept.
    cache: ClassVar[Cache | None] = None
    # "fragment": the page keeps its last value and fetches the fresh one after loading.
    delivery: ClassVar[Literal["page", "fragment"]] = "page"
    version: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = ()
    # How often :meth:`refresh` is called; None for a widget without outside data.
    refresh_every: ClassVar[timedelta | None] = None
    # Slot and order where it stands while nobody has arranged that slot, such as ("sidebar", 30).
    default_place: ClassVar[tuple[str, int] | None] = None
    # Stylesheets, as paths below the static folder.
    css: ClassVar[tuple[str, ...]] = ()
    # ES modules, likewise; they run once the page is there, on every page of the site.
    js: ClassVar[tuple[str, ...]] = ()
    # Classic scripts that hold up the page until they have run: for what must be
    # settled before anything is painted, and for nothing else.
    early_js: ClassVar[tuple[str, ...]] = ()

    class Config(StructBlock):
        """The settings of one instance, as its editor fills them in."""

        title = CharBlock(required=False, max_length=60)

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The template's variables; None shows nothing, not even the frame."""
        return {}

    def get_preview_context(
        self, ctx: WidgetContext, config: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The template's variables in the chooser, where the site may have nothing to show yet."""
        return self.get_context(ctx, config)

    def get_title(self, ctx: WidgetContext, config: Mapping[str, Any]) -> str:
        """The heading: what the editor wrote, or the label."""
        return str(config.get("title") or self.label)

    def cache_for(self, ctx: WidgetContext, config: Mapping[str, Any]) -> Cache | None:
        """The declaration for this configuration, where :attr:`cache` does not say it all.

        Words to vary on that are not in :attr:`cache` already make it a fragment.
        """
        return self.cache

    def refresh(self, ctx: WidgetContext, config: Mapping[str, Any]) -> Any:
        """Fetch outside data, in the background; a JSON value for ``ctx.snapshot``.

        ``ctx.page`` is None. What raises is written down and tried again after
        :attr:`refresh_every`; the last value stays.
        """
        raise NotImplementedError

    def upgrade(self, config: dict[str, Any], version: int) -> dict[str, Any]:
        """Settings as this version reads them, from those that ``version`` stored."""
        return config
