"""What Wagtail logs, copied into the record of the department it is about.

Wagtail keeps the log of pages apart from that of everything else, and neither
knows of departments. The copy is made when the entry is: later the page may be
deleted and the superuser may be none any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import CollectionMember, ModelLogEntry, Page, PageLogEntry, Site

from sites.models import Department, RoleGroup
from sites.scoping import DepartmentModel
from sites.tenancy import current_department
from sites.tree import department_of

from .models import Kind
from .writing import record

#: Kinds of the models that this package cannot import, by their labels.
KIND_BY_LABEL = {"widgets.widgetarea": Kind.WIDGETS}


#: From an entry of the pages' log and its page to what more there is to say of it.
PageDetails = Callable[[PageLogEntry, Page], str]
_page_details: list[PageDetails] = []


def register_page_details(details: PageDetails) -> None:
    """Let a feature above the record add words to entries about its pages."""
    _page_details.append(details)


def connect() -> None:
    """Listen."""
    post_save.connect(copy_page_entry, sender=PageLogEntry, dispatch_uid="record.pages")
    post_save.connect(copy_model_entry, sender=ModelLogEntry, dispatch_uid="record.models")
    m2m_changed.connect(
        record_offices, sender=get_user_model().groups.through, dispatch_uid="record.offices"
    )


def departments_of(instance: Model) -> list[Department]:
    """The departments whose matter ``instance`` is; several for a person who serves several."""
    if isinstance(instance, Department):
        return [instance]
    if isinstance(instance, Page):
        found = department_of(instance)
        return [found] if found is not None else []
    departments = Department.objects.all()
    if isinstance(instance, get_user_model()):
        return list(departments.filter(role_groups__group__user=instance.pk).distinct())
    if isinstance(instance, Group):
        return list(departments.filter(role_groups__group=instance))
    if isinstance(instance, Redirect):
        return list(departments.filter(site=instance.site_id))
    if isinstance(instance, Site):
        return list(departments.filter(site=instance))
    if isinstance(instance, CollectionMember):
        path = instance.collection.path
        return [one for one in departments.select_related("collection") if _holds(one, path)]
    if hasattr(instance, "department_id"):
        return list(departments.filter(pk=instance.department_id))
    current = current_department()
    return [current] if current is not None else []


def _holds(department: Department, path: str) -> bool:
    return path.startswith(department.collection.path)


def kind_of(instance: Model) -> Kind:
    """What an act on ``instance`` is about."""
    if isinstance(instance, CollectionMember):
        return Kind.MEDIA
    if isinstance(instance, (get_user_model(), Group)):
        return Kind.PEOPLE
    if isinstance(instance, Redirect):
        return Kind.REDIRECT
    if isinstance(instance, Department | Site):
        return Kind.SETTINGS
    if isinstance(instance, DepartmentModel):
        return Kind.PLUGINS
    return KIND_BY_LABEL.get(instance._meta.label_lower, Kind.OTHER)


def copy_page_entry(
    sender: type[PageLogEntry], instance: PageLogEntry, created: bool, **kwargs: Any
) -> None:
    """Copy an entry of the pages' log."""
    page = Page.objects.filter(pk=instance.page_id).first() if created else None
    if page is None:
        return
    approval = instance.action.startswith("wagtail.workflow")
    for department in departments_of(page):
        record(
            department,
            instance.action,
            Kind.APPROVAL if approval else Kind.PAGE,
            about=instance.label,
            details=" · ".join(filter(None, (more(instance, page) for more in _page_details))),
            why=str(instance.data.get("comment") or instance.comment),
            user=instance.user,
            page_id=page.pk,
            revision=instance.revision,
        )


def copy_model_entry(
    sender: type[ModelLogEntry], instance: ModelLogEntry, created: bool, **kwargs: Any
) -> None:
    """Copy an entry of the log of everything else."""
    model = instance.content_type.model_class() if created and instance.content_type else None
    about = model._base_manager.filter(pk=instance.object_id).first() if model else None
    if model is None or about is None:
        return
    for department in departments_of(about):
        record(
            department,
            instance.action,
            kind_of(about),
            about=instance.label,
            details=str(model._meta.verbose_name),
            user=instance.user,
        )


def record_offices(
    sender: Any, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Write down that somebody was given an office or lost one, on whatever screen."""
    if action not in ("post_add", "pre_remove", "pre_clear"):
        return
    if pk_set is None:
        related = instance.user_set if reverse else instance.groups
        pk_set = set(related.values_list("pk", flat=True))
    groups = [instance.pk] if reverse else pk_set
    people = get_user_model()._base_manager.filter(pk__in=pk_set) if reverse else [instance]
    code = "sen.people.role_given" if action == "post_add" else "sen.people.role_taken"
    for office in RoleGroup.objects.filter(group__in=groups).select_related("department"):
        for person in people:
            record(
                office.department,
                code,
                Kind.PEOPLE,
                about=person.get_full_name(),
                details=str(office.get_role_display()),
            )
