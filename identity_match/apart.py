"""Starting a process of our own: a fresh interpreter that finds modules where this one does."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

# Takes nothing from the environment, and runs ``main`` of one module.
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {module} import main; main(*sys.argv[2:])"
_ROOT = str(Path(__file__).resolve().parents[1])
_KEPT = ("SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH")


def command(module: str, *arguments: str) -> list[str]:
    """Give the command that runs ``main`` of a module with arguments; other users of the machine can read them."""
    path = json.dumps([_ROOT, *(path for path in sys.path if path)])
    own = ["-B"] if sys.dont_write_bytecode else []
    return [sys.executable, "-I", *own, "-c", _START.format(module=module), path, *arguments]


def environment() -> dict[str, str]:
    """Give the few variables that such a process gets: where its libraries and temporary files are."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}
