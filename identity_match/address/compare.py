"""Compare two addresses part by part, and turn what was found into a score.

A score is 100 less the cost of everything that differs, held down by the caps of what contradicts. A part that one side
leaves out costs little; the same part with another content contradicts. The costs are our choice: they order the pairs
inside the bands; the bands themselves are the caps, and each cap says where it comes from.
"""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import OSA

from identity_match.address.align import DIRECTION, EXTRA, KIND, NAME, PLACE, Word, align, is_typo
from identity_match.address.key import AddressKey
from identity_match.address.rules import Rules, rules_for
from identity_match.address.street import span
from identity_match.field import Reason, to_score

SAME, PARTIAL, ABSENT, OTHER = "match", "partial", "missing", "conflict"  # what a part's result may be


class AddressMatch(NamedTuple):
    """How well two addresses agree.

    Attributes:
        score: 0..100; None where a side has no address.
        is_postal_code_match: Whether both postal codes agree, ZIP and ZIP+4 being the same; None where a side has none.
        reasons: What happened, each with its part: ``typo``, ``abbreviation``, ``unit_missing``, ``number_conflict`` ...
        avs: What a card network's address check would answer: ``Y`` street and postal code agree, ``A`` street only,
            ``Z`` postal code only, ``N`` neither.
        street: ``match``, ``partial``, ``missing`` or ``conflict``; so the next four.
        unit: Unit, floor, room, building and box.
        city: City.
        region: State or province.
        postal_code: Postal code; ``partial`` is another code of the same area.
    """

    score: int | None = None
    is_postal_code_match: bool | None = None
    reasons: tuple[Reason, ...] = ()
    avs: str | None = None
    street: str | None = None
    unit: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None


class _Tally:
    """Costs and caps while two addresses are gone through."""

    __slots__ = ("cap", "cost", "reasons")

    def __init__(self) -> None:
        self.cost = 0
        self.cap = 100
        self.reasons: list[Reason] = []

    def add(self, code: str, part: str, cost: int, cap: int = 100) -> None:
        self.cost += cost
        self.cap = min(self.cap, cap)
        self.reasons.append(Reason(code, part))


# Caps. "Below 70" is the contract's weak band; the contradictions that put an address there are another house number
# (I29), box, direction, unit (registers list two units of a building as two premises), street, city with its postal
# code, region, country, and whatever is no address: a place without a street (I30), a cut value.
WEAK = 69
STREET_TYPE_CAP = 84  # Court and Circle are two roads; below the strong band
DIRECTION_CAP = 94  # one side names a direction: the same door or its mirror image
POSTAL_CAP = 89  # only the postal code differs: not strong (contract: strong from 90)
TYPO_CAP = 97  # something was misspelt: never perfect
MISSING_UNIT_CAP = 89  # the household is open: not strong


def compare(user: AddressKey, owner: AddressKey) -> AddressMatch:
    """Score how well two addresses agree.

    Equal parts are 100, however abbreviated. A part on one side only costs a little; one with another content
    contradicts: another house number, unit, box, direction, street, region or country is below 70, another street type
    below 85, another postal code alone below 90. Places without a street are below 70 even when equal. Symmetric.

    Args:
        user: Address the user gave, from ``normalize``.
        owner: Address on the account.

    >>> from identity_match.address.read import normalize
    >>> compare(normalize("100 Main St Apt 4, Reno NV 89501"), normalize("100 Main Street #4, Reno NV 89501-1234")).score
    100
    >>> compare(normalize("100 Main St, Reno NV 89501"), normalize("102 Main St, Reno NV 89501")).score < 70
    True
    """
    postal_match = user.postal_code == owner.postal_code if user.postal_code and owner.postal_code else None
    if user[:11] == owner[:11] and (user.country == owner.country or not user.country or not owner.country):
        if not (user.truncated or owner.truncated) and user[14:] == owner[14:]:
            return _equal(user, postal_match)
    elif postal_match is False and not (user.line or owner.line) and _is_elsewhere(user, owner):
        return AddressMatch(0, False, _ELSEWHERE, "N", OTHER, *_quick_parts(user, owner), OTHER)
    if user > owner:
        user, owner = owner, user  # a fixed order, so that the two sides are interchangeable
    tally = _Tally()
    rules = rules_for((owner if (owner.country, not owner.line) > (user.country, not user.line) else user).rules)
    pair = _Pair(user, owner, rules, mixed=_is_loose(user) or _is_loose(owner))
    _country(user, owner, tally)
    postal, known_postal = _postal(pair, rules, tally)
    region = _region(user, owner, rules, tally)
    number, unit = _numbers_and_units(pair, tally)
    box = _box(user, owner, tally)
    street, city = _words(pair, number, postal, box, tally)
    _whole(user, owner, number, box, tally)
    _place(pair, city, postal, region, tally)
    score = to_score(1 - min(100, tally.cost) / 100, top=min(tally.cap, 99 if tally.reasons else 100))
    agree = street == SAME and number in (SAME, PARTIAL, ABSENT) and box != OTHER
    avs = ("Y" if known_postal else "A") if agree else ("Z" if known_postal else "N")
    return AddressMatch(score, postal_match, tuple(tally.reasons), avs, _worse(street, number), unit, city, region, postal)


