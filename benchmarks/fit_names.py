"""Fit the weights of the name score on labelled pairs, and show what a fit is worth on sources it has not seen.

    python benchmarks/fit_names.py PAIRS.jsonl [--drop KIND,...] [--rounds 1] [--sources]

One JSON object a line, as ``accuracy.py`` reads them; rows of other fields are left out. A coordinate search moves one
weight of ``identity_match/legal_name/weights.py`` at a time by a step of its own, and keeps a move that raises
AUC + F1@70 + half the recall at a precision of 0.97. Bands and caps are not moved, and no move may break a row of
``tests/cases/legal_name.jsonl``. Names that are printed with a new value would be better on these pairs.

``--sources`` fits once for every source with both labels, on the others, and prints the source's figures under the
shipped weights and under that fit: what a fit gains on data that it has not seen.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from labelled import metrics

from identity_match.legal_name import NameKey, compare, normalize, weights

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from test_cases import holds  # noqa: E402 - the tests' own reading of a rule such as 70..84

# How far one move goes.
STEPS = {
    "JOINED": 0.01, "SPELLING": 0.02, "NICKNAME": 0.02, "CUT": 0.03, "SHARED_FULL": 0.03, "ROMANISATION": 0.03,
    "TWO_FLAWS": 0.04, "NEAR_SPELLING": 0.04, "TWO_TYPOS": 0.04, "GENDERED": 0.04, "NEAR_SURNAME": 0.04,
    "LENIENT": 0.04, "OUTER": 5, "INNER": 5, "SURNAME_DROPPED": 2, "GIVEN_DROPPED": 3, "GIVEN_DROPPED_OF_TWO": 3,
    "MIDDLE_DROPPED": 1, "OTHER_ORDER": 3, "MIDDLE_CONFLICT": 2, "NAME_CONFLICT": 3, "NAME_NEAR": 2,
    "GIVEN_CONFLICT": 3, "GIVEN_NEAR": 2, "FAMILY_CONFLICT": 3, "FAMILY_NEAR": 2, "RARE": 1, "FRAGMENT_FAMILY": 2,
    "FRAGMENT_GIVEN": 2, "INITIAL": 2, "KINDS.generic": 0.05, "KINDS.place": 0.05, "KINDS.seat": 0.1,
    "SHORT_WORD": 0.1, "TELLING_WORD": 0.1, "FIRM_CONTRADICTION": 0.1, "FIRM_OMISSION": 0.03, "BEGINNING": 0.03,
    "ABBREVIATION": 0.03, "SHORT_BEGINNING": 0.05,
}  # fmt: skip


class Pair(NamedTuple):
    """A labelled pair, its names read once."""

    source: str
    match: bool
    user: NameKey
    owner: NameKey


def read_pairs(file: Path, dropped: list[str]) -> list[Pair]:
    """Read the name pairs of a file; those with an unreadable side say nothing of weights."""
    found = []
    for row in map(json.loads, file.read_text("utf-8").splitlines()):
        if row["field"] != "name" or any(text in row.get("kind", "") for text in dropped):
            continue
        user, owner = normalize(row["a"]), normalize(row["b"])
        if isinstance(user, NameKey) and isinstance(owner, NameKey):
            found.append(Pair(row["source"], bool(row["match"]), user, owner))
    return found


def read_cases() -> list[tuple[NameKey, NameKey, str]]:
    """Read the case rows that hold under the shipped weights."""
    rows = map(json.loads, (ROOT / "tests/cases/legal_name.jsonl").read_text("utf-8").splitlines())
    keys = [(normalize(row["user"]), normalize(row["owner"]), row["score"]) for row in rows]
    found = [(a, b, rule) for a, b, rule in keys if isinstance(a, NameKey) and isinstance(b, NameKey)]
    return [(a, b, rule) for a, b, rule in found if holds(rule, compare(a, b).score)]


def value(name: str) -> float:
    """Give a weight."""
    group, _, key = name.partition(".")
    return float(getattr(weights, group)[key] if key else getattr(weights, name))


def move(name: str, to: float) -> None:
    """Set a weight."""
    group, _, key = name.partition(".")
    if key:
        getattr(weights, group)[key] = to
    else:
        setattr(weights, name, to)


def figures(pairs: list[Pair]) -> dict[str, float]:
    """Score pairs under the weights as they are."""
    return metrics([float(compare(p.user, p.owner).score or 0) for p in pairs], [p.match for p in pairs])


def objective(pairs: list[Pair]) -> float:
    """Say how good the weights are: ranking, the threshold of 70, and what is found while few strangers pass."""
    found = figures(pairs)
    return found["AUC"] + found["F1@70"] + found["R@P97"] / 2


def fit(pairs: list[Pair], cases: list[tuple[NameKey, NameKey, str]], rounds: int) -> dict[str, float]:
    """Move weights while that helps and breaks no case row; give those that ended elsewhere."""
    shipped = {name: value(name) for name in STEPS}
    best = objective(pairs)
    for _ in range(rounds):
        moved = False
        for name, step in STEPS.items():
            for direction in (step, -step):
                while True:
                    before = value(name)
                    move(name, max(0.0, round(before + direction, 4)))
                    found = objective(pairs)
                    if found <= best + 1e-6 or not all(holds(rule, compare(a, b).score) for a, b, rule in cases):
                        move(name, before)
                        break
                    best, moved = found, True
        if not moved:
            break
    return {name: value(name) for name in STEPS if value(name) != shipped[name]}


def show(label: str, found: dict[str, float]) -> None:
    """Print one line of figures."""
    columns = ("pairs", "AUC", "F1@70", "P@70", "R@70", "R@85", "R@P97")
    print(f"{label:44}" + "".join(f"{found.get(c, 0):>9.{0 if c == 'pairs' else 4}f}" for c in columns), flush=True)


def main() -> None:
    """Fit on everything, or once for every source that is kept back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--drop", default="", help="leave out rows whose kind contains one of these, comma-separated")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--sources", action="store_true")
    arguments = parser.parse_args()
    pairs = read_pairs(arguments.file, [text for text in arguments.drop.split(",") if text])
    cases = read_cases()
    shipped: dict[str, Any] = {name: value(name) for name in STEPS}
    labels = Counter((pair.source, pair.match) for pair in pairs)
    both = sorted(source for source, match in labels if match and labels[source, False])
    print(f"{'':44}" + "".join(f"{c:>9}" for c in ("pairs", "AUC", "F1@70", "P@70", "R@70", "R@85", "R@P97")))
    for source in both if arguments.sources else [""]:
        kept_back = [pair for pair in pairs if pair.source == source] or pairs
        rest = [pair for pair in pairs if pair.source != source]
        show(f"{source or 'all'}, shipped weights", figures(kept_back))
        found = fit(rest, cases, arguments.rounds)
        show(f"{source or 'all'}, fitted on {'the other sources' if source else 'these pairs'}", figures(kept_back))
        print("  moved:", ", ".join(f"{name} {shipped[name]:g} -> {to:g}" for name, to in found.items()) or "nothing")
        for name, before in shipped.items():
            move(name, before)


if __name__ == "__main__":
    main()
