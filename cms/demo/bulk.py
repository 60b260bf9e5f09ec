"""Inserting many articles at once: tree paths computed, four statements a batch.

``add_child`` writes 25 to 40 pages a second; an experiment wants thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models.sql import InsertQuery
from wagtail.models import Locale, Page

from cms.news.models import ArticlePage, HomePage, SectionPage

BATCH = 500


@transaction.atomic
def insert_articles(
    home: HomePage, section: SectionPage, articles: Sequence[ArticlePage], owner: Any
) -> None:
    """Append live ``articles`` below ``section``; each gets its primary key.

    Args:
        home: the home page of the section's site.
        articles: unsaved, with title, slug, lead, body and ``published_at`` set.
            Slugs must be unique within the section.
        owner: who wrote them.
    """
    if not articles:
        return
    last = section.get_last_child()
    step = Page._str2int(last.path[-Page.steplen :]) if last else 0
    content_type = ContentType.objects.get_for_model(ArticlePage)
    locale = Locale.get_default()
    pages = []
    for number, article in enumerate(articles, start=step + 1):
        moment = article.published_at
        pages.append(
            Page(
                title=article.title,
                draft_title=article.title,
                slug=article.slug,
                content_type=content_type,
                path=Page._get_path(section.path, section.depth + 1, number),
                depth=section.depth + 1,
                url_path=f"{section.url_path}{article.slug}/",
                owner=owner,
                live=True,
                locale=locale,
                translation_key=uuid5(NAMESPACE_URL, f"{section.url_path}{article.slug}"),
                first_published_at=moment,
                last_published_at=moment,
                latest_revision_created_at=moment,
            )
        )
    for page, article in zip(
        Page.objects.bulk_create(pages, batch_size=BATCH), articles, strict=True
    ):
        article.page_ptr = page
        article.pk = page.pk
        article.site_root_id = home.pk
        article.section_id = section.pk
    _insert_own_rows(ArticlePage, articles)
    Page.objects.filter(pk=section.pk).update(numchild=models.F("numchild") + len(pages))


def _insert_own_rows(model: type[models.Model], objects: Sequence[models.Model]) -> None:
    """Insert the rows of ``model``'s own table; its parent's are there.

    ``bulk_create`` refuses models with a parent table (Django ticket 28821).
    """
    fields = model._meta.local_concrete_fields
    size = max(1, min(BATCH, connection.ops.bulk_batch_size(fields, objects)))
    for start in range(0, len(objects), size):
        query = InsertQuery(model)
        query.insert_values(fields, list(objects[start : start + size]), raw=True)
        query.get_compiler(connection=connection).execute_sql()


def insert_rows(rows: Iterable[models.Model]) -> None:
    """Insert rows of plain models, each model's together."""
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for model, objects in by_model.items():
        model._default_manager.bulk_create(objects, batch_size=BATCH)
