"""Compare two people's names: pair their words, then say what the pairing proves.

Words are paired by symbol first (equal, spelling of one name, nickname, initial), by letters last. What is left over on
one side only was omitted, which costs little; what is left over on both sides contradicts, and makes two people of
them. Every point lost has a reason.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from rapidfuzz.distance import OSA

from identity_match.field import Reason
from identity_match.legal_name.reading import Reading, vocabulary
from identity_match.legal_name.tokens import Token


class Likeness(NamedTuple):
    """How alike two people's names are.

    Attributes:
        score: 0..99; being equal as written is for the caller to see.
        part_agrees: A given or family name agrees in full.
        nickname: A nickname was used, and the names agree otherwise as far as they reach 70.
        reasons: What was found, in order.
    """

    score: int
    part_agrees: bool
    nickname: bool
    reasons: tuple[Reason, ...]


class Pair(NamedTuple):
    """One word of the user's name with one of the owner's; a joined word counts at its first position."""

    user: int
    owner: int
    code: str
    similarity: float


# Similarity of two words by what joins them. Sources: 94 for a nickname and 93 for one letter in nine are the contract's
# (90-94); the others are our choice between those: two spellings of one sound are nearer than a nickname, two systems of
# romanisation and a gendered surname are one difference of two (70-84), a word cut off is nearer than a typo.
EQUAL, JOINED, SPELLING, NICKNAME, SHARED_FULL, TWO_FLAWS = 1.0, 0.98, 0.94, 0.9, 0.8, 0.7
ROMANISATION, GENDERED, NEAR_SURNAME, NEAR_SPELLING = 0.74, 0.66, 0.62, 0.70

NICKNAMES = ("nickname", "short_form", "nickname_typo")  # by the table, by the rule of its making, misspelt

TYPO_SHARE = 4  # one letter in four may differ; a looser share lost more name cultures than it gained matches
LENIENT = 0.4  # the same where two other words agree: the same difference means less there
SOUND_SHARE = 5  # the same for sounds, which are shorter and have fewer letters to tell words apart
JOINED_TYPO = 9  # letters from which on a joined word may have one typo
COMMON_SURNAME = 20  # people per 100,000: a first word this common as a surname is one, unless a list knows it as given


def compare(user: Reading, owner: Reading) -> Likeness:
    """Compare two readings; symmetric up to which side a reason names.

    >>> from identity_match.legal_name.reading import read
    >>> compare(read("andrew smith"), read("andy simth")).score
    84
    >>> compare(read("betty smith"), read("andrew smith")).score
    50
    """
    if user.too_many or owner.too_many:
        return Likeness(0, part_agrees=False, nickname=False, reasons=(Reason("too_many_words"),))
    pairs, left, right = align(user, owner)
    return judge(user, owner, pairs, left, right)


def align(user: Reading, owner: Reading) -> tuple[list[Pair], list[int], list[int]]:
    """Pair the words of two names; what is left over on either side comes back by position."""
    a, b = user.names, owner.names
    left, right = list(range(len(a))), list(range(len(b)))
    pairs: list[Pair] = []
    for i, x in enumerate(a):
        place = i if i in right and b[i].text == x.text else next((j for j in right if b[j].text == x.text), None)
        if place is not None:
            pairs.append(Pair(i, place, *_same_letters(x, b[place])))
            left.remove(i)
            right.remove(place)
    if left and right:
        _joins(user, owner, left, right, pairs, swap=False)
        _joins(owner, user, right, left, pairs, swap=True)
    if left and right:
        _likes(user, owner, left, right, pairs)
    if left and right:
        _initials(a, b, left, right, pairs)
    if len(left) == len(right) == 1 and len(pairs) > 1:
        _last_chance(a[left[0]], b[right[0]], left, right, pairs)
    pairs.sort()
    return pairs, left, right


def _same_letters(x: Token, y: Token) -> tuple[str, float]:
    """Name the way in which two words with the same Latin letters agree: as written, or only once transliterated."""
    if x.written == y.written:
        return "equal", EQUAL
    if x.script != y.script:
        return "transliterated", EQUAL
    return ("sound", ROMANISATION) if x.script == "han" else ("accent", EQUAL)


def _joins(one: Reading, many: Reading, ones: list[int], rest: list[int], pairs: list[Pair], *, swap: bool) -> None:  # noqa: PLR0913
    """Pair a word with the neighbours, particles included, that make it up: vanderbilt, van der bilt."""
    for i in list(ones):
        word = one.names[i]
        if len(word.text) < 4:
            continue
        for first in list(rest):
            text = many.lead[first] + many.names[first].text
            group = [first]
            whole = one.lead[i] + word.text
            while True:
                if len(text) >= 4 and (len(group) > 1 or many.lead[first] or one.lead[i]):
                    code = "joined" if text in (word.text, whole) else ""
                    if not code and _one_sound(text, word):
                        code = "joined_spelling"
                    if not code and len(group) > 1 and word.text == many.names[first].text[0] + many.names[group[-1]].text:
                        code = "joined_initial"
                    if not code and len(group) > 1 and len(text) > JOINED_TYPO and OSA.distance(text, word.text) == 1:
                        code = "joined_spelling"
                    if code:
                        similarity = {"joined": JOINED, "joined_initial": SHARED_FULL}.get(code, SPELLING)
                        pairs.append(Pair(*((first, i) if swap else (i, first)), code, similarity))
                        ones.remove(i)
                        for used in group:
                            rest.remove(used)
                        break
                following = group[-1] + 1
                if following not in rest or len(text) > len(whole) + 2:
                    break
                text += many.lead[following] + many.names[following].text
                group.append(following)
            if i not in ones:
                break


def _one_sound(text: str, word: Token) -> bool:
    from identity_match.legal_name.tokens import token  # noqa: PLC0415

    other = token(text)
    return bool(other.keys & word.keys) or bool(other.spellings & word.spellings)


def _likes(user: Reading, owner: Reading, left: list[int], right: list[int], pairs: list[Pair]) -> None:
    """Pair the rest by likeness, the surest first; neighbours in order before others."""
    a, b = user.names, owner.names
    found = []
    for i in left:
        for j in right:
            in_family = _is_family(user, i), _is_family(owner, j)
            shifted = in_family[0] != in_family[1] and (j if in_family[0] else i) > 0
            code, similarity = likeness(a[i], b[j], family=all(in_family) or shifted, sure=not any(in_family))
            if similarity:
                found.append((similarity, -abs(i / len(a) - j / len(b)), i, j, code))
    for similarity, _, i, j, code in sorted(found, reverse=True):
        if i in left and j in right:
            pairs.append(Pair(i, j, code, similarity))
            left.remove(i)
            right.remove(j)


def _last_chance(x: Token, y: Token, left: list[int], right: list[int], pairs: list[Pair]) -> None:
    """Pair the one word left over on each side more leniently, because every other word agrees."""
    if x.initial or y.initial or (x.gender and y.gender) or (x.surname and y.surname):
        return
    if any(x.text.startswith(prefix) and y.text.startswith(prefix) for prefix in _SHARED_PREFIXES):
        return
    longer = max(len(x.sound), len(y.sound))
    distance = min(OSA.distance(x.text, y.text), OSA.distance(x.sound, y.sound))
    if longer > 4 and distance <= longer * LENIENT and sum(p.code in ("equal", "accent") for p in pairs) > 1:
        pairs.append(Pair(left.pop(), right.pop(), "typo", 1 - distance / longer))


def _is_family(reading: Reading, position: int) -> bool:
    if reading.family is not None:
        return position >= reading.family
    return position == len(reading.names) - 1 and position > 0


def likeness(a: Token, b: Token, *, family: bool, sure: bool) -> tuple[str, float]:
    """Say what joins two words that are not equal, and how alike that makes them; ``("", 0.0)`` where nothing does.

    ``family``: both stand where family names do. ``sure``: neither does.
    """
    x, y = a.text, b.text
    if len(x) == 1 or len(y) == 1:
        return "", 0.0
    opposed = a.gender != b.gender and {a.gender, b.gender} == {"m", "f"}
    spellings = a.spellings & b.spellings
    if any(not group.startswith("?") for group in spellings):
        return "spelling", SPELLING
    if not family and not opposed and (y in a.shorts or x in b.shorts):
        return "nickname", NICKNAME
    if sure and not opposed and (_familiar(x, y) or _familiar(y, x)):
        return "short_form", NICKNAME
    if y in a.keys or x in b.keys:
        return "umlaut", JOINED
    if a.keys & b.keys and not opposed:
        return "sound", (NEAR_SPELLING if family and a.surname and b.surname else SPELLING)
    if sure and not opposed and a.fulls & b.fulls and x[:3] == y[:3]:
        return "short_form", SHARED_FULL
    if sure and not (a.gender and b.gender) and _cut_short(*sorted((x, y), key=len)):
        return "short_form", SHARED_FULL
    if _with_particle(x, y) or _with_particle(y, x):
        return "particle", NICKNAME
    if spellings or a.loose & b.loose:
        return "romanisation", ROMANISATION
    shorter, longer = (x, y) if len(x) <= len(y) else (y, x)
    if family and _gendered(x, y):
        return "gendered_surname", GENDERED
    if not family and a.gender and b.gender:
        return ("sound", NICKNAME) if not opposed and _one_vowel(x, y) else ("", 0.0)
    distance = _distance(a, b)
    if distance <= len(longer) // TYPO_SHARE and len(shorter) > 2 and (x[0] == y[0] or len(longer) > 4):
        if family and a.surname and b.surname:
            return "near_surname", NEAR_SURNAME
        return "typo", 1 - distance / len(longer)
    if not family and (_misspelt_full(a, b) or _misspelt_full(b, a)):
        return "nickname_typo", TWO_FLAWS
    return "", 0.0


def _with_particle(long: str, short: str) -> bool:
    """Tell a name with its particle written on (Lobrutto, Alhassan) from the bare name."""
    return len(short) > 4 and long.endswith(short) and long[: -len(short)] in vocabulary()["particle"]


def _misspelt_full(short: Token, full: Token) -> bool:
    """Tell a short form from the misspelt full name: Fred, Fredeeick."""
    if full.gender or not short.fulls or len(full.text) < 5:
        return False
    return any(OSA.distance(full.text, name, score_cutoff=1) <= 1 for name in short.fulls)


def _distance(a: Token, b: Token) -> int:
    """Count the letters two words differ by, as written or as they sound, whichever is less."""
    x, y = a.text, b.text
    for prefix in _SHARED_PREFIXES:
        if x.startswith(prefix) and y.startswith(prefix):
            x, y = x[len(prefix) :], y[len(prefix) :]
            return OSA.distance(x, y) if OSA.distance(x, y) <= max(len(x), len(y)) // TYPO_SHARE else 99
    limit = max(len(x), len(y)) // TYPO_SHARE
    written = OSA.distance(x, y, score_cutoff=limit)
    limit = max(len(a.sound), len(b.sound)) // SOUND_SHARE
    spoken = OSA.distance(a.sound, b.sound, score_cutoff=limit) if limit else written
    return min(written, spoken) if spoken <= limit else written


# Words with which many names of one culture begin: agreeing on them proves nothing. Arabic servant-of names, Yoruba and
# Igbo names of God.
_SHARED_PREFIXES = ("abdul", "oluwa", "chukwu")


def _familiar(short: str, full: str) -> bool:
    """Tell whether a word is made from a name by cutting it and adding -ie or -y: Artie, Jamey, Susie."""
    for ending in ("ie", "ey", "y", "i"):
        if short.endswith(ending) and len(short) - len(ending) >= 3:
            stem = short[: -len(ending)]
            stem = stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem
            rest = full[len(stem) :]
            return full.startswith(stem) and rest not in _BARE_ENDINGS and not full.endswith(ending)
    return False


def _cut_short(short: str, full: str) -> bool:
    """Tell whether a given name is the beginning of the other: Jem, Jemima; a patronymic is not a longer form."""
    rest = full[len(short) :]
    return len(short) > 2 and full.startswith(short) and 1 < len(rest) < 6 and rest not in _PATRONYMIC_ENDINGS


_PATRONYMIC_ENDINGS = frozenset(("ovich", "evich", "ovna", "evna", "vich", "ich", "son", "sson", "zade", "zadeh", "oglu", "ovic"))
_BARE_ENDINGS = frozenset(("", "a", "e", "i", "o", "u", "y"))  # one letter for another is a typo or another name


def _one_vowel(x: str, y: str) -> bool:
    """Tell two spellings that differ in one inner vowel which romanisations of Arabic write either way: a or e, o or u."""
    if len(x) != len(y) or len(x) < 5:
        return False
    different = [(p, q) for p, q in zip(x[2:-1], y[2:-1], strict=True) if p != q]
    same_ends = x[:2] == y[:2] and x[-1] == y[-1]
    return same_ends and len(different) == 1 and {*different[0]} in ({"a", "e"}, {"o", "u"})


# Endings of one surname borne by women and by men. Source: Slavic, Greek and Baltic grammar; own list.
_ENDINGS = (
    ("ova", "ov"), ("eva", "ev"), ("ina", "in"), ("ska", "ski"), ("ska", "sky"), ("cka", "cki"), ("ova", ""),
    ("skaya", "sky"), ("skaia", "skii"), ("skaya", "skiy"), ("aya", "y"), ("ou", "os"), ("ova", "a"), ("iene", "is"),
    ("aite", "as"), ("na", "ny"), ("ka", "ek"), ("ova", "o"), ("dzka", "dzki"),
)  # fmt: skip


def _gendered(x: str, y: str) -> bool:
    """Tell whether two surnames are a woman's and a man's form of one."""
    for woman, man in _ENDINGS:
        for a, b in ((x, y), (y, x)):
            if a.endswith(woman) and b.endswith(man):
                stem = a[: len(a) - len(woman)]
                if len(stem) >= 3 and stem == (b[: len(b) - len(man)] if man else b):
                    return True
    return False


def _initials(a: tuple[Token, ...], b: tuple[Token, ...], left: list[int], right: list[int], pairs: list[Pair]) -> None:
    """Pair initials with the words they stand for, in order; ``jp`` with Jean Pierre, ``hkishore`` with H Kishore."""
    for i in list(left):
        for j in list(right):
            if _stands_for(a[i], b[j]):
                pairs.append(Pair(i, j, "initial", 0.0))
                left.remove(i)
                right.remove(j)
                break
    for one, many, ones, rest, swap in ((a, b, left, right, False), (b, a, right, left, True)):
        for i in list(ones):
            text = one[i].text
            group = [j for j in rest if not many[j].initial]
            letters = "".join(many[j].text[0] for j in group[: len(text)])
            if 2 <= len(text) <= 3 and letters == text and len(group) >= len(text):
                for j in group[: len(text)]:
                    pairs.append(Pair(*((j, i) if swap else (i, j)), "initial", 0.0))
                    rest.remove(j)
                ones.remove(i)


def _stands_for(x: Token, y: Token) -> bool:
    """Tell whether one word is the other's initial; two equal initials were paired as equal words."""
    return (x.initial or y.initial) and x.text[0] == y.text[0]


