"""Set groups of people side by side: who passes, who fails, and whose strangers pass.

    python benchmarks/parity.py [--each 400] [--picture benchmarks/parity.svg]
    python benchmarks/parity.py --pairs PAIRS.jsonl

Without a file the names are made by ``cultures.py`` and changed in the same ways for every group (``CHANGES``), beside
the same kinds of other people (``LURES``); equally many of each kind, so that no group has more of the hard ones. Kinds
that some cultures have not (marks, particles, another romanisation) are shown, and count in no rate. A lure is another
name only if no table of variants or short forms joins the two and nothing is heard otherwise; a name that no table
knows may still be a variant. With a file, each row has ``a``, ``b``, ``group``, and ``match`` (true or false) or
``class`` (match or no); rows of another class and those marked ``hard`` are left out.

Gate, at 70: no group's true-pass rate is more than 5 points below the baseline's, none's false-pass rate above 1.5
times the baseline's. A group *fails* where the limit lies outside what chance explains (its Wilson interval, 95 %,
beyond the limit counted from the baseline's), is *open* where only the rate itself is beyond it, and *passes* else.
The exit status is 1 if one fails. The four-fifths ratio is a group's true-pass rate over the highest one.
"""

from __future__ import annotations

import argparse
import io
import string
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any, NamedTuple

from cultures import BASELINE, SEED, Culture, cultures, neighbours, same_name
from labelled import Row, rows_of
from rapidfuzz import fuzz, utils

from identity_match import score
from identity_match.metrics import AtThreshold, Rate, threshold_table
from identity_match.report import load_matplotlib
from identity_match.text import fold

THRESHOLD = 70
THRESHOLDS = range(50, 96, 5)
LOWER, TIMES = 0.05, 1.5  # how far a group's rates may be from the baseline's
OURS = "identity_match"
TRIES = 60  # draws for one pair, before a culture is said to have no more of the kind
LINE, LEFT_OF_CUT = 15, 4  # letters of the shortest bank's line, and of a word's beginning that is left there

Sides = tuple[str, str]
Maker = Callable[[Culture, Random], Sides | None]


# The same person: how the user types the name, and how the bank has it.


def capitals(culture: Culture, random: Random) -> Sides | None:
    """Nothing but the case differs."""
    name = culture.draw(random)
    return name, name.upper()


def comma(culture: Culture, random: Random) -> Sides | None:
    """The bank writes family name, comma, given and middle name."""
    given, middle, family = person(culture, random)
    return f"{given} {middle} {family}", f"{family}, {given} {middle}".upper()


def family_first(culture: Culture, random: Random) -> Sides | None:
    """The bank writes the family name first, without a comma."""
    given, family = culture.draw_given(random), culture.draw_family(random)
    return f"{given} {family}", f"{family} {given}".upper()


def middle_dropped(culture: Culture, random: Random) -> Sides | None:
    """The bank has no middle name."""
    given, middle, family = person(culture, random)
    return f"{given} {middle} {family}", f"{given} {family}".upper()


def middle_initial(culture: Culture, random: Random) -> Sides | None:
    """The bank has the middle name's initial."""
    given, middle, family = person(culture, random)
    return f"{given} {middle} {family}", f"{given} {middle[0]} {family}".upper()


def surname_dropped(culture: Culture, random: Random) -> Sides | None:
    """The bank has one of two family names: the one that is kept in that culture."""
    given, families = culture.draw_given(random), [culture.draw_family(random), culture.draw_family(random)]
    kept = families[random.randrange(2) if culture.kept is None else culture.kept]
    return f"{given} {' '.join(families)}", f"{given} {kept}".upper()


def hyphen(culture: Culture, random: Random) -> Sides | None:
    """Two family names with a hyphen, and without."""
    given, families = culture.draw_given(random), [culture.draw_family(random), culture.draw_family(random)]
    return f"{given} {'-'.join(families)}", f"{given} {' '.join(families)}".upper()


def joined(culture: Culture, random: Random) -> Sides | None:
    """A double given name in two words or with a hyphen, and in one."""
    one, two = random.sample(culture.parts, 2)
    sign = random.choice(" -")
    return f"{one}{sign}{two} {(family := culture.draw_family(random))}", f"{one}{two} {family}".upper()


