"""Time names through ``normalize`` and ``compare`` against two ``HumanName`` parses and one ``WRatio``, in one run.

    python benchmarks/name_speed.py [PAIRS.jsonl --source SOURCE --kind KIND] [--pairs 4000]

Without a file the pairs are plain names made of the shipped tables: given name, middle name or initial or neither,
family name; on the other side the same name in capitals, the name without its middle, or another name. All distinct.
With a file, the rows of that source whose kind contains KIND; also printed is for how many of their names nameparser,
the authority behind the grammar, is asked.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import nameparser
from nameparser import HumanName
from rapidfuzz import fuzz, utils

from identity_match import tables, text
from identity_match.legal_name import NameKey, compare, normalize

if TYPE_CHECKING:
    from collections.abc import Callable


def plain_pairs(count: int) -> list[tuple[str, str]]:
    """Make pairs of plain names, every name used once."""
    draw = random.Random(7)
    given = sorted(name for _, _, names in tables.rows("given_names") for name in names.split())
    family = sorted(name for _, share, names in tables.rows("surnames") if int(share) > 1 for name in names.split())

    def name() -> tuple[str, str, str]:
        middle = draw.choice(("", draw.choice("abcdefghjklmprst"), draw.choice(given)))
        return draw.choice(given).title(), middle.title(), draw.choice(family).title()

    pairs = []
    for number in range(count):
        user, other = name(), name()
        owner = (user, (user[0], "", user[2]), other)[number % 3]
        pairs.append((" ".join(filter(None, user)), " ".join(filter(None, owner)).upper()))
    return pairs


def read_pairs(file: Path, source: str, kind: str) -> list[tuple[str, str]]:
    """Read the name pairs of one source."""
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return [(row["a"], row["b"]) for row in rows if row["source"] == source and kind in row["kind"]]


def ours(user: str, owner: str) -> float:
    """Score one pair as the library does."""
    a, b = normalize(user), normalize(owner)
    return compare(a, b).score or 0 if isinstance(a, NameKey) and isinstance(b, NameKey) else 0


def parsers(user: str, owner: str) -> float:
    """Score one pair as the obvious pipeline does."""
    sides = [" ".join((str(name.first), str(name.middle), str(name.last))) for name in map(HumanName, (user, owner))]
    return float(fuzz.WRatio(*sides, processor=utils.default_process))


def asked(names: set[str]) -> int:
    """Count the names for which the grammar asks nameparser."""
    count = 0

    class Counted(HumanName):
        def __init__(self, text: str) -> None:
            nonlocal count
            count += 1
            super().__init__(text)

    with mock.patch.object(nameparser, "HumanName", Counted):  # imported when it is asked
        for name in names:
            normalize(name)
    return count


def seconds(work: Callable[[str, str], float], pairs: list[tuple[str, str]]) -> float:
    """CPU time of one pass."""
    start = time.process_time()
    for user, owner in pairs:
        work(user, owner)
    return time.process_time() - start


def main() -> None:
    """Time both in turn, three times, and print the best of each and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--source", default="")
    parser.add_argument("--kind", default="")
    parser.add_argument("--pairs", type=int, default=4_000)
    arguments = parser.parse_args()
    pairs = plain_pairs(arguments.pairs)
    if arguments.file:
        pairs = read_pairs(arguments.file, arguments.source, arguments.kind)
    few = pairs[:: max(1, len(pairs) // 400)]
    for user, owner in plain_pairs(50):
        ours(user, owner)
        parsers(user, owner)
    rounds = [(seconds(ours, pairs) / len(pairs), seconds(parsers, few) / len(few)) for _ in range(3)]
    fast, slow = min(row[0] for row in rounds), min(row[1] for row in rounds)
    print("identity_match is", "plain Python" if text.__file__.endswith(".py") else "compiled")
    print(f"{len(pairs)} pairs: {1 / fast:,.0f} a CPU second, {fast * 1e6:.0f} us each")
    print(f"two HumanName and one WRatio: {1 / slow:,.0f} a CPU second; ours is {slow / fast:.1f} times as fast")
    names = {name for pair in pairs for name in pair}
    print(f"nameparser is asked for {asked(names)} of {len(names)} names")


if __name__ == "__main__":
    main()