_ELSEWHERE = tuple(
    Reason(f"{part}_conflict", part) for part in ("postal_code", "number", "city")
)  # fmt: skip


def _is_elsewhere(a: AddressKey, b: AddressKey) -> bool:
    """Tell whether two addresses contradict in house number, city and area of the postal code, so plainly that nothing
    else need be looked at: whatever the streets are, the costs add up to 100."""
    if len(a.numbers) != 1 or len(b.numbers) != 1 or a.numbers == b.numbers or a.box or b.box or not a.place:
        return False
    number, other = a.numbers[0], b.numbers[0]
    if not (number.isdigit() and other.isdigit()) or number in b.units or other in a.units or a.rules != b.rules:
        return False
    area = rules_for(a.rules).area
    if a.postal_code[:area] == b.postal_code[:area] or not b.place or _one_slip(a.postal_code, b.postal_code):
        return False
    boroughs = rules_for(a.rules).boroughs
    city, town = " ".join(a.place), " ".join(b.place)
    if city in boroughs or town in boroughs:
        return False
    return OSA.normalized_similarity(city, town) < 0.5  # nothing a misspelling could explain


def _quick_parts(a: AddressKey, b: AddressKey) -> tuple[str, str, str]:
    """Give the states of unit, city and region of two addresses that lie elsewhere."""
    if a.units and b.units:
        unit = SAME if a.units == b.units else OTHER
    else:
        unit = PARTIAL if a.units or b.units else ABSENT
    region = ABSENT if not a.region or not b.region else SAME if a.region == b.region else OTHER
    return unit, OTHER, region


def _is_loose(key: AddressKey) -> bool:
    """Tell whether street and place may be cut at a wrong word: one line, unless number and type frame the name."""
    return key.line and not (key.numbers and key.name and key.kind and not rules_for(key.rules).numbered_buildings)


_RANK = (OTHER, PARTIAL, ABSENT, SAME)


def _worse(a: str, b: str) -> str:
    return min(a, b, key=_RANK.index)


def _equal(key: AddressKey, postal_match: bool | None) -> AddressMatch:
    """Give the outcome of two equal keys: perfect, unless there is no street and no box in them."""
    street = SAME if key.name or key.numbers else ABSENT
    named = bool(key.name or key.numbers or key.extra) or bool(key.box)
    reasons = () if named else (Reason("no_street", "street"),)
    avs = ("Y" if postal_match else "A") if named else ("Z" if postal_match else "N")
    return AddressMatch(
        100 if named else WEAK, postal_match, reasons, avs, street,
        SAME if key.units or key.box else ABSENT, SAME if key.place else ABSENT, SAME if key.region else ABSENT,
        SAME if key.postal_code else ABSENT,
    )  # fmt: skip


class _Pair:
    """Two addresses on their way through a comparison; units and numbers are used up as they find a partner."""

    __slots__ = ("a", "b", "mixed", "numbers_a", "numbers_b", "rules", "units_a", "units_b")

    def __init__(self, a: AddressKey, b: AddressKey, rules: Rules, *, mixed: bool) -> None:
        self.a, self.b, self.rules, self.mixed = a, b, rules, mixed
        self.numbers_a, self.numbers_b = list(a.numbers), list(b.numbers)
        self.units_a, self.units_b = set(a.units), set(b.units)


def _country(a: AddressKey, b: AddressKey, tally: _Tally) -> None:
    if a.country and b.country and a.country != b.country:
        tally.add("country_conflict", "country", 40, WEAK)


