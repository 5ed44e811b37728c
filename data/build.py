"""Compile the shipped tables from the sources in this folder.

    python data/build.py

Every area has a module ``build_<area>.py`` whose ``build()`` gives table file names and contents. Some also have
``pages()``: what is shown of the tables in this folder, made with the library once the tables are written.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent
TARGET = HERE.parent / "identity_match" / "tables"


def areas() -> list[ModuleType]:
    """Import the module of every area."""
    if str(HERE) not in sys.path:
        sys.path.insert(0, str(HERE))
    return [importlib.import_module(path.stem) for path in sorted(HERE.glob("build_*.py"))]


def tables() -> dict[str, str]:
    """Compile every table: file name to content."""
    compiled = {"placeholders.tsv": (HERE / "placeholders.tsv").read_text("utf-8")}
    for area in areas():
        compiled |= area.build()
    return compiled


def pages() -> dict[str, str]:
    """Compile every page of this folder: file name to content. The tables have to be written before."""
    compiled: dict[str, str] = {}
    for area in areas():
        if hasattr(area, "pages"):
            compiled |= area.pages()
    return compiled


def write(folder: Path, files: dict[str, str]) -> None:
    """Write every file that has changed."""
    for name, content in sorted(files.items()):
        target = folder / name
        if not target.exists() or target.read_text("utf-8") != content:
            target.write_text(content, "utf-8")
            print(f"wrote {name}")


def main() -> None:
    """Write every table and then every page that has changed."""
    write(TARGET, tables())
    write(HERE, pages())


if __name__ == "__main__":
    main()
