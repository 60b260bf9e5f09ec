"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PollConfig(AppConfig):
    """``plugins.poll``."""

    name = "plugins.poll"
    label = "poll"
    verbose_name = _("Poll")
    default_auto_field = "django.db.models.BigAutoField"
