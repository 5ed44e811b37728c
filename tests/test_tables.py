"""Shipped tables: each says where it comes from, and none was edited by hand."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import identity_match
from identity_match import tables
from identity_match.address import rules
from identity_match.errors import TableError

if TYPE_CHECKING:
    from types import ModuleType

SHIPPED = Path(identity_match.__file__).parent / "tables"
DATA = Path(__file__).parent.parent / "data"
NAMES = sorted(path.stem for path in SHIPPED.glob("*.tsv"))


def build() -> ModuleType:
    """Import ``data/build.py``, which is a program and no part of the package."""
    spec = importlib.util.spec_from_file_location("build", DATA / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NAMES)
def test_a_table_states_source_licence_and_date(name: str) -> None:
    """The comment at the top of a table answers where a row comes from, under what terms, and from when."""
    lines = (SHIPPED / f"{name}.tsv").read_text("utf-8").splitlines()
    header = "\n".join(line for line in lines[:30] if line.startswith("#")).lower()
    assert "source" in header
    assert re.search(r"licence|apache-2\.0|\bmit\b|public domain|\bcc0\b", header)
    assert re.search(r"\b(19|20)\d\d(-\d\d(-\d\d)?)?\b", header)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_clean(name: str) -> None:
    """Rows are unique, have one width, hold no stray white space; the file is UTF-8 and ends with one line feed."""
    text = (SHIPPED / f"{name}.tsv").read_bytes().decode("utf-8")
    assert text.endswith("\n")
    assert "\r" not in text
    rows = tables.rows(name)
    assert rows
    assert len({tuple(row) for row in rows}) == len(rows)
    assert all(cell == cell.strip() for row in rows for cell in row)


def test_build_gives_the_committed_tables() -> None:
    """Stale output is caught here: run ``python data/build.py`` and commit what it writes."""
    built = build().tables()
    committed = {path.name: path.read_text("utf-8") for path in SHIPPED.glob("*.tsv")}
    named = {name if name.endswith(".tsv") else f"{name}.tsv": content for name, content in built.items()}
    assert sorted(named) == sorted(committed)
    assert [name for name in named if named[name] != committed[name]] == []


def test_a_missing_table_is_our_error() -> None:
    with pytest.raises(TableError, match="'no_such_table' cannot be read"):
        tables.rows("no_such_table")


def test_a_table_without_a_second_column_is_our_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "short.tsv").write_text("# note\n\nalone\n", "utf-8")
    monkeypatch.setattr(tables, "_HERE", tmp_path)
    with pytest.raises(TableError, match="without a second column"):
        tables.words("short")


def test_a_malformed_country_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    rules.rules_for.cache_clear()
    monkeypatch.setattr(tables, "rows", lambda _: [["unit", "apt"]])
    with pytest.raises(TableError, match="'address_us' is malformed"):
        rules.rules_for("us")


def test_a_country_without_table_has_the_default_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rules.rules_for("zz") is rules.rules_for("default")
    rules.rules_for.cache_clear()
    monkeypatch.setattr(tables, "_HERE", "nowhere")
    with pytest.raises(TableError, match="'address_default' cannot be read"):
        rules.rules_for("zz")
