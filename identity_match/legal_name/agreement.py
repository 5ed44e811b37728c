"""What a comparison of two names says of the two people: how far they agree, contradict, and how rare the name is.

The score says how alike two names are; this says what follows from it when other fields are looked at, too. A word that
somebody mistyped beyond recognition contradicts nothing, while another known given name does, however near its letters.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from identity_match.legal_name.align import align, among_eastern
from identity_match.legal_name.syllables import other_syllables

if TYPE_CHECKING:
    from identity_match.legal_name.reading import Reading
    from identity_match.legal_name.tokens import Token

RARE, COMMON = 3, 40  # people per 100,000 in the US census: a surname below and one from there on; our choice
GARBLED = 0.7  # share of letters in common, in any order, from which on a word may be another one mistyped; our choice
MANY_WORDS = 3  # equal words by which a name proves more than by two


def garbled(user: Reading, owner: Reading) -> bool:
    """Tell whether every word that is left over may be a word of the other name mistyped; symmetric.

    At least one of the two words has to be unknown: two known names are two names.

    >>> from identity_match.legal_name.reading import read
    >>> garbled(read("hsely hunter"), read("shelby hunter")), garbled(read("joan hunter"), read("john hunter"))
    (True, False)
    """
    found = align(user, owner)
    left, right = [found.user.names[i] for i in found.left], [found.owner.names[j] for j in found.right]
    if not left or not right:
        return False
    few, many = (left, right) if len(left) <= len(right) else (right, left)
    if among_eastern(found) and any(other_syllables(a, b) for a in few for b in many):
        return False
    return all(any(_mistyped(a, b) for b in many) for a in few)


def _mistyped(a: Token, b: Token) -> bool:
    if (a.gender or a.surname) and (b.gender or b.surname):
        return False
    longer, shorter = (a.text, b.text) if len(a.text) > len(b.text) else (b.text, a.text)
    if longer[:-1] == shorter and longer[-1] == "a":
        return False  # Farhan, Farhana: an ending, not a slip
    common = Counter(a.text) & Counter(b.text)
    return 2 * common.total() >= GARBLED * (len(a.text) + len(b.text))


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
