"""The scan: every text of every department, table by table, a batch at a time.

A batch is one transaction with the place that was reached, so a scan that is broken off goes
on from there. What has not changed since the last scan is passed over, unless everything is
to be looked at; what has an open finding is always looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zipfile import BadZipFile

from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from wagtail.documents import get_document_model
from wagtail.models import Page, Revision

from cms.notices.telling import tell
from sites.models import Department

from . import acting, installed
from .documents import OFFICE, TEXTS, texts_of_file
from .lists import Lists
from .models import Finding, LinkRules, ReadFile, Scan
from .rules import Grade, Hit
from .settling import Seen, Settler, mend_what_is_gone
from .sources import Source, place_of, sources
from .texts import Text, texts_in

BATCH = 500
#: Of revisions and files, which are large.
SMALL_BATCH = 50
#: Clocks differ, and a transaction may be older than what it commits.
SLACK = timedelta(minutes=10)
#: A scan that has not moved for so long was broken off.
ASLEEP = timedelta(minutes=10)
#: A full scan reads the revisions of this time; the latest of each object whatever its age.
HISTORY = timedelta(days=90)
FILE = "file"
_READABLE = TEXTS | OFFICE | {"pdf"}


class ScanRunningError(Exception):
    """Another scan is at work."""


@dataclass
class Report:
    """What a scan did.

    Attributes:
        new: the dangerous findings that are new, in lines.
        unpublished: the pages that were taken off, or would be.
        unknown: how many links to unknown hosts are new.
        left: dangerous pages that the rule leaves where they are.
    """

    rows: int = 0
    new: list[str] = field(default_factory=list)
    unknown: int = 0
    unpublished: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unreadable: int = 0


Say = Callable[[str], None]


class Scanner:
    """One scan.

    Args:
        full: look at everything.
        dry: change nothing, and say what would be done.
        say: is told how far it is.
        batch: rows of one transaction.
    """

    def __init__(
        self,
        *,
        full: bool = False,
        dry: bool = False,
        say: Say = lambda line: None,
        batch: int = BATCH,
    ) -> None:
        self.dry, self.say, self.batch = dry, say, batch
        self.rules = LinkRules.load()
        self.lists = Lists()
        self.settler = Settler()
        self.report = Report()
        self.scan = self._begin(full or self.rules.is_full_due)

    def _begin(self, full: bool) -> Scan:
        """The scan that was broken off, or a new one."""
        now = timezone.now()
        last = Scan.objects.exclude(finished_at=None).order_by("-pk").first()
        since = last.started_at - SLACK if last is not None and not full else None
        if self.dry:
            return Scan(is_full=since is None, since=since)
        running = Scan.objects.filter(finished_at=None).order_by("-pk").first()
        if running is not None:
            taken = Scan.objects.filter(pk=running.pk, beat_at=running.beat_at)
            if now - running.beat_at < ASLEEP:
                raise ScanRunningError
            if running.is_full or since is not None:
                # Of two that find it, one goes on.
                if not taken.update(beat_at=now):
                    raise ScanRunningError
                running.beat_at = now
                return running
            taken.delete()
        if since is None:
            # Now, not at the end: a host that is taken off meanwhile asks for another one.
            LinkRules.objects.filter(pk=self.rules.pk).update(is_full_due=False)
        return Scan.objects.create(is_full=since is None, since=since)

    def run(self) -> Report:
        """Scan. Raises whatever a text or a database raises; the place that was reached is kept."""
        stages = list(self._stages())
        names = [name for name, _work in stages]
        first = names.index(self.scan.stage) if self.scan.stage in names else 0
        try:
            for name, work in stages[first:]:
                if self.scan.stage != name:
                    self.scan.stage, self.scan.cursor = name, 0
                work()
                self.say(f"{name}: done, {self.scan.rows:,} rows so far")
        except BaseException:
            # So that whoever starts it again need not wait.
            if not self.dry:
                Scan.objects.filter(pk=self.scan.pk).update(beat_at=timezone.now() - 2 * ASLEEP)
            raise
        self.report.rows = self.scan.rows
        if not self.dry:
            self._finish()
        return self.report

    def _stages(self) -> Iterator[tuple[str, Callable[[], None]]]:
        for source in sources():
            yield source.label, lambda source=source: self._rows(source)  # type: ignore[misc]
        yield "revisions", self._revisions
        yield "documents", self._documents
        yield "files", self._files
        yield "gone", self._gone
        yield "rule", self._apply_rule

    def _finish(self) -> None:
        self.scan.finished_at = timezone.now()
        self.scan.save()
        # One line of the past is enough to know when the last one was.
        Scan.objects.filter(pk__lt=self.scan.pk - 50).delete()
        tell_of_findings()

    def _keep(self, reached: int, rows: int) -> None:
        """Note the place that was reached; within the batch's transaction."""
        self.scan.cursor, self.scan.rows = reached, self.scan.rows + rows
        self.scan.beat_at = timezone.now()
        if not self.dry:
            self.scan.save()
        self.say(f"{self.scan.stage}: {self.scan.rows:,} rows")

    def _settle(
        self,
        label: str,
        model: type[models.Model] | None,
        face: str,
        seen: list[Seen],
        *,
        also_draft: bool = False,
    ) -> None:
        settled = self.settler.settle(label, model, face, seen, also_draft=also_draft)
        for finding in settled.new:
            self.scan.found += 1
            if not finding.is_dangerous:
                self.report.unknown += 1
            elif finding.state == Finding.State.OPEN:
                self.report.new.append(line_of(finding))
                if self.dry and finding.in_live and self.rules.unpublishes and finding.page:
                    self._would_unpublish(finding.page)

    def _would_unpublish(self, page: Page) -> None:
        why = acting.why_not_unpublish(page)
        (self.report.left if why else self.report.unpublished).append(f"{page.title} ({page.pk})")

    # The stages.

    def _rows(self, source: Source) -> None:
        """The rows of a table: what is public, and what has no drafts."""
        again = set(
            Finding.of_all_departments.filter(
                model=source.label, state__in=(Finding.State.OPEN, Finding.State.ALLOWED)
            ).values_list("object_id", flat=True)
        )
        changed = None
        if source.is_page and self.scan.since is not None:
            changed = (
                Q(last_published_at__gt=self.scan.since)
                | Q(latest_revision_created_at__gt=self.scan.since)
                | Q(last_published_at=None, latest_revision_created_at=None)
                | Q(pk__in=[int(key) for key in again])
            )
        while rows := source.batch(self.scan.cursor, self.batch, changed):
            with self._one_batch():
                apart: dict[bool, list[Seen]] = {True: [], False: []}
                for row in rows:
                    owner = self.lists.owners.department(source.owner[0], row.department_id)
                    # A draft that was never public is judged by its revision.
                    shown = row.is_live or not row.has_draft
                    hits = self.lists.rules(owner).judge(row.texts) if shown else []
                    if hits or str(row.pk) in again:
                        edited = (source.parent_model, row.parent) if row.parent else None
                        seen = Seen(row.pk, owner, row.page_id, hits, edited)
                        apart[row.has_draft].append(seen)
                for has_draft, seen_rows in apart.items():
                    if seen_rows:
                        self._settle(
                            source.label, source.model, "live", seen_rows, also_draft=not has_draft
                        )
                self._keep(rows[-1].pk, len(rows))

    def _revisions(self) -> None:
        """Drafts, and what older revisions hold: it comes back when somebody reverts to one."""
        since = self.scan.since or timezone.now() - HISTORY
        known = {source.model: source for source in sources()}
        rows = Revision.objects.select_related("content_type", "base_content_type").order_by("pk")
        rows = rows.filter(
            Q(created_at__gt=since) | Q(pk__in=_latest_revisions())
            if self.scan.is_full
            else Q(created_at__gt=since) | Q(pk__in=_latest_revisions_with_findings())
        )
        while batch := list(rows.filter(pk__gt=self.scan.cursor)[:SMALL_BATCH]):
            apart: dict[type[models.Model], list[Revision]] = {}
            for revision in batch:
                model = revision.content_type.model_class()
                if model in known:
                    apart.setdefault(model, []).append(revision)
            with self._one_batch():
                for model, revisions in apart.items():
                    self._revisions_of(known[model], revisions)
                self._keep(batch[-1].pk, len(batch))

    def _revisions_of(self, source: Source, revisions: list[Revision]) -> None:
        """Some revisions of objects of one table."""
        keys = {int(revision.object_id) for revision in revisions}
        objects = {row.pk: row for row in source.batch(0, len(keys), keys=keys)}
        known: dict[str, set[str]] = {}
        for key, fingerprint in Finding.of_all_departments.filter(
            model=source.label, object_id__in=[str(key) for key in keys]
        ).values_list("object_id", "fingerprint"):
            known.setdefault(key, set()).add(fingerprint)
        faces: dict[str, dict[int, Seen]] = {"draft": {}, "history": {}}
        for revision in revisions:
            row = objects.get(int(revision.object_id))
            if row is None or revision.pk == row.live_revision_id:
                continue
            owner = self.lists.owners.department(source.owner[0], row.department_id)
            hits = self.lists.rules(owner).judge(_texts_of_revision(revision, source))
            mine = known.setdefault(str(row.pk), set())
            if revision.pk == row.latest_revision_id:
                if hits or mine:
                    faces["draft"][row.pk] = Seen(row.pk, owner, row.page_id, hits)
                    mine.update(hit.fingerprint for hit in hits)
                continue
            # Links nobody knows are no history.
            new = [h for h in hits if h.grade > Grade.UNKNOWN and h.fingerprint not in mine]
            seen = faces["history"].setdefault(row.pk, Seen(row.pk, owner, row.page_id, []))
            seen.hits += new
            mine.update(hit.fingerprint for hit in new)
        # A draft first: what it has is no history.
        for face, objects_seen in faces.items():
            some = [each for each in objects_seen.values() if each.hits or face == "draft"]
            if some:
                self._settle(source.label, source.model, face, some)

    def _documents(self) -> None:
        """The content of uploaded files that was not read yet."""
        model = get_document_model()
        label = f"{model._meta.label_lower}:content"
        rows = model._base_manager.select_related("collection").order_by("pk")
        while batch := list(rows.filter(pk__gt=self.scan.cursor)[:SMALL_BATCH]):
            read = dict(
                ReadFile.objects.filter(document__in=batch).values_list("document_id", "file_hash")
            )
            with self._one_batch():
                for document in batch:
                    file_hash = document.file_hash or "?"
                    if not self.scan.is_full and read.get(document.pk) == file_hash:
                        continue
                    self._document(label, model, document)
                    if not self.dry:
                        ReadFile.objects.update_or_create(
                            document=document, defaults={"file_hash": file_hash}
                        )
                self._keep(batch[-1].pk, len(batch))

    def _document(self, label: str, model: type[models.Model], document: Any) -> None:
        path = document.collection.path
        owner = self.lists.owners.department("collection", path)
        ending = document.file_extension.lower()
        hits: list[Hit] = []
        name = Text("file", document.filename.rsplit(".", 1)[0].replace("_", " "))
        try:
            texts = [name, *self._texts_of(document, ending)]
            hits = self.lists.rules(owner, files_only=True).judge(texts)
        except (OSError, BadZipFile, ValueError, RuntimeError, NotImplementedError):
            # Away, locked, broken: what cannot be read here, nobody can read.
            self.report.unreadable += 1
            hits = self.lists.rules(owner, files_only=True).judge([name])
        self._settle(label, model, "live", [Seen(document.pk, owner, None, hits)], also_draft=True)

    def _texts_of(self, document: Any, ending: str) -> list[Text]:
        if ending not in _READABLE:
            return []
        storage: Storage = document.file.storage
        with storage.open(document.file.name) as file:
            return list(texts_of_file(file, ending))

    def _files(self) -> None:
        """The files of the installation; nothing where none were ever accepted."""
        if not installed.is_accepted():
            return
        rules = self.lists.rules(None, files_only=True)
        seen: dict[str, Seen] = {}
        for changed in installed.changes():
            words = {
                installed.Change.CHANGED: _("altered"),
                installed.Change.ADDED: _("added"),
                installed.Change.GONE: _("gone"),
            }[changed.change]
            # A finding of its own for each content: what was dismissed is not another change.
            mark = installed.digest_of(changed.file) if changed.file is not None else ""
            hits = [Hit(Grade.FILE, "", "", f"{words} {mark[:16]}".strip(), "", changed.path, "")]
            inside = rules.judge(installed.text_of_file(changed))
            hits += [hit for hit in inside if hit.grade > Grade.UNKNOWN]
            seen[changed.path] = Seen(changed.path, None, None, hits)
        for path in Finding.of_all_departments.filter(
            model=FILE, state=Finding.State.OPEN
        ).values_list("object_id", flat=True):
            seen.setdefault(path, Seen(path, None, None, []))
        paths = sorted(seen)
        for start in range(0, len(paths), self.batch):
            with self._one_batch():
                some = [seen[path] for path in paths[start : start + self.batch]]
                self._settle(FILE, None, "live", some, also_draft=True)
                self._keep(0, len(some))

    def _gone(self) -> None:
        """Objects that were deleted."""
        for source in sources():
            with self._one_batch():
                mend_what_is_gone(source.label, source.model)
        model = get_document_model()
        with self._one_batch():
            mend_what_is_gone(f"{model._meta.label_lower}:content", model)

    def _apply_rule(self) -> None:
        """Take pages off the site, where the province wants it."""
        if not self.rules.unpublishes or self.dry:
            return
        waiting = Finding.of_all_departments.filter(
            state=Finding.State.OPEN,
            grade__in=(Grade.HIDDEN, Grade.GAMBLING),
            in_live=True,
            unpublished_at=None,
            page__live=True,
        )
        for page_id in waiting.order_by("page").values_list("page", flat=True).distinct():
            page = Page.objects.get(pk=page_id).specific
            findings = list(waiting.filter(page=page_id))
            if acting.why_not_unpublish(page):
                self.report.left.append(f"{page.title} ({page.pk})")
            elif acting.unpublish(page, findings):
                self.report.unpublished.append(f"{page.title} ({page.pk})")

    def _one_batch(self) -> AbstractContextManager[None]:
        return _undone() if self.dry else transaction.atomic()


