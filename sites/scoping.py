"""Tables whose rows belong to departments, and that show each department its own only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import SuspiciousOperation
from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import Department
from .tenancy import current_department


class DepartmentQuerySet(models.QuerySet[Any]):
    """Rows of the current department: the one that is current when they are asked for.

    A form's field keeps the queryset that it was made with, and Wagtail makes a
    form once for all; ``all()`` is what each form then takes from it.
    """

    _is_whole = False

    def scoped(self) -> DepartmentQuerySet:
        """The current department's rows; none where no department is current."""
        department = current_department()
        rows = self.filter(department=department) if department is not None else self.none()
        rows._is_whole = True
        return rows

    def using(self, alias: str | None) -> DepartmentQuerySet:
        rows = super().using(alias)
        rows._is_whole = self._is_whole
        return rows

    def all(self) -> DepartmentQuerySet:
        if self._is_whole:
            return DepartmentQuerySet(self.model, using=self.db).scoped()
        return super().all()


class DepartmentManager(models.Manager[Any]):
    """The rows of the current department; none where no department is current."""

    def get_queryset(self) -> DepartmentQuerySet:
        return DepartmentQuerySet(self.model, using=self._db).scoped()


class DepartmentModel(models.Model):
    """Base of a table whose rows belong to departments.

    ``objects`` are the current department's (the one of the request, or of
    :func:`sites.tenancy.acting_for`): denied by default, so forgetting a filter
    shows nothing rather than everything. ``of_all_departments`` is for jobs of
    the province. A new row belongs to the current department.

    The database holds no constraint on the department: a plugin's table that
    was left behind must not keep anybody from deleting a department.
    """

    department = models.ForeignKey(
        Department,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        editable=False,
        verbose_name=_("department"),
    )

    department_id: int | None

    #: Whether the rows go along when their department is merged into another.
    moves_when_merged: ClassVar[bool] = True

    objects = DepartmentManager()
    of_all_departments: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save. Raises SuspiciousOperation where the row is another department's."""
        department = current_department()
        if self.department_id is None and department is not None:
            self.department = department
        elif department is not None and self.department_id != department.pk:
            raise SuspiciousOperation(f"{self._meta.label} of another department")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse references to what belongs to another department."""
        from .isolation.references import refuse_foreign_references

        super().clean()
        refuse_foreign_references(self)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete. Raises SuspiciousOperation where the row is another department's."""
        department = current_department()
        if department is not None and self.department_id != department.pk:
            raise SuspiciousOperation(f"{self._meta.label} of another department")
        return super().delete(*args, **kwargs)
