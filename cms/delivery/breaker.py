"""Connections to Redis that do not wait for a server that has just not answered.

Whoever asks a Redis that hangs waits until the time is out; a page asks several times. So
the first who waits in vain, or is refused, spares the others: for a moment nobody of this
process tries again.
"""

from __future__ import annotations

import time
from typing import Any

from redis.backoff import NoBackoff
from redis.connection import Connection, ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

#: How long nobody tries again, and how long an answer is waited for, in seconds.
PAUSE = PATIENCE = 1.0


def caches_at(url: str, prefix: str) -> dict[str, dict[str, Any]]:
    """Django's ``CACHES``: one Redis by two names.

    Args:
        url: its address.
        prefix: begins every key.

    Returns:
        ``default`` is empty where Redis does not answer; ``exact`` raises.
    """
    options = {
        "CONNECTION_POOL_CLASS": f"{__name__}.{Pool.__name__}",
        "SOCKET_CONNECT_TIMEOUT": PATIENCE,
        "SOCKET_TIMEOUT": PATIENCE,
    }
    one = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": url, "KEY_PREFIX": prefix}
    return {
        "default": {**one, "OPTIONS": {**options, "IGNORE_EXCEPTIONS": True}},
        "exact": {**one, "OPTIONS": options},
    }


class Pool(ConnectionPool):  # type: ignore[misc]
    """A pool of such connections, whatever their kind: TCP, TLS, a socket's path."""

    def __init__(self, connection_class: type[Any] = Connection, **options: Any) -> None:
        # Once more at once: after a restart the pool's connections are all dead.
        options.setdefault("retry", Retry(NoBackoff(), 1))
        self.silent_until = 0.0
        self.reason = ""
        super().__init__(_guarded(connection_class), guard=self, **options)


class _Guarded:
    """What is added to a kind of connection."""

    def __init__(self, *, guard: Pool, **options: Any) -> None:
        self._guard = guard
        super().__init__(**options)

    def _connect(self) -> Any:
        if time.monotonic() < self._guard.silent_until:
            raise RedisConnectionError(f"Redis has just not answered: {self._guard.reason}")
        try:
            return super()._connect()  # type: ignore[misc]
        except OSError as error:
            self._be_silent(error)
            raise

    def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return super().read_response(*args, **options)  # type: ignore[misc]
        except RedisTimeoutError as error:
            self._be_silent(error)
            raise

    def _be_silent(self, error: Exception) -> None:
        self._guard.reason = str(error) or type(error).__name__
        self._guard.silent_until = time.monotonic() + PAUSE


def _guarded(kind: type[Any]) -> type[Any]:
    return type(f"Guarded{kind.__name__}", (_Guarded, kind), {})
