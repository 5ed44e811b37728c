"""Names of firms: which names are one, and how two of them are compared.

A firm's name is distinctive words, generic words (services, bank, the), places and a legal form. Distinctive words
decide; generic words and places weigh less; the legal form only breaks ties.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from identity_match import tables
from identity_match.field import Reason
from identity_match.legal_name.romanize import keys
from identity_match.legal_name.tokens import CACHED_TOKENS, given_names, surnames, transliterate
from identity_match.text import fold

MAX_WORDS = 24  # words of a firm's name that are read
LONGEST_FORM = 7  # words of the longest legal form in the table

# How much a word of each kind proves against a distinctive word's 1. Our choice, fitted by hand on public company
# lists: shared generic words prove little, but a generic word that differs still tells two firms apart.
WEIGHTS = {"distinct": 1.0, "generic": 0.4, "place": 0.5, "number": 1.0}


# A word against another word costs its weight, a word left out about a quarter of it.
CONTRADICTION, OMISSION = 1.0, 0.21
COMBINED = 6  # generic words of both names together that are as good as a distinctive one: Star Ship Management


class Word(NamedTuple):
    """One word of a firm's name."""

    text: str
    kind: str
    keys: frozenset[str]

    @property
    def weight(self) -> float:
        """What agreeing on the word proves; short words a little less."""
        return WEIGHTS[self.kind] * (0.8 if len(self.text) < 4 and self.kind == "distinct" else 1.0)


class Firm(NamedTuple):
    """A firm's name as read.

    Attributes:
        words: Every word but stop words and legal forms, abbreviations written out; never empty unless the name is
            nothing else.
        forms: Classes of its legal forms.
        detected: The name is a firm's beyond doubt.
        signed: It has a word that only firms have, unless that is a surname, too.
        likely: It has words or digits that people's names have not.
        initials: First letters of all words, legal forms left out.
    """

    words: tuple[Word, ...]
    forms: frozenset[str]
    detected: bool
    likely: bool
    signed: bool
    initials: str


_OPENING = frozenset(("ooo", "oao", "zao", "pao", "pt", "ao", "ojsc", "cjsc", "jsc", "pjsc", "njsc", "kk", "llc"))


@cache
def _forms() -> tuple[dict[str, str], frozenset[str], frozenset[str], frozenset[str]]:
    """Map each spelling without spaces to its class; which are words too, which settle nothing, which open a name."""
    classes: dict[str, str] = {}
    short: set[str] = set()
    unsettling: set[str] = set()
    for form, _, spellings, *note in tables.rows("business_forms"):
        for spelling in spellings.split("|"):
            compact = re.sub(r"[^\w]", "", spelling)
            classes.setdefault(compact, form)
            if note and note[0]:
                unsettling.add(compact)
                if note[0] == "short":
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


_WEB = re.compile(r"\bwww\.|\.(?:com|org|net|co|biz)\b")
_SLASHED = re.compile(r"(?<=\b\w)/(?=\w\b)")
_LETTER_DIGIT = re.compile(r"(?<=[a-z]{3})(?=\d)")
_PARTS = re.compile(r"[^\W_]+(?:'[^\W_]+)*\*?|&")
_SINGLE = re.compile(r"(?<![^\W_])[^\W_](?:[., ]{1,2}[^\W_](?![^\W_]))+\.?")


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
    folded = _LETTER_DIGIT.sub(" ", _SLASHED.sub(".", _WEB.sub("", fold(text).replace("'s", "s"))))
    dotted: set[str] = set()
    spaced: set[str] = set()

    def join(found: re.Match[str]) -> str:
        word = re.sub(r"[^\w]", "", found[0])
        if "." in found[0] or "," in found[0]:
            dotted.add(word)
        spaced.add(word)
        return f"{word} "

    joined = _SINGLE.sub(join, folded) if " " in folded or "." in folded or "," in folded else folded
    parts = [part.replace("'", "") for part in _PARTS.findall(joined.replace("/", ""))][:MAX_WORDS]
    core, forms, sure = _strip_forms(parts, dotted, spaced)
    kinds = _kinds()
    signs = [part for part in core if part in kinds["sign"]]
    personal = len(core) <= 3 and bool(core) and len(core[0]) > 2 and core[0] in given_names()
    doubtful = all(sign in surnames() for sign in signs) and personal
    detected = sure or (bool(signs) and not doubtful) or (bool(forms) and (bool(signs) or "&" in parts))
    words = [_word(part) for part in core if part not in ("&", "no") and part not in kinds["stop"]]
    words = words or [_word(part) for part in core if part != "&"]
    initials = "".join(part[0] for part in core if part not in ("and", "&", "the"))
    likely = any(part in _ORGANISING for part in core[1:]) or any(part[0].isdecimal() for part in core)
    return Firm(tuple(words), frozenset(forms), detected, detected or likely, bool(signs), initials)


