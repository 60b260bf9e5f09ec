"""The one guard for requests to other servers, whoever asks: never from inside one's own network.

Whoever may write an address into a form must not reach through it what only this server
can: each name is resolved once, every address found is checked, and the connection goes to
the address that was checked. No proxy and no password of the environment is used.
tests/security/test_requests.py holds the list of who asks without it.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urljoin

from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

MAX_REDIRECTS = 3
USER_AGENT = "Sen"
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_DEFAULT_PORTS = {"http": 80, "https": 443}
_CHUNK = 65_536
# RFC 6052: on a network without IPv4, every server that has no IPv6 is found here.
_NAT64 = IPv6Network("64:ff9b::/96")
# What the guard says of each request itself.
_OWN_HEADERS = frozenset({"host", "connection", "accept-encoding"})

Address = IPv4Address | IPv6Address


class FetchRefused(Exception):  # noqa: N818 (said of the address, not of the program)
    """The address is none that may be fetched; the message says why."""


class FetchFailed(Exception):  # noqa: N818
    """The other server did not answer as it should; the message says how."""


@dataclass(frozen=True)
class Answer:
    """What another server answered to one request.

    Args:
        status: its number, whatever it is.
        headers: without regard to capitals.
        content: the body, decompressed; empty for a redirect.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def location(self) -> str | None:
        """Where it sends us; None where it is no redirect."""
        return self.headers.get("Location") if self.status in REDIRECTS else None


@dataclass(frozen=True)
class Fetched:
    """What another server answered.

    Args:
        content: the body, decompressed.
        content_type: the header, with its charset; empty where there was none.
        url: where it came from in the end, after redirects.
    """

    content: bytes
    content_type: str
    url: str


def fetch(
    url: str, *, timeout: float = 10, max_bytes: int = 2_000_000, user_agent: str = USER_AGENT
) -> Fetched:
    """GET ``url`` from the public Internet. For refreshes and tasks, never while a page renders.

    Without cookies or credentials, over http and https, following three redirects
    at most, each checked like the first address. Only an answer 200 counts.

    Args:
        timeout: seconds in all, beside those the name server takes.
        max_bytes: of the body, decompressed; a longer one is a failure.
        user_agent: who asks.

    Raises:
        FetchRefused: an address of another kind, with a user name, on another
            port, or on a network that is not public (``SEN_FETCH_NETWORKS`` and
            ``SEN_FETCH_PORTS`` allow more).
        FetchFailed: no such name, no connection, no valid certificate, an error,
            too slow, too long.
    """
    ends = time.monotonic() + timeout
    for _hop in range(MAX_REDIRECTS + 1):
        answer = _exchange("GET", _checked(url), {"User-Agent": user_agent}, None, ends, max_bytes)
        location = answer.location
        if location:
            try:
                url = urljoin(url, location)
            except ValueError as error:
                raise FetchRefused(_("This is not a web address.")) from error
            continue
        if answer.status != 200:
            raise FetchFailed(_("The other server answered with status %d.") % answer.status)
        return Fetched(answer.content, answer.headers.get("Content-Type", ""), url)
    raise FetchFailed(_("It redirects more than %d times.") % MAX_REDIRECTS)


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | str | None = None,
    timeout: float = 10,
    max_bytes: int = 2_000_000,
    trusted: Collection[str] = (),
) -> Answer:
    """Make one request, whatever is answered; a redirect is not followed.

    Args:
        headers: ``Host``, ``Connection`` and ``Accept-Encoding`` are the guard's own.
        timeout: seconds in all, beside those the name server takes.
        max_bytes: of the body, decompressed; a longer one is a failure.
        trusted: origins (:func:`origin_of`) that the operator named: these may be on any
            network and port.

    Raises:
        FetchRefused, FetchFailed: as for :func:`fetch`.
    """
    ends = time.monotonic() + timeout
    return _exchange(method, _checked(url, trusted), headers or {}, body, ends, max_bytes)


def origin_of(url: str) -> str:
    """Scheme, host and port of ``url``, the port written out.

    Raises:
        FetchRefused: it is no web address.
    """
    return _parse(url).origin


@dataclass(frozen=True)
class _Target:
    """An address, taken apart.

    Args:
        url: its parts.
        anywhere: whether it may be on any network.
    """

    url: Url
    anywhere: bool = False

    @property
    def host(self) -> str:
        """The host's name or address, as the resolver and a certificate know it."""
        return str(self.url.host).strip("[]")

    @property
    def port(self) -> int:
        return self.url.port if self.url.port is not None else _DEFAULT_PORTS[str(self.url.scheme)]

    @property
    def origin(self) -> str:
        return f"{self.url.scheme}://{self.url.host}:{self.port}"


def _parse(url: str) -> _Target:
    """The parts of ``url``. Raises FetchRefused for what is no web address, or has a user in it."""
    if "\\" in url or any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):
        raise FetchRefused(_("This is not a web address: it has spaces or backslashes in it."))
    try:
        parts = parse_url(url)
    except LocationParseError as error:
        raise FetchRefused(_("This is not a web address.")) from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise FetchRefused(_("Only addresses that begin with http:// or https:// are fetched."))
    if not parts.host:
        raise FetchRefused(_("This is not a web address."))
    if parts.auth is not None:
        raise FetchRefused(_("An address with a user name or a password is not fetched."))
    return _Target(parts)


