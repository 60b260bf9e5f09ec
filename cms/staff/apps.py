"""App configuration of a department's people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """``cms.staff``."""

    name = "cms.staff"
    label = "staff"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from sites.signals import pages_moved

        from .inviting import accept_on_sign_in
        from .merging import carry_offers

        user_logged_in.connect(accept_on_sign_in, dispatch_uid="staff.accept_invitations")
        pages_moved.connect(carry_offers, dispatch_uid="staff.carry_offers")
