"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitCounterConfig(AppConfig):
    """``plugins.visit_counter``."""

    name = "plugins.visit_counter"
    label = "visit_counter"
    verbose_name = _("Visit counter")
