"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TextSizeAndContrastConfig(AppConfig):
    """``plugins.text_size_and_contrast``."""

    name = "plugins.text_size_and_contrast"
    label = "text_size_and_contrast"
    verbose_name = _("Text size and contrast")
