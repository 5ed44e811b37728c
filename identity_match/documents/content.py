"""Signals from what a statement says: dates of another form, a code of another region, names of mixed letters."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from identity_match.address.rules import fold_part, rules_for
from identity_match.documents.dates import dates_in
from identity_match.records import Address
from identity_match.text import scripts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from identity_match.documents.lines import Run
    from identity_match.records import Owner

USUAL = 5  # dates of one form that make a column; our choice

# First digit of a ZIP code, and of the area where an area of three lies elsewhere, to its states. Source: USPS, L002
# 3-digit ZIP code prefix matrix; Canada: first letter of a postal code to its provinces, Canada Post.
_ZIP = {
    "0": "ct ma me nh nj pr ri vt vi ae", "1": "de ny pa", "2": "dc md nc sc va wv", "3": "al fl ga ms tn aa",
    "4": "in ky mi oh", "5": "ia mn mt nd sd wi", "6": "il ks mo ne", "7": "ar la ok tx", "8": "az co id nm nv ut wy",
    "9": "ak ca hi or wa ap gu as mp fm mh pw", "063": "ct ny", "201": "va dc", "569": "dc", "885": "tx",
}  # fmt: skip
_POSTAL = {
    "a": "nl", "b": "ns", "c": "pe", "e": "nb", "g": "qc", "h": "qc", "j": "qc", "k": "on qc", "l": "on", "m": "on",
    "n": "on", "p": "on", "r": "mb", "s": "sk", "t": "ab", "v": "bc", "x": "nu nt", "y": "yt",
}  # fmt: skip


def date_signals(runs: Sequence[Run]) -> Iterator[str]:
    """Find a date that is no day, or one inside a column of dates that is written in another form than all others."""
    columns: dict[int, list[tuple[float, str]]] = {}
    wrong = False
    for run in runs:
        for found in dates_in(run.text):
            wrong = wrong or (not found.exists and found.form.endswith("yyyy"))
            if found.start == 0:
                columns.setdefault(round(run.left), []).append((run.base, found.form))
    if wrong or any(map(_has_odd_form, columns.values())):
        yield "DATE_FORMAT_ANOMALY"


def _has_odd_form(dates: list[tuple[float, str]]) -> bool:
    ranked = Counter(form for _, form in dates).most_common()
    if len(ranked) != 2 or ranked[0][1] < USUAL or ranked[1][1] != 1:
        return False
    usual = [base for base, form in dates if form == ranked[0][0]]
    odd = next(base for base, form in dates if form == ranked[1][0])
    return min(usual) < odd < max(usual)  # a heading's date stands above


def owner_signals(owner: Owner) -> Iterator[str]:
    """Look at the owner's own parts."""
    if any(isinstance(address, Address) and _is_elsewhere(address) for address in owner.addresses):
        yield "ADDRESS_FORMAT_ANOMALY"
    names = [name for name in owner.names if name]
    around = [
        part
        for address in owner.addresses
        if isinstance(address, Address)
        for part in (address.street, address.city)
        if part and any(map(str.isalpha, part))
    ]
    mixed = any(len(scripts(word)) > 1 for name in names for word in name.split())
    cases = {_is_capitals(name) for name in names}
    loud = bool(around) and all(map(_is_capitals, around))
    if mixed or len(cases) > 1 or (loud and cases == {False}):
        yield "NAME_FORMAT_ANOMALY"


def _is_capitals(text: str) -> bool:
    """Tell text in capitals; a lone small letter inside a word is usual there (McDONALD)."""
    return not any(one.islower() and other.islower() for one, other in pairwise(text))


def _is_elsewhere(address: Address) -> bool:
    """Tell whether a postal code belongs to another region than the one that is named."""
    country = (address.country or "").lower()
    if country not in ("us", "ca") or not address.region or not address.postal_code:
        return False
    region = rules_for(country).regions.get(fold_part(address.region), "")
    code = address.postal_code.lower()
    known = (_ZIP.get(code[:3]) or _ZIP.get(code[:1], "")) if country == "us" else _POSTAL.get(code[:1], "")
    return bool(region and known) and region not in known.split()
