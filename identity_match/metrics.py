"""Figures of scores beside labels: shares with their intervals, ranking, and what a threshold lets pass.

A score that is missing counts as 0 in every ranking.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

from identity_match.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Z95 = 1.959963984540054  # 97.5 % of a normal distribution lie below: a 95 % interval


class Rate(NamedTuple):
    """A share and its 95 % interval, each 0..1; all None where there is nothing to take a share of."""

    value: float | None
    low: float | None
    high: float | None

    def minus(self, other: Rate) -> float | None:
        """Give the difference to another share, -1..1; None where one of the two is missing."""
        return None if self.value is None or other.value is None else self.value - other.value


class AtThreshold(NamedTuple):
    """What happens if every pair with at least this score passes.

    Attributes:
        threshold: The score, 0..100.
        true_passes: Matches that pass.
        false_passes: Non-matches that pass.
        precision: Matches among what passes.
        recall: Matches that pass among all matches.
        f1: Harmonic mean of the two, 0..1; None if there are no matches and nothing passes.
        false_pass: Non-matches that pass among all non-matches.
        false_fail: Matches that fail among all matches.
    """

    threshold: float
    true_passes: int
    false_passes: int
    precision: Rate
    recall: Rate
    f1: float | None
    false_pass: Rate
    false_fail: Rate


class Suggestion(NamedTuple):
    """The lowest threshold that reaches an aim, or the statement that none does.

    Attributes:
        aim: ``precision`` or ``false_pass``.
        wanted: What was wanted of it, 0..1.
        threshold: 1..100, or None.
        statement: One sentence with the figures.
    """

    aim: str
    wanted: float
    threshold: int | None
    statement: str


def wilson(count: int, total: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's interval of a share: between which shares the true one lies, 95 times of 100.

    Args:
        count: Cases that count, 0..total.
        total: All cases; with none, every share is possible.
        z: Quantile of the normal distribution that says how sure.

    >>> [round(bound, 4) for bound in wilson(0, 100)]
    [0.0, 0.037]
    """
    if not total:
        return 0.0, 1.0
    part, extra = count / total, z * z / total
    centre = (part + extra / 2) / (1 + extra)
    spread = z / (1 + extra) * math.sqrt(part * (1 - part) / total + extra / (4 * total))
    return max(0.0, min(centre - spread, part)), min(1.0, max(centre + spread, part))


def rate(count: int, total: int) -> Rate:
    """Give a share with its interval."""
    return Rate(count / total, *wilson(count, total)) if total else Rate(None, None, None)


def auc(scores: Sequence[float | None], labels: Sequence[bool]) -> float | None:
    """Share of pairs of a match and a non-match that are ranked right; ties count half, a missing score is 0.

    Returns:
        0..1, or None if one of the two labels is absent.

    >>> auc([90, 70, 70, None], [True, True, False, False])
    0.875
    """
    matches, others = _ranked(scores, labels)
    if not matches or not others:
        return None
    below = sum(bisect_left(others, score) + bisect_right(others, score) for score in matches)
    return below / (2 * len(matches) * len(others))


def average_precision(scores: Sequence[float | None], labels: Sequence[bool]) -> float | None:
    """Precision at every distinct score, weighted by the recall that it adds; a missing score is 0.

    Returns:
        0..1, or None if there are no matches.

    >>> average_precision([90, 80, 70], [True, False, True])  # 1/2 * 1 + 1/2 * 2/3
    0.8333333333333333
    """
    matches, others = _ranked(scores, labels)
    found, done = 0.0, 0
    for score in sorted(set(matches), reverse=True):
        passed = len(matches) - bisect_left(matches, score)
        wrong = len(others) - bisect_left(others, score)
        found += (passed - done) * passed / (passed + wrong)
        done = passed
    return found / len(matches) if matches else None


