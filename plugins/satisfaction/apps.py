"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SatisfactionConfig(AppConfig):
    """``plugins.satisfaction``."""

    name = "plugins.satisfaction"
    label = "satisfaction"
    verbose_name = _("Satisfaction rating")
    default_auto_field = "django.db.models.BigAutoField"