def judge(user: Reading, owner: Reading, pairs: list[Pair], left: list[int], right: list[int]) -> Likeness:
    """Turn an alignment into a score and its reasons."""
    a, b = user.names, owner.names
    full = [p for p in pairs if p.code != "initial" and not (a[p.user].initial and b[p.owner].initial)]
    initials = len(pairs) - len(full)
    left_full = [i for i in left if not a[i].initial]
    right_full = [j for j in right if not b[j].initial]
    reasons = [Reason(p.code, _role(user, p.user)) for p in pairs if p.code not in ("equal", "initial")]
    if initials:
        reasons.append(Reason("initial", "middle" if len(full) > 1 else "given"))
    nickname = any(p.code in NICKNAMES for p in pairs)
    other_system = any(p.code == "romanisation" or _vowels_lost(a[p.user], b[p.owner]) for p in pairs)
    agrees = any(p.similarity == EQUAL and _at_edge(user, p.user) and _at_edge(owner, p.owner) for p in full)
    if left and right:
        score = _contradiction(user, owner, full, left, right, reasons)
    elif len(full) >= 2:
        score = _agreement(user, owner, pairs, full, left, right, reasons)
    elif len(full) == 1:
        score = _single(user, owner, pairs, full[0], left_full, right_full, reasons)
    else:
        score = 45 if initials else 0
        reasons.append(Reason("initials_only" if initials else "different"))
    if other_system:
        score = min(score, 84)  # two systems, two languages, two scripts: more than one difference
    if user.generation != owner.generation:
        if user.generation and owner.generation:
            reasons.append(Reason("generation_conflict", "generation"))
            score = min(score, 72)
        else:
            reasons.append(Reason("generation_missing", "generation"))
            score = min(score, 97)
    reasons.extend(Reason(kind, "left_out") for kind in sorted({*user.left_out, *owner.left_out} - {"generation"}))
    return Likeness(max(0, min(99, score)), agrees, nickname and score >= 50, tuple(reasons))


