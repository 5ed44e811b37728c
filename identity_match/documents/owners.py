"""Whose statement it is: the block of name and address, or the fields of a form, told from the bank's own address.

Candidates are blocks of lines around a postal code, and values beside or below a label. Each block is weighed by what
it holds and where it stands; geometry decides what belongs together, not the order of the text in the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from identity_match.documents.dates import dates_in
from identity_match.documents.lines import AMOUNT, PITCH, column_from, left_of, right_of
from identity_match.documents.names import aside, is_bank, known_name, likely_name, names_of
from identity_match.documents.postal import country_line, read_place, read_postal, unfold
from identity_match.records import Address, Owner
from identity_match.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from identity_match.documents.lines import Run

MOST_LINES = 9  # of a block above its postal code; our choice
FOOT = 0.88  # share of the page's height where its foot begins; our choice
HEAD = 0.6  # share above which a letter's address stands; our choice

# What a candidate's marks are worth; our choice. Only the order of candidates comes from them, and a candidate that
# does not come out above nought is none.
KNOWN_NAME, SOME_NAME, NO_NAME = 3, 1, -4
BANK_NAME, BANK_WORDS_NEAR, REACH = -6, -5, -3
IN_FOOT, IN_HEAD, FIRST_PAGE, SMALL_PRINT = -3, 1, 1, -2
REPEATED_NAME = 1

_HOLDER = (
    "account holder", "account holders", "account holder name", "account holder s", "name of account holder",
    "account holder names", "account owner", "account owners", "account owner name", "account name", "account title",
    "title of account", "customer", "customer name", "client", "client name", "member", "member name", "name", "names",
    "holder", "holders", "owner", "owners", "primary account holder", "primary owner", "primary holder", "account of",
    "prepared for", "statement for", "statement prepared for", "statement of account for", "in the name of",
    "name and address", "account holder and address", "account holders name", "account holder details", "your details",
    "customer details", "your name", "full name", "holder name", "account names", "account name s", "statement of",
    "issued for", "bill to", "client details", "customer name and address", "account holder information", "belongs to",
    "customer information", "member details", "kunde", "kundin", "name des kontoinhabers", "kontoinhaber", "kontoinhaberin", "inhaber", "titulaire",
    "titulaire du compte", "titular", "registered name", "business name", "company name", "legal name", "issued to",
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

# Around the bank's own address. Whole words; our selection.
_BANK_NEAR = re.compile(
    r"\b(?:write (?:to )?us|write to|customer (?:service|care|support)|questions|inquiries|enquiries|contact us|"
    r"mail (?:us|to)|remit(?:tance)?|payments? to|make (?:checks?|cheques?) payable|registered (?:office|in)|"
    r"head office|branch|member fdic|equal housing|ncua|authori[sz]ed|regulated|call us|visit us|by mail|"
    r"direct inquiries|send|how to reach us|lost or stolen|hauptsitz|filiale|vorstand|amtsgericht|p\.?o\.? box above)\b"
)
_REACH = re.compile(
    r"www\.|https?:|\w\.(?:com|org|net|de|ca|co\.uk|example)\b|\b(?:tel|phone|fax|call|telephone)\b|\b1-8\d\d"
)


class Block(NamedTuple):
    """Names with an address, as found on the page.

    Attributes:
        names: Names as printed.
        address: The address; None in a form that gives only names.
        lines: The runs it was read from, from above.
        score: How likely it is the holder's.
    """

    names: tuple[str, ...]
    address: Address | None
    lines: tuple[Run, ...]
    score: int


def label_of(text: str) -> tuple[str, str]:
    """Read a label: its kind, and the value that follows it on the same run.

    >>> label_of("Account holder: Jane Doe"), label_of("Mailing address"), label_of("Jane Doe")
    (('holder', 'Jane Doe'), ('address', ''), ('', ''))
    """
    head, colon, rest = text.partition(":")
    kind = _LABELS.get(_label_key(head), "")
    if colon:
        return kind, rest.strip() if kind else ""
    if kind:
        return kind, ""
    return "", ""


def _label_key(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", fold(text)).split())


def find_blocks(runs: Sequence[Run], height: float, default: str) -> list[Block]:
    """Find every block of lines that ends in an address, the likeliest first.

    Args:
        runs: Runs of one page.
        height: The page's height.
        default: Country in lower case where a postal code does not tell.
    """
    usual = sorted(run.size for run in runs)[len(runs) // 2] if runs else 0.0
    found: list[Block] = []
    rows = {id(run) for run in _in_rows(runs)}
    runs = [run for run in runs if id(run) not in rows]
    for run in runs:
        below = column_from(run, runs, down=True, most=1)
        if read_place(run.text, below[0].text if below else "", default) is None:
            continue
        tail = [run, below[0]] if below and country_line(below[0].text) else [run]
        block = None
        for steady in (True, False):  # a wider step may part the name from the street, but rarely does
            above = column_from(run, runs, down=False, most=MOST_LINES, steady=steady)[::-1]
            wider = _block([*above, *tail], runs, height, default, usual)
            if wider is not None and (block is None or (not block.names and any(map(known_name, wider.names)))):
                block = wider
            if block is not None and block.names:
                break
        if block is not None:
            found.append(block)
    return sorted(found, key=lambda block: -block.score)


def _in_rows(runs: Sequence[Run]) -> list[Run]:
    """List the cells of rows of transactions, which may hold shops' addresses: beside an amount, or a lone date."""
    found: list[Run] = []
    for run in runs:
        if AMOUNT.fullmatch(run.text):
            before = left_of(run, runs)
            while before is not None:
                found.append(before)
                before = left_of(before, runs)
        elif any(date.start == 0 and date.end == len(run.text) for date in dates_in(run.text)):
            after = right_of(run, runs)
            if after is not None and not label_of(after.text)[0]:
                found.append(after)
    return found


