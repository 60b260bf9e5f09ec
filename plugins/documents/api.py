"""The register as data, at ``/api/v1/documents`` of a site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cms.sdk import Schema

from .filtering import Place
from .models import LegalDocument, published


class DocumentRow(Schema):
    """One legal document; addresses are within the site."""

    id: int
    type: str
    number: str
    issuing_body: str
    summary: str
    issued_on: date
    signer: str
    starts_on: date
    ends_on: date | None
    url: str

    @staticmethod
    def resolve_type(document: LegalDocument) -> str:
        """The type by its name."""
        return document.type.name


def read(after: str, limit: int) -> tuple[Sequence[LegalDocument], str | None]:
    """At most ``limit`` published documents after a place, newest first, and the next place.

    Raises ValueError for what is no place in the list.
    """
    documents = published()
    if after:
        documents = documents.filter(Place.parse(after).beyond("lt"))
    found = list(documents[: limit + 1])
    following = str(Place.of(found[limit - 1])) if len(found) > limit else None
    return found[:limit], following