def cut(culture: Culture, random: Random) -> Sides | None:
    """The bank's line ends within the family name."""
    given, middle, family = person(culture, random)
    name = f"{given} {middle} {family}"
    least = max(LINE, len(name) - len(family) + LEFT_OF_CUT)
    return (name, name[: random.randrange(least, len(name))].upper()) if least < len(name) else None


def typing_error(culture: Culture, random: Random) -> Sides | None:
    """One letter is left out, doubled, exchanged with the next, or another, though it may come out another name."""
    words = [culture.draw_given(random), culture.draw_family(random)]
    places = [place for place, word in enumerate(words) if len(word) > 3]
    if not places:
        return None
    place = random.choice(places)
    word = words[place]
    at = random.randrange(1, len(word) - 1)
    letter = random.choice(string.ascii_lowercase)
    before, here, after = word[:at], word[at], word[at + 1 :]
    slips = (before + after, before + 2 * here + after, before + letter + after, before + after[0] + here + after[1:])
    wrong = random.choice(slips)
    if fold(wrong) == fold(word):
        return None
    return " ".join(wrong if i == place else w for i, w in enumerate(words)), " ".join(words).upper()


def marks(culture: Culture, random: Random) -> Sides | None:
    """The bank has no accents."""
    name = culture.draw(random)
    return (name, fold(name).upper()) if not name.isascii() else None


def particle(culture: Culture, random: Random) -> Sides | None:
    """Particles in capitals, written on to the name half of the time."""
    if not culture.particles:
        return None
    given, family = culture.draw_given(random), random.choice(culture.particles)
    return f"{given} {family}", f"{given} {family.replace(' ', random.choice((' ', '')))}".upper()


def romanised(culture: Culture, random: Random) -> Sides | None:
    """The bank has the name in another romanisation."""
    name = culture.draw(random)
    other = name.lower()
    for old, new in culture.respelt:
        other = other.replace(old, new)
    return (name, other.upper()) if other != name.lower() else None


# Another person.


def sibling(culture: Culture, random: Random) -> Sides | None:
    """Another given name with the same family name."""
    one, two = culture.draw_given(random), culture.draw_given(random)
    family = culture.draw_family(random)
    return None if same_name(one, two) else (f"{one} {family}", f"{two} {family}".upper())


def half_sibling(culture: Culture, random: Random) -> Sides | None:
    """Another double given name that begins alike."""
    first, one, two = random.sample(culture.parts, 3)
    family = culture.draw_family(random)
    between = "" if culture.joined else " "
    return (
        None if same_name(one, two) else (f"{first}{between}{one} {family}", f"{first}{between}{two} {family}".upper())
    )


def near_given(culture: Culture, random: Random) -> Sides:
    """Another given name that differs by one letter."""
    one, two = random.choice(neighbours(culture.given))
    family = culture.draw_family(random)
    return f"{one} {family}", f"{two} {family}".upper()


def near_given_last(culture: Culture, random: Random) -> Sides | None:
    """The same, both sides with the family name first."""
    return tuple(" ".join(reversed(side.split(" "))) for side in near_given(culture, random))  # type: ignore[return-value]


def namesake(culture: Culture, random: Random) -> Sides | None:
    """Another family name with the same given name."""
    given, one, two = culture.draw_given(random), culture.draw_family(random), culture.draw_family(random)
    return None if same_name(one, two) else (f"{given} {one}", f"{given} {two}".upper())


def near_family(culture: Culture, random: Random) -> Sides | None:
    """Another family name that differs by one letter."""
    near = neighbours(culture.family)
    one, two = random.choice(near) if near else ("", "")
    given = culture.draw_given(random)
    return (f"{given} {one}", f"{given} {two}".upper()) if one else None


def unrelated(culture: Culture, random: Random) -> Sides | None:
    """Another given name and another family name."""
    one, two = [(culture.draw_given(random), culture.draw_family(random)) for _ in range(2)]
    alike = same_name(one[0], two[0]) or same_name(one[1], two[1])
    return None if alike else (" ".join(one), " ".join(two).upper())


CHANGES: tuple[Maker, ...] = (
    capitals, comma, family_first, middle_dropped, middle_initial, surname_dropped, hyphen, joined, cut, typing_error,
)  # fmt: skip
SOME_HAVE: tuple[Maker, ...] = (marks, particle, romanised)
SAME = {*CHANGES, *SOME_HAVE}
LURES: tuple[Maker, ...] = (sibling, half_sibling, near_given, near_given_last, namesake, unrelated)
# Two family names that look alike are a close match by rule, 70 to 84, so that they count from 85 on only.
LOOK_ALIKES: tuple[Maker, ...] = (near_family,)


