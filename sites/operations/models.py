"""One act on a site: what is asked for, what it would do, and what became of it."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Without a sign of life for so long, whoever was at work is taken for gone.
SILENCE = timedelta(minutes=3)
PROGRESS_SECONDS = 24 * 3600


class SiteOperation(models.Model):
    """An act on a department's site.

    It is checked (a dry run in the background), then planned: its report waits
    for review. Confirmed, it runs, and is done if it did exactly what the report
    says. The act and the state ``done`` are one transaction: an operation in any
    other state has changed nothing.
    """

    class Act(models.TextChoices):
        RENAME = "rename", _("Change the host name")
        MERGE = "merge", _("Merge into another department")
        SPLIT = "split", _("Split off sections")
        ARCHIVE = "archive", _("Archive")
        RESTORE = "restore", _("Restore")

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        PLANNED = "planned", _("waits for review")
        RUNNING = "running", _("being carried out")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    #: Somebody works at these, or did until it was interrupted.
    AT_WORK = (State.CHECKING, State.RUNNING)

    department = models.ForeignKey(
        "sites.Department", on_delete=models.CASCADE, related_name="operations"
    )
    act = models.CharField(max_length=10, choices=Act.choices)
    #: Hosts and options, as the form of the act gives them.
    arguments = models.JSONField(default=dict)
    #: The language of whoever asked, in which the report is written.
    language = models.CharField(max_length=10, default="vi")
    report = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    #: The facts were others when it was confirmed than when it was reviewed.
    changed = models.BooleanField(default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    percent = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=255, blank=True)
    error = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    #: When the check or the act began; empty while it waits for the worker.
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.department}"

    @property
    def at_work(self) -> bool:
        """Whether it is being checked or carried out, as far as anybody knows."""
        return self.state in self.AT_WORK

    @property
    def _cache_key(self) -> str:
        return f"site-operation:{self.pk}"

    def note_progress(self, percent: int, doing: str) -> None:
        """Say how far it is, outside of the act's transaction."""
        found = (percent, doing[:255], timezone.now())
        cache.set(self._cache_key, found, PROGRESS_SECONDS)

    def forget_progress(self) -> None:
        """Forget how far an earlier run of it was."""
        cache.delete(self._cache_key)

    def with_progress(self) -> SiteOperation:
        """The same, its ``percent`` and ``doing`` those of this moment."""
        found = cache.get(self._cache_key) if self.at_work else None
        if found is not None:
            self.percent, self.doing, _when = found
        return self

    @property
    def in_words(self) -> str:
        """How far it is, on one line."""
        return f"{self.percent} % · {self.doing}" if self.doing else f"{self.percent} %"

    @property
    def stage(self) -> str:
        """Another word whenever its page has something else to show than progress."""
        found = [self.state, "begun" if self.started else "", "silent" if self.is_silent else ""]
        return " ".join(filter(None, found))

    @property
    def is_silent(self) -> bool:
        """Whether it should be at work and nobody has heard of it for a while."""
        if not self.at_work:
            return False
        found = cache.get(self._cache_key)
        last = found[2] if found is not None else self.started or self.created
        return timezone.now() - last > SILENCE


def digest_of(report: dict[str, Any]) -> str:
    """The same for two reports exactly if they say the same, but for what readers change."""
    restless = set(report["restless"])
    counts = [pair for pair in report["counts"] if pair[0] not in restless]
    # A database may answer in another order the next time.
    lists = (counts, report["collisions"], report["warnings"])
    compared = [report["act"], *map(sorted, lists)]
    return hashlib.sha256(json.dumps(compared, ensure_ascii=False).encode()).hexdigest()
