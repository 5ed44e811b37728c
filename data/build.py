"""Compile the shipped tables from the sources in this folder.

    python data/build.py

Every area has a module ``build_<area>.py`` whose ``build()`` gives table file names and contents.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "identity_match" / "tables"


def tables() -> dict[str, str]:
    """Compile every table: file name to content."""
    if str(HERE) not in sys.path:
        sys.path.insert(0, str(HERE))
    compiled = {"placeholders.tsv": (HERE / "placeholders.tsv").read_text("utf-8")}
    for path in sorted(HERE.glob("build_*.py")):
        compiled |= importlib.import_module(path.stem).build()
    return compiled


def main() -> None:
    """Write every table that has changed."""
    for name, content in sorted(tables().items()):
        target = TARGET / name
        if not target.exists() or target.read_text("utf-8") != content:
            target.write_text(content, "utf-8")
            print(f"wrote {name}")


if __name__ == "__main__":
    main()
