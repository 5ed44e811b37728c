"""Read a street line: house number, directions, name, type, unit, box, and what stands beside the street.

One pass over tokens, each looked up in the country's tables; no part is ever found by a search through raw text. What
the grammar cannot place stays what it is: words of the name, or words beside the street.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from identity_match.address.rules import Phrases, Rules, fold_part, rules_for
from identity_match.text import UMLAUTS, fold

# A range of house numbers spans at most this much; our choice: a block. "1-9999" is no door.
WIDEST_RANGE = 100
MOST_TOKENS = 80  # our choice: an address line has some ten; the rest of a longer one is not read

_FRACTION_SIGNS = str.maketrans({"½": " 1/2 ", "¼": " 1/4 ", "¾": " 3/4 ", "⅓": " 1/3 ", "⅔": " 2/3 ", "º": " ", "ª": " "})
_SEPARATORS = {ord("'"): ""} | dict.fromkeys(map(ord, '!"$%*+:<=>?@\\^_`{|}~·•¦…⁂'), " ")
_SEPARATORS |= dict.fromkeys(map(ord, "()[];、。，；：（）\n"), " , ")
_SEPARATORS |= {ord("#"): " # ", ord(","): " , ", ord("&"): " & "}
_NUMBER = re.compile(r"\d+[a-z]?|[a-z]\d+[a-z]?|\d+[a-z]?-\d+[a-z]?|\d+-[a-z]")
_FRACTION = re.compile(r"[1-9]/[1-9]")
_SLASHED = re.compile(r"\d+[a-z]?/\d+[a-z]?")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_DOOR_WORD = re.compile(r"(\d+)([a-z]{2,})")
_LETTER = re.compile(r"[a-z]")


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


def tokenize(text: str, *, german: bool = False) -> list[str]:
    """Split text into folded words, numbers and the signs ``, # & -``; at most ``MOST_TOKENS``.

    Args:
        text: Cleaned text.
        german: Whether umlauts are spelt with two letters.

    >>> tokenize("16½ St. Mary's Rd., P.O. Box 5")
    ['16', '1/2', 'st', 'marys', 'rd', ',', 'po', 'box', '5']
    """
    if not text.isascii():
        text = text.translate(_FRACTION_SIGNS)
        if german:
            text = text.lower().translate(UMLAUTS)
    folded = fold(text).translate(_SEPARATORS)
    found: list[str] = []
    for raw in folded.split():
        word = raw.strip("./")
        if word.isalnum() or word in (",", "#", "&", "-"):
            found.append(word)
        elif word:
            found += _pieces(word)
        if len(found) >= MOST_TOKENS:
            break
    return found[:MOST_TOKENS]


def _pieces(word: str) -> list[str]:
    """Split a word with punctuation inside: numbers keep their hyphen, initials are joined, words come apart."""
    if "." in word:
        parts = word.split(".")
        joined = all(len(part) <= 1 for part in parts)
        return [piece for part in (["".join(parts)] if joined else parts) if part for piece in _pieces(part)]
    if _FRACTION.fullmatch(word) or _SLASHED.fullmatch(word):
        return [word]
    if any(map(str.isdigit, word)):
        number = re.sub(r"[-/]+", "-", word.strip("-/"))
        if _NUMBER.fullmatch(number):
            return [number]
        letters_last = number.replace("-", "")
        if number.count("-") == 1 and _NUMBER.fullmatch(letters_last) and not letters_last.isdigit():
            return [letters_last]
    return [part for part in re.split(r"[-/]+", word) if part]


def has_digit(word: str) -> bool:
    """Tell whether a word holds a decimal digit."""
    return any(map(str.isdigit, word))


def house_number(token: str) -> str:
    """Give a house number its canonical form: no leading zeros, no hyphen before a letter.

    >>> house_number("0042-b"), house_number("92-10")
    ('42b', '92-10')
    """
    low, dash, high = token.partition("-")
    low = low.lstrip("0") or "0"
    if not dash:
        return low
    return low + high if high.isalpha() else f"{low}-{high.lstrip('0') or '0'}"


def _is_identifier(token: str) -> bool:
    """Tell whether a token can name a unit or a box: it has a digit, or is one letter."""
    return len(token) <= 10 and (has_digit(token) or (len(token) == 1 and token.isalpha()))


def match_phrase(phrases: Phrases, tokens: list[str], at: int) -> tuple[int, str] | None:
    """Find the longest phrase that starts at a position: its length and what the key holds."""
    for words, canonical in phrases.get(tokens[at], ()):
        if tokens[at : at + len(words)] == list(words):
            return len(words), canonical
    return None


def _split_joined(tokens: list[str], rules: Rules) -> list[str]:
    """Take a unit apart from the house number where the country joins them ("5/12 Smith St"); else a slash is a hyphen.

    A fraction after a whole number stays as it is; letters such as "bis" come off their number.
    """
    if not any(map(has_digit, tokens)):
        return tokens
    found: list[str] = []
    open_number = bool(rules.joined)
    for token in tokens:
        if token[0].isdigit() and rules.doors and not token.isdigit() and (part := _DOOR_WORD.fullmatch(token)):
            if part[2] in rules.doors:
                found += [part[1], part[2]]
                continue
        unit, sign, number = token.partition("/" if "/" in token else "-")
        if sign and unit and number and token[0].isdigit():
            fraction = bool(found) and found[-1].isdigit() and _FRACTION.fullmatch(token) is not None
            if fraction:
                found.append(token)
            elif open_number and sign == rules.joined and number[0].isdigit():
                designated = bool(found) and (found[-1] in rules.units or found[-1] == "#")
                found += [*([] if designated else ["#"]), unit, ",", number]
            else:
                found.append(f"{unit}-{number}")
        else:
            found.append(token)
        open_number = open_number and not token[0].isdigit()
    return found


def _take_boxes(tokens: list[str], rules: Rules) -> tuple[list[str], str]:
    """Take post boxes and rural routes out; a comma stands where each was."""
    kept: list[str] = []
    found: list[str] = []
    i = 0
    while i < len(tokens):
        phrase = match_phrase(rules.boxes, tokens, i)
        if phrase is not None:
            length, canonical = phrase
            after = i + length
            while after < len(tokens) and (tokens[after] == "#" or tokens[after] in rules.markers):
                after += 1
            if after < len(tokens) and _is_identifier(tokens[after]) and has_digit(tokens[after]):
                name = "po" if canonical == "box" else canonical
                found.append(f"{name} {house_number(tokens[after])}")
                kept.append(",")
                i = after + 1
                continue
        kept.append(tokens[i])
        i += 1
    return kept, " ".join(found)


def _take_units(tokens: list[str], rules: Rules) -> tuple[list[str], list[str]]:  # noqa: C901, PLR0912 - one rule a branch
    """Take units out; a comma stands where each was."""
    kept: list[str] = []
    units: list[str] = []
    i = 0
    count = len(tokens)
    seen_number = False
    while i < count:
        token = tokens[i]
        kind = rules.units.get(token, "")
        following = tokens[i + 1] if i + 1 < count else ","
        if kind == "floor" and kept and (level := _level(kept[-1], following, rules)):
            kept.pop()
            units.append(f"floor {level}")
        elif kind == "floor" and kept and kept[-1] == "ground":
            kept.pop()
            units.append("floor 0")
        elif token == "#" or token in rules.markers or kind:
            at = i + 1
            while at < count and (tokens[at] == "#" or tokens[at] in rules.markers):
                at += 1
            if at >= count or not _is_identifier(tokens[at]):
                if token not in ("#",):
                    kept.append(token)
                i += 1
                continue
            marked = token != "#" or not any(map(_starts_with_digit, tokens[at + 1 :]))
            if not kind and not seen_number and marked:
                i = at  # only a marker before the house number
                continue
            if kind == "unit" and _is_named_flat(kept, units) and _starts_with_digit(tokens[at]):
                i += 1  # "ground floor flat 115 High St": the number is the house's
                continue
            kind = kind or "unit"
            identifier, i = _identifiers(tokens, at)
            units += [name if kind == "unit" else f"{kind} {name}" for name in identifier]
            kept.append(",")
            continue
        elif token in rules.alone and (
            following in (",", "#") or following in rules.units or (not kept and _starts_with_digit(following))
        ) and (len(kept) >= 2 or following in rules.units or _starts_with_digit(following)):  # fmt: skip
            units.append(rules.alone[token])
            kept.append(",")
        else:
            seen_number = seen_number or _starts_with_digit(token)
            kept.append(token)
        i += 1
    return kept, units


def _level(token: str, following: str, rules: Rules) -> str:
    """Read the number of a floor that stands before the word: an ordinal, or a plain number where none follows."""
    if level := _ordinal(token, rules):
        return level
    return token if token.isdigit() and len(token) <= 3 and following == "," else ""


def _is_named_flat(kept: list[str], units: list[str]) -> bool:
    """Tell whether the flat about to be read is named already: "the flat", "ground floor flat", "basement flat"."""
    return kept == ["the"] or (bool(units) and not any(word != "," for word in kept) and not units[-1][-1:].isdigit()) or (
        bool(units) and units[-1].startswith("floor ") and not any(word != "," for word in kept)
    )  # fmt: skip


def _identifiers(tokens: list[str], at: int) -> tuple[list[str], int]:
    """Read a unit's identifier, or a list of them joined by "&" or "and"; gives where to go on."""
    found = [house_number(tokens[at]).replace("-", "") if not _is_range(tokens[at]) else house_number(tokens[at])]
    at += 1
    while at + 1 < len(tokens) and tokens[at] in ("&", "and", "-") and _is_identifier(tokens[at + 1]):
        found.append(house_number(tokens[at + 1]))
        at += 2
    return found, at


