"""What holds for every test: no network, and random tests that are the same on every machine."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

from hypothesis import HealthCheck, settings

# Ordinary runs repeat exactly; ``pytest --hypothesis-profile=deep`` searches anew. Nothing is kept on disk.
_COMMON = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ordinary", derandomize=True, max_examples=50, **_COMMON)  # type: ignore[arg-type]
settings.register_profile("deep", max_examples=3_000, **_COMMON)  # type: ignore[arg-type]
settings.load_profile("ordinary")

# Sockets are blocked here, and in every interpreter that a test starts.
_OFFLINE = Path(__file__).parent / "offline"
NetworkBlockedError: type[BaseException] = runpy.run_path(str(_OFFLINE / "sitecustomize.py"))["NetworkBlockedError"]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_OFFLINE), os.environ.get("PYTHONPATH"))))
collect_ignore = ["offline"]
