"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImageGalleryConfig(AppConfig):
    """``plugins.image_gallery``."""

    name = "plugins.image_gallery"
    label = "image_gallery"
    verbose_name = _("Picture gallery")
