#!/usr/bin/env python3
"""Mutation testing of what compares: would a test fail if this line were wrong?

    pip install 'mutmut==3.8.1' -e '.[test]' && .ci/mutation.py [SIZE [PART]]

mutmut changes one thing in one function at a time and runs the tests that call it (``[tool.mutmut]`` in pyproject.toml
says which): rows of cases first, then laws. Of each module SIZE mutants (default 25) are drawn at
random, the same ones every time; PART, such as ``address``, keeps to modules whose name holds it. Called again, it runs
those that were not killed, and those of functions that have changed. Printed per module:
killed of drawn, with the 95 % interval (Wilson); then every survivor, to be read with ``mutmut show NAME``. Those that
change nothing anybody could see are listed in ``tests/mutants.md``.
"""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
SEED = 1
ANY = "identity_match.edits.x_overlap__mutmut_1"  # mutmut writes all mutants before it runs one
KILLED = {1, 3, 24, -24, 36, -9, 152, 255}  # a test failed; or the mutant ran out of its time


def mutmut(*names: str) -> None:
    """Run some mutants, one process at a time."""
    subprocess.run(["mutmut", "run", "--max-children", "1", *names], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def results() -> dict[str, dict[str, int | None]]:
    """Read what mutmut wrote: module to mutant to the exit status of its tests."""
    found = {}
    for path in sorted((ROOT / "mutants" / "identity_match").rglob("*.meta")):
        codes = json.loads(path.read_text("utf-8"))["exit_code_by_key"]
        found[str(path.relative_to(ROOT / "mutants")).removesuffix(".py.meta")] = codes
    return {module: codes for module, codes in found.items() if codes}


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Give the 95 % interval of a rate."""
    z, rate = 1.96, part / whole
    middle, spread = rate + z * z / (2 * whole), z * math.sqrt(rate * (1 - rate) / whole + z * z / (4 * whole * whole))
    return (middle - spread) / (1 + z * z / whole), (middle + spread) / (1 + z * z / whole)


def main(size: int, part: str) -> None:
    """Draw, run, print."""
    mutmut(ANY)
    drawn: dict[str, list[str]] = defaultdict(list)
    for module, codes in results().items():
        if part in module:
            drawn[module] = random.Random(f"{SEED} {module}").sample(sorted(codes), min(size, len(codes)))
    before = results()
    mutmut(*(name for module, names in drawn.items() for name in names if before[module][name] not in KILLED))
    after = results()
    total: Counter[str] = Counter()
    survivors = []
    print(f"{'module':40} mutants drawn killed    %  95 % interval")
    for module, names in drawn.items():
        killed = sum(after[module][name] in KILLED for name in names)
        low, high = wilson(killed, len(names))
        share = 100 * killed / len(names)
        print(f"{module:40} {len(after[module]):7} {len(names):5} {killed:6} {share:4.0f}  {low:.2f} to {high:.2f}")
        survivors += [name for name in names if after[module][name] not in KILLED]
        total.update(drawn=len(names), killed=killed)
    low, high = wilson(total["killed"], total["drawn"])
    print(f"\n{total['killed']} of {total['drawn']} killed, 95 % interval {low:.3f} to {high:.3f}\n")
    print(*survivors, sep="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 25, "".join(sys.argv[2:3]))
