"""Keeping areas with the site of their page, and kept pages free of what they no longer show."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_delete
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision
from wagtail.signals import post_page_move, unpublished

from cms.delivery.cache import page_tag, purge, site_tag
from sites.models import Department
from sites.signals import pages_moved, site_ended
from sites.tree import department_of

from .models import WidgetArea


def _after_end(sender: Any, instance: WidgetArea, **kwargs: Any) -> None:
    """An area was unpublished or deleted; what is published purges as it is saved."""
    instance.purge()


def _after_move(sender: Any, instance: Page, **kwargs: Any) -> None:
    """A page stands elsewhere: its areas may be another site's, and it inherits other ones."""
    department = department_of(instance)
    below = WidgetArea.objects.filter(page__path__startswith=instance.path)
    if not below.update(department=department) and instance.is_leaf():
        purge(page_tag(instance.pk))
        return
    for page in (kwargs["parent_page_before"], kwargs["parent_page_after"]):
        owner = department_of(page)
        if owner is not None:
            purge(site_tag(owner.site_id))


def _pages_moved(
    sender: Any, source: Department, target: Department, report: Any, whole: bool, **kwargs: Any
) -> None:
    """Pages went to another site in bulk, and the areas that hang on them."""
    inside = WidgetArea.objects.filter(page__path__startswith=target.site.root_page.path)
    went = inside.exclude(department=target)
    report.count(_("widget areas"), went.filter(live=True).count())
    went.update(department=target)
    if whole:
        stays = WidgetArea.objects.filter(department=source, live=True).count()
        report.count(_("widget areas that stay with the record of the old site"), stays)
    purge(site_tag(source.site_id), site_tag(target.site_id))


def _site_ended(sender: Any, department: Department, report: Any, **kwargs: Any) -> None:
    """What an area was to show later stays a draft: nothing of an archive changes by itself."""
    areas = WidgetArea.objects.filter(department=department).values_list("pk", flat=True)
    scheduled = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(WidgetArea),
        object_id__in=[str(pk) for pk in areas],
        approved_go_live_at__isnull=False,
    )
    report.count(_("scheduled widget areas that are called off"), scheduled.count())
    scheduled.update(approved_go_live_at=None)


def connect() -> None:
    """Connect everything; called once, when the apps are ready."""
    unpublished.connect(_after_end, sender=WidgetArea, dispatch_uid="widgets.unpublished")
    post_delete.connect(_after_end, sender=WidgetArea, dispatch_uid="widgets.deleted")
    post_page_move.connect(_after_move, dispatch_uid="widgets.page_moved")
    pages_moved.connect(_pages_moved, dispatch_uid="widgets.pages_moved")
    site_ended.connect(_site_ended, dispatch_uid="widgets.site_ended")