def _checked(url: str, trusted: Collection[str] = ()) -> _Target:
    """What ``url`` leads to. Raises FetchRefused for one that may not be fetched."""
    target = _parse(url)
    if target.origin in trusted:
        return replace(target, anywhere=True)
    if target.port not in settings.SEN_FETCH_PORTS:
        raise FetchRefused(_("Port %d is none that is fetched from.") % target.port)
    return target


def _exchange(
    method: str,
    target: _Target,
    headers: Mapping[str, str],
    body: bytes | str | None,
    ends: float,
    max_bytes: int,
) -> Answer:
    """Ask and read what is answered. Raises FetchRefused, FetchFailed."""
    with _connected(target, ends) as connection:
        try:
            response = _send(connection, method, target, headers, body)
            answer = Answer(response.status, response.headers, b"")
            # Nobody wants to know what a redirect says beside.
            if answer.location:
                return answer
            return replace(answer, content=_body(response, max_bytes))
        except (HTTPError, http.client.HTTPException, OSError) as error:
            _check_time(ends)
            raise FetchFailed(
                _("%(host)s did not answer properly: %(error)s")
                % {"host": target.host, "error": error}
            ) from error
        finally:
            # A body that was cut off looks like a whole one.
            _check_time(ends)


def _addresses(target: _Target) -> list[str]:
    """Where the host is.

    Raises:
        FetchRefused: one of its addresses is not public.
        FetchFailed: nobody knows the name.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed(_("No server is known by the name %s.") % target.host) from error
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    for address in addresses:
        if not (target.anywhere or _may_be_reached(ip_address(address))):
            raise FetchRefused(
                _("%(host)s is at %(address)s, which is not on the public Internet.")
                % {"host": target.host, "address": address}
            )
    return addresses


def _may_be_reached(address: Address) -> bool:
    if any(address in ip_network(network) for network in settings.SEN_FETCH_NETWORKS):
        return True
    if isinstance(address, IPv6Address):
        # These are an IPv4 address by another name.
        if address.ipv4_mapped is not None:
            return _may_be_reached(address.ipv4_mapped)
        if address in _NAT64:
            return _may_be_reached(IPv4Address(int(address) & 0xFFFF_FFFF))
        inner = [*(address.teredo or ()), *([address.sixtofour] if address.sixtofour else [])]
        if address.is_site_local or not all(_may_be_reached(part) for part in inner):
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_link_local
    )


@contextmanager
def _connected(target: _Target, ends: float) -> Iterator[HTTPConnection]:
    """A connection to one of the host's checked addresses, cut when the time is over."""
    failure: Exception | None = None
    for address in _addresses(target):
        connection = _connection(target, address, _check_time(ends))
        try:
            connection.connect()
        except (HTTPError, OSError) as error:
            connection.close()
            failure = error
            continue
        break
    else:
        _check_time(ends)
        raise FetchFailed(
            _("%(host)s cannot be reached: %(error)s") % {"host": target.host, "error": failure}
        ) from failure
    connection.sock.settimeout(_check_time(ends))
    # A server that sends a byte now and then never runs into the socket's own time limit.
    timer = threading.Timer(_check_time(ends), _cut, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        yield connection
    finally:
        timer.cancel()
        connection.close()


def _connection(target: _Target, address: str, seconds: float) -> HTTPConnection:
    # Connecting and the handshake may each take as long as they are told.
    if target.url.scheme == "http":
        return HTTPConnection(address, target.port, timeout=seconds / 2)
    return HTTPSConnection(
        address,
        target.port,
        timeout=seconds / 2,
        ssl_context=ssl.create_default_context(),
        server_hostname=target.host.rstrip("."),
    )


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):
        # Of the socket beneath: TLS would wait for an answer.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _check_time(ends: float) -> float:
    """The seconds left. Raises FetchFailed where there are none."""
    left = ends - time.monotonic()
    if left <= 0:
        raise FetchFailed(_("It took too long."))
    return left


def _send(
    connection: HTTPConnection,
    method: str,
    target: _Target,
    headers: Mapping[str, str],
    body: bytes | str | None,
) -> BaseHTTPResponse:
    given = {name: value for name, value in headers.items() if name.lower() not in _OWN_HEADERS}
    own = {
        "Host": target.url.netloc or "",
        # No kind that unfolds other than piece by piece.
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
    }
    connection.request(
        method, target.url.request_uri, body=body, headers={**own, **given}, preload_content=False
    )
    return connection.getresponse()


def _body(response: BaseHTTPResponse, max_bytes: int) -> bytes:
    too_long = _("It is longer than %d bytes.") % max_bytes
    declared = response.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise FetchFailed(too_long)
    body = bytearray()
    # Decompressed piece by piece, so that a small bomb does not unfold in memory.
    for chunk in response.stream(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > max_bytes:
            raise FetchFailed(too_long)
    return bytes(body)
