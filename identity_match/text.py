"""Text without meaning: cleaning what comes in, folding letters, telling scripts apart.

Knows nothing of names, phones or addresses. Every function is total, and linear in the length of its input once
``clean`` has cut it at a cap; nothing here may be given text that was not cut first.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

REPLACEMENT: Final = "\ufffd"
MARK_RUN: Final = 4  # combining marks kept in a row; our choice: real writing systems stack at most three or four

TRUNCATED: Final = "truncated"  # longer than the cap, the rest was not read
HIDDEN: Final = "hidden_characters"  # format or control characters that a reader does not see
DAMAGED: Final = "damaged_characters"  # lone surrogates or U+FFFD, left by a failed decoding

# Letters that draw nothing but are not format characters: Hangul fillers, braille blank.
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def pattern(expression: str) -> Callable[[], re.Pattern[str]]:
    """Give a function that compiles a regular expression when it is first called, so that importing costs nothing.

    >>> pattern("a+")().fullmatch("aaa") is not None
    True
    """
    return cache(lambda: re.compile(expression))


class Cleaned(NamedTuple):
    """Text that is safe to work on.

    Attributes:
        text: NFC, single spaces, no control or format characters, no lone surrogates, at most the cap long.
        marks: What had to be done, in a fixed order: ``TRUNCATED``, ``HIDDEN``, ``DAMAGED``.
    """

    text: str
    marks: tuple[str, ...]


def squeezed(value: str, cap: int) -> str:
    """Collapse the white space of a text longer than a cap, which counts no white space but single spaces.

    Splits no more often than the cap asks for, so that a long text costs no more memory than twice its own.

    >>> squeezed("94107" + 20 * " ", 16), len(squeezed("ab " * 100, 16)) > 16
    ('94107', True)
    """
    return " ".join(value.split(None, cap)) if len(value) > cap else value


def clean(value: str, cap: int) -> Cleaned:
    r"""Make text safe to work on: cut, drop what cannot be seen, put into NFC, collapse white space.

    Args:
        value: Any text.
        cap: Longest text kept, in code points.

    >>> clean("  John\u00a0 Smith ", 256)
    Cleaned(text='John Smith', marks=())
    >>> clean("\u202eJohn" + chr(0xD800), 256)
    Cleaned(text='John�', marks=('hidden_characters', 'damaged_characters'))
    """
    if len(value) <= cap:
        words = value.split()
        if value.isascii() and value.isprintable():
            return Cleaned(" ".join(words), ())
        if all(map(str.isalpha, words)) and _BLANK_LETTERS.isdisjoint(value):
            return Cleaned(unicodedata.normalize("NFC", " ".join(words))[:cap], ())
    value = squeezed(value, cap)
    kept: list[str] = []
    run = 0
    hidden = damaged = False
    for char in unicodedata.normalize("NFC", value[:cap]):  # first, because one mark may decompose into two
        category = unicodedata.category(char)
        if char.isspace():
            char = " "  # noqa: PLW2901
        elif category in ("Mn", "Me"):
            run += 1
            if run <= MARK_RUN:
                kept.append(char)
            continue
        elif category == "Cf" or char in _BLANK_LETTERS:
            hidden = True  # what stands around it is one run of marks
            continue
        elif category in ("Cc", "Cs") or char == REPLACEMENT:
            hidden, damaged = hidden or category == "Cc", damaged or category != "Cc"
            char = REPLACEMENT  # noqa: PLW2901
        run = 0
        kept.append(char)
    text = " ".join(unicodedata.normalize("NFC", "".join(kept)).split())
    marks = ((TRUNCATED, len(value) > cap), (HIDDEN, hidden), (DAMAGED, damaged))
    return Cleaned(text[:cap].rstrip(), tuple(name for name, found in marks if found))


# Where Windows-1252 puts other characters than Latin-1.
_WINDOWS: Final = {ord(char): byte for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "ignore"))}


def decoded(text: str, cap: int) -> str:
    """Undo a decoding as Latin-1 or Windows-1252 of what was UTF-8; text that cannot be that stays as it is.

    No text that is right has only such pairs beyond ASCII: they begin with a capital that has an accent, and go on
    with a sign. The one lead that is a sign itself is left alone, because folding keeps it.

    Args:
        text: Any text.
        cap: Longest text that is looked at, in code points.

    >>> decoded("JosÃ© NuÃ±ez", 256), decoded("São José", 256)
    ('José Nuñez', 'São José')
    """
    while len(text) <= cap and not text.isascii() and "×" not in text:
        try:
            text = text.translate(_WINDOWS).encode("latin-1").decode("utf-8")
        except UnicodeError:
            break
    return text


def printable(text: str) -> str:
    r"""Replace what a terminal would obey or hide: control and format characters, lone surrogates.

    >>> printable("a\x1b[31m")
    'a�[31m'
    """
    return "".join(char if char == "\n" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def without_surrogates(value: str) -> str:
    r"""Replace lone surrogates by U+FFFD, so that text can be written as UTF-8; nothing else changes.

    >>> without_surrogates("a" + chr(0xD800))
    'a�'
    """
    value = str.__str__(value)  # of a subclass, whose own methods may do anything, its plain text
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# Letters that Unicode does not decompose, with the spelling that people use in plain Latin. Sources: ICAO Doc 9303
# part 3 section 6 (ß, æ, œ, ø, đ, ð, þ, ł, ħ, ı, ŋ); ə: usual Azerbaijani romanisation (Əliyev, Aliyev).
_PLAIN: Final = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i",
    "ŋ": "n", "ĸ": "k", "ŧ": "t", "ə": "a", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o", "ſ": "s",
}  # fmt: skip
_APOSTROPHES: Final = frozenset("'’‘ʼʻ`´ʹʾʿ′ˈ‛＇")
_DASHES: Final = frozenset("-‐‑‒–—―−﹘﹣－")
_LATIN_OR_GREEK: Final = ("LATIN", "GREEK")


def _is_point(char: str) -> bool:
    """Tell whether a mark is an accent, a Hebrew point or an Arabic vowel sign, so that leaving it out is usual."""
    code = ord(char)
    return (
        0x0300 <= code <= 0x036F
        or 0x0591 <= code <= 0x05C7
        or 0x0610 <= code <= 0x061A
        or 0x064B <= code <= 0x065F
        or code in (0x0640, 0x0670)
        or 0x1AB0 <= code <= 0x1AFF
        or 0x1DC0 <= code <= 0x1DFF
        or 0x20D0 <= code <= 0x20FF
    )


_REMEMBERED: Final = 20_000  # code points; our choice: every alphabet and the usual Han, and a few megabytes at most


class _FoldTable(dict[int, str]):
    """What each character folds to, worked out when it is first met, and remembered up to a bound."""

    def __missing__(self, code: int) -> str:
        try:
            folded = "".join(self._fold(char) for char in unicodedata.normalize("NFKC", chr(code)).casefold())
        except LookupError as fault:  # ``translate`` would take it for a letter without an entry, and go on
            raise RuntimeError(type(fault).__name__) from None
        if len(self) < _REMEMBERED:
            self[code] = folded
        return folded

    @staticmethod
    def _fold(char: str) -> str:
        if char in _APOSTROPHES:
            return "'"
        if char in _DASHES:
            return "-"
        if char.isspace():
            return " "
        if char in _PLAIN:
            return _PLAIN[char]
        if char.isascii():
            return char
        if _is_point(char):
            return ""
        digit = unicodedata.decimal(char, None)
        if digit is not None:
            return str(digit)
        if unicodedata.name(char, "").startswith(_LATIN_OR_GREEK):
            base = "".join(c for c in unicodedata.normalize("NFKD", char) if not _is_point(c))
            return "".join(_PLAIN.get(c, c) for c in base.casefold())
        return char


_FOLD: Final = _FoldTable()


def fold(text: str) -> str:
    """Fold case, width, accents, apostrophes, dashes and digits; other scripts stay what they are.

    Idempotent. Umlauts lose their dots (``ü`` is ``u``); for the German spelling apply ``UMLAUTS`` first.

    >>> fold("Łukasz D’Ångström-Weiß"), fold("Ｊｏｈｎ"), fold("٤١٥"), fold("Юлия")
    ("lukasz d'angstrom-weiss", 'john', '415', 'юлия')
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_FOLD))


