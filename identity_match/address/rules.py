"""What differs between countries when an address is read: postal code, street and unit words, order of the parts.

The rules are tables: ``tables/address_<country>.tsv``, compiled from ``data/address``. A country is added by adding
its table; a country without one is read by plain folding (``default``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import Final, Literal, NamedTuple

from identity_match import tables
from identity_match.errors import TableError
from identity_match.text import fold

Order = Literal["number_first", "number_last", "either"]
Phrases = dict[str, tuple[tuple[tuple[str, ...], str], ...]]  # first word to (all its words, what the key holds)

DEFAULT: Final = "default"
_EXTENSION: Final = 4  # digits of a delivery point after the code itself, as in ZIP+4
POSTAL_LENGTH: Final = 10  # longest postal code kept; ISO 19160 examples and all known codes are shorter


def compact(folded: str) -> str:
    """Write a postal code without spaces, hyphens and full stops.

    >>> compact("ec1n 8fh"), compact("94107-1234")
    ('ec1n8fh', '941071234')
    """
    return folded.replace(" ", "").replace("-", "").replace(".", "")


class Rules(NamedTuple):
    """The rules of one country; every word is folded, every mapping leads to what the key holds.

    Attributes:
        country: ISO 3166-1 alpha-2 in lower case, or ``"default"``.
        order: Whether the house number stands before or after the street name.
        postal: Pattern of a whole postal code in its compact form; group 1 is what the key holds.
        pad: Digits of a code whose leading zeros a spreadsheet may have lost; 0 where there are none.
        area: Leading characters of a code that name its area; negative counts from the end.
        strict_region: Whether two different regions are a contradiction (states) or not (counties).
        numbered_buildings: Whether a named building with a number of its own may stand before the street's number.
        german: Whether umlauts are spelt with two letters.
        joined: Sign that joins a unit to the house number after it, empty where there is none.
        parted: Sign that parts a house number from a unit after it, empty where there is none; else it is a range.
        types: Street types that are hardly anything else.
        weak: Street types that are also parts of names.
        first: Street types that stand before the name.
        endings: Street types written together with the name, longest first.
        units: Unit words to their kind: unit, room, floor, building.
        alone: Unit words that need no number.
        markers: Words such as "number" that only announce one.
        cross: Words that open a description of the surroundings.
        words: Abbreviations inside names.
        light: Words that carry nothing.
        ordinals: Ordinal words to their digits.
        cardinals: Number words to their digits.
        directions: Direction words, empty where directions are parts of names.
        long_directions: The same codes to their longest English word.
        telling: Words that tell doors of one house or two streets of one name apart: directions, sides, levels.
        opposites: Beginnings of words to what names the pair that contradicts: north and south, upper and lower.
        vague: Words that open the names of many houses, so that one alone says nothing.
        boxes: Phrases of post boxes and routes.
        roads: Phrases of numbered roads.
        cities: Other names of cities.
        boroughs: Parts of a city to the city.
        regions: Names and codes of regions to the code.
        buildings: Words that end the name of a building.
        doors: Words after a house number that set a door apart, such as "bis".
        known: Words that are street names by themselves, so that one is no misspelling of another.
    """

    country: str
    order: Order
    postal: re.Pattern[str]
    pad: int
    area: int
    strict_region: bool
    numbered_buildings: bool
    german: bool
    joined: str
    parted: str
    types: dict[str, str]
    weak: dict[str, str]
    first: dict[str, str]
    endings: tuple[tuple[str, str], ...]
    units: dict[str, str]
    alone: dict[str, str]
    markers: dict[str, str]
    cross: dict[str, str]
    words: dict[str, str]
    light: dict[str, str]
    ordinals: dict[str, str]
    cardinals: dict[str, str]
    directions: dict[str, str]
    long_directions: dict[str, str]
    telling: dict[str, str]
    opposites: dict[str, str]
    vague: dict[str, str]
    boxes: Phrases
    roads: Phrases
    cities: dict[str, str]
    boroughs: dict[str, str]
    regions: dict[str, str]
    buildings: dict[str, str]
    doors: dict[str, str]
    known: frozenset[str]

    def postal_code(self, folded: str) -> str:
        """Read a postal code: what the key holds, without spaces; the text itself where it is not one of the country.

        >>> rules_for("us").postal_code("02139-1234"), rules_for("us").postal_code("2139")
        ('02139', '02139')
        """
        code = compact(folded)
        found = self.postal.fullmatch(code)
        if found is None and self.pad and code.isdecimal():
            for width in (self.pad, self.pad + _EXTENSION):  # a spreadsheet took the leading zeros
                if width - 2 <= len(code) < width:
                    found = found or self.postal.fullmatch(code.zfill(width))
        return (found[1] if found else code)[:POSTAL_LENGTH]


def is_one_area(a: str, b: str, rules: Rules) -> bool:
    """Tell whether two postal codes have the area in common: the part that neighbours share.

    >>> is_one_area("n12xq", "n19gu", rules_for("gb")), is_one_area("94107", "94607", rules_for("us"))
    (True, False)
    """
    size = rules.area
    return a[:size] == b[:size]


def _phrases(spellings: dict[str, str]) -> Phrases:
    """Index phrases by their first word, longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for spelling, canonical in spellings.items():
        words = tuple(spelling.split())
        found.setdefault(words[0], []).append((words, canonical))
    return {first: tuple(sorted(entries, key=lambda e: -len(e[0]))) for first, entries in found.items()}