@contextmanager
def _undone() -> Iterator[None]:
    """A transaction that never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _texts_of_revision(revision: Revision, source: Source) -> Iterator[Text]:
    names = {each.name for each in source.fields}
    for name, value in revision.content.items():
        # Columns of texts, and the rows that are part of it.
        if (name in names or isinstance(value, list)) and value:
            yield from texts_in(value, place_of(source.model, name))


def _latest_revisions() -> models.QuerySet[Any]:
    return (
        Page.objects.exclude(latest_revision=None)
        .filter(has_unpublished_changes=True)
        .values("latest_revision")
    )


def _latest_revisions_with_findings() -> models.QuerySet[Any]:
    about = Finding.of_all_departments.filter(in_draft=True, page__isnull=False).values("page")
    return Page.objects.filter(pk__in=about).values("latest_revision")


def line_of(finding: Finding) -> str:
    """A finding in one line, for the command's output."""
    what = finding.address or finding.words
    return f"{finding.get_grade_display()}: {finding.title} [{finding.place}] {what}"


def tell_of_findings() -> None:
    """Tell each department once of the dangerous findings that nobody there was told of."""
    untold = Finding.of_all_departments.filter(
        state=Finding.State.OPEN, grade__in=(Grade.HIDDEN, Grade.GAMBLING), told_at=None
    ).exclude(department=None)
    keys = untold.order_by("department").values_list("department", flat=True).distinct()
    for department in Department.objects.filter(pk__in=list(keys)):
        with transaction.atomic(), override(department.language):
            rows = list(untold.filter(department=department).order_by("-grade", "pk")[:1000])
            subject = ngettext(
                "%(n)s dangerous link was found", "%(n)s dangerous links were found", len(rows)
            ) % {"n": len(rows)}
            lines = [f"{row.title}: {row.host or row.words[:100]}" for row in rows[:10]]
            text = _("Look at them, and remove what does not belong there:") + "\n\n"
            tell(
                acting.people_of(department),
                department,
                subject,
                text + "\n".join(lines),
                link=reverse("outbound_findings"),
            )
            untold.model.of_all_departments.filter(pk__in=[row.pk for row in rows]).update(
                told_at=timezone.now()
            )


def last_finished() -> datetime | None:
    """When the last scan ended; None where there was none."""
    scan = Scan.objects.exclude(finished_at=None).order_by("-pk").first()
    return scan.finished_at if scan is not None else None
