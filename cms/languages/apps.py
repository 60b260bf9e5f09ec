"""App configuration of pages in other languages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LanguagesConfig(AppConfig):
    """``cms.languages``."""

    name = "cms.languages"
    label = "languages"
    verbose_name = _("Languages")
