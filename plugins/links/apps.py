"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LinksConfig(AppConfig):
    """``plugins.links``."""

    name = "plugins.links"
    label = "links"
    verbose_name = _("Links")
