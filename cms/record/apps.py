"""App configuration of the record."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordConfig(AppConfig):
    """``cms.record``."""

    name = "cms.record"
    label = "record"
    verbose_name = _("Record")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.spreadsheets import disarm_exports

        from . import mirroring, probing

        mirroring.connect()
        probing.register_probe()
        disarm_exports()
