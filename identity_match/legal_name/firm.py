"""Reading a firm's name: distinctive words, generic words, places and a legal form; and whether a name is a firm's.

Whether a name is a firm's is decided by whole words, never inside one (Vincent), and never by a word that is a surname,
too (Mary Church, Maria Sa).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple, final

from identity_match import tables
from identity_match.legal_name import weights
from identity_match.legal_name.romanize import keys
from identity_match.legal_name.tokens import CACHED_TOKENS, gender_of, surname_share, transliterate
from identity_match.native import mypyc_attr
from identity_match.text import fold, pattern

MAX_WORDS: Final = 24  # words of a firm's name that are read
# Letters of a short word, and of one that is hardly chance; our choice.
SHORT: Final = 4
TELLING: Final = 6
LONGEST_FORM: Final = 7  # words of the longest legal form in the table
_NOTHING: Final[frozenset[str]] = frozenset()


class Word(NamedTuple):
    """One word of a firm's name.

    Attributes:
        text: The word, abbreviations written out.
        written: The word as it stood there.
        kind: A key of ``weights.KINDS``.
        keys: Keys that two spellings share.
        given: It is also a given name, so that another one is another person.
    """

    text: str
    written: str
    kind: str
    keys: frozenset[str]
    given: bool

    @property
    def weight(self) -> float:
        """What agreeing on the word proves: a short word less, a long one that is nobody's name more."""
        if self.kind != "distinct":
            return weights.KINDS[self.kind]
        if len(self.text) < SHORT:
            return weights.SHORT_WORD
        telling = len(self.text) >= TELLING and not self.given and not surname_share(self.text)
        return weights.TELLING_WORD if telling else weights.KINDS[self.kind]


@mypyc_attr(acyclic=True)
@final
class Firm:
    """A firm's name as read; what its words say is worked out when it is first asked for.

    Args:
        core: Its words without legal forms.
        parts: All its words.
        seat: Position in ``core`` from which on words say where the firm sits.
        forms: Classes of its legal forms.
        detected: The name is a firm's beyond doubt.
        likely: It has words or digits that people's names have not.
        signed: It has a word that only firms have, unless that is a surname, too.
        several: A second firm's name follows the first one's legal form.
    """

    __slots__ = ("_acronyms", "_core", "_parts", "_seat", "_words", "detected", "forms", "likely", "several", "signed")

    def __init__(  # noqa: PLR0913 - a record
        self, core: list[str], parts: list[str], seat: int, *, forms: frozenset[str] = _NOTHING,
        detected: bool = False, likely: bool = False, signed: bool = False, several: bool = False,
    ) -> None:  # fmt: skip
        self._core = core
        self._parts = parts
        self._seat = seat
        self._words: tuple[Word, ...] | None = None
        self._acronyms: frozenset[str] | None = None
        self.forms = forms
        self.detected = detected
        self.likely = likely
        self.signed = signed
        self.several = several

    def __eq__(self, other: object) -> bool:
        """Compare what was understood."""
        return isinstance(other, Firm) and self._members() == other._members()

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self._members())

    def _members(self) -> tuple[object, ...]:
        return self.words, self.forms, self.detected, self.likely, self.signed, self.several, self.acronyms

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word but stop words and legal forms, abbreviations written out; those, if the name is nothing else."""
        found = self._words
        if found is None:
            found = self._words = _words(self._core, self._seat)
        return found

    @property
    def acronyms(self) -> frozenset[str]:
        """What the name may be shortened to: first letters, with small words and the legal form's or without."""
        found = self._acronyms
        if found is None:
            found = self._acronyms = _acronyms(self._core, self._parts)
        return found


# Legal forms that stand in front of the name.
_OPENING: Final = frozenset(
    (
        "株式会社", "有限会社", "合同会社", "주식회사", "ooo", "oao", "zao", "pao", "pt", "ao", "ojsc", "cjsc", "jsc",
        "pjsc", "njsc", "kk", "llc", "tov", "nv", "bv", "ab", "jsb", "jscb", "akb",
    )
)  # fmt: skip


@cache
def _forms() -> tuple[dict[str, str], frozenset[str], frozenset[str], frozenset[str]]:
    """Map each spelling without spaces to its class; which are words too, which settle nothing, which open a name."""
    classes: dict[str, str] = {}
    short: set[str] = set()
    unsettling: set[str] = set()
    for form, compact, note in tables.rows("business_forms"):
        classes[compact] = form
        if note:
            unsettling.add(compact)
        if note == "short":
            short.add(compact)
    return classes, frozenset(short), frozenset(unsettling), _OPENING


@cache
def _kinds() -> dict[str, frozenset[str]]:
    return {kind: frozenset(words.split()) for kind, words in tables.rows("business_words")}


@cache
def _written_out() -> dict[str, str]:
    """Abbreviations and number words with what they stand for."""
    pairs = (pair.split("=") for kind in ("short", "number") for pair in _kinds()[kind])
    return {pair[0]: pair[1] for pair in pairs}


