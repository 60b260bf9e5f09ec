"""The exception for a department of one person: granted by the province, seen by everybody."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.record.models import Kind
from cms.record.writing import record
from sites.models import Department
from sites.tenancy import acting_for

from .models import SoleEditor


@transaction.atomic
def grant(department: Department, *, person: Any, reason: str, by: Any) -> SoleEditor:
    """Let ``person`` approve their own words in ``department``, until it is ended.

    Raises:
        PermissionDenied: ``by`` is no superuser.
        ValidationError: they are allowed to already.
    """
    _only_the_province(by)
    try:
        with transaction.atomic(), acting_for(department):
            granted = SoleEditor.objects.create(
                department=department, person=person, reason=reason, granted_by=by.get_full_name()
            )
    except IntegrityError as error:
        raise ValidationError(_("This exception is granted already.")) from error
    _write("sen.approval.sole_granted", granted, by)
    return granted


@transaction.atomic
def end(granted: SoleEditor, by: Any) -> None:
    """End the exception; its row stays. Raises PermissionDenied for whoever is no superuser."""
    _only_the_province(by)
    granted.ended_at = timezone.now()
    with acting_for(granted.department):
        granted.save(update_fields=["ended_at"])
    _write("sen.approval.sole_ended", granted, by)


def _only_the_province(by: Any) -> None:
    if not by.is_superuser:
        raise PermissionDenied("only the province grants this exception")


def _write(action: str, granted: SoleEditor, by: Any) -> None:
    record(
        granted.department,
        action,
        Kind.APPROVAL,
        about=granted.person.get_full_name(),
        user=by,
        why=granted.reason,
    )
