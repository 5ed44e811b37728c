"""Compare two addresses part by part, and turn what was found into a score.

A score is 100 less the cost of everything that differs, held down by the caps of what contradicts. A part that one side
leaves out costs little; the same part with another content contradicts. The costs are our choice: they order the pairs
inside the bands; the bands themselves are the caps, and each cap says where it comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from identity_match import edits
from identity_match.address.outcome import ABSENT, OTHER, PARTIAL, SAME, STREET_TYPE_CAP, WEAK, AddressMatch, Pair
from identity_match.address.parts import (
    compare_boxes,
    compare_country,
    compare_doors,
    compare_postal_codes,
    compare_regions,
    has_street,
    is_one_slip,
    is_region,
    same_postal_code,
)
from identity_match.address.rules import is_one_area, rules_for
from identity_match.address.words import compare_words, is_same_building
from identity_match.field import Reason, to_score

if TYPE_CHECKING:
    from identity_match.address.key import AddressKey

_RANK: Final = (OTHER, PARTIAL, ABSENT, SAME)


def compare(user: AddressKey, owner: AddressKey) -> AddressMatch:
    """Score how well two addresses agree.

    Equal parts are 100, however abbreviated. A part on one side only costs a little; one with another content
    contradicts: another house number, unit, box, direction, street, region or country is below 70, another street type
    below 85, another postal code alone below 90. Places without a street are below 70 even when equal. Symmetric.

    Args:
        user: Address the user gave, from ``normalize``.
        owner: Address on the account.

    >>> from identity_match.address.read import normalize
    >>> on_file = normalize("100 Main Street #4, Reno NV 89501-1234")
    >>> compare(normalize("100 Main St Apt 4, Reno NV 89501"), on_file).score
    100
    >>> compare(normalize("102 Main St Apt 4, Reno NV 89501"), on_file).score < 70
    True
    """
    postal_match = same_postal_code(user, owner)
    if _says_the_same(user, owner) and _may_be_one_country(user, owner):
        alike = user.plain == owner.plain and user.several == owner.several
        if alike and not (user.truncated or owner.truncated):
            return _equal(user, postal_match=postal_match)
    elif postal_match is False and not (user.line or owner.line) and (reasons := _lies_elsewhere(user, owner)):
        unit, city, region = _quick_states(user, owner)
        return tuple.__new__(AddressMatch, (0, postal_match, reasons, "N", OTHER, unit, city, region, OTHER))
    if user.members() > owner.members():
        user, owner = owner, user  # a fixed order, so that the two sides are interchangeable
    pair = Pair(user, owner)
    compare_country(pair)
    compare_postal_codes(pair)
    compare_regions(pair)
    compare_doors(pair)
    compare_boxes(pair)
    compare_words(pair)
    _judge_whole(pair)
    score = to_score(1 - min(100, pair.cost) / 100, top=min(pair.cap, 99 if pair.reasons else 100))
    agrees = pair.street == SAME and OTHER not in (pair.number, pair.box)
    avs = _avs(street=agrees, postal_code=pair.postal == SAME)
    street = min(pair.street, pair.number, key=_RANK.index)
    return AddressMatch(
        score, postal_match, tuple(pair.reasons), avs, street, pair.unit, pair.city, pair.region, pair.postal
    )


def _avs(*, street: bool, postal_code: bool) -> str:
    """Give the letter of an address check. Source: the codes that card networks share (Y, A, Z, N)."""
    if street:
        return "Y" if postal_code else "A"
    return "Z" if postal_code else "N"


def _says_the_same(a: AddressKey, b: AddressKey) -> bool:
    """Tell whether everything but the country is equal; most differ in the number."""
    return a.numbers == b.numbers and (
        a.name == b.name
        and a.units == b.units
        and a.place == b.place
        and a.pre == b.pre
        and a.kind == b.kind
        and a.post == b.post
        and a.extra == b.extra
        and a.box == b.box
        and a.region == b.region
        and a.postal_code == b.postal_code
    )


def _may_be_one_country(a: AddressKey, b: AddressKey) -> bool:
    return a.country == b.country or not a.country or not b.country


def _equal(key: AddressKey, *, postal_match: bool | None) -> AddressMatch:
    """Give the outcome of two addresses equal in every part: perfect, unless they name nothing but a place."""
    street = has_street(key)
    parts = (key.name or key.numbers, key.units, key.place, key.region, key.postal_code)
    states = [SAME if part else ABSENT for part in parts]
    reasons = () if street else (Reason("no_street", "street"),)
    avs = _avs(street=street, postal_code=bool(postal_match))
    return AddressMatch(100 if street else WEAK, postal_match, reasons, avs, *states)


_APART: Final = (Reason("postal_code_conflict", "postal_code"), Reason("number_conflict", "number"))
_OTHER_REGION: Final = (*_APART, Reason("region_conflict", "region"))
_OTHER_CITY: Final = (*_APART, Reason("city_conflict", "city"))


def _lies_elsewhere(a: AddressKey, b: AddressKey) -> tuple[Reason, ...]:
    """Say why two addresses lie so plainly apart that nothing else need be looked at; empty where they may not.

    House number and area of the postal code contradict, and so does the state, or the city beyond any misspelling.
    """
    if len(a.numbers) != 1 or len(b.numbers) != 1 or a.rules != b.rules or a.box or b.box:
        return ()
    number, other = a.numbers[0], b.numbers[0]
    if number == other or not (number.isdecimal() and other.isdecimal()) or number in b.units or other in a.units:
        return ()
    rules = rules_for(a.rules)
    code, other_code = a.postal_code, b.postal_code
    if is_one_area(code, other_code, rules) or is_one_slip(code, other_code):
        return ()
    if a.region != b.region and rules.strict_region and is_region(a.region, rules) and is_region(b.region, rules):
        return _OTHER_REGION
    city, town = " ".join(a.place), " ".join(b.place)
    if not city or not town or city in rules.boroughs or town in rules.boroughs:
        return ()
    return _OTHER_CITY if edits.similarity(city, town) < 0.5 else ()


def _quick_states(a: AddressKey, b: AddressKey) -> tuple[str, str, str]:
    """Give the states of unit, city and region of two addresses that lie apart."""
    unit = PARTIAL if a.units or b.units else ABSENT
    if a.units and b.units:
        unit = SAME if a.units == b.units else OTHER
    city = region = ABSENT
    if a.place and b.place:
        city = SAME if a.place == b.place else OTHER
    if a.region and b.region:
        region = SAME if a.region == b.region else OTHER
    return unit, city, region


def _judge_whole(pair: Pair) -> None:
    """Judge what no single part can: nothing but a place, a number on one side only, several addresses, a cut value."""
    a, b = pair.a, pair.b
    if a.truncated or b.truncated:
        pair.add("truncated", "street", 0, WEAK)
    if a.several != b.several or (a.several and a.numbers != b.numbers):
        pair.add("several_addresses", "street", 20, WEAK)
    if not has_street(a) or not has_street(b):
        pair.add("no_street", "street", 0, WEAK)
    if bool(a.numbers) != bool(b.numbers) and SAME not in (pair.number, pair.box):
        if is_same_building(a, b) or is_same_building(b, a):
            pair.add("number_missing", "number", 8)
        else:  # a street without its number is no door
            pair.add("number_missing", "number", 31, WEAK)
    if pair.postal == OTHER and pair.city not in (SAME, PARTIAL):
        pair.add("place_missing", "city", 0, WEAK)  # nothing but the street agrees
    unplaced = bool(a.place or a.postal_code) != bool(b.place or b.postal_code)
    if unplaced and not pair.mixed and pair.city not in (SAME, PARTIAL) and pair.postal not in (SAME, PARTIAL):
        # There is a 100 Main St in a thousand towns.
        pair.add("place_missing", "city", 8 if pair.region == SAME else 15, STREET_TYPE_CAP)
