"""What happened in a department: one row an act, whoever did it and whatever it was about."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import registry

from sites.models import Department


class Kind(models.TextChoices):
    """What an act is about."""

    PAGE = "page", _("Pages")
    APPROVAL = "approval", _("Approval")
    MEDIA = "media", _("Pictures and files")
    PEOPLE = "people", _("People")
    SETTINGS = "settings", _("Look, contact and menu")
    REDIRECT = "redirect", _("Redirects")
    WIDGETS = "widgets", _("Sidebar and widgets")
    PLUGINS = "plugins", _("Plugins")
    OTHER = "other", _("Other")


class RecordEntry(models.Model):
    """One act in a department.

    Names are written out: the row is understood when the page and the account
    it tells of are gone. ``by_province`` is what the actor was at that time.
    """

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="record")
    timestamp = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    user_name = models.CharField(max_length=255, blank=True)
    by_province = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    action = models.CharField(max_length=255)
    about = models.CharField(max_length=500, blank=True)
    page_id = models.IntegerField(null=True)
    details = models.TextField(blank=True)

    class Meta:
        verbose_name = _("entry of the record")
        verbose_name_plural = _("record")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["department", "-id"], name="record_department"),
            models.Index(fields=["department", "user", "-id"], name="record_department_user"),
        ]

    def __str__(self) -> str:
        return f"{self.timestamp:%Y-%m-%d %H:%M} {self.user_name}: {self.action} {self.about}"

    @property
    def action_label(self) -> str:
        """The act in words; its code where the plugin that named it is gone."""
        formatter = registry.get_formatter(self)
        return str(formatter.label) if formatter is not None else self.action
