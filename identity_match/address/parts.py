"""Compare what two addresses hold beside words: country, region, postal code, box, house numbers, units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from identity_match import edits
from identity_match.address.outcome import (
    ABSENT,
    MISSING_UNIT_CAP,
    OTHER,
    PARTIAL,
    POSTAL_CAP,
    SAME,
    STREET_TYPE_CAP,
    TYPO_CAP,
    WEAK,
    Pair,
)
from identity_match.address.rules import is_one_area
from identity_match.address.tokens import LETTER, is_range, span
from identity_match.text import skeleton

if TYPE_CHECKING:
    from identity_match.address.key import AddressKey
    from identity_match.address.rules import Rules

# Costs, in points of the score. Our choice: a contradiction costs three to five times what an omission does, and what
# names the door (number, box, unit) costs most, so that among pairs below 70 the likelier ones still rank higher.
NUMBER_CONFLICT: Final = 50
BOX_CONFLICT: Final = 45
UNIT_CONFLICT: Final = 45
COUNTRY_CONFLICT: Final = 40
REGION_CONFLICT: Final = 25  # beside it the postal code differs as a rule, and costs too
REGION_UNKNOWN: Final = 12  # no state of the country, and no slip of one
# Another area; the same area, or one slip.
POSTAL_CONFLICT: Final = 16
POSTAL_NEAR: Final = 12
DOOR_MISSING: Final = 18  # a letter or fraction of the house number on one side: often the neighbour
UNIT_MISSING: Final = 11
UNIT_OVERLAP: Final = 15  # lists of units that share a member

NUMBERS_TURNED: Final = 31  # two bare numbers in the other order: two doors, unless the writer has a habit of her own
CLOSE_RANGE: Final = 10  # numbers of one building; our choice. A wider range is a row of doors, and says less
WIDEST_UNITS: Final = 10  # units in one range, "Units 57-61"; our choice. A wider one names no household


def compare_country(pair: Pair) -> None:
    """Compare countries; a missing one is nothing."""
    a, b = pair.a.country, pair.b.country
    if a and b and a != b:
        pair.add("country_conflict", "country", COUNTRY_CONFLICT, WEAK)


def compare_postal_codes(pair: Pair) -> None:
    """Compare postal codes; one that a line holds among its numbers counts as given."""
    a, b = pair.a.postal_code, pair.b.postal_code
    if same_postal_code(pair.a, pair.b):
        a = b
    if a and not b and pair.b.line and a in pair.numbers_b:
        pair.numbers_b.remove(a)
        b = a
    elif b and not a and pair.a.line and b in pair.numbers_a:
        pair.numbers_a.remove(b)
        a = b
    if a == b:
        pair.postal = SAME if a else ABSENT
    elif not a or not b:
        pair.add("postal_code_missing", "postal_code", 2)
    else:
        near = is_one_area(a, b, pair.rules) or is_one_slip(a, b)
        pair.add("postal_code_conflict", "postal_code", POSTAL_NEAR if near else POSTAL_CONFLICT, POSTAL_CAP)
        pair.postal = PARTIAL if near else OTHER


def same_postal_code(a: AddressKey, b: AddressKey) -> bool | None:
    """Tell whether two postal codes are one; None where a side has none.

    Where only one side names its country, the other's was read by a guess that may have added leading zeros.
    """
    code, other = a.postal_code, b.postal_code
    if not code or not other:
        return None
    return code == other or (bool(a.country) != bool(b.country) and code.lstrip("0") == other.lstrip("0"))


def is_one_slip(a: str, b: str) -> bool:
    """Tell whether two codes differ in one place, or in two neighbours exchanged.

    >>> is_one_slip("94107", "94117"), is_one_slip("94107", "94017"), is_one_slip("94107", "10001")
    (True, True, False)
    """
    if len(a) != len(b):
        return False
    first = second = -1  # where they differ
    for i in range(len(a)):
        if a[i] != b[i]:
            if second >= 0:
                return False
            if first >= 0:
                second = i
            else:
                first = i
    if second < 0:
        return first >= 0
    return second - first == 1 and a[first] == b[second] and a[second] == b[first]


def compare_regions(pair: Pair) -> None:
    """Compare regions: two known states contradict, a misspelt one is a slip, counties say little."""
    a, b = pair.a, pair.b
    if not a.region or not b.region:
        return
    if a.region == b.region:
        pair.region = SAME
    elif (a.region == b.country or a.region in b.place or b.region == a.country or b.region in a.place) and not (
        a.rules == b.rules and is_region(a.region, pair.rules) and is_region(b.region, pair.rules)
    ):
        return  # the same word stands in another part
    elif not pair.rules.strict_region or a.rules != b.rules:
        pair.region = PARTIAL
    elif is_region(a.region, pair.rules) and is_region(b.region, pair.rules):
        pair.add("region_conflict", "region", REGION_CONFLICT, WEAK)
        pair.region = OTHER
    else:
        pair.region = PARTIAL
        if skeleton(a.region) == skeleton(b.region):
            pair.add("look_alike", "region", 5, TYPO_CAP)
        elif edits.distance(a.region, b.region, limit=1) <= 1:
            pair.add("typo", "region", 5, TYPO_CAP)
        else:
            pair.add("region_unknown", "region", REGION_UNKNOWN, POSTAL_CAP)


def is_region(code: str, rules: Rules) -> bool:
    """Tell whether this is the code of a region of the country."""
    return rules.regions.get(code) == code


def compare_boxes(pair: Pair) -> None:
    """Compare post boxes and routes."""
    a, b = pair.a.box, pair.b.box
    if a == b:
        pair.box = SAME if a else ABSENT
    elif a and b:
        pair.add("box_conflict", "box", BOX_CONFLICT, WEAK)
        pair.box = OTHER
    else:
        pair.add("box_missing", "box", 8)
        pair.box = PARTIAL


def compare_doors(pair: Pair) -> None:
    """Compare house numbers and units together: a letter may be written as a flat, a flat's number before a house's."""
    common = set(pair.numbers_a) & set(pair.numbers_b)
    left = [number for number in pair.numbers_a if number not in common]
    right = [number for number in pair.numbers_b if number not in common]
    costs = _match_numbers(pair, left, right)
    pair.number = SAME if common or costs else ABSENT
    if len(common) > 1 and _exchanged(pair) and not (left or right):
        pair.add("number_conflict", "number", NUMBER_CONFLICT, WEAK)
        pair.number = OTHER
    elif len(common) > 1 and not (left or right) and _turned(pair):
        pair.add("number_order", "number", NUMBERS_TURNED, WEAK)
        pair.number = PARTIAL
    if costs and max(costs) >= DOOR_MISSING:
        pair.number = PARTIAL
    costs += _match_flats(pair, left, right)
    if left and right:
        pair.add("number_conflict", "number", NUMBER_CONFLICT, WEAK)
        pair.number = OTHER
    else:
        if costs:
            pair.add(_number_reason(max(costs)), "number", max(costs))
        if (left or right) and pair.numbers_a and pair.numbers_b:
            pair.add("number_added", "number", *((4,) if pair.rules.numbered_buildings else (18, STREET_TYPE_CAP)))
        if (left or right) and pair.number == ABSENT:
            pair.number = PARTIAL
    _compare_units(pair)


def _exchanged(pair: Pair) -> bool:
    """Tell whether equal numbers stand in another order: "5 Poniente 12" and "12 Poniente 5".

    One of them is the street. Where buildings have numbers of their own, and in one line, either order is usual.
    """
    return pair.a.numbers != pair.b.numbers and not (pair.rules.numbered_buildings or pair.mixed)


def _turned(pair: Pair) -> bool:
    """Tell flat 2 of house 10 from flat 10 of house 2 where both are written as bare numbers: "2, 10 High St"."""
    return len(pair.a.numbers) == len(pair.b.numbers) == 2 and pair.a.numbers == pair.b.numbers[::-1] and not pair.mixed


def _number_reason(cost: int) -> str:
    if cost >= DOOR_MISSING:
        return "number_letter_missing"
    return "number_range" if cost > 1 else "number_form"


def _match_numbers(pair: Pair, left: list[str], right: list[str]) -> list[int]:
    """Match different house numbers that may be one door; what each match costs."""
    costs = []
    for number in list(left):
        for other in right:
            cost = _same_door(number, other, pair)
            if cost is not None:
                left.remove(number)
                right.remove(other)
                costs.append(cost)
                break
    return costs


def _match_flats(pair: Pair, left: list[str], right: list[str]) -> list[int]:
    """Match a flat's number before the building's with the other side's unit: "18 Kings Court 148 High St"."""
    costs = []
    for numbers, units, own, others in (
        (left, pair.units_b, pair.units_a, pair.numbers_b), (right, pair.units_a, pair.units_b, pair.numbers_a),
    ):  # fmt: skip
        for number in list(numbers):
            # Without a common number this holds only where one side has a number alone, the other a unit alone.
            if number in units and (pair.number != ABSENT or (not own and not others)):
                numbers.remove(number)
                pair.units_a.discard(number)
                pair.units_b.discard(number)
                costs.append(1)
                if pair.number == ABSENT:
                    pair.number = SAME
    return costs