@cache
def rules_for(country: str) -> Rules:
    """Give the rules of a country, or the default ones where it has no table.

    Args:
        country: ISO 3166-1 alpha-2 in lower case, or ``"default"``.

    >>> rules_for("us").order, rules_for("zz").country
    ('number_first', 'default')
    """
    try:
        rows = tables.rows(f"address_{country}")
    except TableError:
        if country == DEFAULT:
            raise
        return rules_for(DEFAULT)
    try:
        kinds: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for kind, spelling, canonical in rows:
            kinds[kind][spelling] = canonical
        return _rules(country, kinds)
    except (ValueError, KeyError, re.error):
        message = f"table 'address_{country}' is malformed"
        raise TableError(message) from None


_LONG: Final = {
    "n": "north", "s": "south", "e": "east", "w": "west", "ne": "northeast", "nw": "northwest", "se": "southeast",
    "sw": "southwest",
}  # fmt: skip


def _rules(country: str, kinds: defaultdict[str, dict[str, str]]) -> Rules:
    settings = kinds["setting"]
    units = {
        spelling: {"block": "building"}.get(kind, kind)
        for kind in ("block", "floor", "room", "unit")
        for spelling in kinds[kind]
    }
    return Rules(
        country=country,
        order=settings["order"],  # type: ignore[arg-type]
        postal=re.compile(settings["postal"]),
        pad=int(settings.get("pad", "0")),
        area=int(settings["area"]),
        strict_region=settings["region"] == "strict",
        numbered_buildings="buildings" in settings,
        german=settings.get("letters") == "german",
        joined=settings.get("joined", ""),
        parted=settings.get("parted", ""),
        types=kinds["type"],
        weak=kinds["weak"],
        first=kinds["first"],
        endings=tuple(sorted(kinds["ending"].items(), key=lambda e: -len(e[0]))),
        units=units,
        alone=kinds["alone"],
        markers=kinds["marker"],
        cross=kinds["cross"],
        words=kinds["word"],
        light=kinds["light"],
        ordinals=kinds["ordinal"],
        cardinals=kinds["cardinal"],
        directions=kinds["direction"],
        long_directions={code: _LONG.get(code, code) for code in kinds["direction"].values()},
        telling=kinds["telling"],
        opposites=kinds["opposite"],
        vague=kinds["vague"],
        boxes=_phrases(kinds["box"]),
        roads=_phrases(kinds["road"]),
        cities=kinds["city"],
        boroughs=kinds["borough"],
        regions=kinds["region"],
        buildings=kinds["building"],
        doors=kinds["door"],
        known=frozenset(kinds["known"]),
    )


@cache
def _countries() -> dict[str, str]:
    return {spelling: code for _, spelling, code in tables.rows("address_countries")}


def country_code(folded: str) -> str:
    """Read a country, code or name; the folded text itself where it is unknown.

    >>> country_code("united states"), country_code("uk"), country_code("narnia")
    ('us', 'gb', 'narnia')
    """
    return _countries().get(folded, folded)


def is_country(folded: str) -> bool:
    """Tell whether folded text is a country's name or code."""
    return folded in _countries()


# Codes that no other country's look like, so that one without a country still says where it is: the British form
# (outward and inward code) and the Canadian one. Source: the two tables' own patterns.
_TELLING: Final = ("gb", "ca")


def country_of_postal(folded: str) -> str:
    """Name the country whose postal code this can only be, or give the empty string.

    >>> country_of_postal("ec1n 8fh"), country_of_postal("h3z 2y7"), country_of_postal("94107")
    ('gb', 'ca', '')
    """
    code = compact(folded)
    return next((country for country in _TELLING if rules_for(country).postal.fullmatch(code)), "")


def fold_part(text: str) -> str:
    """Fold a city, region, postal code or country: letters folded, punctuation gone, single spaces.

    >>> fold_part("St. Louis"), fold_part("N.Y."), fold_part("Coeur d'Alene")
    ('st louis', 'ny', 'coeur dalene')
    """
    folded = fold(text)
    if not folded.replace(" ", "").isalnum():
        folded = folded.translate(_PUNCTUATION)
        if "." in folded:
            folded = " ".join(
                word.replace(".", "") if _is_dotted(word) else word.replace(".", " ") for word in folded.split()
            )
    return " ".join(folded.split())


def _is_dotted(word: str) -> bool:
    """Tell whether a word is letters with full stops between them, such as ``n.y.``."""
    return all(len(letter) <= 1 for letter in word.split("."))


# Apostrophes vanish, other punctuation separates; the full stop is decided by what stands around it.
_PUNCTUATION: Final = {ord("'"): ""} | dict.fromkeys(
    map(ord, '!"$%&()*+,-/:;<=>?@[\\]^_{|}~#·•¦…⁂、。，；：！？（）'), " "
)
