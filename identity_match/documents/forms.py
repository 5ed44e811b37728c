"""What labels say of the holder: "Account holder: Jane Doe", a label above its value, a table, parts of an address."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from identity_match.documents.lines import PITCH, column_from, right_of
from identity_match.documents.names import aside, is_bank, known_name, likely_name, names_of
from identity_match.documents.postal import country_line, read_place, read_postal, unfold
from identity_match.records import Address
from identity_match.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from identity_match.documents.lines import Run

MOST_LINES = 9  # of a value; our choice
FAR = 20  # heights between a label and a value on its right; our choice
NEARBY = 14  # heights between the holder's name and a phone number that is hers; our choice

# Labels, folded and without signs. Our selection.
_HOLDER = (
    "account holder", "account holders", "account holder name", "account holder s", "name of account holder",
    "account holder names", "account owner", "account owners", "account owner name", "account name", "account title",
    "title of account", "customer", "customer name", "client", "client name", "member", "member name", "name", "names",
    "holder", "holders", "owner", "owners", "primary account holder", "primary owner", "primary holder", "account of",
    "prepared for", "statement for", "statement prepared for", "statement of account for", "in the name of",
    "name and address", "account holder and address", "account holders name", "account holder details", "your details",
    "customer details", "your name", "full name", "holder name", "account names", "account name s", "statement of",
    "issued for", "bill to", "client details", "customer name and address", "account holder information", "belongs to",
    "customer information", "member details", "kunde", "kundin", "name des kontoinhabers", "kontoinhaber",
    "kontoinhaberin", "inhaber", "titulaire", "titulaire du compte", "titular", "registered name", "business name",
    "company name", "legal name", "issued to",
)  # fmt: skip
_JOINT = (
    "joint owner", "joint holder", "joint account holder", "secondary owner", "secondary account holder", "co owner",
    "second account holder", "account holder 2", "joint name", "co holder", "and",
)  # fmt: skip
_ADDRESS = (
    "address", "mailing address", "account address", "customer address", "postal address", "home address",
    "residential address", "registered address", "address on file", "anschrift", "adresse", "address of account holder",
    "account holder address", "correspondence address", "business address", "holder address", "direccion",
)  # fmt: skip
_PARTS = {
    "given": ("first name", "given name", "given names", "forename", "vorname", "prenom"),
    "family": ("last name", "family name", "surname", "nachname", "familienname", "nom"),
    "street": ("street", "street address", "address line 1", "address 1", "strasse", "house and street", "rue"),
    "street2": ("address line 2", "address 2", "unit", "apartment", "suite", "apt"),
    "city": ("city", "town", "city town", "post town", "ort", "stadt", "wohnort", "ville"),
    "region": ("state", "province", "county", "region", "state province", "bundesland"),
    "code": ("zip", "zip code", "postal code", "postcode", "post code", "zip postal code", "plz", "postleitzahl"),
    "country": ("country", "land", "pays"),
}  # fmt: skip
_PHONE = ("phone", "phone number", "telephone", "mobile", "phone on file", "home phone", "mobile phone", "telefon")
_MAIL = ("email", "e mail", "email address", "email on file")
_OTHER_LABELS = (
    "account number", "account no", "account", "account type", "statement period", "period", "statement date", "page",
    "sort code", "iban", "bic", "opening balance", "closing balance", "balance", "date", "branch", "currency",
    "product", "type", "customer number", "routing number", "kontonummer", "blz", "zeitraum", "statement number",
    "statement no", "member number", "total", "transit number", "institution", "institution number", "swift",
    "beginning date", "ending date", "from", "to", "account ending in", "acct no", "customer id", "client number",
)  # fmt: skip
_LABELS = {
    label: kind
    for kind, labels in (
        ("holder", _HOLDER), ("joint", _JOINT), ("address", _ADDRESS), ("phone", _PHONE), ("mail", _MAIL),
        *_PARTS.items(), ("other", _OTHER_LABELS),
    )
    for label in labels
}  # fmt: skip


def label_of(text: str) -> tuple[str, str]:
    """Read a label: its kind, and the value that follows it on the same run.

    >>> label_of("Account holder: Jane Doe"), label_of("Mailing address"), label_of("Jane Doe")
    (('holder', 'Jane Doe'), ('address', ''), ('', ''))
    """
    head, colon, rest = text.partition(":")
    kind = _LABELS.get(label_key(head), "")
    if colon:
        return kind, rest.strip() if kind else ""
    if kind:
        return kind, ""
    return "", ""


def label_key(text: str) -> str:
    """Fold a label: words without signs."""
    return " ".join(re.sub(r"[^\w]+", " ", fold(text)).split())


def _value_lines(run: Run, rest: str, runs: Sequence[Run]) -> list[str]:
    """Give the lines of a label's value: behind it, to its right, or below it."""
    if rest:
        beside = right_of(run, runs)
        more = _continued(run, runs) if beside is None or label_of(beside.text)[0] else []
        return [rest, *more]
    beside = right_of(run, runs)
    if beside is not None and not label_of(beside.text)[0] and beside.left - run.right < FAR * run.size:
        following = column_from(beside, runs, down=True, most=MOST_LINES)
        lines = [beside.text]
        for line in following:
            left = [
                other for other in runs if other.right < line.left and abs(other.base - line.base) < 0.3 * line.size
            ]
            if label_of(line.text)[0] or any(label_of(other.text)[0] for other in left):
                break
            lines.append(line.text)
        return lines
    lines = []
    for line in column_from(run, runs, down=True, most=MOST_LINES):
        if label_of(line.text)[0]:
            break
        lines.append(line.text)
    if not lines:
        under = [
            other
            for other in runs
            if 0.6 * run.size < other.base - run.base <= PITCH * run.size and 0 <= other.left - run.left <= 4 * run.size
        ]
        if under:
            first = min(under, key=lambda other: other.base)
            following = column_from(first, runs, down=True, most=MOST_LINES)
            lines = [line.text for line in (first, *following)]
            ends = next((i for i, text in enumerate(lines) if label_of(text)[0]), len(lines))
            lines = lines[:ends]
    return lines


