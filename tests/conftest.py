"""What holds for every test: no network, and random tests that are the same on every machine."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

# Ordinary runs repeat exactly; ``pytest -m deep`` runs what is random alone and searches anew. Nothing is kept on
# disk.
_COMMON = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ordinary", derandomize=True, max_examples=50, **_COMMON)  # type: ignore[arg-type]
settings.register_profile("deep", max_examples=3_000, **_COMMON)  # type: ignore[arg-type]
# A mutant (.ci/mutation.py) is asked for one failure, soon, and not for the smallest one.
_QUICK = {"derandomize": True, "max_examples": 20, "phases": [Phase.explicit, Phase.generate]}
settings.register_profile("mutation", **_QUICK, **_COMMON)  # type: ignore[arg-type]
settings.load_profile("ordinary")

# Sockets are blocked here, and in every interpreter that a test starts.
_OFFLINE = Path(__file__).parent / "offline"
_BLOCKED = runpy.run_path(str(_OFFLINE / "sitecustomize.py"))
NetworkBlockedError: type[BaseException] = _BLOCKED["NetworkBlockedError"]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_OFFLINE), os.environ.get("PYTHONPATH"))))
collect_ignore = ["offline"]


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test, and what it starts, speak to this machine over its loopback address."""
    monkeypatch.setenv(_BLOCKED["LOOPBACK"], "1")


def pytest_configure(config: pytest.Config) -> None:
    """Take the deep profile for ``pytest -m deep``."""
    if config.getoption("-m") == "deep":
        settings.load_profile("deep")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is random; let rows of cases meet a mutant before laws do, which are slower and may ask for no more."""
    for item in items:
        if hasattr(getattr(item, "obj", None), "hypothesis"):
            item.add_marker("deep")
    if config.getoption("--hypothesis-profile") != "mutation":
        return
    items.sort(key=lambda item: ("test_laws" in item.nodeid, "test_cases" not in item.nodeid))
    few = settings.get_profile("mutation")
    for test in {getattr(item, "obj", None) for item in items}:
        if hasattr(test, "_hypothesis_internal_use_settings"):
            vars(test)["_hypothesis_internal_use_settings"] = few


_begun: set[str] = set()


def pytest_runtest_setup() -> None:
    """Let a mutant find no table read before it, nor a test, while mutmut notes who calls what, an earlier answer."""
    mutant = os.environ.get("MUTANT_UNDER_TEST", "")
    if mutant == "stats" or (mutant and mutant not in _begun):
        _begun.add(mutant)
        ours = [module for name, module in sys.modules.items() if name.startswith("identity_match.")]
        for value in [value for module in ours for value in vars(module).values()]:
            getattr(value, "cache_clear", lambda: None)()
