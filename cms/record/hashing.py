"""Hashes of what was written: canonical JSON, SHA-256, and seals with a key beside the database."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def canonical(value: Any) -> bytes:
    """``value`` as JSON of which there is one form only: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder
    ).encode()


def hash_of_content(content: Any) -> str:
    """The SHA-256 of a revision's content, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()
