"""Signals from how a page looks: what covers what, fonts that change inside a line, words off their line or column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from identity_match.documents.lines import AMOUNT
from identity_match.text import scripts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from identity_match.documents.lines import Run, Word
    from identity_match.documents.marks import Glyph, Page

# All our choice.
COVERED = 2  # letters under an area from which on it hides text
OVERLAPPING = 3  # letters that lie on others
OVERLAP = 0.5  # share of the narrower letter that lies on the other
SAME_SIZE = 1.6  # a watermark is larger than what it lies on
HIDDEN = 3  # letters that are not drawn
LARGE = 0.8  # share of the page that a picture covers
FEW = 200  # letters; a page of a statement has some thousand
OFF_LINE = (0.05, 0.25)  # of the height: less is rounding, more is another line
SAME_LINE = 0.02
OFF_COLUMN = (0.5, 5.0)  # points: less is rounding, more is another column
COLUMN = 4  # amounts that make a column
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_STYLE = re.compile(
    r"(?:[-,](?:[A-Za-z]*)$)|(?:PSMT|PS|MT)$|(?:Bold|Italic|Oblique|Regular|Medium|Light|Semibold|Black|Book)+$"
)
_EDITORS_FONT = re.compile(r"^Adobe(?:Sans|Serif|Pi|Invis|Blank|Heiti|Ming|Myungjo)", re.IGNORECASE)


def look_signals(page: Page, shown: Sequence[Glyph], runs: Sequence[Run]) -> Iterator[str]:
    """Give the kinds of signals that a page's looks raise.

    Args:
        page: The page.
        shown: What can be seen of it.
        runs: Its runs.
    """
    covers = _covers(page)
    if "over" in covers or _overlaps(shown):
        yield "OVERLAID_TEXT"
    if "hidden" in covers:
        yield "MASKING"
    pictures = [area for area in page.areas if area.picture]
    secret = [glyph for glyph in page.glyphs if not glyph.drawn and glyph.text.isalnum()]
    if sum(any(area.holds(*glyph.middle) for area in pictures) for glyph in secret[:FEW]) >= HIDDEN:
        yield "TEXT_LAYER_TEXT"
    written = sum(glyph.text.isalnum() for glyph in shown)
    if written < FEW and any(area.size >= LARGE * page.width * page.height for area in pictures):
        yield "FLATTENED_PDF"
    fonts = {glyph.font for glyph in shown if glyph.text.isalnum()}
    if any(_EDITORS_FONT.search(_SUBSET.sub("", font)) for font in fonts):
        yield "ADOBE_FONTS"
    if any(_in_two_fonts(word) for run in runs for word in run.words):
        yield "FONT"
    if any(map(_has_lone_font, runs)):
        yield "FONT_ANOMALY"
    if any(map(_is_off_line, runs)) or _is_off_column(runs):
        yield "PDF_ALIGNMENT"


def _covers(page: Page) -> set[str]:
    """Tell what opaque areas do to the text drawn before them: hide it, or make room for other text."""
    found: set[str] = set()
    letters = [glyph for glyph in page.glyphs if glyph.drawn and glyph.text.isalnum()]
    for area in page.areas:
        if not area.opaque:
            continue
        inside = [glyph for glyph in letters if area.holds(*glyph.middle)]
        under = [glyph for glyph in inside if glyph.order < area.order and not glyph.pale]
        if len(under) < COVERED:
            continue
        over = [glyph for glyph in inside if glyph.order > area.order]
        found.add("over" if any(_near(glyph, other) for glyph in over for other in under[:FEW]) else "hidden")
        if len(found) > 1:
            break
    return found


def _near(one: Glyph, other: Glyph) -> bool:
    """Tell whether two letters stand on one line and overlap."""
    lies = min(one.right, other.right) - max(one.left, other.left)
    return lies > 0 and abs(one.base - other.base) < 0.6 * max(one.size, other.size)


def _overlaps(shown: Sequence[Glyph]) -> bool:
    """Tell whether letters lie on other letters; what was printed twice for boldness is not among those shown."""
    cells: dict[tuple[int, int], list[Glyph]] = {}
    count = 0
    for glyph in shown:
        if not glyph.text.isalnum() or glyph.right <= glyph.left:
            continue
        column, row = int(glyph.left // 12), int(glyph.base // 12)
        near = [other for i in (-1, 0, 1) for j in (-1, 0, 1) for other in cells.get((column + i, row + j), ())]
        count += any(_lies_on(glyph, other) for other in near)
        if count >= OVERLAPPING:
            return True
        cells.setdefault((column, row), []).append(glyph)
    return False


def _lies_on(one: Glyph, other: Glyph) -> bool:
    if one.text == other.text and abs(one.left - other.left) < 0.3 * one.size:
        return False  # bold by printing twice, further apart than usual
    lies = min(one.right, other.right) - max(one.left, other.left)
    alike = max(one.size, other.size) < SAME_SIZE * min(one.size, other.size)
    narrow = min(one.right - one.left, other.right - other.left)
    return alike and lies > OVERLAP * narrow and abs(one.base - other.base) < 0.4 * min(one.size, other.size)


def family(font: str) -> str:
    """Name the family of a font: without the prefix of a subset, weight and slant.

    >>> family("ABCDEF+Arial-BoldMT"), family("Helvetica-Oblique"), family("TimesNewRomanPS-BoldMT")
    ('arial', 'helvetica', 'timesnewroman')
    """
    name = _SUBSET.sub("", font)
    for _ in range(3):
        name = _STYLE.sub("", name)
    return name.lower()


def _in_two_fonts(word: Word) -> bool:
    families = {family(font) for font in set(word.fonts) if font}
    return len(families) > 1 and scripts(word.text) <= {"latin"}


def _has_lone_font(run: Run) -> bool:
    """Tell whether one word's font differs from that of the words on both sides, which agree."""
    words = [word for word in run.words if word.fonts and scripts(word.text) <= {"latin"}]
    families = [family(word.fonts[0]) for word in words]
    return any(
        families[i - 1] == families[i + 1] != families[i] and families[i] and families[i - 1]
        for i in range(1, len(words) - 1)
    )


