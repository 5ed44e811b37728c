"""How alike two words of people's names are, and what joins them.

Symbols decide first: spellings of one name, nicknames, two romanisations. Letters decide last, and never between two
known given names: Maria and Mario are two people, Jonh is a typing error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from identity_match import edits
from identity_match.legal_name import weights
from identity_match.legal_name.reading import vocabulary
from identity_match.legal_name.romanize import may_share_a_key
from identity_match.legal_name.tokens import HAS_FORMS, IN_A_GROUP, gender_of, is_given_name, latin_token
from identity_match.native import mypyc_attr
from identity_match.text import has_more_bits

if TYPE_CHECKING:
    from identity_match.legal_name.tokens import Token

TYPO_SHARE: Final = 4  # one letter in four may differ; a looser share lost more name cultures than it gained matches
SOUND_SHARE: Final = 5  # the same for sounds, which are shorter and have fewer letters to tell words apart
LONG: Final = 8  # letters from which on two typing errors in a word weigh no more than their share
RARE_SURNAME: Final = 5  # people per 100,000 below which a given name is no likely family name; our choice
FIRST_LETTER: Final = 4  # words up to this length must begin alike: Kim and Lim are two families


@mypyc_attr(acyclic=True)
@final
class Link:
    """What joins two words; an empty code and 0 where nothing does."""

    __slots__ = ("code", "similarity")

    def __init__(self, code: str, similarity: float) -> None:
        self.code = code
        self.similarity = similarity


NOTHING: Final = Link("", 0.0)


def likeness(a: Token, b: Token, *, family: bool, given: bool) -> Link:
    """Say what joins two words whose letters are not equal; symmetric.

    Args:
        a: One word.
        b: The other.
        family: Both stand where family names do, so nicknames mean nothing.
        given: Both stand where given names do, so forms made by a rule may be trusted, too.

    >>> from identity_match.legal_name.tokens import token
    >>> found = likeness(token("andy"), token("andrew"), family=False, given=True)
    >>> found.code, found.similarity
    ('nickname', 0.9)
    >>> likeness(token("maria"), token("mario"), family=False, given=True).code
    ''
    """
    return NOTHING if unlike(a, b, family=family) else linked(a, b, family=family, given=given)


def linked(a: Token, b: Token, *, family: bool, given: bool) -> Link:
    """Say what joins two words without a glance at their letters first: ``likeness``, but slower."""
    x, y = a.text, b.text
    joined = share_links(a, b)
    if len(x) == 1 or len(y) == 1 or (not joined and max(len(x), len(y)) < LONG and _far(x, y)):
        return NOTHING
    if not family and not joined and (_her_form(a, b) or _her_form(b, a)):
        return NOTHING
    man_and_woman = opposed(a, b)
    found = _spelling(a, b, family=family, opposed=man_and_woman) if joined else NOTHING
    if not found.code and not family and not man_and_woman:
        found = _nickname(a, b, given=given)
    return found if found.code else _sound(a, b, family=family, opposed=man_and_woman)


def share_links(a: Token, b: Token) -> bool:
    """Tell whether a table or a key may join two words; most that share none are told without working out their keys.

    >>> from identity_match.legal_name.tokens import token
    >>> share_links(token("filip"), token("phillip")), share_links(token("filip"), token("martin"))
    (True, False)
    """
    mine, theirs = a.glance, b.glance
    if may_share_a_key(mine, theirs) and not a.sounds.isdisjoint(b.sounds):
        return True
    if mine & theirs & IN_A_GROUP and not a.spellings.isdisjoint(b.spellings):
        return True
    return (mine | theirs) & HAS_FORMS != 0 and not a.text_and_forms.isdisjoint(b.text_and_forms)


def opposed(a: Token, b: Token) -> bool:
    """Tell a man's given name from a woman's; symmetric."""
    return a.gender != b.gender and {a.gender, b.gender} == {"m", "f"}


def unlike(a: Token, b: Token, *, family: bool) -> bool:
    """Tell at a glance two words that nothing joins: no table and no key, and letters that differ too much for a rule.

    A letter that only one word has is a letter more, less or for another; no rule allows more than one of those in
    four letters and two for the sound, and the endings of patronymics, which are long, add one. Other rules want a
    beginning or an end in common, or compare a short form's full names.
    """
    x, y = a.text, b.text
    shorter, longer = len(x), len(y)
    if shorter > longer:
        shorter, longer = longer, shorter
    if shorter == 1:
        return True
    if share_links(a, b):
        return False
    if longer < LONG and _far(x, y):
        return True
    allowed = 2 if longer < LONG else max(2, longer // TYPO_SHARE)
    if longer >= LONG and x[-2:] in _FATHERS_END and y[-2:] in _FATHERS_END:
        allowed += 1
    if longer < SOUND_SHARE and len(a.sound) < SOUND_SHARE and len(b.sound) < SOUND_SHARE:
        allowed = 1  # an x sounds as two letters
    letters, other_letters = a.letters, b.letters
    if (
        longer - shorter <= allowed
        and not has_more_bits(letters & ~other_letters, allowed)
        and not has_more_bits(other_letters & ~letters, allowed)
    ):
        return False
    if (x[0] == y[0] and x[:3] == y[:3]) or (x[-1] == y[-1] and x[-3:] == y[-3:]):
        return False
    return family or not (_maybe_full(a, b) or _maybe_full(b, a))


def _far(x: str, y: str) -> bool:
    """Tell words that differ in their first and last letters: short ones are then no typing errors of each other."""
    if x[0] == y[0] or x[-1] == y[-1]:
        return False
    longer = len(x) - len(y)
    return not ((longer == 1 and x[1:] == y) or (longer == -1 and y[1:] == x))


def _maybe_full(short: Token, full: Token) -> bool:
    """Tell a word that may be the misspelt full name of a short form: one slip leaves its first or its last letter."""
    if not short.fulls or full.gender:
        return False
    text = full.text
    return any(name[0] == text[0] or name[-1] == text[-1] for name in short.fulls)


def _spelling(a: Token, b: Token, *, family: bool, opposed: bool) -> Link:
    if any(group.isdecimal() or (group[0] == "=" and not family) for group in a.spellings & b.spellings):
        return Link("spelling", weights.SPELLING)
    if not family and (b.text in a.shorts or a.text in b.shorts):
        return Link("nickname", weights.NICKNAME)
    if b.text == a.umlaut or a.text == b.umlaut:
        return Link("umlaut", weights.JOINED)
    if opposed or _two_short_forms(a, b, family=family):
        return NOTHING
    if a.plain != "" and a.plain == b.plain:
        return Link("sound", weights.NEAR_SPELLING if family and min(a.surname, b.surname) > 1 else weights.SPELLING)
    if a.keys & b.keys and not _both_listed(a, b, family=family) and min(len(a.text), len(b.text)) > 4:
        return Link("sound", weights.SPELLING)
    return NOTHING


def _two_short_forms(a: Token, b: Token, *, family: bool) -> bool:
    """Tell short forms of two names: Winnie is a Winifred, Vinnie a Vincent."""
    return not family and a.text[0] != b.text[0] and bool(a.fulls and b.fulls) and a.fulls.isdisjoint(b.fulls)


def _both_listed(a: Token, b: Token, *, family: bool) -> bool:
    """Tell two words that lists know as two names, so that a letter makes a difference."""
    return bool(a.surname and b.surname) if family else bool(a.gender and b.gender)


def _her_form(his: Token, hers: Token) -> bool:
    """Tell a man's listed name from the woman's made of it, which lists may lack: Rizwan, Rizwana."""
    return his.gender == "m" and hers.text == his.text + "a" and len(his.text) > 3


def _nickname(a: Token, b: Token, *, given: bool) -> Link:
    x, y = a.text, b.text
    if given and (x[:3] == y[:3] or x[-4:] == y[-4:]):
        if a.fulls & b.fulls and x[:3] == y[:3]:
            return Link("short_form", weights.SHARED_FULL)
        if not (a.gender and b.gender):
            if _familiar(a, b) or _familiar(b, a):
                return Link("short_form", weights.NICKNAME)
            if _cut_short(*sorted((x, y), key=len)):
                return Link("short_form", weights.SHARED_FULL)
        if _called_by_end(x, y) or _called_by_end(y, x):
            return Link("short_form", weights.SHARED_FULL)
    if "abdul" in (x, y) and x[:5] == y[:5]:
        return Link("short_form", weights.SHARED_FULL)  # half of the compound
    if _misspelt_full(a, b) or _misspelt_full(b, a):
        return Link("nickname_typo", weights.TWO_FLAWS)
    return NOTHING


def _sound(a: Token, b: Token, *, family: bool, opposed: bool) -> Link:
    x, y = a.text, b.text
    if a.script == b.script and a.script in CHARACTERS:
        return NOTHING  # one character for another is another name, not a typing error
    if family and (_with_particle(x, y) or _with_particle(y, x)):
        return Link("particle", weights.NICKNAME)
    if not opposed:
        shared = a.spellings & b.spellings
        eastern = a.loose != "" and a.loose == b.loose and not _western(a) and not _western(b)
        if eastern or any(group.startswith("?") for group in shared):
            return Link("romanisation", weights.ROMANISATION)
        if any(group.startswith("~") for group in shared):
            return Link("cognate", weights.ROMANISATION)
    if family and x[:3] == y[:3] and _gendered(x, y):
        return Link("gendered_surname", weights.GENDERED)
    if a.gender and b.gender and (not family or max(a.surname, b.surname) < RARE_SURNAME):
        # Also behind a family name: Petrov Eric, Petrov Erica.
        return Link("sound", weights.NICKNAME) if not opposed and _one_vowel(x, y) else NOTHING
    if not family and (_other_name(a, b) or _other_name(b, a) or _two_short_forms(a, b, family=family)):
        return NOTHING
    found = _typo(a, b, family=family)
    return NOTHING if found.code and not family and two_names(a, b) else found


def two_names(a: Token, b: Token) -> bool:
    """Tell two given names that lists know and that sound otherwise: a letter between them is no slip; symmetric.

    In names of one syllable a vowel tells two apart: Zhang, Zheng.

    >>> from identity_match.legal_name.tokens import token
    >>> two_names(token("thang"), token("thanh")), two_names(token("thang"), token("thagn"))
    (True, False)
    """
    if not (a.keys.isdisjoint(b.keys) and is_given_name(a) and is_given_name(b)):
        return False
    return bool(a.loose and b.loose) or not _one_vowel(a.text, b.text)


def _western(token: Token) -> bool:
    """Tell a listed name that no table of Chinese or Korean syllables has."""
    return bool(token.gender or token.surname) and not any(group.startswith("?") for group in token.spellings)


CHARACTERS: Final = frozenset(("han", "hangul"))


def _typo(a: Token, b: Token, *, family: bool) -> Link:
    x, y = a.text, b.text
    longer, shorter = max(len(x), len(y)), min(len(x), len(y))
    if shorter < 3 or (longer <= FIRST_LETTER and x[0] != y[0]) or longer - shorter > 2 + longer // TYPO_SHARE:
        return NOTHING
    distance, of = _distance(a, b)
    if distance * TYPO_SHARE > longer:
        return NOTHING
    if family and a.surname and b.surname:
        # Two listed surnames are two, unless they begin alike and one letter, written or heard, is all between them.
        alike = x[0] == y[0] or a.sound[0] == b.sound[0] or "o" + x == y or "o" + y == x
        return Link("near_surname", weights.NEAR_SURNAME) if alike and distance < 2 else NOTHING
    similarity = 1 - distance / of
    one = distance < 2 or longer >= LONG
    return Link("typo", similarity if one else min(similarity, weights.TWO_TYPOS))


def _other_name(word: Token, name: Token) -> bool:
    """Tell a word that is another listed name and a letter: Christianz is no Christina.

    A letter that the name has may be the name's own: Willism is William misspelt as well as Willis with an m. Kennetg
    is Kenneth, though Kennet is a name, too: the two are one.
    """
    if word.gender or not name.gender or len(word.text) < 5:
        return False
    parts = ((word.text[:-1], word.text[-1]), (word.text[1:], word.text[0]))
    return any(
        gender_of(part) and letter not in name.text and name.keys.isdisjoint(latin_token(part).keys)
        for part, letter in parts
    )


# Words with which many names of one culture begin, so that agreeing on them proves nothing: Arabic "servant of", Yoruba
# and Igbo names of God.
_SHARED_BEGINNINGS: Final = ("abdul", "oluwa", "chukwu")


def shared_beginning(x: str, y: str) -> int:
    """Count the letters of a beginning that many names of one culture share; 0 where there is none."""
    return next((len(word) for word in _SHARED_BEGINNINGS if x.startswith(word) and y.startswith(word)), 0)


def _distance(a: Token, b: Token) -> tuple[int, int]:
    """Count the letters two words differ by, as written or as they sound, whichever is less, and out of how many."""
    x, y = a.text, b.text
    longer = max(len(x), len(y))
    if cut := shared_beginning(x, y):
        distance, rest = edits.distance(x[cut:], y[cut:]), longer - cut
        return (distance, rest) if distance * TYPO_SHARE <= rest else (longer, longer)
    if stems := fathers(x, y):
        if x.endswith("a") != y.endswith("a"):
            return longer, longer  # Ivanovich, Ivanovna: a man's and a woman's
        distance, rest = edits.distance(*stems), max(len(stems[0]), len(stems[1]), 1)
        return (distance, rest) if distance * TYPO_SHARE <= rest else (longer, longer)
    limit = longer // TYPO_SHARE
    written = edits.distance(x, y, limit)
    sounded = max(len(a.sound), len(b.sound))
    spoken = edits.distance(a.sound, b.sound, sounded // SOUND_SHARE)
    if written > limit and spoken <= sounded // SOUND_SHARE and edits.distance(x, y) <= 2:
        return max(1, spoken), min(len(a.sound), len(b.sound))  # two letters off: never nearer than one
    return written, longer


_FATHERS_END: Final = ("ch", "na")
_FATHERS: Final = ("ovich", "evich", "ovych", "evych", "ovna", "evna", "ivna", "avich")


def fathers(x: str, y: str) -> tuple[str, str] | None:
    """Give the fathers' names of two Slavic patronymics, their endings cut off; None for other words."""
    if not (x.endswith(_FATHERS) and y.endswith(_FATHERS)):
        return None
    cut = [next(word[: -len(end)] for end in _FATHERS if word.endswith(end)) for word in (x, y)]
    return cut[0], cut[1]


