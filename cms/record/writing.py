"""Writing into the record. What Wagtail logs gets here by itself, see ``mirroring``."""

from __future__ import annotations

from typing import Any

from wagtail.log_actions import get_active_log_context
from wagtail.models import Revision

from sites.models import Department

from .chaining import mark, seal_soon
from .hashing import hash_of_content
from .models import Kind, RecordEntry
from .origins import origin

LONGEST = 500
LONGEST_NAME = 255


def record(
    department: Department,
    action: str,
    kind: Kind,
    *,
    about: object = "",
    details: str = "",
    user: Any = None,
    page_id: int | None = None,
    revision: Revision | None = None,
    why: str = "",
) -> RecordEntry:
    """Write down that ``action`` happened in ``department``.

    Args:
        action: a code that some ``register_log_actions`` hook gives a label.
        about: what it was done to, as people call it.
        details: more of it, in words.
        user: who did it; by default whoever sent the request in the admin.
        page_id: the page that it was done to.
        revision: the text that it was done to; its hash is kept.
        why: the reason or comment that was given.
    """
    if user is None:
        user = get_active_log_context().user
    # Of the very types that the database gives back, or the mark would not hold.
    entry = RecordEntry(
        department=department,
        why=str(why),
        origin=origin(),
        revision_id=revision.pk if revision is not None else None,
        content_hash=hash_of_content(revision.content) if revision is not None else "",
        action=str(action),
        kind=Kind(kind),
        about=str(about)[:LONGEST],
        details=str(details),
        user=user,
        user_name=user.get_full_name()[:LONGEST_NAME] if user is not None else "",
        by_province=user is not None and bool(user.is_superuser),
        page_id=int(page_id) if page_id is not None else None,
    )
    entry.mark = mark(entry)
    entry.save()
    seal_soon(department.pk)
    return entry
