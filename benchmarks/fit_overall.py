"""Fit the weights of the overall score, and show what they are worth on sources that a fit has not seen.

    python benchmarks/fit_overall.py PAIRS.jsonl [--drop KIND,...] [--strength 150] [--relatives 50]

One JSON object a line, as ``accuracy.py`` reads them; only rows of field ``identity`` count. Needs the extra ``fit``.

Weights are those of a logistic regression with fixed signs, held near ``HAND`` by a quadratic penalty (``--strength``)
and rounded to whole points. The prior is set by hand: it decides what a lone value is worth, and labelled non-matches
are near misses, not the people who sign up. Labelled identities hold next to no relatives at one address, so that a
free fit learns that an address is enough: some are made from the given records, with another given name, and fitted,
too, as non-matches. Printed: figures for every source under a fit on the others (the headline), calibration of those
scores and their means from exact matches to unrelated people, the shipped weights on the same rows, how many of 1,500
newly made relatives and flatmates reach 70, and the weights of a fit on everything. Rows whose kind contains a text of
``--drop`` are left out of figures, not of fits.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from labelled import metrics, rows_of
from scipy.optimize import minimize

from identity_match import score, tables
from identity_match.evidence import PRIOR, WEIGHTS, overall_score

# Points set by hand before any fit: what each level ought to say. A level that may speak either way has sign 0.
HAND: dict[str, int] = {
    "legal_name:equal": 13, "legal_name:near": 11, "legal_name:strong": 9, "legal_name:partial": 4,
    "legal_name:lone": 8, "legal_name:fragment": 2, "legal_name:garbled": 2,
    "legal_name:firm_near": -8, "legal_name:firm_other": -13,
    "legal_name:given_conflict": -11, "legal_name:family_conflict": -11, "legal_name:middle_conflict": -4,
    "legal_name:generation_conflict": -7, "legal_name:different": -20, "legal_name:rare": 4, "legal_name:uncommon": 2,
    "legal_name:common": 0, "legal_name:many_words": 2,
    "phone_number:equal": 15, "phone_number:likely": 11, "phone_number:near": 2, "phone_number:other": -7,
    "email_address:equal": 17, "email_address:near": 6, "email_address:alike": 2, "email_address:unlike": -4,
    "email_address:other": -11,
    "address:street_match": 11, "address:street_partial": 7, "address:street_conflict": -7,
    "address:unit_match": 2, "address:unit_partial": 0, "address:unit_conflict": -4,
    "address:city_match": 4, "address:city_partial": 3, "address:city_conflict": -7,
    "address:region_match": 1, "address:region_partial": 0, "address:region_conflict": -2,
    "address:postal_code_match": 7, "address:postal_code_partial": 4, "address:postal_code_conflict": -7,
    "address:apart": -4,
}  # fmt: skip
EITHER_SIGN = {"legal_name:fragment", "legal_name:garbled", "legal_name:firm_near", "address:unit_partial"}
LEVELS = tuple(f"{field}:{level}" for field, levels in WEIGHTS.items() for level in levels)
PER_POINT = np.log(10) / 10  # ten points make the odds ten times as good
SHIPPED = np.array([points for levels in WEIGHTS.values() for points in levels.values()])


class Pair(NamedTuple):
    """A labelled identity and what was found of it."""

    source: str
    kind: str
    match: bool
    levels: tuple[int, ...]
    contradicts: bool


def weighed(row: dict[str, Any]) -> Pair:
    """Find the levels of one pair."""
    overall = score(row["a"], [row["b"]]).overall
    best = max(overall.people, key=lambda person: person.score if person.score is not None else -1)
    levels = tuple(LEVELS.index(f"{e.field}:{e.level}") for e in best.evidence)
    return Pair(row["source"], row.get("kind", ""), bool(row["match"]), levels, best.contradicts)


def relatives(rows: list[dict[str, Any]], count: int, seed: int) -> list[dict[str, Any]]:
    """Make relatives and flatmates of the people in rows: the same address, sometimes the same phone, another name."""
    draw = random.Random(seed)
    given = sorted({name for _, _, names in tables.rows("given_names") for name in names.split() if len(name) > 2})
    people = [
        row["a"] for row in rows
        if row["match"] and "business" not in row.get("kind", "")
        and (row["a"].get("address") or {}).get("street") and len(row["a"]["legal_name"].split()) > 1
    ]  # fmt: skip
    made: list[dict[str, Any]] = []
    while len(made) < count:
        user, other = draw.choice(people), draw.choice(people)
        flatmate = draw.random() < 0.25
        first, *rest = user["legal_name"].split()
        family = other["legal_name"].split()[-1] if flatmate else rest[-1]
        middle = [] if flatmate or draw.random() < 0.3 else rest[:-1]
        name = " ".join([draw.choice(given).title(), *middle, family])
        if name.lower().split()[0] == first.lower():
            continue
        phones = [{"data": user["phone_number"]}] if user.get("phone_number") and draw.random() < 0.5 else []
        owner = {
            "names": [name.upper() if draw.random() < 0.5 else name], "phone_numbers": phones, "emails": [],
            "addresses": [{"data": user["address"]}],
        }  # fmt: skip
        kind = "flatmate" if flatmate else "relative"
        made.append({"source": "made", "field": "identity", "a": user, "b": owner, "match": False, "kind": kind})
    return made


def fit(pairs: list[Pair], strength: float) -> Any:
    """Fit weights; every source counts by the square root of its size, so that no large one decides alone."""
    table = np.zeros((len(pairs), len(LEVELS)))
    for row, pair in zip(table, pairs, strict=True):
        row[list(pair.levels)] = 1
    labels = np.array([pair.match for pair in pairs], float)
    sizes = Counter(pair.source for pair in pairs)
    each = np.array([(len(pairs) / len(sizes) / sizes[pair.source]) ** 0.5 for pair in pairs])
    hand = np.array([HAND[name] for name in LEVELS]) * PER_POINT
    bounds = [(None, None) if name in EITHER_SIGN else (0, None) if HAND[name] >= 0 else (None, 0) for name in LEVELS]

    def loss(weights: Any) -> tuple[float, Any]:
        logit = table @ weights + PRIOR * PER_POINT
        away = weights - hand
        value = np.sum(each * (np.logaddexp(0, logit) - labels * logit)) + strength * np.sum(away**2) / 2
        return float(value), table.T @ (each * (1 / (1 + np.exp(-logit)) - labels)) + strength * away

    found = minimize(loss, hand, jac=True, method="L-BFGS-B", bounds=bounds).x / PER_POINT
    points = np.rint(found).astype(int)
    for part in ("street", "city", "region", "postal_code"):  # half an agreement is worth no more than a whole one
        half, whole = (LEVELS.index(f"address:{part}_{state}") for state in ("partial", "match"))
        points[half] = min(points[half], points[whole])
    return points


def scored(pairs: list[Pair], weights: Any) -> list[float]:
    """Score pairs under some weights."""
    points = [PRIOR + int(weights[list(pair.levels)].sum()) for pair in pairs]
    return [float(overall_score(n, contradicts=pair.contradicts)) for n, pair in zip(points, pairs, strict=True)]


# Kinds from the surest match to the surest non-match: mean scores should fall.
TIERS = (
    (True, ("format", "exact")), (True, ("spelling", "spacing")), (True, ("missing-part", "partial-overlap")),
    (False, ("hard-negative",)), (False, ("unrelated",)),
)  # fmt: skip
FIGURES = ("AUC", "F1@70", "P@70", "R@70", "R@P99")


def show(name: str, scores: list[float], labels: list[bool]) -> None:
    """Print the figures of one group."""
    found = metrics(scores, labels)
    print(f"{name:34}{len(labels):>7}" + "".join(f"{found[figure]:>9.4f}" for figure in FIGURES))


def show_unseen(rows: list[dict[str, Any]], dropped: list[str], strength: float = 150, relatives_made: int = 50) -> Any:
    """Print what weights are worth on sources they were not fitted on; give a fit on everything."""
    pairs = [weighed(row) for row in rows]
    made = [weighed(row) for row in relatives(rows, relatives_made, seed=1)]
    fresh = [weighed(row) for row in relatives(rows, 1500, seed=2)]
    sources = sorted({pair.source for pair in pairs})
    unseen: list[float] = [0.0] * len(pairs)
    for source in sources:
        weights = fit([pair for pair in pairs if pair.source != source] + made, strength)
        here = [i for i, pair in enumerate(pairs) if pair.source == source]
        for i, value in zip(here, scored([pairs[i] for i in here], weights), strict=True):
            unseen[i] = value
    kept = [i for i, pair in enumerate(pairs) if not any(part in pair.kind for part in dropped)]
    everything = fit(pairs + made, strength)
    print(f"{'':34}{'pairs':>7}" + "".join(f"{name:>9}" for name in FIGURES))
    for name, values in (
        ("a fit on the other sources", unseen),
        ("the shipped weights", scored(pairs, SHIPPED)),
        ("a fit on these sources", scored(pairs, everything)),
    ):
        show(name, [values[i] for i in kept], [pairs[i].match for i in kept])
    for source in sources:
        here = [i for i in kept if pairs[i].source == source]
        show(f"  unseen {source}", [unseen[i] for i in here], [pairs[i].match for i in here])
    for least, most in ((90, 100), (70, 89), (50, 69), (0, 49)):
        labels = [pairs[i].match for i in kept if least <= unseen[i] <= most]
        share = sum(labels) / max(1, len(labels))
        print(f"  unseen, {least} to {most}: {len(labels):,} pairs, {share:.4f} are matches")
    for label, kinds in TIERS:
        values = [unseen[i] for i in kept if pairs[i].match == label and any(kind in pairs[i].kind for kind in kinds)]
        if values:
            said = "match" if label else "no match"
            print(f"  unseen, {said}, {' or '.join(kinds)}: mean score {sum(values) / len(values):.1f}")
    for name, weights in (("shipped", SHIPPED), ("fitted", everything)):
        passed = sum(value >= 70 for value in scored(fresh, weights))
        print(f"  {name}: {passed} of 1,500 made relatives and flatmates reach 70")
    return everything


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--drop", default="")
    parser.add_argument("--strength", type=float, default=150)
    parser.add_argument("--relatives", type=int, default=50)
    arguments = parser.parse_args()
    dropped = [part for part in arguments.drop.split(",") if part]
    rows = [row for row in rows_of([arguments.file]) if row["field"] == "identity"]
    everything = show_unseen(rows, dropped, arguments.strength, arguments.relatives)
    for name, fitted, now in zip(LEVELS, everything, SHIPPED, strict=True):
        mark = "" if fitted == now else f"  (shipped {now})"
        print(f"  {name:34}{fitted:>5}{mark}")


if __name__ == "__main__":
    main()
