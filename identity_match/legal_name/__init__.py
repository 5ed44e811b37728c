"""Are two legal names one person's or one firm's?

A name is read once into typed words (``reading``, ``tokens``), on the owner's side after splitting what the bank
prints on one line (``titling``). People are compared with people (``person``), firms with firms (``business``).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, final

from identity_match import tables
from identity_match.field import DEFAULT_OPTIONS, Field, Missing, Options, Reason, is_placeholder
from identity_match.legal_name import business, firm, person, reading
from identity_match.legal_name.key import Name, NameKey
from identity_match.legal_name.repairs import parts, repairs
from identity_match.legal_name.syllables import is_name
from identity_match.legal_name.titling import (
    CAPACITIES,
    MAX_CLAIMED,
    SIGN_WORDS,
    claimed,
    has_capacity,
    has_signs,
    holders,
    is_firm_line,
    mixed,
    on_one_line,
)
from identity_match.legal_name.tokens import surname_share
from identity_match.native import mypyc_attr
from identity_match.text import HIDDEN, REPLACEMENT, TRUNCATED, clean, decoded, fold, pattern, scripts, squeezed

if TYPE_CHECKING:
    from identity_match.legal_name.firm import Firm
    from identity_match.legal_name.reading import Reading
    from identity_match.legal_name.tokens import Token

CAP: Final = 256  # code points of a name that are read; reliability: every known hang needs more than 1,000
SEVERAL_TOP: Final = 69  # a user's line that names several people is not one person: never reaches the threshold of 70
PERSON_FIRM_TOP: Final = 84  # a person is not her firm, however alike the names: below the strong band
PART_FIRM_TOP: Final = 69  # a firm with one part of a person's name, or with another person's name beside it
# A word of two alphabets is a spoof until a person has looked: below the strong band; our choice.
LOOK_ALIKE_TOP: Final = 84
JUNK_TOP: Final = 69  # a text longer than the cap was not read to its end


_JUNK: Final = pattern(r"[={}<>\\^~]|://")  # formulas, markup, template text


class NameMatch(NamedTuple):
    """How well two legal names agree.

    Attributes:
        score: 100 equal as written but for case and white space; 99 equal after normalization; 95-98 a generational
            suffix on one side; 90-94 one typo, a nickname or a dropped second surname; 85-89 strong; 70-84 two such
            differences; 50-69 a relative or a contradiction; below 50 different people; None not compared.
        is_first_name_or_last_name_match: A given or family name agrees in full; true for full matches, too.
        is_nickname_match: A nickname pair was used.
        is_business_name_detected: One of the two is a firm's name.
        reasons: What was found.
        holder: Which name of the owner's line won, by position; None where nothing was compared.
    """

    score: int | None
    is_first_name_or_last_name_match: bool | None
    is_nickname_match: bool | None
    is_business_name_detected: bool | None
    reasons: tuple[Reason, ...] = ()
    holder: int | None = None


def normalize(raw: str | None, options: Options = DEFAULT_OPTIONS) -> NameKey | Missing:
    """Read a legal name; any text gives a key or the reason why it is missing.

    >>> normalize("N/A"), normalize("12345"), normalize(" ")
    (<Missing.PLACEHOLDER: 'placeholder'>, <Missing.UNREADABLE: 'unreadable'>, <Missing.BLANK: 'blank'>)
    """
    if raw is None:
        return Missing.BLANK
    if raw.isascii() and len(raw) <= CAP:
        written = raw.lower()
        name = _plain_name(written, options)
        if name is not None:
            return NameKey(written, name, (name,), clear=True)
    text, marks = clean(on_one_line(decoded(squeezed(raw, CAP), CAP)[: CAP + 1]), CAP)
    if not any(map(str.isalpha, text)):
        if any(map(str.isdigit, text)):
            return Missing.UNREADABLE
        if "**" in text:
            return Missing.MASKED
        if "*" not in text:
            return Missing.BLANK
    if "**" in text and _MASKED().search(text):
        return Missing.MASKED
    if REPLACEMENT in text:  # what was a control character parts two names
        text = text.replace(REPLACEMENT, ";") if HIDDEN in marks else _LOST().sub(lambda m: "?" * len(m[0]), text)
    written = text.lower() if text.isascii() else unicodedata.normalize("NFC", text.casefold())[:CAP]
    if not written.isascii() and (again := decoded(written, CAP)) != written:
        return normalize(again, options)  # only now, without what nobody sees and in lower case, it is such a text
    if not written.isascii():
        written = _dots_within(written)
    if is_placeholder(fold(written).strip(" .,-"), "legal_name") or _names_nobody(_PIECES().findall(written)):
        return Missing.PLACEHOLDER
    name = None if raw.isascii() and text == raw else _plain_name(written, options)
    if name is not None:
        return NameKey(written, name, (name,), marks=marks, clear=not marks)
    return _key(written, marks, options)


# A word of which the bank shows a few letters: ``ja** d***``.
_MASKED: Final = pattern(r"(?:^|[\s,])(?:[^\W\d_]{1,4}\*{2,}[^\W\d_]{0,4}|\*{3,}[^\W\d_]{1,4})(?=$|[\s,.])")
# A letter that failed to be decoded stands in or at a word; by itself the sign may be anything.
_LOST: Final = pattern(r"(?<=[^\W\d_])\ufffd+|\ufffd+(?=[^\W\d_])")
_PIECES: Final = pattern(r"[^\W_]+")


_MIDDLE_DOTS: Final = pattern(r"[·・･‧]")


def _dots_within(text: str) -> str:
    """Read middle dots between single words as spaces; between whole names they part two people."""
    if not _MIDDLE_DOTS().search(text):
        return text
    parts = _MIDDLE_DOTS().split(text.replace("l·l", "ll"))  # Catalan writes a double l so
    within = all(len(part.split()) == 1 for part in parts)
    return (" " if within else "·").join(parts)


def _names_nobody(words: list[str]) -> bool:
    """Tell a text of nothing but words for "no name": authorized signer, name not on file, xxx xxx."""
    for word in words:
        if word not in _nothing() and not _is_filling(word):
            return False
    return bool(words)


@cache
def _nothing() -> frozenset[str]:
    return tables.words("placeholders", kind="name_word")


def _is_filling(word: str) -> bool:
    """Tell one letter, typed again and again; ``iii`` is a numeral."""
    return len(word) > 2 and word == word[0] * len(word) and word != "iii" and word.isascii()


MOST_PLAIN: Final = 8  # words of a name that is read at a glance; our choice, longer ones are rare


@cache
def _telling() -> frozenset[str]:
    """Words that mean something in a person's name or a firm's, or part two of them."""
    return reading.reserved() | firm.vocabulary() | SIGN_WORDS


def _plain_name(written: str, options: Options) -> Name | None:
    """Read plain shapes: a few Latin words that name one person or firm, with one comma or none; else None.

    Only what has words that mean more than themselves (van, Jr, Ltd) is read by the whole grammar of that kind.
    """
    if not written.isascii() or is_placeholder(written, "legal_name"):
        return None
    family: int | None = None
    if "," in written:
        surname, mark, given = written.partition(", ")
        words = given.split(" ")
        family = len(words)
        words += surname.split(" ")
        if not mark:
            return None
    else:
        words = written.split(" ")
    if "." in written:
        words = [word[0] if len(word) == 2 and word[1] == "." else word for word in words]  # an initial with its dot
    if len(words) > MOST_PLAIN:
        return None
    letters = 0
    for word in words:
        if not word.isalpha():
            return None
        letters += len(word) == 1
    if letters > 1 or (letters and (len(words[0]) == 1 or len(words[-1]) == 1)) or _names_nobody(words):
        return None
    # One letter between two names, or behind a comma form's given name, is an initial, whatever it means elsewhere.
    lone = letters == 1 and (len(words) == 3 or family is not None)
    telling = [word for word in words if len(word) > 1] if lone else words
    person, commercial = None, firm.PLAIN
    if not _telling().isdisjoint(telling):
        if family is not None or not SIGN_WORDS.isdisjoint(telling):
            return None
        commercial = firm.read(written)
        person = None if reading.reserved().isdisjoint(telling) else reading.read(written)
    return _finished(person or reading.plain(words, family, len(written)), commercial, options)


def _key(written: str, marks: tuple[str, ...], options: Options) -> NameKey:
    whole = _name(written, options)
    clear = written.isascii() and not marks and not _JUNK().search(written)
    if not has_signs(written):
        return NameKey(written, whole, (whole,), marks=marks, clear=clear)
    doubtful = whole.firm.likely or not whole.personal or is_firm_line(written)
    if doubtful and not has_capacity(written, holders(written)):
        parts = tuple(_part(part, options) for part in mixed(written))
        both = any(part.firm.detected for part in parts) and any(map(_is_person, parts))
        several = parts[:MAX_CLAIMED] if both else ()
        return NameKey(written, whole, (whole,), several=several, marks=marks, clear=clear)
    line = _Line(written, whole, options)
    return NameKey(written, line.claims, line.holds, marks=marks, clear=clear)


@mypyc_attr(acyclic=True)
@final
class _Line:
    """A line of several names, read for the side that asks; most are asked for one only."""

    __slots__ = ("_names", "_options", "_written")

    def __init__(self, written: str, whole: Name, options: Options) -> None:
        self._written = written
        self._options = options
        self._names = {written: whole}

    def claims(self) -> tuple[Name, tuple[Name, ...]]:
        """Read it as a user's: the one person or firm it names, and all names if there are several."""
        one, others = claimed(self._written)
        return self._name(one), tuple(map(self._name, others))

    def holds(self) -> tuple[Name, ...]:
        """Read it as a bank's."""
        return tuple(self._name(holder.text).with_capacity(holder.capacity) for holder in holders(self._written))

    def _name(self, text: str) -> Name:
        found = self._names.get(text)
        if found is None:
            found = self._names[text] = _part(text, self._options)
        return found


