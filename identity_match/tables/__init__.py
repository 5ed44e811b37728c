"""Shipped tables: tab-separated files compiled from ``data/`` by ``data/build.py``, never edited by hand.

A line that starts with ``#`` says where the table comes from. Every other line is one row.
"""

from __future__ import annotations

import os
from functools import cache

from identity_match.errors import TableError

_HERE = os.path.dirname(__file__)


def rows(name: str) -> list[list[str]]:
    """Read every row of one table, cells split at tabs.

    Args:
        name: File name without its ending, such as ``"placeholders"``.

    Raises:
        TableError: The file is not there or cannot be read.

    >>> rows("placeholders")[0][0]
    'any'
    """
    return [line.split("\t") for line in lines(name)]


def lines(name: str) -> list[str]:
    """Read every row of one table, cells not yet split.

    Raises:
        TableError: The file is not there or cannot be read.
    """
    try:
        with open(f"{_HERE}/{name}.tsv", encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeError):
        message = f"table {name!r} cannot be read"
        raise TableError(message) from None
    return [line for line in text.splitlines() if line and line[0] != "#"]


@cache
def rows_of(name: str, letter: str) -> list[list[str]]:
    """Read the rows of a table that begin with a letter, that first cell left out.

    For large tables of words, of which one call needs a few.

    >>> ["jonathan", "jon", ""] in [[row[0], "jon", ""] for row in rows_of("nicknames", "j")]
    True
    """
    return [line.split("\t")[1:] for line in _by_letter(name).get(letter, ())]


@cache
def _by_letter(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines(name):
        found.setdefault(line[0], []).append(line)
    return found


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
