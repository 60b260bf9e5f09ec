"""What can be found on the public sites: one row for each article, page or document."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from sites.models import Department

from .fields import WordsField


class Entry(models.Model):
    """The words of one public thing, and what a search is narrowed down by.

    It is made of the thing and repeats it: ``manage.py index_search`` makes all of them anew.
    """

    #: Which :class:`~cms.search.sources.Source` the thing is of; its ids are that one's.
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(
        Page, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    #: When it was published: among equals the newer one is found first.
    at = models.DateTimeField()
    #: Another site's article shown here too: a search of the whole province passes it over.
    repeats = models.BooleanField(default=False)
    title = WordsField()
    text = WordsField()

    # A section would be "used" by every entry.
    section.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("kind", "object_id"), name="search_entry_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=("department", "-at", "-id"), name="search_entry_site_time"),
            models.Index(fields=("section", "-at", "-id"), name="search_entry_section_time"),
            models.Index(
                fields=("-at", "-id"), name="search_entry_time", condition=models.Q(repeats=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