def _is_range(token: str) -> bool:
    low, dash, high = token.partition("-")
    return bool(dash) and low.isdigit() and high.isdigit() and int(low[-9:]) < int(high[-9:])


def _starts_with_digit(token: str) -> bool:
    return token[0].isdigit()


def _ordinal(token: str, rules: Rules) -> str:
    """Read an ordinal, in digits or in words; empty where it is none."""
    if found := _ORDINAL.fullmatch(token):
        return found[1].lstrip("0") or "0"
    return rules.ordinals.get(token, "")


def _is_number(token: str) -> bool:
    return _NUMBER.fullmatch(token) is not None


def _range(low: str, high: str) -> str:
    """Join two plain numbers into a range where they can be one."""
    if low.isdigit() and high.isdigit() and len(high) <= 6 and 0 < int(high) - int(low[-6:]) <= WIDEST_RANGE:
        return f"{low}-{high}"
    return ""


def span(number: str) -> tuple[int, int] | None:
    """Give the numbers a house number covers, letters aside; None where it is not plain enough to tell.

    A second number below the first, or too far above it, is no range (``92-10`` is a door in Queens).

    >>> span("26-28"), span("26b"), span("92-10"), span("1-9999")
    ((26, 28), (26, 26), None, None)
    """
    low, dash, high = number.partition("-")
    low, high = low.rstrip("abcdefghijklmnopqrstuvwxyz"), high.rstrip("abcdefghijklmnopqrstuvwxyz")
    if not low.isdigit() or len(low) > 6 or len(high) > 6:
        return None
    if not dash:
        return int(low), int(low)
    if high.isdigit() and 0 < int(high) - int(low) <= WIDEST_RANGE:
        return int(low), int(high)
    return None


