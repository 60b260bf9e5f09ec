"""Every variable of the environment that Sen reads: its kind, its default, what is wrong with it.

``cms/settings.py`` reads from here and from nowhere else. All values are looked at when a
process starts; each fault is one sentence, and with a fault nothing starts. The table in
docs/operators/settings.md is :func:`table`.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
#: What begins the names of Sen's own variables.
PREFIX = "SEN_"

Read = Callable[[str], Any]

_ON = frozenset({"1", "true", "yes", "on", "y"})
_OFF = frozenset({"0", "false", "no", "off", "n"})
#: By the names of modelsearch's backends.
SEARCH_ENGINES = (
    "opensearch2",
    "opensearch3",
    "elasticsearch7",
    "elasticsearch8",
    "elasticsearch9",
)
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


# Kinds: each reads a text, or raises ValueError with what the value must be.


def text(value: str) -> str:
    """Any text."""
    return value


def switch(value: str) -> bool:
    """On or off."""
    if value.lower() in _ON:
        return True
    if value.lower() in _OFF:
        return False
    raise ValueError("must be on or off")


def number(least: int, most: int | None = None) -> Read:
    """A whole number from ``least`` to ``most``."""
    limits = f"of at least {least}" if most is None else f"from {least} to {most}"

    def read(value: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
            raise ValueError(f"must be a whole number {limits}")
        found = int(value)
        if found < least or (most is not None and found > most):
            raise ValueError(f"must be a whole number {limits}")
        return found

    return read


def seconds(value: str) -> float:
    """A time that is longer than none."""
    try:
        found = float(value)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        raise ValueError("must be a number of seconds above 0, such as 0.5")
    return found


def listed(read: Read = text) -> Read:
    """Values with commas between them; blanks around them do not count."""

    def read_all(value: str) -> list[Any]:
        return [read(part) for part in (piece.strip() for piece in value.split(",")) if part]

    return read_all


def one_of(*choices: str) -> Read:
    """One of some words, however it is written."""

    def read(value: str) -> str:
        for choice in choices:
            if value.lower() == choice.lower():
                return choice
        raise ValueError(f"must be one of {', '.join(choices)}")

    return read


def address(value: str) -> str:
    """The address of a server: ``http`` or ``https``, a host, no path."""
    if _host_of(value, "http", "https") is None or urlsplit(value).path.strip("/"):
        raise ValueError("must be an address such as https://quantri.tinh.gov.vn, without a path")
    return value.rstrip("/")


def page_address(value: str) -> str:
    """An address on the web, with or without a path."""
    if _host_of(value, "http", "https") is None:
        raise ValueError("must be an address such as https://dangnhap.tinh.gov.vn/realms/tinh")
    return value


def origin(value: str) -> str:
    """Scheme and host, as browsers name them in ``Origin``; ``*.`` stands for all below."""
    if _host_of(value, "http", "https") is None or urlsplit(value).path:
        raise ValueError("must name origins such as https://so-y-te.tinh.gov.vn")
    return value


def redis_url(value: str) -> str:
    """Where Redis answers."""
    scheme = urlsplit(value).scheme if _splits(value) else ""
    if scheme == "unix" or _host_of(value, "redis", "rediss") is not None:
        return value
    raise ValueError("must be an address such as redis://127.0.0.1:6379/0")


def database_url(value: str) -> dict[str, Any]:
    """A database, as Django's setting names it."""
    wanted = "must be an address such as postgres://user:password@host/name or sqlite:///FILE"
    schemes = ("postgres", "postgresql", "psql", "pgsql", "sqlite")
    if not _splits(value) or urlsplit(value).scheme not in schemes:
        raise ValueError(wanted)
    try:
        found: dict[str, Any] = environ.Env.db_url_config(value)
    except Exception as error:  # whatever the parser makes of it
        raise ValueError(wanted) from error
    if not found["NAME"]:
        raise ValueError(f"names no database; it {wanted}")
    return found


