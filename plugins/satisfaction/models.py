"""Counters of each page's grades, comments, and the day's marks of who has rated.

Decree 224/2026/NĐ-CP, article 10.3, wants the rating anonymous. So a mark says
neither who nor which page: it is made with the page's number and a secret of
the day, and both are deleted when the day is over. A comment has no time of day.
"""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.sdk import DepartmentModel

MAX_COMMENT = 500


class Grade(models.IntegerChoices):
    """What a visitor can say. A word keeps its number whether a site offers three or five."""

    VERY_SATISFIED = 5, _("Very satisfied")
    SATISFIED = 4, _("Satisfied")
    NEUTRAL = 3, _("Neutral")
    NOT_SATISFIED = 2, _("Not satisfied")
    VERY_DISSATISFIED = 1, _("Very dissatisfied")


SCALES: dict[str, tuple[Grade, ...]] = {
    "3": (Grade.VERY_SATISFIED, Grade.SATISFIED, Grade.NOT_SATISFIED),
    "5": tuple(Grade),
}


def column(grade: Grade) -> str:
    """The name of a grade's counter."""
    return f"grade_{grade.value}"


def _page_key() -> models.ForeignKey[Page, Page]:
    # No constraint: a table that was left behind must not keep pages from being deleted.
    return models.ForeignKey(
        Page,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        verbose_name=_("page"),
    )


class PageRating(DepartmentModel):
    """How often each grade was given to one page."""

    page = _page_key()
    grade_5 = models.PositiveIntegerField(_("very satisfied"), default=0)
    grade_4 = models.PositiveIntegerField(_("satisfied"), default=0)
    grade_3 = models.PositiveIntegerField(_("neutral"), default=0)
    grade_2 = models.PositiveIntegerField(_("not satisfied"), default=0)
    grade_1 = models.PositiveIntegerField(_("very dissatisfied"), default=0)

    class Meta:
        verbose_name = _("rating of a page")
        verbose_name_plural = _("satisfaction with pages")
        constraints = [
            models.UniqueConstraint(fields=("department", "page"), name="one_rating_row_a_page")
        ]

    def __str__(self) -> str:
        return self.page.title

    @property
    def address(self) -> str:
        """Where the page is; empty where it is nowhere any more."""
        return self.page.full_url or ""

    def count(self, grade: Grade) -> int:
        """How often ``grade`` was given."""
        number: int = getattr(self, column(grade))
        return number

    @property
    def total(self) -> int:
        """How many ratings there are."""
        return sum(self.count(grade) for grade in Grade)

    @property
    def average(self) -> float | None:
        """From 1 to 5 points; None without ratings."""
        total = self.total
        points = sum(grade.value * self.count(grade) for grade in Grade)
        return round(points / total, 2) if total else None

    @property
    def satisfied_percent(self) -> float | None:
        """The share of those who are satisfied or very satisfied."""
        total = self.total
        return round(100 * (self.grade_5 + self.grade_4) / total, 1) if total else None

    @property
    def distribution(self) -> list[dict[str, str | int | float]]:
        """Each grade in words, its number, percentage, and its bar's length as SVG writes it."""
        total = self.total
        shares = {grade: 100 * self.count(grade) / total if total else 0.0 for grade in Grade}
        return [
            {
                "label": str(grade.label),
                "count": self.count(grade),
                "percent": round(share, 1),
                "length": f"{share:.1f}%",
            }
            for grade, share in shares.items()
        ]


class Comment(DepartmentModel):
    """What somebody wrote beside a rating; plain text, with the day."""

    page = _page_key()
    grade = models.PositiveSmallIntegerField(_("rating"), choices=Grade.choices)
    text = models.CharField(_("comment"), max_length=MAX_COMMENT)
    day = models.DateField(_("day"), default=timezone.localdate)

    #: Read in the admin only, and written by anybody: no link in it is the site's.
    searched_for_links = False

    class Meta:
        ordering = ("-day", "-pk")
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=("department", "page", "-day"), name="comment_by_page"),
            models.Index(fields=("department", "day"), name="comment_by_day"),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"


def new_secret() -> str:
    """What the marks of one day are made with."""
    return secrets.token_urlsafe(32)


class DailySecret(DepartmentModel):
    """The secret of one day. Deleting it deletes the day's marks."""

    day = models.DateField()
    secret = models.CharField(max_length=64, default=new_secret)

    class Meta:
        verbose_name = _("secret of a day")
        verbose_name_plural = _("secrets of days")
        constraints = [
            models.UniqueConstraint(fields=("department", "day"), name="one_secret_a_day")
        ]

    def __str__(self) -> str:
        return str(self.day)


class VisitorMark(models.Model):
    """That somebody rated a page today, or how many comments somebody wrote today."""

    secret = models.ForeignKey(DailySecret, on_delete=models.CASCADE, related_name="marks")
    mark = models.CharField(max_length=32)
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("mark of a visitor")
        verbose_name_plural = _("marks of visitors")
        constraints = [
            models.UniqueConstraint(fields=("secret", "mark"), name="one_mark_a_visitor_a_day")
        ]

    def __str__(self) -> str:
        return str(self.secret_id)
