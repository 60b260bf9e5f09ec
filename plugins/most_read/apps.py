"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MostReadConfig(AppConfig):
    """``plugins.most_read``."""

    name = "plugins.most_read"
    label = "most_read"
    verbose_name = _("Most read")