def split_door(number: str) -> tuple[str, str]:
    """Part a house number from what sets its door apart: a letter, a fraction, "bis".

    >>> split_door("12a"), split_door("100 1/2"), split_door("26-28")
    (('12', 'a'), ('100', '1/2'), ('26-28', ''))
    """
    first, _, door = number.partition(" ")
    if not door and first[-1:].isalpha() and first[:-1].isdecimal():
        return first[:-1], first[-1]
    return first, door


def _same_door(a: str, b: str, pair: Pair) -> int | None:
    """Give the cost of reading two different house numbers as one door, or None where they are two."""
    digits_a, door_a = split_door(a)
    digits_b, door_b = split_door(b)
    if digits_a == digits_b:
        sides = ((door_a, door_b, pair.units_a, pair.units_b), (door_b, door_a, pair.units_b, pair.units_a))
        for door, other, own, units in sides:
            if door in units and not other:
                units.discard(door)
                return 1
            if LETTER.fullmatch(door) and not other and not own and any(map(LETTER.fullmatch, units)):
                own.add(door)  # 100B and 100 Apt C: the units are compared, and contradict
                return 1
        return None if door_a and door_b else DOOR_MISSING
    if door_a and door_b and door_a != door_b:
        return None
    span_a, span_b = span(a), span(b)
    if (span_a is None or span_b is None) and digits_a.replace("-", "") == digits_b.replace("-", ""):
        return 1  # a door in Queens, whose hyphen most banks leave out; a range keeps its hyphen
    if span_a is None or span_b is None or (span_a[0] == span_a[1] and span_b[0] == span_b[1]):
        return None
    if max(span_a[0], span_b[0]) > min(span_a[1], span_b[1]):
        return None
    return 3 if max(span_a[1] - span_a[0], span_b[1] - span_b[0]) <= CLOSE_RANGE else 12


