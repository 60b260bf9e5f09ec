"""App configuration of the notices."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """``cms.notices``; its label is another than that of the notices that a site publishes."""

    name = "cms.notices"
    label = "inbox"
    verbose_name = _("Notices to staff")
    default_auto_field = "django.db.models.BigAutoField"
