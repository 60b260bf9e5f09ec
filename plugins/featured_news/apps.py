"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeaturedNewsConfig(AppConfig):
    """``plugins.featured_news``."""

    name = "plugins.featured_news"
    label = "featured_news"
    verbose_name = _("Featured news")