# Scripts whose transliteration says how a name sounds; the others lose vowels, tones or the reading.
_SPELLED_OUT = frozenset(("latin", "cyrillic", "greek", "armenian", "georgian"))


def _vowels_lost(x: Token, y: Token) -> bool:
    return x.script != y.script and not {x.script, y.script} <= _SPELLED_OUT


def _role(reading: Reading, position: int) -> str:
    if _is_family(reading, position):
        return "family"
    return "given" if position == 0 else "middle"


def _at_edge(reading: Reading, position: int) -> bool:
    return position in (0, len(reading.names) - 1) or position == reading.family


def _points(pairs: list[Pair], user: Reading, owner: Reading) -> float:
    """Points lost by pairs that are not equal: half a name's worth for an outer word, less for one in between."""
    lost = 0.0
    for p in pairs:
        if p.similarity < EQUAL:
            inner = len(pairs) > 2 and not (_at_edge(user, p.user) or _at_edge(owner, p.owner))
            lost += (25 if inner else 50) * (1 - p.similarity)
    return lost


def _order_cost(user: Reading, owner: Reading, pairs: list[Pair], reasons: list[Reason]) -> tuple[float, bool]:
    """Points for words in another order, and whether the order tells father from son."""
    sequence = [p.owner for p in sorted(pairs)]
    if sequence == sorted(sequence):
        return 0, False
    reasons.append(Reason("name_order"))
    if (user.lineage or owner.lineage) and pairs and 0 not in [p.owner for p in pairs if p.user == 0]:
        return 0, True
    turn = sequence.index(min(sequence))
    rotated = sequence[turn:] + sequence[:turn]
    usual = rotated == sorted(sequence) or sequence == sorted(sequence, reverse=True)
    return (0 if usual else 8), False


