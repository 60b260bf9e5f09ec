"""App configuration of images and documents."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    """``cms.media``."""

    name = "cms.media"
    label = "media"
    verbose_name = _("Media")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sites.signals import pages_moved

        from .merging import merge_tags

        pages_moved.connect(merge_tags, dispatch_uid="media.merge_tags")
