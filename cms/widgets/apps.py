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
        """Load the plugins' widgets, guard the areas, answer the beacon."""
        from wagtail.permissions import register_permission_policy

        from cms.traffic.beacon import register_responder

        from . import signals
        from .checks import check_editable
        from .fragments import respond
        from .loading import load_widgets
        from .models import WidgetArea
        from .permissions import AreaPermissionPolicy

        load_widgets()
        register_permission_policy(WidgetArea, AreaPermissionPolicy(WidgetArea))
        signals.connect()
        register_responder("fragments", respond)
        checks.register(check_editable)