def _agreement(  # noqa: PLR0913
    user: Reading,
    owner: Reading,
    pairs: list[Pair],
    full: list[Pair],
    left: list[int],
    right: list[int],
    reasons: list[Reason],
) -> int:
    """Score two names of which at least two full words agree and nothing contradicts."""
    score = 99 - _points(full, user, owner)
    order, other_person = _order_cost(user, owner, full, reasons)
    order_changed = bool(reasons) and reasons[-1].code == "name_order"
    if other_person:
        return 62
    score -= order
    top = 99
    sides = (
        (user, left, [p.user for p in full], [p.user for p in pairs]),
        (owner, right, [p.owner for p in full], [p.owner for p in pairs]),
    )
    family_known = (user.family, owner.family)
    for reading, rest, taken, paired in sides:
        omitted = [i for i in rest if not reading.names[i].initial and not _after_lineage(reading, i)]
        if rest:
            reasons.append(Reason("omitted", "initial" if not omitted else "name"))
        if len(rest) > len(omitted) and any(reading.names[i].initial for i in paired):
            top = min(top, 84)  # both sides give middle initials, and they are not the same ones
        matched = len(full)
        leading = [i for i in omitted if i < min(taken)]
        trailing = [i for i in omitted if i > max(taken)]
        if len(rest) > len(omitted):
            score -= 0 if omitted or all(reading.names[i].initial for i in rest) else 3
        if trailing:
            score -= 7
            if matched == 2 and _given(reading.names[max(taken)]):
                top = min(top, 82)
        if leading:
            score -= 10 if matched > 2 else 18
        if (leading or trailing) and order_changed:
            top = min(top, 84)
        inner = len(omitted) - len(leading) - len(trailing)
        score -= 3 * max(0, inner - 1)
        if len(omitted) >= 2 and matched == 2:
            top = min(top, 80 if leading or trailing else 84)
        if len(omitted) >= 3 and len(omitted) > matched:
            top = min(top, 69)
        if any(i in reading.linked for i in trailing):
            top = min(top, 84)
        if leading and family_known[0 if reading is owner else 1] is None and _only_surnames(reading, taken, leading):
            top = min(top, 69 if reading.names[min(taken)].surname >= COMMON_SURNAME else 74)
        if reading.family is not None and omitted:
            inside = {i >= reading.family for i in taken}
            if len(inside) < 2:
                top = min(top, 69 if matched < 3 else 84)
    return int(min(score, top))


