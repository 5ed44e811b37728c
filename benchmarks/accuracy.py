"""Measure how well scores separate matches from non-matches on labelled pairs.

    python benchmarks/accuracy.py PAIRS.jsonl... [--drop KIND,...] [--baseline]

One JSON object a line: ``field`` (name, phone, email, address or identity), ``a`` (the user's value), ``b`` (the
owner's value; for identity one owner object), ``match`` (true or false), ``source``, ``kind``. A score that is missing
counts as 0. Printed per field and source: pairs, AUC, F1, precision and recall at 70, precision and recall at 85, and
the largest recall at which precision is still at least 0.97 and 0.99. ``--baseline`` scores with rapidfuzz's WRatio.
"""

from __future__ import annotations

import argparse
import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, utils

from identity_match import score

MEMBER = {
    "name": ("legal_name", "names"),
    "phone": ("phone_number", "phone_numbers"),
    "email": ("email_address", "emails"),
    "address": ("address", "addresses"),
}
COLUMNS = ("pairs", "AUC", "F1@70", "P@70", "R@70", "P@85", "R@85", "R@P97", "R@P99")


def ours(row: dict[str, Any]) -> float:
    """Score one row with this library; an identity by its overall score."""
    if row["field"] == "identity":
        return float(score(row["a"], [row["b"]]).overall.score or 0)
    user, owner = MEMBER[row["field"]]
    return float(getattr(score({user: row["a"]}, [{owner: [row["b"]]}]), user).score or 0)


def baseline(row: dict[str, Any]) -> float:
    """Score one row with WRatio over the joined text of each side."""

    def text(value: object) -> str:
        if isinstance(value, dict):
            return " ".join(text(part) for part in value.values() if part)
        return " ".join(map(text, value)) if isinstance(value, list) else str(value or "")

    return float(fuzz.WRatio(text(row["a"]), text(row["b"]), processor=utils.default_process))


def auc(scores: list[float], labels: list[bool]) -> float:
    """Share of match and non-match pairs that are ranked right; ties count half."""
    negatives = sorted(s for s, y in zip(scores, labels, strict=True) if not y)
    positives = [s for s, y in zip(scores, labels, strict=True) if y]
    below = sum(bisect_left(negatives, s) + bisect_right(negatives, s) for s in positives)
    return below / (2 * len(positives) * len(negatives))


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
        found["AUC"] = auc(scores, labels)
        curve = [at(threshold, scores, labels) for threshold in set(scores)]
        for floor in (0.97, 0.99):
            found[f"R@P{round(floor * 100)}"] = max((r for p, r in curve if p >= floor), default=0.0)
    return found


def main() -> None:
    """Read the files, score every row, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--drop", default="", help="leave out rows whose kind contains one of these, comma-separated")
    parser.add_argument("--baseline", action="store_true")
    arguments = parser.parse_args()
    dropped = [text for text in arguments.drop.split(",") if text]
    scorer = baseline if arguments.baseline else ours
    groups: dict[str, tuple[list[float], list[bool]]] = defaultdict(lambda: ([], []))
    for file in arguments.files:
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            if any(text in row.get("kind", "") for text in dropped):
                continue
            points = scorer(row)
            for key in (f"{row['field']}/{row['source']}", f"{row['field']}/ALL"):
                groups[key][0].append(points)
                groups[key][1].append(bool(row["match"]))
    print(f"{'field/source':38}" + "".join(f"{column:>8}" for column in COLUMNS))
    for key in sorted(groups, key=lambda key: (key.split("/")[0], key.endswith("/ALL"), key)):
        found = metrics(*groups[key])
        cells = [found.get(column) for column in COLUMNS]
        shown = ["-" if cell is None else f"{cell:.0f}" if i == 0 else f"{cell:.3f}" for i, cell in enumerate(cells)]
        print(f"{key:38}" + "".join(f"{cell:>8}" for cell in shown))


if __name__ == "__main__":
    main()
