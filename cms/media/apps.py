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
        from django.db.models.signals import pre_delete, pre_save
        from wagtail.models import UploadedFile

        from sites.signals import pages_moved

        from .away import the_bucket
        from .merging import merge_tags
        from .models import SenDocument, SenImage
        from .protection import refuse_deletion, refuse_replacement
        from .uploads import clean_waiting, receive_file_of, receive_picture_of

        pages_moved.connect(merge_tags, dispatch_uid="media.merge_tags")
        pre_save.connect(clean_waiting, sender=UploadedFile, dispatch_uid="media.clean_waiting")
        for model, receive in ((SenImage, receive_picture_of), (SenDocument, receive_file_of)):
            pre_save.connect(receive, sender=model, dispatch_uid=f"media.receive.{model}")
        for model in (SenImage, SenDocument):
            pre_delete.connect(refuse_deletion, sender=model, dispatch_uid=f"media.keep.{model}")
            pre_save.connect(refuse_replacement, sender=model, dispatch_uid=f"media.hold.{model}")
        if the_bucket() is not None:
            from .probing import register_probe

            register_probe()