def _after_lineage(reading: Reading, position: int) -> bool:
    """Tell a father's name (bin Salman, binti Tarudin): left out more often than not, it says nothing when missing."""
    return position > 0 and any(reading.lead[position].endswith(word) for word in vocabulary()["patronymic"])


def _only_surnames(reading: Reading, taken: list[int], leading: list[int]) -> bool:
    """Tell ``Garcia Lopez`` of Maria Garcia Lopez: a given name was left out, and none is left."""
    return any(reading.names[i].gender for i in leading) and not any(_given(reading.names[i]) for i in taken)


def _given(token: Token) -> bool:
    return bool(token.gender) and token.surname < 50


# What a single word against a single word may reach. Our choice: one word is little evidence, so only what a table says
# of it passes; what a rule says (a typo, a like sound, a form made by cutting) does not.
_LONE_TOP = {"equal": 100, "accent": 100, "umlaut": 100, "spelling": 100, "nickname": 92, "romanisation": 96, "joined": 100}


def _single(  # noqa: PLR0913
    user: Reading,
    owner: Reading,
    pairs: list[Pair],
    only: Pair,
    left: list[int],
    right: list[int],
    reasons: list[Reason],
) -> int:
    """Score two names of which one full word agrees: a single name, an initial with a surname, or a fragment."""
    initials = [p for p in pairs if p.code == "initial" or p is not only]
    if not initials:
        if only.code.startswith("joined") and not left and not right:
            return int(99 - 50 * (1 - only.similarity))
        if {t.text for t in user.names} == {t.text for t in owner.names}:
            return 97  # one name, written once and twice
        if len(user.names) == len(owner.names) == 1:
            x, y = user.names[0], owner.names[0]
            unlisted = not (x.gender or y.gender or x.surname or y.surname) and only.code == "sound"
            top = 90 if unlisted else _LONE_TOP.get(only.code, 65)
            return int(top * only.similarity) - 1
        reasons.append(Reason("fragment"))
        family = _is_family(user, only.user) or _is_family(owner, only.owner)
        return int((62 if family else 57) + 5 * _rarity(user.names[only.user]) - 50 * (1 - only.similarity))
    if left or right:
        reasons.append(Reason("omitted", "name"))
    trailing = any(
        (user.names[p.user].initial and p.user == len(user.names) - 1 and user.family is None)
        or (owner.names[p.owner].initial and p.owner == len(owner.names) - 1 and owner.family is None)
        for p in initials
    )
    if trailing:
        return 62
    if only.code == "typo":
        return 66
    return int(77 + (4 if len(initials) > 1 else 0) - (3 if left or right else 0) - 50 * (1 - only.similarity))


