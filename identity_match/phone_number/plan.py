"""Numbering plans: which number some digits are, read in a country, and whether such a number can exist.

``phonenumbers`` is the authority. Plain numbers of the North American plan (country calling code 1) never reach it: a
shipped table says for every area code and exchange what the library would say, and ``data/build_phone.py`` proves it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from identity_match import tables
from identity_match.errors import TableError

# One number of ten digits in the usual groups, with 1 or +1 before it or nothing. No area code begins with 0 or 1; the
# Sandbox numbers 111... are such, and read alike here and by the library unless a 1 without a plus stands before them.
NANP: Final = re.compile(
    r"\s*(\+1[-. ]?|1[-. ]?(?=\(?[2-9]))?\(?([1-9][0-9][0-9])\)?[-. /]{0,3}([0-9]{3})[-. /]{0,3}([0-9]{4})\s*", re.ASCII
).fullmatch
NO_EXCHANGES: Final[frozenset[str]] = frozenset()
NANP_HOME: Final = frozenset(("US", "CA"))  # where ten digits, or 1 and ten digits, are read so without a plus

# A digit that marks a mobile between the calling code and the ten digits that alone name the line. Mexico: dialled
# until the IFT dropped it on 3 August 2019. Argentina: 9 in international calls only, 15 within the country (ENACOM).
_MOBILE_MARKS: Final = {"+521": "+52", "+549": "+54"}
_NATIONAL_DIGITS: Final = 10  # in both plans


class Number(NamedTuple):
    """Digits placed in a numbering plan.

    Attributes:
        e164: Plus, country calling code and national number.
        is_valid: Such a number can be assigned.
        is_possible: It is as long as a whole number of the plan, area code included.
    """

    e164: str
    is_valid: bool
    is_possible: bool


@cache
def exchanges(kind: str) -> dict[str, frozenset[str]]:
    """Read the plan of North America: area codes and their exchanges.

    Args:
        kind: ``"valid"`` for exchanges whose every number is valid, ``"ask"`` where the last four digits decide.

    >>> "745" in exchanges("valid")["415"], "555" in exchanges("valid"), "521" in exchanges("ask")["246"]
    (True, False, True)
    """
    found: dict[str, frozenset[str]] = {}
    try:
        for row_kind, ranges, areas in tables.rows("nanp"):
            if row_kind != kind:
                continue
            numbers: set[str] = set()
            for span in ranges.split():
                low, _, high = span.partition("-")
                numbers.update(f"{number:03}" for number in range(int(low), int(high or low) + 1))
            found.update(dict.fromkeys(areas.split(), frozenset(numbers)))
    except ValueError:
        message = "table 'nanp' has a row that is not kind, exchanges, area codes"
        raise TableError(message) from None
    return found


def place(digits: str, country: str | None) -> Number | None:
    """Place digits in a plan by the library; None where it can make nothing of them.

    Args:
        digits: Digits as dialled in the country, or with a plus and the country calling code.
        country: ISO 3166-1 alpha-2 country; None where the digits have a plus.

    >>> place("020 7031 3000", "GB")
    Number(e164='+442070313000', is_valid=True, is_possible=True)
    """
    found = _ask(digits, country)
    if found is None:
        return None
    while not found.is_valid:  # a trunk prefix typed twice is taken off twice; every round is at least a digit shorter
        again = _ask(found.e164, None)
        if again is None or len(again.e164) >= len(found.e164):
            break
        found = again
    for marked, plain in _MOBILE_MARKS.items():
        if found.e164.startswith(plain):
            return _without_mark(found, marked, plain)
    return found


def _without_mark(found: Number, marked: str, plain: str) -> Number:
    """Take the digit that marks a mobile out; the number is valid if it is with or without it."""
    line = found.e164.removeprefix(marked if len(found.e164) == len(marked) + _NATIONAL_DIGITS else plain)
    if len(line) != _NATIONAL_DIGITS:
        return found
    twins = [twin for twin in (_ask(plain + line, None), _ask(marked + line, None)) if twin]
    is_possible = any(twin.is_possible for twin in twins)
    return Number(plain + line, any(twin.is_valid for twin in twins), is_possible)


def _ask(digits: str, country: str | None) -> Number | None:
    import phonenumbers  # noqa: PLC0415 - 40 ms that a plain American number never needs

    try:
        parsed = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:  # the digits are then compared as they stand
        return None
    national = phonenumbers.national_significant_number(parsed)
    return Number(
        f"+{parsed.country_code}{national}",
        phonenumbers.is_valid_number(parsed),
        phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE,
    )


def country_of(e164: str) -> str | None:
    """Name the main country of a number's calling code; None where it has none.

    >>> country_of("+442070313000"), country_of("+80012345678")
    ('GB', None)
    """
    if e164.startswith("+1"):
        return "US"
    import phonenumbers  # noqa: PLC0415 - as above

    try:
        code = phonenumbers.parse(e164, None).country_code
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_country_code(code or 0)
    return country if country.isalpha() else None  # 001 stands for numbers of no country