def person(culture: Culture, random: Random) -> tuple[str, str, str]:
    """Draw given, middle and family name, none of them twice."""
    given, middle = culture.draw_given(random), random.choice(culture.middle)
    while same_name(given, middle):
        middle = random.choice(culture.middle)
    return given, middle, culture.draw_family(random)


def made_rows(each: int) -> list[Row]:
    """Make every group's pairs, at most ``each`` of a kind, none twice."""
    rows = []
    for culture in cultures().values():
        for maker in (*CHANGES, *SOME_HAVE, *LURES, *LOOK_ALIKES):
            random = Random(f"{SEED} {culture.name} {maker.__name__}")
            sides: dict[Sides, None] = {}
            for _ in range(each * TRIES):
                if (pair := maker(culture, random)) and pair[0] != pair[1]:
                    sides[pair] = None
                if len(sides) == each:
                    break
            rows += [
                {
                    "a": a,
                    "b": b,
                    "group": culture.name,
                    "kind": maker.__name__,
                    "match": maker in (*CHANGES, *SOME_HAVE),
                }
                for a, b in sides
            ]
    return rows


def read_rows(path: Path) -> list[Row]:
    """Read rows whose pairs somebody else has labelled."""
    rows = []
    for row in rows_of([path]):
        match = row.get("match", {"match": True, "no": False}.get(row.get("class", "")))
        if match is not None and not row.get("hard"):
            rows.append({"a": row["a"], "b": row["b"], "group": row["group"], "kind": "", "match": match})
    return rows


def ours(a: str, b: str) -> float:
    """Score a name with this library."""
    return float(score({"legal_name": a}, [{"names": [b]}]).legal_name.score or 0)


SCORERS: dict[str, Callable[[str, str], float]] = {
    OURS: ours,
    "WRatio": lambda a, b: fuzz.WRatio(a, b, processor=utils.default_process),
    "token_sort_ratio": lambda a, b: fuzz.token_sort_ratio(a, b, processor=utils.default_process),
}


class Group(NamedTuple):
    """The pairs of one group, those of kinds that count.

    Attributes:
        name: The group.
        labels: Whether each pair is one person.
        scores: Scorer to the scores of the pairs.
        kinds: Kind to our scores, those that do not count, too.
    """

    name: str
    labels: list[bool]
    scores: dict[str, list[float]]
    kinds: dict[str, list[float]]

    def at(self, scorer: str, threshold: float) -> AtThreshold:
        """Say what passes at a threshold."""
        return threshold_table(self.scores[scorer], self.labels, [threshold])[0]


def groups_of(rows: list[Row]) -> list[Group]:
    """Score every pair; the baseline comes first."""
    some_have = {maker.__name__ for maker in (*SOME_HAVE, *LOOK_ALIKES)}
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        parts[row["group"]].append(row)
    found = []
    for name, part in parts.items():
        kinds: dict[str, list[float]] = defaultdict(list)
        scores: dict[str, list[float]] = {scorer: [] for scorer in SCORERS}
        for row in part:
            points = {scorer: of(row["a"], row["b"]) for scorer, of in SCORERS.items()}
            kinds[row["kind"]].append(points[OURS])
            if row["kind"] not in some_have:
                for scorer, value in points.items():
                    scores[scorer].append(value)
        labels = [row["match"] for row in part if row["kind"] not in some_have]
        found.append(Group(name, labels, scores, dict(kinds)))
    return sorted(found, key=lambda group: not group.name.startswith(BASELINE))


# What is said of them


def verdict(group: AtThreshold, base: AtThreshold) -> tuple[str, str]:
    """Say of the true-pass rate and of the false-pass rate whether it passes, is open, or fails."""

    def said(beyond: bool, sure: bool) -> str:  # noqa: FBT001
        return "FAIL" if sure else "open" if beyond else "pass"

    mine, theirs = group.recall, base.recall
    low = said(value(mine) < value(theirs) - LOWER, (mine.high or 0.0) < (theirs.low or 0.0) - LOWER)
    mine, theirs = group.false_pass, base.false_pass
    high = said(value(mine) > TIMES * value(theirs), (mine.low or 0.0) > TIMES * (theirs.high or 0.0))
    return low, high


def value(rate: Rate) -> float:
    """Give a share; 0 where there is nothing to take one of."""
    return rate.value or 0.0


