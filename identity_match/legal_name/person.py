"""Compare two people's names: what the pairing of their words proves, as a score with its reasons.

What is left over on one side only was omitted, which costs little; what is left over on both sides contradicts, and
makes two people of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, final

from identity_match import edits
from identity_match.field import Reason, to_score
from identity_match.legal_name import weights
from identity_match.legal_name.align import GIVEN_SHARE, Alignment, Pair, align, is_family, is_outer
from identity_match.legal_name.reading import vocabulary
from identity_match.legal_name.tokens import COMMON_SURNAME, token
from identity_match.native import mypyc_attr
from identity_match.text import has_more_bits

if TYPE_CHECKING:
    from identity_match.legal_name.reading import Reading
    from identity_match.legal_name.tokens import Token

NICKNAMES: Final = frozenset(("nickname", "short_form", "nickname_typo"))  # by the table, by a rule, misspelt

DIFFERENCES: Final = NICKNAMES | {"typo", "near_surname", "gendered_surname", "cut_off"}

INITIALS_ONLY: Final = 45  # agreeing initials and nothing else; our choice
CHANCE: Final = 0.5  # two strangers' words are as alike as this by chance

_DIFFERENT: Final = Reason("different")
_NAME_ORDER: Final = Reason("name_order")
_OMITTED_NAME: Final = Reason("omitted", "name")
_OMITTED_INITIAL: Final = Reason("omitted", "initial")
_OTHER_GIVEN: Final = Reason("conflict", "given")
_OTHER_FAMILY: Final = Reason("conflict", "family")


@mypyc_attr(acyclic=True)
@final
class Likeness:
    """How alike two people's names are.

    Attributes:
        score: 0..99; being equal as written is for the caller to see.
        part_agrees: A given or family name agrees in full.
        nickname: A nickname was used, and the names agree otherwise as far as they reach 50.
        reasons: What was found, in order.
    """

    __slots__ = ("nickname", "part_agrees", "reasons", "score")

    def __init__(self, score: int, reasons: tuple[Reason, ...], *, part_agrees: bool, nickname: bool) -> None:
        self.score = score
        self.reasons = reasons
        self.part_agrees = part_agrees
        self.nickname = nickname


ONLY_DIFFERENT: Final = (_DIFFERENT,)
_STRANGERS: Final = [Likeness(score, ONLY_DIFFERENT, part_agrees=False, nickname=False) for score in range(100)]


def compare(user: Reading, owner: Reading) -> Likeness:
    """Compare two readings; symmetric up to which side a reason names.

    >>> from identity_match.legal_name.reading import read
    >>> compare(read("andrew smith"), read("andy simth")).score
    84
    >>> 50 <= compare(read("betty smith"), read("andrew smith")).score < 70
    True
    """
    if user.too_many or owner.too_many:
        return Likeness(0, (Reason("too_many_words"),), part_agrees=False, nickname=False)
    if user.compound or owner.compound:
        lone = [reading.compound and len(reading.names) == 1 for reading in (user, owner)]
        if lone[0] != lone[1]:
            whole = _compare(user, owner)
            halves = _compare(_apart(user) if lone[0] else user, _apart(owner) if lone[1] else owner)
            return max(whole, halves, key=lambda found: found.score)
    return _compare(user, owner)


def _compare(user: Reading, owner: Reading) -> Likeness:
    if user.titles or owner.titles:
        user, owner = _with_titles(user, owner), _with_titles(owner, user)
    found = align(user, owner)
    if not found.pairs and user.generation == owner.generation and not user.left_out and not owner.left_out:
        return _STRANGERS[to_score(_difference(found) / 100, top=weights.NORMALIZED)]
    reasons: list[Reason] = []
    score, agrees, nickname = _paired(found, reasons) if found.pairs else (_different(found, reasons), False, False)
    if user.generation != owner.generation:
        score = _generation(user, owner, score, reasons)
    if user.left_out or owner.left_out:
        left_out = sorted({*user.left_out, *owner.left_out} - {"generation"})
        reasons.extend(Reason(kind, "left_out") for kind in left_out)
    points = to_score(score / 100, top=weights.NORMALIZED)
    return Likeness(points, tuple(reasons), part_agrees=agrees, nickname=nickname and score >= 50)


def _apart(reading: Reading) -> Reading:
    """Read a lone compound with Abdul as two words: Abdul Khan may be a given and a family name."""
    text = reading.names[0].text
    if not text.startswith("abdul") or len(text) < 7:
        return reading
    names = token("abdul"), token(text[5:])
    return reading.with_words(names, ("", ""), linked=reading.linked, compound=False, family=reading.family)


def _paired(found: Alignment, reasons: list[Reason]) -> tuple[float, bool, bool]:
    """Score two names of which at least one word is paired; whether a part agrees, and whether a nickname was used."""
    user, owner, pairs, full = found.user, found.owner, found.pairs, found.full
    codes = {p.code for p in pairs}
    reasons.extend(Reason(p.code, _role(user, p.user)) for p in full if p.code != "equal")
    if len(full) < len(pairs):
        reasons.append(Reason("initial", "middle" if len(full) > 1 else "given"))
    score: float
    if not found.left and not found.right and len(pairs) > 1 and all(p.similarity == weights.EQUAL for p in pairs):
        cost = 0 if _in_order(pairs) else _order_cost(found, pairs, reasons)
        score = float(weights.OTHER_PERSON if cost is None else weights.NORMALIZED - cost)
    elif found.left and found.right:
        score = _contradiction(found, full, reasons)
    elif len(full) >= 2:
        score = _agreement(found, full, reasons)
    elif full:
        score = _single(found, full[0], reasons)
    else:
        score = float(INITIALS_ONLY)
        reasons.append(Reason("initials_only"))
    if len(codes) > 1 or "equal" not in codes:
        if "cognate" in codes or any(_reading_lost(user.names[p.user], owner.names[p.owner]) for p in pairs):
            score = min(score, weights.TWO_DIFFERENCES)  # two languages or two scripts: more than one difference
        if sum(p.code in DIFFERENCES for p in pairs) > 1:
            score = min(score, weights.TWO_DIFFERENCES)  # contract: a nickname plus a spelling error
    agrees = any(p.similarity == weights.EQUAL and is_outer(user, p.user) and is_outer(owner, p.owner) for p in full)
    return score, agrees, not NICKNAMES.isdisjoint(codes)


def _role(reading: Reading, position: int) -> str:
    if is_family(reading, position):
        return "family"
    return "given" if position == 0 else "middle"


# Scripts whose transliteration says how a name sounds; the others lose vowels, tones or the reading.
_SPELLED_OUT: Final = frozenset(("latin", "cyrillic", "greek", "armenian", "georgian"))


def _reading_lost(x: Token, y: Token) -> bool:
    """Tell two scripts of which one does not say how the name sounds."""
    return x.script != y.script and not {x.script, y.script} <= _SPELLED_OUT


def _generation(user: Reading, owner: Reading, score: float, reasons: list[Reason]) -> float:
    """Cap the score of two names whose generations differ."""
    if user.generation and owner.generation:
        reasons.append(Reason("generation_conflict", "generation"))
        return min(score, weights.GENERATION_CONFLICT)
    reasons.append(Reason("generation_missing", "generation"))
    return min(score, weights.GENERATION_MISSING)


def _points(found: Alignment, pairs: list[Pair]) -> float:
    """Points lost by pairs that are not equal: half a name's worth for an outer word, a quarter for one in between."""
    lost = 0.0
    for p in pairs:
        if p.similarity < weights.EQUAL:
            outer = len(pairs) < 3 or is_outer(found.user, p.user) or is_outer(found.owner, p.owner)
            lost += (weights.OUTER if outer else weights.INNER) * (1 - p.similarity)
    return lost


