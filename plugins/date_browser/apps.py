"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DateBrowserConfig(AppConfig):
    """``plugins.date_browser``."""

    name = "plugins.date_browser"
    label = "date_browser"
    verbose_name = _("News by date")
