"""Corrections of published articles: dated once, kept as they were, written into the record."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.record.models import Kind
from cms.record.writing import record
from sites.tree import department_of

if TYPE_CHECKING:
    from .models import ArticlePage


def date_corrections(article: ArticlePage) -> None:
    """Give each correction of a text that becomes public its time; one that has a time keeps it.

    A revision holds none: it was written before the correction was public. Sets
    ``corrected_at`` of the article, and ``new_corrections`` for the record.
    """
    kept = _published(article)
    corrections = list(article.corrections.all())
    written = {(one.what, one.why) for one in corrections}
    # A draft that is older than a correction must not take it away.
    if missing := _rows(article, set(kept) - written):
        article.corrections.add(*missing)
        corrections += missing
    if not corrections:
        article.corrected_at, article.new_corrections = None, []
        return
    now = timezone.now()
    new = []
    for correction in corrections:
        before = kept.get((correction.what, correction.why))
        if before is not None:
            correction.corrected_at = before
        elif correction.corrected_at is None:
            correction.corrected_at = now
            new.append(correction)
    article.new_corrections = new
    article.corrected_at = max(one.corrected_at for one in corrections)


def refuse_changed_corrections(article: ArticlePage) -> None:
    """Raise ValidationError where a correction that is public was changed or left out."""
    now = {(one.what, one.why) for one in article.corrections.all()}
    for words, corrected_at in _published(article).items():
        if words not in now:
            raise ValidationError(
                _(
                    "The correction of %(day)s is public and stays as it is: “%(what)s”. "
                    "Put it back; if it was wrong itself, add another one."
                )
                % {
                    "day": timezone.localtime(corrected_at).strftime("%d/%m/%Y"),
                    "what": words[0],
                }
            )


def record_corrections(sender: type[ArticlePage], instance: Any, **kwargs: Any) -> None:
    """Write each new correction into the record. Listens to ``page_published``."""
    new = getattr(instance, "new_corrections", [])
    department = department_of(instance) if new else None
    if department is None:
        return
    for correction in new:
        record(
            department,
            "sen.correction",
            Kind.PAGE,
            about=instance.get_admin_display_title(),
            details=correction.what,
            page_id=instance.pk,
            revision=kwargs.get("revision"),
            why=correction.why,
        )
    instance.new_corrections = []


def _published(article: ArticlePage) -> dict[tuple[str, str], datetime]:
    """When each of the article's corrections became public, by its words.

    By its words, since a draft knows no keys of rows that were made after it.
    """
    from .models import Correction

    if not article.pk:
        return {}
    rows = Correction.objects.filter(article=article.pk).exclude(corrected_at=None)
    return {(row.what, row.why): row.corrected_at for row in rows}


def _rows(article: ArticlePage, words: set[tuple[str, str]]) -> list[Any]:
    """The article's public corrections with these words."""
    from .models import Correction

    rows = Correction.objects.filter(article=article.pk) if words else ()
    return [row for row in rows if (row.what, row.why) in words]
