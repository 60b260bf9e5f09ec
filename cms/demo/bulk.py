"""Writing a site's articles by the thousand, each as whole as one from the editor.

``add_child`` writes 25 to 40 pages a second. Here a batch of articles becomes rows
of every table concerned (page, article, byline, tags, revision, search entry,
references, count) with tree paths and ids computed beforehand, and each table is
written once a batch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from functools import cache, lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import F, Max
from modelsearch.backends.database.postgres.weights import get_weight
from modelsearch.conf import get_app_config
from taggit.models import Tag
from wagtail.models import Locale, Page, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backend
from wagtail.search.index import SearchField

from cms.content.text import slugify
from cms.media.models import SenImage
from cms.news.models import ArticlePage, ArticleTag, BylineEntry, HomePage, SectionPage
from cms.news.searching import ARTICLES
from cms.search.backend import both_ways
from cms.search.fields import GIN_INDEXES, as_vector
from cms.search.indexing import entry_of
from cms.search.models import Entry
from cms.search.sources import Words
from cms.search.words import tokens_of
from cms.traffic.models import OpeningBalance
from cms.users.models import User
from sites.models import Department

from .bodies import BodyMaker, searchable
from .records import DemoArticle
from .rows import Row, Table, copy_into, reserve_ids

#: Articles written in one transaction.
BATCH = 2000

# The demo's articles share most of their sentences.
_tokens_of = lru_cache(maxsize=8192)(tokens_of)

IndexEntry = get_app_config().get_model("IndexEntry", require_ready=False)


class ArticleWriter:
    """Writes articles below the sections of one site.

    Args:
        sections: the site's sections by the name that the demo's articles give them.
        images: the site's pictures by key; all that the articles show.
        author: who wrote them.
    """

    def __init__(
        self,
        department: Department,
        home: HomePage,
        sections: Mapping[str, SectionPage],
        images: Mapping[str, int],
        bodies: BodyMaker,
        author: User,
    ) -> None:
        self.department, self.home, self.author = department, home, author
        self.sections, self.images, self.bodies = sections, images, bodies
        self.slugs: dict[str, set[str]] = {
            name: set(section.get_children().values_list("slug", flat=True))
            for name, section in sections.items()
        }
        self.type = ContentType.objects.get_for_model(ArticlePage).pk
        self.page_type = ContentType.objects.get_for_model(Page).pk
        self.locale = Locale.get_default().pk
        # What a revision says of an article that says nothing.
        self.blank = ArticlePage(
            depth=home.depth + 2, content_type_id=self.type, locale_id=self.locale, owner=author
        ).serializable_data()
        self._tag_ids: dict[str, int] = {}
        self._steps: dict[str, int] = {}

    def tag_id(self, name: str) -> int:
        """The id of the tag with this name, made where there is none."""
        if name not in self._tag_ids:
            tag, _new = Tag.objects.get_or_create(slug=slugify(name), defaults={"name": name})
            self._tag_ids[name] = tag.pk
        return self._tag_ids[name]

    def batch(self, articles: Sequence[DemoArticle]) -> Batch:
        """``articles``, none of which is there, as the next ones in their sections."""
        return Batch(self, articles)

    def next_path(self, section: SectionPage) -> str:
        """The path of the next page below ``section``."""
        step = self._steps.get(section.path)
        if step is None:
            below = Page.objects.filter(path__startswith=section.path, depth=section.depth + 1)
            last = below.aggregate(path=Max("path"))["path"]
            step = Page._str2int(last[-Page.steplen :]) if last else 0
        self._steps[section.path] = step + 1
        path: str = Page._get_path(section.path, section.depth + 1, step + 1)
        return path


class Batch:
    """Some live articles as rows, which :meth:`write` writes in one transaction."""

    def __init__(self, writer: ArticleWriter, articles: Sequence[DemoArticle]) -> None:
        self.pages: list[Row] = []
        self.articles: list[Row] = []
        self.byline: list[Row] = []
        self.tags: list[Row] = []
        self.revisions: list[Row] = []
        self.references: list[Row] = []
        self.balances: list[Row] = []
        self.entries: list[Row] = []
        self.found: list[Row] = []
        self.added: dict[int, int] = {}
        self._writer = writer
        self._page_ids = iter(reserve_ids(Page, len(articles)))
        self._revision_ids = iter(reserve_ids(Revision, len(articles)))
        named = sum(len(article.byline) for article in articles)
        tagged = sum(len(article.tags) for article in articles)
        self._byline_ids = iter(reserve_ids(BylineEntry, named))
        self._tag_ids = iter(reserve_ids(ArticleTag, tagged))
        for article in articles:
            self._add(article)

    @transaction.atomic
    def write(self) -> None:
        """Insert the rows, so that the articles are live."""
        for name, table in _tables().items():
            table.write(getattr(self, name))
        _write_entries(self._writer.type, self.entries)
        for section, count in self.added.items():
            Page.objects.filter(pk=section).update(numchild=F("numchild") + count)

    def _add(self, article: DemoArticle) -> None:
        writer = self._writer
        section = writer.sections[article.section_slug]
        pk, revision = next(self._page_ids), next(self._revision_ids)
        path, slug = writer.next_path(section), self._slug(article)
        url_path = f"{section.url_path}{slug}/"
        moment = article.published_at.astimezone(UTC)
        translation_key = uuid5(NAMESPACE_URL, url_path)
        image = writer.images[article.picture_key] if article.picture_key else None
        blocks = writer.bodies.stored(article.body, article.source_key)
        body = json.dumps(blocks)
        byline = [
            {
                "pk": next(self._byline_ids),
                "sort_order": order,
                "article": pk,
                "name": name,
                "role": role,
                "person": None,
            }
            for order, (name, role) in enumerate(article.byline)
        ]
        tags = [
            {"pk": next(self._tag_ids), "content_object": pk, "tag": writer.tag_id(name)}
            for name in article.tags
        ]
        self.added[section.pk] = self.added.get(section.pk, 0) + 1
        self.pages.append(
            (
                pk,
                path,
                section.depth + 1,
                article.title,
                article.title,
                slug,
                url_path,
                translation_key,
                moment,
                moment,
                moment,
                revision,
                revision,
                writer.type,
                writer.locale,
                writer.author.pk,
            )
        )
        self.articles.append(
            (
                pk,
                article.lead,
                body,
                image,
                article.picture_caption,
                article.source_name,
                article.source_url,
                moment,
                writer.home.pk,
                section.pk,
            )
        )
        self.byline += (
            (row["pk"], pk, row["sort_order"], row["name"], row["role"]) for row in byline
        )
        self.tags += ((row["pk"], pk, row["tag"]) for row in tags)
        content = writer.blank | {
            "pk": pk,
            "path": path,
            "translation_key": translation_key,
            "live": True,
            "first_published_at": moment,
            "last_published_at": moment,
            "title": article.title,
            "draft_title": article.title,
            "slug": slug,
            "url_path": url_path,
            "lead": article.lead,
            "body": body,
            "main_image": image,
            "main_image_caption": article.picture_caption,
            "source_name": article.source_name,
            "source_url": article.source_url,
            "published_at": moment,
            "site_root": writer.home.pk,
            "section": section.pk,
            "byline": byline,
            "tagged_items": tags,
        }
        self.revisions.append(
            (
                revision,
                writer.type,
                writer.page_type,
                str(pk),
                moment,
                writer.author.pk,
                article.title,
                json.dumps(content, cls=DjangoJSONEncoder),
            )
        )
        self.references += self._referring(pk, image, tags, blocks)
        self.balances.append(
            (
                writer.department.site_id,
                pk,
                article.views,
                article.published_at.date(),
                article.source_key,
            )
        )
        self.entries.append((str(pk), both_ways(article.title), both_ways(article.lead)))
        self.found.append(self._found(pk, article, section))

    def _found(self, pk: int, article: DemoArticle, section: SectionPage) -> Row:
        """The entry of the public search."""
        words = Words(
            department_id=self._writer.department.pk,
            title=article.title,
            pieces=[
                article.lead,
                *searchable(article.body),
                article.picture_caption,
                *(name for name, _role in article.byline),
                *article.tags,
            ],
            at=article.published_at,
            section_id=section.pk,
        )
        entry = entry_of(ARTICLES, pk, words, _tokens_of)
        title, text = entry.title, entry.text
        if connection.vendor == "postgresql":
            title, text = as_vector(title), as_vector(text)
        return (ARTICLES, pk, words.department_id, words.section_id, words.at, title, text)

    def _slug(self, article: DemoArticle) -> str:
        """A slug of the title that no other page of the section has."""
        taken = self._writer.slugs[article.section_slug]
        base = slug = slugify(article.title)
        number = 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        taken.add(slug)
        return slug

    def _referring(
        self,
        pk: int,
        image: int | None,
        tags: list[dict[str, int]],
        blocks: list[dict[str, Any]],
    ) -> Iterator[Row]:
        """The rows of Wagtail's reference index for the article ``pk``."""
        writer = self._writer
        source = (writer.type, writer.page_type, str(pk))
        to_image = ContentType.objects.get_for_model(SenImage).pk
        to_tag = ContentType.objects.get_for_model(Tag).pk

        def to(type_: int, target: int, model_path: str, content_path: str) -> Row:
            digest = _path_hash(content_path)
            return (*source, type_, str(target), model_path, content_path, digest)

        if image is not None:
            yield to(to_image, image, "main_image", "main_image")
        for row in tags:
            path = f"tagged_items.{row['pk']}.tag"
            yield to(to_tag, row["tag"], "tagged_items.item.tag", path)
        for block in blocks:
            if block["type"] == "image":
                path = f"body.{block['id']}.image"
                yield to(to_image, block["value"]["image"], "body.image.image", path)


