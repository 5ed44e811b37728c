"""How phone numbers are read and compared.

Each number is read in its own country where it names one (a plus, an international prefix, a ``tel:`` URI), else in the
default country, and while comparing in the other side's country too. What cannot be placed in any numbering plan is
compared by its digits and marked, never dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast, final

from identity_match import edits
from identity_match.field import DEFAULT_OPTIONS, Field, Missing, Options, Reason, is_placeholder
from identity_match.native import mypyc_attr
from identity_match.phone_number.plan import NANP, NANP_HOME, NO_EXCHANGES, Number, country_of, exchanges, place
from identity_match.phone_number.written import MIN_DIGITS, NUMBER_DIGITS, OF_ANOTHER, Written, keypad, read
from identity_match.text import clean, fold, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator

CAP: Final = 64  # longest text read, in code points; our choice: a tel: URI with its parameters is shorter

# State of a number.
VALID: Final = "valid"
INVALID: Final = "invalid"  # no such number can be assigned, or its country is unknown
FRAGMENT: Final = "fragment"  # too few digits to be a whole number
PLACEHOLDER: Final = "placeholder"  # 0000000000, 1234567890: typed to get past a form

# Scores. The contract gives 99..70 to "the same number with and without an extension"; the rest is our choice.
SAME: Final = 100
# The national form of another country, known only from the other side: likely, not certain.
COUNTRY_INFERRED: Final = 95
COUNTRY_DOUBTFUL: Final = 80  # as above, although the digits are a valid number of the default country, too
EXTENSION_MISSING: Final = 85  # the same line, one side more exact
EXTENSION_OTHER: Final = 60  # two desks behind one switchboard: two persons, so below the contract's 70
NEAR: Final = 50  # one digit other, missing or transposed: another number, but perhaps mistyped
DIFFERENT: Final = 0  # measured on the live service for two unrelated numbers

_LONG_EXTENSION: Final = NUMBER_DIGITS  # as many digits as a number: a second number hidden behind an "x"


@mypyc_attr(acyclic=True)
@final
class PhoneKey:
    """A phone number as understood.

    Attributes:
        number: Plus, calling code and national number; digits alone where the country is unknown.
        extension: Digits of the extension, or empty.
        dialled: Digits as written where no country was, so that another country's plan can be tried; else empty.
        state: ``valid``, ``invalid``, ``fragment`` or ``placeholder``.
    """

    __slots__ = ("dialled", "extension", "number", "state")

    def __init__(self, number: str, extension: str = "", dialled: str = "", state: str = VALID) -> None:
        self.number = number
        self.extension = extension
        self.dialled = dialled
        self.state = state

    def __eq__(self, other: object) -> bool:
        """Compare everything that was understood."""
        return isinstance(other, PhoneKey) and self._members() == other._members()

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self._members())

    def _members(self) -> tuple[str, ...]:
        return self.number, self.extension, self.dialled, self.state

    @property
    def text(self) -> str:
        """The number in a form that reads back to an equal key."""
        number = self.dialled or self.number
        unplaced = number.isdecimal() and not self.dialled
        extended = f"{number} ext. {self.extension}" if self.extension else number
        return extended + OF_ANOTHER if unplaced else extended

    def __repr__(self) -> str:
        """Show the state, never the number."""
        return f"PhoneKey(<{self.state}>)"


class PhoneMatch(NamedTuple):
    """Outcome of comparing two phone numbers.

    Attributes:
        score: 100 the same number; 70..99 the same with an extension on one side, or in a country known from the
            other side only; below 70 another number. None: a side has no number.
        reasons: What decided, such as ``extension_missing`` or ``invalid_number``.
    """

    score: int | None = None
    reasons: tuple[Reason, ...] = ()


def normalize(raw: str | None, options: Options = DEFAULT_OPTIONS) -> PhoneKey | Missing:
    """Read a phone number.

    Reads numbers in any spacing and any decimal digits, with international prefixes, trunk zeros, extensions, ``tel:``
    URIs, remarks such as ``(home)`` and letters of the keypad. Masked, repeated, several and unreadable values are
    ``Missing``.

    Args:
        raw: Text as written; None is missing.
        options: ``default_country`` is the country of numbers that name none.

    >>> normalize("(415) 745-2130").number, normalize("+44 (0)20 7031 3000").number
    ('+14157452130', '+442070313000')
    >>> normalize("(XXX) XXX-2130")
    <Missing.MASKED: 'masked'>
    """
    if raw is None:
        return Missing.BLANK
    found = NANP(raw)
    if found:
        lead, area, exchange, line = cast("tuple[str | None, str, str, str]", found.groups())
        has_plus = lead is not None and lead[0] == "+"
        if has_plus or options.default_country in NANP_HOME:
            national = area + exchange + line
            dialled = "" if has_plus else national if lead is None else "1" + national
            if exchange in exchanges("valid").get(area, NO_EXCHANGES):
                if area != exchange:
                    return PhoneKey("+1" + national, "", dialled)
                return _key("+1" + national, "", dialled, is_valid=True)
            if exchange not in exchanges("ask").get(area, NO_EXCHANGES):
                return _key("+1" + national, "", dialled, is_valid=False)
    return _read(raw, options)


def _read(raw: str, options: Options) -> PhoneKey | Missing:
    raw = squeezed(raw, CAP)
    if len(raw) > CAP:
        return Missing.TOO_LONG
    text = fold(clean(raw, CAP).text)
    if len(text) > CAP:
        return Missing.TOO_LONG
    if not text:
        return Missing.BLANK
    if is_placeholder(text, "phone_number"):
        return Missing.PLACEHOLDER
    written = read(text)
    if isinstance(written, Missing):
        return written
    if written.has_letters:
        return _spelled(written)
    if written.is_damaged:
        number = f"+{written.digits}" if written.has_plus else written.digits
        return PhoneKey(number, written.extension, "", INVALID)
    if written.has_plus:
        return _international(written)
    return _national(written, options.default_country)


def _key(number: str, extension: str, dialled: str, *, is_valid: bool) -> PhoneKey:
    digits = number.removeprefix("+")
    if _is_made_up(number, is_valid=is_valid):
        state = PLACEHOLDER
    elif is_valid:
        state = VALID
    else:
        state = FRAGMENT if len(digits) < NUMBER_DIGITS else INVALID
    return PhoneKey(number, extension, dialled, state)


# Runs of digits that forms are filled with; other runs, such as 2345678, are the whole of some short national numbers.
_RUNS: Final = frozenset(("1234567", "12345678", "123456789", "1234567890", "0123456789", "9876543210"))


def _is_made_up(number: str, *, is_valid: bool) -> bool:
    """Tell whether a number is one digit repeated, or a run such as 1234567890.

    Abroad a run may be how a short national number looks, and a valid run is a number; a digit repeated ten times is
    a placeholder in the North American plan even where 888 is an area code.
    """
    if number.startswith("+1"):
        return _is_repeated(number[2:]) or (not is_valid and number[2:] in _RUNS)
    if number.startswith("+"):  # calling codes have one to three digits
        return not is_valid and any(_is_repeated(number[length:]) for length in (2, 3, 4))
    return _is_repeated(number) or number in _RUNS


def _is_repeated(digits: str) -> bool:
    return len(digits) >= NUMBER_DIGITS and len(set(digits)) == 1


def _international(written: Written) -> PhoneKey | Missing:
    """Place a number that names its country; with and without a trunk prefix in parentheses, the valid one first."""
    digits = written.digits
    while digits.startswith(("011", "00")):  # an international prefix typed after a plus by habit
        digits = digits.removeprefix("011" if digits.startswith("011") else "00")
    if len(digits) < MIN_DIGITS:
        return Missing.UNREADABLE
    readings = [digits]
    if written.optional and len(digits) > MIN_DIGITS:
        readings.append(digits[: written.optional] + digits[written.optional + 1 :])
    placed: Number | None = None
    for reading in readings:
        placed = place(f"+{reading}", None) or placed
        if placed and placed.is_valid:
            break
    number = placed.e164 if placed else f"+{readings[-1]}"
    return _key(number, written.extension, "", is_valid=bool(placed and placed.is_valid))


def _national(written: Written, country: str) -> PhoneKey:
    """Place a number without a plus: dialled abroad, at home, or with a calling code whose plus was lost."""
    digits, extension = written.digits, written.extension
    # 00 is the international prefix that ITU E.164 recommends, 011 the one of the North American plan.
    for prefix in ("00", "011") if country in NANP_HOME else ("00",):
        if digits.startswith(prefix):
            abroad = place(f"+{digits[len(prefix) :]}", None)
            if abroad and abroad.is_valid:
                return _key(abroad.e164, extension, "", is_valid=True)
    here = place(digits, country)
    if here and here.is_valid:
        return _key(here.e164, extension, digits, is_valid=True)
    if not (here and here.is_possible):
        abroad = place(f"+{digits}", None)  # as in a column of numbers
        if abroad and abroad.is_valid:
            return _key(abroad.e164, extension, digits, is_valid=True)
    return _key(here.e164 if here and here.is_possible else digits, extension, digits, is_valid=False)


def _spelled(written: Written) -> PhoneKey | Missing:
    """Read a number spelled on the keypad; it counts only where the plan knows it."""
    digits = keypad(written.digits)
    whole = digits[:11] if digits.startswith("1") else digits  # letters past the tenth digit are not dialled
    placed = place(f"+{whole}", None)
    if placed is None or not placed.is_valid:
        return Missing.UNREADABLE
    dialled = f"+{written.digits}" if whole != digits else ""
    return _key(placed.e164, written.extension, dialled, is_valid=True)


_INVALID: Final = {side: Reason("invalid_number", side) for side in ("user", "owner")}
_INFERRED: Final = {side: Reason("country_inferred", side) for side in ("user", "owner")}
_NO_EXTENSION: Final = {side: Reason("extension_missing", side) for side in ("user", "owner")}
_OTHER_EXTENSION: Final = Reason("other_extension")
_OTHER: Final = Reason("other_number")
_NEAR: Final = Reason("near_number")

_MATCH: Final = PhoneMatch(SAME)
_MISMATCH: Final = PhoneMatch(DIFFERENT, (_OTHER,))


def compare(user: PhoneKey, owner: PhoneKey) -> PhoneMatch:
    """Compare the user's number with an owner's.

    Score: 100 equal; 95 equal when one side is read in the other's country, 80 when that side is a valid number of
    its own, too; 85 at most with an extension on one side; 60 with different extensions; 50 one digit apart; 0 other
    numbers. A part of a number is not compared (None), unless it is a whole number in the other side's country. A
    number typed as a placeholder matches nothing; one on file is not compared (None). Symmetric but for placeholders.

    >>> compare(normalize("415-745-2130"), normalize("+14157452130")).score
    100
    >>> compare(normalize("020 7031 3000"), normalize("+442070313000"))
    PhoneMatch(score=95, reasons=(Reason(code='country_inferred', part='user'),))
    """
    if user.state == VALID == owner.state:
        if user.number == owner.number:
            if user.extension == owner.extension:
                return _MATCH
        elif not (_may_read_as(user, owner.number) or _may_read_as(owner, user.number)):
            return _another(user, owner, ())
    return _compare(user, owner)


def _may_read_as(key: PhoneKey, number: str) -> bool:
    """Tell whether ``_reads_as`` need be asked: no plan changes the last digits."""
    dialled = key.dialled
    return dialled != "" and (dialled[-4:] == number[-4:] or not dialled.isdecimal())


def _compare(user: PhoneKey, owner: PhoneKey) -> PhoneMatch:
    if PLACEHOLDER in (user.state, owner.state):
        if owner.state == PLACEHOLDER:
            return PhoneMatch(None, (Reason(Missing.PLACEHOLDER, "owner"),))
        return PhoneMatch(DIFFERENT, (Reason(Missing.PLACEHOLDER, "user"),))
    marks = tuple(_INVALID[side] for side, key in (("user", user), ("owner", owner)) if key.state != VALID)
    if user.number == owner.number:
        if user.state == FRAGMENT:
            return _short(user, owner)
        score = SAME
    else:
        score = 0
        for side, key, other in (("user", user, owner), ("owner", owner, user)):
            if key.dialled and _reads_as(key, other):
                score = COUNTRY_DOUBTFUL if key.state == VALID else COUNTRY_INFERRED
                marks = (_INFERRED[side], *(mark for mark in marks if mark.part != side))
                break
        if not score:
            return _short(user, owner) if FRAGMENT in (user.state, owner.state) else _another(user, owner, marks)
    if user.extension == owner.extension:
        return PhoneMatch(score, marks)
    if (user.extension and owner.extension) or len(user.extension or owner.extension) >= _LONG_EXTENSION:
        return PhoneMatch(EXTENSION_OTHER, (_OTHER_EXTENSION, *marks))
    side = "owner" if user.extension else "user"
    return PhoneMatch(min(score, EXTENSION_MISSING), (_NO_EXTENSION[side], *marks))


def _reads_as(key: PhoneKey, other: PhoneKey) -> bool:
    """Tell whether digits that name no country are the other number when read in its country."""
    digits = keypad(key.dialled).removeprefix("+")
    if other.number[0] != "+" or digits[-4:] != other.number[-4:]:  # no plan changes the last digits
        return False
    if other.number == f"+{digits}":
        return True
    if key.dialled.startswith("+") or key.number[:2] == "+1" == other.number[:2]:
        return False  # spelled with its country, or read in the same plan already
    country = country_of(other.number)
    placed = place(key.dialled, country) if country else None
    return placed is not None and placed.e164 == other.number


def _short(user: PhoneKey, owner: PhoneKey) -> PhoneMatch:
    """Give no score for a part of a number: which number it belongs to is not known."""
    sides = (("user", user), ("owner", owner))
    return PhoneMatch(None, tuple(Reason(Missing.SHORT, side) for side, key in sides if key.state == FRAGMENT))


def _another(user: PhoneKey, owner: PhoneKey, marks: tuple[Reason, ...]) -> PhoneMatch:
    if edits.distance(user.number, owner.number, limit=1) <= 1:
        return PhoneMatch(NEAR, (_OTHER, _NEAR, *marks))
    return PhoneMatch(DIFFERENT, (_OTHER, *marks)) if marks else _MISMATCH


def repairs(user: PhoneKey, owner: PhoneKey) -> Iterator[tuple[str, PhoneKey]]:
    """Give the owner's number with one part more taken from the user's, each with the part's name; last the whole."""
    yield "extension", PhoneKey(owner.number, user.extension, owner.dialled, owner.state)
    yield "number", user


def parts(key: PhoneKey) -> dict[str, str]:
    """Give a number by part, to be shown."""
    return {"number": key.dialled or key.number} | ({"extension": key.extension} if key.extension else {})


FIELD: Final[Field] = Field("phone_number", "phone_numbers", normalize, compare, PhoneMatch, repairs, parts)
