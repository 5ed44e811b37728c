"""Read an address out of one line of text: country, postal code and region from its end, the street from its start."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from identity_match.address.rules import DEFAULT, Rules, compact, country_code, country_of_postal, is_country, rules_for
from identity_match.address.street import Street, read_street
from identity_match.address.tokens import has_digit

# Forms of postal codes that are told from a house number by themselves: Sweden, Czechia and Greece, the Netherlands,
# and plain digits (Universal Postal Union, addressing systems of its members).
_FOREIGN: Final = re.compile(r"\d{4,7}|\d{3} \d{2}|\d{4} [a-z]{2}|\d{4}[a-z]{2}")
_LONGEST_NAME: Final = 5  # words of a country's or region's name


class Line(NamedTuple):
    """What one line of text says.

    Attributes:
        street: The street part.
        place: Words after the street, in the stretches between commas.
        region: Region as its code, where one was recognised.
        postal_code: Postal code as its country writes it.
        country: Country code, where one was named.
        rules: The rules it was read by.
    """

    street: Street
    place: tuple[tuple[str, ...], ...]
    region: str
    postal_code: str
    country: str
    rules: Rules


def read_line(tokens: list[str], default_country: str, country: str = "") -> Line:
    """Read the tokens of one line.

    Args:
        tokens: From ``tokenize``.
        default_country: Country in lower case whose rules apply where the line names none; only a hint.
        country: Country that is known from elsewhere; empty where none is.

    >>> from identity_match.address.tokens import tokenize
    >>> found = read_line(tokenize("100 Main St Apt 4, San Francisco, CA 94107"), "us")
    >>> found.street.numbers, found.place, found.region, found.postal_code
    (('100',), (('san', 'francisco'),), 'ca', '94107')
    """
    if not country:
        country, tokens = _take_country(tokens, rules_for(default_country))
    rules = rules_for(country or default_country)
    postal_code, telling, tokens = _take_postal_code(tokens, rules, known=bool(country))
    if telling:
        rules = rules_for(telling)
    if not country:
        country, tokens = _take_country(tokens, rules)
    region, shorter = _take_region(tokens, rules)
    found = _read(shorter, region, postal_code, country, rules)
    if region and not found.place and not found.street.box:
        found = _read(tokens, "", postal_code, country, rules)  # "..., New York": the city, not the state
    return found


def _read(tokens: list[str], region: str, postal_code: str, country: str, rules: Rules) -> Line:
    street = read_street(tokens, rules, line=True)
    place = tuple(words for words in (street.rest, *street.segments) if words)
    if not place and street.numbers and street.name and not street.kind and rules.country == "us":
        street, place = _split_by_authority(tokens, street)
    if street.box and street.name and not (street.numbers or street.kind):
        street, place = street._replace(name=()), (street.name, *place)  # "PO Box 1, Seattle"
    named = place or street.numbers or street.kind or street.box or street.units or rules.numbered_buildings
    if not named and (region or postal_code or country):
        street, place = street._replace(name=(), extra=()), (street.extra, street.name)  # a city, no street
    return Line(street._replace(rest=(), segments=()), place, region, postal_code, country, rules)


def _trimmed(tokens: list[str]) -> list[str]:
    while tokens and tokens[-1] in (",", "-", "&", "#"):
        tokens = tokens[:-1]
    return tokens


def _take_country(tokens: list[str], rules: Rules) -> tuple[str, list[str]]:
    """Take a country's name off the end. A name that is a region here, and most short codes, are left alone."""
    tokens = _trimmed(tokens)
    for length in range(min(_LONGEST_NAME, len(tokens)), 0, -1):
        name = " ".join(tokens[-length:])
        if name in rules.regions:
            return "", tokens
        if not is_country(name):
            continue
        # Three-letter codes and most two-letter ones are also words, states or street types.
        if len(name) > 3 or name in ("usa", "us", "uk", "uae"):
            return country_code(name), tokens[:-length]
    return "", tokens


def _take_postal_code(tokens: list[str], rules: Rules, *, known: bool) -> tuple[str, str, list[str]]:
    """Take the postal code out, the last one that can be one: the code, the country it betrays, the other tokens."""
    count = len(tokens)
    if count == 1 and rules.country != DEFAULT and rules.postal.fullmatch(tokens[0]):
        return rules.postal_code(tokens[0]), "", []
    for i in range(count - 1, 0, -1):
        for length in (2, 1):
            written = tokens[i - length + 1 : i + 1]
            if i - length + 1 <= 0 or not has_digit(written[0]) or "," in written:
                continue
            text = " ".join(written)
            last = i == count - 1
            betrayed = "" if known or not has_digit(written[-1]) else country_of_postal(text)
            if betrayed and (last or written[-1][1:] not in ("st", "nd", "rd", "th")):
                return rules_for(betrayed).postal_code(text), betrayed, tokens[: i - length + 1] + tokens[i + 1 :]
            if _is_postal_code(text, tokens[: i - length + 1], rules):
                return rules.postal_code(text), "", [*tokens[: i - length + 1], ",", *tokens[i + 1 :]]
    return "", "", tokens


def _is_postal_code(text: str, before: list[str], rules: Rules) -> bool:
    """Tell whether text is a postal code here: of the country's form, and neither a house number nor a unit."""
    if not any(word.isalpha() for word in before) or before[-1] == "#":
        return False
    if before[-1] in rules.units and before[-1] not in rules.regions:  # "FL" is a floor and a state
        return False
    if rules.country == DEFAULT:
        return _FOREIGN.fullmatch(text) is not None and (len(text) > 4 or any(map(has_digit, before)))
    return rules.postal.fullmatch(compact(text)) is not None


def _take_region(tokens: list[str], rules: Rules) -> tuple[str, list[str]]:
    """Take a region, name or code, off the end."""
    tokens = _trimmed(tokens)
    for length in range(min(_LONGEST_NAME, len(tokens) - 1), 0, -1):
        name = " ".join(tokens[-length:])
        if name in rules.regions:
            return rules.regions[name], _trimmed(tokens[:-length])
    return "", tokens


def _split_by_authority(tokens: list[str], street: Street) -> tuple[Street, tuple[tuple[str, ...], ...]]:
    """Ask ``usaddress`` where the city begins in a line without comma and street type.

    The library gives no answer for odd lines; then the words stay together. Its answer is used only where it cuts our
    own words in two, so it can add no evidence.
    """
    import usaddress  # noqa: PLC0415 - loads a model; only for lines our grammar cannot place

    try:
        tags, _ = usaddress.tag(" ".join(tokens))
    except usaddress.RepeatedLabelError:
        return street, ()
    place = tuple(str(tags.get("PlaceName", "")).split())
    if place and len(place) < len(street.name) and street.name[-len(place) :] == place:
        return street._replace(name=street.name[: -len(place)]), (place,)
    return street, ()