def _agreement(found: Alignment, full: list[Pair], reasons: list[Reason]) -> float:
    """Score two names of which at least two full words agree and nothing contradicts."""
    score = weights.NORMALIZED - _points(found, full)
    in_order = _in_order(full)
    cost = 0 if in_order else _order_cost(found, full, reasons)
    if cost is None:
        return weights.OTHER_PERSON
    score -= cost
    top = weights.NORMALIZED
    if any(p.code == "initial" and p.user == p.owner == 0 for p in found.pairs):
        top = weights.TWO_DIFFERENCES  # published: an initial for the given name is a close match
    sides = (found.user, found.left, found.owner, True), (found.owner, found.right, found.user, False)
    for reading, rest, other, mine in sides:
        if rest:
            taken = [p.user if mine else p.owner for p in full]
            paired = [p.user if mine else p.owner for p in found.pairs]
            turned = [] if in_order else _given_first(reading)
            if turned:
                place = {old: new for new, old in enumerate(turned)}
                reading = _reordered(reading, turned)  # noqa: PLW2901
                rest, taken, paired = ([place[i] for i in group] for group in (rest, taken, paired))  # noqa: PLW2901
            cost, cap = _omission(reading, rest, taken, paired, other_has_comma=other.family is not None)
            score -= cost
            shuffled = not (in_order or turned) and cost >= weights.SURNAME_DROPPED
            top = min(top, cap, weights.TWO_DIFFERENCES) if shuffled else min(top, cap)
            initials = all(reading.names[i].initial for i in rest)
            reasons.append(_OMITTED_INITIAL if initials else _OMITTED_NAME)
    return min(score, top)


