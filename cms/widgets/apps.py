"""App configuration of widgets."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class WidgetsConfig(AppConfig):
    """``cms.widgets``."""

    name = "cms.widgets"
    label = "widgets"
    verbose_name = _("Widgets")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill new sites' areas, answer the beacon."""
        from cms.plugins.usage import register_store
        from cms.traffic.beacon import register_responder
        from sites.signals import site_opened

        from .checks import check_editable
        from .defaults import make_default_areas
        from .fragments import respond
        from .usage import WIDGETS

        site_opened.connect(make_default_areas, dispatch_uid="widgets.make_default_areas")
        register_responder("fragments", respond)
        register_store("widgets", WIDGETS)
        checks.register(check_editable)