def _continued(run: Run, runs: Sequence[Run]) -> list[str]:
    """Give the lines that go on under a value behind its label: their left edge is the value's."""
    at = run.text.find(":")
    count = len(run.text[: at + 1].split())
    if not 0 < count < len(run.words):
        return []
    value = run._replace(words=run.words[count:])
    lines = []
    for line in column_from(value, [other for other in runs if other is not run], down=True, most=MOST_LINES):
        if label_of(line.text)[0] or abs(line.left - value.left) > 0.35 * line.size:
            break
        lines.append(line.text)
    return lines


class Form(NamedTuple):
    """What labels say of the holder.

    Attributes:
        names: Names behind labels.
        address: Address behind a label.
        phones: Phone numbers beside the holder's name.
        mails: E-mail addresses, likewise.
    """

    names: tuple[str, ...] = ()
    address: Address | None = None
    phones: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()


def read_form(runs: Sequence[Run], default: str) -> Form:
    """Read the labelled fields of one page."""
    names: list[str] = []
    address: Address | None = None
    phones: list[str] = []
    mails: list[str] = []
    reach: list[Run] = []
    holders: list[Run] = []
    parts: dict[str, str] = {}
    for run in runs:
        kind, rest = label_of(run.text)
        if kind in _PARTS:
            parts.setdefault(kind, next(iter(_value_lines(run, rest, runs)), ""))
        elif kind in ("holder", "joint"):
            if kind == "joint" and not names:
                continue
            lines = unfold(_value_lines(run, rest, runs), default)
            postal = read_postal(lines, default)
            heads = [
                line for line in (lines[: postal.first] if postal else lines[: 1 + _more(lines)]) if not aside(line)
            ]
            found = [name for name in names_of(heads, labelled=True) if not is_bank(name)]
            if found and (not names or kind == "joint" or not holders):
                names += [name for name in found if name not in names]
                holders.append(run)
                address = address or (postal.address if postal and postal.address.street else None)
        elif kind == "address" and address is None:
            lines = _value_lines(run, rest, runs)
            postal = read_postal(lines, default)
            if postal and postal.address.street and not (holders == [] and any(map(is_bank, lines))):
                address = postal.address
        elif kind in ("phone", "mail"):
            reach.append(run)
    for run in reach:
        if not any(
            abs(run.left - holder.left) < run.size and abs(run.base - holder.base) < NEARBY * run.size
            for holder in holders
        ):
            continue  # the bank's own
        kind, rest = label_of(run.text)
        value = next(iter(_value_lines(run, rest, runs)), "")
        if value and (kind == "mail") == ("@" in value):
            (mails if kind == "mail" else phones).append(value)
    if not names and parts.get("given") and parts.get("family"):
        names = [f"{parts['given']} {parts['family']}"]
    return Form(tuple(names), address or _from_parts(parts, default), tuple(phones), tuple(mails))


def _from_parts(parts: dict[str, str], default: str) -> Address | None:
    """Put an address together from labelled parts; None where street, city or code is missing."""
    street = ", ".join(parts[kind] for kind in ("street", "street2") if parts.get(kind))
    if not (street and parts.get("city") and parts.get("code")):
        return None
    line = " ".join(parts.get(kind, "") for kind in ("city", "region", "code"))
    place = read_place(line, parts.get("country", ""), default)
    country = country_line(parts.get("country", "")) or (place.country if place else default)
    return Address(street, parts["city"], parts.get("region") or None, parts["code"], country.upper())


def _more(lines: Sequence[str]) -> int:
    """Count the lines after the first that go on with names in a form: only where a joining word says so."""
    count = 0
    for before, line in pairwise(lines):
        joined = re.search(r"(?:\b(?:and|or|und|oder|et|ou)|&|,)$", before.lower()) or re.match(
            r"(?:and|or|und|oder|et|ou|&|dba|d/b/a|t/a|pod|itf)\b|& ", line.lower()
        )
        if not (joined or (likely_name(line) and known_name(line))):
            break
        count += 1
    return count