def _order_cost(found: Alignment, pairs: list[Pair], reasons: list[Reason]) -> int | None:
    """Points for words in another order; None where the order tells father from son."""
    reasons.append(_NAME_ORDER)
    if _other_person(found, pairs):
        return None
    return 0 if _usual_order(pairs) else weights.OTHER_ORDER


def _with_titles(reading: Reading, other: Reading) -> Reading:
    """Put back a word that was taken for a title (Earl, Syed) where the other side has it as a name, or in one."""
    names = {name.text for name in other.names}.union(*(name.spellings for name in other.names))
    first = reading.names[0].text
    back = [
        word
        for word in reading.titles
        if word in names or word + first in names or not names.isdisjoint(token(word).spellings)
    ]
    if not back:
        return reading
    return reading.with_words(
        (*map(token, back), *reading.names),
        ("",) * len(back) + reading.lead,
        linked=frozenset(i + len(back) for i in reading.linked),
        compound=reading.compound,
        family=None if reading.family is None else reading.family + len(back),
    )


def _in_order(full: list[Pair]) -> bool:
    last = -1
    for p in full:
        if p.owner < last:
            return False
        last = p.owner
    return True


def _reordered(reading: Reading, places: list[int]) -> Reading:
    names, lead = tuple(reading.names[i] for i in places), tuple(reading.lead[i] for i in places)
    return reading.with_words(names, lead, linked=frozenset(), compound=reading.compound, family=reading.family)


def _given_first(reading: Reading) -> list[int]:
    """Bring a family-first name without comma into the order given, middle, family, by places; else give no places.

    The family name is the first word and the surnames after it; Vietnamese names end in the given name instead.
    """
    names = reading.names
    if reading.family is not None or len(names) < 3:
        return []
    places = list(range(len(names)))
    if names[0].text in vocabulary()["given_last"]:
        return places[::-1]
    given = next((i for i in places[1:] if names[i].gender and names[i].surname < GIVEN_SHARE), 0)
    return places[given:] + places[:given] if given and not _is_given(names[0]) else []


