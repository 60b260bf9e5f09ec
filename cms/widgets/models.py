"""Areas of a department's pages, the widgets in them, and the last failure of each widget."""

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


class WidgetFailure(models.Model):
    """The last time a widget raised on a department's site, for its administrator."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="widget_failures"
    )
    widget_id = models.CharField(max_length=50)
    plugin_id = models.CharField(max_length=50)
    message = models.CharField(max_length=300)
    traceback = models.TextField()
    failed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("widget failure")
        verbose_name_plural = _("widget failures")
        constraints = [
            models.UniqueConstraint(
                fields=("department", "widget_id"), name="one_failure_per_widget"
            )
        ]

    def __str__(self) -> str:
        return f"{self.widget_id} ({self.plugin_id}): {self.message}"
