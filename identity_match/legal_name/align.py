"""Pair the words of two people's names: the surest links first, whatever the order; what is left over stays visible."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final, final

from identity_match import edits
from identity_match.legal_name import weights
from identity_match.legal_name.likeness import (
    CHARACTERS,
    NOTHING,
    RARE_SURNAME,
    Link,
    fathers,
    linked,
    opposed,
    shared_beginning,
    two_names,
    unlike,
)
from identity_match.legal_name.reading import Reading, vocabulary
from identity_match.legal_name.syllables import eastern, other_syllables
from identity_match.legal_name.tokens import is_given_name, token
from identity_match.native import mypyc_attr
from identity_match.text import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from identity_match.legal_name.tokens import Token

JOINED_TYPO: Final = 7  # letters from which on a joined word may have one typo
LINE: Final = 15  # letters from which on a name may have been cut at a line's end; banks print 16 to 40
MOST_INITIALS: Final = 4  # initials that are written in one
# A given name that more people per 100,000 bear as a surname (Lee, James) says nothing of its role.
GIVEN_SHARE: Final = 50
SURNAME_RATHER: Final = 5  # times as many bearers as the last word's that make a given name (Kim) a surname; our choice
BY_LETTERS: Final = ("typo", "near_surname", "sound", "short_form")  # what a rule makes of letters, no table
CUT_LETTERS: Final = 4  # letters from which on a word cut off at a line's end is more than a shared beginning


@mypyc_attr(acyclic=True)
@final
class Pair:
    """One word of the user's name with one of the owner's; a joined word counts at its first position."""

    __slots__ = ("code", "owner", "similarity", "user")

    def __init__(self, user: int, owner: int, code: str, similarity: float) -> None:
        self.user = user
        self.owner = owner
        self.code = code
        self.similarity = similarity


def _pair(one: int, many: int, link: Link, *, swap: bool) -> Pair:
    """Pair two words, the first of them the owner's if ``swap``."""
    return Pair(many, one, link.code, link.similarity) if swap else Pair(one, many, link.code, link.similarity)


def _place(pair: Pair) -> tuple[int, int]:
    return pair.user, pair.owner


@mypyc_attr(acyclic=True)
@final
class Alignment:
    """Two names with their words paired; at first every word stands alone.

    Args:
        user: The user's name.
        owner: The owner's name.

    Attributes:
        pairs: Pairs, in the end in the order of the user's words.
        left: Positions of the user's words that stayed alone.
        right: Positions of the owner's words that stayed alone.
    """

    __slots__ = ("left", "owner", "pairs", "right", "user")

    def __init__(self, user: Reading, owner: Reading) -> None:
        self.user = user
        self.owner = owner
        self.pairs: list[Pair] = []
        # Compiled, a comprehension takes half the time of a list of a range.
        self.left = [i for i in range(len(user.names))]  # noqa: C416
        self.right = [j for j in range(len(owner.names))]  # noqa: C416

    @property
    def full(self) -> list[Pair]:
        """Pairs of whole words, initials left out."""
        a, b = self.user.names, self.owner.names
        return [p for p in self.pairs if p.code != "initial" and not (a[p.user].initial and b[p.owner].initial)]


def family_place(reading: Reading) -> int:
    """Give the position from which on the family name stands: behind the comma's mark, else the last of several."""
    return max(1, len(reading.names) - 1) if reading.family is None else reading.family


def is_family(reading: Reading, position: int) -> bool:
    """Tell whether a word stands where the family name does."""
    return position >= family_place(reading)


def is_outer(reading: Reading, position: int) -> bool:
    """Tell a given or family name's position from a middle name's."""
    return position in (0, len(reading.names) - 1) or position == reading.family