@cache
def _tables() -> dict[str, Table]:
    """The tables by the name of their rows in a :class:`Batch`."""
    return {
        "revisions": Table(
            Revision,
            *("id", "content_type_id", "base_content_type_id", "object_id", "created_at"),
            *("user_id", "object_str", "content"),
        ),
        "pages": Table(
            Page,
            *("id", "path", "depth", "title", "draft_title", "slug", "url_path"),
            *("translation_key", "first_published_at", "last_published_at"),
            *("latest_revision_created_at", "latest_revision_id", "live_revision_id"),
            *("content_type_id", "locale_id", "owner_id"),
        ),
        "articles": Table(
            ArticlePage,
            *("page_ptr_id", "lead", "body", "main_image_id", "main_image_caption"),
            *("source_name", "source_url", "published_at", "site_root_id", "section_id"),
        ),
        "byline": Table(BylineEntry, "id", "article_id", "sort_order", "name", "role"),
        "tags": Table(ArticleTag, "id", "content_object_id", "tag_id"),
        "references": Table(
            ReferenceIndex,
            *("content_type_id", "base_content_type_id", "object_id", "to_content_type_id"),
            *("to_object_id", "model_path", "content_path", "content_path_hash"),
        ),
        "found": Table(
            Entry,
            *("kind", "object_id", "department_id", "section_id", "at", "title", "text"),
        ),
        "balances": Table(OpeningBalance, "site_id", "page", "amount", "as_of", "evidence"),
    }


