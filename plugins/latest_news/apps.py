"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LatestNewsConfig(AppConfig):
    """``plugins.latest_news``."""

    name = "plugins.latest_news"
    label = "latest_news"
    verbose_name = _("Latest news")
