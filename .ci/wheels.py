#!/usr/bin/env python3
"""Prints which dependencies have a wheel for which system and Python: without one, pip needs a compiler.

    pip install uv && .ci/wheels.py [EXTRA ...]

Looked at is what pip would install today on that system and Python: the run-time dependencies and the extras named.
Exits with 1 where something is missing.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "Linux x86-64": "x86_64-manylinux_2_28",
    "Linux arm64": "aarch64-manylinux_2_28",
    "macOS arm64": "aarch64-apple-darwin",
    "Windows x86-64": "x86_64-pc-windows-msvc",
}


def resolve(source: str, system: str, python: str, *options: str, text: str = "") -> list[str] | None:
    """Give the pins that a source of requirements comes to; None where nothing fits."""
    command = ["uv", "pip", "compile", source, "--quiet", "--no-header", "--no-annotate", *options]
    command += ["--python-platform", SYSTEMS[system], "--python-version", python]
    done = subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, check=False)
    return done.stdout.split() if done.returncode == 0 else None


def without_wheel(pins: list[str], system: str, python: str) -> list[str]:
    """Name the pins that no wheel serves; one question for all of them where nothing is missing."""
    wheels = ("--no-deps", "--only-binary", ":all:")
    if resolve("-", system, python, *wheels, text="\n".join(pins)) is not None:
        return []
    return pins if len(pins) == 1 else [pin for pin in pins if without_wheel([pin], system, python)]


def main(extras: list[str]) -> None:
    """Ask for every system and Python; print a table of what is missing."""
    options = [option for extra in extras for option in ("--extra", extra)]
    found = {}
    for system in SYSTEMS:
        for python in PYTHONS:
            pins = resolve("pyproject.toml", system, python, *options)
            found[system, python] = ["(does not resolve)"] if pins is None else without_wheel(pins, system, python)
            count = 0 if pins is None else len(pins)
            missing = ", ".join(found[system, python]) or "-"
            print(f"{system:15} Python {python}  {count:3} packages, without a wheel: {missing}", flush=True)
    sys.exit(1 if any(found.values()) else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
