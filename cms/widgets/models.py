"""Areas of a department's pages, the widgets in them, and what their refreshes brought."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.delivery.cache import purge, site_tag
from sites.models import Department

from .fields import WidgetAreaField


class Slot(models.TextChoices):
    """Where an area stands."""

    SIDEBAR = "sidebar", _("Sidebar")
    HOME = "home", _("Home page")
    ARTICLE_END = "article_end", _("End of an article")


class WidgetArea(models.Model):
    """The widgets of one slot of a department's site, in order."""

    department = models.ForeignKey(
        Department,
        on_delete=models.CASCADE,
        related_name="widget_areas",
        verbose_name=_("department"),
    )
    slot = models.CharField(_("slot"), max_length=20, choices=Slot.choices)
    # What is assigned (a list, JSON text) is not what is read (a StreamValue).
    widgets: Any = WidgetAreaField(verbose_name=_("widgets"))

    class Meta:
        verbose_name = _("widget area")
        verbose_name_plural = _("widget areas")
        constraints = [
            models.UniqueConstraint(fields=("department", "slot"), name="one_area_per_slot")
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.get_slot_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let no kept page of the site show the old widgets."""
        super().save(*args, **kwargs)
        purge(site_tag(self.department.site_id))


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
