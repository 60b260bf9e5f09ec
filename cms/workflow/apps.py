"""App configuration of approval."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    """``cms.workflow``."""

    name = "cms.workflow"
    label = "workflow"
    verbose_name = _("Approval")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sites.signals import site_opened

        from .chain import ensure_chain

        site_opened.connect(ensure_chain, dispatch_uid="workflow.ensure_chain")
