"""App configuration of operating."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """``cms.operations``."""

    name = "cms.operations"
    label = "operations"
    verbose_name = _("Operation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the probes of what everything stands on; report errors where that is wanted."""
        from . import foundations, reporting

        foundations.register_probes()
        if settings.SENTRY_DSN:
            reporting.start(settings.SENTRY_DSN)
