"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """``plugins.documents``."""

    name = "plugins.documents"
    label = "documents"
    verbose_name = _("Legal documents")
