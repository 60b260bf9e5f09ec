"""App configuration of the public theme."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemeConfig(AppConfig):
    """``cms.theme``."""

    name = "cms.theme"
    label = "theme"
    verbose_name = _("Theme")
    default_auto_field = "django.db.models.BigAutoField"