def _usual_order(full: list[Pair]) -> bool:
    """Tell names turned around or family-first from names shuffled."""
    sequence = [p.owner for p in full]
    turn = sequence.index(min(sequence))
    rotated = sequence[turn:] + sequence[:turn]
    return rotated == sorted(sequence) or sequence == sorted(sequence, reverse=True)


def _other_person(found: Alignment, full: list[Pair]) -> bool:
    """Tell two people by the order: father and son where a word such as bin orders the names, and K J from J K."""
    lineage = found.user.lineage or found.owner.lineage
    return (lineage and not any(p.user == p.owner == 0 for p in full)) or _initials_cross(found)


def _initials_cross(found: Alignment) -> bool:
    """Tell initials that stand for words in another order: K J, John Keith; a whole word may stand anywhere."""
    a, b = found.user.names, found.owner.names
    theirs = [p.owner for p in found.pairs if a[p.user].initial or b[p.owner].initial]  # in the user's order
    return theirs != sorted(theirs)


def _omission(
    reading: Reading, rest: list[int], taken: list[int], paired: list[int], *, other_has_comma: bool
) -> tuple[int, int]:
    """Say what the words left out on one side cost, and what the score may reach at most."""
    names = reading.names
    if all(names[i].initial for i in rest) and not any(names[i].initial for i in paired):
        return 0, weights.NORMALIZED
    particles = vocabulary()["particle"]
    omitted = [
        i for i in rest if not (names[i].initial or names[i].text in particles or _after_lineage(reading.lead[i], i))
    ]
    matched, first, last = len(taken), min(taken), max(taken)
    leading = [i for i in omitted if i < first]
    trailing = [i for i in omitted if i > last]
    inner = len(omitted) - len(leading) - len(trailing)
    cost = weights.MIDDLE_DROPPED * max(0, inner - 1)
    top = weights.NORMALIZED
    if len(omitted) < len(rest) and any(names[i].initial for i in rest) and any(names[i].initial for i in paired):
        top = weights.TWO_DIFFERENCES  # both sides give middle initials, and they are not the same ones
    if not omitted and not all(names[i].initial for i in rest):
        cost += weights.MIDDLE_DROPPED
    if trailing:
        cost += weights.SURNAME_DROPPED
        if matched == 2 and _is_given(names[last]) and any(names[i].surname > 1 for i in trailing):
            top = min(top, weights.SHORTER_OF_TWO)
        if any(i in reading.linked or reading.lead[i] == "de" for i in trailing):
            top = min(top, weights.TWO_DIFFERENCES)  # half of a double surname, or a husband's name
    if leading and len(leading) == 1 and _often_dropped(names[leading[0]]):
        cost += weights.SURNAME_DROPPED
    elif leading:
        cost += weights.GIVEN_DROPPED if matched > 2 else weights.GIVEN_DROPPED_OF_TWO
        top = min(top, weights.TWO_DIFFERENCES)  # a son's name goes on with his father's whole name
        if not other_has_comma and _only_surnames(names, taken, leading):
            top = min(top, weights.RELATIVE if names[first].surname >= COMMON_SURNAME else weights.DOUBTFUL)
    if len(omitted) >= 2 and matched == 2:
        doubtful = leading or len(trailing) > 1
        top = min(top, weights.DOUBTFUL if doubtful else weights.HALF if trailing else weights.STRONG)
        if len(leading) > 1 or any(_starts_again(names, i) for i in omitted):
            top = min(top, weights.RELATIVE)  # John Doe Jane Smith is two people
    if len(omitted) >= 3 and len(omitted) > matched:
        top = min(top, weights.RELATIVE)  # most of the name is missing: several names in one text, or a fragment
    if reading.family is not None and omitted and len({i >= reading.family for i in taken}) < 2:
        top = min(top, _half_top(reading, taken))
    return cost, top


