"""Reading all variables at once: every fault is a sentence, and with a fault nothing starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from .kinds import splits
from .variables import NAMES, VARIABLES, Variable

#: What begins the names of Sen's own variables.
PREFIX = "SEN_"


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


def _files(values: Mapping[str, Any]) -> Iterator[str]:
    others = ("SEN_S3_ENDPOINT", "SEN_S3_REGION", "SEN_S3_KEY_ID", "SEN_S3_SECRET")
    given = [name for name in others if values[name]]
    if not values["SEN_S3_BUCKET"]:
        if given:
            verb = "is" if len(given) == 1 else "are"
            yield f"{' and '.join(given)} {verb} set, but SEN_S3_BUCKET is not."
        return
    if not (values["SEN_S3_KEY_ID"] and values["SEN_S3_SECRET"]):
        yield "SEN_S3_BUCKET is set, but SEN_S3_KEY_ID or SEN_S3_SECRET is not."
    if not (values["SEN_S3_ENDPOINT"] or values["SEN_S3_REGION"]):
        yield "SEN_S3_BUCKET is set, but neither SEN_S3_ENDPOINT nor SEN_S3_REGION is."


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


CONTRADICTIONS = (_folders, _provider, _files, _https, _mail, _one_process, _token)


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
        if not splits(piece):
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
