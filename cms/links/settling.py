"""Keeping the findings true: what is seen again, what is new, what has mended itself.

An object has two faces, what is public and what is only a draft; each is settled apart, and a
finding that is on neither any more is mended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Count
from django.utils import timezone
from django.utils.text import Truncator
from wagtail.admin.admin_url_finder import AdminURLFinder

from cms.record.models import Kind
from cms.record.writing import record
from sites.models import Department

from .attribution import Origin, origin_of
from .models import Finding
from .rules import Grade, Hit

#: Links of one department to one host nobody knows are kept so many times: one more tells nothing.
PLACES = 20
#: What mends itself when it is gone; what was dismissed stays so.
STILL = (Finding.State.OPEN, Finding.State.ALLOWED)


@dataclass
class Seen:
    """What was found in one face of one object.

    Attributes:
        pk: the object's key, or the path of a file.
        edited: what is edited to mend it: a model and a key.
    """

    pk: Any
    department_id: int | None
    page_id: int | None
    hits: list[Hit]
    edited: tuple[type[models.Model], Any] | None = None


@dataclass
class Settled:
    """What was done: the findings that are new or open again."""

    new: list[Finding] = field(default_factory=list)


class Settler:
    """Settles one face of objects of one table after another."""

    def __init__(self) -> None:
        self._places: dict[tuple[int | None, str], int] | None = None

    def settle(
        self,
        label: str,
        model: type[models.Model] | None,
        face: str,
        seen: Iterable[Seen],
        *,
        also_draft: bool = False,
    ) -> Settled:
        """Bring the findings of these objects to what was ``seen``.

        Args:
            label: the name of the table in findings.
            model: the table; None for files.
            face: ``live`` or ``draft``.
            also_draft: the objects have no draft apart: that face is empty.
        """
        objects = {str(each.pk): each for each in seen}
        known: dict[str, dict[str, Finding]] = {}
        rows = Finding.of_all_departments.filter(model=label, object_id__in=list(objects))
        for finding in rows:
            known.setdefault(finding.object_id, {})[finding.fingerprint] = finding
        settled = Settled()
        for key, each in objects.items():
            hits = {hit.fingerprint: hit for hit in each.hits}
            mine = known.get(key, {})
            for fingerprint, finding in mine.items():
                if self._again(finding, hits.get(fingerprint), face, each, also_draft):
                    settled.new.append(finding)
            for fingerprint, hit in hits.items():
                if fingerprint not in mine and self._has_room(each.department_id, hit):
                    settled.new.append(_new(label, model, face, each, hit))
        for finding in settled.new:
            note(finding, "sen.links.found")
        return settled

    def _again(
        self, finding: Finding, hit: Hit | None, face: str, seen: Seen, also_draft: bool
    ) -> bool:
        """Update a finding that was known; returns whether it is open anew."""
        before = (finding.in_live, finding.in_draft, finding.state, finding.grade, finding.place,
                  finding.department_id, finding.page_id)  # fmt: skip
        setattr(finding, f"in_{face}", hit is not None)
        if also_draft:
            finding.in_draft = False
        finding.department_id, finding.page_id = seen.department_id, seen.page_id
        is_anew = False
        if hit is not None:
            finding.seen_at = timezone.now()
            is_worse = hit.grade > finding.grade
            finding.grade, finding.hidden = int(hit.grade), hit.hidden
            finding.place, finding.words = hit.place[:255], hit.words
            # What was allowed is not seen unless its host was taken off the list again.
            back = (Finding.State.MENDED, Finding.State.ALLOWED)
            if finding.state in back or (is_worse and finding.state != Finding.State.OPEN):
                is_anew = True
                finding.state, finding.reason = Finding.State.OPEN, ""
                finding.told_at = finding.unpublished_at = None
        elif not (finding.in_live or finding.in_draft) and finding.state in STILL:
            finding.state = Finding.State.MENDED
            finding.decided_at, finding.decided_by_name = timezone.now(), ""
        after = (finding.in_live, finding.in_draft, finding.state, finding.grade, finding.place,
                 finding.department_id, finding.page_id)  # fmt: skip
        if before != after:
            finding.save()
        return is_anew

    def _has_room(self, department_id: int | None, hit: Hit) -> bool:
        if hit.grade > Grade.UNKNOWN:
            return True
        if self._places is None:
            rows = Finding.of_all_departments.filter(
                grade=Grade.UNKNOWN, state=Finding.State.OPEN
            ).values_list("department_id", "host")
            self._places = {
                (department, host): number
                for department, host, number in rows.annotate(n=Count("pk")).order_by()
            }
        key = (department_id, hit.host)
        self._places[key] = self._places.get(key, 0) + 1
        return self._places[key] <= PLACES


def _new(label: str, model: type[models.Model] | None, face: str, seen: Seen, hit: Hit) -> Finding:
    edited_model, edited_pk = seen.edited or (model, seen.pk)
    title, address = _edited(edited_model, edited_pk) if edited_model else (str(seen.pk), "")
    origin = origin_of(edited_model, edited_pk, hit.needle) if edited_model else Origin()
    person = None
    if origin.user_id is not None:
        person = get_user_model()._base_manager.filter(pk=origin.user_id).first()
    is_history = face == "history"
    return Finding.of_all_departments.create(
        department_id=seen.department_id,
        grade=int(hit.grade),
        state=Finding.State.MENDED if is_history else Finding.State.OPEN,
        model=label,
        object_id=str(seen.pk),
        fingerprint=hit.fingerprint,
        page_id=seen.page_id,
        title=title,
        edit_address=address,
        place=hit.place[:255],
        host=hit.host,
        address=hit.address,
        words=hit.words,
        hidden=hit.hidden,
        in_live=face == "live",
        in_draft=face == "draft",
        brought_by=person,
        brought_by_name=person.get_full_name() if person is not None else "",
        brought_at=origin.at,
        decided_at=timezone.now() if is_history else None,
    )


def _edited(model: type[models.Model], pk: Any) -> tuple[str, str]:
    """What is edited to mend it: its name, and its address in the admin."""
    thing = model._base_manager.filter(pk=pk).first()
    if thing is None:
        return str(pk), ""
    # A name may come from a related row; what is broken in a plugin names nothing.
    try:
        name = str(getattr(thing, "title", "") or thing)
    except Exception:  # a plugin's own code
        name = f"{model._meta.verbose_name} {pk}"
    address = AdminURLFinder(None).get_edit_url(thing) or ""
    return Truncator(name).chars(255), address[:300]


def note(finding: Finding, action: str, why: str = "", user: Any = None) -> None:
    """Write into the record of the department that something became of a finding."""
    department = Department.objects.filter(pk=finding.department_id).first()
    if department is None:
        return
    what = finding.address or finding.words or finding.host
    record(
        department,
        action,
        Kind.PAGE if finding.page_id else Kind.OTHER,
        about=finding.title,
        details=f"{finding.get_grade_display()}: {what} ({finding.place})",
        user=user,
        page_id=finding.page_id,
        why=why,
    )


def mend_what_is_gone(label: str, model: type[models.Model], batch: int = 500) -> int:
    """Mend the findings of objects that are deleted; returns how many."""
    after, mended = 0, 0
    open_ones = Finding.of_all_departments.filter(
        model=label, state__in=(Finding.State.OPEN, Finding.State.ALLOWED)
    ).order_by("pk")
    while rows := list(open_ones.filter(pk__gt=after).values_list("pk", "object_id")[:batch]):
        after = rows[-1][0]
        keys = {key for _pk, key in rows}
        there = model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)
        gone = keys - {str(pk) for pk in there}
        if gone:
            mended += (
                Finding.of_all_departments.filter(model=label, object_id__in=gone)
                .exclude(state=Finding.State.DISMISSED)
                .update(
                    state=Finding.State.MENDED,
                    in_live=False,
                    in_draft=False,
                    decided_at=timezone.now(),
                )
            )
    return mended
