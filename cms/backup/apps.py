"""App configuration of the backup."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackupConfig(AppConfig):
    """``cms.backup``."""

    name = "cms.backup"
    label = "backup"
    verbose_name = _("Backup")

    def ready(self) -> None:
        from .probing import register_probe

        register_probe()