def _postal(pair: _Pair, rules: Rules, tally: _Tally) -> tuple[str, bool]:
    """Compare postal codes; one that a line holds among its numbers counts as given."""
    a, b = pair.a.postal_code, pair.b.postal_code
    if a and not b and pair.b.line and a in pair.numbers_b:
        pair.numbers_b.remove(a)
        b = a
    elif b and not a and pair.a.line and b in pair.numbers_a:
        pair.numbers_a.remove(b)
        a = b
    if a == b:
        return (SAME, True) if a else (ABSENT, False)
    if not a or not b:
        tally.add("postal_code_missing", "postal_code", 2)
        return ABSENT, False
    near = rules.area_of(a) == rules.area_of(b) or _one_slip(a, b)
    tally.add("postal_code_conflict", "postal_code", 12 if near else 16, POSTAL_CAP)
    return (PARTIAL if near else OTHER), False


def _one_slip(a: str, b: str) -> bool:
    """Tell whether two codes differ in one place, or in two neighbours exchanged."""
    if len(a) != len(b):
        return False
    differing = [i for i in range(len(a)) if a[i] != b[i]]
    if len(differing) == 1:
        return True
    return len(differing) == 2 and a[differing[0]] == b[differing[1]] and a[differing[1]] == b[differing[0]]


def _region(a: AddressKey, b: AddressKey, rules: Rules, tally: _Tally) -> str:
    if a.region == b.region:
        return SAME if a.region else ABSENT
    if not a.region or not b.region:
        return ABSENT
    codes = rules.regions.values()
    if a.region in (b.country, *b.place) or b.region in (a.country, *a.place):
        return ABSENT
    if not rules.strict_region or a.rules != b.rules:
        return PARTIAL
    if a.region in codes and b.region in codes:
        tally.add("region_conflict", "region", 25, WEAK)
        return OTHER
    tally.add("typo", "region", 5, TYPO_CAP)
    return PARTIAL


def _box(a: AddressKey, b: AddressKey, tally: _Tally) -> str:
    if a.box == b.box:
        return SAME if a.box else ABSENT
    if a.box and b.box:
        tally.add("box_conflict", "box", 45, WEAK)
        return OTHER
    tally.add("box_missing", "box", 8)
    return PARTIAL


def _split_letter(number: str) -> tuple[str, str]:
    """Part a house number from what sets its door apart: a letter, or a fraction."""
    first, _, fraction = number.partition(" ")
    if fraction:
        return first, fraction
    if first[-1:].isalpha() and first[:-1].isdigit():
        return first[:-1], first[-1]
    return first, ""


def _numbers_and_units(pair: _Pair, tally: _Tally) -> tuple[str, str]:  # noqa: C901 - one rule a branch
    """Compare house numbers and units together: a letter may be written as a flat, a flat's number before a house."""
    common = set(pair.numbers_a) & set(pair.numbers_b)
    left = [n for n in pair.numbers_a if n not in common]
    right = [n for n in pair.numbers_b if n not in common]
    state = SAME if common else ABSENT
    worst = 0
    for number in list(left):
        for other in right:
            cost = _same_door(number, other, pair)
            if cost is not None:
                left.remove(number)
                right.remove(other)
                worst = max(worst, cost)
                state = SAME if cost < 18 and state != PARTIAL else PARTIAL
                break
    # A flat's number may stand before the building's ("18 Kings Court 148 High St"), or alone on one side.
    for numbers, units, own, others in (
        (left, pair.units_b, pair.units_a, pair.numbers_b), (right, pair.units_a, pair.units_b, pair.numbers_a),
    ):  # fmt: skip
        for number in list(numbers):
            if number in units and (state != ABSENT or (not own and not others)):  # "18 Kings Court 148 ..." and "Flat 18 Kings Court 148 ..."
                numbers.remove(number)
                units.discard(number)
                worst = max(worst, 1)
                pair.units_a.discard(number)
                pair.units_b.discard(number)
                state = SAME if state == ABSENT else state
    if left and right:
        tally.add("number_conflict", "number", 50, WEAK)
        return OTHER, _units(pair, tally)
    if worst >= 18:
        tally.add("number_letter_missing", "number", worst)
    elif worst > 1:
        tally.add("number_range", "number", worst)
    elif worst:
        tally.add("number_form", "number", worst)
    unit = _units(pair, tally)
    if left or right:
        if pair.numbers_a and pair.numbers_b:
            tally.add("number_added", "number", *((4, 100) if pair.rules.numbered_buildings else (18, STREET_TYPE_CAP)))
            return state if state != ABSENT else PARTIAL, unit
        if state == ABSENT:
            return PARTIAL, unit
    return state, unit


