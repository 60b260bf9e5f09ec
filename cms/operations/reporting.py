"""Errors reported to Sentry, where an address of one is set; never who was concerned."""

from __future__ import annotations

from typing import Any

import sentry_sdk

from .context import about_request
from .redaction import redact_people

#: What of an event goes out; the rest is left here.
_KEPT = (
    *("event_id", "timestamp", "level", "platform", "logger", "transaction", "environment"),
    *("exception", "logentry", "message", "tags", "sdk", "release"),
)


def start(dsn: str, **options: Any) -> None:
    """Report every error that is logged from now on.

    Args:
        dsn: where to.
        options: of Sentry's client, for tests.
    """
    sentry_sdk.init(
        dsn=dsn,
        # Variables hold whatever somebody typed; breadcrumbs hold addresses and statements.
        include_local_variables=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        auto_session_tracking=False,
        # Whom we fetch something from learns nothing of it.
        trace_propagation_targets=[],
        send_client_reports=False,
        before_send=clean,
        **options,
    )


def clean(event: Any, hint: dict[str, Any]) -> Any:
    """What of an event may leave the house: what broke and where, without anybody's data."""
    kept = {name: event[name] for name in _KEPT if name in event}
    request = event.get("request") or {}
    if "method" in request:
        kept["request"] = {"method": request["method"]}
    about = about_request()
    tags = {name: str(about[name]) for name in ("request_id", "department") if name in about}
    kept["tags"] = {**(event.get("tags") or {}), **tags}
    return _cleaned(kept)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return redact_people(value)
    if isinstance(value, dict):
        return {name: _cleaned(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    return value