@cache
def _ordinals() -> dict[str, str]:
    """Ordinal numbers with the word for each: 5th, fifth."""
    return {number: word for word, number in _written_out().items() if number[0].isdecimal() and number.isalnum()}


@cache
def vocabulary() -> frozenset[str]:
    """Every word that means something in a firm's name beside being a word."""
    kinds, loose = _kinds(), {"no", *_written_out(), *_forms()[0]}
    return frozenset(loose.union(_ORGANISING, _JOINING, *(kinds[name] for name in ("sign", "stop", "form_word"))))


# A name whose words are not read as a firm's yet.
PLAIN: Final = Firm([], [], 0)


@cache
def _loud() -> frozenset[str]:
    """The words of ``vocabulary`` that may tell a firm: all but articles and particles, which people's names have."""
    return vocabulary() - (_kinds()["stop"] - _ORGANISING - _JOINING)


def plain(words: list[str]) -> Firm:
    """Read words of which none may tell a firm: what ``read`` gives for them, without looking for forms and signs."""
    return Firm(words, words, len(words))


_CJK_FORM: Final = pattern("株式会社|有限会社|合同会社|股份有限公司|有限公司|주식회사")
_ORDINAL: Final = pattern(r"(\d{1,2}(?:st|nd|rd|th))([a-z]{3,})")  # written on: 4thOcean
_WEB: Final = pattern(r"\bwww\.|\.(?:com|org|net|co|biz)\b")
_SLASHED: Final = pattern(r"(?<=\b\w)/(?=\w\b)")
_LETTER_DIGIT: Final = pattern(r"(?<=[a-z]{3})(?=\d)")
_PARTS: Final = pattern(r"[^\W_]+(?:'[^\W_]+)*\*?|&")
_LISTED_NUMBER: Final = pattern(r"(?<=\d),")  # a number before a comma is no initial: Gael 4, S.A.
_TWO_LETTERS: Final = pattern(r"(?<![^\W_.])([a-z])(?: ?& ?| (?:y|and|und|et|e) )([a-z])(?![^\W_]|\.)")  # R & T, R y T
_SINGLE: Final = pattern(r"(?<![^\W_])[^\W_](?:[., ]{1,2}[^\W_](?![^\W_]))+\.?")


def _simple_words(text: str) -> list[str]:
    """Give the words of a name that has nothing but words, none of which may tell a firm; else nothing."""
    is_ascii = text.isascii()
    plainly = text if is_ascii else fold(text)
    if ("''" if is_ascii else "'") in plainly or not (is_ascii or _CJK_FORM().search(text) is None):
        return []
    words = plainly.replace(",", " ").replace("-", " ").replace("'", "").split()
    lone = sum(len(word) == 1 for word in words)
    simple = len(words) <= MAX_WORDS and lone < (2 if is_ascii else 1) and _loud().isdisjoint(words)
    return words if simple and all(map(str.isalpha, words)) else []


def read(text: str) -> Firm:
    """Read a name as a firm's.

    Args:
        text: Cleaned text in lower case.

    >>> firm = read("Acme Widgets, L.L.C.".lower())
    >>> [w.text for w in firm.words], sorted(firm.forms), firm.detected
    (['acme', 'widgets'], ['llc'], True)
    >>> read("maria sa").detected, read("vincent jones").detected
    (False, False)
    """
    simple = _simple_words(text)
    if simple:
        return plain(simple)
    if not text.isascii():
        text = _CJK_FORM().sub(r" \g<0> ", text)
    folded = _LETTER_DIGIT().sub(" ", _SLASHED().sub(".", _WEB().sub("", fold(text).replace("'s", "s"))))
    dotted: set[str] = set()
    spaced: set[str] = set()

    def join(found: re.Match[str]) -> str:
        word = re.sub(r"[^\w]", "", found[0])
        if "." in found[0] or "," in found[0]:
            dotted.add(word)
        spaced.add(word)
        return f"{word} "

    folded = _TWO_LETTERS().sub(r"\1\2", _LISTED_NUMBER().sub(" ;", folded))
    joined = _SINGLE().sub(join, folded) if " " in folded or "." in folded or "," in folded else folded
    parts = [part.replace("'", "") for part in _PARTS().findall(joined.replace("/", ""))][:MAX_WORDS]
    core, forms, sure, seat, several = _strip_forms(parts, dotted, spaced)
    kinds = _kinds()
    signs = [part for part in core if part in kinds["sign"]]
    named = any(_is_named(part) for part in core if part not in kinds["sign"])
    # Two words around "in" may be a Korean name: Hwang In Beom.
    organised = any(part in _ORGANISING and (part != "in" or len(core) > 3) for part in core[1:])
    doubtful = all(map(surname_share, signs)) and named and not organised and len(core) < 5
    settled = bool(forms) and not named and not any(map(surname_share, core))
    followed = any(x in _JOINING and y in _FOLLOWERS for x, y in pairwise(parts))
    detected = sure or settled or followed or (bool(signs) and not doubtful) or (bool(forms) and "&" in parts)
    likely = organised or any(part[0].isdecimal() for part in core)
    return Firm(
        core, parts, seat, forms=frozenset(forms), detected=detected, likely=detected or likely, signed=bool(signs),
        several=several,
    )  # fmt: skip


