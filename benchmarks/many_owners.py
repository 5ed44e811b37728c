"""Tell how often a stranger passes because an account has many owners, of whom the best counts.

    python benchmarks/many_owners.py [--users 500]

Users and owners are drawn alike from the names of ``cultures.py`` (extra ``data``), by culture, and mixed: every one
from a culture drawn anew. For each user the highest score over the first 1, 2, 5, 10, 50 and 200 owners counts; printed
is the share of users that reach 70, ours with its 95 % interval (Wilson) beside rapidfuzz's scorers. An owner who has
the user's name is left out, whatever the order of its words, marks and case: in cultures of few family names two people
often share a whole name, and no comparison of names can tell them apart. How many pairs that is stands beside.

Gate: at every count our share is at most a tenth of WRatio's. It *fails* where our interval lies above a tenth of
WRatio's, is *open* where only the share itself does, and *passes* else. The exit status is 1 if one fails.
"""

from __future__ import annotations

import argparse
import sys
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from cultures import SEED, Culture, cultures
from rapidfuzz import distance, fuzz, utils

from identity_match.legal_name import NameKey, compare, normalize
from identity_match.metrics import rate
from identity_match.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

COUNTS = (1, 2, 5, 10, 50, 200)
POOL = 4_000  # owners of a group, of whom every user is given some
THRESHOLD = 70
TENTH = 0.1
OURS, WORST = "identity_match", "WRatio"
SOME = (
    "anglo", "hispanic", "portuguese", "german, nordic", "russian", "maghreb", "indian", "west african", "indonesian",
    "vietnamese", "chinese", "korean",
)  # fmt: skip


class Name(NamedTuple):
    """One name, read once.

    Attributes:
        words: Its folded words in order of the alphabet; two people of one name have the same.
        key: What the library compares.
        plain: What rapidfuzz compares.
    """

    words: tuple[str, ...]
    key: NameKey
    plain: str


def name(text: str) -> Name:
    """Read a name."""
    key = normalize(text)
    assert isinstance(key, NameKey)
    return Name(tuple(sorted(fold(text).split())), key, utils.default_process(text))


SCORERS: dict[str, Callable[[Name, Name], float]] = {
    OURS: lambda user, owner: compare(user.key, owner.key).score or 0,
    WORST: lambda user, owner: fuzz.WRatio(user.plain, owner.plain),
    "token_sort_ratio": lambda user, owner: fuzz.token_sort_ratio(user.plain, owner.plain),
    "token_set_ratio": lambda user, owner: fuzz.token_set_ratio(user.plain, owner.plain),
    "JaroWinkler": lambda user, owner: 100 * distance.JaroWinkler.similarity(user.plain, owner.plain),
}


def passed(among: list[Culture], users: int, random: Random) -> tuple[dict[str, list[int]], float]:
    """Count, for each scorer and number of owners, the users that pass; also the share of owners of the same name."""
    pool = [name(random.choice(among).draw(random).upper()) for _ in range(POOL)]
    found = {scorer: [0] * len(COUNTS) for scorer in SCORERS}
    same = drawn = 0
    for _ in range(users):
        user = name(random.choice(among).draw(random))
        owners = random.sample(pool, 2 * COUNTS[-1])
        drawn += len(owners)
        others = [owner for owner in owners if owner.words != user.words]
        same += len(owners) - len(others)
        for scorer, of in SCORERS.items():
            best = list(accumulate((of(user, owner) for owner in others[: COUNTS[-1]]), max))
            for place, count in enumerate(COUNTS):
                found[scorer][place] += best[min(count, len(best)) - 1] >= THRESHOLD
    return found, same / drawn


def show(title: str, cells: Iterable[str]) -> None:
    """Print a row."""
    print(f"{title:<18}" + "".join(f"{cell:>11}" for cell in cells))


def main() -> int:
    """Draw, score and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=500, help="users of a group")
    asked = parser.parse_args()
    known = cultures()
    groups = {"mixed": [known[culture] for culture in SOME]} | {culture: [known[culture]] for culture in SOME}
    groups |= {culture: [known[culture]] for culture in known if culture not in groups and culture.startswith("US")}
    failed = 0
    print(
        f"Share of strangers that reach {THRESHOLD} with so many owners, per cent; for ours the 95 % interval (Wilson)"
    )
    for group, among in groups.items():
        found, same = passed(among, asked.users, Random(f"{SEED} {group}"))
        print(f"\n{group}: {asked.users} users; {same:.2%} of the owners had the user's name and were left out")
        show("owners", map(str, COUNTS))
        for scorer, counts in found.items():
            rates = [rate(count, asked.users) for count in counts]
            show(scorer, (f"{100 * (one.value or 0):.1f}" for one in rates))
            if scorer == OURS:
                show("  interval", (f"{100 * (one.low or 0):.1f}-{100 * (one.high or 0):.1f}" for one in rates))
        said = []
        for ours, theirs in zip(found[OURS], found[WORST], strict=True):
            mine, limit = rate(ours, asked.users), rate(theirs, asked.users)
            sure = (mine.low or 0.0) > TENTH * (limit.high or 0.0)
            said.append("FAIL" if sure else "open" if ours > TENTH * theirs else "pass")
        failed += "FAIL" in said
        show("gate", said)
    print(f"\n{failed} of {len(groups)} groups fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
