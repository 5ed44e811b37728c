"""From glyphs to words, and to runs: stretches of words on one line that belong together. Knows no language.

What cannot be seen is left out: glyphs that are not drawn, lie off the page or under an opaque area, are white on
white or of the colour below them, or too small to read. A name may be read from a statement only where a person would
read it, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from identity_match.documents.marks import Area, Glyph, Page

AMOUNT = re.compile(r"[-+(]?[$€£]? ?-?\d{1,3}(?:[., ']?\d{3})*[.,]\d\d(?:\)|-| ?(?:CR|DR|EUR|€|S|H|[-+]))?")  # of money

# All our choice, as shares of the font's height unless said otherwise.
SMALLEST = 3.0  # points; smaller print is no print
SAME_BASE = 0.25  # base lines that are one line
SPACE = 0.17  # gap between two words; a space is 0.25 to 0.6 wide
RUN_GAP = 0.8  # widest gap inside a run, or
RUN_GAP_GLYPHS = 2.1  # as many of its mean glyphs, so that two spaces of a typewriter are no column
SAME_PLACE = 0.12  # a glyph drawn again there is bold by overprinting
ALIKE = 0.07  # of each colour: a smaller difference is none, as for white on nearly white in ``pdf``
BAND = 24.0  # points; areas are looked up by bands of the page


class Word(NamedTuple):
    """A word as it stands on the page.

    Attributes:
        text: Its letters.
        left: Left edge.
        right: Right edge.
        base: Base line.
        size: Height of its first glyph's font.
        fonts: The font of each letter or digit.
        order: Where its first glyph stands in the order of drawing.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    fonts: tuple[str, ...]
    order: int


class Run(NamedTuple):
    """Words side by side on one line, with no column's gap between them.

    Attributes:
        words: The words.
        page: Page number, from 1.
    """

    words: tuple[Word, ...]
    page: int

    @property
    def text(self) -> str:
        """The words with one space between them."""
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        """Left edge."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Right edge."""
        return self.words[-1].right

    @property
    def base(self) -> float:
        """Base line of its first word."""
        return self.words[0].base

    @property
    def size(self) -> float:
        """Height of its tallest font."""
        return max(word.size for word in self.words)


