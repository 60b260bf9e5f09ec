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
        """Listen to what happens on sites; report what was set aside."""
        from django.core.checks import Tags
        from wagtail.signals import page_published, page_unpublished

        from cms.traffic.beacon import register_responder
        from sites.signals import (
            pages_moved,
            site_ended,
            site_opened,
            site_renamed,
            site_restored,
        )

        from .activation import enable_bundled_plugins
        from .checks import check_quarantined, check_tables
        from .events import (
            answer_beacon,
            page_was_published,
            page_was_unpublished,
            site_has_ended,
            site_was_opened,
            site_was_renamed,
            site_was_restored,
            sites_were_merged,
        )
        from .probing import register_probe

        site_opened.connect(enable_bundled_plugins, dispatch_uid="plugins.enable_bundled")
        site_opened.connect(site_was_opened, dispatch_uid="plugins.opened")
        site_renamed.connect(site_was_renamed, dispatch_uid="plugins.renamed")
        site_ended.connect(site_has_ended, dispatch_uid="plugins.ended")
        site_restored.connect(site_was_restored, dispatch_uid="plugins.restored")
        pages_moved.connect(sites_were_merged, dispatch_uid="plugins.merged")
        page_published.connect(page_was_published, dispatch_uid="plugins.published")
        page_unpublished.connect(page_was_unpublished, dispatch_uid="plugins.unpublished")
        register_responder("plugins", answer_beacon)
        register_probe()
        checks.register(check_quarantined)
        checks.register(check_tables, Tags.database)
