"""Polls, their options with the votes counted, and marks of who has voted while a poll is open.

A mark says that somebody voted, not what for and not who: it is made with the
poll's secret, and both are deleted once the poll has closed.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from cms.sdk import DepartmentModel, nfc

from .forms import PollForm

MIN_OPTIONS = 2
MAX_OPTIONS = 10


def new_secret() -> str:
    """What the marks of one poll are made with."""
    return secrets.token_urlsafe(32)


def in_thirty_days() -> datetime:
    """When a new poll closes unless its editor says otherwise."""
    return timezone.now() + timedelta(days=30)


class ResultsShown(models.TextChoices):
    """When the public sees the results. Once a poll has closed it always does."""

    VOTED = "voted", _("To who has voted")
    CLOSED = "closed", _("After the poll has closed")
    ALWAYS = "always", _("Always, also before voting")


class Poll(ClusterableModel, DepartmentModel):
    """One question of a department."""

    question = models.CharField(_("question"), max_length=200)
    opens_at = models.DateTimeField(_("opens at"), default=timezone.now)
    closes_at = models.DateTimeField(_("closes at"), default=in_thirty_days)
    results_shown = models.CharField(
        _("results are shown"),
        max_length=10,
        choices=ResultsShown.choices,
        default=ResultsShown.VOTED,
    )
    # Empty once the poll has closed and who voted was forgotten.
    secret = models.CharField(max_length=64, default=new_secret, editable=False)

    panels = [
        FieldPanel("question"),
        InlinePanel(
            "options",
            heading=_("Options"),
            label=_("option"),
            min_num=MIN_OPTIONS,
            max_num=MAX_OPTIONS,
        ),
        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
        FieldPanel("results_shown"),
    ]
    base_form_class = PollForm

    class Meta:
        ordering = ("-opens_at", "-pk")
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        indexes = [models.Index(fields=("department", "closes_at"), name="poll_by_closing")]

    def __str__(self) -> str:
        return self.question

    def clean(self) -> None:
        """Put the text into one form; refuse times that cannot be."""
        super().clean()
        self.question = " ".join(nfc(self.question).split())
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("The poll must close after it opens.")})
        if self.pk and self.closes_at and self.closes_at > timezone.now() and self._has_closed():
            raise ValidationError(
                {"closes_at": _("It has closed and who voted is forgotten: make a new poll.")}
            )

    def _has_closed(self) -> bool:
        """Whether the stored poll has closed, whatever this form says."""
        stored = type(self).of_all_departments.filter(pk=self.pk)
        return stored.filter(closes_at__lte=timezone.now()).exists()

    @property
    def is_open(self) -> bool:
        """Whether it takes votes now."""
        return self.opens_at <= timezone.now() < self.closes_at

    @property
    def has_closed(self) -> bool:
        """Whether it takes no votes any more."""
        return self.closes_at <= timezone.now()

    @property
    def state(self) -> str:
        """In words, for the admin."""
        if self.has_closed:
            return gettext("Closed")
        return gettext("Open for votes") if self.is_open else gettext("Not open yet")

    @property
    def url(self) -> str:
        """The address of its own page."""
        return reverse("poll:poll", args=[self.pk])

    @property
    def shows_results(self) -> bool:
        """Whether everybody may see the results."""
        return self.has_closed or self.results_shown == ResultsShown.ALWAYS

    @property
    def shows_results_to_voters(self) -> bool:
        """Whether one who has just voted may see the results."""
        return self.shows_results or self.results_shown == ResultsShown.VOTED

    @cached_property
    def rows(self) -> list[PollOption]:
        """The options in order."""
        return list(self.options.all())

    @property
    def total(self) -> int:
        """How many votes there are."""
        return sum(option.votes for option in self.rows)

    @property
    def results(self) -> list[dict[str, Any]]:
        """Each option's text, votes, percentage, and its bar's length as SVG writes it."""
        total = self.total
        shares = [100 * option.votes / total if total else 0.0 for option in self.rows]
        return [
            {
                "text": option.text,
                "votes": option.votes,
                "percent": round(share, 1),
                "length": f"{share:.1f}%",
            }
            for option, share in zip(self.rows, shares, strict=True)
        ]


class PollOption(Orderable):
    """One answer that can be chosen, and how often it was."""

    poll = ParentalKey(Poll, on_delete=models.CASCADE, related_name="options")
    text = models.CharField(_("text of the option"), max_length=200)
    votes = models.PositiveIntegerField(_("votes"), default=0, editable=False)

    panels = [FieldPanel("text")]

    class Meta(Orderable.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """Put the text into one form."""
        super().clean()
        self.text = " ".join(nfc(self.text).split())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save all but the votes: they are only ever counted up, in the database."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = ["poll", "text", "sort_order"]
        super().save(*args, **kwargs)


class PollMark(models.Model):
    """That somebody has voted. There is no way from here to a person, nor to an option."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="marks")
    mark = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("mark of a visitor")
        verbose_name_plural = _("marks of visitors")
        constraints = [models.UniqueConstraint(fields=("poll", "mark"), name="one_vote_a_visitor")]

    def __str__(self) -> str:
        return str(self.poll_id)


def published() -> models.QuerySet[Poll]:
    """The current department's polls that have opened, newest first, with their options."""
    options = PollOption.objects.order_by("sort_order", "pk")
    polls: models.QuerySet[Poll] = Poll.objects.filter(opens_at__lte=timezone.now())
    # Django's own cache of what was prefetched is passed by in modelcluster's relations.
    return polls.prefetch_related(models.Prefetch("options", options, to_attr="rows"))  # type: ignore[no-redef]
