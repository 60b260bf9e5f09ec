"""Moving pages from one site to another in bulk, and remembering where they were.

Wagtail's own move is some twenty queries and two signals a page, and a merge moves
ten thousand. Here the pages, with all below them, are given new places in a few
statements; ``pages_moved`` tells everybody at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _
from wagtail.models import Page, PageViewRestriction, Revision

from sites.models import Department, FormerAddress

from .report import Progress, Report

BATCH = 500
MAX_SLUG = 255
Span = tuple[int, int]


def remember_addresses(department: Department, pages: Iterable[tuple[int, str]]) -> int:
    """Write down where pages of ``department`` are now: ``(key, url_path)``; returns how many.

    What was written down for a path before is forgotten: the page that is there now counts.
    """
    root = department.site.root_page.url_path
    rows = [
        FormerAddress(department=department, path=f"/{url_path[len(root) :]}", page_id=pk)
        for pk, url_path in pages
    ]
    FormerAddress.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["department", "path"],
        update_fields=["page"],
    )
    return len(rows)


def below(page: Page) -> list[tuple[int, str]]:
    """``page`` and everything below it: ``(key, url_path)``."""
    return list(
        Page.objects.filter(path__startswith=page.path)
        .values_list("pk", "url_path")
        .order_by("path")
    )


def free_slug(slug: str, taken: set[str]) -> str:
    """``slug``, or with the first number at its end that is not taken; never longer than a slug."""
    if slug not in taken:
        return slug
    number = 2
    while (free := f"{slug[: MAX_SLUG - len(str(number)) - 1]}-{number}") in taken:
        number += 1
    return free


def part_of(span: Span, number: int, count: int) -> Span:
    """The ``number``-th of ``count`` parts of a span of per cent."""
    width = span[1] - span[0]
    return span[0] + width * number // count, span[0] + width * (number + 1) // count


class Twins:
    """Which page of a parent one that comes from elsewhere would be one with.

    Two sections of one address or one title are one; two texts are always two. What
    is a section, its page type says by ``becomes_part_of_its_twin``.
    """

    def __init__(self, parent: Page) -> None:
        self.children = list(parent.get_children())

    def slugs(self) -> set[str]:
        """The addresses that are taken."""
        return {child.slug for child in self.children}

    def of(self, page: Page) -> Page | None:
        """The page below the parent that ``page`` would be one with."""
        if not getattr(page.specific_class, "becomes_part_of_its_twin", False):
            return None
        alike = [child for child in self.children if child.content_type_id == page.content_type_id]
        by_slug = [child for child in alike if child.slug == page.slug]
        by_title = [child for child in alike if child.title.casefold() == page.title.casefold()]
        return next(iter(by_slug + by_title), None)


def is_private(*pages: Page) -> bool:
    """Whether one of ``pages`` is kept from the public by a restriction of its own."""
    return PageViewRestriction.objects.filter(page__in=[page.pk for page in pages]).exists()


def merge_children(
    source: Page,
    target: Page,
    report: Report,
    progress: Progress,
    span: Span,
    *,
    keep_sections: bool = False,
) -> None:
    """Put the children of ``source``, with all below them, under ``target``, after its own.

    A section that is there already takes the pages of the one that comes, which
    stays behind empty; see :func:`merge_into`. A private one stays apart: what is in
    it would become public. Any other page whose slug is taken gets a number; its old
    address is remembered by the caller.

    Args:
        span: from which to which per cent this is of the whole.
        keep_sections: sections stay apart.
    """
    children = list(source.get_children().order_by("path"))
    twins = Twins(target)
    taken = twins.slugs()
    going: list[Page] = []
    for number, child in enumerate(children):
        twin = None if keep_sections else twins.of(child)
        if twin is not None and not is_private(child, twin):
            merge_into(child, twin, report, progress, part_of(span, number, len(children)))
            continue
        slug = free_slug(child.slug, taken)
        taken.add(slug)
        if slug != child.slug:
            report.collide(
                _("the address “%(slug)s” below “%(parent)s”")
                % {"slug": child.slug, "parent": target.title},
                _("the page that comes is now “%(slug)s”; its old address redirects")
                % {"slug": slug},
            )
        child.slug = slug
        going.append(child)
    transplant(going, target, progress, span)


def merge_into(section: Page, twin: Page, report: Report, progress: Progress, span: Span) -> None:
    """Make ``section`` part of ``twin``: its pages go there, its addresses lead there.

    The empty section is kept with the record of its site. Links, settings of
    widgets and whatever else names it by its key go on: its old host redirects.
    """
    report.collide(
        _("the section “%(title)s” (%(slug)s)") % {"title": section.title, "slug": section.slug},
        _("is one with the section “%(title)s” that is there") % {"title": twin.title},
    )
    merge_children(section, twin, report, progress, span)
    lead_to(twin, section)


def lead_to(new: Page, old: Page) -> None:
    """Let every address that leads to ``old`` lead to ``new``."""
    from wagtail.contrib.redirects.models import Redirect

    FormerAddress.objects.filter(page=old).update(page=new)
    Redirect.objects.filter(redirect_page=old).update(redirect_page=new)


def transplant(pages: Sequence[Page], parent: Page, progress: Progress, span: Span) -> None:
    """Put ``pages``, with all below them, under ``parent``, after its own, in this order.

    Each goes under the slug it has in memory, which must be free there.
    """
    if not pages:
        return
    parent = Page.objects.get(pk=parent.pk)
    last = parent.get_last_child()
    step = Page._str2int(last.path[-Page.steplen :]) if last else 0
    former_parents = {page.path[: -Page.steplen] for page in pages}
    slugs = dict(Page.objects.filter(pk__in=[page.pk for page in pages]).values_list("pk", "slug"))
    renamed = {page.pk: page.slug for page in pages if slugs[page.pk] != page.slug}
    for number, page in enumerate(pages, start=1):
        path = Page._get_path(parent.path, parent.depth + 1, step + number)
        url_path = f"{parent.url_path}{page.slug}/"
        if page.numchild:
            _move_below(page, path, url_path, parent.depth + 1 - page.depth)
        page.path, page.depth, page.url_path = path, parent.depth + 1, url_path
    for begin in range(0, len(pages), BATCH):
        batch = pages[begin : begin + BATCH]
        Page.objects.bulk_update(batch, ["path", "depth", "slug", "url_path"], batch_size=BATCH)
        done = (begin + len(batch)) / len(pages)
        progress(round(span[0] + (span[1] - span[0]) * done), parent.title)
    _rename_in_revisions(renamed)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(pages))
    for path in former_parents:
        left = Page.objects.filter(path__startswith=path, depth=len(path) // Page.steplen + 1)
        Page.objects.filter(path=path).update(numchild=left.aggregate(n=Count("pk"))["n"])


def _move_below(page: Page, path: str, url_path: str, deeper: int) -> None:
    """Rewrite the places of what stands below ``page``."""
    inner: Any = Page.objects.filter(path__startswith=page.path, depth__gt=page.depth)
    inner.update(
        path=Concat(Value(path), Substr("path", len(page.path) + 1)),
        url_path=Concat(Value(url_path), Substr("url_path", len(page.url_path) + 1)),
        depth=F("depth") + deeper,
    )


def _rename_in_revisions(slugs: dict[int, str]) -> None:
    """Let the drafts and the scheduled publications of pages keep the new slugs.

    A revision holds the slug; published as it is, it would bring the taken one back,
    or rather be refused for it, whenever the scheduler comes to it.
    """
    revisions: Any = Revision.page_revisions
    keys = [str(pk) for pk in slugs]
    for begin in range(0, len(keys), BATCH):
        waiting = revisions.filter(object_id__in=keys[begin : begin + BATCH])
        latest = Page.objects.filter(pk__in=slugs).values("latest_revision")
        rows = list(
            waiting.filter(pk__in=latest) | waiting.filter(approved_go_live_at__isnull=False)
        )
        for revision in rows:
            revision.content["slug"] = slugs[int(revision.object_id)]
        Revision.objects.bulk_update(rows, ["content"], batch_size=BATCH // 5)
