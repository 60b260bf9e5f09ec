"""The province's name and logo, as the admin carries them on every host."""

from __future__ import annotations

from typing import TypedDict

from django.core.cache import cache

from cms.media.reading import rendition_of
from sites.models import Department

KEY, SECONDS = "theme:province", 60


class Province(TypedDict):
    """What the admin shows: both are empty while the province has no site."""

    name: str
    logo: str


def province() -> Province:
    """The short name and the address of the logo of the province; kept for a minute."""
    found: Province | None = cache.get(KEY)
    if found is None:
        found = _read()
        cache.set(KEY, found, SECONDS)
    return found


def _read() -> Province:
    department = (
        Department.objects.filter(kind__code="province")
        .select_related("logo")
        .order_by("pk")
        .first()
    )
    if department is None:
        return {"name": "", "logo": ""}
    logo = rendition_of(department.logo, "max-320x160") if department.logo else None
    return {"name": department.display_short_name, "logo": logo.url if logo else ""}
