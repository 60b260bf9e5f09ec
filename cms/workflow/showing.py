"""Which text somebody was shown: nobody approves what they have not seen."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, Revision

from . import models


def note_shown(revision: Revision, user: Any) -> None:
    """Note that ``user`` is shown this text now."""
    models.ShownRevision.objects.get_or_create(revision=revision, user=user)


def was_shown(revision_id: Any, user: Any) -> bool:
    """Whether ``user`` was shown this very text."""
    return models.ShownRevision.objects.filter(revision_id=revision_id, user=user.pk).exists()


def last_seen(page: Page, user: Any, before: Revision) -> Revision | None:
    """The newest text of ``page`` that ``user`` was shown before ``before``; else the live one."""
    shown = (
        models.ShownRevision.objects.filter(
            user=user.pk,
            revision__object_id=str(page.pk),
            revision__base_content_type=before.base_content_type_id,
            revision_id__lt=before.pk,
        )
        .select_related("revision")
        .order_by("-revision_id")
        .first()
    )
    if shown is not None:
        return shown.revision
    return page.live_revision if page.live_revision_id != before.pk else None
