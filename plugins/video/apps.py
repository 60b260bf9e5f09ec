"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VideoConfig(AppConfig):
    """``plugins.video``."""

    name = "plugins.video"
    label = "video"
    verbose_name = _("Video")
