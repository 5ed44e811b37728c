"""Lay the words of two addresses beside each other: equal, misspelt, run together or torn apart, left over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from identity_match import edits
from identity_match.text import skeleton

if TYPE_CHECKING:
    from collections.abc import Callable

# What part a word belongs to.
NAME: Final = 0
KIND: Final = 1
EXTRA: Final = 2
PLACE: Final = 3
DIRECTION: Final = 4
_MOST: Final = 24  # words a side that are compared letter by letter; our choice, an address has a third of that

Word = tuple[str, int]


class Aligned(NamedTuple):
    """What became of the words of two sides.

    Attributes:
        left: Words of the first side without a partner.
        right: Words of the second side without a partner.
        typos: Parts in which a misspelt word found its partner, one entry a word.
        joins: How many words were run together or torn apart.
        look_alike: Whether a partner was only drawn alike, in letters of another script.
    """

    left: list[Word]
    right: list[Word]
    typos: list[int]
    joins: int
    look_alike: bool


def is_typo(a: str, b: str, most: int = 3) -> bool:
    """Tell whether two different words are one, misspelt: a slip or two, more in longer words.

    Numbers are never misspelt, and neither are words of three letters. The first letter is rarely the wrong one, so a
    short word must share it. Only one letter may stand for another: further slips leave one out, add one or swap two,
    while Birchwood and Beechwood are two streets. Our choice of limits, from pairs with keying errors. Symmetric.

    Args:
        a: A word.
        b: Another word.
        most: Slips forgiven in the longest words.

    >>> is_typo("cameron", "camreon"), is_typo("pennsylvania", "pensilvania")
    (True, True)
    >>> is_typo("maple", "market"), is_typo("washington", "wellington"), is_typo("15", "16")
    (False, False, False)
    """
    shorter, longer = sorted((len(a), len(b)))
    if shorter < 3 or not (a.isalpha() and b.isalpha()):
        return False
    # By the shorter word, too, where it is short: letters that are added must not widen what is forgiven.
    limit = min(most, 1 if shorter <= 4 or longer <= 5 else 2 if longer <= 8 else 3)
    if longer - shorter > limit:
        return False
    distance = edits.distance(a, b, limit=limit)
    # Of two slips and more one at most may be another letter.
    if distance > limit or (distance > 1 and shorter - edits.common_letters(a, b) > 1):
        return False
    if longer <= 3:
        return False
    if longer <= 5:
        return a[0] == b[0] or sorted(a) == sorted(b)
    return distance == 1 or a[0] == b[0] or a[-2:] == b[-2:]


def is_opposite(a: str, b: str, opposites: dict[str, str]) -> bool:
    """Tell whether two words differ in nothing but opposite beginnings. Symmetric.

    Args:
        a: A word.
        b: Another word.
        opposites: Beginnings to what names their pair.

    >>> pairs = {"north": "north", "south": "north"}
    >>> is_opposite("northside", "southside", pairs), is_opposite("northside", "nortside", pairs)
    (True, False)
    """
    return any(
        pair == other_pair and x != y and b.startswith(y) and a[len(x) :] == b[len(y) :]
        for x, pair in opposites.items()
        if a.startswith(x)
        for y, other_pair in opposites.items()
    )


def is_mangled_kind(a: str, b: str) -> bool:
    """Tell whether a word is a badly spelt street type: types are few, so more slips are forgiven.

    >>> is_mangled_kind("cosecent", "crescent"), is_mangled_kind("circle", "court")
    (True, False)
    """
    return edits.similarity(a, b) >= 0.6


def align(left: list[Word], right: list[Word], *, mixed: bool, distinct: Callable[[str, str], bool]) -> Aligned:
    """Lay words beside each other, equal ones first.

    Args:
        left: Words with their parts, in order.
        right: The other side's.
        mixed: Whether a word of a street may be a word of the other side's place, as in one line of text.
        distinct: Whether two words are known to be different words, so that one is no misspelling of the other.
    """
    named = sum(part == NAME for _, part in left)
    left, right = _without_equal(left, right, mixed=mixed)
    typos: list[int] = []
    joins = 0
    look_alike = False
    if left and right:
        long_left, long_right = left[_MOST:], right[_MOST:]
        left, right = left[:_MOST], right[:_MOST]
        look_alike = _match_look_alike(left, right, typos)
        if named > sum(part == NAME for _, part in left):
            _match_initials(left, right, typos)
        joins = _match_joined(left, right, mixed=mixed, slips=0)
        joins += _match_joined(left, right, mixed=mixed, slips=1)
        _match_misspelt(left, right, typos, mixed=mixed, distinct=distinct)
        joins += _match_joined(left, right, mixed=mixed, slips=3)
        left, right = left + long_left, right + long_right
    return Aligned(left, right, typos, joins, look_alike)


def _fits(a: int, b: int, *, mixed: bool) -> bool:
    return mixed or (a == PLACE) == (b == PLACE)


def _without_equal(left: list[Word], right: list[Word], *, mixed: bool) -> tuple[list[Word], list[Word]]:
    """Take equal words away; a word said twice on one side has one partner for both."""
    known_right = {word for word, _ in right} if mixed else {(word, part == PLACE) for word, part in right}
    known_left = {word for word, _ in left} if mixed else {(word, part == PLACE) for word, part in left}
    if mixed:
        return [w for w in left if w[0] not in known_right], [w for w in right if w[0] not in known_left]
    return (
        [w for w in left if (w[0], w[1] == PLACE) not in known_right],
        [w for w in right if (w[0], w[1] == PLACE) not in known_left],
    )


def _match_look_alike(left: list[Word], right: list[Word], typos: list[int]) -> bool:
    """Match words that are drawn alike but hold letters of another script."""
    found = False
    for a in list(left):
        drawn = skeleton(a[0])
        for b in right:
            if (a[0].isascii() and b[0].isascii()) or drawn != skeleton(b[0]):
                continue
            left.remove(a)
            right.remove(b)
            typos.append(min(a[1], b[1]))
            found = True
            break
    return found


def _match_initials(left: list[Word], right: list[Word], typos: list[int]) -> None:
    """Match initials of a street's name with the words they stand for, in order: M L King, Martin Luther King."""
    found = 0
    for a, b in zip([w for w in left if w[1] == NAME], [w for w in right if w[1] == NAME], strict=False):
        if a[0][0] != b[0][0] or min(len(a[0]), len(b[0])) > 1 or not (a[0] + b[0]).isalpha():
            break
        left.remove(a)
        right.remove(b)
        found += 1
    if found:
        typos.append(NAME)  # one slip, however many initials


