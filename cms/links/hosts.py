"""Hosts: which one an address leads to, as a browser reads it, and which ones are allowed."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
LONGEST = 253
#: Below these anybody may have a name, so "everything below" would say nothing.
ANYBODYS = frozenset(
    f"{second}.vn"
    for second in ("com", "net", "org", "info", "name", "pro", "biz", "io", "id", "ai")
) | {"com.cn", "co.uk", "github.io", "blogspot.com", "wordpress.com", "pages.dev", "web.app"}


def host_of(address: str) -> str:
    """The host that ``address`` leads to; empty where it stays on the site or is no web address.

    Read as browsers read (WHATWG URL): spaces and controls before it, tabs and line breaks
    within it are passed over, a backslash is a slash, names before an ``@`` are nobody's
    host, other alphabets become their ASCII form.
    """
    bare = re.sub(r"[\t\n\r]", "", address).strip("".join(map(chr, range(33))) + "\u200b\ufeff")
    bare = bare.replace("\\", "/")
    scheme = _SCHEME.match(bare)
    if scheme is not None:
        if scheme[1].lower() not in ("http", "https", "ftp", "ws", "wss"):
            return ""
        rest = bare[scheme.end() :]
    elif bare.startswith("//"):
        rest = bare
    else:
        return ""
    authority = re.split(r"[/?#]", rest.lstrip("/"), maxsplit=1)[0]
    if "[" in authority and "]" not in authority:
        return ""
    return tidy_host(re.sub(r":\d*$", "", authority.rsplit("@", 1)[-1]))


def tidy_host(host: str) -> str:
    """``host`` in its one form: ASCII, small letters, without a dot at the end; empty for none."""
    host = unicodedata.normalize("NFKC", unquote(host)).lower().replace("。", ".").strip(". ")
    host = "".join(sign for sign in host if unicodedata.category(sign) != "Cf")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return host[:LONGEST]
    return host[:LONGEST]


def clean_pattern(text: str) -> str:
    """A host of the list as it is kept: ``example.vn``, or ``*.example.vn`` for all below it.

    An address that was pasted gives its host.

    Raises:
        ValidationError: what was typed is no host, or would allow anybody's.
    """
    typed = text.strip()
    if "/" in typed or ":" in typed:
        typed = host_of(typed if _SCHEME.match(typed) else f"https://{typed}") or typed
    wide = typed.startswith("*.")
    host = tidy_host(typed[2:] if wide else typed)
    words = {"host": text.strip()[:80]}
    if not host:
        raise ValidationError(_("Type the name of a host, such as example.gov.vn."))
    if "*" in host:
        raise ValidationError(
            _("“%(host)s”: the star stands at the beginning only, as in *.example.vn.") % words
        )
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    else:
        raise ValidationError(_("“%(host)s” is a number: a list of hosts has names.") % words)
    labels = host.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise ValidationError(
            _("“%(host)s” is no name of a host. Type it without spaces, such as example.gov.vn.")
            % words
        )
    if len(labels) < 2 or (wide and host in ANYBODYS):
        raise ValidationError(
            _("“%(host)s” would allow the sites of anybody: name a host more exactly.") % words
        )
    return f"*.{host}" if wide else host


@dataclass(frozen=True)
class AllowList:
    """Hosts that links may lead to.

    ``example.vn`` is that host and ``www.example.vn``; ``*.example.vn`` is what stands below.
    """

    patterns: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, patterns: Iterable[str]) -> AllowList:
        """The list of these patterns."""
        return cls(frozenset(patterns))

    def names(self, host: str) -> bool:
        """Whether the list has ``host`` by its own name."""
        return host in self.patterns or host.removeprefix("www.") in self.patterns

    def covers(self, host: str) -> bool:
        """Whether links may lead to ``host``."""
        if self.names(host):
            return True
        parts = host.split(".")
        return any(f"*.{'.'.join(parts[n:])}" in self.patterns for n in range(1, len(parts)))