_CLOSE_RANGE = 10  # one building's numbers; our choice. A wider range is a row of doors, and says less


def _same_door(a: str, b: str, pair: _Pair) -> int | None:
    """Give the cost of reading two different house numbers as one door, or None where they are two."""
    digits_a, letter_a = _split_letter(a)
    digits_b, letter_b = _split_letter(b)
    if digits_a == digits_b:
        if letter_a in pair.units_b and not letter_b:
            pair.units_b.discard(letter_a)
            return 1
        if letter_b in pair.units_a and not letter_a:
            pair.units_a.discard(letter_b)
            return 1
        return None if letter_a and letter_b else 18
    if letter_a and letter_b and letter_a != letter_b:
        return None
    span_a, span_b = span(a), span(b)
    if span_a is None or span_b is None or (span_a[0] == span_a[1] and span_b[0] == span_b[1]):
        return None
    if max(span_a[0], span_b[0]) > min(span_a[1], span_b[1]):
        return None
    wide = max(span_a[1] - span_a[0], span_b[1] - span_b[0])
    return 3 if wide <= _CLOSE_RANGE else 12


def _units(pair: _Pair, tally: _Tally) -> str:
    a, b = pair.units_a, pair.units_b
    if a == b:
        return SAME if a or pair.a.units else ABSENT
    levels_a, levels_b = _levels(a), _levels(b)
    state = ABSENT
    conflict = overlap = False
    for level in levels_a.keys() & levels_b.keys():
        if levels_a[level] == levels_b[level]:
            state = SAME
        elif levels_a[level] & levels_b[level]:
            overlap = True
        else:
            conflict = True
    if conflict:
        tally.add("unit_conflict", "unit", 45, WEAK)
        return OTHER
    if not levels_a or not levels_b:
        only = levels_a or levels_b
        tally.add("unit_missing", "unit", 4 if set(only) == {"room"} else 11, MISSING_UNIT_CAP)
        return PARTIAL
    plain_a, plain_b = {u.split()[-1] for u in a}, {u.split()[-1] for u in b}
    if state == ABSENT and plain_a & plain_b:
        tally.add("unit_form", "unit", 3)
        return SAME
    if overlap:
        tally.add("unit_overlap", "unit", 15, MISSING_UNIT_CAP)
    else:
        tally.add("unit_detail_missing", "unit", 5, 95)
    return PARTIAL


_WIDEST_UNITS = 10  # units in one range, "Units 57-61"; our choice. A wider one names no household


def _levels(units: set[str]) -> dict[str, set[str]]:
    """Sort units by level: the plain ones under an empty name, "floor 4" under floor; a list counts as its members."""
    found: dict[str, set[str]] = {}
    for unit in units:
        level, _, name = unit.rpartition(" ")
        covered = span(name)
        members = {name}
        if covered and 0 < covered[1] - covered[0] <= _WIDEST_UNITS:
            members |= set(map(str, range(covered[0], covered[1] + 1)))
        found.setdefault(level, set()).update(members)
    return found


def _direction(a: AddressKey, b: AddressKey, alone: set[str], rules: Rules, tally: _Tally) -> None:
    """Compare directions; one that found a partner among the words ("North Point", "Northpoint") is settled."""
    if a.pre == b.pre and a.post == b.post:
        return
    left, right = ({d for d in (key.pre, key.post) if d} for key in (a, b))
    if left == right:
        tally.add("direction_moved", "direction", 4)
        return
    open_left, open_right = ({d for d in side if rules.long_directions.get(d, d) in alone} for side in (left, right))
    if (open_left or open_right) and (left < right or right < left):
        tally.add("direction_missing", "direction", 12, DIRECTION_CAP)
    elif open_left and open_right:
        tally.add("direction_conflict", "direction", 40, WEAK)
    elif open_left or open_right:
        tally.add("direction_missing", "direction", 12, DIRECTION_CAP)