def _compare_units(pair: Pair) -> None:
    """Compare units level by level; one level on one side only is a detail."""
    a, b = pair.units_a, pair.units_b
    if a == b:
        pair.unit = SAME if a or (pair.a.units and pair.b.units) else ABSENT
        return
    levels_a, levels_b = unit_levels(a), unit_levels(b)
    shared = levels_a.keys() & levels_b.keys()
    pair.unit = PARTIAL
    if any(_contradict(levels_a[level], levels_b[level]) for level in shared):
        pair.add("unit_conflict", "unit", UNIT_CONFLICT, WEAK)
        pair.unit = OTHER
    elif not a or not b:
        pair.add("unit_missing", "unit", 4 if set(levels_a or levels_b) == {"room"} else UNIT_MISSING, MISSING_UNIT_CAP)
    elif any(levels_a[level] != levels_b[level] for level in shared):
        pair.add("unit_overlap", "unit", UNIT_OVERLAP, MISSING_UNIT_CAP)
    elif not shared and {unit.split()[-1] for unit in a} & {unit.split()[-1] for unit in b}:
        pair.add("unit_form", "unit", 3)  # "Room 4" and "#4"
        pair.unit = SAME
    else:
        pair.add("unit_detail_missing", "unit", 5, MISSING_UNIT_CAP if not shared else 95)


def _contradict(a: set[str], b: set[str]) -> bool:
    """Tell whether the units of one level contradict: none shared, or each side has one of its own beside it."""
    if not a & b:
        return True
    return bool(a - b and b - a) and not any(map(is_range, a | b))


def unit_levels(units: set[str]) -> dict[str, set[str]]:
    """Sort units by level, the plain ones under an empty name; a short range counts as its members.

    >>> unit_levels({"floor 2"}), sorted(unit_levels({"7-9"})[""])
    ({'floor': {'2'}}, ['7', '7-9', '8', '9'])
    """
    found: dict[str, set[str]] = {}
    for unit in units:
        level, _, name = unit.rpartition(" ")
        covered = span(name)
        members = {name}
        if covered and 0 < covered[1] - covered[0] <= WIDEST_UNITS:
            members |= set(map(str, range(covered[0], covered[1] + 1)))
        found.setdefault(level, set()).update(members)
    return found


def has_street(key: AddressKey) -> bool:
    """Tell whether an address names more than a place: a street, a number, a box or a building."""
    return bool(key.name or key.numbers or key.box or key.extra)
