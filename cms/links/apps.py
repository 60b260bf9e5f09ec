"""App configuration of the watch over outbound links."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LinksConfig(AppConfig):
    """``cms.links``; its label is another, a plugin of links has that one."""

    name = "cms.links"
    label = "outbound"
    verbose_name = _("Outbound links")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .probing import register_probe

        register_probe()
