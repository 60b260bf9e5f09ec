"""What is kept beside an article's own text, checked and repaired.

The columns that repeat the tree, the entry of the search index, the rows of the
reference index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from modelsearch.conf import get_app_config
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.models import Page, ReferenceIndex
from wagtail.search.backends import get_search_backend

from .models import ArticlePage, HomePage, SectionPage

IndexEntry = get_app_config().get_model("IndexEntry", require_ready=False)
# Articles whose entries are made anew in one go.
BATCH = 500
SEARCH, REFERENCES = "search entry", "references"


@dataclass(frozen=True)
class Fault:
    """An article of which something kept beside its text is not true, or missing."""

    article_id: int
    column: str
    found: object
    expected: object


def find_faults(articles: QuerySet[ArticlePage] | None = None) -> list[Fault]:
    """Every article whose ``site_root``, ``section`` or ``published_at`` is not true."""
    rows = ArticlePage.objects.all() if articles is None else articles
    sections = dict(SectionPage.objects.values_list("path", "pk"))
    homes = dict(HomePage.objects.values_list("path", "pk"))
    faults: list[Fault] = []
    columns = ("pk", "path", "live", "site_root_id", "section_id", "published_at")
    for pk, path, live, site_root, section, published_at in rows.values_list(*columns).iterator():
        expected_root = homes.get(path[: 2 * Page.steplen])
        expected_section = sections.get(path[: -Page.steplen])
        if site_root != expected_root:
            faults.append(Fault(pk, "site_root_id", site_root, expected_root))
        if section != expected_section:
            faults.append(Fault(pk, "section_id", section, expected_section))
        if live and published_at is None:
            faults.append(Fault(pk, "published_at", None, "a time"))
    return faults


def repair_columns(articles: QuerySet[ArticlePage] | None = None) -> list[Fault]:
    """Make them true; returns what was wrong."""
    faults = find_faults(articles)
    for fault in faults:
        rows = ArticlePage.objects.filter(pk=fault.article_id)
        if fault.column == "published_at":
            article = rows.get()
            rows.update(published_at=article.first_published_at or article.last_published_at)
        else:
            rows.update(**{fault.column: fault.expected})
    return faults


def align_columns(home: Page) -> None:
    """Make ``site_root`` and ``section`` true for all articles below ``home``, few statements."""
    articles = ArticlePage.objects.filter(path__startswith=home.path)
    articles.exclude(site_root=home.pk).update(site_root=home.pk)
    for pk, path, depth in SectionPage.objects.filter(path__startswith=home.path).values_list(
        "pk", "path", "depth"
    ):
        inside = articles.filter(path__startswith=path, depth=depth + 1)
        inside.exclude(section=pk).update(section=pk)
        inside.filter(section=None).update(section=pk)
    articles.filter(site_root=None).update(site_root=home.pk)


def find_index_faults() -> list[Fault]:
    """Every article without its entry for search, or without a reference to its picture.

    And every entry of an article that is gone. Asked for in one statement each,
    however many articles there are; what an entry says is not compared.
    """
    kinds = get_descendants_content_types_pks(ArticlePage)
    key = Cast(OuterRef("pk"), CharField())
    entries = IndexEntry.objects.filter(content_type__in=kinds)
    lost = ArticlePage.objects.filter(~Exists(entries.filter(object_id=key)))
    pictured = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=key,
        model_path="main_image",
        to_object_id=Cast(OuterRef("main_image_id"), CharField()),
    )
    unreferenced = ArticlePage.objects.exclude(main_image=None).filter(~Exists(pictured))
    articles = ArticlePage.objects.annotate(key=Cast("pk", CharField()))
    stale = entries.filter(~Exists(articles.filter(key=OuterRef("object_id"))))
    return [
        *(Fault(pk, SEARCH, None, "an entry") for pk in lost.values_list("pk", flat=True)),
        *(
            Fault(pk, REFERENCES, None, "a row for the picture")
            for pk in unreferenced.values_list("pk", flat=True)
        ),
        *(
            Fault(int(pk), SEARCH, "an entry", None)
            for pk in stale.values_list("object_id", flat=True)
        ),
    ]


def repair_indexes() -> list[Fault]:
    """Make both indexes whole again; returns what was wrong."""
    faults = find_index_faults()
    for start in range(0, len(faults), BATCH):
        _repair(faults[start : start + BATCH])
    return faults


@transaction.atomic
def _repair(faults: Sequence[Fault]) -> None:
    stale = [str(fault.article_id) for fault in faults if fault.expected is None]
    kinds = get_descendants_content_types_pks(ArticlePage)
    IndexEntry.objects.filter(content_type__in=kinds, object_id__in=stale).delete()
    wanting = {fault.article_id for fault in faults if fault.expected is not None}
    for page in Page.objects.filter(pk__in=wanting).specific():
        get_search_backend().add(page)
        ReferenceIndex.create_or_update_for_object(page)
