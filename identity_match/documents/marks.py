"""What a page shows, as far as a statement needs it: glyphs and areas with their places, in the order they are drawn.

Lengths are points (1/72 inch) from the upper left corner of the page as it is seen, ``y`` downwards.
"""

from __future__ import annotations

from typing import NamedTuple

Ink = tuple[float, float, float]


class Glyph(NamedTuple):
    """One character that is drawn.

    Attributes:
        text: What it stands for; U+FFFD where the font does not say.
        left: Left edge.
        right: Right edge, at the glyph's advance.
        base: Base line.
        size: Height of the font.
        font: Name of the font as the file gives it, the prefix of a subset included.
        drawn: False where it is set to draw nothing (render mode 3 or 7).
        pale: It is drawn in white or nearly so.
        order: Place in the order of drawing, shared with the areas.
        ink: Its colour: red, green and blue from 0 to 1; None where that is not known.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    font: str
    drawn: bool
    pale: bool
    order: int
    ink: Ink | None = None

    @property
    def top(self) -> float:
        """Upper edge of a capital letter; three quarters of the font's height is usual."""
        return self.base - 0.75 * self.size

    @property
    def middle(self) -> tuple[float, float]:
        """Centre of what is seen of a letter."""
        return (self.left + self.right) / 2, self.base - 0.3 * self.size


class Area(NamedTuple):
    """A filled rectangle (or the box around a filled shape), or a picture.

    Attributes:
        left: Left edge.
        top: Upper edge.
        right: Right edge.
        bottom: Lower edge.
        picture: It is a picture.
        opaque: What was drawn before it is not seen through it.
        pale: It is white or nearly so.
        order: Place in the order of drawing, shared with the glyphs.
        ink: As a glyph's; None where it does not fill all of its box, too.
    """

    left: float
    top: float
    right: float
    bottom: float
    picture: bool
    opaque: bool
    pale: bool
    order: int
    ink: Ink | None = None

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point is inside."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    @property
    def size(self) -> float:
        """Area in square points."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


class Note(NamedTuple):
    """An annotation other than a link.

    Attributes:
        kind: Its subtype, such as ``FreeText``.
        dates: Its dates as the file gives them.
    """

    kind: str
    dates: tuple[str, ...]


class Page(NamedTuple):
    """One page.

    Attributes:
        width: Width of what is shown.
        height: Height of what is shown.
        glyphs: What is written, upright from left to right; text that runs another way is left out.
        areas: What is filled.
        notes: Annotations.
        touched: It holds the marks that Acrobat leaves where a text was edited.
        stored: How its content is compressed: the filters of its streams, one entry a stream.
        rewritten: Its content was replaced by a later part of the file.
    """

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    areas: tuple[Area, ...]
    notes: tuple[Note, ...] = ()
    touched: bool = False
    stored: tuple[str, ...] = ()
    rewritten: bool = False


class File(NamedTuple):
    """A whole file.

    Attributes:
        pages: Its pages.
        created: Date of creation as the file gives it; None where it gives none.
        modified: Date of the last change, likewise.
        software: What made it: creator and producer.
        qpdf: It bears the mark in its second line that the program qpdf writes.
    """

    pages: tuple[Page, ...]
    created: str | None = None
    modified: str | None = None
    software: tuple[str, ...] = ()
    qpdf: bool = False
