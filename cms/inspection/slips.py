"""The approval slip ("phiếu duyệt tin"): everything that is known of one article, for paper.

What stands on it comes from the approval's own rows and from the record; where
the two tell of different texts, the slip says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState, WorkflowState

from cms.record.chaining import hash_of_entry, is_marked
from cms.record.hashing import hash_of_content
from cms.record.models import Kind, RecordEntry, RecordHead
from sites.models import Department
from sites.roles import Role
from sites.tree import department_of

#: Acts of the record that are steps of a chain: they stand in the table of the gates.
STEPS = frozenset(
    f"wagtail.workflow.{act}" for act in ("start", "approve", "reject", "resume", "cancel")
)
#: Acts of writing: too many for paper, and the revisions tell them.
WRITING = frozenset({"wagtail.edit", "wagtail.create", "wagtail.revert", "wagtail.lock"})


@dataclass(frozen=True)
class Step:
    """One gate of one round, once somebody decided there."""

    gate: str
    role: str
    who: str
    stands_for: str
    when: datetime | None
    decision: str
    comment: str
    revision_id: int | None
    content_hash: str
    differs: bool


@dataclass(frozen=True)
class Round:
    """One way through the chain, from being submitted on."""

    number: int
    submitted_by: str
    submitted_at: datetime
    state: str
    steps: list[Step] = field(default_factory=list)


class Slip:
    """The slip of one page."""

    def __init__(self, page: Page) -> None:
        department = department_of(page)
        if department is None:
            raise LookupError("a page outside of all sites")
        self.page = page
        self.department: Department = department

    @property
    def byline(self) -> Sequence[str]:
        """The people who made it, as they are named below it."""
        return getattr(self.page, "byline_lines", [])

    @property
    def creator(self) -> str:
        """Who made the page."""
        return self.page.owner.get_full_name() if self.page.owner else ""

    @property
    def corrections(self) -> Sequence[Any]:
        """What was corrected after publication: ``what``, ``why``, ``published_at``."""
        corrections = getattr(self.page, "corrections", None)
        return list(corrections.all()) if corrections is not None else []

    @cached_property
    def entries(self) -> list[RecordEntry]:
        """The record's entries about the page, in the order in which they happened."""
        return list(
            RecordEntry.objects.filter(page_id=self.page.pk).select_related("department__site")
            .order_by("pk")
        )  # fmt: skip

    @property
    def later(self) -> list[RecordEntry]:
        """What happened to it beside writing and the gates: published, corrected, taken down."""
        left_out = STEPS | WRITING
        return [
            entry
            for entry in self.entries
            if entry.action not in left_out
            and (entry.kind != Kind.APPROVAL or not entry.action.startswith("wagtail.workflow."))
        ]

    @property
    def sequences(self) -> str:
        """The entries' numbers in the record, such as "3, 7–9"."""
        numbers = sorted(entry.sequence for entry in self.entries if entry.sequence)
        spans: list[list[int]] = []
        for number in numbers:
            if spans and number == spans[-1][1] + 1:
                spans[-1][1] = number
            else:
                spans.append([number, number])
        return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in spans)

    @cached_property
    def broken(self) -> list[RecordEntry]:
        """The entries that are not as they were written; see ``manage.py verify_record``."""
        return [
            entry
            for entry in self.entries
            if not is_marked(entry) or (entry.sequence and entry.hash != hash_of_entry(entry))
        ]

    @property
    def head(self) -> RecordHead | None:
        """The end of the department's record at this moment."""
        return RecordHead.objects.filter(department=self.department).first()

    @cached_property
    def rounds(self) -> list[Round]:
        """Each time that it went through the chain, the first one first."""
        states = (
            WorkflowState.objects.filter(object_id=str(self.page.pk))
            .for_instance(self.page)
            .select_related("requested_by")
            .order_by("created_at", "pk")
        )
        return [
            Round(
                number=number,
                submitted_by=state.requested_by.get_full_name() if state.requested_by else "",
                submitted_at=state.created_at,
                state=str(state.get_status_display()),
                steps=[self._step(task_state) for task_state in _decided(state)],
            )
            for number, state in enumerate(states, 1)
        ]

    @cached_property
    def _recorded_hashes(self) -> dict[int, set[str]]:
        """From each revision that passed a gate to the hashes that the record has of it."""
        found: dict[int, set[str]] = {}
        for entry in self.entries:
            if entry.revision_id and entry.action in STEPS and entry.content_hash:
                found.setdefault(entry.revision_id, set()).add(entry.content_hash)
        return found

    def _step(self, state: TaskState) -> Step:
        stands_for, comment = split_signature(state.get_comment())
        gate = state.task.specific
        content_hash = hash_of_content(state.revision.content) if state.revision else ""
        recorded = self._recorded_hashes.get(state.revision_id or 0, {content_hash})
        return Step(
            gate=gate.name,
            role=str(Role(gate.role).label) if getattr(gate, "role", "") in Role.values else "",
            who=state.finished_by.get_full_name() if state.finished_by else "",
            stands_for=stands_for,
            when=state.finished_at,
            decision=str(state.get_status_display()),
            comment=comment,
            revision_id=state.revision_id,
            content_hash=content_hash,
            differs=recorded != {content_hash},
        )

    @property
    def signers(self) -> list[tuple[str, str]]:
        """Who signs the paper: ``(role, name)`` of the gates that the last round passed."""
        if not self.rounds:
            return []
        approved = {
            step.gate: (step.role or step.gate, step.who)
            for step in self.rounds[-1].steps
            if step.who
        }
        return list(approved.values())


def _decided(state: WorkflowState) -> Any:
    rows = state.task_states.select_related("task", "finished_by", "revision")
    return rows.order_by("started_at", "pk")


def split_signature(comment: str) -> tuple[str, str]:
    """The colleagues for whom a deputy acted, and the comment without them."""
    signature = re.escape(_("(for %(names)s)")).replace(re.escape("%(names)s"), "(.+?)")
    found = re.match(signature + r"\s*", comment)
    return (found[1], comment[found.end() :]) if found else ("", comment)
