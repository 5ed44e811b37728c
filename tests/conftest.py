"""What holds for every test: no network, and random tests that are the same on every machine."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Ordinary runs repeat exactly; ``pytest --hypothesis-profile=deep`` searches anew. Nothing is kept on disk.
_COMMON = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ordinary", derandomize=True, max_examples=50, **_COMMON)  # type: ignore[arg-type]
settings.register_profile("deep", max_examples=3_000, **_COMMON)  # type: ignore[arg-type]
# A mutant (.ci/mutation.py) is asked for one failure, soon, and not for the smallest one.
_QUICK = {"derandomize": True, "max_examples": 20, "phases": [Phase.explicit, Phase.generate]}
settings.register_profile("mutation", **_QUICK, **_COMMON)  # type: ignore[arg-type]
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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let rows of cases meet a mutant before laws do, which are slower, and let no law ask for more examples."""
    if config.getoption("--hypothesis-profile") != "mutation":
        return
    items.sort(key=lambda item: ("test_laws" in item.nodeid, "test_cases" not in item.nodeid))
    few = settings.get_profile("mutation")
    for test in {getattr(item, "obj", None) for item in items}:
        if hasattr(test, "_hypothesis_internal_use_settings"):
            vars(test)["_hypothesis_internal_use_settings"] = few


def pytest_runtest_setup() -> None:
    """While mutmut notes which test calls which function, no test may find its answer in a memory of an earlier one."""
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        ours = [module for name, module in sys.modules.items() if name.startswith("identity_match.")]
        for value in [value for module in ours for value in vars(module).values()]:
            getattr(value, "cache_clear", lambda: None)()
