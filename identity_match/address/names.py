"""Names of streets and places in canonical words, with what stands around a street's name: direction and type."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from identity_match import tables
from identity_match.address.rules import Rules, fold_part, rules_for
from identity_match.address.tokens import house_number, is_identifier, match_phrase, read_ordinal
from identity_match.text import UMLAUTS


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
    return read_ordinal(word, rules) or word


def canonical_words(words: list[str] | tuple[str, ...], rules: Rules) -> tuple[str, ...]:
    """Give words of a name or place their canonical forms; "ninety sixth" becomes ``96``."""
    found: list[str] = []
    for word in words:
        canonical = _canonical(word, rules)
        tens = rules.cardinals.get(found[-1], "") if found else ""
        if len(tens) == 2 and tens.endswith("0") and len(canonical) == 1 and canonical.isdecimal():
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


@cache
def _post_offices(digit: str) -> dict[str, str]:
    """Map the ZIP codes that begin with a digit to the names of their post office, where there are several."""
    return {row[0]: row[1] for row in tables.rows_of("us_post_offices", digit)}


@lru_cache(maxsize=4096)
def post_office(postal_code: str) -> frozenset[tuple[str, ...]]:
    """Give the places that are one by their ZIP code: what USPS prefers, what it accepts, what people write.

    >>> {read_place("Winter Hill", "us"), read_place("Somerville", "us")} <= post_office("02145")
    True
    """
    names = _post_offices(postal_code[:1]).get(postal_code, "")
    return frozenset(read_place(name, "us") for name in names.split("|"))


class Name(NamedTuple):
    """A street's name with its directions and type, and the words after them."""

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


def _opens_road(words: list[str], at: int, rules: Rules) -> tuple[int, str] | None:
    """Match a numbered road at a position ("highway 5"): how many words before its number, and what the key holds."""
    road = match_phrase(rules.roads, words, at) if at < len(words) else None
    return road if road and at + road[0] < len(words) and is_identifier(words[at + road[0]]) else None


def read_name(words: list[str], rules: Rules) -> Name:
    """Find direction, type and name in the words of a street; what follows the type is left as rest."""
    start = 0
    pre, length = _direction(words, 0, rules)
    if length and length < len(words):
        is_type = words[length] in rules.types and not _opens_road(words, length, rules)
        later = words[length + 1 :]
        # "N St": the letter is the street's name; "N Court St", "N St Marks St": it is a direction.
        if not is_type or any(word in rules.types for word in later) or (later and later[0] in rules.weak):
            start = length
        else:
            pre = ""
    else:
        pre = ""
    if road := _opens_road(words, start, rules):
        after = start + road[0] + 1
        name = (house_number(read_ordinal(words[after - 1], rules) or words[after - 1]),)
        post, length = _direction(words, after, rules)
        return Name(pre, name, road[1], post, words[after + length :])
    at = _type_at(words, start, rules)
    if at is None and words[start] in rules.first and start + 1 < len(words):
        name_words, post = _without_post(words[start + 1 :], rules)
        return Name(pre, canonical_words(name_words, rules), rules.first[words[start]], post, [])
    if at is None:
        name_words, post = _without_post(words[start:], rules)
        kind = ""
        if len(name_words) > 1 and name_words[-1] in rules.weak:
            kind = rules.weak[name_words.pop()]
        return Name(pre, canonical_words(name_words, rules), kind, post, [])
    post, length = _direction(words, at + 1, rules)
    return Name(pre, canonical_words(words[start:at], rules), rules.types[words[at]], post, words[at + 1 + length :])


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
