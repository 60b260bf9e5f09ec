"""App configuration of the screens of a site's administrator."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteadminConfig(AppConfig):
    """``cms.siteadmin``."""

    name = "cms.siteadmin"
    label = "siteadmin"
    verbose_name = _("My site")
    default_auto_field = "django.db.models.BigAutoField"