def _block(lines: list[Run], runs: Sequence[Run], height: float, default: str, usual: float) -> Block | None:
    texts = [line.text for line in lines]
    ends = len(texts) - 2 if country_line(texts[-1]) else len(texts) - 1
    # An address further up in the column is another one.
    for i in range(ends - 1, -1, -1):
        if read_place(texts[i], "", default) is not None and not _is_continued(texts, i, default):
            lines, texts = lines[i + 1 :], texts[i + 1 :]
            break
    texts = [text for text in texts if not aside(text)]
    kept = [line for line in lines if not aside(line.text)]
    parts = unfold(texts, default)
    postal = read_postal(parts, default)
    if postal is None or not postal.address.street:
        return None
    heads = parts[: postal.first]
    told = [i for i, text in enumerate(heads) if _BANK_NEAR.search(fold(text))]
    names = tuple(names_of(heads[told[-1] + 1 :] if told else heads))
    more = len(parts) - len(texts)
    used = kept[max(0, postal.first - more - max(len(names), 1)) : postal.last - more + 1]
    score = _score(names, used, kept, heads, runs, height, usual)
    return Block(names, postal.address, tuple(used), score)


def _is_continued(texts: list[str], i: int, default: str) -> bool:
    """Tell a line that only looks like a place (a house number of five digits) from the end of another address."""
    return read_postal(texts[: i + 1], default) is None


