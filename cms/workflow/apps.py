"""App configuration of approval."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    """``cms.workflow``."""

    name = "cms.workflow"
    label = "workflow"
    verbose_name = _("Approval")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import pre_delete

        from sites.signals import site_opened

        from .chain import ensure_chain
        from .comparing import show_moments
        from .monitoring import register_probe
        from .takedown import refuse_deletion

        site_opened.connect(ensure_chain, dispatch_uid="workflow.ensure_chain")
        pre_delete.connect(refuse_deletion, dispatch_uid="workflow.refuse_deletion")
        show_moments()
        register_probe()
        _silence_wagtail()


def _silence_wagtail() -> None:
    """Keep Wagtail from mailing: it tells superusers twice and earlier gates nothing.

    What is told, and to whom, is in :mod:`cms.workflow.acts`.
    """
    from wagtail import signals
    from wagtail.models import TaskState, WorkflowState

    for signal, sender, uid in (
        (signals.task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
        (signals.workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
        (signals.workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
        (signals.workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
    ):
        # Wagtail's app is made ready after ours, and a name that is taken is not connected again.
        signal.connect(_told_otherwise, sender=sender, dispatch_uid=uid)


def _told_otherwise(sender: type, **kwargs: Any) -> None:
    """Nothing: stands in the place of Wagtail's own mails."""
