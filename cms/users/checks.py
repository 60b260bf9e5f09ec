"""System checks: what the environment says of signing in is complete and makes sense."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from .second_factor import KNOWN_ROLES


def check_roles(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """``sen.users.E001``: a misspelt role would silently ask nothing of anybody."""
    unknown = sorted(set(settings.SEN_SECOND_FACTOR_ROLES) - KNOWN_ROLES)
    if not unknown:
        return []
    return [
        checks.Error(
            f"SEN_SECOND_FACTOR_ROLES names no role: {', '.join(unknown)}",
            hint=f"The roles are {', '.join(sorted(KNOWN_ROLES))}; commas between them.",
            id="sen.users.E001",
        )
    ]


def check_somebody_needs_it(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """``sen.users.W001``, with ``check --deploy``: nobody needs a second factor."""
    if settings.SEN_SECOND_FACTOR_ROLES:
        return []
    return [
        checks.Warning(
            "SEN_SECOND_FACTOR_ROLES is empty: a stolen password opens every account.",
            hint="Leave it unset for superusers and site administrators, or name the roles.",
            id="sen.users.W001",
        )
    ]


def check_provider(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """``sen.users.E002``: an identity provider without what it knows us by."""
    providers = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return [
        checks.Error(
            "SEN_OIDC_URL is set, but SEN_OIDC_CLIENT_ID or SEN_OIDC_SECRET is not.",
            hint="Set both to what the identity provider gave, or none of the three.",
            id="sen.users.E002",
        )
        for provider in providers
        if not (provider["client_id"] and provider["secret"])
    ]
