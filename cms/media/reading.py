"""The pictures and files of one department, and of nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import QuerySet
from wagtail.images.models import SourceImageIOError
from wagtail.models import CollectionMember

from sites.models import Department

from .models import SenDocument, SenImage, SenRendition

Member = TypeVar("Member", bound=CollectionMember)


def rendition_of(picture: SenImage, spec: str) -> SenRendition | None:
    """``picture`` in another size; None where its file cannot be read or the copy not stored."""
    try:
        found: SenRendition = picture.get_rendition(spec)
    except SourceImageIOError:
        return None
    return found


class SiteMedia:
    """What lies in a department's collection and the collections below it.

    A chooser refuses what its user may not choose; stored settings can name
    anything, for instance after a site was copied or its settings imported.
    """

    def __init__(self, department: Department) -> None:
        self.department = department

    def pictures(self, ids: Iterable[int]) -> dict[int, SenImage]:
        """Those of ``ids`` that are the department's pictures, with their renditions."""
        own = self._own(SenImage.objects.prefetch_related("renditions"))
        return {picture.pk: picture for picture in own.filter(pk__in=list(ids))}

    def newest_pictures(self, limit: int) -> list[SenImage]:
        """The department's newest pictures, at most ``limit``, with their renditions."""
        own = self._own(SenImage.objects.prefetch_related("renditions"))
        return list(own.order_by("-created_at", "-pk")[:limit])

    def files(self, ids: Iterable[int]) -> dict[int, SenDocument]:
        """Those of ``ids`` that are the department's files."""
        own = self._own(SenDocument.objects.all())
        return {document.pk: document for document in own.filter(pk__in=list(ids))}

    def _own(self, members: QuerySet[Member]) -> QuerySet[Member]:
        return members.filter(collection__path__startswith=self.department.collection.path)