def _words(core: list[str], seat: int) -> tuple[Word, ...]:
    """Read the words of a name without its legal form; small words are left out, unless there is nothing else."""
    small = _kinds()["stop"]
    words = [
        _seat(part)
        if i >= seat
        else _word(part, core[i - 1] if i and (part == "st" or core[i - 1] in _ARTICLES) else "")
        for i, part in enumerate(core)
        if part not in small
        and part != "&"
        and not (part == "no" and core[i + 1 : i + 2] and core[i + 1][0].isdecimal())
    ]
    return tuple(words or [_word(part) for part in core if part != "&"])


def _acronyms(core: list[str], parts: list[str]) -> frozenset[str]:
    """List first letters: of all words, of all but small words; the same with the words of a form written out."""
    small = _kinds()["stop"]
    written_out = [part for part in parts if part in core or len(part) > SHORT]
    return frozenset(
        "".join(part[0] for part in group if part not in left_out)
        for group in (core, written_out)
        for left_out in (("and", "&", "the"), small)
    )


_ARTICLES: Final = frozenset(("al", "el", "ul"))


_JOINING: Final = frozenset(("&", "and", "und", "et", "y"))
_ORGANISING: Final = frozenset(("of", "the", "for", "in", "at"))
_FOLLOWERS: Final = frozenset(
    ("sons", "son", "daughters", "bros", "brothers", "associates", "company", "co", "partners")
)  # fmt: skip


def _is_named(part: str) -> bool:
    """Tell a word that names a person: a known given name, or an initial."""
    return len(part) == 1 or bool(gender_of(part))


def _strip_forms(parts: list[str], dotted: set[str], spaced: set[str]) -> tuple[list[str], set[str], bool, int, bool]:
    """Take legal forms out of the words.

    Returns:
        The other words; classes of the forms; whether one of them settles that this is a firm; where among the words
        its seat begins; whether a second firm is named after the first one's form.
    """
    classes, short, unsettling, opening = _forms()
    core: list[str] = []
    forms: set[str] = set()
    sure = several = False
    seat = len(parts)
    i = 0
    while i < len(parts):
        for size in range(min(LONGEST_FORM, len(parts) - i), 0, -1):
            compact = "".join(part for part in parts[i : i + size] if part not in _JOINING)
            form = classes.get(compact)
            opens = size > 1 or (compact in opening and compact not in spaced)
            if form is None or not (core or opens) or (i + size == len(parts) and not core):
                continue
            ends = i + size == len(parts)
            starts = not i and compact in opening
            if compact in short and compact not in dotted and not (ends or starts):
                continue
            forms.add(form)
            sure = sure or compact not in unsettling
            several = several or seat < len(core)
            seat = len(core) if core and form not in _OPEN_FORMS else len(parts)
            i += size
            break
        else:
            core.append(parts[i])
            i += 1
    return core, forms, sure, seat, several


# Forms that a name goes on after: Hudson's Bay Company of Canada. What follows another one is where the firm sits.
_OPEN_FORMS: Final = frozenset(("co", "corp", "inc", "est", "coop", "soe"))


def _seat(part: str) -> Word:
    """Read a word after the legal form: a place, unless it is a word that firms' names are made of."""
    word = _word(part)
    named = word.given and len(part) >= SHORT
    return word if named or word.kind in ("generic", "number") else word._replace(kind="seat")


@lru_cache(maxsize=CACHED_TOKENS)
def _word(part: str, before: str = "") -> Word:
    """Read a word; an Arabic article ``before`` it may be written on: Al-Naser, Alnaser."""
    kinds = _kinds()
    text = _written_out().get(part, part)
    if part == "st" and before:
        text = "street"  # saint only where it stands first
    if ordinal := _ORDINAL().fullmatch(part):
        text = _ordinals().get(ordinal[1], ordinal[1]) + ordinal[2]
    if not text.isascii():
        text = transliterate(text) or text
    if text.isdecimal() or text[0].isdecimal():
        kind = "number"
    elif text in kinds["place"]:
        kind = "place"
    elif part in kinds["generic"] or text in kinds["generic"] or part in kinds["sign"]:
        kind = "generic"
    else:
        kind = "distinct"
    spellings = {text, *keys(text)}
    if before in _ARTICLES:
        spellings |= {before + text, *keys(before + text)}
    return Word(text, part, kind, frozenset(spellings), bool(gender_of(text)))
