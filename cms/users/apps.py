"""App configuration of user accounts."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """``cms.users``."""

    name = "cms.users"
    label = "users"
    verbose_name = _("Users")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import lockout  # noqa: F401  (its receivers)
        from .checks import check_provider, check_roles, check_somebody_needs_it

        checks.register(check_provider, checks.Tags.security)
        checks.register(check_roles, checks.Tags.security)
        checks.register(check_somebody_needs_it, checks.Tags.security, deploy=True)
