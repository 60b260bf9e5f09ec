"""App configuration of inspection."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionConfig(AppConfig):
    """``cms.inspection``; it has no tables: it reads what others keep."""

    name = "cms.inspection"
    label = "inspection"
    verbose_name = _("Inspection")

    def ready(self) -> None:
        from cms.record.reading import register_page_screens

        from .readers import files_of

        register_page_screens(files_of)
