"""How many letters two texts differ by: rapidfuzz, loaded when two texts are first compared by letters.

Most values are equal, or joined by a table, so that a first score often needs none of this.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _metric(name: str) -> Any:
    from importlib import import_module  # noqa: PLC0415 - see the module's docstring

    module, _, function = name.partition(".")
    return getattr(import_module(f"rapidfuzz.distance.{module}"), function)


def distance(a: str, b: str, limit: int | None = None) -> int:
    """Count inserted, deleted, replaced and swapped letters (optimal string alignment); symmetric.

    Args:
        a: One text.
        b: The other.
        limit: Beyond it the count is ``limit + 1``; None counts on.

    >>> distance("jonhson", "johnson"), distance("ann", "robert", 2)
    (1, 3)
    """
    return int(_metric("OSA.distance")(a, b, score_cutoff=limit))


def similarity(a: str, b: str, cutoff: float = 0.0) -> float:
    """Give 1 minus the distance over the longer length, 0..1; symmetric.

    Args:
        a: One text.
        b: The other.
        cutoff: A similarity below it is 0.

    >>> similarity("smith", "smyth"), similarity("ann", "robert", 0.5)
    (0.8, 0.0)
    """
    return float(_metric("OSA.normalized_similarity")(a, b, score_cutoff=cutoff))


def overlap(a: str, b: str) -> float:
    """Give the share of letters two texts have in common in order (Indel), 0..1; symmetric.

    >>> overlap("john", "johnny")
    0.8
    """
    return float(_metric("Indel.normalized_similarity")(a, b))
