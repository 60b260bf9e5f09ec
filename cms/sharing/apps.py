"""App configuration of sharing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    """``cms.sharing``."""

    name = "cms.sharing"
    label = "sharing"
    verbose_name = _("Shared news")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import following

        following.connect()