def _starts_again(names: tuple[Token, ...], i: int) -> bool:
    """Tell a given name that follows a surname, initials between them or not: a second person's name begins."""
    if i < 2 or not _is_given(names[i]):
        return False
    before = next((name for name in reversed(names[:i]) if not name.initial), names[i])
    return before.surname >= COMMON_SURNAME and not _is_given(before)


def _half_top(reading: Reading, taken: list[int]) -> int:
    """Say what a name may reach of which a comma shows that only the given names, or only the surnames, are there."""
    assert reading.family is not None
    single = len(reading.names) - reading.family == 1 and max(taken) < reading.family
    if len(taken) > 2:
        return weights.TWO_DIFFERENCES
    return weights.DOUBTFUL if single and not all(_is_given(reading.names[i]) for i in taken) else weights.RELATIVE


def _often_dropped(name: Token) -> bool:
    """Tell a first name that stands before the name a man is called by, and is as often written as not: Muhammad."""
    return bool(name.spellings & token("mohammed").spellings)


def _after_lineage(lead: str, position: int) -> bool:
    """Tell a father's name (bin Salman, binti Tarudin): left out more often than not, it says nothing when missing."""
    return bool(lead) and position > 0 and lead.endswith(tuple(vocabulary()["patronymic"]))


def _only_surnames(names: tuple[Token, ...], taken: list[int], leading: list[int]) -> bool:
    """Tell ``Garcia Lopez`` of Maria Garcia Lopez: a given name was left out, and none is left."""
    return any(names[i].gender for i in leading) and not any(_is_given(names[i]) for i in taken)


def _is_given(token: Token) -> bool:
    return bool(token.gender) and token.surname < GIVEN_SHARE


# What a single word against a single word may reach. Our choice: one word is little evidence, so only what a table says
# of it passes; what a rule says (a typo, a like sound, a form made by cutting) does not.
_LONE_TOP: Final = {
    "equal": 100, "accent": 100, "transliterated": 100, "umlaut": 100, "spelling": 100, "joined": 100,
    "nickname": 92, "cognate": 96,
}  # fmt: skip


def _single(found: Alignment, only: Pair, reasons: list[Reason]) -> float:
    """Score two names of which one full word agrees: a single name, an initial with a surname, or a fragment."""
    user, owner = found.user, found.owner
    x, y = user.names[only.user], owner.names[only.owner]
    loss = weights.OUTER * (1 - only.similarity)
    if len(found.pairs) == 1:
        if only.code.startswith("joined") and not found.left and not found.right:
            return weights.NORMALIZED - loss
        if {t.text for t in user.names} == {t.text for t in owner.names}:
            return weights.GENERATION_MISSING if len(user.names) != len(owner.names) else weights.NORMALIZED
        if len(user.names) == len(owner.names) == 1:
            unlisted = only.code == "sound" and not (x.gender or y.gender or x.surname or y.surname)
            return (90 if unlisted else _LONE_TOP.get(only.code, 65)) * only.similarity - 1
        short = user if len(user.names) == 1 else owner
        if short.compound and len(short.names) == 1 and only.similarity >= weights.SPELLING:
            reasons.append(_OMITTED_NAME)
            return weights.DOUBTFUL - loss
        reasons.append(Reason("fragment"))
        family = is_family(user, only.user) or is_family(owner, only.owner)
        return (weights.FRAGMENT_FAMILY if family else weights.FRAGMENT_GIVEN) + weights.RARE * _rarity(x, y) - loss
    if found.left or found.right:
        reasons.append(_OMITTED_NAME)
    initials = [p for p in found.pairs if p is not only]
    given_agrees = not (
        (is_family(user, only.user) and only.owner == 0) or (is_family(owner, only.owner) and only.user == 0)
    )
    ends = any(_last_initial(user, p.user) or _last_initial(owner, p.owner) for p in initials)
    if only.code == "typo" or (ends and given_agrees) or _initials_cross(found):
        return weights.OTHER_PERSON
    # 70-84: an initial with a surname (published: close match), more where two initials agree.
    return weights.INITIAL + (4 if len(initials) > 1 else 0) - (3 if found.left or found.right else 0) - loss