# German, Nordic, South Slavic and ICAO Doc 9303 two-letter spellings. Apply before ``fold`` to NFC text in lower case.
UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "þ": "th", "đ": "dj"})

_SCRIPTS: Final = {
    "LATIN": "latin", "GREEK": "greek", "CYRILLIC": "cyrillic", "ARMENIAN": "armenian", "HEBREW": "hebrew",
    "ARABIC": "arabic", "CJK": "han", "HIRAGANA": "kana", "KATAKANA": "kana", "HANGUL": "hangul", "THAI": "thai",
    "FULLWIDTH": "latin", "MODIFIER": "", "COMBINING": "", "IDEOGRAPHIC": "han",
}  # fmt: skip


def script(char: str) -> str:
    """Name the script of a letter in lower case, such as ``"cyrillic"``; empty for anything but a letter.

    >>> script("a"), script("а"), script("王"), script("4")
    ('latin', 'cyrillic', 'han', '')
    """
    if char.isascii():
        return "latin" if char.isalpha() else ""
    if not char.isalpha():
        return ""
    first = unicodedata.name(char, "").split(" ", 1)[0]
    return _SCRIPTS.get(first, first.lower())


def scripts(text: str) -> frozenset[str]:
    """Name every script that has a letter in the text.

    >>> sorted(scripts("Jаne 1"))
    ['cyrillic', 'latin']
    """
    if text.isascii():
        return _ONLY_LATIN if any(map(str.isalpha, text)) else frozenset()
    return frozenset(found for found in map(script, text) if found)


