"""Importing an older portal's articles from JSON Lines: repeatable, line by line, never half.

Each line is one transaction of its own. A line that was imported before is told
by its ``source_id``; unchanged it is left alone, changed it updates its article.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import DataError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.content.html import to_blocks
from cms.content.text import fold, slugify, squeeze
from cms.traffic.counts import SiteCounts
from cms.workflow.authority import Authority, publishing_by
from sites.models import Department

from .bylines import entries_of
from .models import (
    ArticlePage,
    HomePage,
    ImportedArticle,
    SectionPage,
)
from .sitepage import RESERVED_SLUGS

REQUIRED = ("source_id", "section", "published_at", "title", "lead", "body_html")
OPTIONAL = ("url", "byline", "views", "source_name", "source_url")
LOCAL_FORMATS = ("%d/%m/%Y %H:%M", "%d/%m/%Y, %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y")
# More than any portal ever counted; above it the number is a slip.
MAX_COUNT = 10**12
MAX_SOURCE_ID = ImportedArticle._meta.get_field("source_id").max_length or 0
MAX_OLD_PATH = Redirect._meta.get_field("old_path").max_length or 0


class LineError(Exception):
    """A line that cannot be imported; the text says why."""


@dataclass(frozen=True)
class Line:
    """One article as the older portal had it, checked and normalised."""

    source_id: str
    section: str
    published_at: datetime
    title: str
    lead: str
    body_html: str
    url: str
    byline: str
    views: int | None
    source_name: str
    source_url: str
    digest: str


@dataclass
class Report:
    """What an import did. ``errors`` holds ``(line number, reason)``."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    sections: list[str] = field(default_factory=list)
    visits: int | None = None
    errors: list[tuple[int, str]] = field(default_factory=list)


def import_articles(
    lines: Iterable[bytes],
    department: Department,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda number: None,
) -> Report:
    """Import ``lines`` into the site of ``department``, each as a transaction of its own.

    What is broken off has imported the lines so far; the same lines again go on from there.

    Args:
        lines: the file's lines, UTF-8.
        dry_run: do everything and then undo it all, so that the report is true.
        progress: called with the number of each line that is done.
    """
    importer = _Importer(department)
    with transaction.atomic() if dry_run else nullcontext():
        for number, raw in enumerate(lines, start=1):
            if raw.strip():
                importer.line(number, raw)
            progress(number)
        if dry_run:
            transaction.set_rollback(True)
    return importer.report


class _Importer:
    def __init__(self, department: Department) -> None:
        self.department = department
        self.site = department.site
        self.home: HomePage = self.site.root_page.specific
        self.counts = SiteCounts(self.site.pk)
        self.report = Report()
        self.seen: dict[str, int] = {}
        self.sections = {
            key: section
            for section in SectionPage.objects.descendant_of(self.home).order_by("-depth")
            for key in (fold(section.title).lower(), section.slug)
        }

    def line(self, number: int, raw: bytes) -> None:
        """Import one line, or note why not; either way the rest goes on."""
        known_sections = dict(self.sections)
        try:
            with transaction.atomic():
                self._import(number, _load(raw))
        except LineError as error:
            self.report.errors.append((number, str(error)))
            self.sections = known_sections
        except ValidationError as error:
            self.report.errors.append((number, _explain(error)))
            self.sections = known_sections
        except DataError as error:
            reason = f"is more than the database takes: {str(error).partition(chr(10))[0]}"
            self.report.errors.append((number, reason))
            self.sections = known_sections

    def _import(self, number: int, record: dict[str, Any]) -> None:
        if "visits" in record and "source_id" not in record:
            self._visits(record)
            return
        line = _check(record)
        if line.source_id in self.seen:
            raise LineError(
                f"source_id {line.source_id!r} stands in line {self.seen[line.source_id]} already"
            )
        self.seen[line.source_id] = number
        known = ImportedArticle.objects.filter(
            site_root=self.home, source_id=line.source_id
        ).first()
        if known is not None and known.digest == line.digest:
            self.report.unchanged += 1
            return
        section, is_new = self._section(line.section)
        if known is None:
            article = self._create(line, section)
            ImportedArticle.objects.create(
                site_root=self.home,
                source_id=line.source_id,
                article=article,
                digest=line.digest,
            )
        else:
            article = self._update(known.article, line, section)
            known.digest = line.digest
            known.save(update_fields=["digest"])
        self._redirect(line.url, article)
        if line.views is not None:
            self.counts.set_opening_balance(
                line.views, page_id=article.pk, evidence=f"import {line.source_id}"
            )
        # Counted last: an exception above leaves the report as the database.
        if known is None:
            self.report.created += 1
        else:
            self.report.updated += 1
        if is_new:
            self.report.sections.append(section.title)

    def _visits(self, record: dict[str, Any]) -> None:
        extra = set(record) - {"visits"}
        if extra:
            raise LineError(f"unknown keys beside visits: {', '.join(sorted(extra))}")
        visits = _count(record, "visits")
        if visits is None:
            raise LineError("visits is empty")
        self.counts.set_opening_balance(visits, evidence="import")
        self.report.visits = visits

    def _section(self, name: str) -> tuple[SectionPage, bool]:
        """The section called ``name`` (marks and case do not matter), made if there is none."""
        title = squeeze(name)
        for key in (fold(title).lower(), slugify(title)):
            if key in self.sections:
                return self.sections[key], False
        section = SectionPage(title=title, slug=_free_slug(self.home, slugify(title) or "muc"))
        self.home.add_child(instance=section)
        section.save_revision()
        self.sections[fold(title).lower()] = section
        return section, True

    def _create(self, line: Line, section: SectionPage) -> ArticlePage:
        article = ArticlePage(
            slug=_free_slug(section, slugify(line.title) or f"bai-{slugify(line.source_id)}"),
            live=True,
            first_published_at=line.published_at,
            last_published_at=line.published_at,
        )
        _fill(article, line)
        section.add_child(instance=article)
        _publish(article, line)
        return article

    def _update(self, article: ArticlePage, line: Line, section: SectionPage) -> ArticlePage:
        if article.section_id != section.pk:
            article.move(section, pos="last-child")
            article = ArticlePage.objects.get(pk=article.pk)
        _fill(article, line)
        _publish(article, line)
        return article

    def _redirect(self, url: str, article: ArticlePage) -> None:
        if not url:
            return
        try:
            old_path = Redirect.normalise_path(url)
        except ValueError as error:
            raise LineError(f"url {url[:100]!r} is no address") from error
        if len(old_path) > MAX_OLD_PATH:
            raise LineError(f"url is longer than {MAX_OLD_PATH} characters")
        if old_path.rstrip("/") == article.local_url.rstrip("/"):
            return
        Redirect.objects.update_or_create(
            site=self.site,
            old_path=old_path,
            defaults={
                "redirect_page": article,
                "is_permanent": True,
                "automatically_created": True,
            },
        )


