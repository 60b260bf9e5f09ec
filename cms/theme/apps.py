"""App configuration of the public theme."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemeConfig(AppConfig):
    """``cms.theme``."""

    name = "cms.theme"
    label = "theme"
    verbose_name = _("Theme")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the admin's forms read dates as people type them."""
        from cms.content.typed import use_in_admin

        use_in_admin()
