"""When something was last done that has to be done again and again."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone


class LastRun(models.Model):
    """The last time of one thing, and whether it went well."""

    name = models.CharField(max_length=50, unique=True)
    at = models.DateTimeField()
    good = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"


def note_run(name: str, *, good: bool = True, at: datetime | None = None) -> None:
    """Note that the thing of this name was done, now or at ``at``, and whether it went well."""
    LastRun.objects.update_or_create(name=name, defaults={"at": at or timezone.now(), "good": good})


def last_run(name: str) -> LastRun | None:
    """When it was done last; None where it never was."""
    return LastRun.objects.filter(name=name).first()
