"""System checks of the whole: does the installation fit the processes that serve it?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from cms import environment
from cms.workflow import monitoring

# How app servers are told how many processes to start.
WORKERS = ("WEB_CONCURRENCY", "GRANIAN_WORKERS")


def check_shared_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Several processes tell one another through Redis what was published."""
    if settings.REDIS_URL:
        return []
    hint = "Set REDIS_URL, or serve with one process and threads, as manage.py serve does."
    for name in WORKERS:
        number = os.environ.get(name, "")
        if number.isdigit() and int(number) > 1:
            message = f"{name}={number}, but without Redis processes do not hear of purges."
            return [Error(message, hint=hint, id="sen.E001")]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    message = "Without Redis one process with threads is the supported shape."
    return [Warning(message, hint=hint, id="sen.W001")]


#: What stands in deploy/production.env.example where a value has to be put.
PLACEHOLDER = "CHANGE_ME"
_SECRETS = ("SECRET_KEY", "SEN_RECORD_KEY")
_SECRET_LENGTH = 50
#: Mail that goes nowhere.
_NO_MAIL = ("console", "locmem", "dummy", "filebased")


def check_secrets(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``sen.E010`` to ``sen.E012``: the keys are given, long, random and two."""
    found: list[CheckMessage] = []
    given = {name: os.environ.get(name, "").strip() for name in _SECRETS}
    hint = 'Make one: python -c "import secrets; print(secrets.token_urlsafe(50))"'
    for name, value in given.items():
        if not value:
            message = f"{name} is not given; who has the data folder would have it as well."
            found.append(Error(message, hint=hint, id="sen.E010"))
        elif len(value) < _SECRET_LENGTH or len(set(value)) < 10 or PLACEHOLDER in value:
            message = f"{name} is no secret: it takes {_SECRET_LENGTH} random characters."
            found.append(Error(message, hint=hint, id="sen.E011"))
    if given["SECRET_KEY"] and given["SECRET_KEY"] == given["SEN_RECORD_KEY"]:
        message = "SEN_RECORD_KEY is the same as SECRET_KEY: one cannot be changed alone."
        found.append(Error(message, hint=hint, id="sen.E012"))
    return found


def check_placeholders(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``sen.E013``: a value of the example was not replaced."""
    return [
        Error(f"{name} still has {PLACEHOLDER} of the example in it.", id="sen.E013")
        for name in sorted(environment.NAMES - {*_SECRETS})
        if PLACEHOLDER in os.environ.get(name, "")
    ]


def check_admin_address(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``sen.E014``, ``sen.E015``: the admin has a name in the world, and TLS."""
    parts = urlsplit(settings.ADMIN_BASE_URL)
    host = parts.hostname or ""
    found: list[CheckMessage] = []
    if parts.scheme != "https":
        message = "ADMIN_BASE_URL is not https: passwords and sessions would be readable."
        found.append(Error(message, id="sen.E014"))
    if host in ("127.0.0.1", "::1", "localhost") or host.endswith(".localhost"):
        message = f"ADMIN_BASE_URL names {host}: nobody else reaches the admin there."
        found.append(Error(message, id="sen.E015"))
    return found


def check_https(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``sen.W011``: the sites are open to whoever is on the way."""
    if settings.SECURE_SSL_REDIRECT:
        return []
    message = "SEN_HTTPS is off: what readers see can be changed on its way."
    return [Warning(message, hint="Set SEN_HTTPS=1 when all sites have TLS.", id="sen.W011")]


def check_mail(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``sen.E016``, ``sen.W012``: invitations and notices arrive."""
    found: list[CheckMessage] = []
    module = settings.EMAIL_BACKEND.rpartition(".")[0].rpartition(".")[2]
    if module in _NO_MAIL:
        message = f"Mail goes nowhere ({module}): invitations and notices are lost."
        found.append(Error(message, hint="Set EMAIL_URL to the mail server.", id="sen.E016"))
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        message = "DEFAULT_FROM_EMAIL is at localhost: mail servers refuse such a sender."
        found.append(Warning(message, id="sen.W012"))
    return found


def check_names(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``sen.W013``: a variable that looks like one of Sen's and is none."""
    return [
        Warning(
            f"{name} is no setting of Sen.",
            hint="See docs/operators/settings.md for how it is written.",
            id="sen.W013",
        )
        for name in environment.unknown(os.environ)
    ]


def check_scheduler(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> Iterator[CheckMessage]:
    """``sen.W014``, where a database is checked: the jobs of each minute run."""
    if not databases:
        return
    try:
        asleep = monitoring.is_asleep()
    except DatabaseError:  # no tables yet: nothing can have run
        asleep = True
    if asleep:
        yield Warning(
            "The jobs of each minute do not run: nothing is published at its hour.",
            hint="Start manage.py run_scheduler as a service, or with --once by a timer.",
            id="sen.W014",
        )


#: What is asked by ``manage.py check --deploy`` only.
DEPLOYMENT = (
    check_secrets,
    check_placeholders,
    check_admin_address,
    check_https,
    check_mail,
    check_names,
)


def register_checks() -> None:
    """Let ``manage.py check --deploy`` and every start ask."""
    register(check_shared_cache, Tags.caches)
    for check in DEPLOYMENT:
        register(check, Tags.security, deploy=True)
    register(check_scheduler, Tags.database, deploy=True)
