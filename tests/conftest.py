"""What holds for every test: no network, and random tests that are the same on every machine."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Ordinary runs repeat exactly; ``pytest --hypothesis-profile=deep`` searches anew. Nothing is kept on disk.
_COMMON = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ordinary", derandomize=True, max_examples=50, **_COMMON)  # type: ignore[arg-type]
settings.register_profile("deep", max_examples=3_000, **_COMMON)  # type: ignore[arg-type]
settings.load_profile("ordinary")


class NetworkBlockedError(BaseException):
    """Something tried to reach the network; no ``except Exception`` can hide it."""


OWN_PORTS: set[int] = set()  # of servers that a test runs on this machine


def _guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    """Let a call through that names this machine and a port that a test opened; refuse every other."""

    def call(*args: Any, **named: Any) -> Any:
        places = {arg for arg in args if isinstance(arg, tuple)} | {args[:2]}
        if places & {("127.0.0.1", port) for port in OWN_PORTS}:
            return original(*args, **named)
        message = "the tests, and the library, work without a network"
        raise NetworkBlockedError(message)

    return call


def pytest_configure() -> None:
    """Block sockets for the whole run."""
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        setattr(socket, name, _guarded(getattr(socket, name)))


@pytest.fixture
def own_ports() -> Iterator[set[int]]:
    """Ports on 127.0.0.1 that a test may connect to: those it adds, while it runs."""
    yield OWN_PORTS
    OWN_PORTS.clear()
