"""Read the plain street lines of the United States quickly: number, direction, name, type, direction, unit.

Only a shortcut: it answers where the full grammar would give the same key, and else says that it cannot. Every word
that could mean something else (a box, a road number, a unit before the street, "at", "St Marks") is left to the
grammar. A test holds the two equal.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, final

from identity_match import tables
from identity_match.address.key import CITY_CAP, STREET_CAP, AddressKey
from identity_match.address.names import read_place
from identity_match.address.rules import Rules, rules_for
from identity_match.native import mypyc_attr

if TYPE_CHECKING:
    from identity_match.records import Address

COUNTRY: Final = "us"
_MOST_WORDS: Final = 12  # a plain line has three to nine
_COUNTRIES: Final = {"US": COUNTRY, "us": COUNTRY, "USA": COUNTRY, "United States": COUNTRY}
_ORDINAL_ENDINGS: Final = frozenset(("st", "nd", "rd", "th"))
_WORD: Final = 0
_TYPE: Final = 1
_DIRECTION: Final = 2
_UNIT: Final = 3


@mypyc_attr(acyclic=True)
@final
class _Table:
    """The country's words by what they do in a plain line; None leaves a line to the grammar."""

    __slots__ = ("cities", "first", "openers", "placeholders", "places", "regions", "words")

    def __init__(
        self, rules: Rules, words: dict[str, tuple[int, str] | None], openers: dict[str, frozenset[str]]
    ) -> None:
        self.words = words
        self.openers = openers
        self.first = frozenset(rules.weak.get(word, word) for word in rules.first)
        self.places = _odd_places(rules)
        self.regions = rules.regions
        self.cities = rules.cities
        self.placeholders = tables.words("placeholders", kind="any") | tables.words("placeholders", kind="address")


@cache
def _table() -> _Table:
    rules = rules_for(COUNTRY)
    words: dict[str, tuple[int, str] | None] = {}
    for source in (rules.buildings, rules.weak, rules.words, rules.ordinals):
        words |= {word: (_WORD, canonical) for word, canonical in source.items()}
    words |= {word: (_WORD, word) for word in rules.weak if rules.weak[word] in rules.types}
    words |= {word: (_TYPE, canonical) for word, canonical in rules.types.items()}
    words |= {word: (_DIRECTION, canonical) for word, canonical in rules.directions.items()}
    for word, kind in rules.units.items():
        words[word] = (_UNIT, "" if kind == "unit" else f"{kind} ")
    for odd in (rules.alone, rules.markers, rules.cross, rules.cardinals):
        words |= dict.fromkeys(odd)
    # A type that opens a phrase ("highway contract") stands behind a name here, where no phrase is looked for.
    words |= {word: None for word in rules.boxes if word not in rules.types}
    words |= {word: (_WORD, rules.weak.get(word, word)) for word in rules.first if word not in words}
    openers = {}
    for word, phrases in rules.roads.items():
        if any(len(spelling) == 1 for spelling, _ in phrases) and word not in rules.types:
            words[word] = None
        openers[word] = frozenset(spelling[1] for spelling, _ in phrases if len(spelling) > 1)
    words |= dict.fromkeys(("ground", "and", "number"))
    changed = {word: found[1] for word, found in words.items() if found and found[0] == _WORD and found[1] != word}
    words |= {word: None for word, new in changed.items() if " " in new or words.get(new, (_WORD, new)) != (_WORD, new)}
    return _Table(rules, words, openers)


def _odd_places(rules: Rules) -> frozenset[str]:
    """List words that change inside the name of a city."""
    sources = (rules.words, rules.types, rules.weak, rules.buildings, rules.ordinals, rules.cardinals)
    changed = {word for source in sources for word in source if source[word] != word}
    return frozenset(changed | {word for word, code in rules.directions.items() if rules.long_directions[code] != word})


def read_plain(raw: Address, default: str) -> AddressKey | None:
    """Read an address whose parts are all plain; None leaves it to the full reading.

    Args:
        raw: The address by parts.
        default: Country assumed where none is named, in lower case.

    >>> from identity_match.records import Address
    >>> read_plain(Address("100 N Main St Apt 4", "Reno", "NV", "89501"), "us").name
    ('main',)
    >>> read_plain(Address("100 Highway 12", "Reno", "NV", "89501"), "us") is None
    True
    """
    street, city, state, code, country = raw
    if country is None:
        if default != COUNTRY:
            return None
        country = ""
    elif (country := _COUNTRIES.get(country)) is None:
        return None
    table = _table()
    region = table.regions.get((state or "").lower())
    postal = _postal_code(code)
    place = _place(city, table)
    if region is None or postal is None or place is None or not street or len(street) > STREET_CAP:
        return None
    if not (street.isascii() and street.isprintable()):
        return None
    found = _street(street.lower().split(), table)
    if found is None:
        return None
    number, pre, name, kind, post, units = found
    return AddressKey((number,), pre, name, kind, post, (), units, "", place, region, postal, country, COUNTRY)