def align(user: Reading, owner: Reading) -> Alignment:
    """Pair the words of two names.

    >>> from identity_match.legal_name.reading import read
    >>> aligned = align(read("jan vanderberg"), read("van der berg, jan"))
    >>> [(p.user, p.owner, p.code) for p in aligned.pairs], aligned.left, aligned.right
    ([(0, 0, 'equal'), (1, 1, 'joined')], [], [])
    """
    found = Alignment(user, owner)
    _equal_words(found)
    if found.left and found.right:
        _joined_words(found)
    if found.left and found.right:
        _alike_words(found)
    if found.left and found.right:
        _cut_off(found)
    if found.left and found.right:
        _initials(found)
    if found.left and found.right:
        _last_word(found)
    if len(found.pairs) > 1:
        found.pairs.sort(key=_place)
    return found


def _equal_words(found: Alignment) -> None:
    """Pair words of the same letters; where one is repeated, those whose places are nearest."""
    a, b = found.user.names, found.owner.names
    same: list[Pair] = []
    for i, name in enumerate(a):
        for j, other in enumerate(b):
            if name is other or name.text == other.text:
                same.append(_pair(i, j, _same_letters(name, other), swap=False))
    if _has_repeats(same):
        same.sort(key=lambda pair: (abs(pair.user / len(a) - pair.owner / len(b)), pair.user + pair.owner, pair.user))
    for pair in same:
        if pair.user in found.left and pair.owner in found.right:
            found.pairs.append(pair)
            found.left.remove(pair.user)
            found.right.remove(pair.owner)


def _has_repeats(pairs: list[Pair]) -> bool:
    """Tell whether a word is in two pairs."""
    count = len(pairs)
    for i in range(1, count):
        for j in range(i):
            if pairs[i].user == pairs[j].user or pairs[i].owner == pairs[j].owner:
                return True
    return False


_EQUAL: Final = Link("equal", weights.EQUAL)
_INITIAL: Final = Link("initial", 0.0)
_JOINED: Final = Link("joined", weights.JOINED)


def _same_letters(x: Token, y: Token) -> Link:
    """Name the way in which two words with the same Latin letters agree: as written, or only once transliterated."""
    if x.written == y.written:
        return _EQUAL
    if x.script != y.script:
        return Link("transliterated", weights.EQUAL)
    if x.script == "han":
        return Link("sound", weights.ROMANISATION)
    return (
        Link("other_letter", weights.NEAR_SPELLING)
        if _other_vowel(x.written, y.written)
        else Link("accent", weights.EQUAL)
    )


def _other_vowel(x: str, y: str) -> bool:
    """Tell Vietnamese Hùng from Hưng: the horn makes another letter, unless one side was written without any marks."""
    if x.isascii() or y.isascii():
        return False
    horned = ["\u031b" in unicodedata.normalize("NFD", text) for text in (x, y)]
    return horned[0] != horned[1]


def _joined_words(found: Alignment) -> None:
    """Pair a word with several of the other name, particles included, that make it up."""
    if not _may_be_joined(found):
        return
    _join(found.user, found.owner, found.left, found.right, found.pairs, swap=False)
    _join(found.owner, found.user, found.right, found.left, found.pairs, swap=True)


def _may_be_joined(found: Alignment) -> bool:
    """Tell whether there are particles, or words left over that begin alike, one of them with a word after it."""
    a, b = found.user.names, found.owner.names
    for i in found.left:
        first = a[i].text[0]
        for j in found.right:
            if b[j].text[0] == first and (i + 1 in found.left or j + 1 in found.right):
                return True
    return _has_lead(found.user) or _has_lead(found.owner)


def _has_lead(reading: Reading) -> bool:
    for particles in reading.lead:  # noqa: SIM110 - compiled, a third of the time of any
        if particles:
            return True
    return False