def _match_misspelt(
    left: list[Word], right: list[Word], typos: list[int], *, mixed: bool, distinct: Callable[[str, str], bool]
) -> None:
    for a in list(left):
        for b in right:
            if not _fits(a[1], b[1], mixed=mixed) or (a[1] == KIND and b[1] == KIND) or DIRECTION in (a[1], b[1]):
                continue
            kind = KIND in (a[1], b[1])
            if (is_typo(a[0], b[0]) and not distinct(a[0], b[0])) or (kind and is_mangled_kind(a[0], b[0])):
                left.remove(a)
                right.remove(b)
                typos.append(PLACE if PLACE in (a[1], b[1]) else KIND if kind else min(a[1], b[1]))
                break


# How many words may be one another, run together.
_PAIRINGS: Final = frozenset(((2, 1), (1, 2), (2, 2), (3, 1), (1, 3)))


def _match_joined(left: list[Word], right: list[Word], *, mixed: bool, slips: int) -> int:
    """Match words run together or torn apart: a pair against one word, one against a pair, a pair against a pair."""
    found = 0
    while len(left) + len(right) > 2 and left and right:
        hit = _joined(left, right, mixed=mixed, slips=slips)
        if hit is None:
            break
        i, size_left, j, size_right = hit
        del left[i : i + size_left]
        del right[j : j + size_right]
        found += 1
    return found


def _runs(words: list[Word]) -> list[tuple[str, int, int]]:
    """Write one to three neighbouring words together: the text, where it starts, how many words."""
    texts = [word for word, _ in words]
    found = [(text, i, 1) for i, text in enumerate(texts)]
    found += [(texts[i] + texts[i + 1], i, 2) for i in range(len(texts) - 1)]
    found += [(texts[i] + texts[i + 1] + texts[i + 2], i, 3) for i in range(len(texts) - 2)]
    return [run for run in found if len(run[0]) >= 4]


def _joined(left: list[Word], right: list[Word], *, mixed: bool, slips: int) -> tuple[int, int, int, int] | None:
    runs_right = _runs(right)
    if not slips:
        by_text: dict[str, list[tuple[int, int]]] = {}
        for text, j, size in runs_right:
            by_text.setdefault(text, []).append((j, size))
        for text, i, size in _runs(left):
            for j, other in by_text.get(text, ()):
                if (size, other) in _PAIRINGS and _fits(left[i][1], right[j][1], mixed=mixed):
                    return i, size, j, other
        return None
    for text, i, size in _runs(left):
        for other_text, j, other in runs_right:
            if text[0] != other_text[0] or len(text) <= 5 or (size, other) not in _PAIRINGS:
                continue
            if slips > 1 and size == other:
                continue  # as many words on either side: each is misspelt by itself, and judged by itself
            if is_typo(text, other_text, slips) and _fits(left[i][1], right[j][1], mixed=mixed):
                return i, size, j, other
    return None
