"""Giving a place an area of its own, and letting it inherit again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Page

from sites.tree import department_of

from .areas import inherited_items
from .models import WidgetArea


@transaction.atomic
def override(page: Page | None, slot: str, user: Any = None) -> WidgetArea:
    """The area of ``page`` in ``slot``, to be edited: a draft of what is inherited now.

    Nothing changes on the public pages until it is published. An area that is
    in use, published or as a draft, is left as it is.

    Args:
        page: a page of some site; None for the province's default.
    """
    department = department_of(page) if page is not None else None
    area, created = WidgetArea.objects.get_or_create(
        page=page, slot=slot, defaults={"live": False, "widgets": []}
    )
    # One object, so that nobody loads it again.
    area.page, area.department = page, department
    if area.in_use:
        return area
    area.widgets = inherited_items(area)
    area.expired, area.go_live_at, area.expire_at = False, None, None
    area.save()
    if created:
        log(instance=area, action="wagtail.create", user=user)
    area.save_revision(user=user, log_action=True)
    return area


@transaction.atomic
def reset(area: WidgetArea, user: Any = None) -> None:
    """Let the place of ``area`` inherit again; drafts and schedules end, the history stays."""
    area = WidgetArea.objects.select_for_update().get(pk=area.pk)
    area.revisions.update(approved_go_live_at=None)
    area.unpublish(user=user)
    # Wagtail takes what was unpublished for a draft to go on with.
    WidgetArea.objects.filter(pk=area.pk).update(
        has_unpublished_changes=False, expired=False, go_live_at=None, expire_at=None
    )