def _is_person(name: Name) -> bool:
    """Tell a whole name of a person beside a firm's: a known given name and a word that no firm's name is made of."""
    words = name.as_firm().firm.words
    return (
        not name.firm.detected
        and bool(name.person.names[0].gender)
        and 1 < len(words) == sum(word.kind == "distinct" for word in words)
    )


def _name(text: str, options: Options) -> Name:
    return _finished(reading.read(text), firm.read(text), options)


def _part(text: str, options: Options) -> Name:
    """Read one name of a line; most are plain."""
    return _plain_name(text, options) or _name(text, options)


def _finished(person: Reading, business: Firm, options: Options) -> Name:
    if options.nicknames:
        names = tuple(_with_nicknames(t, options) for t in person.names)
        person = person.with_words(
            names, person.lead, linked=person.linked, compound=person.compound, family=person.family
        )
    return Name(person, business)


def _with_nicknames(token: Token, options: Options) -> Token:
    shorts = options.nicknames.get(token.text, frozenset())
    return token.with_forms(
        (shorts, frozenset(name for name, forms in options.nicknames.items() if token.text in forms))
    )


def compare(user: NameKey, owner: NameKey) -> NameMatch:
    """Score how well a user's name agrees with a name the bank has; the best of the owner's line counts.

    Symmetric for two plain names; only the owner's line is split into holders.

    >>> compare(normalize("Andrew Smith"), normalize("Andrew Smith Jr.")).score
    97
    """
    if user.written == owner.written and user.marks == owner.marks:
        return tuple.__new__(NameMatch, (100, True, False, user.user.firm.detected, (), 0))
    if user.several:
        return _several(user, owner)
    if len(owner.holders) == 1:
        return _finish(user, owner, _one(user.user, owner.holders[0]), 0)
    return max((_finish(user, owner, _one(user.user, name), i) for i, name in enumerate(owner.holders)), key=_rank)