def _listed(key: AddressKey, other: AddressKey, rules: Rules) -> list[Word]:
    """List the words of street and place with their parts; type and direction only where the other side's differ."""
    light = rules.light
    words: list[Word] = [(w, NAME) for w in key.name if w not in light] or [(w, NAME) for w in key.name]
    if key.pre != other.pre and key.pre:
        words.insert(0, (rules.long_directions.get(key.pre, key.pre), DIRECTION))
    if key.kind != other.kind and key.kind:
        words.append((key.kind, KIND))
    if key.post != other.post and key.post:
        words.append((rules.long_directions.get(key.post, key.post), DIRECTION))
    words += [(w, EXTRA) for w in key.extra if w not in light]
    words += [(w, PLACE) for w in dict.fromkeys(key.place) if w not in light]
    return words


def _words(pair: _Pair, number: str, postal: str, box: str, tally: _Tally) -> tuple[str, str]:
    """Compare the words of street and place; gives the state of each."""
    a, b, rules = pair.a, pair.b, pair.rules
    if a[1:6] == b[1:6] and not pair.mixed and (a.place == b.place or not a.place or not b.place):
        return (SAME if a.name else ABSENT), _city(pair, [], [], 0, postal, tally)
    known = rules.known
    found = align(
        _listed(a, b, rules), _listed(b, a, rules),
        mixed=pair.mixed, distinct=lambda x, y: x in known and y in known,
    )  # fmt: skip
    slips = [part for part in found.typos if part != PLACE]
    if slips or found.joins:
        tally.add("typo", "street", min(14, 4 * sum(p == NAME for p in slips) + 2 * len(slips) + 2 * found.joins), TYPO_CAP)
    if found.look_alike:
        tally.add("look_alike", "street", 5, DIRECTION_CAP)
    left, right = found.left, found.right
    name_left, name_right = _of(left, NAME), _of(right, NAME)
    street = _street(pair, left, right, number, postal, box, tally)
    _direction(a, b, {w for w, part in (*left, *right) if part == DIRECTION}, rules, tally)
    kind_left, kind_right = _of(left, KIND), _of(right, KIND)
    if kind_left and kind_right:
        if street in (SAME, PARTIAL):
            tally.add("street_type_conflict", "street", 16, STREET_TYPE_CAP)
    elif kind_left or kind_right:
        tally.add("street_type_missing", "street", 2)
    place_left, place_right = _of(left, PLACE), _of(right, PLACE)
    if pair.mixed:  # what a line has left over may be its place
        if _is_loose(a):
            place_left = place_left + ([] if name_right else name_left) + _of(left, EXTRA)
        if _is_loose(b):
            place_right = place_right + ([] if name_left else name_right) + _of(right, EXTRA)
    city = _city(pair, place_left, place_right, found.typos.count(PLACE), postal, tally)
    return street, city


def _of(words: list[Word], part: int) -> list[str]:
    return [word for word, of in words if of == part]


def _street(
    pair: _Pair, left: list[Word], right: list[Word], number: str, postal: str, box: str, tally: _Tally
) -> str:
    """Judge the words of the street that found no partner."""
    a, b = pair.a, pair.b
    name_left, name_right = _of(left, NAME), _of(right, NAME)
    extra_left, extra_right = _of(left, EXTRA), _of(right, EXTRA)
    has_a, has_b = bool(a.name or a.extra), bool(b.name or b.extra)
    if not has_a or not has_b:
        if has_a or has_b:
            tally.add("street_missing", "street", *((8, 100) if box == SAME else (35, WEAK)))
        return ABSENT
    words_a, words_b = len(_street_words(a, pair.rules)), len(_street_words(b, pair.rules))
    alone_a, alone_b = len(name_left) + len(extra_left), len(name_right) + len(extra_right)
    loose_a, loose_b = _is_loose(a), _is_loose(b)
    if (alone_a >= words_a and (alone_b or not loose_a)) or (alone_b >= words_b and (alone_a or not loose_b)):
        tally.add("street_conflict", "street", 55, WEAK)  # one side's words are all unknown to the other
        return OTHER
    if name_left and name_right:
        if not (a.numbers or b.numbers) and _same_house(a, b, pair.rules):
            tally.add("street_conflict", "street", 12 if postal == SAME else 24)
            return ABSENT
        tally.add("street_conflict", "street", 40, WEAK)
        return OTHER
    if name_left or name_right:
        key, rest = (a, name_left) if name_left else (b, name_right)
        if loose_a if name_left else loose_b:
            tally.add("street_words_added", "street", 4)
            return SAME
        if len(rest) >= len(key.name):  # the other side's street stands beside this one's: "Rose Court, Main St"
            if a.kind in pair.rules.types and b.kind in pair.rules.types:
                tally.add("street_conflict", "street", 34, WEAK)
                return OTHER
            more = len(extra_left if name_left else extra_right)
            tally.add("street_words_added", "street", 12 + 3 * more, STREET_TYPE_CAP)
            return SAME
        tally.add("street_words_missing", "street", 18 if len(rest) == 1 else 34)
        return PARTIAL
    numbered = a.numbers or b.numbers or a.units or b.units
    if extra_left and extra_right:  # without a number, the house's name is the house
        tally.add("building_conflict", "street", *((6, 100) if numbered else (35, WEAK)))
    elif extra_left or extra_right:
        tally.add("building_missing", "street", 2 if numbered else 12)
    return SAME