def email_url(value: str) -> dict[str, Any]:
    """A mail server, as Django's settings ``EMAIL_…``."""
    scheme = urlsplit(value).scheme if _splits(value) else ""
    if scheme not in ("smtp", "smtps", "smtp+tls", "smtp+ssl") or not urlsplit(value).hostname:
        raise ValueError("must be an address such as smtp+tls://user:password@mail.tinh.gov.vn:587")
    found: dict[str, Any] = environ.Env.email_url_config(value)
    found.pop("EMAIL_FILE_PATH", None)
    return found


def sentry_dsn(value: str) -> str:
    """What Sentry calls the address of a project."""
    host = _host_of(value, "http", "https")
    parts = urlsplit(value) if host else None
    if parts is None or not parts.username or not re.search(r"/[0-9]+$", parts.path):
        raise ValueError("must be a DSN such as https://KEY@sentry.tinh.gov.vn/2")
    return value


def network(value: str) -> str:
    """A network, or one address."""
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        raise ValueError("must name networks such as 10.20.0.0/16") from error
    return value


def email_address(value: str) -> str:
    """Who sends: an address, or a name with an address in angle brackets."""
    if not re.fullmatch(r"([^<>\r\n]*<)?[^<>@\s]+@[^<>@\s]+>?", value):
        raise ValueError("must be a sender such as Cổng thông tin <cong@tinh.gov.vn>")
    return value


def json_object(value: str) -> dict[str, Any]:
    """A JSON object."""
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("must be a JSON object")
    return found


def dotted_name(value: str) -> str:
    """The name of a class in a module."""
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", value):
        raise ValueError("must be a class such as django.core.mail.backends.smtp.EmailBackend")
    return value


def _splits(value: str) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return "://" in value and not re.search(r"\s", value)


def _host_of(value: str, *schemes: str) -> str | None:
    if not _splits(value) or urlsplit(value).scheme not in schemes:
        return None
    return urlsplit(value).hostname or None


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


def _page_max_age(values: Mapping[str, Any]) -> int:
    return 3600 if values["REDIS_URL"] else 60


def _hsts_seconds(values: Mapping[str, Any]) -> int:
    return 31_536_000 if values["SEN_HTTPS"] else 0


