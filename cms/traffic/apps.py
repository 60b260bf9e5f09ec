"""App configuration of counting."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrafficConfig(AppConfig):
    """``cms.traffic``."""

    name = "cms.traffic"
    label = "traffic"
    verbose_name = _("Traffic")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sites.signals import pages_moved

        from .carrying import carry_counts
        from .probing import register_probe

        register_probe()
        pages_moved.connect(carry_counts, dispatch_uid="traffic.carry_counts")
