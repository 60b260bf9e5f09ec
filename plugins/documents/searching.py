"""What the site's search finds of the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.sdk import SearchFound, SearchSource, SearchWords

from .models import LegalDocument


def _moment(document: LegalDocument) -> datetime:
    """The day of issue as a time: noon, the same day in every zone that matters."""
    return datetime.combine(document.issued_on, time(12), timezone.get_default_timezone())


class DocumentSource(SearchSource):
    """Published legal documents, by number, type, summary, issuing body and signer."""

    kind = "van-ban"
    label = _("Legal documents")
    models = (LegalDocument,)

    def public(self) -> QuerySet[LegalDocument]:
        """The published ones of all departments."""
        rows: QuerySet[LegalDocument] = LegalDocument.of_all_departments.filter(is_published=True)
        return rows.select_related("type")

    def may_be_public(self, thing: LegalDocument) -> bool:
        """Whether it is published."""
        return bool(thing.is_published)

    def words(self, things: Sequence[LegalDocument]) -> dict[int, SearchWords]:
        """A number is looked for as it stands in the heading, everything else beside it."""
        return {
            document.pk: SearchWords(
                department_id=document.department_id,
                title=f"{document.heading} {document.summary}",
                pieces=[document.issuing_body, document.signer, document.topic],
                at=_moment(document),
            )
            for document in things
        }

    def found(self, ids: Iterable[int]) -> dict[int, SearchFound]:
        """Those that are published now."""
        return {
            document.pk: SearchFound(
                title=document.heading,
                url=document.url,
                lead=document.summary,
                pieces=[document.summary, document.issuing_body, document.signer],
                at=_moment(document).astimezone(UTC),
                note=document.issuing_body,
            )
            for document in self.public().filter(pk__in=list(ids))
        }
