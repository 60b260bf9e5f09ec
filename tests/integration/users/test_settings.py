"""What the environment makes of the settings: cookies, roles, the identity provider."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
SHOW = """
import json
from cms import settings
names = [name for name in dir(settings) if name.isupper()]
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


def settings_with(tmp_path: Path, **environment: str) -> dict[str, Any]:
    """The settings of a server that starts with ``environment``."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SEN_")}
    env |= {"SEN_DATA_DIR": str(tmp_path), **environment}
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_without_environment(tmp_path: Path) -> None:
    found = settings_with(tmp_path)
    assert found["SEN_SECOND_FACTOR_ROLES"] == ["superuser", "site_admin"]
    assert found["SOCIALACCOUNT_PROVIDERS"] == {}
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is False
    assert found["ADMIN_CONTENT_SECURITY_POLICY"]["form-action"] == ["'self'"]


def test_in_production(tmp_path: Path) -> None:
    found = settings_with(
        tmp_path,
        ADMIN_BASE_URL="https://quantri.tinh.gov.vn",
        SEN_SECOND_FACTOR_ROLES="superuser, site_admin,chief",
        SEN_OIDC_URL="https://id.tinh.gov.vn/realms/tinh",
        SEN_OIDC_CLIENT_ID="sen",
        SEN_OIDC_SECRET="hush",
    )
    assert found["SEN_SECOND_FACTOR_ROLES"] == ["superuser", "site_admin", "chief"]
    for name in ("SESSION", "CSRF"):
        assert found[f"{name}_COOKIE_SECURE"] is True
        assert found[f"{name}_COOKIE_NAME"].startswith("__Host-")
        assert not found.get(f"{name}_COOKIE_DOMAIN")
    (app,) = found["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"]
    assert app["settings"]["server_url"] == "https://id.tinh.gov.vn/realms/tinh"
    policy = found["ADMIN_CONTENT_SECURITY_POLICY"]["form-action"]
    assert policy == ["'self'", "https://id.tinh.gov.vn"]
    assert found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"] == ["'self'"]


def test_nobody_needs_one_where_the_setting_is_empty(tmp_path: Path) -> None:
    assert settings_with(tmp_path, SEN_SECOND_FACTOR_ROLES="")["SEN_SECOND_FACTOR_ROLES"] == []
