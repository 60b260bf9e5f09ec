"""Kinds of values: each reads a text, or raises ValueError with what the value must be."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import environ

Read = Callable[[str], Any]

_ON = frozenset({"1", "true", "yes", "on", "y"})
_OFF = frozenset({"0", "false", "no", "off", "n"})
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


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
    scheme = urlsplit(value).scheme if splits(value) else ""
    if scheme == "unix" or _host_of(value, "redis", "rediss") is not None:
        return value
    raise ValueError("must be an address such as redis://127.0.0.1:6379/0")


def database_url(value: str) -> dict[str, Any]:
    """A database, as Django's setting names it."""
    wanted = "must be an address such as postgres://user:password@host/name or sqlite:///FILE"
    schemes = ("postgres", "postgresql", "psql", "pgsql", "sqlite")
    if not splits(value) or urlsplit(value).scheme not in schemes:
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
    scheme = urlsplit(value).scheme if splits(value) else ""
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


def bucket_name(value: str) -> str:
    """The name of a bucket, by the rules that all S3-compatible storages share."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", value) or ".." in value:
        raise ValueError("must be a bucket's name of 3 to 63 small letters, digits, - and .")
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


def splits(value: str) -> bool:
    """Whether ``value`` is an address that can be taken apart."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return "://" in value and not re.search(r"\s", value)


def _host_of(value: str, *schemes: str) -> str | None:
    if not splits(value) or urlsplit(value).scheme not in schemes:
        return None
    return urlsplit(value).hostname or None


def log_level(value: str) -> str:
    """One of Python's levels, however it is written."""
    found: str = one_of(*_LEVELS)(value)
    return found
