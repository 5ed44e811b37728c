"""What the programs here share: labelled pairs read from files, and the figures of scores beside labels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from identity_match.metrics import auc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Row = dict[str, Any]


def rows_of(paths: list[Path]) -> Iterator[Row]:
    """Read the rows of files, and of every file of a folder."""
    for path in paths:
        for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
            yield from map(json.loads, file.read_text("utf-8").splitlines())


def at(threshold: float, scores: list[float], labels: list[bool]) -> tuple[float, float]:
    """Precision and recall of calling everything from a threshold on a match."""
    called = [y for s, y in zip(scores, labels, strict=True) if s >= threshold]
    return (sum(called) / len(called) if called else 0.0), (sum(called) / sum(labels) if sum(labels) else 0.0)


def metrics(scores: list[float], labels: list[bool]) -> dict[str, float]:
    """Work out every column; those that need both labels are left out where one is absent."""
    precision, recall = at(70, scores, labels)
    found = {
        "pairs": float(len(labels)),
        "F1@70": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "P@70": precision,
        "R@70": recall,
    }
    found["P@85"], found["R@85"] = at(85, scores, labels)
    if 0 < sum(labels) < len(labels):
        found["AUC"] = auc(scores, labels) or 0.0
        curve = [at(threshold, scores, labels) for threshold in set(scores)]
        for floor in (0.97, 0.99):
            found[f"R@P{round(floor * 100)}"] = max((r for p, r in curve if p >= floor), default=0.0)
    return found