class _Bands:
    """Areas by where they lie on the page."""

    def __init__(self, areas: Iterable[Area], height: float) -> None:
        self._bands: dict[int, list[Area]] = {}
        for area in areas:
            for band in range(int(max(area.top, 0) // BAND), int(min(area.bottom, height) // BAND) + 1):
                self._bands.setdefault(band, []).append(area)

    def at(self, x: float, y: float) -> list[Area]:
        """Give the areas that hold a point."""
        return [area for area in self._bands.get(int(y // BAND), ()) if area.holds(x, y)]


def visible(page: Page) -> list[Glyph]:
    """Give the glyphs of a page that a person can read, in the order of drawing, overprinted ones once."""
    bands = _Bands(page.areas, page.height)
    seen: set[tuple[str, int, int]] = set()
    found = []
    for glyph in page.glyphs:
        x, y = glyph.middle
        if not glyph.drawn or glyph.size < SMALLEST or not (0 <= x <= page.width and 0 <= y <= page.height):
            continue
        around = bands.at(x, y)
        if any(area.opaque and area.order > glyph.order for area in around):
            continue
        if glyph.pale and not any(not area.pale and area.order < glyph.order for area in around):
            continue
        if _is_lost(glyph, around):
            continue
        step = max(SAME_PLACE * glyph.size, 0.5)
        column, row = glyph.left / step, glyph.base / step
        cells = {(glyph.text, int(column + i), int(row + j)) for i in (0, 0.5) for j in (0, 0.5)}
        if len(cells & seen) == len(cells):
            continue
        seen |= cells
        found.append(glyph)
    return found


def _is_lost(glyph: Glyph, around: Sequence[Area]) -> bool:
    """Tell whether a glyph has the colour of what it was drawn on."""
    under = [area for area in around if area.opaque and area.order < glyph.order]
    ground = max(under, key=lambda area: area.order).ink if under else None
    return (
        ground is not None
        and glyph.ink is not None
        and all(abs(one - other) < ALIKE for one, other in zip(glyph.ink, ground, strict=True))
    )


def words_of(glyphs: Sequence[Glyph]) -> list[list[Word]]:
    """Put glyphs together into lines of words, lines from above, words from the left."""
    pieces: list[list[Glyph]] = []
    for glyph in glyphs:
        if glyph.text.isspace() or not glyph.text:
            pieces.append([])
            continue
        last = pieces[-1][-1] if pieces and pieces[-1] else None
        if last is not None and _joined(last, glyph):
            pieces[-1].append(glyph)
        else:
            pieces.append([glyph])
    lines: list[list[list[Glyph]]] = []
    for piece in sorted((piece for piece in pieces if piece), key=lambda piece: (piece[0].base, piece[0].left)):
        line = lines[-1] if lines else None
        if line is not None and abs(line[0][0].base - piece[0].base) <= SAME_BASE * min(line[0][0].size, piece[0].size):
            line.append(piece)
        else:
            lines.append([piece])
    return [_words(sorted(line, key=lambda piece: piece[0].left)) for line in lines]


def _joined(last: Glyph, glyph: Glyph) -> bool:
    close = -0.5 * glyph.size <= glyph.left - last.right <= SPACE * glyph.size
    return close and abs(last.base - glyph.base) <= SAME_BASE * glyph.size


def _words(pieces: list[list[Glyph]]) -> list[Word]:
    """Join pieces of one word that were drawn apart; a space that was drawn keeps words apart even where it is thin."""
    joined: list[list[Glyph]] = []
    for piece in pieces:
        gap = piece[0].left - joined[-1][-1].right if joined else 0.0
        together = joined and -0.1 * piece[0].size <= gap <= SPACE / 2 * piece[0].size
        if together and abs(joined[-1][-1].base - piece[0].base) < 0.01 * piece[0].size:
            joined[-1] = joined[-1] + piece
        else:
            joined.append(piece)
    return [
        Word(
            "".join(glyph.text for glyph in piece),
            piece[0].left,
            max(glyph.right for glyph in piece),
            piece[0].base,
            piece[0].size,
            tuple(glyph.font for glyph in piece if glyph.text.isalnum()),
            piece[0].order,
        )
        for piece in joined
    ]


def runs_of(shown: Sequence[Glyph], number: int) -> list[Run]:
    """Read a page's runs, from above and from the left.

    Args:
        shown: What can be seen of the page: see ``visible``.
        number: Its number, from 1.
    """
    lines = words_of(shown)
    found: list[Run] = []
    for line in lines:
        run: list[Word] = []
        for word in line:
            if run and word.left - run[-1].right > max(RUN_GAP * run[-1].size, RUN_GAP_GLYPHS * _mean_width(run)):
                found.append(Run(tuple(run), number))
                run = []
            run.append(word)
        found.append(Run(tuple(run), number))
    return _parted(found)


def _mean_width(words: Sequence[Word]) -> float:
    return sum(word.right - word.left for word in words) / sum(len(word.text) for word in words)


COLUMN_GAP = 0.4  # gap that may lie between two columns where other lines begin at the same place; our choice
COLUMN_REACH = 6.0  # how far above and below those lines may be, as a multiple of the height; our choice
COLUMN_LINES = 2


def _parted(runs: Sequence[Run]) -> list[Run]:
    """Part a run that reaches into the next column: several lines near it begin where one of its words does."""
    starts: dict[int, list[Run]] = {}
    for run in runs:
        starts.setdefault(round(run.left), []).append(run)
    found: list[Run] = []
    for run in runs:
        words = list(run.words)
        cut = 0
        for i in range(1, len(words)):
            if words[i].left - words[i - 1].right < COLUMN_GAP * run.size:
                continue
            near = [
                other
                for edge in (-1, 0, 1)
                for other in starts.get(round(words[i].left) + edge, ())
                if abs(other.left - words[i].left) < 1 and 0 < abs(other.base - run.base) < COLUMN_REACH * run.size
            ]
            if len(near) >= COLUMN_LINES:
                found.append(run._replace(words=tuple(words[cut:i])))
                cut = i
        found.append(run._replace(words=tuple(words[cut:])))
    return found


ALIGNED = 0.35  # edges that are one edge, as a share of the height; our choice
PITCH = 2.3  # widest step from line to line inside a block; our choice
TALL = 1.5  # step that is usual for a line of its height, as a name in large letters has it; our choice
STEADY = 1.45  # how much wider than the narrowest step another may be; our choice


def _edges(run: Run) -> tuple[float, float, float]:
    return run.left, run.right, (run.left + run.right) / 2


def column_from(start: Run, runs: Sequence[Run], *, down: bool, most: int, steady: bool = True) -> list[Run]:
    """Follow a block of lines up or down from one of its lines.

    Args:
        start: Where to begin; not part of the answer.
        runs: Runs of the same page.
        down: Whether to go down.
        most: Lines at most.
        steady: Whether to stop where a step is wider than the others.

    Returns:
        The lines in the order they are met: those with the same left edge, right edge or middle, whichever are most.
    """
    # The first of the longest: a line or two of a centred block may share their left edges by chance.
    return max((_follow(start, runs, edge, down=down, most=most, steady=steady) for edge in range(3)), key=len)


def _follow(  # noqa: PLR0913 - as column_from, and the edge
    start: Run, runs: Sequence[Run], edge: int, *, down: bool, most: int, steady: bool
) -> list[Run]:
    found: list[Run] = []
    here, narrowest = start, 0.0
    while len(found) < most:
        base, size = here.base, here.size
        step = [
            run
            for run in runs
            if 0.6 * size < (run.base - base if down else base - run.base) <= PITCH * size
            and abs(_edges(run)[edge] - _edges(start)[edge]) <= ALIGNED * max(size, run.size)
        ]
        if not step:
            break
        after = min(step, key=lambda run: abs(run.base - here.base))
        pitch = abs(after.base - here.base)
        if steady and narrowest and pitch > max(STEADY * narrowest, TALL * max(after.size, here.size)):
            break
        narrowest = min(narrowest, pitch) if narrowest else pitch
        found.append(after)
        here = after
    return found


def _beside(start: Run, runs: Sequence[Run]) -> list[Run]:
    base, near = start.base, SAME_BASE * start.size
    return [run for run in runs if abs(run.base - base) <= near and run is not start]


def right_of(start: Run, runs: Sequence[Run]) -> Run | None:
    """Give the nearest run on the same line to the right."""
    return min((run for run in _beside(start, runs) if run.left > start.right), key=lambda run: run.left, default=None)


def left_of(start: Run, runs: Sequence[Run]) -> Run | None:
    """Give the nearest run on the same line to the left."""
    return max((run for run in _beside(start, runs) if run.right < start.left), key=lambda run: run.right, default=None)
