"""App configuration of what machines read of a site."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeoConfig(AppConfig):
    """``cms.seo``."""

    name = "cms.seo"
    label = "seo"
    verbose_name = _("For search engines")
