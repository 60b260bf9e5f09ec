"""App configuration of the news."""

from django.apps import AppConfig
from django.db import models
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    """``cms.news``."""

    name = "cms.news"
    label = "news"
    verbose_name = _("News")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.admin.forms.models import register_form_field_override

        from cms.content.slugs import VietnameseSlugInput
        from cms.record.mirroring import register_page_details

        from .credits import byline_for_record
        from .explorer import quicken_explorer
        from .searching import register as have_found
        from .signals import connect

        connect()
        have_found()
        quicken_explorer()
        register_page_details(byline_for_record)
        register_form_field_override(
            models.SlugField, override={"widget": VietnameseSlugInput}, exact_class=True
        )