def _rank(match: NameMatch) -> tuple[object, ...]:
    return (
        match.score,
        match.is_first_name_or_last_name_match,
        match.is_nickname_match,
        match.reasons,
        -(match.holder or 0),
    )


def _several(user: NameKey, owner: NameKey) -> NameMatch:
    """Score a user's line of several names: all of them against the owner's line, else capped."""
    best = [
        max((_finish(user, owner, _one(name, holder), i) for i, holder in enumerate(owner.holders)), key=_rank)
        for name in user.several
    ]
    worst = min(best, key=_rank)
    if len({match.holder for match in best}) == len(user.several) == len(owner.holders):
        return worst
    top = max(best, key=_rank)
    return top._replace(score=min(SEVERAL_TOP, top.score or 0), reasons=(*top.reasons, Reason("several_names", "user")))


_STRANGERS: Final = [
    NameMatch(score, False, False, False, person.ONLY_DIFFERENT, 0)  # noqa: FBT003 - the order of the response
    for score in range(100)
]


def _one(user: Name, owner: Name) -> NameMatch:
    plain = user.firm is firm.PLAIN and owner.firm is firm.PLAIN
    if not plain and (user.firm.detected or owner.firm.detected):
        return _firms(user.as_firm(), owner.as_firm())
    nameless = not user.personal and not owner.personal
    if nameless and (user.firm.likely or owner.firm.likely or (user.firm.forms and owner.firm.forms)):
        return _firms(user.as_firm(), owner.as_firm())
    result = person.compare(user.person, owner.person)
    if result.reasons is person.ONLY_DIFFERENT:
        match = _STRANGERS[result.score]
    else:
        match = tuple.__new__(NameMatch, (result.score, result.part_agrees, result.nickname, False, result.reasons, 0))
    numbered = not plain and bool(user.firm.words and owner.firm.words) and _numbered(user) and _numbered(owner)
    if not (numbered or nameless):
        return match
    if not numbered and is_name(user.person.names) and is_name(owner.person.names):
        return match  # Park is a family name, too
    # Both have a number, or neither has a known given name: it may be a trade name without a legal form.
    user, owner = user.as_firm(), owner.as_firm()
    if numbered or _trade_names(user.firm, owner.firm) or _unlisted(user, owner):
        return max(match, _firms(user, owner), key=_rank)
    return match


