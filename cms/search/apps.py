"""App configuration of the search index."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """``cms.search``."""

    name = "cms.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from .indexing import connect
        from .probing import register_probe

        connect()
        register_probe()