def _log_level(value: str) -> str:
    found: str = one_of(*_LEVELS)(value)
    return found


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
        "networks beside the public Internet that plugins may fetch from, such as `10.20.0.0/16`",
    ),
    Variable(
        "SEN_FETCH_PORTS",
        listed(number(1, 65535)),
        (80, 443),
        "80,443",
        "ports that they may fetch from",
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
        _log_level,
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


# What single values cannot tell: each function yields a sentence for what does not fit.


def _folders(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("SEN_DATA_DIR", "PROMETHEUS_MULTIPROC_DIR"):
        folder = Path(values[name])
        if not values[name]:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".sen-can-write"
            probe.touch()
            probe.unlink(missing_ok=True)
        except OSError as error:
            yield f"{name} is {str(folder)!r}, where nothing can be written: {error.strerror}."


def _provider(values: Mapping[str, Any]) -> Iterator[str]:
    given = bool(values["SEN_OIDC_CLIENT_ID"]) and bool(values["SEN_OIDC_SECRET"])
    if values["SEN_OIDC_URL"] and not given:
        yield "SEN_OIDC_URL is set, but SEN_OIDC_CLIENT_ID or SEN_OIDC_SECRET is not."
    if not values["SEN_OIDC_URL"] and (values["SEN_OIDC_CLIENT_ID"] or values["SEN_OIDC_SECRET"]):
        yield "SEN_OIDC_CLIENT_ID or SEN_OIDC_SECRET is set, but SEN_OIDC_URL is not."


def _https(values: Mapping[str, Any]) -> Iterator[str]:
    if values["SEN_HTTPS"] and not values["ADMIN_BASE_URL"].startswith("https://"):
        yield "SEN_HTTPS is on, but ADMIN_BASE_URL does not begin with https://."
    if values["SEN_HSTS_SECONDS"] and not values["SEN_HTTPS"]:
        yield "SEN_HSTS_SECONDS is set, but SEN_HTTPS is off."


def _mail(values: Mapping[str, Any]) -> Iterator[str]:
    if values["EMAIL_URL"] and values["EMAIL_BACKEND"]:
        yield "EMAIL_URL and EMAIL_BACKEND are both set: leave one of them out."


def _one_process(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("WEB_CONCURRENCY", "GRANIAN_WORKERS"):
        if values["SEN_EMBEDDED"] and values[name] > 1:
            yield (
                f"SEN_EMBEDDED is on, but {name} is {values[name]}:"
                " each process would run the scheduler."
            )


def _token(values: Mapping[str, Any]) -> Iterator[str]:
    if values["SEN_METRICS_TOKEN"] and len(values["SEN_METRICS_TOKEN"]) < 32:
        yield "SEN_METRICS_TOKEN must have 32 characters at least."


CONTRADICTIONS = (_folders, _provider, _https, _mail, _one_process, _token)


@dataclass
class Environment(Mapping[str, Any]):
    """The values of all variables.

    Attributes:
        by_name: the values.
        faults: a sentence for each thing that is wrong.
        secrets: texts that must be in no output.
    """

    by_name: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    secrets: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Any:
        return self.by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_name)

    def __len__(self) -> int:
        return len(self.by_name)


def read(given: Mapping[str, str]) -> Environment:
    """Read all variables; what is wrong is told in ``faults``, and nothing raised."""
    found, secrets = Environment(), set()
    for variable in VARIABLES:
        raw = given.get(variable.name)
        raw = raw.strip() if raw is not None else None
        if raw is None or (not raw and not variable.may_be_empty):
            found.by_name[variable.name] = _default(variable, found.by_name)
            continue
        if variable.secret:
            secrets |= _secrets_in(raw)
        try:
            found.by_name[variable.name] = variable.read(raw)
        except ValueError as error:
            found.faults.append(f"{_told(variable, raw)} {error}.")
            found.by_name[variable.name] = _default(variable, found.by_name)
    found.by_name = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in found.by_name.items()
    }
    for contradicts in CONTRADICTIONS:
        found.faults += contradicts(found.by_name)
    found.secrets = tuple(sorted(secrets, key=len, reverse=True))
    return found


def read_or_exit(given: Mapping[str, str]) -> Environment:
    """Read all variables.

    Raises:
        SystemExit: something is wrong: with the sentences, which Python prints to the error
            output before it ends the process with 1.
    """
    found = read(given)
    if found.faults:
        raise SystemExit("\n".join(found.faults))
    return found


def unknown(given: Mapping[str, str]) -> list[str]:
    """The variables with Sen's prefix that Sen does not know: most likely misspelt."""
    return sorted(name for name in given if name.startswith(PREFIX) and name not in NAMES)


def table() -> str:
    """The table of all variables, in Markdown."""
    rows = [f"| `{each.name}` | {each.shown} | {each.meaning} |" for each in VARIABLES]
    return "\n".join(["| variable | default | is |", "|---|---|---|", *rows])


def _default(variable: Variable, values: Mapping[str, Any]) -> Any:
    return variable.default(values) if callable(variable.default) else variable.default


def _told(variable: Variable, raw: str) -> str:
    return variable.name if variable.secret else f"{variable.name} is {raw!r}, but"


def _secrets_in(raw: str) -> set[str]:
    """What of a secret value must not be shown: an address's password, else all of it."""
    found: set[str] = set()
    for piece in {raw, *(piece.strip() for piece in raw.split(","))}:
        if not _splits(piece):
            found.add(piece)
            continue
        parts = urlsplit(piece)
        found |= {parts.password or "", unquote(parts.password or "")}
        # Sentry's key stands alone, where others have a user's name.
        if parts.scheme in ("http", "https") and not parts.password:
            found.add(parts.username or "")
    if raw.startswith("{"):
        found |= set(re.findall(r'"[^"]*(?:TOKEN|KEY|SECRET|PASSWORD)[^"]*"\s*:\s*"([^"]+)"', raw))
    return {each for each in found if len(each) >= 4}


if __name__ == "__main__":
    print(table())
