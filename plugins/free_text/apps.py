"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FreeTextConfig(AppConfig):
    """``plugins.free_text``."""

    name = "plugins.free_text"
    label = "free_text"
    verbose_name = _("Free text")
