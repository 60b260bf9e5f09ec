"""When and where a widget is shown: a period, and kinds of pages.

Every widget's settings have a child of this name, put there by the core. It is
read from the stored JSON, before anything of the widget runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.blocks import DateTimeBlock, MultipleChoiceBlock, StructBlock
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Page

from cms.content.typed import MomentField
from cms.delivery.cache import Cache, collect
from cms.news.models import ArticlePage, HomePage, SectionPage

# The name of the child; no widget's own setting can have it.
PLACEMENT = "placement"


class PageKind(models.TextChoices):
    """What an editor tells pages apart by."""

    HOME = "home", _("Home page")
    LIST = "list", _("Sections and lists of news")
    ARTICLE = "article", _("Articles")
    OTHER = "other", _("Other pages")


@dataclass(frozen=True)
class Placement:
    """When and where; the default is always and everywhere.

    Args:
        start: the first moment.
        end: the moment from which it is not shown any more.
        kinds: the kinds of pages; none stands for all.
    """

    start: datetime | None = None
    end: datetime | None = None
    kinds: frozenset[str] = frozenset()

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Placement:
        """The placement in the stored settings of a widget.

        Raises:
            ValueError: it cannot be read.
        """
        placement = stored.get(PLACEMENT) or {}
        kinds = placement.get("kinds") if isinstance(placement, Mapping) else None
        if not isinstance(placement, Mapping) or not isinstance(kinds or [], list):
            raise ValueError(f"{placement!r} is no placement")
        return cls(
            read_moment(placement.get("start")),
            read_moment(placement.get("end")),
            frozenset(map(str, kinds or ())),
        )

    def is_on(self, kinds: frozenset[str]) -> bool:
        """Whether it holds for a page of one of ``kinds``."""
        return not self.kinds or not self.kinds.isdisjoint(kinds)

    def is_at(self, now: datetime) -> bool:
        """Whether ``now`` is in the period: ``start`` is, ``end`` is not."""
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)

    def seconds_left(self, now: datetime) -> int | None:
        """Whole seconds until :meth:`is_at` changes its answer; None where it never will."""
        ahead = [moment for moment in (self.start, self.end) if moment is not None and now < moment]
        return int((min(ahead) - now).total_seconds()) if ahead else None


def read_moment(stored: Any) -> datetime | None:
    """A stored date and time; one without a zone is local. Raises ValueError for anything else."""
    if stored is None or isinstance(stored, datetime):
        moment = stored
    else:
        moment = parse_datetime(stored) if isinstance(stored, str) else None
        if moment is None:
            raise ValueError(f"{stored!r} is no date and time")
    if moment is not None and timezone.is_naive(moment):
        moment = moment.replace(tzinfo=timezone.get_default_timezone())
    return moment


def kinds_of(page: Page | None, path: str | None = None) -> frozenset[str]:
    """The kind of a page; where the address is not known, each it could be.

    Args:
        page: a specific page, or None for what is no page.
        path: the path of the address. The archive is served by the home page
            under addresses of its own, and is a list.
    """
    if isinstance(page, HomePage):
        if path is None:
            return frozenset({PageKind.HOME, PageKind.LIST})
        return frozenset({PageKind.HOME if path == "/" else PageKind.LIST})
    if isinstance(page, SectionPage):
        return frozenset({PageKind.LIST})
    return frozenset({PageKind.ARTICLE if isinstance(page, ArticlePage) else PageKind.OTHER})


class _Stored(Protocol):
    @property
    def stored(self) -> dict[str, Any]: ...


Item = TypeVar("Item", bound=_Stored)


def placed(
    items: Iterable[Item], page: Page | None, request: HttpRequest, *, path: str | None = None
) -> Iterator[Item]:
    """Those of ``items`` that belong on this page at this moment.

    The page is kept no longer than until the next of them comes or goes. An
    item whose placement cannot be read goes on to where its settings are read:
    there it fails inside its boundary, and its administrator is told.

    Args:
        path: as in :func:`kinds_of`.
    """
    now = timezone.now()
    kinds = kinds_of(page, path)
    for item in items:
        try:
            placement = Placement.read(item.stored)
        except ValueError:
            yield item
            continue
        if not placement.is_on(kinds):
            continue
        seconds = placement.seconds_left(now)
        if seconds is not None:
            # In the last second 0: a page that is about to change is not kept.
            collect(request, Cache(max_age=seconds))
        if placement.is_at(now):
            yield item


class LocalDateTimeField(MomentField):
    """A date and time in Việt Nam, whatever zone the editor's profile names."""

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(None):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(None):
            return super().to_python(value)


class LocalDateTimeBlock(DateTimeBlock):
    """Edited in Việt Nam's time, stored in UTC."""

    @cached_property
    def field(self) -> forms.DateTimeField:
        return LocalDateTimeField(
            widget=AdminDateTimeInput(format=self.format), **self.field_options
        )

    def to_python(self, value: Any) -> datetime | None:
        return read_moment(value)

    def get_prep_value(self, value: datetime | None) -> str | None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None


class PlacementBlock(StructBlock):
    """Edits a placement."""

    start = LocalDateTimeBlock(
        required=False,
        label=_("Shown from"),
        help_text=_("Viet Nam time. Leave empty to show it at once."),
    )
    end = LocalDateTimeBlock(
        required=False,
        label=_("Shown until"),
        help_text=_("At this time it is taken off by itself. Leave empty to keep showing it."),
    )
    kinds = MultipleChoiceBlock(
        choices=PageKind.choices,
        required=False,
        default=[],
        widget=forms.CheckboxSelectMultiple,
        label=_("Shown on"),
        help_text=_("Choose none to show it on every page."),
    )

    class Meta:
        icon = "view"
        collapsed = True
        label_format = ""

    def clean(self, value: Any) -> Any:
        """The placement. Raises ValidationError where it ends before it begins."""
        cleaned = super().clean(value)
        if cleaned["start"] and cleaned["end"] and cleaned["end"] <= cleaned["start"]:
            message = gettext("This must be later than the time from which it is shown.")
            raise StructBlockValidationError({"end": ValidationError(message)})
        return cleaned


# One for all widgets: the editor's page then holds its definition once.
PLACEMENT_BLOCK = PlacementBlock(label=_("Display"))
