"""App configuration of the tenant kernel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SitesConfig(AppConfig):
    """``sites``: knows nothing of the features; they listen to its signals."""

    name = "sites"
    label = "sites"
    verbose_name = _("Sites")
    default_auto_field = "django.db.models.BigAutoField"
