"""Carrying the settings of a missing widget through a form, out of reach of the sender.

The salt holds the site's id, so that what was signed for one site is refused by
every other; the province's default areas count as a site of their own. The site
is known to the form, not to the block inside it, hence the context variable: it
is set around rendering and around cleaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core import signing

_site_id: ContextVar[int | None] = ContextVar("sen_widget_form_site")


@contextmanager
def form_of_site(site_id: int | None) -> Iterator[None]:
    """Sign and verify inside the block for this site; None for the province's defaults."""
    token = _site_id.set(site_id)
    try:
        yield
    finally:
        _site_id.reset(token)


def sign(stored: Any) -> str:
    """The stored item as a signed text. Raises LookupError outside a form."""
    return signing.dumps(stored, salt=_salt(), compress=True)


def unsign(payload: str) -> Any:
    """The stored item. Raises ``signing.BadSignature`` for what this site did not sign."""
    try:
        return signing.loads(payload, salt=_salt())
    # A signed text can only hold what we packed, but nothing else may decide that.
    except ValueError as error:
        raise signing.BadSignature("not our packing") from error


def _salt() -> str:
    site_id = _site_id.get()
    return f"cms.widgets.missing:{'province' if site_id is None else site_id}"