def _numbered(name: Name) -> bool:
    """Tell a name with a number beside other words: November17; the number of a generation is none."""
    return (
        len(name.firm.words) > 1
        and not name.person.generation
        and any(word.kind == "number" for word in name.firm.words)
    )


def _trade_names(user: Firm, owner: Firm) -> bool:
    """Tell two names of several words of which one has a word that people's names have not."""
    if min(len(user.words), len(owner.words)) < 2:
        return False
    return any(word.kind != "distinct" for word in user.words + owner.words)


def _unlisted(user: Name, owner: Name) -> bool:
    """Tell whether one side is a single word that is nobody's name, and the other adds only generic words or places."""
    one, many = sorted((user, owner), key=lambda name: (len(name.firm.words), len(name.person.names)))
    if business.stands_for(one.firm, many.firm):
        return True
    if len(one.firm.words) != 1 or len(one.person.names) != 1:
        return False
    if one.person.names[0].surname or one.person.names[0].initial:
        return False
    return all(word.kind in ("generic", "place") for word in many.firm.words if word not in one.firm.words)


def _firms(user: Name, owner: Name) -> NameMatch:
    score, reasons = business.compare(user.firm, owner.firm)
    detected = user.firm.detected or owner.firm.detected
    if user.firm.several and not owner.firm.several:
        score = min(score, SEVERAL_TOP)
        reasons = (*reasons, Reason("several_names", "user"))
    if detected and user.firm.detected != owner.firm.detected:
        one = owner if user.firm.detected else user
        names = [name for name in one.person.names if not name.initial]
        if (one.personal or (len(names) == 1 and names[0].surname)) and not one.firm.signed and len(names) <= 4:
            score = min(score, PERSON_FIRM_TOP)
            reasons = (*reasons, Reason("person_against_business"))
            other = owner if one is user else user
            acronym = any(reason.code == "acronym" for reason in reasons)
            distinct = sum(word.kind == "distinct" for word in other.firm.words)
            lone = len(names) == 1 < distinct  # Smith, Smith & Jones LLP
            if lone or acronym or _only_part(one, other) or _names_another(one, other):
                score = min(score, PART_FIRM_TOP)
    return NameMatch(score, score >= 99, False, detected, reasons, 0)  # noqa: FBT003


