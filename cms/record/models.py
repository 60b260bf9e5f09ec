"""What happened in a department: one row an act, whoever did it and whatever it was about."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

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


#: What origins begin with, in words; an address or a command's name follows.
ORIGINS = {
    "admin": _("from the admin"),
    "site": _("from the site"),
    "command": _("by a command"),
    "scheduler": _("by the scheduler"),
    "background": _("by a task in the background"),
}


class AppendOnly(models.QuerySet["RecordEntry"]):
    """Rows that are written once: nothing is changed, nothing is taken away."""

    def update(self, **kwargs: Any) -> int:
        raise RecordFinalError(_("The record is not changed."))

    def delete(self) -> tuple[int, dict[str, int]]:
        raise RecordFinalError(_("The record is not changed."))

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise RecordFinalError(_("The record is not changed."))

    def unsealed(self) -> AppendOnly:
        """What has no place in the chain yet."""
        return self.filter(sequence=None)


class RecordFinalError(Exception):
    """Somebody would change what is written down."""


class RecordEntry(models.Model):
    """One act in a department.

    Names are written out: the row is understood when the page and the account
    it tells of are gone. ``by_province`` is what the actor was at that time.
    Nothing in the database hangs on the keys, so that no deletion alters a row.

    A row is written with its ``mark`` and gets its place in the department's
    chain (``sequence``, ``previous_hash``, ``hash``) once its transaction is
    committed; see :mod:`cms.record.chaining`.
    """

    department = models.ForeignKey(
        Department, on_delete=models.DO_NOTHING, db_constraint=False, related_name="record"
    )
    timestamp = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
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
    why = models.TextField(blank=True)
    origin = models.CharField(max_length=100, blank=True)
    revision_id = models.BigIntegerField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)

    nonce = models.UUIDField(default=uuid4, unique=True, editable=False)
    mark = models.CharField(max_length=64, blank=True, editable=False)
    sequence = models.PositiveBigIntegerField(null=True, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("entry of the record")
        verbose_name_plural = _("record")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["department", "-id"], name="record_department"),
            models.Index(fields=["department", "user", "-id"], name="record_department_user"),
            models.Index(fields=["page_id", "id"], name="record_page"),
            models.Index(
                fields=["department", "id"],
                condition=models.Q(sequence=None),
                name="record_unsealed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "sequence"], name="record_one_entry_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.timestamp:%Y-%m-%d %H:%M} {self.user_name}: {self.action} {self.about}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row. Raises RecordFinalError for one that is there."""
        if not self._state.adding:
            raise RecordFinalError(_("The record is not changed."))
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never. Raises RecordFinalError."""
        raise RecordFinalError(_("The record is not changed."))

    @property
    def action_label(self) -> str:
        """The act in words; its code where the plugin that named it is gone."""
        formatter = registry.get_formatter(self)
        return str(formatter.label) if formatter is not None else self.action

    @property
    def origin_label(self) -> str:
        """Where it came from, in words."""
        where, _space, more = self.origin.partition(" ")
        known = ORIGINS.get(where)
        return f"{known} {more}".strip() if known else self.origin


class RecordHead(models.Model):
    """The end of a department's chain: how many entries there are, and the last one's hash.

    ``seal`` is made with a key that is not in the database: who has only the
    database can neither shorten the chain nor compute another.
    """

    department = models.OneToOneField(
        Department,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="+",
    )
    count = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("end of the record")
        verbose_name_plural = _("ends of the record")

    def __str__(self) -> str:
        return f"{self.department_id}: {self.count} {self.hash}"
