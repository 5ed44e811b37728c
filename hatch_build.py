"""Compile the fields when a wheel is built: the same source as native code, more than twice as fast, the same scores.

mypyc compiles the modules as they stand; the wheel holds them beside their source, and Python takes what is compiled.
``IDENTITY_MATCH_COMPILE=no`` gives a wheel of plain Python, ``=yes`` fails where compiling fails, and says why. Without
either, a machine that has no C compiler gets plain Python. An editable install is never compiled.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "identity_match"
# What normalizes and compares. The modules around it turn a wrong type into an error of ours, which compiled code, that
# checks types by itself, would not let them.
MODULES = (
    "text", "edits", "field", "records", "legal_name", "phone_number", "email_address", "address", "evidence",
    "decide", "remember",
)  # fmt: skip
COMPILE = """
import sys
from mypyc.build import mypycify
from setuptools import setup

_, folder, *sources = sys.argv
options = ["--config-file=", "--ignore-missing-imports"]
modules = mypycify([*options, *sources], opt_level="1", debug_level="0", group_name="identity_match")
setup(name="identity_match", packages=[], ext_modules=modules, script_args=["build_ext", "--build-lib", folder])
"""


class Compile(BuildHookInterface[Any]):
    """Adds the compiled modules to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile a copy of the sources and tell the builder what came of it."""
        wish = os.environ.get("IDENTITY_MATCH_COMPILE", "")
        if version == "editable" or wish == "no":
            return
        self._made = tempfile.TemporaryDirectory(prefix="identity_match_")  # until the builder has read it
        folder = Path(self._made.name)
        shutil.copytree(Path(self.root) / PACKAGE, folder / PACKAGE)
        names = [name for module in MODULES for name in (f"{module}.py", f"{module}/*.py")]
        sources = [path for name in names for path in sorted((folder / PACKAGE).glob(name))]
        done = subprocess.run(  # noqa: S603 - the interpreter that builds
            [
                sys.executable,
                "-c",
                COMPILE,
                str(folder / "built"),
                *(str(path.relative_to(folder)) for path in sources),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode and wish == "yes":
            raise RuntimeError(done.stdout + done.stderr)
        if done.returncode:
            self.app.display_warning("not compiled: the same scores at less than half the speed")
            return
        for path in (folder / "built").rglob("*.*"):
            build_data["force_include"][str(path)] = str(path.relative_to(folder / "built"))
        build_data |= {"pure_python": False, "infer_tag": True}
