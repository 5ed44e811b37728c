"""Dates as statements print them, and the period that a statement covers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from identity_match.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from identity_match.documents.lines import Run

LONGEST = 400  # days of a period; a statement of a whole year and some
USUAL = (20, 100)  # days of the usual ones: a month to a quarter

# Months in English, German, French and Spanish, by their first letters after folding.
_MONTHS = (
    "jan january januar jaenner janvier enero ene",
    "feb february februar fevrier fev febrero",
    "mar march marz maerz mrz mars marzo",
    "apr april avril avr abril abr",
    "may mai mayo",
    "jun june juni juin junio",
    "jul july juli juillet juil julio",
    "aug august aout agosto ago",
    "sep sept september septembre septiembre",
    "oct october oktober okt octobre octubre",
    "nov november novembre noviembre",
    "dec december dezember dez decembre diciembre dic",
)


@cache
def _months() -> dict[str, int]:
    return {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}


@cache
def _date() -> re.Pattern[str]:
    months = "|".join(sorted(_months(), key=len, reverse=True))
    return re.compile(
        r"(?<![\w/.-])(?:"
        r"(?P<iso>\d{4})-(?P<im>\d\d?)-(?P<id>\d\d?)"
        r"|(?P<a>\d\d?)(?P<sign>[/.-])(?P<b>\d\d?)(?:(?P=sign)(?P<ny>\d{4}|\d{2}))"
        rf"|(?P<mn>{months})\b\.? ?(?P<md>\d\d?)(?:st|nd|rd|th)?(?:,? ?(?P<my>\d{{4}}))?"
        rf"|(?P<dd>\d\d?)(?:st|nd|rd|th|er)?\.?[ -]?(?:of |de )?(?P<dm>{months})\b\.?,?[ -]?(?:de )?"
        r"(?P<dy>\d{4}|\d{2}(?!\d))?"
        r")(?![\w/])"
    )


class Found(NamedTuple):
    """A date in a text.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        form: How it is written, such as ``a/b/yyyy``; letters stand for months in words.
        month_first: The date if its month stands first; None where there is no such day, or no year.
        day_first: The date if its day stands first; the same where the form leaves no choice.
        part: Month and day of a date without a year.
    """

    start: int
    end: int
    form: str
    month_first: date | None
    day_first: date | None
    part: tuple[int, int] | None = None

    @property
    def exists(self) -> bool:
        """There is such a day, or it names no year."""
        return bool(self.part or self.month_first or self.day_first)


def dates_in(text: str) -> list[Found]:
    """Find dates in a text.

    >>> [(str(found.month_first), str(found.day_first)) for found in dates_in("Jan 5, 2024 05/06/24 31.12.2023")]
    [('2024-01-05', '2024-01-05'), ('2024-05-06', '2024-06-05'), ('2023-12-31', '2023-12-31')]
    """
    folded = fold(text)
    return [_read(match) for match in _date().finditer(folded)]


def _read(match: re.Match[str]) -> Found:
    part = match.groupdict()
    year: str | None
    if part["iso"]:
        form, year, month, day = "yyyy-mm-dd", part["iso"], part["im"], part["id"]
    elif part["a"]:
        sign, year, month, day = part["sign"], part["ny"], part["a"], part["b"]
        form = f"a{sign}b{sign}{'y' * len(year)}"
    elif part["mn"]:
        year, month, day = part["my"], str(_months()[part["mn"]]), part["md"]
        form = f"month d{' yyyy' if year else ''}"
    else:
        year, month, day = part["dy"], str(_months()[part["dm"]]), part["dd"]
        form = f"d month{' yyyy' if year else ''}"
    if not year:
        return Found(*match.span(), form, None, None, (int(month), int(day)))
    whole = int(year) + (2000 if len(year) == 2 else 0)
    month_first = other = _day(whole, int(month), int(day))
    if form[0] == "a":
        other = _day(whole, int(day), int(month))
        if part["sign"] == "." and other:
            month_first = other  # between full stops the day stands first
    return Found(*match.span(), form, month_first, other)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_BETWEEN = re.compile(r"\s*(?:-|–|—|to|through|thru|until|till|and|bis|au|al|hasta)\s*(?:the |zum |el )?\s*")
_DAY_TO_DAY = re.compile(r"([a-z]{3,9})\.? ?(\d\d?) ?- ?(\d\d?),? ?(\d{4})")
_LABEL = re.compile(
    r"period|zeitraum|abrechnung|statement (?:dates?|from|cycle)|for the (?:month|period)|from|vom|covering|cycle|"
    r"periode|periodo|du \d|del \d"
)


class Period(NamedTuple):
    """First and last day that a statement covers; None where it does not say."""

    start: date | None = None
    end: date | None = None


def _pairs(text: str) -> Iterator[tuple[int, list[tuple[date, date]]]]:
    """Give every two dates that are joined by a dash or a word, read with the month first and with the day first."""
    folded = fold(text)
    for one, other in pairwise(dates_in(text)):
        if not _BETWEEN.fullmatch(folded[one.end : other.start]):
            continue
        readings = []
        for start, end in ((one.month_first, other.month_first), (one.day_first, other.day_first)):
            if one.part and end:
                start = _day(end.year - (one.part > (end.month, end.day)), *one.part)  # noqa: PLW2901
            if start and end and timedelta(0) <= end - start <= timedelta(LONGEST):
                readings.append((start, end))
        yield one.start, readings
    for match in _DAY_TO_DAY.finditer(folded):
        month = _months().get(match[1])
        first, last = (_day(int(match[4]), month, int(match[i])) if month else None for i in (2, 3))
        if first and last and first <= last:
            yield match.start(), [(first, last)]


_OPENS = re.compile(r"(?:beginning|start|opening|from|period start|beginn|anfang)(?: date)?\W*$")
_CLOSES = re.compile(
    r"(?:ending|end|closing|period end|statement date|statement closing date|ende|through|date of statement|"
    r"as of)(?: date)?\W*$"
)


def period_of(lines: Sequence[str], *, day_first: bool) -> Period:
    """Find the period that a statement covers.

    Args:
        lines: Lines of text from above; a label may stand on the line before its dates.
        day_first: How to read ``05/06/2024`` where nothing else tells.

    >>> period_of(["Statement period", "December 15, 2023 - January 14, 2024"], day_first=False)
    Period(start=datetime.date(2023, 12, 15), end=datetime.date(2024, 1, 14))
    """
    ranked: list[tuple[int, int, Period]] = []
    for i, text in enumerate(lines):
        for at, readings in _pairs(text):
            if not readings:
                continue
            before = fold(lines[i - 1]) if i else ""
            labelled = bool(_LABEL.search(fold(text)[:at])) or bool(_LABEL.search(before))
            chosen = _likeliest(readings, day_first=day_first)
            days = (chosen[1] - chosen[0]).days
            ranked.append((-labelled, -(USUAL[0] <= days <= USUAL[1]), Period(*chosen)))
    if ranked:
        return min(ranked, key=lambda entry: entry[:2])[2]
    return _apart(lines, day_first=day_first)


def _likeliest(readings: list[tuple[date, date]], *, day_first: bool) -> tuple[date, date]:
    """Choose among the orders of day and month: a period of usual length, then the country's order."""
    usual = [pair for pair in readings if USUAL[0] <= (pair[1] - pair[0]).days <= USUAL[1]] or readings
    return usual[-1] if day_first else usual[0]


def _apart(lines: Sequence[str], *, day_first: bool) -> Period:
    """Read first and last day from labels of their own."""
    ends: dict[str, date] = {}
    for text in lines:
        folded = fold(text)
        for found in dates_in(text):
            before = folded[: found.start][-40:]
            for name, label in (("start", _OPENS), ("end", _CLOSES)):
                read = (found.day_first or found.month_first) if day_first else (found.month_first or found.day_first)
                if read and name not in ends and label.search(before):
                    ends[name] = read
                    break
    start, end = ends.get("start"), ends.get("end")
    if start and end and start > end:
        return Period(None, None)
    return Period(start, end)


def lines_of(runs: Sequence[Run]) -> list[str]:
    """Give the texts in which labels and dates are looked for: whole lines, then runs with what stands below them."""
    whole: list[tuple[float, list[Run]]] = []
    for run in runs:
        if whole and abs(whole[-1][0] - run.base) <= 0.3 * run.size and whole[-1][1][-1].page == run.page:
            whole[-1][1].append(run)
        else:
            whole.append((run.base, [run]))
    return [" ".join(run.text for run in line) for _, line in whole]