def _last_initial(reading: Reading, position: int) -> bool:
    return reading.names[position].initial and position == len(reading.names) - 1 and reading.family is None


def _contradiction(found: Alignment, full: list[Pair], reasons: list[Reason]) -> float:
    """Score two names with words left over on both sides: a relative, a namesake or a stranger."""
    a, b, left, right = found.user.names, found.owner.names, found.left, found.right
    if not full:
        return _different(found, reasons)
    nearest = max(edits.similarity(a[i].text, b[j].text) for i in left for j in right)
    if len(full) >= 2:
        points = _points(found, full)
        if all(0 < i < len(a) - 1 for i in left) and all(0 < j < len(b) - 1 for j in right):
            reasons.append(Reason("conflict", "middle"))
            return _middle(found, nearest) - points / 2
        reasons.append(Reason("conflict", "name"))
        return weights.NAME_CONFLICT + weights.NAME_NEAR * nearest - min(10, points / 4)
    both_family = is_family(found.user, full[0].user) and is_family(found.owner, full[0].owner)
    reasons.append(_OTHER_GIVEN if both_family else _OTHER_FAMILY)
    loss = weights.OUTER * (1 - full[0].similarity)
    if not both_family:
        return weights.FAMILY_CONFLICT + weights.FAMILY_NEAR * nearest - loss
    opposed = {a[i].gender for i in left} | {b[j].gender for j in right} >= {"m", "f"}
    return (
        weights.GIVEN_CONFLICT
        + weights.GIVEN_NEAR * nearest
        + weights.RARE * _rarity(a[full[0].user], b[full[0].owner])
        - loss
        - 2 * opposed
    )


def _different(found: Alignment, reasons: list[Reason]) -> float:
    reasons.append(_DIFFERENT)
    return _difference(found)


def _difference(found: Alignment) -> float:
    """Score two names of which no word is another's: how alike the two nearest words are, as far as it is no chance."""
    mine, theirs = found.user.names, found.owner.names
    there: list[float] = []
    back: list[float] = []
    for i in found.left:
        x, letters = mine[i].text, mine[i].letters
        size = len(x)
        for j in found.right:
            y, other_letters = theirs[j].text, theirs[j].letters
            other_size = len(y)
            # A letter that only one word has is an edit; half of the longer word must be there again.
            half = (max(size, other_size) + 1) // 2
            if has_more_bits(letters & ~other_letters, size - half):
                continue
            if has_more_bits(other_letters & ~letters, other_size - half):
                continue
            if alike := edits.similarity(x, y, CHANCE):
                if not there:
                    there, back = [0.0] * len(mine), [0.0] * len(theirs)
                there[i], back[j] = max(there[i], alike), max(back[j], alike)
    if not there:
        return 0.0
    return 49 * min(sum(sorted(there)[-2:]), sum(sorted(back)[-2:])) / 2


def _middle(found: Alignment, nearest: float) -> int:
    """Say what a contradicting middle name leaves: less where it is half of a double name (Jean-Pierre, Jean-Paul)."""
    a, b, left, right = found.user, found.owner, found.left, found.right
    linked = any(i in a.linked for i in left) and any(j in b.linked for j in right)
    initial = any(a.names[i].initial for i in left) or any(b.names[j].initial for j in right)
    single = len(left) == len(right) == 1 and not linked
    return weights.RELATIVE if single and (initial or nearest >= CHANCE) else weights.MIDDLE_CONFLICT


def _rarity(x: Token, y: Token) -> float:
    """How much agreeing on a surname proves: 0 for one in a hundred people, 1 for one in ten thousand or fewer."""
    return min(1.0, max(0.0, 1.5 - math.log10(max(10, x.surname, y.surname)) / 2))