_JOINING = frozenset(("&", "and", "und", "et", "y"))
_ORGANISING = frozenset(("of", "the", "for", "in", "at"))


def _strip_forms(parts: list[str], dotted: set[str], spaced: set[str]) -> tuple[list[str], set[str], bool]:
    """Take legal forms out of the words; whether one of them settles that this is a firm."""
    classes, short, unsettling, opening = _forms()
    core: list[str] = []
    forms: set[str] = set()
    sure = False
    i = 0
    while i < len(parts):
        for size in range(min(LONGEST_FORM, len(parts) - i), 0, -1):
            compact = "".join(part for part in parts[i : i + size] if part not in _JOINING)
            form = classes.get(compact)
            opens = size > 1 or (compact in opening and compact not in spaced)
            if form is None or not (core or opens) or (i + size == len(parts) and not core):
                continue
            ends = i + size == len(parts)
            if compact in short and compact not in dotted and not ends:
                continue
            forms.add(form)
            sure = (
                sure
                or compact not in unsettling
                or (compact in dotted and core[:1] != [] and core[0] not in given_names())
            )
            i += size
            break
        else:
            core.append(parts[i])
            i += 1
    return core, forms, sure


@lru_cache(maxsize=CACHED_TOKENS)
def _word(part: str) -> Word:
    kinds = _kinds()
    text = _written_out().get(part, part)
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
    return Word(text, kind, frozenset((*keys(text), text)))


class Likeness(NamedTuple):
    """How alike two firms' names are.

    Attributes:
        score: 0..99.
        reasons: What was found.
        order: Position of each matched word, for telling a name in another order.
    """

    score: int
    reasons: tuple[Reason, ...]


def _affinity(a: Word, b: Word) -> float:
    """Similarity of two words that are not equal: 0, or 0.6..0.97."""
    if "number" in (a.kind, b.kind):
        return 0.0
    if a.keys & b.keys:
        return 0.95
    x, y = a.text, b.text
    shorter, longer = sorted((x, y), key=len)
    if len(shorter) >= 3 and longer.startswith(shorter):
        return 0.9 if len(shorter) >= 5 or len(longer) - len(shorter) <= 2 else 0.7
    if _abbreviates(shorter, longer):
        return 0.85
    limit = len(longer) // 4
    if len(shorter) > 3 and limit and OSA.distance(x, y, score_cutoff=limit) <= limit:
        return 1 - OSA.distance(x, y) / len(longer)
    return 0.0


def _abbreviates(short: str, full: str) -> bool:
    """Tell whether a word is another one with letters left out: shpg, internatl."""
    if short[0] != full[0] or short[-1] != full[-1] or len(short) * 4 > len(full) * 3:
        return False
    if len(short) < (3 if not set("aeiou") & set(short[1:]) else 5):
        return False
    letters = iter(full)
    return all(letter in letters for letter in short)


