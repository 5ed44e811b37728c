"""Signals from what a file says of itself: its dates, its software, how it was stored."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from identity_match.documents.signals import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from identity_match.documents.marks import File

SAME = timedelta(minutes=1)  # a file that takes a moment to write has two dates; our choice
WINDOW = timedelta(days=1)  # our choice: an archive may stamp a file in the night after it was made
ZONES = timedelta(days=1)  # by which a date without a zone may be off

# ISO 32000-1, 7.9.4: D:YYYYMMDDHHmmSSOHH'mm, everything after the year may be left out.
_DATE = re.compile(
    r"D:(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d))?)?)?)?)?"
    r"(?:(Z)(?:00'?00'?)?|([+-])(\d\d)'?(?:(\d\d)'?)?)?"
)

# Programs in which people change pictures and documents. Programs that only print or convert (Quartz, Distiller,
# Chrome) are left out: with them honest customers save what their bank shows. Our selection.
_EDITORS = re.compile(
    r"photoshop|illustrator|indesign|\bgimp\b|inkscape|coreldraw|affinity|canva\b|figma|sketch\b|pixelmator|"
    r"adobe acrobat(?! distiller)|acrobat pro|acrobat (?:standard|dc)|pdfescape|sejda|smallpdf|ilovepdf|pdffiller|"
    r"pdfelement|wondershare|foxit (?:phantom|pdf editor|editor)|nitro|pdf-?xchange|soda ?pdf|master pdf|pdf ?expert|"
    r"pdf24|dochub|pdf candy|pdf ?architect|infix|libreoffice|openoffice|"
    r"microsoft.{0,3} ?(?:word|powerpoint|excel|publisher)|"
    r"google docs|\bpages\b|wps (?:office|writer)",
    re.IGNORECASE,
)


def parse_date(text: str) -> datetime | None:
    """Read a date as PDF writes it; None where it is not one.

    >>> parse_date("D:20240131120000+01'00'").isoformat(), parse_date("2024-01-31"), parse_date("D:20240231")
    ('2024-01-31T12:00:00+01:00', None, None)
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(found[i]) if found[i] else None for i in range(1, 7))
    zone = UTC
    try:
        if found[8]:
            offset = timedelta(hours=int(found[9]), minutes=int(found[10] or 0))
            zone = timezone(offset if found[8] == "+" else -offset)
        return datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=zone)
    except ValueError:
        return None


def metadata_signals(file: File, end: date | None) -> Iterator[Signal]:
    """Give the signals of a file as a whole.

    Exactly one of the four about dates is given: they are missing; outside the window (changed more than a day after
    being made, or before, or made before the statement's period ended); equal; or inside the window.

    Args:
        file: The file.
        end: Last day of the statement's period, where it says so.
    """
    written = [text for text in (file.created, file.modified) if text is not None and text.strip()]
    read = [parse_date(text) for text in written]
    if None in read:
        yield Signal("MALFORMED_DATE", 0)
    known = [day for day in read if day is not None]
    if not known:
        yield Signal("METADATA_DATES_MISSING", 0)
    else:
        first, last = known[0], known[-1]
        early = end is not None and first.date() + ZONES < end
        if early or not -SAME <= last - first <= WINDOW:
            yield Signal("METADATA_DATES_OUTSIDE_WINDOW", 0)
        elif abs(last - first) <= SAME and len(known) > 1:
            yield Signal("METADATA_DATES_MATCH", 0)
        else:
            yield Signal("METADATA_DATES_INSIDE_WINDOW", 0)
    if any(_EDITORS.search(text) for text in file.software):
        yield Signal("SOFTWARE_BLACKLIST", 0)
    if file.qpdf or any("qpdf" in text.lower() for text in file.software):
        yield Signal("QPDF", 0)
    if len({how for page in file.pages for how in page.stored}) > 1:
        yield Signal("TEXT_COMPRESSION", 0)
    made = known[0] if known else None
    for number, page in enumerate(file.pages, 1):
        if page.notes:
            yield Signal("ANNOTATIONS", number)
        dates = (parse_date(text) for note in page.notes for text in note.dates)
        if made is not None and any(day is not None and day - made > SAME for day in dates):
            yield Signal("ANNOTATION_DATES", number)
        if page.rewritten:
            yield Signal("EDITED_TEXT", number)
        if page.touched:
            yield Signal("TOUCHUP_TEXT", number)
