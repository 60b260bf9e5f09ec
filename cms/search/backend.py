"""Wagtail's database search, whose price for one article does not grow with the index.

A title weighs more the shorter it is: its entry's ``title_norm`` is the average
length of titles divided by its own. At every save modelsearch reads that average
from the whole index and looks through the whole index for entries without a norm
(``_refresh_title_norms``; a second and more at a million articles). Here the average is
that of the newest entries, and the norm is set on the entries just written.
``manage.py update_index`` sets all of them from the exact average, as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Avg, F, Model
from django.db.models.functions import Length
from modelsearch.backends.base import BaseIndex
from modelsearch.utils import get_content_type_pk
from wagtail.search.backends import database

#: So many titles give the average within a few per cent, which ranking does not notice.
SAMPLE = 200


class _OwnTitleNorms(BaseIndex):
    """Sets the norm of the entries that it writes, and of no others."""

    entries: Any

    def average_title_length(self) -> float:
        """The average length of the newest titles, in the index's own measure; at least 1."""
        lengths = self.entries.annotate(length=Length("title")).filter(length__gt=0)
        newest = lengths.order_by("-pk")[:SAMPLE]
        return max(1.0, newest.aggregate(average=Avg("length"))["average"] or 1.0)

    def add_items(self, model: type[Model], objs: Sequence[Model]) -> None:
        """Write the entries of ``objs`` and their norms."""
        super().add_items(model, objs)
        written = self.entries.filter(
            content_type_id=get_content_type_pk(model), object_id__in=[str(obj.pk) for obj in objs]
        )
        written.annotate(length=Length("title")).filter(length__gt=0).update(
            title_norm=self.average_title_length() / F("length")
        )

    def _refresh_title_norms(self, full: bool = False) -> None:
        """Only what a whole new index asks for; :meth:`add_items` does the rest."""
        if full:
            super()._refresh_title_norms(full=True)


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  (modelsearch asks for the name)
    """The backend for the database in use.

    Raises:
        NotSupportedError: from modelsearch, where the database cannot search.
    """
    backend = database.SearchBackend(params)
    index = backend.index_class
    backend.index_class = type(index.__name__, (_OwnTitleNorms, index), {})
    return backend
