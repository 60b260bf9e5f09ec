"""Names of uploaded files: what a name may hold on every system, and nothing that misleads."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 100  # characters, the ending included
#: Names that Windows keeps for devices, whatever ending they have.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)


def ending_of(name: str) -> str:
    """The ending of a file's name in small letters, without its dot; empty where there is none."""
    base = re.split(r"[/\\]", name)[-1]
    return base.rpartition(".")[2].lower().strip() if "." in base else ""


def safe_name(name: str, ending: str) -> str:
    """``name`` as it is stored: no path, no second ending, no sign that hides or turns anything.

    Letters of every script stay, in NFC. What is left empty is called ``tep``.

    Args:
        ending: what the content is, without a dot; it takes the place of the name's own.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = base.rpartition(".")[0] or base
    kept = "".join(
        sign if sign.isalnum() or unicodedata.combining(sign) or sign in "-_" else "-"
        for sign in stem
        if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    kept = re.sub(r"-{2,}", "-", kept).strip("-_")
    if not kept or not any(sign.isalnum() for sign in kept):
        kept = "tep"
    if _DEVICES.fullmatch(kept):
        kept = f"tep-{kept}"
    cut = unicodedata.normalize("NFC", kept)[: MAX_LENGTH - len(ending) - 1]
    return f"{cut.strip('-_') or 'tep'}.{ending}"
