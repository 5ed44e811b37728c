"""Compare columns with single calls on many rows: every score, flag and reason must be the same.

    python benchmarks/batch_equal.py [--rows 200000]

Rows are made as ``speed.py`` makes them, new ones and ones that repeat, in pieces of changing size, flat and nested,
with values left out, scored by one process and by two. Prints how many rows were compared and how many differ.
"""

from __future__ import annotations

import argparse
import random
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from speed import candidates, fresh, owner_of, user_of

from identity_match import score_batches
from identity_match.fields import FIELDS

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from test_batch import members

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = ("street", "city", "region", "postal_code", "country")


def rows_of(kind: str, count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Make users and owners, a value in twelve left out."""
    draw = random.Random(count)
    make = {"fresh": fresh, "candidates": candidates}[kind]
    for user, owner in make(count, 4):
        sides = []
        for side in (user, owner):
            left_out: dict[str, Any] = {name: None for name in side._fields if draw.random() < 1 / 12}
            sides.append(side._replace(**left_out))
        yield user_of(sides[0]), owner_of(sides[1])


def nested(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> pa.RecordBatch:
    """Give rows as users and owners."""
    return pa.RecordBatch.from_pylist([{"user": user, "owners": [owner]} for user, owner in rows])


def flat(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> pa.RecordBatch:
    """Give rows as a column a value."""
    columns: dict[str, list[Any]] = {}
    for side, prefix in ((0, ""), (1, "owner_")):
        for f in FIELDS:
            values = [row[side].get(f.name) if side == 0 else _only(row[1].get(f.owner_values)) for row in rows]
            if f.name == "address":
                for part in PARTS:
                    columns[prefix + part] = [value and value.get(part) for value in values]
            else:
                columns[prefix + f.name] = values
    return pa.RecordBatch.from_pydict(columns, schema=pa.schema([(name, pa.string()) for name in columns]))


def _only(values: Any) -> Any:
    value = values[0] if values else None
    return value["data"] if isinstance(value, dict) and "data" in value else value


def main() -> None:
    """Compare every form, number of processes and kind of rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    count = parser.parse_args().rows // 4
    compared = different = 0
    draw = random.Random(1)
    for kind in ("fresh", "candidates"):
        rows = list(rows_of(kind, count))
        truth = [members(user, [owner]) for user, owner in rows]
        for form, workers in ((flat, 2), (nested, 1)):
            cuts = [0, *sorted(draw.sample(range(1, count), 12)), count]
            batches = [form(rows[a:b]) for a, b in pairwise(cuts)]
            found = [
                row for batch in score_batches(batches, reasons=True, workers=workers) for row in batch.to_pylist()
            ]
            compared += len(found)
            different += sum(a != b for a, b in zip(found, truth, strict=True))
            print(
                f"{kind}, {form.__name__}, {workers} process(es): {compared:,} rows so far, {different} differ",
                flush=True,
            )


if __name__ == "__main__":
    main()
