"""Read a street line: house number, directions, name, type, unit, box, and what stands beside the street.

One pass over tokens, each looked up in the country's tables; no part is ever found by a search through raw text. What
the grammar cannot place stays what it is: words of the name, or words beside the street.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from identity_match.address.names import Name, canonical_words, read_name
from identity_match.address.tokens import (
    FRACTION,
    LETTER,
    has_digit,
    house_number,
    is_number,
    joined_range,
    match_phrase,
    span,
    split_at_commas,
    starts_with_digit,
)
from identity_match.address.units import split_joined, take_boxes, take_units

if TYPE_CHECKING:
    from identity_match.address.rules import Rules


MOST_NUMBERS: Final = 3  # different numbers side by side that can be one door: "74a 74 76"; our choice


class Street(NamedTuple):
    """What a street line says, in canonical words.

    Attributes:
        numbers: House numbers; more than one where a building has its own.
        pre: Direction before the name.
        name: Words of the street name; ordinals as digits.
        kind: Street type.
        post: Direction after the type.
        extra: Words beside the street: building, property, firm.
        units: Units inside the building, sorted; a bare one is the identifier alone.
        box: Post box or route.
        rest: Words after the street in the same stretch of text; in one line, the place.
        segments: Stretches of words after the street's, cut at commas; in one line, the place.
        several: Whether this is more than one address.
    """

    numbers: tuple[str, ...] = ()
    pre: str = ""
    name: tuple[str, ...] = ()
    kind: str = ""
    post: str = ""
    extra: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    box: str = ""
    rest: tuple[str, ...] = ()
    segments: tuple[tuple[str, ...], ...] = ()
    several: bool = False


def _merge(run: list[str]) -> list[str]:
    """Merge numbers that stand side by side: ranges, fractions, and the same number written twice."""
    found: list[str] = []
    if len(set(run)) > MOST_NUMBERS:
        return [house_number(word) for word in run if is_number(word)]  # a list, no range
    for word in run:
        if found and (word.isalpha() or FRACTION.fullmatch(word)):
            found[-1] = f"{found[-1]} {word}"
            continue
        number = house_number(word)
        if found:
            if joined := joined_range(found[-1], number):
                found[-1] = joined
                continue
            before, this = span(found[-1]), span(number)
            if before and this and this[0] <= before[0] <= this[1]:
                continue  # "73c 73", "109b 107-109": the second repeats the first
        found.append(number)
    return found


class _Segment(NamedTuple):
    before: list[str]  # words before the last house number
    numbers: list[str]
    after: list[str]  # words after it; all words where there is no number
    groups: int  # stretches of number and street


def _read_segment(tokens: list[str], rules: Rules) -> _Segment:
    """Tell house numbers from words in the stretch between two commas."""
    numbers: list[str] = []
    stretches: list[list[str]] = [[]]
    i = 0
    count = len(tokens)
    while i < count:
        word = tokens[i]
        if not _is_house_number(tokens, i, numbers, rules):
            if i == 0 and word in rules.cardinals and count > 1 and not has_digit("".join(tokens)):
                number, i = _spelled_out(tokens, rules)
                numbers.append(number)
                stretches.append([])
                continue
            if word not in ("#", "&", "-"):
                stretches[-1].append(word)
            i += 1
            continue
        run, i = _run(tokens, i, rules, numbers)
        numbers += _merge(run)
        stretches.append([])
    last = stretches.pop()
    before = [word for stretch in stretches for word in stretch]
    groups = sum(_has_road(stretch, rules) for stretch in (*stretches[1:], last)) if numbers else 0
    return _Segment(before, numbers, last, groups)


def _spelled_out(tokens: list[str], rules: Rules) -> tuple[str, int]:
    """Read a number in words with which a line begins: the number, and how many words it has."""
    number, length = rules.cardinals[tokens[0]], 1
    unit = rules.cardinals.get(tokens[1], "")
    if len(number) == 2 and number.endswith("0") and len(unit) == 1:
        number, length = number[0] + unit, 2  # "Forty-Two Elm St"
    if len(number) == 1 and tokens[length] == "hundred":
        number, length = number + "00", length + 1
    return number, length


def _has_road(words: list[str], rules: Rules) -> bool:
    return any(word in rules.types and word not in rules.buildings for word in words[1:])


def _run(tokens: list[str], i: int, rules: Rules, numbers: list[str]) -> tuple[list[str], int]:
    """Read house numbers that stand side by side, with letters and fractions of their own."""
    run: list[str] = []
    count = len(tokens)
    while i < count:
        word = tokens[i]
        if run and (FRACTION.fullmatch(word) or word in rules.doors):
            run.append(word)
        elif word == "-" and run and i + 1 < count and is_number(tokens[i + 1]):
            pass
        elif _is_house_number(tokens, i, [*numbers, *run], rules):
            run.append(word)
        elif run and _is_door_letter(tokens, i, rules) and run[-1].isdecimal():
            run[-1] += word
        else:
            break
        i += 1
    return run, i


def _is_house_number(tokens: list[str], i: int, numbers: list[str], rules: Rules) -> bool:
    """Tell whether a word is a house number; one that opens with a letter (B28) only where the text does."""
    word = tokens[i]
    if not is_number(word) or (i and not starts_with_digit(word)):
        return False
    return not _is_street_number(tokens, i, numbers, rules)


def _is_door_letter(tokens: list[str], i: int, rules: Rules) -> bool:
    """Tell whether a lone letter after a house number belongs to it: no direction, and not the street's own name."""
    # The letter O beside digits is a nought, so it numbers no door: "10 O Neil St".
    if not LETTER.fullmatch(tokens[i]) or tokens[i] == "o" or tokens[i] in rules.directions or tokens[i] in rules.first:
        return False
    following = tokens[i + 1] if i + 1 < len(tokens) else ""
    if tokens[i] in rules.roads and starts_with_digit(following):
        return False  # "12000 I 35"
    if LETTER.fullmatch(following) and following not in rules.directions:
        return False  # "418 M L King Blvd"
    return following not in rules.types and (following not in rules.weak or i + 2 < len(tokens))