def _only_part(person: Name, business: Name) -> bool:
    """Tell a firm that has one part of a person's name and lacks another: John Smith, Smith LLC."""
    whole = "".join(word.text for word in business.firm.words)
    names = [name for name in person.person.names if len(name.text) > 2]
    lacking = [name for name in names if name.text not in whole]
    return len(names) - len(lacking) == 1 and any(name.gender or name.surname for name in lacking)


def _names_another(person: Name, business: Name) -> bool:
    """Tell a firm that has another person's name beside this one's: John Smith in Trust for Jane Doe."""
    names = {name.text for name in person.person.names}
    rest = [word for word in business.firm.words if word.text not in names]
    return any(
        first.given and first.kind == last.kind == "distinct" and surname_share(last.text) > 0
        for first, last in pairwise(rest)
    )


def _finish(user: NameKey, owner: NameKey, match: NameMatch, holder: int) -> NameMatch:
    """Apply what the whole texts say: capacity, junk, look-alike letters."""
    name = owner.holders[holder]
    capacity = name.capacity
    plain = not user.several and user.user.firm is firm.PLAIN and name.firm is firm.PLAIN
    if plain and user.clear and owner.clear and not capacity and holder == match.holder:
        return match
    business_seen = user.user.firm.detected or name.firm.detected or capacity == "trading"
    if user.clear and owner.clear and not capacity:
        unchanged = holder == match.holder and business_seen == match.is_business_name_detected
        return match if unchanged else match._replace(is_business_name_detected=business_seen, holder=holder)
    score, reasons = match.score or 0, list(match.reasons)
    if capacity:
        score = min(score, CAPACITIES[capacity])
        reasons.append(Reason(capacity, "owner"))
    only_one = {*user.marks} ^ {*owner.marks}
    reasons.extend(Reason(mark, "user" if mark in user.marks else "owner") for mark in sorted(only_one))
    for side, key, one in (("user", user, user.user), ("owner", owner, name)):
        if not key.written.isascii() and any(map(_mixed, one.person.names)):
            score = min(score, LOOK_ALIKE_TOP)
            reasons.append(Reason("look_alike_letters", side))
    if _JUNK().search(user.written) or _JUNK().search(owner.written):
        score = min(score, JUNK_TOP)
        reasons.append(Reason("not_a_name"))
    if TRUNCATED in user.marks or TRUNCATED in owner.marks:
        score = min(score, JUNK_TOP)
    return match._replace(score=score, is_business_name_detected=business_seen, reasons=tuple(reasons), holder=holder)


_ALPHABETS: Final = frozenset(("latin", "cyrillic", "greek", "armenian", "cherokee"))


def _mixed(token: Token) -> bool:
    """Tell a word with letters of two alphabets that look alike."""
    return not token.written.isascii() and len(scripts(token.written) & _ALPHABETS) > 1


FIELD: Final[Field] = Field("legal_name", "names", normalize, compare, NameMatch, repairs, parts)

__all__ = ["CAP", "FIELD", "Name", "NameKey", "NameMatch", "compare", "normalize"]