def _join(one: Reading, many: Reading, ones: list[int], rest: list[int], pairs: list[Pair], *, swap: bool) -> None:  # noqa: PLR0913 - either side may hold the joined word
    """Pair a word with the neighbours, particles included, that make it up: vanderbilt, van der bilt."""
    letters = {(many.lead[j] or many.names[j].text)[0] for j in rest}
    for i in list(ones):
        text, lead = one.names[i].text, one.lead[i]
        beginnings = (text[0], (lead or text)[0])
        if len(text) < 4 or letters.isdisjoint(beginnings):
            continue
        if len(rest) == 1 and not lead and not many.lead[rest[0]]:
            continue
        for first in list(rest):
            if (many.lead[first] or many.names[first].text)[0] not in beginnings:
                continue
            if not lead and not many.lead[first] and not _may_join(text, many, first, rest):
                continue
            group, link = _neighbours(one, i, many, first, rest)
            if link.code:
                pairs.append(_pair(i, first, link, swap=swap))
                ones.remove(i)
                for used in group:
                    rest.remove(used)
                break


def _may_join(text: str, many: Reading, first: int, rest: list[int]) -> bool:
    """Tell whether two neighbours without particles are short enough to make up a word, or its initial and its end."""
    if first + 1 not in rest or many.names[first + 1].initial:
        return False
    second = len(many.lead[first + 1]) + len(many.names[first + 1].text)
    return len(many.names[first].text) + second < len(text) + 4 or len(text) == 1 + len(many.names[first + 1].text)


def _neighbours(one: Reading, i: int, many: Reading, first: int, rest: list[int]) -> tuple[list[int], Link]:
    """Find the run of free words from ``first`` on that makes up word ``i``, and how exactly."""
    word, lead = one.names[i], one.lead[i]
    whole = lead + word.text
    text = many.lead[first] + many.names[first].text
    group = [first]
    while True:
        if len(group) > 1 or many.lead[first] or lead:
            if text in (word.text, whole):
                return group, _JOINED
            if len(group) > 1 and word.text == text[0] + many.names[group[-1]].text:
                return group, Link("joined_initial", weights.SHARED_FULL)
            if 3 < len(text) < len(whole) + 4 and len(whole) < len(text) + 4 and _joined_alike(text, word, len(group)):
                return group, Link("joined_spelling", weights.SPELLING)
        following = group[-1] + 1
        if following not in rest or many.names[following].initial or len(text) > len(whole) + 2:
            return group, NOTHING
        text += many.lead[following] + many.names[following].text
        group.append(following)


def _joined_alike(text: str, word: Token, size: int) -> bool:
    """Tell a joined word that is spelt otherwise, or, where it is long, has one typo."""
    other = token(text)
    if other.keys & word.keys or other.spellings & word.spellings:
        return True
    return size > 1 and len(text) > JOINED_TYPO and edits.distance(text, word.text, limit=1) == 1


def _alike_words(found: Alignment) -> None:
    """Pair the rest by likeness, the surest first; neighbours in order before others."""
    user, owner = found.user, found.owner
    a, b = user.names, owner.names
    candidates = []
    my_family, their_family = family_place(user), family_place(owner)
    if _family_leads(found):
        my_family, their_family = len(a), len(b)
    for i in found.left:
        mine, word = i >= my_family, a[i]
        for j in found.right:
            theirs, other = j >= their_family, b[j]
            # Of two places one of which is the family name's, the other counts as one, too, unless it is the first.
            family = mine if mine == theirs else (j if mine else i) > 0
            if unlike(word, other, family=family):
                continue
            link = linked(word, other, family=family, given=not (mine or theirs))
            if link.code in BY_LETTERS and _other_given_name(found, word, other):
                continue
            if link.similarity:
                candidates.append((link.similarity, -abs(i / len(a) - j / len(b)), i, j, link.code))
    if not candidates:
        return
    candidates.sort(reverse=True)
    for similarity, _, i, j, code in candidates:
        if i in found.left and j in found.right:
            found.pairs.append(Pair(i, j, code, similarity))
            found.left.remove(i)
            found.right.remove(j)