def shown(rate: Rate) -> str:
    """Write a share with its interval, in per cent."""
    return "-" if rate.value is None else f"{rate.value:6.1%} ({rate.low:.1%} to {rate.high:.1%})"


def show_rates(groups: list[Group]) -> int:
    """Print every group's rates at 70 and the gate; give the number of groups that fail."""
    base = groups[0].at(OURS, THRESHOLD)
    best = max(value(group.at(OURS, THRESHOLD).recall) for group in groups)
    failed = 0
    print(f"At {THRESHOLD}; true pass, false pass and precision with 95 % intervals (Wilson)")
    print(
        f"{'group':<22}{'same':>6}{'other':>6}  {'true pass':<24}{'to base':>8} {'4/5':>5}  {'false pass':<22}"
        f"{'times':>6}"
        f"  {'precision':<24} {'gate':<10} {'WRatio':>13} {'token_sort':>13}"
    )
    for group in groups:
        at = group.at(OURS, THRESHOLD)
        said = verdict(at, base)
        failed += "FAIL" in said
        others = [group.at(name, THRESHOLD) for name in SCORERS if name != OURS]
        beside = " ".join(f"{value(one.recall):6.1%} {value(one.false_pass):6.1%}" for one in others)
        difference = 100 * (value(at.recall) - value(base.recall))
        times = value(at.false_pass) / value(base.false_pass) if value(base.false_pass) else 0.0
        print(
            f"{group.name:<22}{sum(group.labels):>6}{len(group.labels) - sum(group.labels):>6}  {shown(at.recall):<24}"
            f"{difference:>+8.1f} {value(at.recall) / best if best else 0:>5.2f}  {shown(at.false_pass):<22}"
            f"{times:>6.1f}"
            f"  {shown(at.precision):<24} {'/'.join(said):<10} {beside}"
        )
    return failed


def show_thresholds(groups: list[Group]) -> None:
    """Print, over all thresholds, every group's rates, and the largest differences to the baseline."""
    for title, member in (("true pass", "recall"), ("false pass", "false_pass"), ("precision", "precision")):
        print(f"\n{title} from a threshold on, per cent")
        print(f"{'group':<22}" + "".join(f"{threshold:>7}" for threshold in THRESHOLDS))
        for group in groups:
            rates = [value(getattr(group.at(OURS, threshold), member)) for threshold in THRESHOLDS]
            print(f"{group.name:<22}" + "".join(f"{100 * rate:>7.1f}" for rate in rates))
    print("\nlargest difference of any group to the baseline, over thresholds 50 to 95, in points")
    for scorer in SCORERS:
        lost = max(apart(group, groups[0], scorer, "recall", t) for group in groups for t in THRESHOLDS)
        let_in = max(apart(group, groups[0], scorer, "false_pass", t) for group in groups for t in THRESHOLDS)
        print(
            f"  {scorer:<18} true pass -{100 * lost[0]:.1f} ({lost[2]}, at {lost[1]}); "
            f"false pass +{100 * let_in[0]:.1f} ({let_in[2]}, at {let_in[1]})"
        )


def apart(group: Group, base: Group, scorer: str, member: str, threshold: int) -> tuple[float, int, str]:
    """Say by how much a group is worse off than the baseline at a threshold; with the threshold and the group."""
    mine, theirs = (value(getattr(one.at(scorer, threshold), member)) for one in (group, base))
    return (theirs - mine if member == "recall" else mine - theirs), threshold, group.name


def show_kinds(groups: list[Group]) -> None:
    """Print, for every kind and group, our mean score and the shares that pass at 70 and at 85."""
    kinds = list(dict.fromkeys(kind for group in groups for kind in group.kinds))

    def cell(scores: list[float]) -> str:
        if not scores:
            return "-"
        shares = (f"{100 * sum(points >= limit for points in scores) / len(scores):.0f}" for limit in (70, 85))
        return f"{mean(scores):.0f} {'/'.join(shares)}"

    print("\nmean score of each kind; per cent that pass at 70 / at 85")
    for part in (kinds[: len(CHANGES)], kinds[len(CHANGES) :]):
        print(f"{'group':<22}" + "".join(f"{kind:>18}" for kind in part))
        for group in groups:
            print(f"{group.name:<22}" + "".join(f"{cell(group.kinds.get(kind, [])):>18}" for kind in part))