def compare(a: Firm, b: Firm) -> Likeness:  # noqa: C901, PLR0912 - one alignment, read from top to bottom
    """Compare two firms' names; symmetric.

    >>> compare(read("acme widgets llc"), read("acme widgets limited liability company")).score
    99
    >>> compare(read("bank of america"), read("bank of the west")).score < 70
    True
    """
    left, right = list(a.words), list(b.words)
    reasons: list[Reason] = []
    agreed = 0.0
    distinct = 0
    flawed = 0.0
    for word in list(left):
        if word in right:
            left.remove(word)
            right.remove(word)
            agreed += word.weight
            distinct += word.kind == "distinct"
    reordered = [w for w in a.words if w in b.words] != [w for w in b.words if w in a.words]
    if left and right:
        joined = _join(left, right, reasons) + _join(right, left, reasons)
        agreed += joined
        distinct += joined > 0
        pairs = sorted(
            ((s, -abs(i - j), i, j) for i, x in enumerate(left) for j, y in enumerate(right) if (s := _affinity(x, y))),
            reverse=True,
        )
        used_left: set[int] = set()
        used_right: set[int] = set()
        for s, _, i, j in pairs:
            if i in used_left or j in used_right:
                continue
            used_left.add(i)
            used_right.add(j)
            weight = (left[i].weight + right[j].weight) / 2
            agreed += weight * s
            flawed += weight * (1 - s)
            distinct += "distinct" in (left[i].kind, right[j].kind)
            reasons.append(Reason("spelling" if s >= 0.95 else "typo", "business"))
        left = [w for i, w in enumerate(left) if i not in used_left]
        right = [w for j, w in enumerate(right) if j not in used_right]
    if stands_for(a, b) or stands_for(b, a):
        return Likeness(83, (Reason("acronym", "business"),))
    for one, many in ((left, right), (right, left)):
        if short := _acronym(one, many):
            reasons.append(Reason("acronym", "business"))
            agreed += 2.0
            flawed += 0.4
            distinct += 1
            one.remove(short)
    lost_left, lost_right = sum(w.weight for w in left), sum(w.weight for w in right)
    contradiction, omission = min(lost_left, lost_right), abs(lost_left - lost_right)
    if not agreed:
        return Likeness(0, (Reason("different", "business"),))
    share = agreed / (agreed + flawed + CONTRADICTION * contradiction + OMISSION * omission)
    top = 99
    if reordered:
        reasons.append(Reason("word_order", "business"))
        top -= 1
    if a.forms != b.forms:
        one_sided = not a.forms or not b.forms
        reasons.append(Reason("legal_form_missing" if one_sided else "legal_form_differs", "business"))
        top -= 2 if one_sided else 4
    left_over = left + right
    if left_over:
        reasons.append(Reason("word_differs" if left and right else "word_missing", "business"))
        harmless = all(w.kind == "generic" and w.text not in _SIBLINGS for w in left_over)
        alone = len(left_over) == 1
        top = min(
            top, (92 if alone else 88 if distinct > 1 else 84) if harmless else 86 if alone and distinct > 2 else 84
        )
    if not distinct and len(a.words) + len(b.words) - len(left_over) < COMBINED:
        top = min(top, 69) if left_over or flawed else top
    if left and right and any(w.kind == "distinct" for w in left) and any(w.kind == "distinct" for w in right):
        top = min(top, 69) if distinct < 2 else min(top, 79)
    return Likeness(min(top, int(share * 100)), tuple(reasons))


# Words that tell members of one group of companies apart.
_SIBLINGS = frozenset(("holding", "group", "international", "trust", "fund", "bank", "capital", "investment"))


def _join(one: list[Word], many: list[Word], reasons: list[Reason]) -> float:
    """Pair one word with neighbours that make it up (``astrazeneca``, ``astra zeneca``); the weight that agreed."""
    agreed = 0.0
    for word in list(one):
        for size in (2, 3, 4):
            for i in range(len(many) - size + 1):
                group = many[i : i + size]
                if len(word.text) > 3 and "".join(w.text for w in group) == word.text:
                    one.remove(word)
                    del many[i : i + size]
                    reasons.append(Reason("joined", "business"))
                    agreed += max(word.weight, sum(w.weight for w in group) / 2)
                    break
            else:
                continue
            break
    return agreed


def stands_for(short: Firm, full: Firm) -> bool:
    """Tell whether a firm of one word is made of all first letters of the other, small words counted or not."""
    word = short.words[0].text if len(short.words) == 1 else ""
    return 3 <= len(word) <= 8 and word in (full.initials, "".join(w.text[0] for w in full.words))


def _acronym(one: list[Word], many: list[Word]) -> Word | None:
    """Find a word made of the first letters of at least three neighbours, and take those out."""
    for word in one:
        size = len(word.text)
        if 3 <= size <= 6 and word.text.isalpha():
            for i in range(len(many) - size + 1):
                if "".join(w.text[0] for w in many[i : i + size]) == word.text:
                    del many[i : i + size]
                    return word
    return None