def _other_given_name(found: Alignment, a: Token, b: Token) -> bool:
    """Tell two words that letters join, but that are two names: by their syllables, or known and rare as surnames."""
    if not a.fulls.isdisjoint(b.fulls):
        return False  # Kate, Katie
    if among_eastern(found) and other_syllables(a, b):
        return True
    return max(a.surname, b.surname) < RARE_SURNAME and two_names(a, b) and _family_may_lead(found)


def among_eastern(found: Alignment) -> bool:
    """Tell whether a word that both have is a Chinese or Korean family name or syllable."""
    return any(pair.code == "equal" and eastern(found.user.names[pair.user]) for pair in found.pairs)


def _family_leads(found: Alignment) -> bool:
    """Tell two names that begin with the same family name, without a comma, and end in two given names.

    The first word is a surname rather than a given name, and the last ones are the other way round.
    """
    if not _family_may_lead(found):
        return False
    first = found.user.names[0]
    if first.text in vocabulary()["given_last"]:
        return True
    share = first.surname // SURNAME_RATHER if first.gender else first.surname
    last = max(found.user.names[-1].surname, found.owner.names[-1].surname)
    return last < (share if is_given_name(first) else max(share, GIVEN_SHARE))


def _family_may_lead(found: Alignment) -> bool:
    """Tell two names without a comma that begin with the same surname and end in two given names: the order is open."""
    user, owner = found.user, found.owner
    first = user.names[0]
    if first.text != owner.names[0].text or not first.surname or user.family is not None or owner.family is not None:
        return False
    if 0 in found.left or 0 in found.right:
        return False
    return is_given_name(user.names[-1]) and is_given_name(owner.names[-1])


def _crosses(pair: Pair, i: int, j: int) -> bool:
    return (pair.user < i) != (pair.owner < j) and pair.user != i and pair.owner != j


def _passes_a_name(found: Alignment, i: int, j: int) -> bool:
    """Tell Robert Jones from Mary R Jones: the initial is a middle name's, and another given name stands before it."""
    a, b = found.user.names, found.owner.names
    if a[i].initial and b[j].initial:
        return False
    if b[j].initial:
        return i == 0 and any(k < j and not b[k].initial for k in found.right)
    return j == 0 and any(k < i and not a[k].initial for k in found.left)


def _cut_off(found: Alignment) -> None:
    """Pair a word that a bank's line cut off with the whole word, where every other word of the line agrees."""
    if len(found.left) > 1 and len(found.right) > 1:
        return
    sides = (
        (found.user, found.owner, found.left, found.right, False),
        (found.owner, found.user, found.right, found.left, True),
    )
    for short, full, ones, rest, swap in sides:
        last = (short.family or len(short.names)) - 1 if short.family is not None else len(short.names) - 1
        if ones != [last] or short.length < LINE or short.names[last].initial:
            continue
        word = short.names[last].text
        whole = next((j for j in rest if full.names[j].text.startswith(word)), None)
        if whole is not None and not (opposed(short.names[last], full.names[whole]) and _family_leads(found)):
            similarity = weights.CUT if len(word) >= CUT_LETTERS else weights.SHARED_FULL
            found.pairs.append(_pair(last, whole, Link("cut_off", similarity), swap=swap))
            ones.remove(last)
            rest.remove(whole)