def _score(
    names: tuple[str, ...], used: list[Run], lines: list[Run], heads: list[str], runs: Sequence[Run], height: float,
    usual: float,
) -> int:  # fmt: skip
    top, bottom = used[0], used[-1]
    score = (KNOWN_NAME if any(map(known_name, names)) else SOME_NAME) if names else NO_NAME
    if any(map(is_bank, names)) or (not names and any(map(is_bank, heads))):
        score += BANK_NAME
    near = [*_surroundings(used, runs), *heads]
    if any(_BANK_NEAR.search(fold(text)) for text in near):
        score += BANK_WORDS_NEAR
    if any(_REACH.search(fold(text)) for text in near):
        score += REACH
    if bottom.base > FOOT * height:
        score += IN_FOOT
    elif bottom.base < HEAD * height:
        score += IN_HEAD
    if bottom.page == 1:
        score += FIRST_PAGE
    if max(line.size for line in used) < 0.85 * usual:
        score += SMALL_PRINT
    others = {fold(run.text) for run in runs if run not in used}
    if names and any(fold(name) in others for name in names):
        score += REPEATED_NAME
    return score


PROSE = 60  # letters of a line from which on it is running text, which belongs to no block; our choice


def _surroundings(used: Sequence[Run], runs: Sequence[Run]) -> list[str]:
    """Give the short lines directly above and below a block that share its left edge or its middle."""
    top, bottom = used[0], used[-1]
    left, right = min(run.left for run in used), max(run.right for run in used)
    reach = 2.4 * bottom.size
    return [
        run.text
        for run in runs
        if run not in used
        and len(run.text) < PROSE
        and top.base - reach <= run.base <= bottom.base + reach
        and min(abs(run.left - left), abs(run.left + run.right - left - right) / 2) <= bottom.size
    ]


def _value_lines(run: Run, rest: str, runs: Sequence[Run]) -> list[str]:
    """Give the lines of a label's value: behind it, to its right, or below it."""
    if rest:
        beside = right_of(run, runs)
        more = _continued(run, runs) if beside is None or label_of(beside.text)[0] else []
        return [rest, *more]
    beside = right_of(run, runs)
    if beside is not None and not label_of(beside.text)[0] and beside.left - run.right < 20 * run.size:
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
            abs(run.left - holder.left) < run.size and abs(run.base - holder.base) < 14 * run.size for holder in holders
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
    for before, line in zip(lines, lines[1:], strict=False):
        joined = re.search(r"(?:\b(?:and|or|und|oder|et|ou)|&|,)$", before.lower()) or re.match(
            r"(?:and|or|und|oder|et|ou|&|dba|d/b/a|t/a|pod|itf)\b|& ", line.lower()
        )
        if not (joined or (likely_name(line) and known_name(line))):
            break
        count += 1
    return count


def read_owner(pages: Sequence[tuple[Sequence[Run], float]], default: str) -> Owner | None:
    """Find the holders of the account and their address.

    Args:
        pages: Each page's runs and height.
        default: Country in lower case where a postal code does not tell.

    Returns:
        One owner with every name, as the response has a joint account; None where none is found.
    """
    form = Form()
    blocks: list[Block] = []
    for runs, height in pages:
        read = read_form(runs, default)
        if not form.names and read.names:
            form = read._replace(address=read.address or form.address)
        elif form.address is None:
            form = form._replace(address=read.address)
        blocks += find_blocks(runs, height, default)
    blocks.sort(key=lambda block: -block.score)
    best = next((block for block in blocks if block.score > 0 and block.names), None)
    names, address = form.names, form.address
    if names:
        same = next((block for block in blocks if block.names and _share(block.names, names)), None)
        if same is not None:
            names, address = (same.names if len(same.names) >= len(names) else names), same.address or address
        elif address is None and best is not None and best.score > KNOWN_NAME:
            # A product's or a branch's name behind a label: the letter's address says more.
            names, address = best.names, best.address
        elif best is not None and not any(map(known_name, names)):
            names, address = best.names, best.address
    elif best is not None:
        names, address = best.names, best.address
    if not names:
        return None
    return Owner(tuple(names), form.phones, form.mails, (address,) if address is not None else ())


def _share(one: Sequence[str], other: Sequence[str]) -> bool:
    return bool({_label_key(name) for name in one} & {_label_key(name) for name in other})
