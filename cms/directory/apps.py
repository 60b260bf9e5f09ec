"""App configuration of the directory of component sites."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """``cms.directory``."""

    name = "cms.directory"
    label = "directory"
    verbose_name = _("Component sites")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import signals

        signals.connect()
