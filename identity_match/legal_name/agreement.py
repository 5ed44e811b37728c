"""What a comparison of two names says of the two people: how far they agree, contradict, and how rare the name is.

The score says how alike two names are; this says what follows from it when other fields are looked at, too. A word that
somebody mistyped beyond recognition contradicts nothing, while another known given name does, however near its letters.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from identity_match import edits, tables
from identity_match.legal_name.align import align, among_eastern, is_family
from identity_match.legal_name.syllables import other_syllables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from identity_match.legal_name.reading import Reading
    from identity_match.legal_name.tokens import Token

# People per 100,000 in the US census: a surname below and one from there on; our choice.
RARE: Final = 3
COMMON: Final = 40
# Share of letters in common, in any order, from which on a word may be another one mistyped; our choice.
GARBLED: Final = 0.7
MANY_WORDS: Final = 3  # equal words by which a name proves more than by two


def garbled(user: Reading, owner: Reading) -> bool:
    """Tell whether every word that is left over may be a word of the other name mistyped; symmetric.

    At least one of the two words has to be unknown: two known names are two names.

    >>> from identity_match.legal_name.reading import read
    >>> garbled(read("hsely hunter"), read("shelby hunter")), garbled(read("joan hunter"), read("john hunter"))
    (True, False)
    """
    found = align(user, owner)
    left, right = _left_over(found.user, found.left), _left_over(found.owner, found.right)
    if not left or not right:
        return False
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    if among_eastern(found) and any(other_syllables(a, b) for a, _ in few for b, _ in many):
        return False
    return all(any(_mistyped(a, b, family=a_last and b_last) for b, b_last in many) for a, a_last in few)


def _left_over(reading: Reading, places: Sequence[int]) -> list[tuple[Token, bool]]:
    """List words of a name, each with whether it stands where the family name does."""
    return [(reading.names[i], is_family(reading, i)) for i in places]


def _mistyped(a: Token, b: Token, *, family: bool) -> bool:
    """Tell whether of two words one may be the other mistyped; two that lists know are two names.

    In place of a given name a surname is as good as unknown, and so is a given name one letter from one that far more
    people bear: Lim, Josua.
    """
    if family:
        if (a.gender or a.surname) and (b.gender or b.surname):
            return False
    elif a.gender and b.gender:
        return b.text in _slips(a.text[0]).get(a.text, ()) or a.text in _slips(b.text[0]).get(b.text, ())
    elif a.surname and b.surname and not (a.gender or b.gender):
        return False
    longer, shorter = (a.text, b.text) if len(a.text) > len(b.text) else (b.text, a.text)
    if longer[:-1] == shorter and longer[-1] == "a":
        return False  # Farhan, Farhana: an ending, not a slip
    return 2 * edits.common_letters(a.text, b.text) >= GARBLED * (len(a.text) + len(b.text))


@cache
def _slips(letter: str) -> dict[str, list[str]]:
    """Map each given name that begins with a letter and may be misspelt to the far commoner ones that it may be."""
    return {name: commoner.split() for name, commoner in tables.rows_of("given_slips", letter)}


def rarity(user: Reading, owner: Reading) -> str:
    """Say how rare the surname is that both have: ``rare``, ``uncommon``, ``common``, or empty where they share none.

    >>> from identity_match.legal_name.reading import read
    >>> rarity(read("john smith"), read("smith john")), rarity(read("ann zolkiewski"), read("ann zolkiewski"))
    ('common', 'rare')
    """
    theirs = {name.text for name in owner.names}
    shared = [name.surname for name in user.names if name.text in theirs and not (name.gender or name.initial)]
    if not shared:
        return ""
    share = min(shared)
    return "rare" if share < RARE else "common" if share >= COMMON else "uncommon"


def equal_words(user: Reading, owner: Reading) -> int:
    """Count the words, initials left out, that both names have.

    >>> from identity_match.legal_name.reading import read
    >>> equal_words(read("ann maria lee"), read("ann m lee"))
    2
    """
    mine, theirs = ({name.text for name in reading.names if not name.initial} for reading in (user, owner))
    return len(mine & theirs)