@contextmanager
def collecting_entries(progress: Callable[[str], None]) -> Iterator[None]:
    """Have PostgreSQL collect what comes into the search indexes, and merge it in large pieces.

    The public search's indexes take everything at once otherwise, which one entry hardly
    notices and a million do. Nothing elsewhere than on PostgreSQL.
    """
    if connection.vendor != "postgresql":
        yield
        return
    _collect("on")
    try:
        yield
    finally:
        progress("Tidying the search indexes …")
        with transaction.atomic(), connection.cursor() as cursor:
            _use_memory(cursor)
            cursor.execute(
                "SELECT gin_clean_pending_list(indexrelid) FROM pg_index"
                " JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam"
                " WHERE amname = 'gin' AND indrelid IN (%s::regclass, %s::regclass)",
                [IndexEntry._meta.db_table, Entry._meta.db_table],
            )
        _collect("off")


def _collect(whether: str) -> None:
    with connection.cursor() as cursor:
        for index in GIN_INDEXES:
            cursor.execute(f"ALTER INDEX {index} SET (fastupdate = {whether})")


def _use_memory(cursor: Any) -> None:
    """Let PostgreSQL merge search entries in large pieces, within this transaction.

    By default it does so each 4 MB, one entry's words here and there in the index.
    """
    cursor.execute(
        "SET LOCAL gin_pending_list_limit = '256MB'; SET LOCAL work_mem = '256MB';"
        "SET LOCAL maintenance_work_mem = '512MB'"
    )


def _path_hash(content_path: str) -> UUID:
    digest: UUID = ReferenceIndex._get_content_path_hash(content_path)
    return digest


def _write_entries(content_type: int, entries: Sequence[Row]) -> None:
    """Insert search entries: the id of the object, its title, its other text.

    On PostgreSQL the database makes its vectors of them, as the search backend would.
    """
    backend = get_search_backend()
    average = backend.get_index_for_model(ArticlePage).average_title_length()
    if connection.vendor != "postgresql":
        names = ("content_type_id", "object_id", "title", "autocomplete", "body", "title_norm")
        Table(IndexEntry, *names).write(
            (content_type, pk, title, title, text, average / len(title))
            for pk, title, text in entries
        )
        return
    weight = {
        field.field_name: get_weight(field.boost)
        for field in ArticlePage.get_search_fields()
        if isinstance(field, SearchField)
    }
    config = f"'{backend.config}', " if backend.config else ""
    with connection.cursor() as cursor:
        _use_memory(cursor)
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS demo_entry"
            " (object_id text, title text, body text) ON COMMIT DELETE ROWS"
        )
        cursor.execute("TRUNCATE demo_entry")  # another batch of a longer transaction
        copy_into("demo_entry", entries)
        cursor.execute(
            f"INSERT INTO {IndexEntry._meta.db_table} (content_type_id, object_id, title,"  # noqa: S608
            "  autocomplete, body, title_norm, title_text, body_text)"
            " SELECT %s, object_id, vector, to_tsvector('simple', title_text), body,"
            "  %s / greatest(length(vector), 1), title_text, body_text"
            " FROM (SELECT object_id, title AS title_text, body AS body_text,"
            f"  setweight(to_tsvector({config}title), %s) AS vector,"
            f"  setweight(to_tsvector({config}body), %s) AS body FROM demo_entry) AS read",
            [content_type, average, weight["title"], weight["body"]],
        )
