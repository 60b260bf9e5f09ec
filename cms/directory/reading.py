"""Which sites the province has, as everybody may know it: names, kinds, addresses.

It is the only list that crosses the border between departments, so what stands
in it is written down here field by field; nothing else of a department leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch
from wagtail.images import get_image_model

from cms.content.text import fold
from cms.media.reading import rendition_of
from sites.models import Department, DepartmentKind

PROVINCE = "province"
LOGO = "max-96x96"


@dataclass(frozen=True)
class ComponentSite:
    """One site of the list; all of it is public.

    Attributes:
        name, short_name: of the body; the short name is the full one where there is none.
        kind: code of its kind, such as ``commune``; ``kind_name`` and
            ``kind_plural`` are the kind in words.
        host, url: where the site is; ``url`` has no slash at its end.
        parent_host: host of the body above, empty where there is none.
        logo_url: address of the logo, empty where there is none or it was not asked for.
    """

    name: str
    short_name: str
    kind: str
    kind_name: str
    kind_plural: str
    host: str
    url: str
    parent_host: str
    logo_url: str = ""


def is_portal(department: Department) -> bool:
    """Whether the site of ``department`` is the province's own."""
    return department.parent_id is None and department.kind.code == PROVINCE


def portal() -> Department | None:
    """The province's own site; None before it is open."""
    rows = Department.objects.filter(kind__code=PROVINCE, parent=None).select_related("site")
    return rows.order_by("pk").first()


def site_kinds() -> list[tuple[str, str]]:
    """The kinds of component sites: ``(code, plural)``, in their order."""
    kinds = DepartmentKind.objects.exclude(code=PROVINCE)
    return list(kinds.values_list("code", "plural_name"))


def component_sites(
    *, below: Department | None = None, kinds: Iterable[str] = (), logos: bool = False
) -> list[ComponentSite]:
    """The active sites beside the province's own, by order of their kinds, then by name.

    One query however many there are; with logos three.

    Args:
        below: only those whose body stands below this one, at any depth.
        kinds: only these, by code; all where it is empty.
        logos: whether to look for logos.
    """
    found = Department.objects.select_related("site", "kind")
    if logos:
        images = get_image_model()._default_manager.prefetch_renditions(LOGO)
        found = found.prefetch_related(Prefetch("logo", queryset=images))
    # Folded, so that Đ stands beside D; what a database takes for order differs.
    rows = sorted(found, key=lambda row: (row.kind.order, row.kind.code, fold(row.name), row.name))
    hosts = {row.pk: row.host for row in rows}
    # Below the province is everything, also what was opened before it.
    inside = None if below is None or is_portal(below) else _below(below, rows)
    wanted = frozenset(kinds)
    return [
        _public(row, hosts.get(row.parent_id, ""), logos)
        for row in rows
        if row.state == Department.State.ACTIVE
        and not is_portal(row)
        and (inside is None or row.pk in inside)
        and (not wanted or row.kind.code in wanted)
    ]


def _below(department: Department, rows: Iterable[Department]) -> set[int]:
    """The keys of what stands below ``department``, whatever the state of what is between."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row.pk)

    def walk(pk: int, above: frozenset[int]) -> Iterator[int]:
        # The database does not forbid that two bodies stand below each other.
        for child in children[pk]:
            if child not in above:
                yield child
                yield from walk(child, above | {child})

    return set(walk(department.pk, frozenset({department.pk})))


def _public(row: Department, parent_host: str, logos: bool) -> ComponentSite:
    logo = rendition_of(row.logo, LOGO) if logos and row.logo else None
    return ComponentSite(
        name=row.name,
        short_name=row.display_short_name,
        kind=row.kind.code,
        kind_name=row.kind.name,
        kind_plural=row.kind.plural_name,
        host=row.host,
        url=row.site.root_url,
        parent_host=parent_host,
        logo_url=logo.url if logo else "",
    )