def _merge(run: list[str]) -> list[str]:
    """Merge numbers that stand side by side: ranges, fractions, and the same number written twice."""
    found: list[str] = []
    for token in run:
        if found and (token.isalpha() or _FRACTION.fullmatch(token)):
            found[-1] = f"{found[-1]} {token}"
            continue
        number = house_number(token)
        if found:
            if joined := _range(found[-1], number):
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
        token = tokens[i]
        if not _is_house_number(tokens, i, numbers, rules):
            if i == 0 and token in rules.cardinals and count > 1 and not has_digit("".join(tokens)):
                numbers.append(rules.cardinals[token])
                stretches.append([])
            elif token not in ("#", "&", "-"):
                stretches[-1].append(token)
            i += 1
            continue
        run, i = _run(tokens, i, rules, numbers)
        numbers += _merge(run)
        stretches.append([])
    last = stretches.pop()
    before = [word for stretch in stretches for word in stretch]
    groups = sum(_has_road(stretch, rules) for stretch in (*stretches[1:], last)) if numbers else 0
    return _Segment(before, numbers, last, groups)


def _has_road(words: list[str], rules: Rules) -> bool:
    return any(word in rules.types and word not in rules.buildings for word in words[1:])


def _run(tokens: list[str], i: int, rules: Rules, numbers: list[str]) -> tuple[list[str], int]:
    """Read house numbers that stand side by side, with letters and fractions of their own."""
    run: list[str] = []
    count = len(tokens)
    while i < count:
        token = tokens[i]
        if run and (_FRACTION.fullmatch(token) or token in rules.doors):
            run.append(token)
        elif token == "-" and run and i + 1 < count and _is_number(tokens[i + 1]):
            pass
        elif _is_house_number(tokens, i, [*numbers, *run], rules):
            run.append(token)
        elif run and _is_door_letter(tokens, i, rules) and run[-1].isdigit():
            run[-1] += token
        else:
            break
        i += 1
    return run, i


