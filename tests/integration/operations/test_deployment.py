"""The example for production passes every check once its values are put in, and only then."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cms import checks
from cms.environment import NAMES
from cms.workflow import monitoring
from sites.models import Department

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "deploy" / "production.env.example"


def example(folder: Path) -> dict[str, str]:
    """The example's variables as they stand, with folders of the test's own."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    folders = {"SEN_DATA_DIR": folder / "data", "PROMETHEUS_MULTIPROC_DIR": folder / "metrics"}
    return {name: str(folders.get(name, value)) for name, value in pairs}


def filled(folder: Path) -> dict[str, str]:
    """The example with a value in the place of each ``CHANGE_ME``."""
    return {
        name: re.sub("CHANGE_ME", lambda _found: secrets.token_urlsafe(50), value)
        for name, value in example(folder).items()
    }


def check(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """``manage.py check --deploy`` with this environment and no other."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    env = {**env, "PATH": "", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_example_is_clean_once_it_is_filled_in(tmp_path: Path) -> None:
    ended = check(filled(tmp_path))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "no issues" in ended.stdout


def test_the_example_as_it_is_is_refused(tmp_path: Path) -> None:
    ended = check(example(tmp_path))
    assert ended.returncode == 1
    for told in ("sen.E011", "SEN_RECORD_KEY", "DATABASE_URL still", "EMAIL_URL still"):
        assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_example_names_variables_that_are_known(tmp_path: Path) -> None:
    named = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(named) > 15
    assert named <= NAMES


SHOW = """
import json
from cms import settings
names = [name for name in dir(settings) if name.isupper()]
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


def test_what_the_example_makes_of_the_settings(tmp_path: Path) -> None:
    env = {**filled(tmp_path), "PATH": "", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", SHOW]
    told = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=True
    )
    found = json.loads(told.stdout)
    assert found["DATABASES"]["default"]["OPTIONS"] == {"connect_timeout": 5}
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.tinh.gov.vn", 587)
    assert found["EMAIL_USE_TLS"] is True
    assert found["DEFAULT_FROM_EMAIL"].startswith("Cổng thông tin điện tử <")
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] == 300
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["LOGGING"]["handlers"]["console"]["formatter"] == "json"
    assert found["LOGGING"]["root"]["level"] == "INFO"
    # What a log line must not have: both keys, and the passwords of database and mail.
    assert len(set(found["SEN_SECRETS"])) >= 4
    assert found["SECRET_KEY"] in found["SEN_SECRETS"]


def test_every_site_by_https_only(site_a: Department, settings: Any, browse: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 300
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for _again in range(2):
        sent = browse(site_a, "/kho-tin/")
        assert (sent.status_code, sent["Location"]) == (301, f"https://{site_a.host}/kho-tin/")
    for state in ("miss", "hit"):
        page = browse(site_a, "/kho-tin/", headers={"x-forwarded-proto": "https"})
        assert (page.status_code, page["X-Sen-Cache"]) == (200, state)
        assert page["Strict-Transport-Security"] == "max-age=300"


GOOD: dict[str, Any] = {
    "ADMIN_BASE_URL": "https://quantri.tinh.gov.vn",
    "SECURE_SSL_REDIRECT": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DEFAULT_FROM_EMAIL": "Cổng <cong@tinh.gov.vn>",
}
KEYS = {"SECRET_KEY": "0123456789ab" * 5, "SEN_RECORD_KEY": "ba9876543210" * 5}


@pytest.mark.parametrize(
    ("change", "environment", "said"),
    [
        ({}, {}, []),
        ({}, {"SECRET_KEY": ""}, ["sen.E010"]),
        ({}, {"SECRET_KEY": "ngắn"}, ["sen.E011"]),
        ({}, {"SECRET_KEY": "a" * 60}, ["sen.E011"]),
        ({}, {"SEN_RECORD_KEY": "CHANGE_ME" * 8}, ["sen.E011"]),
        ({}, {"SEN_RECORD_KEY": KEYS["SECRET_KEY"]}, ["sen.E012"]),
        ({}, {"DATABASE_URL": "postgres://sen:CHANGE_ME@x/y"}, ["sen.E013"]),
        ({"ADMIN_BASE_URL": "http://quantri.tinh.gov.vn"}, {}, ["sen.E014"]),
        ({"ADMIN_BASE_URL": "https://localhost"}, {}, ["sen.E015"]),
        ({"ADMIN_BASE_URL": "https://so-a.localhost:8443"}, {}, ["sen.E015"]),
        ({"SECURE_SSL_REDIRECT": False}, {}, ["sen.W011"]),
        (
            {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
            {},
            ["sen.E016"],
        ),
        ({"DEFAULT_FROM_EMAIL": "sen@localhost"}, {}, ["sen.W012"]),
        ({}, {"SEN_PAGE_MEMORI": "3"}, ["sen.W013"]),
    ],
)
def test_each_rule_is_asked(
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
    environment: dict[str, str],
    said: list[str],
) -> None:
    for name, value in (GOOD | change).items():
        setattr(settings, name, value)
    given = {**KEYS, **environment}
    monkeypatch.setattr(checks.os, "environ", {n: v for n, v in given.items() if v})
    assert [found.id for rule in checks.DEPLOYMENT for found in rule(None)] == said


@pytest.mark.django_db
def test_the_scheduler_has_to_run() -> None:
    asked = {"databases": ["default"]}
    assert [found.id for found in checks.check_scheduler(None, **asked)] == ["sen.W014"]
    monitoring.note_run()
    assert list(checks.check_scheduler(None, **asked)) == []
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert [found.id for found in checks.check_scheduler(None, **asked)] == ["sen.W014"]
        # Nobody asked for the database.
        assert list(checks.check_scheduler(None)) == []
