"""The numbers of the accounts a statement is about: as much of them as is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from identity_match.documents.lines import right_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from identity_match.documents.lines import Run

MASK = 4  # characters of an account's mask: the contract gives two to four
LEAST = 2

_LABEL = re.compile(
    r"\b(?:(?:account|acct)\.?(?: number| no\.?)? (?:ending|ends)(?: in| with)?|"
    r"(?:account|acct|a/c|acc|konto|compte|cuenta)\.? ?-?(?:number|numero|nummer|no\b|nr\b|num\b|n°|#)|kontonummer|"
    r"iban|account)\s*[.:#]*\s*",
    re.IGNORECASE,
)
_HIDDEN = r"Xx*•●∙·.…#\ufffd"  # the last where the font does not say what a dot is
_NUMBER = re.compile(rf"[{_HIDDEN}\d][{_HIDDEN}\d \-–]{{2,40}}\d|\d{{2,4}}(?!\d)")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}")


def account_numbers(runs: Sequence[Run]) -> list[str]:
    """Find account numbers behind their labels: on the same line, to the right, or below.

    Args:
        runs: Runs of one page.

    Returns:
        The last characters of each, at most four digits, in the order they stand there.
    """
    found: list[str] = []
    for run in runs:
        for label in _LABEL.finditer(run.text):
            rest = run.text[label.end() :]
            if rest.strip():
                candidates = [rest]
            elif label.end() == len(run.text):
                beside = right_of(run, runs)
                candidates = [other.text for other in (beside, *_below(run, runs)) if other is not None]
            else:
                candidates = []
            strict = "#" in label[0] or len(label[0].split()) > 1 or label[0].strip(" :.").lower() != "account"
            number = next((mask for text in candidates if (mask := _mask(text, strict=strict))), "")
            if number:
                found.append(number)
    return list(dict.fromkeys(found))


def _below(run: Run, runs: Sequence[Run]) -> list[Run]:
    """Give what stands under a label, in a table: overlapping it, on the next line."""
    under = [
        other
        for other in runs
        if 0.6 * run.size < other.base - run.base <= 2.6 * run.size
        and other.left < run.right
        and other.right > run.left
    ]
    return sorted(under, key=lambda other: other.base)[:1]


def _mask(text: str, *, strict: bool) -> str:
    """Read the visible end of a number that a text opens with.

    >>> _mask("XXXX-XXXX-1234 Page 1", strict=True), _mask("12 345 678", strict=True), _mask("from 2020", strict=True)
    ('1234', '5678', '')
    """
    text = text.strip()
    number = _IBAN.match(text) or _NUMBER.match(text)
    if number is None:
        return ""
    plain = re.sub(r"[ \-–]", "", number[0])
    end = re.search(r"\d+$", plain)
    if end is None or len(end[0]) < LEAST or (not strict and plain.isdigit() and len(plain) < 2 * MASK):
        return ""
    return end[0][-MASK:]


def is_match(printed: Sequence[str], mask: str | None) -> bool | None:
    """Tell whether one of the numbers ends as the mask does; None without a mask or without a printed number.

    >>> is_match(["1234"], "1234"), is_match(["1234"], "34"), is_match(["1234"], "9999"), is_match([], "1234")
    (True, True, False, None)
    """
    if not mask or not printed:
        return None
    return any(number.endswith(mask) if len(mask) <= len(number) else mask.endswith(number) for number in printed)
