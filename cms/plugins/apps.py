"""App configuration of plugin discovery."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class PluginsConfig(AppConfig):
    """``cms.plugins``."""

    name = "cms.plugins"
    label = "plugins"
    verbose_name = _("Plugins")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the opening of sites; report what was set aside."""
        from sites.signals import site_opened

        from .activation import enable_bundled_plugins
        from .checks import check_quarantined

        site_opened.connect(enable_bundled_plugins, dispatch_uid="plugins.enable_bundled")
        checks.register(check_quarantined)
