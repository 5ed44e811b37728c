"""Measure address pairs per CPU second on distinct values, and beside it one call of ``usaddress.tag`` in the same run.

    python benchmarks/address_speed.py [--pairs 20000] [--passes 5]

Structured addresses of the United States, all invented: sixty in a hundred pairs are one address in two spellings (the
user's, and a bank's in capitals with abbreviations and ZIP+4), the others two addresses. The best pass counts.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import time
from typing import TYPE_CHECKING

from identity_match.address import AddressKey, compare, normalize
from identity_match.records import Address

if TYPE_CHECKING:
    from collections.abc import Callable

TYPES = {
    "Street": "ST", "Avenue": "AVE", "Road": "RD", "Boulevard": "BLVD", "Drive": "DR", "Lane": "LN", "Court": "CT",
    "Place": "PL", "Terrace": "TER", "Parkway": "PKWY", "Circle": "CIR", "Highway": "HWY",
}  # fmt: skip
DIRECTIONS = {"North": "N", "South": "S", "East": "E", "West": "W", "Northeast": "NE", "Southwest": "SW"}
STATES = ["CA", "NY", "TX", "FL", "IL", "NC", "WA", "OH", "GA", "MA", "NM", "PA", "DC", "AZ"]
FIRST = [
    "Copper",
    "Maple",
    "Old Mill",
    "Saint Charles",
    "Lake",
    "Rose",
    "Harper",
    "Mc Arthur",
    "El Camino",
    "Washington",
]
LAST = ["wood", "field", "ton", " Hill", "dale", "", " Creek", "ford", " View", "ley"]


def made(count: int, seed: int) -> list[tuple[Address, Address]]:
    """Invent addresses, each in the user's and in the bank's spelling."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        number, kind = str(chance.randint(1, 19_999)), chance.choice(list(TYPES))
        name = chance.choice(FIRST) + chance.choice(LAST)
        if chance.random() < 0.1:
            name = chance.choice(["1st", "2nd", "3rd", "42nd", "105th"])
        direction = chance.choice(list(DIRECTIONS)) if chance.random() < 0.25 else ""
        unit = str(chance.randint(1, 400)) if chance.random() < 0.3 else ""
        city = chance.choice(FIRST) + chance.choice(LAST)
        state, code = chance.choice(STATES), f"{chance.randint(1_001, 99_950):05d}"
        street = " ".join(filter(None, (number, direction, name, kind, f"Apt {unit}" if unit else "")))
        short = " ".join(filter(None, (number, DIRECTIONS.get(direction), name, TYPES[kind], unit and f"#{unit}")))
        extension = f"-{chance.randint(1, 9_999):04d}" if chance.random() < 0.4 else ""
        country = "US" if chance.random() < 0.7 else None
        on_file = Address(short.upper(), city.upper(), state, code + extension, country)
        found.append((Address(street, city, state, code, "US"), on_file))
    return found


def pairs(count: int, seed: int = 3) -> list[tuple[Address, Address]]:
    """Pair the user's spelling with the same address, or with another one."""
    found = made(count, seed)
    chance = random.Random(seed + 1)
    return [(user, owner if chance.random() < 0.6 else chance.choice(found)[1]) for user, owner in found]


def best(run: Callable[[], None], passes: int) -> float:
    """Give the shortest CPU time of several passes."""
    times = []
    for _ in range(passes):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print pairs per CPU second, and the ratio to one call of the parser."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--passes", type=int, default=5)
    asked = parser.parse_args()
    import usaddress  # noqa: PLC0415 - for the comparison only

    rows = pairs(asked.pairs)

    def ours() -> None:
        for user, owner in rows:
            left, right = normalize(user), normalize(owner)
            if isinstance(left, AddressKey) and isinstance(right, AddressKey):
                compare(left, right)

    lines = [f"{user.street}, {user.city} {user.region} {user.postal_code}" for user, _ in rows[:1_000]]

    def theirs() -> None:
        for line in lines:
            with contextlib.suppress(usaddress.RepeatedLabelError):
                usaddress.tag(line)

    pair = best(ours, asked.passes) / len(rows)
    call = best(theirs, asked.passes) / len(lines)
    print(f"{1 / pair:,.0f} address pairs a CPU second ({pair * 1e6:.1f} us a pair)")
    print(f"one usaddress.tag: {call * 1e6:.0f} us, {call / pair:.1f} times a whole pair")


if __name__ == "__main__":
    main()
