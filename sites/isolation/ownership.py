"""Whose an object is: the one answer that the gate and the reference guard go by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    Collection,
    CollectionMember,
    Page,
    PageLogEntry,
    Revision,
    Site,
    TaskState,
    WorkflowState,
)

from sites.models import Department, RoleGroup
from sites.scoping import DepartmentModel

Own = Callable[[Department], Q]

_rules: dict[type[Model], Own] = {
    Page: lambda department: Q(path__startswith=department.site.root_page.path),
    Collection: lambda department: Q(path__startswith=department.collection.path),
    CollectionMember: lambda department: Q(collection__path__startswith=department.collection.path),
    DepartmentModel: lambda department: Q(department_id=department.pk),
    Department: lambda department: Q(pk=department.pk),
    Site: lambda department: Q(department=department),
    Redirect: lambda department: Q(site__department=department),
    Group: lambda department: Q(department_role__department=department),
    RoleGroup: lambda department: Q(department=department),
    get_user_model(): lambda department: Q(groups__department_role__department=department),
    PageLogEntry: lambda department: Q(page__path__startswith=department.site.root_page.path),
}


def register_owner(model: type[Model], own: Own) -> None:
    """Say which rows of ``model`` and the models derived from it are a department's own."""
    _rules[model] = own


def has_owner(model: type[Model]) -> bool:
    """Whether rows of ``model`` belong to departments, as far as anybody has said."""
    return _rule(model) is not None or issubclass(model, Revision | TaskState | WorkflowState)


def own_rows(model: type[Model], department: Department) -> QuerySet[Any]:
    """The rows of ``model`` that belong to ``department``.

    Raises LookupError where nobody has said whose the rows of ``model`` are.
    """
    rule = _rule(model)
    if rule is None:
        raise LookupError(f"nobody has said to which department {model._meta.label} belongs")
    return model._base_manager.filter(rule(department)).distinct()


def is_own(model: type[Model], pk: Any, department: Department) -> bool:
    """Whether the row of ``model`` with that key belongs to ``department``.

    A row that does not exist is nobody's. A revision and a state of approval are
    of whoever owns what they are about.
    """
    try:
        if issubclass(model, TaskState):
            return _is_own_through(
                model,
                pk,
                "workflow_state__base_content_type",
                "workflow_state__object_id",
                department,
            )
        if issubclass(model, Revision | WorkflowState):
            return _is_own_through(model, pk, "base_content_type", "object_id", department)
        return own_rows(model, department).filter(pk=pk).exists()
    except (ValueError, TypeError, OverflowError):
        return False


def _is_own_through(
    model: type[Model], pk: Any, type_field: str, id_field: str, department: Department
) -> bool:
    about = model._base_manager.filter(pk=pk).values_list(type_field, id_field).first()
    if about is None:
        return False
    about_model = ContentType.objects.get_for_id(about[0]).model_class()
    return about_model is not None and is_own(about_model, about[1], department)


def _rule(model: type[Model]) -> Own | None:
    for base in model.__mro__:
        if base in _rules:
            return _rules[base]
    return None
