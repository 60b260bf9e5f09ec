"""Areas of pages, the widgets in them, and what their refreshes brought."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, Page, PreviewableMixin, RevisionMixin

from cms.delivery.cache import purge, site_tag
from sites.isolation.references import OwnReferences
from sites.models import Department
from sites.tree import department_of

from .fields import WidgetAreaField
from .slots import Slot

# Every page that shows an area which is not its own site's carries this tag.
PROVINCE_TAG = "widgets:province"


class WidgetArea(OwnReferences, PreviewableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """The widgets of one slot, in order: on a page and below it, or the province's default.

    An area that was reset is neither live nor a draft; it keeps its history.
    """

    page = models.ForeignKey(
        Page,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="widget_areas",
        verbose_name=_("page"),
    )
    # Repeats the tree, so that one query without a join to the site finds a site's areas.
    department = models.ForeignKey(
        Department,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="widget_areas",
        verbose_name=_("department"),
    )
    slot = models.CharField(_("slot"), max_length=20, choices=Slot.choices, editable=False)
    # What is assigned (a list, JSON text) is not what is read (a StreamValue).
    widgets: Any = WidgetAreaField(verbose_name=_("widgets"))

    class Meta:
        verbose_name = _("widget area")
        verbose_name_plural = _("widget areas")
        constraints = [
            models.UniqueConstraint(fields=("page", "slot"), name="one_area_per_page_and_slot"),
            models.UniqueConstraint(
                fields=("slot",), condition=Q(page=None), name="one_provincial_area_per_slot"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_slot_display()} – {self.place_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the page's department; no kept page may show the old published widgets."""
        fields = kwargs.get("update_fields")
        if fields is None:
            self.department = department_of(self.page) if self.page is not None else None
        super().save(*args, **kwargs)
        # A draft changes nothing that anybody sees.
        if self.live and (fields is None or "widgets" in fields):
            self.purge()

    @property
    def place_name(self) -> str:
        """Where the area hangs, in words."""
        return place_name(self.page)

    @property
    def in_use(self) -> bool:
        """Whether there is something to edit: published, or a draft. False once it was reset."""
        return self.live or self.has_unpublished_changes

    def purge(self) -> None:
        """Drop the kept pages on which the area may stand."""
        if self.page_id is None:
            purge(PROVINCE_TAG)
            return
        site_ids = Department.objects.filter(pk=self.department_id).values_list(
            "site_id", flat=True
        )
        purge(*(site_tag(site_id) for site_id in site_ids))

    def with_content_json(self, content: dict[str, Any]) -> WidgetArea:
        """The area with a revision's widgets. Where it hangs is no matter of revisions."""
        area: WidgetArea = super().with_content_json(
            {**content, "page": None, "department": None, "slot": self.slot}
        )
        area.page, area.department = self.page, self.department
        return area

    @property
    def preview_page(self) -> Page | None:
        """The page that shows best what the area does; None where the province has no site."""
        from .previewing import preview_page

        return preview_page(self)

    def is_previewable(self) -> bool:
        """Whether there is a page to show it on."""
        return self.preview_page is not None

    def get_full_url(self) -> str | None:
        """The address whose host a preview is rendered for."""
        page = self.preview_page
        return page.full_url if page is not None else None

    # Wagtail makes a property of the function, which an override would not reach.
    full_url = property(get_full_url)

    @property
    def default_preview_size(self) -> str:
        """A sidebar stands beside the content on a wide screen only."""
        return "desktop"

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page where the area stands, with these widgets in its slot."""
        from .previewing import serve_preview

        return serve_preview(self, request)


def place_name(page: Page | None) -> str:
    """The place of an area that hangs on ``page``, as its administrator reads it."""
    if page is None:
        return gettext("Default of the province")
    if page.depth == 2:
        return gettext("Home page")
    kind = page.specific_class._meta.verbose_name if page.specific_class else _("page")
    return f"{capfirst(kind)}: {page.title}"


class WidgetSnapshot(models.Model):
    """What a widget's scheduled refresh last brought, for a department and certain settings."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="widget_snapshots"
    )
    widget_id = models.CharField(max_length=50)
    # Of the stored settings: a change of them begins anew.
    digest = models.CharField(max_length=64)
    value = models.JSONField(null=True)
    refreshed_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField()

    class Meta:
        verbose_name = _("widget snapshot")
        verbose_name_plural = _("widget snapshots")
        constraints = [
            models.UniqueConstraint(
                fields=("department", "widget_id", "digest"), name="one_snapshot_per_settings"
            )
        ]

    def __str__(self) -> str:
        return f"{self.widget_id} ({self.department})"
