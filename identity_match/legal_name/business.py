"""Compare two firms' names: distinctive words decide, generic words and places weigh less, legal forms break ties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from identity_match import edits
from identity_match.field import Reason, to_score
from identity_match.legal_name import weights
from identity_match.legal_name.tokens import latin_token

if TYPE_CHECKING:
    from identity_match.legal_name.firm import Firm, Word

COMBINED: Final = 6  # generic words of both names together that are as good as a distinctive one: Star Ship Management
TYPO_SHARE: Final = 4  # one letter in four of a word may differ
JOINED_SHARE: Final = 6  # one in six of a joined word, which is longer


class Likeness(NamedTuple):
    """How alike two firms' names are.

    Attributes:
        score: 0..99.
        reasons: What was found.
    """

    score: int
    reasons: tuple[Reason, ...]


class Agreed(NamedTuple):
    """One thing both names have: its weight, how alike the two forms of it are, whether it is distinctive."""

    weight: float
    similarity: float
    distinct: bool


def compare(a: Firm, b: Firm) -> Likeness:
    """Compare two firms' names; symmetric.

    >>> from identity_match.legal_name.firm import read
    >>> compare(read("acme widgets llc"), read("acme widgets limited liability company")).score
    99
    >>> compare(read("bank of america"), read("bank of the west")).score < 70
    True
    """
    if stands_for(a, b) or stands_for(b, a):
        return Likeness(weights.ACRONYM, (Reason("acronym", "business"),))
    left, right = list(a.words), list(b.words)
    reasons: list[Reason] = []
    agreed = _equal(left, right)
    for step in (_joined, _alike, _acronyms):
        if left and right:
            agreed += step(left, right, reasons)
    if not agreed:
        return Likeness(0, (Reason("different", "business"),))
    lost_left, lost_right = sum(w.weight for w in left), sum(w.weight for w in right)
    kept = sum(piece.weight * piece.similarity for piece in agreed)
    lost = sum(piece.weight * (1 - piece.similarity) for piece in agreed)
    lost += weights.FIRM_CONTRADICTION * min(lost_left, lost_right) + weights.FIRM_OMISSION * abs(
        lost_left - lost_right
    )
    top = min(_form_top(a, b, reasons), _word_top(left, right, agreed, reasons))
    mine, theirs = [w.text for w in a.words], [w.text for w in b.words]
    if [text for text in mine if text in theirs] != [text for text in theirs if text in mine]:
        reasons.append(Reason("word_order", "business"))
        top -= 1
    return Likeness(to_score(kept / (kept + lost), top=top), tuple(reasons))


def _form_top(a: Firm, b: Firm, reasons: list[Reason]) -> int:
    if a.forms == b.forms:
        return weights.NORMALIZED
    one_sided = not a.forms or not b.forms
    reasons.append(Reason("legal_form_missing" if one_sided else "legal_form_differs", "business"))
    return weights.NORMALIZED - (2 if one_sided else 4)


# Words that tell members of one group of companies apart.
_SIBLINGS: Final = frozenset(("holding", "group", "international", "trust", "fund", "bank", "capital", "investment"))


def _word_top(left: list[Word], right: list[Word], agreed: list[Agreed], reasons: list[Reason]) -> int:
    """Say what the words that stayed alone let the score reach."""
    distinct = sum(piece.distinct for piece in agreed)
    spare = left + right
    flawed = any(piece.similarity < 1 for piece in agreed)
    top = weights.NORMALIZED
    if spare:
        reasons.append(Reason("word_differs" if left and right else "word_missing", "business"))
        seats = left if not right else right if not left else []
        harmless = all(w.kind == "generic" and w.text not in _SIBLINGS for w in spare)
        top = weights.TWO_DIFFERENCES
        if seats and all(w.kind == "seat" for w in seats):
            top = weights.ONE_GENERIC_MISSING if len(seats) == 1 else weights.GENERIC_MISSING
        elif harmless and (len(spare) == 1 or distinct > 1):
            top = weights.ONE_GENERIC_MISSING if len(spare) == 1 else weights.GENERIC_MISSING
        elif len(spare) == 1 and distinct > 2:
            top = weights.ONE_OF_MANY_MISSING
    if not distinct and 2 * len(agreed) < COMBINED and (spare or flawed):
        top = weights.RELATIVE
    lasting = [[w.kind for w in words if w.kind != "seat"] for words in (left, right)]
    kinds = {*lasting[0]} & {*lasting[1]}
    if "distinct" in kinds or "place" in kinds or (all(lasting) and len(agreed) < 2):
        top = min(top, weights.RELATIVE if distinct < 2 else weights.TWO_OF_MANY_DIFFER)
    return min(top, weights.RELATIVE) if "number" in kinds else top


def _equal(left: list[Word], right: list[Word]) -> list[Agreed]:
    agreed = []
    for word in list(left):
        other = next((w for w in right if w.text == word.text), None)
        if other is not None:
            left.remove(word)
            right.remove(other)
            agreed.append(Agreed(max(word.weight, other.weight), 1.0, "distinct" in (word.kind, other.kind)))
    return agreed


def _joined(left: list[Word], right: list[Word], reasons: list[Reason]) -> list[Agreed]:
    """Pair one word with neighbours that make it up: AstraZeneca, Astra Zeneca."""
    agreed = []
    for one, many in ((left, right), (right, left)):
        for word in list(one):
            runs = _runs(many, (2, 3, 4)) if len(word.text) > 3 else []
            group = next((g for g in runs if "".join(w.text for w in g) == word.text), None)
            similarity = 1.0
            if group is None:
                group = next((g for g in runs if _joined_alike("".join(w.text for w in g), word)), None)
                similarity = weights.FIRM_SPELLING
            if group:
                one.remove(word)
                for part in group:
                    many.remove(part)
                reasons.append(Reason("joined", "business"))
                agreed.append(Agreed(max(word.weight, sum(w.weight for w in group) / 2), similarity, distinct=True))
    return agreed


def _joined_alike(text: str, word: Word) -> bool:
    """Tell a joined word with a slip: one letter in six, from seven letters on."""
    limit = len(word.text) // JOINED_SHARE
    return len(word.text) > JOINED_SHARE and edits.distance(text, word.text, limit=limit) <= limit


def _runs(words: list[Word], sizes: tuple[int, ...]) -> list[list[Word]]:
    return [words[i : i + size] for size in sizes for i in range(len(words) - size + 1)]


def _alike(left: list[Word], right: list[Word], reasons: list[Reason]) -> list[Agreed]:
    """Pair words by likeness, the surest first; neighbours in order before others."""
    candidates = sorted(
        ((s, -abs(i - j), i, j) for i, x in enumerate(left) for j, y in enumerate(right) if (s := _affinity(x, y))),
        reverse=True,
    )
    taken: list[tuple[Word, Word]] = []
    agreed = []
    free_left, free_right = set(range(len(left))), set(range(len(right)))
    for similarity, _, i, j in candidates:
        if i in free_left and j in free_right:
            free_left.discard(i)
            free_right.discard(j)
            x, y = left[i], right[j]
            taken.append((x, y))
            agreed.append(Agreed((x.weight + y.weight) / 2, similarity, "distinct" in (x.kind, y.kind)))
            reasons.append(Reason("spelling" if similarity >= weights.FIRM_SPELLING else "typo", "business"))
    for x, y in taken:
        left.remove(x)
        right.remove(y)
    return agreed


def _affinity(a: Word, b: Word) -> float:
    """Similarity of two words that are not equal: 0, or 0.7..0.95; numbers are equal or different."""
    if "number" in (a.kind, b.kind) or a.kind == b.kind == "place":
        return 0.0
    if a.given and b.given:
        shared = latin_token(a.text).spellings & latin_token(b.text).spellings
        return weights.FIRM_SPELLING if any(map(str.isdecimal, shared)) else 0.0
    if a.keys & b.keys:
        return weights.FIRM_SPELLING
    shorter, longer = sorted((a.text, b.text), key=len)
    if len(shorter) >= 3 and (longer.startswith(shorter) or _is_cut(a, b) or _is_cut(b, a)):
        known = "distinct" not in (a.kind, b.kind) or len(longer) - len(shorter) <= 2
        return weights.BEGINNING if known else weights.SHORT_BEGINNING if len(shorter) > 5 else 0.0
    if _abbreviates(shorter, longer):
        return weights.ABBREVIATION
    if (a.written, b.written) != (a.text, b.text):
        shorter, longer = sorted((a.written, b.written), key=len)
    if a.kind == b.kind == "generic":
        return 0.0  # painting, printing: two words that lists know are no typing errors of each other
    limit = len(longer) // TYPO_SHARE
    distance = edits.distance(shorter, longer, limit=limit)
    return 1 - distance / len(longer) if len(shorter) > 3 and distance <= limit else 0.0


def _is_cut(short: Word, full: Word) -> bool:
    """Tell an abbreviation that may also stand for another word than the usual one: assoc, associates."""
    return short.written != short.text and len(short.written) > 3 and full.text.startswith(short.written)


def _abbreviates(short: str, full: str) -> bool:
    """Tell whether a word is another one with letters left out: shpg, internatl."""
    if short[0] != full[0] or short[-1] != full[-1] or len(short) * 4 > len(full) * 3:
        return False
    if len(short) < (3 if not set("aeiou") & set(short[1:]) else 5):
        return False
    letters = iter(full)
    return all(letter in letters for letter in short)


def stands_for(short: Firm, full: Firm) -> bool:
    """Tell whether a firm of one word is made of all first letters of the other, small words counted or not."""
    word = short.words[0].text if len(short.words) == 1 else ""
    return 3 <= len(word) <= 8 and word in full.acronyms


def _acronyms(left: list[Word], right: list[Word], reasons: list[Reason]) -> list[Agreed]:
    """Pair a word with at least three neighbours whose first letters it is made of: KPA, Korean People's Army."""
    for one, many in ((left, right), (right, left)):
        for word in one:
            size = len(word.text)
            if not (3 <= size <= 6 and word.text.isalpha()):
                continue
            group = next((g for g in _runs(many, (size,)) if "".join(w.text[0] for w in g) == word.text), None)
            if group:
                one.remove(word)
                for part in group:
                    many.remove(part)
                reasons.append(Reason("acronym", "business"))
                return [Agreed(2.4, 5 / 6, distinct=True)]
    return []
