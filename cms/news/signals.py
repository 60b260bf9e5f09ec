"""Keeping the listings' columns true when pages move, and the cache true when anything changes."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from cms.delivery.cache import news_tag, page_tag, purge, site_tag
from sites.models import Department, MenuItem
from sites.signals import (
    pages_moved,
    site_ended,
    site_opened,
    site_renamed,
    site_restored,
)
from sites.tree import department_of

from .contributors import Contributor, carry_people
from .corrections import record_corrections
from .legacy import purge_redirects
from .maintenance import align_columns
from .models import ArticlePage, HomePage, SectionPage, StandardPage
from .opening import ensure_sections
from .searching import align_entries


def purge_page(sender: Any, instance: Page, **kwargs: Any) -> None:
    """A page was published, taken down or deleted."""
    department = department_of(instance)
    if department is None:
        return
    purge(*_tags_of(instance, department))


def _tags_of(page: Page, department: Department) -> list[str]:
    """What shows ``page``; menus and trails lead to every kind but articles."""
    tags = [page_tag(page.pk), news_tag(department.site_id)]
    if not issubclass(page.specific_class or Page, ArticlePage):
        tags.append(site_tag(department.site_id))
    return tags


def after_move(sender: Any, instance: Page, **kwargs: Any) -> None:
    """A page stands elsewhere now: so do the articles below it."""
    own = department_of(instance)
    if own is not None:
        align_columns(own.site.root_page)
        align_entries(own)
    for page in (kwargs["parent_page_before"], kwargs["parent_page_after"]):
        department = department_of(page)
        if department is not None:
            purge(*_tags_of(instance, department))
    before = department_of(kwargs["parent_page_before"])
    if own is not None and before is not None and before.pk != own.pk:
        carry_people(own)


def _pages_moved(
    sender: Any, source: Department, target: Department, report: Any, **kwargs: Any
) -> None:
    """Pages went to another site: their listings and kept pages are its now."""
    align_columns(target.site.root_page)
    align_entries(target)
    carry_people(target)
    for department in (source, target):
        purge(site_tag(department.site_id), news_tag(department.site_id))


def _purge_ended(sender: Any, department: Department, **kwargs: Any) -> None:
    purge(site_tag(department.site_id), news_tag(department.site_id))


def _purge_department(sender: Any, instance: Department | MenuItem, **kwargs: Any) -> None:
    """Name, colours, contact block or menu changed."""
    department = instance.department if isinstance(instance, MenuItem) else instance
    purge(site_tag(department.site_id))


def _purge_person(sender: Any, instance: Contributor, **kwargs: Any) -> None:
    """A name leads to another page now, or to none."""
    department = Department.objects.filter(pk=instance.department_id).first()
    if department is not None:
        purge(news_tag(department.site_id))


def connect() -> None:
    """Connect everything; called once, when the apps are ready."""
    site_opened.connect(ensure_sections, dispatch_uid="news.ensure_sections")
    for model in (HomePage, SectionPage, ArticlePage, StandardPage):
        uid = f"news.purge.{model.__name__}"
        page_published.connect(purge_page, sender=model, dispatch_uid=uid)
        page_unpublished.connect(purge_page, sender=model, dispatch_uid=uid)
        post_delete.connect(purge_page, sender=model, dispatch_uid=uid)
        page_slug_changed.connect(purge_page, sender=model, dispatch_uid=uid)
        post_page_move.connect(after_move, sender=model, dispatch_uid=uid)
    page_published.connect(
        record_corrections, sender=ArticlePage, dispatch_uid="news.record_corrections"
    )
    pages_moved.connect(_pages_moved, dispatch_uid="news.pages_moved")
    for ended in (site_ended, site_restored, site_renamed):
        ended.connect(_purge_ended, dispatch_uid="news.purge_ended")
    post_save.connect(_purge_department, sender=Department, dispatch_uid="news.purge.department")
    for signal in (post_save, post_delete):
        signal.connect(_purge_department, sender=MenuItem, dispatch_uid="news.purge.menu")
        signal.connect(_purge_person, sender=Contributor, dispatch_uid="news.purge.person")
        signal.connect(purge_redirects, sender=Redirect, dispatch_uid="news.purge.redirects")
