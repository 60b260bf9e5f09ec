"""App configuration of the accessibility statement."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessibilityConfig(AppConfig):
    """``cms.accessibility``."""

    name = "cms.accessibility"
    label = "accessibility"
    verbose_name = _("Accessibility")
