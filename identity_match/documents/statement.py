"""A bank statement as read: whose it is, which account, which period, and what speaks against the file."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime
from typing import Any, NamedTuple

from identity_match.documents.account import LEAST, is_match
from identity_match.documents.extract import Settings
from identity_match.documents.limits import LIMITS, Limits, Refusal, refusal
from identity_match.documents.sandbox import read_apart
from identity_match.documents.signals import Signal, risk_score
from identity_match.errors import InputError, OptionError
from identity_match.records import Owner


class Statement(NamedTuple):
    """What an uploaded statement says; ``repr`` shows no value of it.

    Attributes:
        document_id: Name of the document; made from its bytes, so that the same file has the same one.
        owners: One owner with every holder's name and the address, or none.
        account_mask: Last two to four digits of the account's number: of the one that fits the mask asked for, else of
            the first one printed; None where none is printed.
        is_account_number_match: Whether a printed number ends as the mask does; None without a mask or a number.
        period_start: First day of the period; None where it is not printed.
        period_end: Last day of the period, likewise.
        page_count: Pages of the file.
        document_type: ``BANK_STATEMENT``, or None where it does not look like one.
        risk_score: 0..100; 80 or more is high. See ``signals.risk_score``.
        risk_signals: What was found in the file.
    """

    document_id: str
    owners: tuple[Owner, ...]
    account_mask: str | None
    is_account_number_match: bool | None
    period_start: date | None
    period_end: date | None
    page_count: int
    document_type: str | None
    risk_score: int
    risk_signals: tuple[Signal, ...]

    def __repr__(self) -> str:
        """Show how much was found, no value."""
        return f"Statement(owners={len(self.owners)}, pages={self.page_count}, risk_score={self.risk_score})"

    def to_response(self, *, uploaded_at: datetime | None = None) -> dict[str, list[dict[str, Any]]]:
        """Give the members ``documents`` and ``owners`` of an account, in the contract's shape.

        Args:
            uploaded_at: When the file was uploaded, with a time zone; None leaves both times out.

        Returns:
            A dict that survives JSON. The signals' sentences hold no value of the document.
        """
        metadata: dict[str, Any] = {
            "document_type": self.document_type,
            "is_account_number_match": self.is_account_number_match,
            "page_count": self.page_count,
        }
        if uploaded_at is not None:
            metadata |= dict.fromkeys(("last_updated", "uploaded_at"), uploaded_at.isoformat())
        document = {
            "document_id": self.document_id,
            "metadata": metadata,
            "risk_insights": {
                "risk_summary": {"risk_score": self.risk_score},
                "risk_signals": [signal.to_dict() for signal in self.risk_signals],
            },
        }
        return {"documents": [document], "owners": [self._owner(owner) for owner in self.owners]}

    def _owner(self, owner: Owner) -> dict[str, Any]:
        return {
            "names": list(owner.names),
            "phone_numbers": _listed(owner.phone_numbers, type="other"),
            "emails": _listed(owner.emails, type="other"),
            "addresses": _listed([getattr(data, "_asdict", lambda: None)() for data in owner.addresses]),
            "document_id": self.document_id,
        }

    def account(self, account_id: str | None = None, *, uploaded_at: datetime | None = None) -> dict[str, Any]:
        """Give an account that ``identity_match.match`` takes, with the statement's owners and documents.

        Args:
            account_id: Name of the account; None takes the document's.
            uploaded_at: As for ``to_response``.
        """
        return {
            "account_id": account_id or self.document_id,
            "balances": dict.fromkeys(
                ("available", "current", "iso_currency_code", "limit", "unofficial_currency_code")
            ),
            "mask": self.account_mask,
            "name": "" if self.account_mask is None else f"...{self.account_mask}",
            "official_name": None,
            "type": "depository",
            "subtype": None,
            **self.to_response(uploaded_at=uploaded_at),
        }


def _listed(values: Any, **more: str) -> list[dict[str, Any]]:
    return [{"data": value, "primary": i == 0, **more} for i, value in enumerate(values)]


def read_statement(
    data: bytes, *, account_mask: str | None = None, default_country: str = "US", limits: Limits = LIMITS
) -> Statement:
    """Read the owners out of a bank statement that somebody uploaded as a PDF.

    The file is read in a process of its own, with limits of time and memory, and is nowhere written to disk.

    Args:
        data: The whole file.
        account_mask: Last two to four digits of the account the statement should be of.
        default_country: ISO 3166-1 alpha-2 country that decides how an address or a date is read where its form does
            not tell.
        limits: What reading may cost.

    Returns:
        The statement. ``owners`` is empty where no holder was found. Text that cannot be seen is not read.

    Raises:
        DocumentError: The file is refused; ``code`` is a key of ``REFUSALS``. Nothing of the file is in the error.
        InputError: ``data`` is not bytes.
        OptionError: An argument makes no sense.
        MissingExtraError: The extra ``documents`` is not installed.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        path = "data"
        raise InputError(path, f"expected bytes, found {type(data).__name__}")
    _check_options(account_mask, default_country, limits)
    whole = bytes(data)
    if len(whole) > limits.size:
        raise refusal(Refusal.TOO_LARGE)
    if b"%PDF-" not in whole[:1024]:
        raise refusal(Refusal.NOT_A_PDF)
    found = read_apart(whole, limits, Settings(default_country.upper()))
    return from_extract(found, whole, account_mask)


def _check_options(account_mask: object, default_country: object, limits: object) -> None:
    mask = account_mask
    if mask is not None and not (isinstance(mask, str) and mask.isascii() and mask.isdigit() and len(mask) >= LEAST):
        message = "account_mask: expected at least two digits"
        raise OptionError(message)
    country = default_country
    if not (isinstance(country, str) and len(country) == 2 and country.isascii() and country.isalpha()):
        message = "default_country: expected two letters of ISO 3166-1"
        raise OptionError(message)
    if not isinstance(limits, Limits) or not all(most > 0 for most in limits):
        message = "limits: expected Limits of positive numbers"
        raise OptionError(message)


def from_extract(found: dict[str, Any], data: bytes, account_mask: str | None) -> Statement:
    """Make the record from what ``extract`` gives; a wrong shape raises as an owner of a wrong shape would.

    Args:
        found: What the reading process gave.
        data: The file, for its name.
        account_mask: As for ``read_statement``.
    """
    numbers = [str(number) for number in found["numbers"]]
    fitting = next((number for number in numbers if is_match([number], account_mask)), None)
    signals = tuple(Signal(str(kind), int(page)) for kind, page in found["signals"])
    start, end = (day and date.fromisoformat(day) for day in found["period"])
    return Statement(
        document_id=str(uuid.UUID(bytes=hashlib.sha256(data).digest()[:16], version=4)),
        owners=tuple(Owner.from_dict(owner) for owner in found["owners"]),
        account_mask=fitting or next(iter(numbers), None),
        is_account_number_match=is_match(numbers, account_mask),
        period_start=start,
        period_end=end,
        page_count=int(found["page_count"]),
        document_type=found["document_type"],
        risk_score=risk_score(signals),
        risk_signals=signals,
    )
