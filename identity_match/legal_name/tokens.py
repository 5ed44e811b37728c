"""One word of a name with everything that is known about it, worked out once.

A token carries symbols beside its letters: spellings it is equal to, names it is short for, the gender it is given to.
Comparing two names pairs symbols first; edit distance sees only what is left.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from identity_match import tables
from identity_match.legal_name.romanize import keys, loose_keys, plain_keys
from identity_match.text import UMLAUTS, fold, script

COMMON_SURNAME = 20  # people per 100,000: a first word this common as a surname is one, unless a list knows it as given
CACHED_TOKENS = 1 << 15  # single words, not names; bounded because they come from people, and for memory

_NOTHING: frozenset[str] = frozenset()  # one for all tokens: most have few of these sets, and each costs memory


class Token(NamedTuple):
    """One word of a name.

    Attributes:
        text: Folded letters without apostrophes, in Latin script.
        keys: Romanisation keys; two words that share one are spellings of one sound.
        umlaut: The word in the two-letter spelling of its umlauts; empty where it has none.
        plain: Keys that merge only what is written otherwise and never sounds otherwise (Philip, Filip).
        sound: The first of the keys.
        loose: Keys of short words under which voiced and voiceless consonants are one, as in romanised Korean.
        spellings: Variant groups the word belongs to. A group that starts with ``?`` joins systems of romanisation, so
            that two names may share a spelling (Cheng, Zheng), one with ``~`` joins languages; both prove less. One
            with ``=`` holds for given names only: Page and Paige are two surnames.
        shorts: Short forms of this name.
        fulls: Names this word is a short form of.
        gender: ``m``, ``f`` or ``u`` for a known given name, else empty.
        surname: People per 100,000 with this surname in the US census of 1990; 0 where unlisted.
        links: Everything by which another word may be joined to this one without looking at letters; two words whose
            links are disjoint are joined by no table and no key.
        letters: A bit for every letter of ``text``: words whose letters differ much are no typing errors of each other.
        latin: False where ``text`` was transliterated from another script; ``written`` keeps the original.
        written: Folded letters as written; Chinese characters in their simplified form.
        script: Script of the first letter, such as ``latin`` or ``han``.
        initial: A single letter of an alphabet; one Chinese or Korean character is a whole name.
    """

    text: str
    keys: frozenset[str]
    umlaut: str
    plain: frozenset[str]
    sound: str
    loose: frozenset[str]
    spellings: frozenset[str]
    shorts: frozenset[str]
    fulls: frozenset[str]
    gender: str
    surname: int
    links: frozenset[str]
    letters: int
    latin: bool
    written: str
    script: str
    initial: bool


@cache
def _genders(letter: str) -> dict[str, str]:
    return {name: gender for gender, names in tables.rows_of("given_names", letter) for name in names.split()}


@cache
def _shares(letter: str) -> dict[str, int]:
    return {name: int(share) for share, names in tables.rows_of("surnames", letter) for name in names.split()}


def gender_of(name: str) -> str:
    """Give the gender of a listed given name, ``m``, ``f`` or ``u``; empty where no list has it.

    >>> gender_of("maria"), gender_of("xyz")
    ('f', '')
    """
    return _genders(name[:1]).get(name, "")


def surname_share(name: str) -> int:
    """Give the people per 100,000 in the US (census of 1990) with a surname; 1 for names of other lists, 0 for others.

    >>> surname_share("smith") > surname_share("jagger")
    True
    """
    return _shares(name[:1]).get(name, 0)


@cache
def _known(letter: str) -> frozenset[str]:
    return frozenset(name for (names,) in tables.rows_of("known_given_names", letter) for name in names.split())


def is_given_name(word: Token) -> bool:
    """Tell whether any list has a word as a given name, those included that say no more of it.

    >>> is_given_name(latin_token("maria")), is_given_name(latin_token("thang")), is_given_name(latin_token("mraia"))
    (True, True, False)
    """
    return bool(word.gender) or word.text in _known(word.text[:1])


@cache
def _groups(letter: str) -> dict[str, frozenset[str]]:
    """Map each spelling that begins with a letter to its variant groups."""
    return {name: frozenset(groups.split()) for name, groups in tables.rows_of("name_variants", letter)}


@cache
def _nicknames(letter: str) -> dict[str, list[str]]:
    """Map each name that begins with a letter to its short forms and the names it is short for, as one text each."""
    return {name: forms for name, *forms in tables.rows_of("nicknames", letter)}


def token(folded: str, written: str | None = None) -> Token:
    """Make a token of one word.

    Args:
        folded: The word, folded, without apostrophes; never empty.
        written: The word in lower case before it was folded, where that is known.

    >>> token("jenny").fulls >= {"jennifer"}, token("muller", "müller").umlaut
    (True, 'mueller')
    """
    made = latin_token(folded)
    if written is None or written.isascii() or not made.latin:
        return made
    other = fold(written.translate(UMLAUTS))
    if other == folded:
        return made._replace(written=written)
    more = latin_token(other).spellings
    links = made.links | more | {other}
    return made._replace(written=written, umlaut=other, spellings=made.spellings | more, links=links)


@lru_cache(maxsize=CACHED_TOKENS)
def latin_token(word: str) -> Token:
    """Make a token of a word that is written as it is folded."""
    text, latin, alphabet = word, True, "latin"
    if not word.isascii() and any(script(char) not in ("", "latin") for char in word):
        text, latin = transliterate(word) or word, False
        alphabet = next((found for found in map(script, word) if found), "latin")
        if alphabet == "han":
            word = word.translate(_simplified())
    found, plain, loose = keys(text), plain_keys(text), loose_keys(text)
    spellings = _groups(text[:1]).get(text, _NOTHING)
    forms = _nicknames(text[:1]).get(text)
    shorts, fulls = map(str.split, forms) if forms else ((), ())
    letters = 0
    for char in text:
        letters |= 1 << (ord(char) & 31)
    return Token(
        text,
        frozenset(found) if found else _NOTHING,
        "",
        plain or _NOTHING,
        found[0] if found else text,
        loose or _NOTHING,
        spellings,
        frozenset(shorts) if shorts else _NOTHING,
        frozenset(fulls) if fulls else _NOTHING,
        gender_of(text),
        surname_share(text),
        frozenset((text, *found, *plain, *loose, *spellings, *shorts, *fulls)),
        letters,
        latin,
        word,
        alphabet,
        latin and len(text) == 1,
    )


@cache
def _simplified() -> dict[int, str]:
    return {ord(char): simple for simple, olds in tables.rows("han") for char in olds}


def transliterate(word: str) -> str:
    """Write a word of another script in Latin letters; empty where it has none.

    >>> transliterate("юлия")
    'yuliya'
    """
    from anyascii import anyascii  # noqa: PLC0415 - other scripts only

    return "".join(char for char in fold(anyascii(word)) if char.isalnum())