def _is_house_number(tokens: list[str], i: int, numbers: list[str], rules: Rules) -> bool:
    """Tell whether a token is a house number; one that opens with a letter (B28) only where the text does."""
    token = tokens[i]
    if not _is_number(token) or (i and not _starts_with_digit(token)):
        return False
    return not _is_street_number(tokens, i, numbers, rules)


def _is_door_letter(tokens: list[str], i: int, rules: Rules) -> bool:
    """Tell whether a lone letter after a house number belongs to it: no direction, and not the street's own name."""
    if not _LETTER.fullmatch(tokens[i]) or tokens[i] in rules.directions or tokens[i] in rules.first:
        return False
    following = tokens[i + 1] if i + 1 < len(tokens) else ""
    return following not in rules.types and (following not in rules.weak or i + 2 < len(tokens))


def _is_street_number(tokens: list[str], i: int, numbers: list[str], rules: Rules) -> bool:
    """Tell whether a number is part of the street's name: before its type, or after a road such as "highway"."""
    following = tokens[i + 1] if i + 1 < len(tokens) else ""
    if numbers and tokens[i].isdigit() and following in rules.types and len(tokens[i]) <= 3:
        return True
    if i and tokens[i - 1] in rules.first and any(map(_starts_with_digit, tokens[i + 1 :])):
        return True  # "Calle 5 de Mayo 12"
    return any(_ends_with_road(tokens, i, back, rules) for back in (1, 2, 3, 4))


def _ends_with_road(tokens: list[str], i: int, back: int, rules: Rules) -> bool:
    if i < back:
        return False
    phrase = match_phrase(rules.roads, tokens, i - back)
    return phrase is not None and phrase[0] == back


def _canonical(word: str, rules: Rules) -> str:
    """Give a word of a name its canonical form."""
    if word in rules.words:
        return rules.words[word]
    if word in rules.types:
        return rules.types[word]
    if word in rules.weak and rules.weak[word] not in rules.types:
        return rules.weak[word]  # "la" ends a line as lane, and opens a name as an article
    if word in rules.buildings:
        return rules.buildings[word]
    for ending, canonical in rules.endings:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + canonical
    return _ordinal(word, rules) or word


def canonical_words(words: list[str] | tuple[str, ...], rules: Rules) -> tuple[str, ...]:
    """Give words of a name or place their canonical forms; "ninety sixth" becomes ``96``."""
    found: list[str] = []
    for word in words:
        canonical = _canonical(word, rules)
        tens = rules.cardinals.get(found[-1], "") if found else ""
        if len(tens) == 2 and tens.endswith("0") and len(canonical) == 1 and canonical.isdigit():
            found[-1] = tens[0] + canonical
        else:
            found += canonical.split()
    return tuple(found)


@lru_cache(maxsize=4096)
def read_place(text: str, country: str) -> tuple[str, ...]:
    """Read a city, or the words after the street in one line; cities recur, so some are remembered.

    >>> read_place("N. Las Vegas", "us"), read_place("NYC", "us"), read_place("St. Louis", "us")
    (('north', 'las', 'vegas'), ('new', 'york'), ('saint', 'louis'))
    """
    if not text:
        return ()
    rules = rules_for(country)
    folded = fold_part(text.lower().translate(UMLAUTS) if rules.german else text)
    words = rules.cities.get(folded, folded).split()
    if len(words) > 1:
        words = [rules.long_directions.get(rules.directions.get(word, ""), word) for word in words]
    canonical = " ".join(canonical_words(words, rules))
    return tuple(rules.cities.get(canonical, canonical).split())


class _Name(NamedTuple):
    pre: str
    name: tuple[str, ...]
    kind: str
    post: str
    rest: list[str]


def _direction(words: list[str], at: int, rules: Rules) -> tuple[str, int]:
    """Read a direction of one or two words at a position: what the key holds, and its length."""
    if not 0 <= at < len(words) or words[at] not in rules.directions:
        return "", 0
    one = rules.directions[words[at]]
    if at + 1 < len(words) and words[at + 1] in rules.directions:
        both = one + rules.directions[words[at + 1]]
        if both in rules.directions.values():
            return both, 2
    return one, 1


