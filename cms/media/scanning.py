"""Asking ClamAV whether a file holds a virus, by its own protocol (clamd(8), INSTREAM)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable

CHUNK = 64 * 1024
TIMEOUT = 30  # seconds for each step


class ScannerAway(Exception):  # noqa: N818 (said of the scanner)
    """The scanner cannot be asked, or gave no verdict; the text says why."""


def virus_in(chunks: Iterable[bytes], address: str) -> str | None:
    """The name of the virus that ClamAV finds; None if it finds none.

    Args:
        address: the path of clamd's socket, or host:port.

    Raises:
        ScannerAway: it does not answer, or with something else than a verdict.
    """
    try:
        with _connected(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                for at in range(0, len(chunk), CHUNK):
                    part = chunk[at : at + CHUNK]
                    connection.sendall(struct.pack("!I", len(part)) + part)
            connection.sendall(struct.pack("!I", 0))
            answer = _read(connection)
    except (OSError, ValueError) as error:
        raise ScannerAway(str(error)) from error
    verdict = answer.removeprefix("stream:").strip()
    if verdict == "OK":
        return None
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerAway(answer or "it closed the connection")


def _connected(address: str) -> socket.socket:
    if "/" in address:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(TIMEOUT)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), TIMEOUT)


def _read(connection: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < 4096 and (part := connection.recv(1024)):
        answer += part
    return answer.split(b"\0")[0].decode("utf-8", "replace").strip()
