"""Taking a rating once a visitor, page and day, and forgetting who rated when the day is over."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.sdk import Department, nfc

from .models import MAX_COMMENT, Comment, DailySecret, Grade, PageRating, VisitorMark, column

COMMENTS_A_VISITOR = 5
COMMENTS_A_SITE = 300

# No Cc but the line's end, and nothing that turns the direction of what follows.
_INVISIBLE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]"
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")

# Makes a mark of a text that only the same visitor gets again.
Marker = Callable[[str], str]


class Outcome(Enum):
    """What became of a rating."""

    COUNTED = "counted"
    ALREADY = "already"
    TOO_MANY_COMMENTS = "comments"


class _RefusedError(Exception):
    """Takes everything back with the transaction."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


def clean_comment(text: str) -> str:
    """The comment as it is stored: plain text of at most 500 characters.

    Raises:
        ValidationError: it is longer, or names an e-mail address.
    """
    text = _INVISIBLE.sub(" ", nfc(text.replace("\r\n", "\n").replace("\r", "\n")))
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]+", " ", text)).strip()
    if len(text) > MAX_COMMENT:
        raise ValidationError(_("Your comment is longer than 500 characters: shorten it."))
    if _EMAIL.search(text):
        raise ValidationError(_("Ratings are anonymous: take the e-mail address out."))
    return text


def rate(department: Department, page: Page, grade: Grade, comment: str, marker: Marker) -> Outcome:
    """Count a rating, and keep its comment, once a visitor, page and day.

    The day's secret is locked, so that nobody's mark is written while it is
    being deleted; the mark lets one of several simultaneous ratings through.
    Nothing is kept unless all of it is.
    """
    today = timezone.localdate()
    try:
        with transaction.atomic():
            secret, is_new = DailySecret.objects.select_for_update().get_or_create(
                department=department, day=today
            )
            if is_new:
                forget_visitors(department)
            _mark(secret, marker(f"{secret.secret}:page:{page.pk}"), 1, Outcome.ALREADY)
            rating, _created = PageRating.objects.get_or_create(department=department, page=page)
            counter = column(grade)
            PageRating.objects.filter(pk=rating.pk).update(**{counter: F(counter) + 1})
            if comment:
                written = Comment.objects.filter(day=today).count()
                if written >= COMMENTS_A_SITE:
                    raise _RefusedError(Outcome.TOO_MANY_COMMENTS)
                mark = marker(f"{secret.secret}:comments")
                _mark(secret, mark, COMMENTS_A_VISITOR, Outcome.TOO_MANY_COMMENTS)
                Comment.objects.create(
                    department=department, page=page, grade=grade, text=comment, day=today
                )
    except _RefusedError as refused:
        return refused.outcome
    return Outcome.COUNTED


def _mark(secret: DailySecret, mark: str, at_most: int, otherwise: Outcome) -> None:
    """Count ``mark`` up. Raises _RefusedError where that would be more than ``at_most``."""
    row, _created = VisitorMark.objects.get_or_create(secret=secret, mark=mark)
    free = VisitorMark.objects.filter(pk=row.pk, count__lt=at_most)
    if not free.update(count=F("count") + 1):
        raise _RefusedError(otherwise)


def forget_visitors(department: Department) -> int:
    """Delete the secrets of past days with their marks. Returns how many days there were."""
    with transaction.atomic():
        past = DailySecret.of_all_departments.filter(
            department=department, day__lt=timezone.localdate()
        )
        ids = list(past.select_for_update().values_list("pk", flat=True))
        VisitorMark.objects.filter(secret__in=ids).delete()
        DailySecret.of_all_departments.filter(pk__in=ids).delete()
    return len(ids)
