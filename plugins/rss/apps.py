"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RssConfig(AppConfig):
    """``plugins.rss``."""

    name = "plugins.rss"
    label = "rss"
    verbose_name = _("News from elsewhere")
