"""Names made of Chinese or Korean syllables: there are some hundreds, so that one for another is no typing error.

Minjun and Minjin are two names that no list needs to have. What is no syllable of that language may be a slip: Mimjun.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from identity_match import tables
from identity_match.legal_name.tokens import latin_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from identity_match.legal_name.tokens import Token

# People per 100,000 in the US census of 1990 from which on a syllable is a Western surname; our choice.
WESTERN: Final = 20
SYSTEMS: Final = "?"  # mark of a variant group that joins systems of romanisation


@cache
def _syllables() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(words.split()) for _, words in tables.rows("syllables"))


def eastern(word: Token) -> bool:
    """Tell a family name that tables join with Chinese or Korean ones, or a syllable that is no common Western one.

    >>> eastern(latin_token("kim")), eastern(latin_token("tian")), eastern(latin_token("long"))
    (True, True, False)
    """
    if any(group.startswith(SYSTEMS) for group in word.spellings):
        return True
    return word.surname < WESTERN and any(word.text in legal for legal in _syllables())


def is_name(words: Sequence[Token]) -> bool:
    """Tell a person's name by its syllables: a family name of one, and a given name of two in one word.

    >>> is_name([latin_token("park"), latin_token("minjun")]), is_name([latin_token("park"), latin_token("plaza")])
    (True, False)
    """
    if len(words) != 2:
        return False
    return any(
        eastern(family) and any(len(parts) == 2 for legal in _syllables() for parts in _parts(given.text, legal))
        for family, given in (words, words[::-1])
    )


def other_syllables(a: Token, b: Token) -> bool:
    """Tell two words of one or two syllables of a language that are not the same ones romanised otherwise; symmetric.

    >>> other_syllables(latin_token("minjun"), latin_token("minjin"))
    True
    >>> other_syllables(latin_token("minjun"), latin_token("minjoon"))
    False
    >>> other_syllables(latin_token("minjun"), latin_token("mimjun"))
    False
    """
    return any(_other(a.text, b.text, legal) for legal in _syllables())


def _other(x: str, y: str, legal: frozenset[str]) -> bool:
    mine, theirs = _parts(x, legal), _parts(y, legal)
    if not mine or not theirs:
        return False
    return not any(len(one) == len(two) and all(map(_same, one, two)) for one in mine for two in theirs)


def _parts(word: str, legal: frozenset[str]) -> list[tuple[str, ...]]:
    """Give the ways to read a word as one syllable or two."""
    found: list[tuple[str, ...]] = [(word,)] if word in legal else []
    found += [(word[:i], word[i:]) for i in range(1, len(word)) if word[:i] in legal and word[i:] in legal]
    return found


def _same(x: str, y: str) -> bool:
    """Tell one syllable in two romanisations."""
    a, b = latin_token(x), latin_token(y)
    return (
        x == y
        or (a.loose != "" and a.loose == b.loose)
        or any(group.startswith(SYSTEMS) for group in a.spellings & b.spellings)
    )
