"""Compare the words of two addresses: street, type, directions, buildings, city."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from identity_match.address.align import DIRECTION, EXTRA, KIND, NAME, PLACE, Aligned, Word, align, is_opposite, is_typo
from identity_match.address.names import canonical_words, post_office
from identity_match.address.outcome import (
    ABSENT,
    DIRECTION_CAP,
    OTHER,
    PARTIAL,
    SAME,
    STREET_TYPE_CAP,
    TYPO_CAP,
    WEAK,
    Pair,
)
from identity_match.address.rules import rules_for
from identity_match.address.tokens import has_digit

if TYPE_CHECKING:
    from identity_match.address.key import AddressKey
    from identity_match.address.rules import Rules

# Costs, in points of the score; our choice, as in ``parts``.
STREET_UNKNOWN: Final = 55  # no word of one side's street is anywhere on the other
STREET_CONFLICT: Final = 40  # some are, and both sides have words of their own
STREET_BESIDE: Final = 34  # the other side's street stands beside this one's own
STREET_ABSENT: Final = 35  # one side has no street at all
# One word of the name more ("Old Mill Rd"), or several: mostly another street.
WORD_MISSING: Final = 18
WORDS_MISSING: Final = 34
TYPE_CONFLICT: Final = 16
DIRECTION_CONFLICT: Final = 40
DIRECTION_MISSING: Final = 12
# A named house on another street, same postal code or not.
SAME_HOUSE: Final = 12
SAME_HOUSE_ELSEWHERE: Final = 24
BUILDING_CONFLICT: Final = 35  # without a house number, the name of the house is the house
CITY_CONFLICT: Final = {SAME: 10, PARTIAL: 24, ABSENT: 35, OTHER: 40}  # by what the postal codes say
_MOST_DISTRICTS: Final = 4  # words of districts beside a town that cost nothing more; our choice
CITY_CONFLICT_OF_LINES: Final = 14  # with neighbouring codes, one line may name the district and the other the town


def _is_one_street(a: AddressKey, b: AddressKey) -> bool:
    return a.name == b.name and a.kind == b.kind and a.pre == b.pre and a.post == b.post and a.extra == b.extra


def compare_words(pair: Pair) -> None:
    """Compare streets and cities."""
    a, b = pair.a, pair.b
    if _is_one_street(a, b) and not pair.mixed and (a.place == b.place or not a.place or not b.place):
        pair.street = SAME if a.name else ABSENT
        _compare_cities(pair, [], [], 0)
        return
    known, numbers, opposites = pair.rules.known, pair.rules.cardinals, pair.rules.opposites

    def distinct(x: str, y: str) -> bool:
        return (x in known and y in known) or (x in numbers and y in numbers) or is_opposite(x, y, opposites)

    found = align(_listed(a, b, pair.rules), _listed(b, a, pair.rules), mixed=pair.mixed, distinct=distinct)
    _note_slips(pair, found)
    _compare_streets(pair, found)
    _compare_directions(pair, {word for word, part in (*found.left, *found.right) if part == DIRECTION})
    kinds_left, kinds_right = _of(found.left, KIND), _of(found.right, KIND)
    if kinds_left and kinds_right:
        if pair.street in (SAME, PARTIAL):
            pair.add("street_type_conflict", "street", TYPE_CONFLICT, STREET_TYPE_CAP)
    elif kinds_left or kinds_right:
        pair.add("street_type_missing", "street", 2)
    left, right = _places_left(pair, found)
    _compare_cities(pair, left, right, found.typos.count(PLACE))


def _listed(key: AddressKey, other: AddressKey, rules: Rules) -> list[Word]:
    """List the words of street and place with their parts; type and direction only where the other side's differ."""
    light = rules.light
    name, extra, place = key.name, key.extra, key.place
    if key.rules != rules.country:  # read by a guess: in the words of the country that the other side names
        name, extra, place = (canonical_words(words, rules) for words in (name, extra, place))
    words: list[Word] = [(word, NAME) for word in name if word not in light] or [(word, NAME) for word in name]
    if key.pre != other.pre and key.pre:
        words.insert(0, (rules.long_directions.get(key.pre, key.pre), DIRECTION))
    if key.kind != other.kind and key.kind:
        words.append((key.kind, KIND))
    if key.post != other.post and key.post:
        word = rules.long_directions.get(key.post, key.post)
        # "100 Hill Rd South Bend" in one line: the direction may open the city's name.
        opens_city = key.line and not other.post and word in other.place and word not in key.place
        words.append((word, PLACE if opens_city else DIRECTION))
    words += [(word, EXTRA) for word in extra if word not in light]
    words += [(word, PLACE) for word in dict.fromkeys(place) if word not in light]
    return words


