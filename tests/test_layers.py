"""Who may import whom. Every module of the package has its place in the table; a new one must be given one."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

import identity_match

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(identity_match.__file__).parent

# Imports point down only: a module may import modules of lower layers, and, inside its own folder, its neighbours.
# The four fields share a layer, so none of them can import another.
LAYERS = {
    "errors": 0,
    "native": 0,
    "apart": 0,
    "tables": 1,
    "text": 2,
    "records": 2,
    "field": 2,
    "edits": 2,
    "reasons": 2,
    "legal_name": 3,
    "phone_number": 3,
    "email_address": 3,
    "address": 3,
    "fields": 4,
    "remember": 5,
    "policy": 4,
    "webhooks": 4,
    "evidence": 4,
    "decide": 5,
    "explain": 5,
    "columns": 5,
    "match": 6,
    "batch": 7,
    "documents": 7,
    "spark": 8,
    "writer": 8,
    "files": 9,
    "__init__": 10,
    "metrics": 11,
    "pairs": 11,
    "report": 12,
    "evaluate": 13,
    "cli_evaluate": 14,
    "cli_explain": 14,
    "cli_read": 14,
    "service": 14,
    "cli": 15,
    "__main__": 16,
}
# Inside a folder the same holds: a module imports those that stand before it. The package itself comes last.
INSIDE = {
    "legal_name": (
        "weights romanize tokens syllables firm reading key business likeness titling align agreement repairs person"
    ),
    "phone_number": "plan written",
    "email_address": "provider written",
    "service": (
        "settings faults tables changes limits records opening store delivery batches wire attempts scorer scoring "
        "answers matching app guard connection admin description web server"
    ),
    "documents": "limits marks lines dates account names postal forms owners signals metadata look content extract pdf "
    "child sandbox statement",
    "address": "align rules key repairs tokens names outcome units parts plain street words compare line read",
}
# Third-party modules that may be imported when a module is; every other one only inside a function.
LIGHT: set[str] = set()
LIGHT_IN = {
    "cli": {"click"},
    # Loaded only when columns are scored: all they do needs the library of their extra.
    "batch": {"pyarrow"},
    "columns": {"pyarrow"},
    "files": {"pyarrow"},
    "writer": {"pyarrow"},
    "spark": {"pyarrow", "pyspark"},
    # Likewise: only the commands that serve import them.
    "service.settings": {"pydantic"},
    "service.tables": {"sqlalchemy"},
    "service.wire": {"pydantic"},
    "service.opening": {"pydantic_core", "sqlalchemy"},
    "service.store": {"sqlalchemy"},
    "service.delivery": {"httpx"},
    "service.web": {"starlette"},
    "service.app": {"pydantic", "pydantic_core", "starlette"},
    "service.connection": {"pydantic_core", "uvicorn"},
    "service.matching": {"pydantic_core"},
    "service.scorer": {"pydantic_core"},
    "service.admin": {"pydantic_core", "starlette"},
    "service.description": {"pydantic", "starlette"},
    "service.server": {"pydantic", "uvicorn"},
    # Imported only by the process that reads a file.
    "documents.pdf": {"pdfminer"},
}
# Run by alembic, file by file, and imported by nobody.
SCRIPTS = "migrations"


def modules() -> dict[str, Path]:
    """Give every module file by its dotted name without the package's, packages by their own name."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if SCRIPTS in parts:
            continue
        found[".".join(parts if len(parts) == 1 or parts[-1] != "__init__" else parts[:-1])] = path
    return found


MODULES = modules()


def test_every_module_has_its_layer() -> None:
    """A module belongs to a layer by its first name: ``address.street`` is part of ``address``."""
    assert {name.split(".")[0] for name in MODULES} == set(LAYERS)


def test_every_inner_module_has_its_place() -> None:
    """A folder holds the modules of the table and no others."""
    inner = {name for name in MODULES if "." in name}
    assert inner == {f"{field}.{name}" for field, names in INSIDE.items() for name in names.split()}


