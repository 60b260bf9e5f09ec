"""Every variable, in the order of the table: its name, kind, default and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .kinds import (
    Read,
    address,
    bucket_name,
    database_url,
    dotted_name,
    email_address,
    email_url,
    json_object,
    listed,
    log_level,
    network,
    number,
    one_of,
    origin,
    page_address,
    redis_url,
    seconds,
    sentry_dsn,
    switch,
    text,
)

BASE_DIR = Path(__file__).resolve().parents[2]
#: By the names of modelsearch's backends.
SEARCH_ENGINES = (
    "opensearch2",
    "opensearch3",
    "elasticsearch7",
    "elasticsearch8",
    "elasticsearch9",
)


@dataclass(frozen=True)
class Variable:
    """One variable.

    Attributes:
        name: its name.
        read: makes the value of the text; ValueError with what is wrong.
        default: the value where nothing is given, or a function that makes it of the others.
        shown: the default, as the table has it.
        meaning: what it is for, in Markdown.
        secret: whether the value must be in no output; of an address, its password.
        may_be_empty: whether an empty text is a value; else it counts as not given.
    """

    name: str
    read: Read
    default: Any
    shown: str
    meaning: str
    secret: bool = False
    may_be_empty: bool = False


def _sqlite_in_data(values: Mapping[str, Any]) -> dict[str, Any]:
    return database_url(f"sqlite:///{Path(values['SEN_DATA_DIR']) / 'sen.sqlite3'}")


def _static_in_data(values: Mapping[str, Any]) -> str:
    return str(Path(values["SEN_DATA_DIR"]) / "static")


def _page_max_age(values: Mapping[str, Any]) -> int:
    return 3600 if values["REDIS_URL"] else 60


def _hsts_seconds(values: Mapping[str, Any]) -> int:
    return 31_536_000 if values["SEN_HTTPS"] else 0


# In the order of the table; a default that is made of others comes after them.
VARIABLES = (
    Variable(
        "SEN_DATA_DIR",
        text,
        str(BASE_DIR / "var"),
        "`var/`",
        "database, uploads, collected static files",
    ),
    Variable(
        "SEN_STATIC_DIR",
        text,
        _static_in_data,
        "`static/` below `SEN_DATA_DIR`",
        "collected static files, where a release brings its own",
    ),
    Variable(
        "DATABASE_URL",
        database_url,
        _sqlite_in_data,
        "SQLite below `SEN_DATA_DIR`",
        "`postgres://user:password@host/name` for production",
        secret=True,
    ),
    Variable(
        "REDIS_URL",
        redis_url,
        "",
        "none",
        "shared cache; needed as soon as there are several processes",
        secret=True,
    ),
    Variable(
        "SEN_CACHE_PREFIX",
        text,
        "sen",
        "`sen`",
        "begins every key in Redis; another one for each installation that shares a Redis database",
    ),
    Variable(
        "SECRET_KEY",
        text,
        "",
        "made on first use, kept in `SEN_DATA_DIR`",
        "Django's secret key: 50 random characters",
        secret=True,
    ),
    Variable(
        "SECRET_KEY_FALLBACKS",
        listed(),
        (),
        "none",
        "earlier secret keys, comma-separated: what they signed goes on to hold",
        secret=True,
    ),
    Variable(
        "SEN_RECORD_KEY",
        text,
        "",
        "`SECRET_KEY`",
        "marks and seals [the record](record.md)",
        secret=True,
    ),
    Variable(
        "SEN_RECORD_KEY_FALLBACKS",
        listed(),
        (),
        "none",
        "earlier keys of the record",
        secret=True,
    ),
    Variable("DEBUG", switch, False, "off", "Django's error pages; never in production"),
    Variable(
        "ADMIN_BASE_URL",
        address,
        "http://localhost:8000",
        "`http://localhost:8000`",
        "address of the admin: its host is the only one that answers below `/admin/`; stands in"
        " mails; with `https` the cookies are for `https` only",
    ),
    Variable(
        "SEN_HTTPS",
        switch,
        False,
        "off",
        "every site answers by `https` only: what comes by `http` is redirected, browsers are told"
        " so (HSTS); a proxy in front says by `X-Forwarded-Proto` how it was asked",
    ),
    Variable(
        "SEN_HSTS_SECONDS",
        number(0),
        _hsts_seconds,
        "0, with `SEN_HTTPS` 31536000",
        "how long browsers remember that; begin with 300 and raise it when all sites answer",
    ),
    Variable(
        "TRUSTED_PROXY_COUNT",
        number(0, 10),
        0,
        "0",
        "proxies in front that append to `X-Forwarded-For`; 0 where visitors reach Sen directly",
    ),
    Variable(
        "CSRF_TRUSTED_ORIGINS",
        listed(origin),
        (),
        "none",
        "origins, such as `https://so-y-te.tinh.gov.vn`, where a proxy changes scheme or host",
    ),
    Variable(
        "SEN_SECOND_FACTOR_ROLES",
        listed(),
        ("superuser", "site_admin"),
        "`superuser,site_admin`",
        "roles that need a second factor; empty: none. `make run` starts with none",
        may_be_empty=True,
    ),
    Variable(
        "SEN_OIDC_URL",
        page_address,
        "",
        "none",
        "the province's identity provider, see [signing in](signing-in.md)",
    ),
    Variable("SEN_OIDC_CLIENT_ID", text, "", "none", "the name by which it knows Sen"),
    Variable("SEN_OIDC_SECRET", text, "", "none", "the secret that goes with it", secret=True),
    Variable(
        "SEN_OIDC_NAME",
        text,
        "OpenID Connect",
        "`OpenID Connect`",
        "what stands on the button that leads there",
    ),
    Variable(
        "EMAIL_URL",
        email_url,
        None,
        "none",
        "the mail server: `smtp+tls://user:password@host:587`, `smtp+ssl://…:465` or"
        " `smtp://host:25`",
        secret=True,
    ),
    Variable(
        "EMAIL_BACKEND",
        dotted_name,
        "",
        "console, with `EMAIL_URL` its own",
        "Django's class that sends mail, where it is no mail server",
    ),
    Variable(
        "DEFAULT_FROM_EMAIL",
        email_address,
        "sen@localhost",
        "`sen@localhost`",
        "the sender of all mail",
    ),
    Variable(
        "SEN_PAGE_MAX_AGE",
        number(1),
        _page_max_age,
        "60, with Redis 3600",
        "seconds a page is kept in the cache at most",
    ),
    Variable(
        "SEN_PAGE_MEMORY",
        number(1),
        64,
        "64",
        "megabytes that kept pages may take of each process's memory",
    ),
    Variable(
        "SEN_PROXIES",
        json_object,
        {},
        "none",
        "proxies to purge by tag, as JSON: [caches in front](caches.md)",
        secret=True,
    ),
    Variable(
        "SEN_UPLOAD_MEGABYTES",
        number(1),
        200,
        "200",
        "megabytes that an uploaded file or film may have; see [uploads](../security/uploads.md)",
    ),
    Variable(
        "SEN_S3_BUCKET",
        bucket_name,
        "",
        "none: files below `SEN_DATA_DIR`",
        "the bucket that uploaded files are in, of Sen alone and private; see [files](files.md)",
    ),
    Variable(
        "SEN_S3_ENDPOINT",
        address,
        "",
        "Amazon, by the region",
        "where an S3-compatible storage answers: `https://s3.tinh.gov.vn`",
    ),
    Variable(
        "SEN_S3_REGION",
        text,
        "",
        "with `SEN_S3_ENDPOINT` `us-east-1`",
        "its region, by its own name",
    ),
    Variable("SEN_S3_KEY_ID", text, "", "none", "the key with which Sen asks it"),
    Variable("SEN_S3_SECRET", text, "", "none", "the secret that goes with it", secret=True),
    Variable(
        "SEN_CLAMAV",
        text,
        "",
        "none",
        "where ClamAV listens, `/run/clamav/clamd.ctl` or `host:port`; then nothing is stored"
        " unscanned",
    ),
    Variable(
        "SEN_SEARCH_ENGINE",
        one_of(*SEARCH_ENGINES),
        "",
        "none",
        "[OpenSearch or Elasticsearch](search.md#opensearch-or-elasticsearch) for the admin's"
        " search",
    ),
    Variable(
        "SEN_SEARCH_URLS",
        listed(page_address),
        ("http://localhost:9200",),
        "`http://localhost:9200`",
        "where it answers, comma-separated: `https://user:password@host:9200`",
        secret=True,
    ),
    Variable(
        "SEN_API_REQUESTS_A_MINUTE",
        number(1),
        120,
        "120",
        "answers of the [JSON API](../api.md) made for one address within a minute",
    ),
    Variable("SEN_API_CORS", switch, False, "off", "whether pages of other sites may read the API"),
    Variable(
        "SEN_SECURITY_CONTACTS",
        listed(),
        (),
        "each department's e-mail",
        "whom to tell of a weakness, in [`security.txt`](../api.md#what-else-machines-read),"
        " comma-separated: `mailto:…`, `https://…`",
    ),
    Variable(
        "SEN_VIEWS_A_MINUTE",
        number(1),
        120,
        "120",
        "views of one visitor (address and browser) that are counted within a minute",
    ),
    Variable(
        "SEN_WIDGET_SECONDS",
        seconds,
        1.0,
        "1",
        "seconds a plugin's part of a page may take",
    ),
    Variable(
        "SEN_WIDGET_STATEMENT_SECONDS",
        seconds,
        0.5,
        "0.5",
        "seconds one SQL statement of it may take",
    ),
    Variable(
        "SEN_FETCH_NETWORKS",
        listed(network),
        (),
        "none",
        "networks beside the public Internet that [other servers](../security/requests.md) may be"
        " asked in, such as `10.20.0.0/16`",
    ),
    Variable(
        "SEN_FETCH_PORTS",
        listed(number(1, 65535)),
        (80, 443),
        "80,443",
        "ports that they may be asked at",
    ),
    Variable(
        "SEN_PLUGIN_PATH",
        text,
        "",
        "none",
        "folders of plugins under development, joined as in `PATH`",
    ),
    Variable(
        "PLUGINS_STRICT",
        switch,
        False,
        "off",
        "a plugin that cannot be loaded stops the start",
    ),
    Variable(
        "SEN_EMBEDDED",
        switch,
        False,
        "off; set by `manage.py serve`",
        "the server runs the scheduler and the background tasks itself",
    ),
    Variable(
        "WEB_CONCURRENCY",
        number(1),
        1,
        "1",
        "processes, for app servers that go by this name; more than one needs `REDIS_URL`",
    ),
    Variable("GRANIAN_WORKERS", number(1), 1, "1", "the same, for granian"),
    Variable(
        "LOG_LEVEL",
        log_level,
        "WARNING",
        "`WARNING`",
        "`DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`; `INFO` has a line for each request"
        " that no cache answered",
    ),
    Variable(
        "SEN_LOG_FORMAT",
        one_of("line", "json"),
        "line",
        "`line`",
        "`json`: one JSON object a line, see [monitoring](monitoring.md#logs)",
    ),
    Variable(
        "SEN_METRICS_NETWORKS",
        listed(network),
        (),
        "none",
        "networks that may read [`/metrics`](monitoring.md#metrics), such as `10.1.2.3/32`",
    ),
    Variable(
        "SEN_METRICS_TOKEN",
        text,
        "",
        "none",
        "who sends `Authorization: Bearer` with it may read them too; 32 characters at least",
        secret=True,
    ),
    Variable(
        "PROMETHEUS_MULTIPROC_DIR",
        text,
        "",
        "none",
        "folder in which several processes add up their metrics; empty it before each start",
    ),
    Variable(
        "SENTRY_DSN",
        sentry_dsn,
        "",
        "none",
        "where errors are reported to, without personal data: a project of Sentry",
        secret=True,
    ),
)

NAMES = frozenset(variable.name for variable in VARIABLES)
