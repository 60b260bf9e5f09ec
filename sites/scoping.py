"""Tables whose rows belong to departments, and that show each department its own only."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import SuspiciousOperation
from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import Department
from .tenancy import current_department


class DepartmentManager(models.Manager[Any]):
    """The rows of the current department; none where no department is current."""

    def get_queryset(self) -> models.QuerySet[Any]:
        department = current_department()
        rows = super().get_queryset()
        return rows.filter(department=department) if department is not None else rows.none()


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

    objects = DepartmentManager()
    of_all_departments: ClassVar[models.Manager[Self]] = models.Manager()

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

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete. Raises SuspiciousOperation where the row is another department's."""
        department = current_department()
        if department is not None and self.department_id != department.pk:
            raise SuspiciousOperation(f"{self._meta.label} of another department")
        return super().delete(*args, **kwargs)
