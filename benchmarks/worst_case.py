"""Search for the slowest inputs: hostile texts at the caps and beyond them, then a hill climb over their pieces.

    python benchmarks/worst_case.py [--seconds 60] [--field legal_name] [--seed 1]

For each field, in milliseconds of CPU for both ``normalize`` and one ``compare`` of values that are new: a plain pair;
the slowest hostile text at its cap against itself; the slowest of those texts against each other; the slowest pair that
a random search finds from there in the given time, and what ``overall`` and ``explain`` of it cost beside; the slowest
text four and sixteen times as long as the cap. Then what a name costs in accounts of many owners and names.
``tests/test_complexity.py`` counts operations on the same texts.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from identity_match import score, text
from identity_match.address.key import CITY_CAP, LINE_CAP, STREET_CAP
from identity_match.email_address.written import CAP as EMAIL_CAP
from identity_match.field import DEFAULT_OPTIONS, Missing
from identity_match.fields import FIELDS
from identity_match.legal_name import CAP as NAME_CAP
from identity_match.phone_number import CAP as PHONE_CAP
from identity_match.records import MAX_VALUES, Address

# What parsers, patterns and normal forms are slow at, and what our own grammars have a rule for. Every piece, repeated,
# is a text for every field.
PIECES = (
    # signs
    "(", ")", "()", "[", "<", ">", '"', "'", "@", "#", "*", ",", ";", "|", "/", "\\", "-", ".", "+", "&", "=", "{}",
    " ", "\t", "\n", "\u00a0", "\0", "\ufffd", "¦", "~",
    # Unicode: expansion, order of marks, joiners, directions, other digits, wide and look-alike letters
    "\ufdfa", "a\u0301\u0316", "\u0344", "\u200b", "a\u200d", "\u202e", "\u3002", "½ ", "٤", "４", "ﬃ", "ß", "İ", "ü",
    "а ", "王小明 ", "김", "юлия ", "👩\u200d👩\u200d👧 ", "\ud800",
    # letters and digits
    "a", "a ", "jo ", "john ", "smith jones ", "a-", "ab-cd-", "a/", "a.", "a.b. ", "0", "1", "1 ", "1-", "1/", "1/2 ",
    "1a ", "o'", "x ", "9th ", "a b c ",
    # names: particles, conjunctions, titles, compounds, roles, firms
    "de la ", "van der ", "al ", "bin ", "abd al ", "kamal al din ", "and ", "a and ", "jo and ", "ann lee and ", "y ",
    "a&b ", "ann lee, ", "jo li; ", "a;", "(jo li) ", '"jo" ', "dr ", "earl ", "jr ", "phd, ", "minor ",
    "estate of ", "jo li pod ", "jo li dba ", "a aka ", "jo li cust for ", "jo li ttee of ", "c/o ", "jt ten ", "llc ",
    "co inc ltd ", "& sons ", "l.l.c. ", "bank of the ", "www.a.com ",
    # addresses: units, boxes, roads, types, directions, floors, numbers in words, codes, countries, regions
    "apt 4 ", "#4 ", "unit 1 & 2 ", "1 floor ", "ground floor flat ", "po box 1 ", "rr 1 box ", "highway 1 ", "st ",
    "county road ", "st. ", "n ", "n e ", "main st ", "1 main st ", "1st ", "twenty one ", "at ", "between ", "straße ",
    "89501 ", "89501-1234 ", "reno nv ", "new york ", "usa ",
    # phone numbers
    "(1", "+44 ", "00", "011", "+1", "1 x", "1,;", "ext 1", "(home)", "tel:", ";a=1", "1-800-",
    # e-mail addresses
    "a@", "a@b.c,", "mailto:", '"a"', "'\"", "xn--", "xn--bcher-kva.", "bücher.", "юлия.", "a+", "(a)", "<a@b.c>",
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
CACHED = type(lru_cache(len))  # what remembers


def _two(i: int) -> str:
    return _LETTERS[i % 26] + _LETTERS[i // 26 % 26]


# Words that differ, so that each is weighed against each.
WORDS: dict[str, Callable[[int], str]] = {
    "words of two letters": _two,
    "words of three letters": lambda i: _two(i) + _LETTERS[i * 7 % 26],
    "words alike": lambda i: f"mar{_two(i)}",
    "words alike, misspelt": lambda i: f"mra{_two(3 * i)}",
    "words with a common end": lambda i: f"{_two(i)}ovich",
    "words that join": lambda i: "a" * (2 + i % 5) + _LETTERS[i % 13],
    "words that join, misspelt": lambda i: "a" * (3 + i % 4) + _LETTERS[i % 17],
    "numbers": lambda i: str(i + 10),
    "Cyrillic words": lambda i: f"юл{chr(0x430 + i % 32)}{chr(0x430 + i // 32 % 32)}я",
    "Han words": lambda i: chr(0x4E00 + 7 * i % 0x5000) + chr(0x4E00 + 31 * i % 0x5000),
}
BETWEEN = (" ", ", ", ";", " and ", " or ", "-", ".")


def repeated(piece: str) -> Callable[[int], str]:
    """Give a text of a piece, of any length."""
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def listed(word: Callable[[int], str], between: str) -> Callable[[int], str]:
    """Give a text of words that differ, of any length."""

    def made(size: int) -> str:
        words: list[str] = []
        room = size
        while room > 0:
            words.append(word(len(words)))
            room -= len(words[-1]) + len(between)
        return between.join(words)[:size]

    return made


TEXTS: dict[str, Callable[[int], str]] = {
    **{repr(piece): repeated(piece) for piece in dict.fromkeys(PIECES)},
    **{f"{name}, {between!r}": listed(word, between) for name, word in WORDS.items() for between in BETWEEN},
}


class Form(NamedTuple):
    """One way to put a text into a field.

    Attributes:
        cap: Characters of the text that fill the field.
        value: Makes the raw value.
    """

    cap: int
    value: Callable[[str], Any]


FORMS: dict[str, dict[str, Form]] = {
    "legal_name": {
        "whole": Form(NAME_CAP, str),
        "after a name": Form(NAME_CAP - 5, lambda t: f"jane {t}"),
    },
    "phone_number": {
        "whole": Form(PHONE_CAP, str),
        "after a number": Form(PHONE_CAP - 13, lambda t: f"+14155550123 {t}"),
    },
    "email_address": {
        "whole": Form(EMAIL_CAP, str),
        "local part": Form(EMAIL_CAP - 12, lambda t: f"{t}@example.com"),
        "domain": Form(253, lambda t: f"jane@{t}"),
        "label": Form(60, lambda t: f"jane@{t}.com"),
    },
    "address": {
        "line": Form(LINE_CAP, str),
        "line after a number": Form(LINE_CAP - 4, lambda t: f"100 {t}"),
        "street": Form(STREET_CAP, lambda t: Address(t, "Reno", "NV", "89501")),
        "street, Germany": Form(STREET_CAP, lambda t: Address(t, "Berlin", None, "10115", "DE")),
        "city": Form(CITY_CAP, lambda t: Address("100 Main St", t, "NV", "89501")),
        "all parts": Form(STREET_CAP, lambda t: Address(*(t[: len(t) // part] for part in (1, 2, 2, 16, 2)))),
    },
}
PLAIN = {
    "legal_name": ("Jane Doe", "JANE M DOE"),
    "phone_number": ("+1 415 555 0123", "(415) 555-0123"),
    "email_address": ("jane.doe@example.com", "JANE.DOE@EXAMPLE.COM"),
    "address": (
        Address("100 Main St Apt 4", "Reno", "NV", "89501"), Address("100 MAIN STREET #4", "RENO", "NV", "89501-2211"),
    ),
}  # fmt: skip
SLOWEST = 30  # pairs that are kept, and values of which every pair is tried


def forget() -> None:
    """Empty what remembers values from call to call, as it is when a value comes for the first time; tables stay."""
    for module in [module for name, module in sys.modules.items() if name.startswith("identity_match")]:
        for member in vars(module).values():
            if isinstance(member, CACHED) and member.cache_parameters()["maxsize"] is not None:
                member.cache_clear()
    text._FOLD.clear()  # noqa: SLF001 - the one memory that is no decorator's


class Value(NamedTuple):
    """A text in one form of a field."""

    form: str
    text: str

    def raw(self, field: str) -> Any:
        """Give what ``normalize`` is given."""
        return FORMS[field][self.form].value(self.text)


class Pair(NamedTuple):
    """Two values and what they cost, in milliseconds."""

    cost: float
    user: Value
    owner: Value

    def __str__(self) -> str:
        """Show the beginning of both texts."""
        sides = (f"{value.form} {value.text[:48]!r} ({len(value.text)})" for value in self[1:])
        return f"{self.cost:6.2f} ms  {' / '.join(sides)}"


def compare(name: str, user: Any, owner: Any) -> None:
    """Read both values and compare them, as one comparison does."""
    f = next(f for f in FIELDS if f.name == name)
    a, b = f.normalize(user, DEFAULT_OPTIONS), f.normalize(owner, DEFAULT_OPTIONS)
    if not isinstance(a, Missing) and not isinstance(b, Missing):
        f.compare(a, b)


def cost(name: str, user: Any, owner: Any, runs: int) -> float:
    """Give the milliseconds of CPU of one comparison of values that are new; the least of some runs."""
    best = float("inf")
    for _ in range(runs):
        forget()
        start = time.process_time()
        compare(name, user, owner)
        best = min(best, time.process_time() - start)
    return best * 1000


def at_caps(name: str, times: int = 1) -> list[Pair]:
    """Compare every hostile text of a field with itself, at its cap or some times longer; the slowest first."""
    values = (Value(form, made(times * FORMS[name][form].cap)) for form, made in product(FORMS[name], TEXTS.values()))
    return _slowest(name, [(value, value) for value in values])


def crossed(name: str, slow: list[Pair]) -> list[Pair]:
    """Compare each of the slowest values with each."""
    values = [pair.user for pair in slow]
    return _slowest(name, list(product(values, values)))


def _slowest(name: str, pairs: list[tuple[Value, Value]]) -> list[Pair]:
    """Measure all pairs once, and the slowest again; these, the slowest first."""
    found = [Pair(cost(name, a.raw(name), b.raw(name), 1), a, b) for a, b in pairs]
    found = sorted(found, key=lambda pair: -pair.cost)[:SLOWEST]
    again = [pair._replace(cost=cost(name, pair.user.raw(name), pair.owner.raw(name), 5)) for pair in found]
    return sorted(again, key=lambda pair: -pair.cost)


def climb(name: str, begin: list[Pair], seconds: float, draw: random.Random) -> tuple[Pair, int]:
    """Change the slowest pairs piece by piece, and keep what costs more; the slowest pair, and how many were tried."""
    best = begin[0]
    tried, end = 0, time.process_time() + seconds
    while time.process_time() < end:
        now = draw.choice([best, *begin])
        for _ in range(60):
            sides = [now.user, now.owner]
            for side in {draw.randrange(2), draw.randrange(2)}:
                sides[side] = _changed(name, sides[side], sides[1 - side], draw)
            found = Pair(cost(name, sides[0].raw(name), sides[1].raw(name), 1), *sides)
            tried += 1
            if found.cost > now.cost:
                now = found._replace(cost=cost(name, sides[0].raw(name), sides[1].raw(name), 3))
        if now.cost > best.cost:
            best = now._replace(cost=cost(name, now.user.raw(name), now.owner.raw(name), 7))
    return best, tried


def _changed(name: str, value: Value, other: Value, draw: random.Random) -> Value:
    """Change a few pieces of a text; it stays as long as its cap."""
    form = draw.choice(list(FORMS[name])) if draw.random() < 0.02 else value.form
    pieces = re.findall(r"\w+|\W", value.text) or ["a"]
    for _ in range(draw.choice((1, 1, 2, 4, 16))):
        at = draw.randrange(len(pieces))
        how = draw.randrange(6)
        if how == 0:
            pieces[at] = draw.choice(PIECES)
        elif how == 1:
            pieces[at] = draw.choice(list(WORDS.values()))(draw.randrange(60))
        elif how == 2:
            pieces[at] = draw.choice(re.findall(r"\w+|\W", other.text) or ["a"])
        elif how == 3:
            pieces.insert(at, draw.choice(pieces))
        elif how == 4:
            pieces[at], pieces[-at] = pieces[-at], pieces[at]
        else:
            start, size = draw.randrange(len(pieces)), draw.randrange(12)
            pieces[at:at] = pieces[start : start + size]
    cap = FORMS[name][form].cap
    whole = "".join(pieces)
    return Value(form, (whole if len(whole) >= cap else whole * (cap // max(1, len(whole)) + 1))[:cap])


def whole_call(name: str, pair: Pair) -> tuple[float, float]:
    """Give the milliseconds of a decision on one pair, and of its explanation."""
    values = next(f.owner_values for f in FIELDS if f.name == name)
    result = score({name: pair.user.raw(name)}, [{values: [pair.owner.raw(name)]}])
    start = time.process_time()
    _ = result.overall
    middle = time.process_time()
    result.explain()
    return (middle - start) * 1000, (time.process_time() - middle) * 1000


def accounts(slow: Pair) -> None:
    """Print what a name costs of an account with many, for the score and for the decision."""
    hostile = (slow.user.raw("legal_name"), slow.owner.raw("legal_name"))
    for label, user, name in (
        ("plain user, plain names", "Jane Doe", "JOHN SMITH "),
        ("slowest user, plain names", hostile[0], "JOHN SMITH "),
        ("slowest user, slowest names", hostile[0], hostile[1][: NAME_CAP - 4]),
    ):
        for count in (4, 16):
            owners = [{"names": [f"{name}{i:02}{j:02}" for j in range(MAX_VALUES)]} for i in range(count)]
            start = time.process_time()
            result = score({"legal_name": user}, owners)
            middle = time.process_time()
            people = len(result.overall.people)
            scored = (middle - start) / count / MAX_VALUES * 1000
            decided = (time.process_time() - middle) / people * 1000
            print(
                f"  {label}, {count} owners of {MAX_VALUES} names: {scored:.3f} a name, decided {decided:.3f} a person"
            )


def main() -> None:
    """Print one row a field, and the slowest pairs below."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="of CPU to search each field")
    parser.add_argument("--field", choices=list(FORMS), action="append", help="only this field; may be repeated")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print("identity_match is", "plain Python" if text.__file__.endswith(".py") else "compiled")
    print(f"{sum(map(len, FORMS.values()))} forms of four fields, {len(TEXTS)} texts each; milliseconds of CPU")
    rows, lines = [], []
    for name in asked.field or FORMS:
        compare(name, *PLAIN[name])
        slow = at_caps(name)
        pairs = crossed(name, slow)
        best, tried = climb(name, pairs, asked.seconds, random.Random(asked.seed))
        longer = [at_caps(name, times)[0].cost for times in (4, 16)]
        plain = cost(name, *PLAIN[name], runs=9)
        figures = (plain, slow[0].cost, pairs[0].cost, best.cost, *whole_call(name, best), *longer)
        rows.append(f"| {name} | " + " | ".join(f"{figure:.2f}" for figure in figures) + f" | {tried:,} |")
        lines += [name, *(f"  {pair}" for pair in (*slow[:3], *pairs[:3], best))]
        if name == "legal_name":
            accounts(best)
    head = "field | plain | itself | each other | by search | decided | explained | at 4 caps | at 16 caps | tried"
    print(f"| {head} |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    print("\n".join([*rows, "", *lines]))


if __name__ == "__main__":
    main()