@pytest.mark.parametrize("name", sorted(name for name in MODULES if "." in name))
def test_inner_imports_point_down(name: str) -> None:
    """Inside a folder a module imports only those that stand before it."""
    field, own = name.split(".")
    order = INSIDE[field].split()
    before = order[: order.index(own)]
    for target in imported(ast.parse(MODULES[name].read_text("utf-8"))):
        parts = target.split(".")
        if parts[:2] == ["identity_match", field]:
            assert parts[2] in before, f"{name} imports {target}"


def imported(tree: ast.AST) -> Iterator[str]:
    """Give dotted names of everything a piece of code imports, ``from a import b`` as ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import: write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_point_down(name: str) -> None:
    """A module imports lower layers, or its neighbours inside the same folder; the command only the public names."""
    home = name.split(".", maxsplit=1)[0]
    for target in imported(ast.parse(MODULES[name].read_text("utf-8"))):
        first, *rest = target.split(".")
        if first != "identity_match":
            continue
        there = rest[0] if rest and rest[0] in LAYERS else "__init__"
        if there == home and MODULES.get(home, PACKAGE).name == "__init__.py" and home != "__init__":
            continue
        assert LAYERS[there] < LAYERS[home], f"{name} imports {target}"


def at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements that run when a module is imported: not those in functions or for the type checker."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from at_import(statement.orelse)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement
        else:
            for member in ("body", "orelse", "finalbody"):
                yield from at_import(getattr(statement, member, []))
            for handler in getattr(statement, "handlers", []):
                yield from at_import(handler.body)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_heavy_libraries_are_imported_inside_functions(name: str) -> None:
    """Importing the package stays fast because libraries are loaded by the first call that needs them."""
    allowed = LIGHT | LIGHT_IN.get(name, set()) | set(sys.stdlib_module_names) | {"identity_match"}
    tops = {
        target.split(".")[0]
        for statement in at_import(ast.parse(MODULES[name].read_text("utf-8")).body)
        for target in imported(statement)
    }
    assert tops <= allowed


def test_the_detector_sees_what_it_should() -> None:
    """The tests above would pass on nothing if these two found nothing."""
    code = "import a\nif x:\n  from b import c\ntry:\n  import d\nexcept E:\n  import e\n"
    code += "def f():\n  import g\nclass K:\n  import h"
    assert {t for s in at_import(ast.parse(code).body) for t in imported(s)} == {"a", "b.c", "d", "e", "h"}
    assert "identity_match.errors.InputError" in set(imported(ast.parse(MODULES["records"].read_text("utf-8"))))


def test_public_names_are_exactly_those_listed() -> None:
    """``__all__`` is what can be imported from the package, sorted, and nothing else is public."""
    listed = identity_match.__all__
    assert listed == sorted(listed)
    public = {
        name
        for name, value in vars(identity_match).items()
        if not name.startswith("_") and not isinstance(value, ModuleType) and name != "annotations"
    }
    assert public | {"score_batches", "score_table"} == set(listed)  # the two are loaded when asked for
    assert callable(identity_match.score_batches)


def test_version_is_that_of_the_distribution() -> None:
    """The version is written twice, in ``pyproject.toml`` and in the package."""
    settings = (PACKAGE.parent / "pyproject.toml").read_text("utf-8")
    assert f'version = "{identity_match.__version__}"' in settings


@pytest.mark.parametrize("name", sorted(MODULES))
def test_modules_are_documented_and_short(name: str) -> None:
    """A module opens with what it decides, and a reader can take it in: about 500 lines at most."""
    if name != "__main__":
        module = importlib.import_module(f"identity_match.{name}" if name != "__init__" else "identity_match")
        assert module.__doc__
    assert len(MODULES[name].read_text("utf-8").splitlines()) <= 600
