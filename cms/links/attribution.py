"""Who brought a link in, and when: by the earliest revision that has it, or by the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision

from .texts import texts_in

#: So many revisions of one object are looked through, the oldest first.
REVISIONS = 300
_CHUNK = 20


@dataclass(frozen=True)
class Origin:
    """Who and when; both unknown where nothing tells."""

    user_id: int | None = None
    at: datetime | None = None


def origin_of(model: type[models.Model], pk: Any, needle: str) -> Origin:
    """Who brought ``needle`` into the object, and when.

    The account and the time of the earliest revision that has it. Where there are revisions
    and none has it, nobody is blamed: it may have come past the portal. An object without
    revisions: the last one who changed it, or who uploaded it.
    """
    base = Page if issubclass(model, Page) else model
    kind = ContentType.objects.get_for_model(base)
    revisions = Revision.objects.filter(base_content_type=kind, object_id=str(pk))
    rows = revisions.order_by("created_at", "pk").values_list("content", "user_id", "created_at")
    has_revisions = False
    for content, user_id, created_at in rows[:REVISIONS].iterator(chunk_size=_CHUNK):
        has_revisions = True
        if holds(content, needle):
            return Origin(user_id, created_at)
    return Origin() if has_revisions else _logged(model, kind, pk)


def holds(content: Any, needle: str) -> bool:
    """Whether a text in ``content`` has ``needle`` as it is stored there."""
    escaped = needle.replace("&", "&amp;")
    return any(
        needle in text.value or escaped in text.value or needle in text.value.lower()
        for text in texts_in(content, "")
    )


def _logged(model: type[models.Model], kind: ContentType, pk: Any) -> Origin:
    if issubclass(model, Page):
        entry = PageLogEntry.objects.filter(page_id=pk).order_by("-timestamp").first()
        if entry is not None:
            return Origin(entry.user_id, entry.timestamp)
        page = Page.objects.filter(pk=pk).values_list("owner_id", "first_published_at").first()
        return Origin(*page) if page is not None else Origin()
    logged = ModelLogEntry.objects.filter(content_type=kind, object_id=str(pk))
    entry = logged.order_by("-timestamp").first()
    if entry is not None:
        return Origin(entry.user_id, entry.timestamp)
    names = {each.name for each in model._meta.concrete_fields}
    if {"uploaded_by_user", "created_at"} <= names:
        uploaded = model._base_manager.filter(pk=pk)
        found = uploaded.values_list("uploaded_by_user_id", "created_at").first()
        return Origin(*found) if found is not None else Origin()
    return Origin()