def threshold_table(
    scores: Sequence[float | None], labels: Sequence[bool], thresholds: Iterable[float] = range(101)
) -> tuple[AtThreshold, ...]:
    """Say what passes and fails at each threshold; a missing score is 0.

    >>> row = threshold_table([90, 80, None], [True, False, True], [85])[0]
    >>> row.precision.value, row.recall.value, row.false_pass.value
    (1.0, 0.5, 0.0)
    """
    matches, others = _ranked(scores, labels)
    table = []
    for threshold in thresholds:
        right = len(matches) - bisect_left(matches, threshold)
        wrong = len(others) - bisect_left(others, threshold)
        failed, both = len(matches) - right, right + wrong + len(matches)
        table.append(
            AtThreshold(
                threshold, right, wrong, rate(right, right + wrong), rate(right, len(matches)),
                2 * right / both if both else None, rate(wrong, len(others)), rate(failed, len(matches)),
            )
        )  # fmt: skip
    return tuple(table)


def suggest_threshold(
    table: Sequence[AtThreshold], *, precision: float | None = None, false_pass: float | None = None
) -> Suggestion:
    """Find the lowest threshold with at least a precision, or with at most a false-pass rate.

    A threshold of 0 is never suggested: it would pass what was not compared.

    Args:
        table: As ``threshold_table`` gives it.
        precision: Wanted share of matches among what passes, 0..1; or
        false_pass: wanted share of non-matches that pass, 0..1.

    Raises:
        OptionError: Not exactly one of the two, or out of 0..1.

    >>> suggest_threshold(threshold_table([90, 80, 70], [True, False, True]), precision=0.99).threshold
    81
    """
    if (precision is None) == (false_pass is None):
        message = "expected either precision or false_pass"
        raise OptionError(message)
    aim, wanted = ("false_pass", false_pass) if precision is None else ("precision", precision)
    wanted = share(wanted, aim)
    name = aim.replace("_", "-") + (" rate" if precision is None else "")
    rows = [row for row in table if row.threshold >= 1]
    if not any(row.recall.value is not None and row.false_pass.value is not None for row in rows):
        return Suggestion(aim, wanted, None, f"No threshold by {name}: it takes matches and non-matches.")
    sign = 1 if precision is not None else -1
    reached = [(sign * getattr(row, aim).value, row) for row in rows if getattr(row, aim).value is not None]
    best = next((row for value, row in reached if value >= sign * wanted), None)
    limit = f"a {name} of at {'least' if sign > 0 else 'most'} {wanted:g}"
    if best is None:
        value, at = max(((value, -row.threshold) for value, row in reached), default=(0, 0))
        nearest = f"the nearest is {abs(value):.4f} at {-at}" if reached else "nothing passes"
        return Suggestion(aim, wanted, None, f"No threshold from 1 to 100 has {limit}; {nearest}.")
    found: Rate = getattr(best, aim)
    statement = (
        f"{best.threshold} is the lowest threshold with {limit}: {found.value:.4f}, "
        f"95 % interval {found.low:.4f} to {found.high:.4f}; recall {best.recall.value:.4f}."
    )
    doubtful = found.low if sign > 0 else found.high
    if doubtful is not None and sign * doubtful < sign * wanted:
        statement += " There are too few pairs to be sure: the interval goes beyond what is wanted."
    return Suggestion(aim, wanted, int(best.threshold), statement)


def _ranked(scores: Sequence[float | None], labels: Sequence[bool]) -> tuple[list[float], list[float]]:
    """Give the sorted scores of matches and of non-matches."""
    pairs = [(score or 0, label) for score, label in zip(scores, labels, strict=True)]
    return sorted(score for score, label in pairs if label), sorted(score for score, label in pairs if not label)


def share(value: Any, name: str) -> float:
    """Check a share, 0..1, that somebody wants.

    Raises:
        OptionError: It is none; the message names it.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        message = f"{name}: expected a number from 0 to 1"
        raise OptionError(message)
    return float(value)
