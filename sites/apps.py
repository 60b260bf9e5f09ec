"""App configuration of the tenant kernel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SitesConfig(AppConfig):
    """``sites``: knows nothing of the features; they listen to its signals."""

    name = "sites"
    label = "sites"
    verbose_name = _("Sites")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_delete

        from . import tree
        from .isolation import (
            choosing,
            hooks,  # noqa: F401
            listings,
            patches,
            rich_text,  # noqa: F401
            wagtail_addresses,
        )
        from .models import RoleGroup
        from .roles import delete_group

        post_delete.connect(delete_group, sender=RoleGroup, dispatch_uid="sites.delete_group")
        wagtail_addresses.register()
        tree.know_parents()
        listings.narrow_site_filter()
        patches.offer_own_groups()
        choosing.choose_own_pages()