def _initials(found: Alignment) -> None:
    """Pair initials with the words they stand for, in order; ``jp`` with Jean Pierre, and with Jean."""
    a, b = found.user.names, found.owner.names
    if not (_may_stand_for(a, found.left, b, found.right) or _may_stand_for(b, found.right, a, found.left)):
        return
    in_order = len(found.pairs) > 1 and not any(_crosses(p, q.user, q.owner) for p in found.pairs for q in found.pairs)
    mine, theirs = _count_initials(a, found.left), _count_initials(b, found.right)
    if theirs > 1:
        _joined_initials(a, b, found.left, found.right, found.pairs, swap=False)
    if mine > 1:
        _joined_initials(b, a, found.right, found.left, found.pairs, swap=True)
    for i in list(found.left) if mine or theirs else ():
        for j in list(found.right):
            if not ((a[i].initial or b[j].initial) and a[i].text[0] == b[j].text[0]):
                continue
            if in_order and any(_crosses(p, i, j) for p in found.pairs):
                continue  # John B Smith Adams, John A Smith: the A is no Adams
            if _passes_a_name(found, i, j):
                continue
            found.pairs.append(Pair(i, j, "initial", 0.0))
            found.left.remove(i)
            found.right.remove(j)
            break
    sides = (a, b, found.left, found.right, False), (b, a, found.right, found.left, True)
    for one, many, ones, rest, swap in sides:
        for i in list(ones):
            text = one[i].text
            if not 2 <= len(text) <= 3:
                continue
            group = [j for j in rest if not (many[j].initial and j == rest[0])][: len(text)]
            first_letters = "".join(many[j].text[0] for j in group)
            shorter = group == rest and text.startswith(first_letters) and _only_initials(one[i])
            if first_letters == text or (shorter and found.pairs):
                for j in group:
                    found.pairs.append(_pair(i, j, _INITIAL, swap=swap))
                    rest.remove(j)
                ones.remove(i)


_NO_SYLLABLE: Final = pattern(r"[b-df-hj-np-tv-xz]{2}|[aeiou]j")


def _only_initials(word: Token) -> bool:
    """Tell initials that are no name, such as TJ: the middle name that one of them stands for may be left out."""
    known = word.fulls or word.surname or word.spellings or not word.latin
    return not known and _NO_SYLLABLE().fullmatch(word.text) is not None


def _count_initials(names: Sequence[Token], places: list[int]) -> int:
    count = 0
    for i in places:
        count += names[i].initial
    return count


def _may_stand_for(names: Sequence[Token], places: list[int], others: Sequence[Token], rest: list[int]) -> bool:
    """Tell whether a word may be initials written in one, or a letter with which a word of the other name begins."""
    for i in places:
        text = names[i].text
        if len(text) == 1:
            for j in rest:
                if others[j].text[0] == text:
                    return True
        elif len(text) < 4:
            return True
    return False


def _joined_initials(  # noqa: PLR0913 - either side may hold the joined word
    one: Sequence[Token], many: Sequence[Token], ones: list[int], rest: list[int], pairs: list[Pair], *, swap: bool
) -> None:
    """Pair initials written in one with the same initials apart: KVS Rao, K V S Rao."""
    for i in list(ones):
        text = one[i].text
        if not 2 <= len(text) <= MOST_INITIALS:
            continue
        lone = [j for j in rest if many[j].initial]
        for start in range(len(lone) - len(text) + 1):
            group = lone[start : start + len(text)]
            if "".join(many[j].text for j in group) == text and group[-1] - group[0] == len(text) - 1:
                pairs.append(_pair(i, group[0], _JOINED, swap=swap))
                ones.remove(i)
                for j in group:
                    rest.remove(j)
                break


def _last_word(found: Alignment) -> None:
    """Pair the one word left over on each side more leniently, because every other word agrees."""
    if len(found.left) != 1 or len(found.right) != 1 or sum(p.similarity >= weights.SPELLING for p in found.pairs) < 2:
        return
    x, y = found.user.names[found.left[0]], found.owner.names[found.right[0]]
    both_known = (x.gender and y.gender) or (x.surname and y.surname)
    compounds = shared_beginning(x.text, y.text) or fathers(x.text, y.text)
    if x.initial or y.initial or both_known or compounds or x.script in CHARACTERS:
        return
    if among_eastern(found) and other_syllables(x, y):
        return
    written, longest = edits.distance(x.text, y.text), max(len(x.text), len(y.text))
    spoken, longer = edits.distance(x.sound, y.sound), max(len(x.sound), len(y.sound))
    if longer > 4 and (written <= longest * weights.LENIENT or spoken <= longer * weights.LENIENT):
        similarity = 1 - written / longest
        found.pairs.append(Pair(found.left.pop(), found.right.pop(), "typo", similarity))
