"""App configuration of the JSON API."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """``cms.api``."""

    name = "cms.api"
    label = "api"
    verbose_name = _("JSON API")
