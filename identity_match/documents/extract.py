"""From the pages of a file to everything that is known of the statement, as plain JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from identity_match.documents.account import account_numbers
from identity_match.documents.content import date_signals, owner_signals
from identity_match.documents.dates import lines_of, period_of
from identity_match.documents.limits import Refusal, refusal
from identity_match.documents.lines import runs_of, visible
from identity_match.documents.look import look_signals
from identity_match.documents.metadata import metadata_signals
from identity_match.documents.owners import read_owner
from identity_match.documents.signals import Signal
from identity_match.text import clean, fold

if TYPE_CHECKING:
    from identity_match.documents.marks import File

LONGEST = 256  # characters of a name or a part of an address that are handed on; the caps of the fields
OWNER_PAGES = 5  # pages on which the holder is looked for; our choice: the first page has her, after a cover or notices
MONTH_FIRST = ("US", "CA", "PH")  # countries that write the month first; CLDR
_STATEMENT = re.compile(
    r"\bstatements?\b|kontoauszug|releve de compte|estado de cuenta|extracto|account (?:summary|activity)"
)


class Settings(NamedTuple):
    """What a caller may say.

    Attributes:
        default_country: ISO 3166-1 alpha-2; decides where the form of an address or a date does not.
    """

    default_country: str = "US"


def extract(file: File, settings: Settings) -> dict[str, Any]:
    """Read a statement.

    Returns:
        ``owners`` in the contract's shape (one owner with every name, or none), ``numbers`` (the ends of account
        numbers), ``period`` (two ISO dates or None), ``page_count``, ``document_type``, ``signals`` (pairs of type and
        page number).

    Raises:
        DocumentError: ``no_text``: nothing on any page can be read.
    """
    shown = [visible(page) for page in file.pages]
    pages = [(runs_of(glyphs, number + 1), file.pages[number].height) for number, glyphs in enumerate(shown)]
    runs = [run for page, _ in pages for run in page]
    if not any(any(map(str.isalnum, run.text.replace("\ufffd", ""))) for run in runs):
        raise refusal(Refusal.NO_TEXT)
    country = settings.default_country.lower()
    owner = read_owner(pages[:OWNER_PAGES], country)
    texts = lines_of(runs)
    where = _country_of(owner) or settings.default_country
    period = period_of(texts, day_first=where not in MONTH_FIRST)
    numbers = [number for page, _ in pages for number in account_numbers(page)]
    signals = list(metadata_signals(file, period.end))
    for i, (found, _) in enumerate(pages):
        kinds = (*look_signals(file.pages[i], shown[i], found), *date_signals(found))
        signals += [Signal(kind, i + 1) for kind in kinds]
    if owner is not None:
        signals += [Signal(kind, 0) for kind in owner_signals(owner)]
    is_statement = any(_STATEMENT.search(fold(text[:LONGEST])) for text in texts) or bool(numbers and period.end)
    return {
        "owners": [] if owner is None else [_owner(owner)],
        "numbers": list(dict.fromkeys(numbers)),
        "period": [day and day.isoformat() for day in period],
        "page_count": len(file.pages),
        "document_type": "BANK_STATEMENT" if is_statement else None,
        "signals": [list(signal) for signal in signals],
    }


def _country_of(owner: Any) -> str:
    return next((address.country for address in owner.addresses if address.country), "") if owner else ""


def _owner(owner: Any) -> dict[str, Any]:
    return {
        "names": [clean(name, LONGEST).text for name in owner.names],
        "phone_numbers": [
            {"data": clean(number, LONGEST).text, "primary": i == 0, "type": "other"}
            for i, number in enumerate(owner.phone_numbers)
        ],
        "emails": [
            {"data": clean(mail, LONGEST).text, "primary": i == 0, "type": "other"}
            for i, mail in enumerate(owner.emails)
        ],
        "addresses": [
            {
                "data": {part: value and clean(value, LONGEST).text for part, value in address._asdict().items()},
                "primary": i == 0,
            }
            for i, address in enumerate(owner.addresses)
        ],
    }