def _contradiction(  # noqa: PLR0913
    user: Reading, owner: Reading, full: list[Pair], left: list[int], right: list[int], reasons: list[Reason]
) -> int:
    """Score two names with words left over on both sides: a relative, a namesake, or a stranger; below 70 but for
    a middle name.
    """
    a, b = user.names, owner.names
    nearest = max(OSA.normalized_similarity(a[i].text, b[j].text) for i in left for j in right)
    inner = all(0 < i < len(a) - 1 for i in left) and all(0 < j < len(b) - 1 for j in right)
    if len(full) >= 2 and inner:
        reasons.append(Reason("conflict", "middle"))
        linked = any(i in user.linked for i in left) and any(j in owner.linked for j in right)
        if len(full) > 2 and not linked:
            return int(74 - _points(full, user, owner) / 2)
        near = 69 if len(left) == len(right) == 1 and not linked and (nearest >= 0.5 or _one_letter(a, b, left, right)) else 66
        return int(near - _points(full, user, owner) / 2)
    if len(full) >= 2:
        reasons.append(Reason("conflict", "name"))
        return int(56 + 12 * nearest - min(10, _points(full, user, owner) / 4))
    if len(full) == 1:
        family = _is_family(user, full[0].user), _is_family(owner, full[0].owner)
        reasons.append(Reason("conflict", "given" if all(family) else "family"))
        flaw = 50 * (1 - full[0].similarity)
        if not all(family):
            return int((34 if any(family) else 36) + 12 * nearest - flaw)
        opposed = {a[i].gender for i in left} | {b[j].gender for j in right} >= {"m", "f"}
        return int(52 + 8 * nearest + 5 * _rarity(a[full[0].user]) - flaw - 2 * opposed)
    reasons.append(Reason("different"))
    similar = sum(sorted((_plain(a, b, i, right) for i in left), reverse=True)[:2]) / 2
    return int(49 * similar)


def _rarity(token: Token) -> float:
    """How much agreeing on a surname proves: 0 for one in a hundred people, 1 for one in ten thousand or fewer."""
    return min(1.0, max(0.0, 1 - (math.log10(max(10, token.surname)) - 1) / 2))


def _one_letter(a: tuple[Token, ...], b: tuple[Token, ...], left: list[int], right: list[int]) -> bool:
    return any(a[i].initial for i in left) or any(b[j].initial for j in right)


def _plain(a: tuple[Token, ...], b: tuple[Token, ...], i: int, right: list[int]) -> float:
    best = max((OSA.normalized_similarity(a[i].text, b[j].text) for j in right), default=0.0)
    return best if best >= 0.5 else 0.0