_ONLY_LATIN: Final = frozenset(("latin",))


def letter_bits(text: str) -> int:
    """Give a bit for every letter of a text; some characters share one.

    >>> letter_bits("anna") == letter_bits("nan"), letter_bits("a") & letter_bits("b")
    (True, 0)
    """
    bits = 0
    for char in text:
        bits |= 1 << (ord(char) & 31)
    return bits


def has_more_bits(bits: int, most: int) -> bool:
    """Tell whether more than so many bits are set; no bit is counted that need not be.

    >>> has_more_bits(0b101, 2), has_more_bits(0b101, 1), has_more_bits(0, -1)
    (False, True, True)
    """
    while bits and most >= 0:
        bits &= bits - 1  # takes the lowest bit away
        most -= 1
    return most < 0


# Lower-case letters of other scripts that are drawn like a Latin one. Source: Unicode TR39 confusables, the letters of
# modern Cyrillic, Greek, Armenian and Cherokee alphabets only.
_LOOK_ALIKE: Final = str.maketrans(
    {
        "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ѐ": "e", "ё": "e", "һ": "h", "н": "h", "і": "i", "ї": "i",
        "ј": "j", "к": "k", "ӏ": "l", "м": "m", "о": "o", "р": "p", "ԛ": "q", "ѕ": "s", "т": "t", "у": "y", "х": "x",
        "ԝ": "w", "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t",
        "υ": "u", "χ": "x", "γ": "y", "ω": "w", "σ": "o", "զ": "q", "հ": "h", "ո": "n", "ս": "u", "օ": "o", "ց": "g",
        "ա": "w", "ӧ": "o", "ү": "y", "ѵ": "v", "г": "r", "п": "n",
    }
)  # fmt: skip


def skeleton(folded: str) -> str:
    """Replace look-alike letters by the Latin letter they resemble; only ever to warn, never to equate.

    >>> skeleton("jаnе")
    'jane'
    """
    return folded.translate(_LOOK_ALIKE)
