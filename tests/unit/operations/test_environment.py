"""The environment: every kind of value, what is wrong with it, and the table of the docs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cms.environment import NAMES, VARIABLES, read, table, unknown
from cms.plugins.discovery import PATH_VARIABLE, STRICT_VARIABLE

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "operators" / "settings.md"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which the folders are the test's own."""
    return {"SEN_DATA_DIR": str(tmp_path / "data")}


def test_without_anything_it_is_the_embedded_shape(env: dict[str, str]) -> None:
    found = read(env)
    assert found.faults == []
    assert set(found) == NAMES
    assert found["DATABASE_URL"]["ENGINE"].endswith("sqlite3")
    assert found["DATABASE_URL"]["NAME"] == str(Path(env["SEN_DATA_DIR"]) / "sen.sqlite3")
    assert found["SEN_PAGE_MAX_AGE"] == 60
    assert found["SEN_SECOND_FACTOR_ROLES"] == ["superuser", "site_admin"]
    assert found["SEN_FETCH_PORTS"] == [80, 443]
    assert found.secrets == ()


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("DEBUG", "On", True),
        ("DEBUG", "0", False),
        ("DEBUG", "", False),
        ("REDIS_URL", "redis://:mật@10.0.0.1:6379/2", "redis://:mật@10.0.0.1:6379/2"),
        ("SEN_SECOND_FACTOR_ROLES", "", []),
        ("SEN_SECOND_FACTOR_ROLES", " chief , superuser,", ["chief", "superuser"]),
        ("SECRET_KEY", "$abc", "$abc"),
        ("SEN_PAGE_MEMORY", " 128 ", 128),
        ("SEN_WIDGET_SECONDS", "0.25", 0.25),
        ("ADMIN_BASE_URL", "https://quantri.tinh.gov.vn/", "https://quantri.tinh.gov.vn"),
        ("SEN_FETCH_NETWORKS", "10.0.0.0/8, fd00::/8", ["10.0.0.0/8", "fd00::/8"]),
        ("SEN_PROXIES", '{"a": {"BACKEND": "b"}}', {"a": {"BACKEND": "b"}}),
        ("LOG_LEVEL", "info", "INFO"),
        ("DEFAULT_FROM_EMAIL", "Cổng tin <cong@tinh.gov.vn>", "Cổng tin <cong@tinh.gov.vn>"),
        ("SENTRY_DSN", "https://abc@sentry.vn/2", "https://abc@sentry.vn/2"),
    ],
)
def test_a_good_value(env: dict[str, str], name: str, given: str, value: Any) -> None:
    found = read({**env, name: given})
    assert found.faults == []
    assert found[name] == value


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("DEBUG", "vâng"),
        ("DATABASE_URL", "mysql://sen:matkhau@localhost/sen"),
        ("DATABASE_URL", "postgres://sen:matkhau@localhost"),
        ("DATABASE_URL", "postgres://sen:matkhau@localhost:cổng/sen"),
        ("DATABASE_URL", "không phải địa chỉ"),
        ("REDIS_URL", "localhost:6379"),
        ("SEN_PAGE_MEMORY", "64MB"),
        ("SEN_PAGE_MEMORY", "0"),
        ("SEN_PAGE_MEMORY", "-5"),
        ("SEN_PAGE_MEMORY", "٣"),
        ("SEN_WIDGET_SECONDS", "nan"),
        ("SEN_WIDGET_SECONDS", "inf"),
        ("SEN_WIDGET_SECONDS", "0"),
        ("TRUSTED_PROXY_COUNT", "1.0"),
        ("SEN_FETCH_PORTS", "80,70000"),
        ("SEN_FETCH_NETWORKS", "10.1.2.3/8"),
        ("SEN_METRICS_NETWORKS", "nội bộ"),
        ("CSRF_TRUSTED_ORIGINS", "so-y-te.tinh.gov.vn"),
        ("ADMIN_BASE_URL", "quantri.tinh.gov.vn"),
        ("ADMIN_BASE_URL", "https://tinh.gov.vn/admin/"),
        ("ADMIN_BASE_URL", "ftp://tinh.gov.vn"),
        ("SEN_OIDC_URL", "dangnhap"),
        ("SEN_S3_BUCKET", "Tệp của tỉnh"),
        ("SEN_S3_BUCKET", "ab"),
        ("SEN_S3_ENDPOINT", "s3.tinh.gov.vn"),
        ("SEN_S3_ENDPOINT", "https://s3.tinh.gov.vn/tep"),
        ("EMAIL_URL", "mail.tinh.gov.vn:25"),
        ("EMAIL_BACKEND", "smtp"),
        ("DEFAULT_FROM_EMAIL", "Cổng thông tin"),
        ("SEN_PROXIES", "{'a': 1}"),
        ("SEN_PROXIES", "[1]"),
        ("LOG_LEVEL", "verbose"),
        ("SEN_LOG_FORMAT", "xml"),
        ("SENTRY_DSN", "https://sentry.vn/2"),
        ("SEN_METRICS_TOKEN", "ngắn"),
    ],
)
def test_a_wrong_value_is_one_sentence(env: dict[str, str], name: str, given: str) -> None:
    faults = read({**env, name: given}).faults
    assert len(faults) == 1
    assert faults[0].startswith(name)
    assert faults[0].endswith(".")
    assert "\n" not in faults[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SEN_OIDC_URL": "https://d.vn"}, "SEN_OIDC_CLIENT_ID"),
        ({"SEN_OIDC_SECRET": "abcdef"}, "SEN_OIDC_URL is not"),
        ({"SEN_S3_ENDPOINT": "https://s3.vn"}, "SEN_S3_BUCKET is not"),
        ({"SEN_S3_KEY_ID": "ab", "SEN_S3_SECRET": "matkhau"}, "are set, but SEN_S3_BUCKET"),
        ({"SEN_S3_BUCKET": "tep", "SEN_S3_REGION": "hcm", "SEN_S3_KEY_ID": "a"}, "SEN_S3_SECRET"),
        (
            {"SEN_S3_BUCKET": "tep", "SEN_S3_KEY_ID": "ab", "SEN_S3_SECRET": "matkhau"},
            "neither SEN_S3_ENDPOINT nor SEN_S3_REGION",
        ),
        ({"SEN_HTTPS": "1"}, "ADMIN_BASE_URL"),
        ({"SEN_HSTS_SECONDS": "300"}, "SEN_HTTPS is off"),
        ({"EMAIL_URL": "smtp://m.vn:25", "EMAIL_BACKEND": "a.b"}, "leave one of them out"),
        ({"SEN_EMBEDDED": "1", "GRANIAN_WORKERS": "2"}, "GRANIAN_WORKERS is 2"),
        ({"SEN_DATA_DIR": "/dev/null/sen"}, "nothing can be written"),
    ],
)
def test_a_contradiction_is_one_sentence(
    env: dict[str, str], given: dict[str, str], said: str
) -> None:
    (fault,) = read({**env, **given}).faults
    assert said in fault


