"""Words and numbers of an address line, before anyone asks what they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from identity_match.text import UMLAUTS, fold

if TYPE_CHECKING:
    from identity_match.address.rules import Phrases, Rules

# A range of house numbers spans at most this much; our choice: a large building. "1-9999" is no door.
WIDEST_RANGE: Final = 40
MOST_TOKENS: Final = 80  # our choice: an address line has some ten; the rest of a longer one is not read

_FRACTION_SIGNS: Final = str.maketrans(
    {"½": " 1/2 ", "¼": " 1/4 ", "¾": " 3/4 ", "⅓": " 1/3 ", "⅔": " 2/3 ", "º": " ", "ª": " "}
)
_SEPARATORS: Final = {
    ord("'"): "", ord("#"): " # ", ord(","): " , ", ord("&"): " & ",
    **dict.fromkeys(map(ord, '!"$%*+:<=>?@\\^_`{|}~·•¦…⁂'), " "),
    **dict.fromkeys(map(ord, "()[];、。，；：（）\n"), " , "),
}  # fmt: skip
_NUMBER: Final = re.compile(r"\d+[a-z]?|[ns]\d+[ew]\d+|[ew]\d+[ns]\d+|[a-z]\d+[a-z]?|\d+[a-z]?-\d+[a-z]?|\d+-[a-z]")
# Japanese and Chinese words for the parts of a number, after their digits; and where digits meet characters.
_BLOCK: Final = re.compile(r"(\d)\s*-?\s*(?:丁目|番地の?|番|chome\b)[\s,-]*(?=\d)")
_CHARACTER: Final = re.compile(
    r"(?<=\d)[号號番]|(?<=[\u3040-\u30ff\u3400-\u9fff])(?=\d)|(?<=\d)(?=[\u3040-\u30ff\u3400-\u9fff])"
)
_GRID: Final = re.compile(r"^([ns]\d+) ([ew]\d+)\b|^([ew]\d+) ([ns]\d+)\b")  # "N84 W16889 Elm St", in Wisconsin
_AXES: Final = frozenset("nsew")
FRACTION: Final = re.compile(r"[1-9]/[1-9]")
_SLASHED: Final = re.compile(r"\d+[a-z]?/\d+[a-z]?")
ORDINAL: Final = re.compile(r"(\d+)(?:st|nd|rd|th)")
LETTER: Final = re.compile(r"[a-z]")
_SPACED: Final = re.compile(r"(?<=\d) - (?=[a-z]\b)")  # within a unit or a number: "Apt 4 - B"


def tokenize(text: str, *, german: bool = False) -> list[str]:
    """Split text into folded words, numbers and the signs ``, # & -``; at most ``MOST_TOKENS``.

    Args:
        text: Cleaned text.
        german: Whether umlauts are spelt with two letters.

    >>> tokenize("16½ St. Mary's Rd., P.O. Box 5")
    ['16', '1/2', 'st', 'marys', 'rd', ',', 'po', 'box', '5']
    >>> tokenize("3-chome 12-7 Nishimachi"), tokenize("西町３丁目１２番７号")
    (['3', '12', '7', 'nishimachi'], ['西町', '3', '12', '7'])
    """
    if not text.isascii():
        text = text.translate(_FRACTION_SIGNS)
        if german:
            text = text.lower().translate(UMLAUTS)
    folded = fold(text)
    if "chome" in folded or not folded.isascii():
        folded = _CHARACTER.sub(" ", _BLOCK.sub(r"\1-", folded))
    elif folded[:1] in _AXES:
        folded = _GRID.sub(r"\1\2\3\4", folded, count=1)
    folded = folded.translate(_SEPARATORS)
    if " - " in folded:
        folded = _SPACED.sub("-", folded)
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
    if FRACTION.fullmatch(word) or _SLASHED.fullmatch(word):
        return [word]
    if any(map(str.isdecimal, word)):
        number = re.sub(r"[-/]+", "-", word.strip("-/"))
        if _NUMBER.fullmatch(number):
            return [number]
        letters_last = number.replace("-", "")
        if number.count("-") == 1 and _NUMBER.fullmatch(letters_last) and not letters_last.isdecimal():
            return [letters_last]
    return [part for part in re.split(r"[-/]+", word) if part]


def has_digit(word: str) -> bool:
    """Tell whether a word holds a decimal digit."""
    return any(map(str.isdecimal, word))


def starts_with_digit(word: str) -> bool:
    """Tell whether a word opens with a digit."""
    return word[:1].isdecimal()


def house_number(word: str) -> str:
    """Give a house number its canonical form: no leading zeros, no hyphen before a letter.

    >>> house_number("0042-b"), house_number("92-10")
    ('42b', '92-10')
    """
    low, dash, high = word.partition("-")
    low = low.lstrip("0") or "0"
    if not dash:
        return low
    return low + high if high.isalpha() else f"{low}-{high.lstrip('0') or '0'}"


def is_number(word: str) -> bool:
    """Tell whether a word can be a house number: digits, a letter before or behind, a range."""
    return _NUMBER.fullmatch(word) is not None


def is_identifier(word: str) -> bool:
    """Tell whether a word can name a unit or a box: it has a digit, or is one letter."""
    return len(word) <= 10 and (has_digit(word) or (len(word) == 1 and word.isalpha()))


def is_range(word: str) -> bool:
    """Tell whether a word is two numbers, the lower one first."""
    low, dash, high = word.partition("-")
    return bool(dash) and low.isdecimal() and high.isdecimal() and int(low[-9:]) < int(high[-9:])


def joined_range(low: str, high: str) -> str:
    """Join two plain numbers into a range where they can be one."""
    if low.isdecimal() and high.isdecimal() and len(high) <= 6 and 0 < int(high) - int(low[-6:]) <= WIDEST_RANGE:
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
    if not low.isdecimal() or len(low) > 6 or len(high) > 6:
        return None
    if not dash:
        return int(low), int(low)
    if high.isdecimal() and 0 < int(high) - int(low) <= WIDEST_RANGE:
        return int(low), int(high)
    return None


def read_ordinal(word: str, rules: Rules) -> str:
    """Read an ordinal, in digits or in words; empty where it is none."""
    if found := ORDINAL.fullmatch(word):
        return found[1].lstrip("0") or "0"
    return rules.ordinals.get(word, "")


def match_phrase(phrases: Phrases, tokens: list[str], at: int) -> tuple[int, str] | None:
    """Find the longest phrase that starts at a position: its length and what the key holds."""
    for words, canonical in phrases.get(tokens[at], ()):
        if tokens[at : at + len(words)] == list(words):
            return len(words), canonical
    return None


def split_at_commas(tokens: list[str]) -> list[list[str]]:
    """Cut tokens at commas; empty stretches vanish."""
    parts: list[list[str]] = [[]]
    for word in tokens:
        if word == ",":
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]