def _of(words: list[Word], part: int) -> list[str]:
    return [word for word, of in words if of == part]


def _note_slips(pair: Pair, found: Aligned) -> None:
    """Charge misspelt words of the street: 6 a word of the name, 2 any other, at most 14 together; our choice."""
    slips = [part for part in found.typos if part != PLACE]
    if slips or found.joins:
        cost = 4 * slips.count(NAME) + 2 * len(slips) + 2 * found.joins
        pair.add("typo", "street", min(14, cost), TYPO_CAP)
    if found.look_alike:
        pair.add("look_alike", "street", 5, DIRECTION_CAP)


def _compare_streets(pair: Pair, found: Aligned) -> None:
    """Judge the words of the streets that found no partner."""
    a, b = pair.a, pair.b
    has_a, has_b = bool(a.name or a.extra), bool(b.name or b.extra)
    if not has_a or not has_b:
        if has_a or has_b:
            pair.add("street_missing", "street", *((8,) if pair.box == SAME else (STREET_ABSENT, WEAK)))
        return
    name_left, name_right = _of(found.left, NAME), _of(found.right, NAME)
    extra_left, extra_right = _of(found.left, EXTRA), _of(found.right, EXTRA)
    alone_a, alone_b = len(name_left) + len(extra_left), len(name_right) + len(extra_right)
    unknown_a = alone_a >= _count(a, pair.rules) and (alone_b > 0 or not pair.loose_a)
    unknown_b = alone_b >= _count(b, pair.rules) and (alone_a > 0 or not pair.loose_b)
    if unknown_a or unknown_b:
        pair.add("street_conflict", "street", STREET_UNKNOWN, WEAK)
        pair.street = OTHER
    elif name_left and name_right:
        _both_names_left(pair)
    elif name_left:
        _one_name_left(pair, a, len(name_left), len(extra_left), loose=pair.loose_a)
    elif name_right:
        _one_name_left(pair, b, len(name_right), len(extra_right), loose=pair.loose_b)
    else:
        _compare_buildings(pair, extra_left, extra_right)


def _count(key: AddressKey, rules: Rules) -> int:
    """Count the words of a street that carry something."""
    return sum(word not in rules.light for word in (*key.name, *key.extra)) or len(key.name)


def _both_names_left(pair: Pair) -> None:
    if not (pair.a.numbers or pair.b.numbers) and is_same_house(pair.a, pair.b, pair.rules):
        pair.add("street_conflict", "street", SAME_HOUSE if pair.postal == SAME else SAME_HOUSE_ELSEWHERE)
        return
    pair.add("street_conflict", "street", STREET_CONFLICT, WEAK)
    pair.street = OTHER


def _one_name_left(pair: Pair, key: AddressKey, left: int, more: int, *, loose: bool) -> None:
    """Judge a street name with words that the other side lacks."""
    pair.street = SAME
    if loose:  # in one line they may be a building, a district, a firm
        pair.add("street_words_added", "street", 4)
    elif left < len(key.name):
        pair.add("street_words_missing", "street", WORD_MISSING if left == 1 else WORDS_MISSING)
        pair.street = PARTIAL
    elif pair.a.kind in pair.rules.types and pair.b.kind in pair.rules.types:
        pair.add("street_conflict", "street", STREET_BESIDE, WEAK)
        pair.street = OTHER
    else:  # the other side's name stands beside this one's: "2 Rose Court, Main St" and "2 Rose Court"
        pair.add("street_words_added", "street", 12 + 3 * more, STREET_TYPE_CAP)


def _compare_buildings(pair: Pair, left: list[str], right: list[str]) -> None:
    """Judge words beside the street that found no partner."""
    pair.street = SAME
    a, b = pair.a, pair.b
    numbered = a.numbers or b.numbers or a.units or b.units
    told_a, told_b = _told(left, pair.rules), _told(right, pair.rules)
    if told_a - told_b and told_b - told_a and not pair.mixed:
        pair.add("building_conflict", "street", BUILDING_CONFLICT, WEAK)  # "10 Albert Rd North", "10 Albert Rd South"
        pair.street = OTHER
    elif told_a != told_b and not (left and right) and not pair.mixed and not any(map(str.isdecimal, told_a | told_b)):
        pair.add("building_missing", "street", DIRECTION_MISSING, DIRECTION_CAP)
    elif left and right and told_a == told_b and len(left) == len(told_a) and len(right) == len(told_b):
        pass  # "10 George St N" and "10 George St North"
    elif left and right:
        pair.add("building_conflict", "street", *((6,) if numbered else (BUILDING_CONFLICT, WEAK)))
    elif left or right:
        pair.add("building_missing", "street", 2 if numbered else 12)