COLOURS = {OURS: "#0b62a4", "WRatio": "#c2570c", "token_sort_ratio": "#777777"}
ASIDE = {OURS: 0, "WRatio": 0.22, "token_sort_ratio": -0.22}  # of a row, so that no mark covers another
PANELS = (("recall", "People who pass"), ("false_pass", "Strangers who pass"))


def picture(groups: list[Group]) -> str:
    """Draw both rates of every group at 70, beside the other scorers', and ours over all thresholds, as SVG."""
    mpl, sink = load_matplotlib(), io.StringIO()
    settings = {"svg.hashsalt": "parity", "svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif"}
    with mpl.rc_context(settings):
        figure = mpl.figure.Figure(figsize=(10, 11), layout="constrained")
        above, below = figure.subplots(2, 2, height_ratios=(1.5, 1))
        for (member, title), rates, curves in zip(PANELS, above, below, strict=True):
            draw_rates(rates, groups, member)
            rates.set_title(f"{title} at {THRESHOLD}")
            draw_curves(curves, groups, member)
            curves.set_title(f"{title}, over thresholds ({OURS})")
        above[0].set_xlim(right=100.5)
        above[1].set_xlim(left=-1)
        above[1].tick_params(labelleft=False)
        handles = [mpl.lines.Line2D([], [], color=hue, marker="o", label=name) for name, hue in COLOURS.items()]
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), frameon=False)
        figure.savefig(sink, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return sink.getvalue()


def draw_rates(axes: Any, groups: list[Group], member: str) -> None:
    """Draw a rate of every group at 70 with its interval, a row a group."""
    for scorer, colour in COLOURS.items():
        rates: list[Rate] = [getattr(group.at(scorer, THRESHOLD), member) for group in groups]
        shares, lows, highs = ([100 * (part or 0) for part in parts] for parts in zip(*rates, strict=True))
        lower = [share - low for share, low in zip(shares, lows, strict=True)]
        upper = [high - share for share, high in zip(shares, highs, strict=True)]
        places = [number + ASIDE[scorer] for number in range(len(groups))]
        size = 5 if scorer == OURS else 3
        axes.errorbar(shares, places, xerr=[lower, upper], fmt="o", color=colour, markersize=size, elinewidth=1)
    axes.set_yticks(range(len(groups)), [group.name for group in groups])
    axes.set_ylim(len(groups) - 0.4, -0.6)
    axes.set_xlabel("per cent, with 95 % intervals")
    axes.grid(axis="x", alpha=0.3)


def draw_curves(axes: Any, groups: list[Group], member: str) -> None:
    """Draw our rate of every group over thresholds; named are the baseline and the two that are worst from 70 on."""
    at = range(40, 101)
    base, *others = groups
    for group in groups:
        table = threshold_table(group.scores[OURS], group.labels, at)
        axes.plot(at, [100 * value(getattr(row, member)) for row in table], color="#bbbbbb", linewidth=0.7)
    others.sort(key=lambda group: -sum(apart(group, base, OURS, member, t)[0] for t in range(THRESHOLD, 101)))
    for group, style in zip([base, *others[:2]], ("-", "--", ":"), strict=False):
        table = threshold_table(group.scores[OURS], group.labels, at)
        colour = COLOURS[OURS] if group is base else "#a01c4b"
        shares = [100 * value(getattr(row, member)) for row in table]
        axes.plot(at, shares, style, color=colour, linewidth=1.8, label=group.name)
    axes.axvline(THRESHOLD, color="#222222", linewidth=0.6)
    axes.set_xlabel("threshold")
    axes.set_ylabel("per cent")
    axes.legend(frameon=False, loc="lower left" if member == "recall" else "upper right")
    axes.grid(alpha=0.3)


def main() -> int:
    """Make or read the pairs, score them, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, help="labelled pairs with groups, in place of made ones")
    parser.add_argument("--each", type=int, default=400, help="pairs of a kind and group")
    parser.add_argument("--picture", type=Path, help="an SVG to draw (extra report)")
    asked = parser.parse_args()
    groups = groups_of(read_rows(asked.pairs) if asked.pairs else made_rows(asked.each))
    failed = show_rates(groups)
    show_thresholds(groups)
    if not asked.pairs:
        show_kinds(groups)
    if asked.picture:
        asked.picture.write_text(picture(groups), "utf-8")
        print(f"\n{asked.picture} drawn")
    print(f"\n{failed} of {len(groups)} groups fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
