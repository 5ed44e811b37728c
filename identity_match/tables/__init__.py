"""Shipped tables: tab-separated files compiled from ``data/`` by ``data/build.py``, never edited by hand.

A line that starts with ``#`` says where the table comes from. Every other line is one row.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from identity_match.errors import TableError

_HERE = Path(__file__).parent


def rows(name: str) -> list[list[str]]:
    """Read every row of one table, cells split at tabs.

    Args:
        name: File name without its ending, such as ``"placeholders"``.

    Raises:
        TableError: The file is not there or cannot be read.

    >>> rows("placeholders")[0][0]
    'any'
    """
    try:
        text = (_HERE / f"{name}.tsv").read_text("utf-8")
    except (OSError, UnicodeError):
        message = f"table {name!r} cannot be read"
        raise TableError(message) from None
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def words(name: str, *, kind: str | None = None) -> frozenset[str]:
    """Read the second column of a table whose first column is a kind.

    Args:
        name: File name without its ending.
        kind: Keep only rows of this kind; None keeps all.

    >>> "n/a" in words("placeholders", kind="any")
    True
    """
    try:
        return frozenset(row[1] for row in rows(name) if kind is None or row[0] == kind)
    except IndexError:
        message = f"table {name!r} has a row without a second column"
        raise TableError(message) from None