def _told(words: list[str], rules: Rules) -> set[str]:
    """List what tells a door from its neighbour among words: directions, sides, levels, letters, numbers."""
    return {
        rules.telling.get(word) or rules.cardinals.get(word, word)
        for word in words
        if word in rules.telling or word in rules.cardinals or len(word) == 1 or has_digit(word)
    }


def is_same_house(a: AddressKey, b: AddressKey, rules: Rules) -> bool:
    """Tell whether two addresses without number open with the same name of a house."""
    first, second = ((word for word in key.name if word not in rules.light) for key in (a, b))
    for x, y in zip(first, second, strict=False):
        if x != y and not is_typo(x, y):
            return False
        if x not in rules.vague:
            return True
    return False


def is_same_building(a: AddressKey, b: AddressKey) -> bool:
    """Tell whether the first has a number and the second none, but both name the same building or unit."""
    if not a.numbers or b.numbers:
        return False
    if a.units and a.units == b.units and rules_for(a.rules).numbered_buildings:
        return True
    words = {*b.name, *b.extra}
    return any(word in words or any(is_typo(word, w) for w in words) for word in a.extra if len(word) > 3)


def _compare_directions(pair: Pair, alone: set[str]) -> None:
    """Compare directions; one that found a partner among the words ("North Point", "Northpoint") is settled."""
    a, b, long = pair.a, pair.b, pair.rules.long_directions
    if a.pre == b.pre and a.post == b.post:
        return
    left, right = ({word for word in (key.pre, key.post) if word} for key in (a, b))
    if left == right:
        pair.add("direction_moved", "direction", 4)
        return
    open_left, open_right = ([word for word in side if long.get(word, word) in alone] for side in (left, right))
    if open_left and open_right and not (left < right or right < left):
        pair.add("direction_conflict", "direction", DIRECTION_CONFLICT, WEAK)
    elif open_left or open_right:
        pair.add("direction_missing", "direction", DIRECTION_MISSING, DIRECTION_CAP)


def _places_left(pair: Pair, found: Aligned) -> tuple[list[str], list[str]]:
    """List the words of the places without partner; what a loose line has left over may be its place."""
    left, right = _of(found.left, PLACE), _of(found.right, PLACE)
    name_left, name_right = _of(found.left, NAME), _of(found.right, NAME)
    if pair.loose_a:
        left += ([] if name_right else name_left) + _of(found.left, EXTRA)
    if pair.loose_b:
        right += ([] if name_left else name_right) + _of(found.right, EXTRA)
    return left, right


def _compare_cities(pair: Pair, left: list[str], right: list[str], typos: int) -> None:
    """Judge the cities by the words that found no partner."""
    a, b = pair.a, pair.b
    if not a.place and not b.place:
        return
    if not a.place or not b.place:
        if pair.mixed and not (right if b.place else left):
            pair.city = SAME  # the line's words hold the other side's city
        else:
            pair.add("city_missing", "city", 3)
        return
    if typos and not (left and right):  # beside words that contradict, a slip in another one costs nothing more
        pair.add("typo", "city", min(6, 3 * typos), TYPO_CAP)
    if not left and not right:
        pair.city = SAME
        return
    if not left or not right:
        telling = pair.rules.telling
        if pair.postal not in (SAME, PARTIAL) and not (a.line or b.line) and all(w in telling for w in left or right):
            pair.city = OTHER  # "Orange" and "West Orange"
            pair.add("city_conflict", "city", CITY_CONFLICT[pair.postal], WEAK)
            return
        pair.city = PARTIAL
        words = len(left or right)
        # District and county may stand beside the town; a string of towns is something else.
        few = words <= _MOST_DISTRICTS
        lenient = (few or pair.postal == SAME) if a.line or b.line else (few and pair.postal == SAME)
        pair.add("city_words_missing", "city", 2 if lenient else 6 + 4 * words)
        return
    if pair.postal == SAME and a.rules == b.rules == "us" and {a.place, b.place} <= post_office(a.postal_code):
        pair.city = PARTIAL
        pair.add("city_alias", "city", 2)
        return
    boroughs = pair.rules.boroughs
    city_a, city_b = " ".join(a.place), " ".join(b.place)
    if pair.postal != OTHER and (city_a == boroughs.get(city_b) or city_b == boroughs.get(city_a)):
        pair.city = PARTIAL
        pair.add("borough", "city", 3)
        return
    pair.city = OTHER
    cost = CITY_CONFLICT_OF_LINES if pair.postal == PARTIAL and pair.mixed else CITY_CONFLICT[pair.postal]
    pair.add("city_conflict", "city", cost, 100 if pair.postal in (SAME, PARTIAL) else WEAK)
