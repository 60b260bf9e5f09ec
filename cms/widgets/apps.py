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
        """Guard the areas, answer the beacon."""
        from wagtail.permissions import register_permission_policy

        from cms.plugins.usage import register_store
        from cms.traffic.beacon import register_responder

        from . import signals
        from .checks import check_editable
        from .fragments import respond
        from .models import WidgetArea
        from .permissions import AreaPermissionPolicy
        from .usage import WIDGETS

        register_permission_policy(WidgetArea, AreaPermissionPolicy(WidgetArea))
        signals.connect()
        register_responder("fragments", respond)
        register_store("widgets", WIDGETS)
        checks.register(check_editable)
