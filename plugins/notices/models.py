"""A department's notices, each shown from one minute to another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model_string
from wagtail.rich_text import RichText

from cms.sdk import (
    Cache,
    Department,
    DepartmentModel,
    RichTextField,
    current_department,
    nfc,
    purge,
    safe_rich_text,
)

TAG = "notices"
FEATURES = ["bold", "italic", "link", "ol", "ul"]


class Kind(models.TextChoices):
    """What a notice is about; each has an icon and a colour."""

    GENERAL = "general", _("Notice")
    URGENT = "urgent", _("Urgent")
    MAINTENANCE = "maintenance", _("Maintenance")
    WEATHER = "weather", _("Weather, natural disaster")
    RECRUITMENT = "recruitment", _("Recruitment")


class State(models.TextChoices):
    """Where a notice stands in time."""

    COMING = "coming", _("Coming")
    CURRENT = "current", _("Shown")
    EXPIRED = "expired", _("Expired")


def in_state(state: str, now: datetime) -> Q:
    """The notices that are in ``state`` at ``now``."""
    expired = Q(ends_at__lte=now)
    if state == State.EXPIRED:
        return expired
    begun = Q(starts_at__lte=now)
    return ~expired & (begun if state == State.CURRENT else ~begun)


class Notice(DepartmentModel):
    """A notice. Nobody expires it: it is simply not shown any more."""

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.GENERAL)
    text: Any = RichTextField(_("text"), blank=True, features=FEATURES)
    link = models.URLField(
        _("link"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Where there is more to read. The address begins with http:// or https://."),
    )
    document = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("file"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    starts_at = models.DateTimeField(_("shown from"), default=timezone.now)
    ends_at = models.DateTimeField(
        _("shown until"),
        null=True,
        blank=True,
        help_text=_("To the minute. Left empty, it stays until somebody ends it."),
    )
    pinned = models.BooleanField(
        _("pinned"), default=False, help_text=_("It stands above the others.")
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pinned", "-starts_at", "-pk"]
        indexes = [models.Index(fields=["department", "starts_at"], name="notices_by_start")]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        """Where it stands now."""
        now = timezone.now()
        if self.ends_at is not None and self.ends_at <= now:
            return State.EXPIRED
        return State.CURRENT if self.starts_at <= now else State.COMING

    @property
    def url(self) -> str:
        """Its own page."""
        return reverse("notices:detail", args=[self.pk])

    @property
    def body(self) -> SafeString:
        """The text as HTML, cleaned however it was stored; empty where no letter is left."""
        html = safe_rich_text(RichText(self.text))
        return html if strip_tags(html).strip() else SafeString()

    def clean(self) -> None:
        """Raises ValidationError for an end before the start, and for another body's file."""
        super().clean()
        self.title, self.text = nfc(self.title.strip()), nfc(self.text)
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end is before the start.")})
        if self.document is not None and not self._is_own(self.document):
            raise ValidationError({"document": _("Choose a file of your own department.")})

    def _is_own(self, document: Any) -> bool:
        department = self.department if self.department_id else current_department()
        own = department.collection if department is not None else None
        return own is not None and document.collection.path.startswith(own.path)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let no kept page show what was there before."""
        super().save(*args, **kwargs)
        purge(self.department, TAG)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and let no kept page show it."""
        deleted = super().delete(*args, **kwargs)
        purge(self.department, TAG)
        return deleted


def current(department: Department, kinds: list[str] | None = None) -> models.QuerySet[Notice]:
    """The notices that ``department`` shows now, those that are pinned first.

    Args:
        kinds: only these; all of them where None or empty.
    """
    notices = Notice.objects.filter(in_state(State.CURRENT, timezone.now()), department=department)
    return notices.filter(kind__in=kinds) if kinds else notices


def cache_until_next_change(department: Department) -> Cache:
    """How long a list of current notices holds: until one of them all begins or ends."""
    now = timezone.now()
    found = Notice.objects.filter(department=department).aggregate(
        start=models.Min("starts_at", filter=Q(starts_at__gt=now)),
        end=models.Min("ends_at", filter=Q(ends_at__gt=now)),
    )
    nearest = min((time for time in found.values() if time is not None), default=None)
    # Rather a second early: a page that is made anew too soon is only made once more.
    seconds = None if nearest is None else max(1, int((nearest - now).total_seconds()))
    return Cache(max_age=seconds, tags=frozenset({TAG}))