def _is_street_number(tokens: list[str], i: int, numbers: list[str], rules: Rules) -> bool:
    """Tell whether a number is part of the street's name: before its type, or after a road such as "highway"."""
    following = tokens[i + 1] if i + 1 < len(tokens) else ""
    if numbers and tokens[i].isdecimal() and following in rules.types and len(tokens[i]) <= 3:
        return True
    ends = following in ("", ",") or following in rules.directions
    if numbers and ends and tokens[i - 1] in rules.directions and tokens[i].isdecimal():
        return True  # a grid of numbered streets: "100 E 200 S"
    if i and tokens[i - 1] in rules.first and any(map(starts_with_digit, tokens[i + 1 :])):
        return True  # "Calle 5 de Mayo 12"
    return any(_ends_with_road(tokens, i, back, rules) for back in (1, 2, 3, 4))


def _ends_with_road(tokens: list[str], i: int, back: int, rules: Rules) -> bool:
    if i < back:
        return False
    phrase = match_phrase(rules.roads, tokens, i - back)
    return phrase is not None and phrase[0] == back


def read_street(tokens: list[str], rules: Rules, *, line: bool = False) -> Street:
    """Read the tokens of a street line.

    Args:
        tokens: From ``tokenize``.
        rules: The country's rules.
        line: Whether place names may follow the street, as in one line of text; else all words belong to the street.

    >>> from identity_match.address.rules import rules_for
    >>> from identity_match.address.tokens import tokenize
    >>> found = read_street(tokenize("100 N. Main Street Apt 4"), rules_for("us"))
    >>> found.numbers, found.pre, found.name, found.kind, found.units
    (('100',), 'n', ('main',), 'street', ('4',))
    """
    tokens, box = take_boxes(split_joined(tokens, rules), rules)
    tokens, units = take_units(tokens, rules)
    segments = [_read_segment(part, rules) for part in split_at_commas(tokens)]
    at = _street_segment(segments, rules)
    if at is None:
        return Street(units=tuple(sorted(set(units))), box=box)
    chosen = segments[at]
    numbers = [number for segment in segments for number in segment.numbers]
    if rules.order == "number_first" and len(chosen.numbers) == 2 and chosen.before and not chosen.after:
        first, last = chosen.numbers
        if first == house_number(_first_number(tokens)) and len(last) < 4:
            units.append(last)  # "100 Main St 4b"
            numbers.remove(last)
    if rules.order == "number_last" and chosen.numbers:
        for segment in segments[at + 1 :]:
            letters = [*segment.before, *segment.after]
            if len(segment.numbers) == 1 and len("".join(letters)) <= 1:  # "Calle Mayor 12, 3 B"
                units.append("".join((*segment.numbers, *letters)))
                numbers.remove(segment.numbers[0])
                segment.before.clear()
                segment.after.clear()
    before, words, after = _sides(chosen, rules)
    words, described = _without_surroundings(words, rules) if chosen.numbers else (words, False)
    if rules.order == "number_last":
        words, quarter = _without_quarter(words, rules)
        before = [*before, *quarter]
    found = read_name(words, rules) if words else Name("", (), "", "", [])
    rest = [*found.rest, *after]
    others = [[*segment.before, *segment.after] for segment in segments]
    earlier = [word for words in others[:at] for word in words] + before
    later = [words for words in others[at + 1 :] if words]
    if described:
        rest = []
    extra = canonical_words(earlier, rules)
    groups = sum(segment.groups for segment in segments)
    if not line:
        extra += canonical_words([*rest, *(word for words in later for word in words)], rules)
        rest, later = [], []
    return Street(
        numbers=tuple(dict.fromkeys(numbers)),
        pre=found.pre,
        name=found.name,
        kind=found.kind,
        post=found.post,
        extra=extra,
        units=tuple(sorted(set(units))),
        box=box,
        rest=canonical_words(rest, rules),
        segments=tuple(canonical_words(words, rules) for words in later),
        several=_is_several(numbers, groups, units, rules),
    )


