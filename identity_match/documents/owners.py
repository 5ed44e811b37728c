"""Whose statement it is: the block of name and address, or the fields of a form, told from the bank's own address.

Candidates are blocks of lines around a postal code, and values beside or below a label. Each block is weighed by what
it holds and where it stands; geometry decides what belongs together, not the order of the text in the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from identity_match.documents.dates import dates_in
from identity_match.documents.forms import Form, label_key, label_of, read_form
from identity_match.documents.lines import AMOUNT, Run, column_from, left_of, right_of
from identity_match.documents.names import aside, is_bank, known_name, names_of
from identity_match.documents.postal import country_line, read_place, read_postal, unfold
from identity_match.records import Address, Owner
from identity_match.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LINES = 9  # of a block above its postal code; our choice
FOOT = 0.88  # share of the page's height where its foot begins; our choice
SMALL = 0.85  # of the usual height, where small print begins; our choice
HEAD = 0.6  # share above which a letter's address stands; our choice

# What a candidate's marks are worth; our choice. Only the order of candidates comes from them, and a candidate that
# does not come out above nought is none.
KNOWN_NAME, SOME_NAME, NO_NAME = 3, 1, -4
BANK_NAME, BANK_WORDS_NEAR, REACH = -6, -5, -3
IN_FOOT, IN_HEAD, FIRST_PAGE, SMALL_PRINT = -3, 1, 1, -2
REPEATED_NAME = 1

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


class Sheet(NamedTuple):
    """A page as candidates are weighed on it.

    Attributes:
        runs: Its runs, without rows of transactions.
        height: Its height.
        size: The usual height of its letters.
    """

    runs: tuple[Run, ...]
    height: float
    size: float


def find_blocks(runs: Sequence[Run], height: float, default: str) -> list[Block]:
    """Find every block of lines that ends in an address, the likeliest first.

    Args:
        runs: Runs of one page.
        height: The page's height.
        default: Country in lower case where a postal code does not tell.
    """
    found: list[Block] = []
    rows = {id(run) for run in _in_rows(runs)}
    usual = sorted(run.size for run in runs)[len(runs) // 2] if runs else 0.0
    sheet = Sheet(tuple(run for run in runs if id(run) not in rows), height, usual)
    runs = sheet.runs
    for run in runs:
        below = column_from(run, runs, down=True, most=1)
        if read_place(run.text, below[0].text if below else "", default) is None:
            continue
        tail = [run, below[0]] if below and country_line(below[0].text) else [run]
        block = None
        for steady in (True, False):  # a wider step may part the name from the street, but rarely does
            above = column_from(run, runs, down=False, most=MOST_LINES, steady=steady)[::-1]
            wider = _block([*above, *tail], sheet, default)
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


def _block(lines: list[Run], sheet: Sheet, default: str) -> Block | None:
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
    return Block(names, postal.address, tuple(used), _score(names, used, heads, sheet)) if used else None


def _is_continued(texts: list[str], i: int, default: str) -> bool:
    """Tell a line that only looks like a place (a house number of five digits) from the end of another address."""
    return read_postal(texts[: i + 1], default) is None


def _score(names: tuple[str, ...], used: list[Run], heads: list[str], sheet: Sheet) -> int:
    """Weigh a block: its names, the words around it, its place on the page.

    Args:
        names: Its names.
        used: Its lines.
        heads: All lines above its street.
        sheet: The page.
    """
    bottom = used[-1]
    score = (KNOWN_NAME if any(map(known_name, names)) else SOME_NAME) if names else NO_NAME
    if any(map(is_bank, names)) or (not names and any(map(is_bank, heads))):
        score += BANK_NAME
    near = [*_surroundings(used, sheet.runs), *heads]
    if any(_BANK_NEAR.search(fold(text)) for text in near):
        score += BANK_WORDS_NEAR
    if any(_REACH.search(fold(text)) for text in near):
        score += REACH
    if bottom.base > FOOT * sheet.height:
        score += IN_FOOT
    elif bottom.base < HEAD * sheet.height:
        score += IN_HEAD
    if bottom.page == 1:
        score += FIRST_PAGE
    if max(line.size for line in used) < SMALL * sheet.size:
        score += SMALL_PRINT
    others = {fold(run.text) for run in sheet.runs if run not in used}
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
    return bool({label_key(name) for name in one} & {label_key(name) for name in other})
