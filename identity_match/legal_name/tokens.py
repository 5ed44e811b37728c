"""One word of a name with everything that is known about it.

A token carries symbols beside its letters: spellings it is equal to, names it is short for, the gender it is given to.
Comparing two names pairs symbols first; edit distance sees only what is left.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final, final

from identity_match import tables
from identity_match.legal_name.romanize import classes, keys, loose_key, plain_key
from identity_match.native import mypyc_attr
from identity_match.text import UMLAUTS, fold, letter_bits, script

# People per 100,000: a first word this common as a surname is one, unless a list knows it as given.
COMMON_SURNAME: Final = 20
# Single words, not names; bounded because they come from people. Measured: fewer cost names of long lists a fifth more.
CACHED_TOKENS: Final = 1 << 13

_NOTHING: Final[frozenset[str]] = frozenset()

Forms = tuple[frozenset[str], frozenset[str]]  # short forms of a name, and names that it is short for
_NO_FORMS: Final[Forms] = (_NOTHING, _NOTHING)
# Bits above those of ``classes``.
IN_A_GROUP: Final = 1 << 12
HAS_FORMS: Final = 1 << 13


@mypyc_attr(acyclic=True)
@final
class Facts:
    """What the tables say of a word.

    Attributes:
        gender: ``m``, ``f`` or ``u`` for a known given name, else empty.
        known: A list that says no more of it has it as a given name.
        surname: People per 100,000 with this surname in the US census of 1990; 0 where unlisted.
        groups: Variant groups it belongs to.
        shorts: Its short forms, as one text.
        fulls: Names it is short for, likewise.
    """

    __slots__ = ("fulls", "gender", "groups", "known", "shorts", "surname")

    def __init__(  # noqa: PLR0913 - a record
        self, *, gender: str = "", known: bool = False, surname: int = 0, groups: frozenset[str] = _NOTHING,
        shorts: str = "", fulls: str = "",
    ) -> None:  # fmt: skip
        self.gender = gender
        self.known = known
        self.surname = surname
        self.groups = groups
        self.shorts = shorts
        self.fulls = fulls


_NO_FACTS: Final = Facts()


def _facts_of(word: str) -> Facts:
    return _facts(word[:1]).get(word, _NO_FACTS)


@cache
def _facts(letter: str) -> dict[str, Facts]:
    """Map each word of a table that begins with a letter to what the tables say of it."""
    genders = {name: gender for gender, names in tables.rows_of("given_names", letter) for name in names.split()}
    known = {name for (names,) in tables.rows_of("known_given_names", letter) for name in names.split()}
    groups = {name: frozenset(groups.split()) for name, groups in tables.rows_of("name_variants", letter)}
    forms = {name: (shorts, fulls) for name, shorts, fulls in tables.rows_of("nicknames", letter)}
    shares: dict[str, int] = {}
    found: dict[str, Facts] = {}
    for share, names in tables.rows_of("surnames", letter):
        words = names.split()
        shares.update(dict.fromkeys(words, int(share)))
        found.update(dict.fromkeys(words, Facts(surname=int(share))))
    for word in {*genders, *known, *groups, *forms}:
        shorts, fulls = forms.get(word, ("", ""))
        found[word] = Facts(
            gender=genders.get(word, ""), known=word in known, surname=shares.get(word, 0),
            groups=groups.get(word, _NOTHING), shorts=shorts, fulls=fulls,
        )  # fmt: skip
    return found


@mypyc_attr(acyclic=True)
@final
class Token:
    """One word of a name; what tables and rules say of it is worked out when it is first asked for.

    Most words meet themselves on the other side, and nobody asks how they sound.

    Args:
        text: Folded letters without apostrophes, in Latin script.
        written: Folded letters as written; Chinese characters in their simplified form.
        script: Script of the first letter, such as ``latin`` or ``han``.
        latin: False where ``text`` was transliterated from another script; ``written`` keeps the original.
        umlaut: The word in the two-letter spelling of its umlauts; empty where it has none.
        own: Forms beside those of the table.

    Attributes:
        initial: A single letter of an alphabet; one Chinese or Korean character is a whole name.
    """

    __slots__ = (
        "_facts", "_forms", "_glance", "_keys", "_letters", "_loose", "_own", "_plain", "_sounds", "_spellings",
        "_text_and_forms", "initial", "latin", "script", "text", "umlaut", "written",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913 - a record
        self, text: str, written: str, script: str, *, latin: bool = True, umlaut: str = "", own: Forms = _NO_FORMS
    ) -> None:
        self.text = text
        self.written = written
        self.script = script
        self.latin = latin
        self.initial = latin and len(text) == 1
        self.umlaut = umlaut
        self._own = own
        self._letters = 0
        self._glance = -1
        self._facts: Facts | None = None
        self._spellings: frozenset[str] | None = None
        self._forms: Forms | None = None
        self._text_and_forms: frozenset[str] | None = None
        self._keys: tuple[str, ...] | None = None
        self._plain: str | None = None
        self._loose: str | None = None
        self._sounds: frozenset[str] | None = None

    def __eq__(self, other: object) -> bool:
        """Compare the word; all else follows from it."""
        return isinstance(other, Token) and self._given() == other._given()

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self._given())

    def _given(self) -> tuple[object, ...]:
        return self.text, self.written, self.umlaut, self._own

    def with_umlaut(self, written: str, umlaut: str) -> Token:
        """Give the word as it was written, with the two-letter spelling of its umlauts or none."""
        return Token(self.text, written, self.script, latin=self.latin, umlaut=umlaut, own=self._own)

    def with_forms(self, own: Forms) -> Token:
        """Give the word with forms beside those of the table."""
        return Token(self.text, self.written, self.script, latin=self.latin, umlaut=self.umlaut, own=own)

    @property
    def facts(self) -> Facts:
        """What the tables say of the word."""
        found = self._facts
        if found is None:
            found = self._facts = _facts_of(self.text)
        return found

    @property
    def gender(self) -> str:
        """``m``, ``f`` or ``u`` for a known given name, else empty."""
        return self.facts.gender

    @property
    def surname(self) -> int:
        """People per 100,000 with this surname in the US census of 1990; 0 where unlisted."""
        return self.facts.surname

    @property
    def letters(self) -> int:
        """A bit for every letter of ``text``: words whose letters differ much are no typing errors of each other."""
        if not self._letters:
            self._letters = letter_bits(self.text)
        return self._letters

    @property
    def spellings(self) -> frozenset[str]:
        """Variant groups the word belongs to.

        A group that starts with ``?`` joins systems of romanisation, so that two names may share a spelling (Cheng,
        Zheng), one with ``~`` joins languages; both prove less. One with ``=`` holds for given names only: Page and
        Paige are two surnames.
        """
        found = self._spellings
        if found is None:
            found = self.facts.groups
            if self.umlaut:
                found = found | _facts_of(self.umlaut).groups
            self._spellings = found
        return found

    @property
    def shorts(self) -> frozenset[str]:
        """Short forms of this name."""
        return self.forms[0]

    @property
    def fulls(self) -> frozenset[str]:
        """Names this word is a short form of."""
        return self.forms[1]

    @property
    def text_and_forms(self) -> frozenset[str]:
        """The word, its short forms and the names that it is short for."""
        found = self._text_and_forms
        if found is None:
            found = self._text_and_forms = frozenset((self.text,)).union(*self.forms)
        return found

    @property
    def forms(self) -> Forms:
        """Short forms of this name, and names that it is short for."""
        found = self._forms
        if found is None:
            found = self._own
            shorts, fulls = self.facts.shorts, self.facts.fulls
            if shorts or fulls:
                found = found[0].union(shorts.split()), found[1].union(fulls.split())
            self._forms = found
        return found

    def _romanized(self) -> tuple[str, ...]:
        found = self._keys
        if found is None:
            found = self._keys = keys(self.text)
        return found

    @property
    def keys(self) -> frozenset[str]:
        """Romanisation keys; two words that share one are spellings of one sound."""
        return frozenset(self._romanized())

    @property
    def sound(self) -> str:
        """The first of the keys."""
        found = self._romanized()
        return found[0] if found else self.text

    @property
    def plain(self) -> str:
        """Key that merges only what is written otherwise and never sounds otherwise (Philip, Filip); may be empty."""
        found = self._plain
        if found is None:
            found = self._plain = plain_key(self.text)
        return found

    @property
    def loose(self) -> str:
        """Key of a short word under which voiced and voiceless consonants are one, as in romanised Korean; or empty."""
        found = self._loose
        if found is None:
            found = self._loose = loose_key(self.text)
        return found

    @property
    def glance(self) -> int:
        """``classes`` of its letters, which all ``sounds`` have, with ``IN_A_GROUP`` and ``HAS_FORMS``."""
        if self._glance < 0:
            facts = self.facts
            formed = facts.shorts != "" or facts.fulls != "" or self._own is not _NO_FORMS
            self._glance = (
                classes(self.text, self.letters) | (IN_A_GROUP if self.spellings else 0) | (HAS_FORMS if formed else 0)
            )
        return self._glance

    @property
    def sounds(self) -> frozenset[str]:
        """The word and its keys: no key joins two words whose sounds are disjoint."""
        found = self._sounds
        if found is None:
            text = self.text
            found = frozenset((text, self.umlaut or text, self.plain or text, self.loose or text, *self._romanized()))
            self._sounds = found
        return found


def gender_of(name: str) -> str:
    """Give the gender of a listed given name, ``m``, ``f`` or ``u``; empty where no list has it.

    >>> gender_of("maria"), gender_of("xyz")
    ('f', '')
    """
    return _facts_of(name).gender


def surname_share(name: str) -> int:
    """Give the people per 100,000 in the US (census of 1990) with a surname; 1 for names of other lists, 0 for others.

    >>> surname_share("smith") > surname_share("jagger")
    True
    """
    return _facts_of(name).surname


def is_given_name(word: Token) -> bool:
    """Tell whether any list has a word as a given name, those included that say no more of it.

    >>> is_given_name(latin_token("maria")), is_given_name(latin_token("thang")), is_given_name(latin_token("mraia"))
    (True, True, False)
    """
    return bool(word.gender) or word.facts.known


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
    return made.with_umlaut(written, "" if other == folded else other)


@lru_cache(maxsize=CACHED_TOKENS)
def latin_token(word: str) -> Token:
    """Make a token of a word that is written as it is folded."""
    text, latin, alphabet = word, True, "latin"
    if not word.isascii() and any(script(char) not in ("", "latin") for char in word):
        text, latin = transliterate(word) or word, False
        alphabet = next((found for found in map(script, word) if found), "latin")
        if alphabet == "han":
            word = word.translate(_simplified())
    return Token(text, word, alphabet, latin=latin)


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