def _is_off_line(run: Run) -> bool:
    """Tell whether one word of a line stands a little higher or lower than all the others, in the same size."""
    words = [word for word in run.words if any(map(str.isalnum, word.text))]
    if len(words) < 3 or len({round(word.size, 1) for word in words}) > 1:
        return False
    usual = sorted(word.base for word in words)[len(words) // 2]
    off = [abs(word.base - usual) / word.size for word in words]
    return sum(far > SAME_LINE for far in off) == 1 and OFF_LINE[0] <= max(off) <= OFF_LINE[1]


def _is_off_column(runs: Sequence[Run]) -> bool:
    """Tell whether one amount stands a little to the side of a column of amounts that end at one edge."""
    amounts = [run.words[-1] for run in runs if AMOUNT.fullmatch(run.words[-1].text)]
    columns: dict[int, list[Word]] = {}
    for word in amounts:
        columns.setdefault(round(word.right * 2), []).append(word)
    for words in columns.values():
        if len(words) < COLUMN or any(word.text.endswith(")") for word in words):
            continue
        edge = sum(word.right for word in words) / len(words)
        top, bottom = min(word.base for word in words), max(word.base for word in words)
        for word in amounts:
            far = abs(word.right - edge)
            if OFF_COLUMN[0] < far <= OFF_COLUMN[1] and top < word.base < bottom and word.size == words[0].size:
                rivals = sum(abs(other.right - word.right) < OFF_COLUMN[0] for other in amounts)
                if rivals == 1 and not word.text.endswith(")"):
                    return True
    return False
