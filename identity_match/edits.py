"""How many letters two texts differ by: rapidfuzz, loaded when two texts are first compared by letters in their order.

Most values are equal, or joined by a table, so that a first score often needs none of this.
"""

from __future__ import annotations

from typing import Any, Final, final


@final
class _Metrics:
    """Functions of rapidfuzz; None before they are first called."""

    __slots__ = ("distance", "overlap", "similarity")

    def __init__(self) -> None:
        self.distance: Any = None
        self.similarity: Any = None
        self.overlap: Any = None


_METRICS: Final = _Metrics()


def _load() -> None:
    from rapidfuzz.distance import OSA, Indel  # noqa: PLC0415 - see the module's docstring

    _METRICS.distance = OSA.distance
    _METRICS.similarity = OSA.normalized_similarity
    _METRICS.overlap = Indel.normalized_similarity


def distance(a: str, b: str, limit: int | None = None) -> int:
    """Count inserted, deleted, replaced and swapped letters (optimal string alignment); symmetric.

    Args:
        a: One text.
        b: The other.
        limit: Beyond it the count is ``limit + 1``; None counts on.

    >>> distance("jonhson", "johnson"), distance("ann", "robert", 2)
    (1, 3)
    """
    if _METRICS.distance is None:
        _load()
    return int(_METRICS.distance(a, b, score_cutoff=limit))


def similarity(a: str, b: str, cutoff: float = 0.0) -> float:
    """Give 1 minus the distance over the longer length, 0..1; symmetric.

    Args:
        a: One text.
        b: The other.
        cutoff: A similarity below it is 0.

    >>> similarity("smith", "smyth"), similarity("ann", "robert", 0.5)
    (0.8, 0.0)
    """
    if _METRICS.similarity is None:
        _load()
    return float(_METRICS.similarity(a, b, score_cutoff=cutoff))


def overlap(a: str, b: str) -> float:
    """Give the share of letters two texts have in common in order (Indel), 0..1; symmetric.

    >>> overlap("john", "johnny")
    0.8
    """
    if _METRICS.overlap is None:
        _load()
    return float(_METRICS.overlap(a, b))


def common_letters(a: str, b: str) -> int:
    """Count the letters two texts have in common, in any order, each as often as both have it; symmetric.

    >>> common_letters("hsely", "shelby"), common_letters("anna", "nan")
    (5, 3)
    """
    return sum([min(a.count(letter), b.count(letter)) for letter in set(a)])
