"""A slow and obvious comparator, against which ``test_reference.py`` holds the fast one on random pairs.

Written from the contract's bands and the design, not from the code: textbook tables for distances, every permutation
for the pairing of words, the libraries that are the authority for phone numbers and e-mail addresses, and for addresses
and names what is known before anything is written: two records of parts, of which the score's band follows.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

import email_validator
import phonenumbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Band = tuple[int, int]  # lowest and highest score


def swaps(a: str, b: str) -> int:
    """Count insertions, deletions, replacements and swaps of neighbours, none of them within another (OSA)."""
    table = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            choices = [table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1])]
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                choices.append(table[i - 2][j - 2] + 1)
            table[i][j] = min(choices)
    return table[len(a)][len(b)]


def common(a: str, b: str) -> int:
    """Count the letters of the longest common subsequence."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    return table[len(a)][len(b)]


def best_total(left: Sequence[int], right: Sequence[int], likeness: Callable[[int, int], float]) -> float:
    """Give the largest sum of likenesses with which words can be paired one to one, by trying every way."""
    few, many, swapped = (left, right, False) if len(left) <= len(right) else (right, left, True)
    return max(
        sum(likeness(j, i) if swapped else likeness(i, j) for i, j in zip(few, chosen, strict=True))
        for chosen in permutations(many, len(few))
    )


# Phone numbers


def _parsed(text: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None


def _placed(text: str, country: str) -> tuple[str, bool]:
    """Read digits at home, else as a number that lost its plus; tell the number and whether there can be such a one."""
    home, digits = _parsed(text, country), "".join(filter(str.isdigit, text))
    whole = phonenumbers.ValidationResult.IS_POSSIBLE  # not only within its area
    possible = home is not None and phonenumbers.is_possible_number_with_reason(home) == whole
    if home is not None and phonenumbers.is_valid_number(home):
        return _line(home), True
    abroad = None if possible or "+" in text else _parsed(f"+{digits}", None)
    if abroad is not None and phonenumbers.is_valid_number(abroad):
        return _line(abroad), True
    return (_line(home) if home is not None and possible else digits), False


def _line(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_number(user: str, owner: str, country: str, extensions: tuple[str, str] = ("", "")) -> int | None:
    """Score two numbers, each written with its country's code or as people write it there.

    The same line 100; in a country that only the other side names 95, or 80 where it is a number at home, too; with an
    extension on one side 85 at most, with two of them 60; one digit off 50; else 0. Nothing is said of six digits and
    fewer that no plan places.
    """
    sides = [(text, *_placed(text, country)) for text in (user, owner)]
    short = any(not valid and len(number.strip("+")) < 7 for _, number, valid in sides)
    score = 100 if sides[0][1] == sides[1][1] and not short else 0
    for (text, _, valid), (_, other, _) in ((sides[0], sides[1]), (sides[1], sides[0])):
        if score or "+" in text or not other.startswith("+"):
            continue
        code = _parsed(other, None)
        abroad = _parsed(text, phonenumbers.region_code_for_country_code((code and code.country_code) or 0))
        if abroad is not None and _line(abroad) == other:
            score = 80 if valid else 95
    if not score:
        if short:
            return None
        return 50 if swaps(sides[0][1], sides[1][1]) == 1 else 0
    if extensions[0] == extensions[1]:
        return score
    return 60 if all(extensions) else min(score, 85)


# E-mail addresses

_GOOGLE = ("gmail.com", "googlemail.com")  # Google: dots do not count, and the two domains are one


def _mailbox(text: str) -> tuple[str, str, str]:
    found = email_validator.validate_email(text.strip(), check_deliverability=False)
    base, plus, tag = found.local_part.lower().partition("+")
    domain = str(found.ascii_domain).lower()
    if domain in _GOOGLE:
        base, domain = base.replace(".", ""), _GOOGLE[0]
    return base, domain, plus + tag


def email_address(user: str, owner: str) -> Band:
    """Score two addresses of Google or of a domain without rules: 100, 95 a tag on one side, 90 two, else below 70."""
    *mine, tag = _mailbox(user)
    *theirs, other = _mailbox(owner)
    if mine != theirs:
        return (0, 69)
    score = 100 if tag == other else 95 if not tag or not other else 90
    return (score, score)


# Addresses and names: what is known of two records before they are written


class Home(NamedTuple):
    """An address of the United States as its holder knows it."""

    number: int
    direction: str
    street: str
    kind: str
    unit: str
    city: str
    region: str
    postal_code: str


def address(user: Home, owner: Home) -> Band:
    """Score two homes: 100 the same; a unit on one side, or another code in the same town, below 90; else below 70."""
    if any(getattr(user, part) != getattr(owner, part) for part in ("number", "street", "city", "region")):
        return (0, 69)
    unit, direction = user.unit != owner.unit, user.direction != owner.direction
    if (unit and user.unit and owner.unit) or (direction and user.direction and owner.direction):
        return (0, 69)
    code = user.postal_code != owner.postal_code
    if user.kind != owner.kind:
        return (0, 84)
    if unit + direction + code > 1:
        return (0, 89)  # of several at once the contract says nothing more
    if unit or code:
        return (70, 89)
    return (70, 94) if direction else (100, 100)


class Someone(NamedTuple):
    """A person as she knows herself."""

    given: str
    middle: str
    family: str
    generation: str


def legal_name(user: Someone, owner: Someone, nicknames: frozenset[frozenset[str]]) -> Band:
    """Score two people by the contract's bands, as far as it says anything of what differs between them."""
    nickname = frozenset((user.given, owner.given)) in nicknames
    if user.family != owner.family or not (user.given == owner.given or nickname):
        return (0, 69)
    if user.middle and owner.middle and user.middle != owner.middle:
        initial = 1 in (len(user.middle), len(owner.middle)) and user.middle[0] == owner.middle[0]
        if not initial:
            return (0, 69)
    if user.generation and owner.generation and user.generation != owner.generation:
        return (0, 84)
    if nickname:
        return (85, 94)
    return (95, 98) if user.generation != owner.generation else (99, 100)
