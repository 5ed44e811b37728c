"""How often owners are read right out of generated statements, what hostile files cost, and how fast it is.

    python benchmarks/documents.py [--count 100] [--no-hostile]

Statements come from the generators of the tests: the layouts the reader was written with, two that were written after
it and by which it was mended, and the two that were written after that. A statement counts where every name, every
part of the address, the account's number or the period is what was printed, letter by letter but for case.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import hostile_pdfs
import statements
import statements_second
import statements_unseen

from identity_match.documents import LIMITS, read_statement
from identity_match.documents.child import answer
from identity_match.documents.extract import Settings
from identity_match.errors import DocumentError

if TYPE_CHECKING:
    from types import ModuleType

PARTS = ("names", "address", "number", "period")
FIRST_SEED = 50_000  # none of the tests', none of those that the reader was written with


def right(case: statements.Case, found: dict[str, Any]) -> dict[str, bool]:
    """Say which parts of a statement were read as they were printed."""
    owner = found["owners"][0] if found.get("owners") else {"names": [], "addresses": []}
    address = owner["addresses"][0]["data"] if owner["addresses"] else {}
    spelled = statements.spelled
    return {
        "names": [spelled(name) for name in owner["names"]] == [spelled(name) for name in case.names],
        "address": {p: spelled(v) for p, v in address.items()} == {p: spelled(v) for p, v in case.address.items()},
        "number": found.get("numbers", [])[:1] == [case.mask],
        "period": found.get("period") == [case.start.isoformat(), case.end.isoformat()],
    }


def rates(made: ModuleType, count: int) -> None:
    """Print one line for each layout of a generator, and one for all."""
    total: Counter[str] = Counter()
    for i, layout in enumerate(made.LAYOUTS):
        counted: Counter[str] = Counter()
        for seed in range(FIRST_SEED + 1_000 * i, FIRST_SEED + 1_000 * i + count):
            case, data = statements.sample(layout, seed, made.LAYOUTS, made.CASES)
            found = answer(data, LIMITS, Settings())
            parts = right(case, found)
            counted += Counter(part for part, good in parts.items() if good)
            counted["both"] += parts["names"] and parts["address"]
            counted["signals"] += any(kind != "METADATA_DATES_MATCH" for kind, _ in found.get("signals", []))
            counted["statements"] += 1
        total += counted
        show(layout, counted)
    show("all", total)


def show(name: str, counted: Counter[str]) -> None:
    """Print how many of a layout's statements were read right, part by part."""
    many = counted["statements"]
    cells = " | ".join(f"{100 * counted[part] / many:.1f}" for part in (*PARTS, "both", "signals"))
    print(f"| {name} | {many} | {cells} |")


def hostile() -> None:
    """Print what each hostile file ends in, with wall time and the largest memory of the process that read it."""
    print("\n| file | bytes | ends in | seconds | peak, MB |\n| --- | ---: | --- | ---: | ---: |")
    for name, (data, _) in hostile_pdfs.hostile().items():
        command = [sys.executable, __file__, "--one", name]
        done = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603
        print(f"| {name} | {len(data):,} | {done['code']} | {done['seconds']:.1f} | {done['peak']:.0f} |", flush=True)


def one(name: str) -> None:
    """Read one hostile file and print what it cost, as JSON."""
    import resource  # noqa: PLC0415 - Unix only

    data = hostile_pdfs.hostile()[name][0]
    begin = time.perf_counter()
    try:
        read_statement(data)
        code = "an answer"
    except DocumentError as error:
        code = error.code
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"code": code, "seconds": seconds, "peak": peak}))


def speed() -> None:
    """Print what one statement of a page takes, in this process and through one of its own."""
    files = [statements.sample("window_left", seed)[1] for seed in range(12)]
    for name, call in (
        ("read in this process", lambda data: answer(data, LIMITS, Settings())),
        ("read_statement", read_statement),
    ):
        spent = []
        for data in files:
            begin = time.perf_counter()
            call(data)
            spent.append(time.perf_counter() - begin)
        print(f"{name}: median {1000 * statistics.median(spent):.0f} ms")


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="statements a layout")
    parser.add_argument("--no-hostile", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.one)
        return
    for made, title in (
        (statements, "written with"),
        (statements_unseen, "written after, mended by"),
        (statements_second, "written after that"),
    ):
        head = " | ".join((*PARTS, "names and address", "raises a signal"))
        print(f"\n| {title} | statements | {head} |\n| --- |{' ---: |' * 7}")
        rates(made, options.count if made is statements else 2 * options.count)
    if not options.no_hostile:
        hostile()
    print()
    speed()


if __name__ == "__main__":
    main()
