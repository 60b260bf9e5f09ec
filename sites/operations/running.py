"""Operations in the background: the dry run, and the act itself."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.log_actions import log

from sites.life.acting import forget_root_paths
from sites.models import Department

from .acts import others_of, perform
from .models import SiteOperation, digest_of

logger = logging.getLogger(__name__)

State = SiteOperation.State
PREFIX = "sen.site."


class FactsChangedError(Exception):
    """The act would do, or did, something else than what was reviewed."""

    def __init__(self, report: dict[str, Any]) -> None:
        super().__init__()
        self.report = report


class AbandonedError(Exception):
    """Somebody has given the operation up meanwhile."""


def plan(
    department: Department, act: str, arguments: dict[str, Any], user: Any, language: str
) -> SiteOperation:
    """Ask for the dry run of an act; its report waits for review once it is there.

    An earlier plan for the same site that nobody has confirmed is given up.
    """
    with transaction.atomic():
        for earlier in SiteOperation.objects.filter(department=department, state=State.PLANNED):
            give_up(earlier)
        operation = SiteOperation.objects.create(
            department=department,
            act=act,
            arguments=arguments,
            language=language,
            requested_by=user,
        )
        write_log(operation, "planned", user)
        check_operation.enqueue(operation.pk)
    return operation


def confirm(operation: SiteOperation, user: Any) -> bool:
    """Let a reviewed operation run; False where somebody did already, or gave it up."""
    with transaction.atomic():
        confirmed = SiteOperation.objects.filter(pk=operation.pk, state=State.PLANNED).update(
            state=State.RUNNING,
            confirmed_by=user,
            percent=0,
            doing="",
            changed=False,
            # It waits for the worker anew.
            started=None,
        )
        if confirmed:
            operation.forget_progress()
            write_log(operation, "confirmed", user)
            carry_out_operation.enqueue(operation.pk)
    return bool(confirmed)


def give_up(operation: SiteOperation) -> bool:
    """End an operation that is not done: whoever is still at work at it undoes what he did."""
    found = SiteOperation.objects.filter(pk=operation.pk).exclude(
        state__in=(State.DONE, State.FAILED)
    )
    return bool(
        found.update(
            state=State.FAILED, error=_("It was given up; nothing was changed."),
            finished=timezone.now(),
        )
    )  # fmt: skip


@task(backend="background")
def check_operation(operation_id: int) -> None:
    """The dry run of an operation."""
    operation = _begin(operation_id, State.CHECKING)
    if operation is None:
        return
    with translation.override(operation.language):
        try:
            report = perform(operation, dry_run=True, progress=operation.note_progress).as_json()
        except Exception as error:
            _fail(operation, error)
            return
    _mine(operation).update(
        state=State.PLANNED, report=report, digest=digest_of(report), finished=timezone.now()
    )


@task(backend="background")
def carry_out_operation(operation_id: int) -> None:
    """The act. What it did stays only if it is exactly what was reviewed."""
    operation = _begin(operation_id, State.RUNNING)
    if operation is None:
        return
    with translation.override(operation.language):
        try:
            with transaction.atomic():
                _carry_out(operation)
        except FactsChangedError as changed:
            _mine(operation).update(
                state=State.PLANNED,
                report=changed.report,
                digest=digest_of(changed.report),
                changed=True,
                finished=timezone.now(),
            )
        except AbandonedError:
            logger.info("operation %s was given up; it is undone", operation_id)
        except Exception as error:
            _fail(operation, error)


def _carry_out(operation: SiteOperation) -> None:
    report = perform(operation, dry_run=False, progress=operation.note_progress).as_json()
    if digest_of(report) != operation.digest:
        raise FactsChangedError(report)
    done = _mine(operation).update(
        state=State.DONE, report=report, percent=100, doing="", finished=timezone.now()
    )
    if not done:
        raise AbandonedError
    write_log(operation, operation.act, operation.confirmed_by, report["act"])
    for other in others_of(operation):
        write_log(operation, operation.act, operation.confirmed_by, report["act"], other)
    # Once more: what was read of them during the act may have been kept before its end.
    transaction.on_commit(forget_root_paths)


def _begin(operation_id: int, state: str) -> SiteOperation | None:
    """The operation, its beginning noted; None where it is no longer in ``state``."""
    found = SiteOperation.objects.filter(pk=operation_id, state=state)
    if not found.update(started=timezone.now(), finished=None, error=""):
        return None
    return found.select_related("department__site", "department__kind", "confirmed_by").first()


def _mine(operation: SiteOperation) -> Any:
    """The operation's row, if nobody has given it up meanwhile."""
    return SiteOperation.objects.filter(pk=operation.pk, state=operation.state)


def _fail(operation: SiteOperation, error: Exception) -> None:
    """Keep the error in words."""
    if isinstance(error, ValidationError):
        words = "\n".join(error.messages)
    else:
        logger.error("operation %s failed", operation.pk, exc_info=error)
        words = _("An unexpected error: %(error)s") % {"error": f"{type(error).__name__}: {error}"}
    with transaction.atomic():
        failed = _mine(operation).update(state=State.FAILED, error=words, finished=timezone.now())
        if failed:
            user = operation.confirmed_by or operation.requested_by
            write_log(operation, "failed", user, words)


def write_log(
    operation: SiteOperation,
    what: str,
    user: Any,
    text: str = "",
    department: Department | None = None,
) -> None:
    """Write down in a department's record what became of an operation."""
    log(
        # Read anew: the act may have changed its name or host.
        instance=department or Department.objects.get(pk=operation.department_id),
        action=f"{PREFIX}{what}",
        user=user,
        title=text or str(operation),
        data={
            "operation": operation.pk,
            "act": operation.act,
            "arguments": operation.arguments,
        },
    )