_FAMILIAR_ENDINGS: Final = ("ie", "ey", "y", "i")
_BARE_ENDINGS: Final = frozenset(("", "a", "e", "i", "o", "u", "y"))  # one letter for another is a typo or another name


def _familiar(word: Token, name: Token) -> bool:
    """Tell whether a word is made from a name by cutting it and adding -ie or -y: Artie, Jamey, Susie.

    A listed name is made from no other one, unless that begins with what it is short for: Harry and Harper are two.
    """
    short, full = word.text, name.text
    if word.gender and is_given_name(name) and not any(full.startswith(known) for known in word.fulls):
        return False
    ending = next((e for e in _FAMILIAR_ENDINGS if short.endswith(e) and len(short) - len(e) >= 3), None)
    if ending is None:
        return False
    stem = short[: -len(ending)]
    stem = stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem
    return full.startswith(stem) and full[len(stem) :] not in _BARE_ENDINGS and not full.endswith(ending)


_PATRONYMIC_ENDINGS: Final = frozenset(
    ("ovich", "evich", "ovna", "evna", "vich", "ich", "son", "sson", "zade", "zadeh", "oglu", "ovic")
)


_NAMES_OF_GOD: Final = ("olu", "oluwa", "ade", "ola", "chukwu", "baba", "akin", "ogo", "abdul")


