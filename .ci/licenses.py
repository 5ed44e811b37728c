#!/usr/bin/env python3
"""Writes .ci/licenses.md: what gets installed with the library and with each extra, and under which licence.

    pip install --require-hashes -r .ci/lock.txt && pip install --no-deps . && .ci/licenses.py
    .ci/licenses.py --check        fails where the page is stale; writes nothing

Either way it fails where a licence is not one that we accept. Licences are those that the installed packages declare,
read by pip-licenses; what another system or another Python needs besides is not in the page.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE = Path(__file__).parent / "licenses.md"
OURS = "identity-match"
# They ask for a notice at most. Spelt as the packages' metadata spell them.
PERMISSIVE = {
    "0BSD", "Apache Software License", "Apache-2.0", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0",
    "ISC", "ISC License (ISCL)", "MIT", "MIT License", "MIT-0", "MIT-CMU", "PSF-2.0",
    "Python Software Foundation License", "The Unlicense (Unlicense)", "Zlib",
}  # fmt: skip
# They bind who passes on a changed copy of the package itself: nameparser, certifi and psycopg are only
# imported, the others are tools.
EXCEPTIONS = {
    "nameparser": "LGPL-2.1-or-later",
    "hypothesis": "MPL-2.0",
    "pathspec": "Mozilla Public License 2.0 (MPL 2.0)",
    "certifi": "Mozilla Public License 2.0 (MPL 2.0)",
    "psycopg": "LGPL-3.0-only",
    "psycopg-binary": "LGPL-3.0-only",
}
NOT_INSTALLED = {"fuzz"}  # by .ci/lock; atheris is under Apache-2.0
HEADER = """\
# Licences of what gets installed

Written by `.ci/licenses.py`. All are permissive but those in bold, LGPL and MPL, which bind who passes on a changed
copy of the package itself. nameparser, certifi and psycopg are only imported; hypothesis and pathspec are our tools.

| package | licence | comes with |
| --- | --- | --- |
"""


def needed(name: str, extras: set[str], found: set[str]) -> set[str]:
    """Collect what a package with some extras needs on this machine, directly or not."""
    for requirement in map(Requirement, distribution(name).requires or ()):
        marker, inner = requirement.marker, canonicalize_name(requirement.name)
        if inner not in found and (not marker or any(marker.evaluate({"extra": extra}) for extra in extras | {""})):
            found.add(inner)
            needed(inner, set(requirement.extras), found)
    return found


def rows() -> list[tuple[str, str, str]]:
    """Give package, licence and what brings it, by package."""
    core = needed(OURS, set(), set())
    extras = sorted({*(distribution(OURS).metadata.get_all("Provides-Extra") or ())} - NOT_INSTALLED)
    brought = {extra: needed(OURS, {extra}, set()) - core for extra in extras}
    names = sorted(core.union(*brought.values()))
    tool = [sys.executable, "-m", "piplicenses", "--with-system", "--format=json", "--packages", *names]
    told = json.loads(subprocess.run(tool, capture_output=True, text=True, check=True).stdout)
    licences: dict[str, str] = {canonicalize_name(row["Name"]): row["License"].replace("; ", " AND ") for row in told}
    by = {name: ", ".join(extra for extra in extras if name in brought[extra]) for name in names}
    return [(name, licences[name], f"extra {by[name]}" if by[name] else "the library") for name in names]


def is_accepted(name: str, licence: str) -> bool:
    """Tell whether one of the licences that may be chosen is permissive in all its parts, or excepted."""
    choices = (choice.split(" AND ") for choice in licence.split(" OR "))
    return EXCEPTIONS.get(name) == licence or any(PERMISSIVE.issuperset(choice) for choice in choices)


def main() -> None:
    """Write the page, or compare it."""
    found = rows()
    shown = ((f"**{name}**" if name in EXCEPTIONS else name, licence, by) for name, licence, by in found)
    page = HEADER + "".join(f"| {' | '.join(row)} |\n" for row in shown)
    if "--check" not in sys.argv:
        PAGE.write_text(page, "utf-8")
    elif PAGE.read_text("utf-8") != page:
        sys.exit("run .ci/licenses.py and commit .ci/licenses.md")
    if refused := [f"{name}: {licence}" for name, licence, _ in found if not is_accepted(name, licence)]:
        sys.exit("not among the licences that we accept: " + ", ".join(refused))


if __name__ == "__main__":
    main()
