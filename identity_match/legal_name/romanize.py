"""Keys under which different spellings of one sound are equal: Muntazir and Muntazer, Dmitriy and Dmitry.

A key is a folded word after a short list of replacements, so it is computed once a word and compared by equality. The
rules merge what romanisations of Arabic, Slavic, Greek, Persian and Indian names write differently; they keep apart
what tells two names from each other (a against o, o against u). Where a rule would have to merge those, the table of
variants lists the names instead.
"""

from __future__ import annotations

from typing import Final, final

from identity_match.native import mypyc_attr
from identity_match.text import letter_bits, pattern


@mypyc_attr(acyclic=True)
@final
class _Rule:
    """One spelling for another; ``letters`` tells at a glance the words that cannot have it."""

    __slots__ = ("letters", "more", "new", "old")

    def __init__(self, old: str, new: str) -> None:
        self.old = old
        self.new = new
        self.letters = letter_bits(old)
        self.more = letter_bits(new)


def _rules(*pairs: tuple[str, str]) -> list[_Rule]:
    return [_Rule(old, new) for old, new in pairs]


# In order. Sources: ALA-LC and BGN/PCGN romanisation tables (Arabic, Russian, Ukrainian, Persian, Hindi), passport
# spellings of ICAO Doc 9303 part 3 section 6, pre-1972 Indonesian spelling (dj, tj, oe), German transcription.
_RULES: Final = _rules(
    ("tsch", "ch"), ("dsch", "j"), ("tch", "ch"), ("sch", "sh"), ("dzh", "j"), ("dj", "j"), ("tj", "ch"),
    ("zh", "j"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("bh", "b"), ("dh", "d"), ("th", "t"), ("jh", "j"),
    ("tz", "ts"), ("x", "ks"), ("ck", "k"), ("q", "k"), ("w", "v"),
    ("iya", "ia"), ("iia", "ia"), ("yy", "i"), ("iy", "i"), ("ij", "i"), ("yi", "i"), ("ii", "i"), ("yu", "iu"),
    ("ya", "ia"), ("ju", "iu"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("aa", "a"), ("y", "i"),
    ("uv", "u"), ("e", "i"), ("ai", "i"), ("ii", "i"),
)  # fmt: skip
_SOFT: Final = ("e", "i", "y")
# The rules that change no sound in any of those languages: for names that a letter tells apart (Lena, Lina; Khan, Han).
_PLAIN_RULES: Final = _rules(
    ("tsch", "ch"), ("tch", "ch"), ("ph", "f"), ("tz", "ts"), ("x", "ks"), ("ck", "k"), ("w", "v"),
    ("iya", "ia"), ("iia", "ia"), ("yy", "i"), ("iy", "i"), ("ij", "i"), ("yi", "i"), ("ii", "i"),
    ("yu", "iu"), ("ya", "ia"), ("ju", "iu"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("aa", "a"),
    ("y", "i"), ("ai", "ei"),
)  # fmt: skip


def keys(text: str) -> tuple[str, ...]:
    """Work out the romanisation keys of a folded word: at most four.

    >>> keys("muntazir") == keys("muntazer"), keys("maria") == keys("mario")
    (True, False)
    """
    if len(text) < 4:
        return ()
    first = _key(_abdul(text), _RULES)
    if "q" not in text and "oe" not in text and "ue" not in text and "ae" not in text and "gh" not in text:
        return (first,)
    found = [first]
    if "oe" in text:
        found += [_key(text.replace("oe", "o"), _RULES), _key(text.replace("oe", "u"), _RULES)]
    elif "ue" in text or "ae" in text:
        found.append(_key(text.replace("ue", "u").replace("ae", "a"), _RULES))
    if "q" in text or "gh" in text:
        found.append(_key(_abdul(text.replace("gh", "q").replace("q", "g")), _RULES))
    return tuple(dict.fromkeys(found))


def plain_key(text: str) -> str:
    """Work out the key of a word under the rules that change no sound; empty for words of three letters and less.

    >>> plain_key("philip") == plain_key("filip"), plain_key("lena") == plain_key("lina")
    (True, False)
    """
    return _key(text, _PLAIN_RULES) if len(text) > 3 else ""


_M: Final = letter_bits("m")
_N: Final = letter_bits("n")
_LIQUID: Final = letter_bits("lr")  # the loose key makes an L of an R
_LABIAL: Final = letter_bits("bpfvw")
_VOICED: Final = letter_bits("vw")
_ROUND: Final = letter_bits("uo")
_LOST_V: Final = ("uv", "uw", "oov", "oow", "oev", "oew", "uev", "uew", "oeov", "oeow")  # uv becomes u
_HISSING: Final = letter_bits("szxcjq")
_HISS: Final = letter_bits("sz")
_A: Final = letter_bits("a")
_DIN: Final = letter_bits("din")
_H: Final = letter_bits("h")
_J: Final = letter_bits("j")
_X: Final = letter_bits("x")
_LOST_A: Final = "aeijy"  # before which an A may become another vowel
_LOST_LATER: Final = "aeijydz"  # the same, where these may come to be
_LACKS: Final = 6  # classes; so far from a class's bit is the bit of words that lack it
_HAS: Final = (1 << _LACKS) - 1


def classes(text: str, letters: int) -> int:
    """Give bits for the classes of letters that a word and all its keys have, and for those that none of them has.

    Two words one of which surely has what the other surely lacks share no key. Only where the rules might drop or make
    the last letter of a class, neither bit is set: no rule drops an M, an N, or both L and R; a labial goes only with
    ``uv``; a hissing sound stays where nothing but an X, or an S or Z without H, makes it; an A stays but before the
    letters of ``_LOST_A``. What is made of Abd and Din is left open.

    Args:
        text: The word, folded.
        letters: Its ``letter_bits``.
    """
    faith = letters & _DIN == _DIN and text.endswith(_FAITH)
    if faith or text.startswith("abd") or not (text.isascii() and text.isalpha()):
        return 0
    has = (1 if letters & _M else 0) | (2 if letters & _N else 0) | (4 if letters & _LIQUID else 0)
    lacks = 7 - has
    if not letters & _LABIAL:
        lacks |= 8
    elif not (letters & _VOICED and letters & _ROUND and _may_lose_v(text)):
        has |= 8
    if not letters & _HISSING:
        lacks |= 16
    elif letters & _X or (letters & _HISS and not letters & _H):
        has |= 16
    if not letters & _A:
        lacks |= 32
    else:
        later = letters & (_H | _J) and letters & _ROUND
        lost = _LOST_LATER if later else _LOST_A
        at = text.find("a")
        while at >= 0:
            if at + 1 == len(text) or text[at + 1] not in lost:
                has |= 32
                break
            at = text.find("a", at + 1)
    return has | lacks << _LACKS


def _may_lose_v(text: str) -> bool:
    return any(lost in text for lost in _LOST_V)


def may_share_a_key(a: int, b: int) -> bool:
    """Tell by the classes of two words whether one of their keys may be the same; symmetric.

    >>> philip, filip, martin = (classes(text, letter_bits(text)) for text in ("philip", "filip", "martin"))
    >>> may_share_a_key(philip, filip), may_share_a_key(philip, martin)
    (True, False)
    """
    return not (a >> _LACKS & b & _HAS or b >> _LACKS & a & _HAS)


_DOUBLE: Final = pattern(r"(.)\1")


def _key(text: str, rules: list[_Rule]) -> str:
    letters = letter_bits(text)
    for rule in rules:
        if rule.letters & letters == rule.letters and rule.old in text:
            text = text.replace(rule.old, rule.new)
            letters |= rule.more
    if "c" in text:
        text = "".join(
            ("s" if text[i + 1 : i + 2] in _SOFT else char if text[i + 1 : i + 2] == "h" else "k")
            if char == "c"
            else char
            for i, char in enumerate(text)
        )
    if "h" not in text and not _DOUBLE().search(text):
        return text
    kept: list[str] = []
    for i, char in enumerate(text):
        if kept and kept[-1] == char:
            continue
        silent = char == "h" and kept and kept[-1] not in "csz" and text[i + 1 : i + 2] not in tuple("aiou")
        if not silent:
            kept.append(char)
    return "".join(kept)


_FAITH: Final = ("eddine", "aldine", "uddin", "eddin", "aldin", "oddin", "addin", "iddin")


def _abdul(text: str) -> str:
    """Write the article of Abd and Din in one way: Abdelrahman, Abdurrahman; Badreddine, Badr al-Din."""
    for ending in _FAITH if text.endswith(_FAITH) else ():
        if text.endswith(ending) and len(text) > len(ending) + 2:
            text = f"{text[: -len(ending)]}din"
            break
    if not text.startswith("abd") or len(text) < 7 or text[3] not in "ueiao":
        return text
    rest = text[4:]
    if (rest[0] == "l" and rest[1] not in "aeiou") or rest[0] == rest[1]:
        rest = rest[1:]
    return f"abdul{rest}"


_SYLLABLE: Final = pattern(r"[^aeiouyw]*[aeiouyw]+[^aeiouyw]*")  # one run of vowels, as in Kwang and Hsiao
# Romanised Korean and Chinese differ in these by system (McCune-Reischauer, Revised, Yale, Wade-Giles, Pinyin).
_LOOSE: Final = (
    ("you", "yo"), ("hs", "x"), ("sh", "s"), ("ts", "z"), ("ch", "j"), ("zh", "j"), ("k", "g"), ("t", "d"),
    ("p", "b"), ("q", "j"), ("r", "l"), ("yeo", "o"), ("yo", "o"), ("eo", "o"), ("eu", "u"), ("oo", "u"), ("ae", "e"),
    ("ai", "e"), ("y", "i"),
)  # fmt: skip


def loose_key(text: str) -> str:
    """Work out the key under which syllables of different romanisation systems are equal; empty for other words.

    >>> loose_key("chong") == loose_key("jong")
    True
    """
    if not (2 < len(text) < 7 and _SYLLABLE().fullmatch(text)):
        return ""
    for old, new in _LOOSE:
        text = text.replace(old, new)
    return text