def _called_by_end(full: str, short: str) -> bool:
    """Tell a name from its end, by which its bearer is called: Olufunke, Funke; Abdul Samad, Samad."""
    return len(short) > 3 and full.endswith(short) and full[: -len(short)] in _NAMES_OF_GOD


def _cut_short(short: str, full: str) -> bool:
    """Tell whether a given name is the beginning of the other: Jem, Jemima; a patronymic is not a longer form."""
    rest = full[len(short) :]
    return len(short) > 2 and full.startswith(short) and 1 < len(rest) < 6 and rest not in _PATRONYMIC_ENDINGS


def _misspelt_full(short: Token, full: Token) -> bool:
    """Tell a short form from the misspelt full name: Fred, Fredeeick."""
    if full.gender or not short.fulls or len(full.text) < 5:
        return False
    return any(edits.distance(full.text, name, limit=1) <= 1 for name in short.fulls)


def _with_particle(long: str, short: str) -> bool:
    """Tell a name with its particle written on (Lobrutto, Alhassan) from the bare name."""
    rest = long[: -len(short)]
    return len(short) > 3 and long.endswith(short) and len(rest) > 1 and rest in vocabulary()["particle"]


# A woman's ending and the man's of one surname. Source: Slavic, Greek and Baltic grammar; own list.
_ENDINGS: Final = (
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
                if len(stem) >= 3 and stem == b[: len(b) - len(man)]:
                    return True
    return False


def _one_vowel(x: str, y: str) -> bool:
    """Tell two spellings that differ in one inner vowel which Arabic names are written with either way."""
    if len(x) != len(y) or len(x) < 5 or x[:2] != y[:2] or x[-1] != y[-1]:
        return False
    different = [{p, q} for p, q in zip(x, y, strict=True) if p != q]
    return len(different) == 1 and different[0] in ({"a", "e"}, {"o", "u"})
