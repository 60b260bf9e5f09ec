"""Rows of departments when two of them become one: those of the kernel's base class, plugins' too.

The database says which rows collide. One that the target has already stays with
the record of the old site, and what named it names the target's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail.models import Page

from sites.models import Department
from sites.scoping import DepartmentModel

from .report import Report

BATCH = 500


def move_rows(source: Department, target: Department, report: Report) -> None:
    """Give ``target`` all rows of ``source``, table by table."""
    for model in _tables():
        rows = model.of_all_departments.filter(department=source)
        total = rows.count()
        if not total:
            continue
        try:
            with transaction.atomic():
                rows.update(department=target)
        except IntegrityError:
            for row in rows.order_by("pk"):
                _move_row(row, target)
            left = model.of_all_departments.filter(department=source).count()
            total -= left
            report.collide(
                _("%(count)d rows of “%(table)s”")
                % {"count": left, "table": model._meta.verbose_name_plural},
                _("the target has them already; they stay with the record of the old site"),
            )
        # Some are votes and ratings, which come in as one reads.
        report.count(str(model._meta.verbose_name_plural), total, restless=True)


def move_rows_of_pages(
    source: Department, target: Department, page_ids: Sequence[int], report: Report
) -> None:
    """Give ``target`` the rows of ``source`` that are about one of these pages."""
    for model in _tables():
        for field in model._meta.concrete_fields:
            if field.related_model is None or not issubclass(field.related_model, Page):
                continue
            moved = 0
            for begin in range(0, len(page_ids), BATCH):
                about = {f"{field.name}__in": page_ids[begin : begin + BATCH]}
                rows = model.of_all_departments.filter(department=source, **about)
                moved += rows.update(department=target)
            report.count(str(model._meta.verbose_name_plural), moved, restless=True)


def _tables() -> list[type[DepartmentModel]]:
    """The tables of departments, each after those that it refers to, whose twins come first."""
    ordered: list[type[DepartmentModel]] = []

    def add(model: type[models.Model]) -> None:
        if model in ordered or not issubclass(model, DepartmentModel):
            return
        for field in model._meta.concrete_fields:
            if field.related_model is not None and field.related_model is not model:
                add(field.related_model)
        if model.moves_when_merged and model not in ordered:
            ordered.append(model)

    for model in apps.get_models():
        add(model)
    return ordered


def _move_row(row: DepartmentModel, target: Department) -> None:
    model = type(row)
    try:
        with transaction.atomic():
            model.of_all_departments.filter(pk=row.pk).update(department=target)
    except IntegrityError:
        twin = _twin(row, target)
        if twin is not None:
            _name_instead(row, twin)


def _twin(row: DepartmentModel, target: Department) -> DepartmentModel | None:
    """The row of ``target`` that keeps ``row`` from being the target's too."""
    model = type(row)
    for fields in _unique_together(model):
        if "department" not in fields:
            continue
        same = {name: getattr(row, name) for name in fields if name != "department"}
        twin = model.of_all_departments.filter(department=target, **same).first()
        if twin is not None:
            found: DepartmentModel = twin
            return found
    return None


def _unique_together(model: type[models.Model]) -> Iterable[Sequence[str]]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield constraint.fields
    yield from model._meta.unique_together


def _name_instead(row: models.Model, twin: models.Model) -> None:
    """Let what refers to ``row`` refer to ``twin``; its own parts stay with it."""
    for relation in row._meta.related_objects:
        if isinstance(relation.field, ParentalKey) or not relation.field.concrete:
            continue
        if relation.many_to_many:
            continue
        others: Any = relation.related_model._base_manager
        for pk in others.filter(**{relation.field.name: row}).values_list("pk", flat=True):
            try:
                with transaction.atomic():
                    others.filter(pk=pk).update(**{relation.field.name: twin})
            except IntegrityError:
                # The twin has such a one too.
                continue