def test_defaults_follow_what_was_given(env: dict[str, str]) -> None:
    secure = {"SEN_HTTPS": "1", "ADMIN_BASE_URL": "https://quantri.vn"}
    found = read({**env, **secure, "REDIS_URL": "redis://localhost"})
    assert found["SEN_PAGE_MAX_AGE"] == 3600
    assert found["SEN_HSTS_SECONDS"] == 31_536_000
    assert read({**env, **secure, "SEN_HSTS_SECONDS": "0"})["SEN_HSTS_SECONDS"] == 0


def test_secrets_are_known_and_never_repeated(env: dict[str, str]) -> None:
    given = {
        **env,
        "SECRET_KEY": "khoa-bi-mat",
        "SECRET_KEY_FALLBACKS": "khoa-cu-mot, khoa-cu-hai",
        "DATABASE_URL": "postgres://sen:m%40tkhau@localhost/sen",
        "SENTRY_DSN": "https://congkhai@sentry.vn/2",
        "SEN_SEARCH_URLS": "https://elastic:mot-mat@a.vn:9200, https://elastic:hai-mat@b.vn",
        "SEN_PROXIES": '{"cdn": {"BEARER_TOKEN": "ma-cdn-rieng", "LOCATION": "https://x.vn/"}}',
    }
    found = read(given)
    assert found.faults == []
    hidden = {"khoa-bi-mat", "khoa-cu-mot", "khoa-cu-hai", "m@tkhau", "m%40tkhau"}
    assert hidden | {"congkhai", "ma-cdn-rieng", "mot-mat", "hai-mat"} <= set(found.secrets)
    # A user's name, a host and a database are none.
    assert not {"sen", "elastic", "localhost", "LOCATION"} & set(found.secrets)
    for name in (variable.name for variable in VARIABLES if variable.secret):
        (fault,) = read({**env, name: "sqlite:// matkhau"}).faults or ["-"]
        assert "matkhau" not in fault


def test_misspelt_names_are_found() -> None:
    assert unknown({"SEN_PAGE_MEMORI": "1", "SEN_PAGE_MEMORY": "1", "PATH": "/"}) == [
        "SEN_PAGE_MEMORI"
    ]


def test_the_page_has_the_table() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), (
        "copy what `python -m cms.environment` prints into docs/operators/settings.md"
    )


def test_settings_read_the_registry_and_nothing_else() -> None:
    source = (ROOT / "cms" / "settings.py").read_text(encoding="utf-8")
    asked = set(re.findall(r'\benv\["(\w+)"\]', source))
    assert asked <= NAMES
    # What others read: the plugins' discovery, app servers, prometheus-client.
    others = {"WEB_CONCURRENCY", "GRANIAN_WORKERS", "PROMETHEUS_MULTIPROC_DIR"}
    assert NAMES - asked == {PATH_VARIABLE, STRICT_VARIABLE, *others}
    assert not re.search(r"environ\.get|getenv|\benv\(|\benv\.", source.replace("env.secrets", ""))


@pytest.mark.parametrize("start", [["manage.py", "check"], ["-c", "import cms.wsgi"]])
def test_nothing_starts_with_a_fault(tmp_path: Path, start: list[str]) -> None:
    given = {
        "SEN_DATA_DIR": str(tmp_path),
        "SEN_PAGE_MEMORY": "nhiều",
        "DATABASE_URL": "oracle://sen:matkhau@x/y",
        "PYTHONIOENCODING": "utf-8",
        "PATH": "",
    }
    ended = subprocess.run(
        [sys.executable, *start], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    assert [line.split()[0] for line in lines] == ["DATABASE_URL", "SEN_PAGE_MEMORY"]
    assert "matkhau" not in ended.stderr