def _read_name(words: list[str], rules: Rules) -> _Name:
    """Find direction, type and name in the words of a street; what follows the type is left as rest."""
    start = 0
    pre, length = _direction(words, 0, rules)
    if length and length < len(words):
        next_type = words[length] in rules.types
        beyond = words[length + 1] if length + 1 < len(words) else ""
        if not next_type or (beyond in rules.types or beyond in rules.weak):
            start = length
        else:
            pre = ""  # "N St": the letter is the street's name
    else:
        pre = ""
    road = match_phrase(rules.roads, words, start) if start < len(words) else None
    if road is not None and start + road[0] < len(words) and _is_identifier(words[start + road[0]]):
        after = start + road[0] + 1
        name = (house_number(_ordinal(words[after - 1], rules) or words[after - 1]),)
        post, length = _direction(words, after, rules)
        return _Name(pre, name, road[1], post, words[after + length :])
    at = _type_at(words, start, rules)
    if at is None and words[start] in rules.first and start + 1 < len(words):
        name_words, post = _without_post(words[start + 1 :], rules)
        return _Name(pre, canonical_words(name_words, rules), rules.first[words[start]], post, [])
    if at is None:
        name_words, post = _without_post(words[start:], rules)
        kind = ""
        if len(name_words) > 1 and name_words[-1] in rules.weak:
            kind = rules.weak[name_words.pop()]
        return _Name(pre, canonical_words(name_words, rules), kind, post, [])
    post, length = _direction(words, at + 1, rules)
    name = canonical_words(words[start:at], rules)
    return _Name(pre, name, rules.types[words[at]], post, words[at + 1 + length :])


def _without_post(words: list[str], rules: Rules) -> tuple[list[str], str]:
    """Take a direction off the end of a name."""
    if len(words) > 2:
        post, length = _direction(words, len(words) - 2, rules)
        if length == 2:
            return words[:-2], post
    if len(words) > 1 and words[-1] in rules.directions:
        return words[:-1], rules.directions[words[-1]]
    return list(words), ""


def _type_at(words: list[str], start: int, rules: Rules) -> int | None:
    """Find the street type: the first certain one after a name, and on while types follow each other.

    A word that may stand before a name ("avenue of ...") is the type there only where no certain type follows.
    """
    types = rules.types
    for i in range(start + 1, len(words)):
        if words[i] in types:
            if i == start + 1 and words[start] in rules.first and i + 1 < len(words) and words[i] == "st":
                continue
            while i + 1 < len(words) and words[i + 1] in types:
                i += 1  # noqa: PLW2901 - "Court St", "Park Ave": the last of them
            return i
    return None


def read_street(tokens: list[str], rules: Rules, *, line: bool = False) -> Street:
    """Read the tokens of a street line.

    Args:
        tokens: From ``tokenize``.
        rules: The country's rules.
        line: Whether place names may follow the street, as in one line of text; else all words belong to the street.

    >>> from identity_match.address.rules import rules_for
    >>> found = read_street(tokenize("100 N. Main Street Apt 4"), rules_for("us"))
    >>> found.numbers, found.pre, found.name, found.kind, found.units
    (('100',), 'n', ('main',), 'street', ('4',))
    """
    tokens, box = _take_boxes(_split_joined(tokens, rules), rules)
    tokens, units = _take_units(tokens, rules)
    segments = [_read_segment(part, rules) for part in _split(tokens)]
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
    found = _read_name(words, rules) if words else _Name("", (), "", "", [])
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
    return tokens[0] if _is_number(tokens[0]) else ""


# Two streets with numbers of their own are two addresses, except where buildings are numbered before the street; three
# are too many anywhere, and so is a list of numbers, or of units without a joining word. Our choice.
def _is_several(numbers: list[str], groups: int, units: list[str], rules: Rules) -> bool:
    return sum(" " not in unit for unit in units) > 3 or len(numbers) > (3 if rules.numbered_buildings else 2) or groups > (2 if rules.numbered_buildings else 1)


def _split(tokens: list[str]) -> list[list[str]]:
    """Cut tokens at commas; empty stretches vanish."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


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


def _without_surroundings(words: list[str], rules: Rules) -> tuple[list[str], bool]:
    """Cut what describes the surroundings of a numbered street: "at 65th st", "between 5th and 6th ave"."""
    for i in range(1, len(words)):
        if words[i] in rules.cross and (words[i] != "at" or _has_road(words[:i], rules) or i > 1):
            return words[:i], True
    return words, False
