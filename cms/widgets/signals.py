"""Keeping areas with the site of their page, and kept pages free of what they no longer show."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from wagtail.models import Page
from wagtail.signals import post_page_move, unpublished

from cms.delivery.cache import purge, site_tag
from sites.tree import department_of

from .models import WidgetArea


def _after_end(sender: Any, instance: WidgetArea, **kwargs: Any) -> None:
    """An area was unpublished or deleted; what is published purges as it is saved."""
    instance.purge()


def _after_move(sender: Any, instance: Page, **kwargs: Any) -> None:
    """A page stands elsewhere: its areas may be another site's, and it inherits other ones."""
    department = department_of(instance)
    WidgetArea.objects.filter(page__path__startswith=instance.path).update(department=department)
    for page in (kwargs["parent_page_before"], kwargs["parent_page_after"]):
        owner = department_of(page)
        if owner is not None:
            purge(site_tag(owner.site_id))


def connect() -> None:
    """Connect everything; called once, when the apps are ready."""
    unpublished.connect(_after_end, sender=WidgetArea, dispatch_uid="widgets.unpublished")
    post_delete.connect(_after_end, sender=WidgetArea, dispatch_uid="widgets.deleted")
    post_page_move.connect(_after_move, dispatch_uid="widgets.page_moved")
