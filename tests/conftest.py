"""What holds for every test: no network, and random tests that are the same on every machine."""

from __future__ import annotations

import socket
from typing import NoReturn

from hypothesis import HealthCheck, settings

# Ordinary runs repeat exactly; ``pytest --hypothesis-profile=deep`` searches anew. Nothing is kept on disk.
_COMMON = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ordinary", derandomize=True, max_examples=50, **_COMMON)  # type: ignore[arg-type]
settings.register_profile("deep", max_examples=3_000, **_COMMON)  # type: ignore[arg-type]
settings.load_profile("ordinary")


class NetworkBlockedError(BaseException):
    """Something tried to reach the network; no ``except Exception`` can hide it."""


def _refuse(*_: object, **__: object) -> NoReturn:
    message = "the tests, and the library, work without a network"
    raise NetworkBlockedError(message)


def pytest_configure() -> None:
    """Block sockets for the whole run."""
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, _refuse)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        setattr(socket, name, _refuse)