def _load(raw: bytes) -> dict[str, Any]:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LineError(f"is not UTF-8 at byte {error.start}") from error
    except ValueError as error:
        raise LineError(f"is not JSON: {error}") from error
    except RecursionError as error:
        raise LineError("is nested too deeply") from error
    if not isinstance(record, dict):
        raise LineError("is not a JSON object")
    try:
        # JSON may name half a character, which no database and no terminal takes.
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise LineError(f"holds half a character, \\u{ord(error.object[error.start]):x}") from error
    return record


def _check(record: dict[str, Any]) -> Line:
    missing = [key for key in REQUIRED if not record.get(key) and record.get(key) != 0]
    if missing:
        raise LineError(f"lacks {', '.join(missing)}")
    unknown = sorted(set(record) - {*REQUIRED, *OPTIONAL})
    if unknown:
        raise LineError(f"has unknown keys: {', '.join(unknown)}")
    for key in (*REQUIRED, *OPTIONAL):
        if key in ("views", "source_id"):
            continue
        if not isinstance(record.get(key, ""), str):
            raise LineError(f"{key} is not a text")
        if "\0" in record.get(key, ""):
            raise LineError(f"{key} holds a null character")
    if isinstance(record["source_id"], bool) or not isinstance(record["source_id"], str | int):
        raise LineError("source_id is neither a text nor a number")
    if "\0" in (source_id := str(record["source_id"])):
        raise LineError("source_id holds a null character")
    if len(source_id) > MAX_SOURCE_ID:
        raise LineError(f"source_id is longer than {MAX_SOURCE_ID} characters")
    source_url = record.get("source_url", "").strip()
    if source_url:
        URLValidator(("http", "https"))(source_url)
    canonical = json.dumps(record, sort_keys=True, ensure_ascii=False)
    return Line(
        source_id=source_id,
        section=record["section"],
        published_at=_moment(record["published_at"]),
        title=squeeze(record["title"]),
        lead=squeeze(record["lead"]),
        body_html=record["body_html"],
        url=record.get("url", "").strip(),
        byline=record.get("byline", ""),
        views=_count(record, "views"),
        source_name=squeeze(record.get("source_name", "")),
        source_url=source_url,
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def _moment(text: str) -> datetime:
    """A time in ISO 8601 or as Vietnamese write it; local time where no zone is said."""
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        moment = None
    for pattern in LOCAL_FORMATS:
        if moment is not None:
            break
        try:
            moment = datetime.strptime(text.strip(), pattern)
        except ValueError:
            continue
    if moment is None:
        raise LineError(
            f"published_at {text!r} is no time: write 2018-01-26T16:15:00+07:00 or 26/01/2018 16:15"
        )
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    if moment > timezone.now():
        raise LineError(f"published_at {text!r} lies in the future")
    if moment.year < 1990:
        raise LineError(f"published_at {text!r} is older than any portal")
    return moment


def _count(record: dict[str, Any], key: str) -> int | None:
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        raise LineError(f"{key} is not a whole number from 0 on")
    return value


def _fill(article: ArticlePage, line: Line) -> None:
    blocks = to_blocks(line.body_html)
    if not blocks:
        raise LineError("body_html holds no text")
    article.title = line.title
    article.lead = line.lead
    article.body = json.dumps(blocks)  # type: ignore[assignment]
    article.source_name = line.source_name
    article.source_url = line.source_url
    article.published_at = line.published_at
    article.byline = entries_of(line.byline)


def _publish(article: ArticlePage, line: Line) -> None:
    """Save a revision and publish it: an import is no news, its approval was the old portal's."""
    article.full_clean()
    with publishing_by(Authority.IMPORT):
        article.save_revision(log_action=True).publish()
    Page.objects.filter(pk=article.pk).update(
        first_published_at=line.published_at, last_published_at=line.published_at
    )


def _free_slug(parent: Page, slug: str) -> str:
    """``slug``, or with a number behind it where a sibling or the site itself has it already."""
    taken = set(parent.get_children().filter(slug__startswith=slug).values_list("slug", flat=True))
    if isinstance(parent, HomePage):
        taken |= RESERVED_SLUGS
    candidate, number = slug, 1
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


def _explain(error: ValidationError) -> str:
    if hasattr(error, "message_dict"):
        return "; ".join(
            f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items()
        )
    return " ".join(error.messages)