def _first_number(tokens: list[str]) -> str:
    return tokens[0] if is_number(tokens[0]) else ""


def _is_several(numbers: list[str], groups: int, units: list[str], rules: Rules) -> bool:
    """Tell whether a line holds more than one address, or a list of numbers or units.

    Two streets with numbers of their own are two addresses, except where buildings are numbered before the street;
    three are too many anywhere. Our choice.
    """
    return (
        sum(" " not in unit for unit in units) > 2
        or len(numbers) > (3 if rules.numbered_buildings else 2)
        or groups > (2 if rules.numbered_buildings else 1)
    )


def _street_segment(segments: list[_Segment], rules: Rules) -> int | None:
    """Choose the stretch that holds the street: number and type, then type, then number, then the first with words."""
    if not segments:
        return None

    def rank(i: int) -> tuple[bool, bool, bool, int]:
        segment = segments[i]
        words = [*segment.before, *segment.after]
        typed = _has_road(words, rules) or any(word in rules.first for word in words[:1])
        if segment.numbers and not segment.before and segment.after:
            typed = typed or any(word in rules.types for word in segment.after[1:])
        return bool(words), typed, bool(segment.numbers), -i

    return max(range(len(segments)), key=rank)


def _sides(segment: _Segment, rules: Rules) -> tuple[list[str], list[str], list[str]]:
    """Tell the street's words from words before and after it, by the country's order."""
    before, after = segment.before, segment.after
    if not segment.numbers or not before:
        return before, after, []
    street_first = before[0] in rules.first or (rules.order != "number_first" and not _has_road(after, rules))
    if not after or street_first:
        return [], before, after
    return before, after, []


def _without_quarter(words: list[str], rules: Rules) -> tuple[list[str], list[str]]:
    """Tell a quarter or a building from the street that follows it: Ataturk Mahallesi, Gul Sokak."""
    for i in range(len(words) - 2, 0, -1):
        if words[i] in rules.buildings and any(word in rules.types for word in words[i + 2 :]):
            return words[i + 1 :], words[: i + 1]
    return words, []


def _without_surroundings(words: list[str], rules: Rules) -> tuple[list[str], bool]:
    """Cut what describes the surroundings of a numbered street: "at 65th st", "between 5th and 6th ave"."""
    for i in range(1, len(words)):
        if words[i] in rules.cross and (words[i] != "at" or _has_road(words[:i], rules) or i > 1):
            return words[:i], True
    return words, False