def _postal_code(text: str | None) -> str | None:
    """Read a ZIP code of five digits, or of nine with a hyphen; None where it is anything else."""
    if text is None or not text.isascii():
        return None
    if len(text) == 5 and text.isdecimal():
        return text
    if len(text) == 10 and text[5] == "-" and text[:5].isdecimal() and text[6:].isdecimal():
        return text[:5]
    return None


def _place(text: str | None, table: _Table) -> tuple[str, ...] | None:
    """Read a city of unabbreviated words; None where it is anything else."""
    if not text or not text.isascii() or len(text) > CITY_CAP:
        return None
    folded = text.lower().strip()
    if "'" in folded or "-" in folded:
        folded = folded.replace("'", "").replace("-", " ")
    words = folded.split()
    odd = table.places
    for word in words:
        if word in odd or not word.isalpha():
            return read_place(text, COUNTRY) if text.isprintable() and folded not in table.placeholders else None
    joined = " ".join(words)
    if not words or joined in table.placeholders:
        return None
    if table.cities.get(joined, joined) != joined:
        return read_place(text, COUNTRY) if text.isprintable() else None
    return tuple(words)


_Street = tuple[str, str, tuple[str, ...], str, str, tuple[str, ...]]  # number, pre, name, kind, post, units


def _street(  # noqa: C901, PLR0911, PLR0912, PLR0915 - one straight walk over the words; splitting it costs a third
    tokens: list[str], table: _Table
) -> _Street | None:
    """Read the words of a street line; None leaves them to the grammar."""
    count = len(tokens)
    if not 3 <= count <= _MOST_WORDS:
        return None
    known = table.words
    number = tokens[0]
    if not number.isdecimal() or number[0] == "0" or len(number) > 6:
        return None
    pre = kind = post = ""
    name: list[str] = []
    units: tuple[str, ...] = ()
    i = 1
    while i < count:
        word = tokens[i]
        i += 1
        comma = False
        if not word.isalpha():
            if word[-1] == ",":
                word, comma = word[:-1], True
            if word[-1:] == ".":
                word = word[:-1]
            if not word.isalpha():
                if (
                    word[-2:] in _ORDINAL_ENDINGS
                    and word[:-2].isdecimal()
                    and not kind
                    and not comma
                    and word[0] != "0"
                ):
                    name.append(word[:-2])
                    continue
                if word[:1] == "#" and kind and not comma and i >= count - 1:
                    identifier = word[1:] or (tokens[i] if i < count else "")
                    if (i < count) == (word == "#") and (unit := _identifier(identifier)):
                        units = (unit,)
                        break
                return None
        if word in known:
            found = known[word]
            if found is None:
                return None
            what, canonical = found
            if what == _UNIT:
                if not kind or comma or i != count - 1 or not (unit := _identifier(tokens[i])):
                    return None
                units = (canonical + unit,)
                break
            if comma and not (i < count and _begins_unit(tokens[i], known)):
                return None
            if what == _WORD:
                if kind:
                    return None
                name.append(canonical)
            elif what == _TYPE:
                if kind or not name:
                    return None
                kind = canonical
            elif kind:
                if post:
                    return None
                post = canonical
            elif pre or name or i == count:
                return None
            else:
                pre = canonical
        elif kind or comma or len(word) < 2:
            return None
        else:
            name.append(word)
    if not kind or (len(name) == 1 and name[0] in table.first) or _opens_phrase(tokens, [*name, kind], table):
        return None
    return number, pre, tuple(name), kind, post, units


def _begins_unit(word: str, known: dict[str, tuple[int, str] | None]) -> bool:
    found = known.get(word.rstrip("."))
    return word[0] == "#" or (found is not None and found[0] == _UNIT)


def _opens_phrase(tokens: list[str], canonical: list[str], table: _Table) -> bool:
    """Tell whether two neighbours, as written or in their canonical words, open a numbered road ("County Road")."""
    openers = table.openers
    for words in (tokens, canonical):
        for i, word in enumerate(words[:-1]):
            if word in openers and words[i + 1].strip(".,") in openers[word]:
                return True
    return False


def _identifier(word: str) -> str:
    """Read a unit's identifier; empty where the grammar must."""
    if not word.isalnum() or len(word) > 6 or not (len(word) == 1 or (word[0].isdecimal() and word[0] != "0")):
        return ""
    return word