def _street_words(key: AddressKey, rules: Rules) -> list[str]:
    return [w for w in (*key.name, *key.extra) if w not in rules.light] or list(key.name)


def _same_house(a: AddressKey, b: AddressKey, rules: Rules) -> bool:
    """Tell whether two addresses without number open with the same name of a house."""
    first, second = (w for w in a.name if w not in rules.light), (w for w in b.name if w not in rules.light)
    for x, y in zip(first, second, strict=False):
        if x != y and not is_typo(x, y):
            return False
        if x not in rules.vague:
            return True
    return False


def _city(pair: _Pair, left: list[str], right: list[str], typos: int, postal: str, tally: _Tally) -> str:
    a, b = pair.a, pair.b
    if not a.place and not b.place:
        return ABSENT
    if not a.place or not b.place:
        if pair.mixed and not (right if b.place else left):
            return SAME  # the line's words hold the other side's city
        tally.add("city_missing", "city", 3)
        return ABSENT
    if typos:
        tally.add("typo", "city", min(6, 3 * typos), TYPO_CAP)
    if not left and not right:
        return SAME
    if not left or not right:
        if a.line or b.line or postal == SAME:
            tally.add("city_words_missing", "city", 2)
        else:
            tally.add("city_words_missing", "city", 6 + 4 * len(left or right))
        return PARTIAL
    boroughs = pair.rules.boroughs
    city_a, city_b = " ".join(a.place), " ".join(b.place)
    if city_a == boroughs.get(city_b) or city_b == boroughs.get(city_a):
        tally.add("borough", "city", 3)
        return PARTIAL
    if postal == SAME:
        tally.add("city_conflict", "city", 10)
    elif postal == PARTIAL:
        tally.add("city_conflict", "city", 14 if pair.mixed else 24)
    elif postal == ABSENT:
        tally.add("city_conflict", "city", 35, WEAK)
    else:
        tally.add("city_conflict", "city", 40, WEAK)
    return OTHER


def _whole(a: AddressKey, b: AddressKey, number: str, box: str, tally: _Tally) -> None:
    """Judge what no single part can: nothing but a place, a number on one side only, several addresses, a cut value."""
    if a.truncated or b.truncated:
        tally.add("truncated", "street", 0, WEAK)
    if a.several != b.several or (a.several and a.numbers != b.numbers):
        tally.add("several_addresses", "street", 20, WEAK)
    if not _has_street(a) or not _has_street(b):
        tally.add("no_street", "street", 0, WEAK)
    if bool(a.numbers) != bool(b.numbers) and number != SAME and box != SAME:
        if _same_building(a, b) or _same_building(b, a):
            tally.add("number_missing", "number", 8)
        else:
            tally.add("number_missing", "number", 31, WEAK)


def _place(pair: _Pair, city: str, postal: str, region: str, tally: _Tally) -> None:
    """Judge a street that only one side places: there is a 100 Main St in a thousand towns."""
    if city in (SAME, PARTIAL) or postal in (SAME, PARTIAL) or pair.mixed:
        return
    placed = [bool(key.place or key.postal_code) for key in (pair.a, pair.b)]
    if placed[0] != placed[1]:
        tally.add("place_missing", "city", 8 if region == SAME else 15, STREET_TYPE_CAP)


def _same_building(a: AddressKey, b: AddressKey) -> bool:
    """Tell whether the first has a number and the second none, but both name the same building or unit."""
    if not a.numbers or b.numbers:
        return False
    words = {*b.name, *b.extra}
    if a.units and a.units == b.units:
        return True
    return any(word in words or any(is_typo(word, w) for w in words) for word in a.extra if len(word) > 3)


def _has_street(key: AddressKey) -> bool:
    return bool(key.name or key.numbers or key.box or key.extra)
