"""From the bytes of a PDF to its pages. Runs in a process of its own: a small file can cost any time and memory.

pdfminer.six reads the file; this module only collects what is drawn. Nothing is repaired: a file whose table of
objects or page tree is broken is refused. Scripts, actions, forms in XML and metadata in XML are never looked at.
"""

from __future__ import annotations

import io
import logging
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, PDFStream, dict_value, list_value, resolve1, resolve_all
from pdfminer.psparser import PSLiteral
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect, decode_text

from identity_match.documents.limits import Limits, Refusal, refusal
from identity_match.documents.marks import Area, File, Glyph, Ink, Note, Page
from identity_match.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEAD = 1024  # bytes in which a reader looks for the sign of a PDF; ISO 32000-1, annex H, note 13
PALE = 0.93  # brightness from which on a colour is as good as white on paper; our choice
SOLID = 0.9  # opacity from which on nothing is seen through an area; our choice
TILTED = 0.05  # slope from which on text is not upright, as a share of its height
INVISIBLE = (3, 7)  # render modes that draw nothing: ISO 32000-1, table 106
TOUCHED = "TouchUp_TextEdit"  # the mark Acrobat leaves in a page's content where text was edited
QPDF_MARK = b"%\xbf\xf7\xa2\xfe"  # second line of every file that qpdf writes: QPDFWriter.cc
_OTHER_SPACES = ("DeviceN", "Indexed", "Lab", "Pattern", "Separation")
SHARP = 0.01  # points by which a corner may miss
LINKS = ("Link", "Popup")  # annotations that change nothing of what is seen

Box = tuple[float, float, float, float]  # left, bottom, right, top, as the page has them

logging.getLogger("pdfminer").disabled = True  # its notes quote the file
for _name in ("cmapdb", "converter", "pdfdevice", "pdfdocument", "pdffont", "pdfinterp", "pdfpage", "pdfparser",
              "pdftypes", "psparser"):  # fmt: skip
    logging.getLogger(f"pdfminer.{_name}").disabled = True


def read_pdf(data: bytes, limits: Limits) -> File:
    """Read a file's pages and what it says of itself.

    Args:
        data: The whole file.
        limits: ``pages``, ``glyphs``, ``nodes`` and ``depth`` are held here; time and memory are held from outside.

    Raises:
        DocumentError: The file is no PDF, encrypted, damaged, or beyond a limit.
        MemoryError: It takes more memory than the process may have.
    """
    if b"%PDF-" not in data[:HEAD]:
        raise refusal(Refusal.NOT_A_PDF)
    try:
        return _read(data, limits)
    except PDFEncryptionError:
        raise refusal(Refusal.ENCRYPTED) from None
    except (DocumentError, MemoryError):
        raise
    except Exception:  # noqa: BLE001
        raise refusal(Refusal.DAMAGED) from None  # whatever a broken file makes of its parser


def _read(data: bytes, limits: Limits) -> File:
    document = PDFDocument(PDFParser(io.BytesIO(data)), fallback=False)
    nodes = list(_page_nodes(document, limits))
    if not nodes:
        raise refusal(Refusal.DAMAGED)
    device = _Collector(limits.glyphs, _hidden_layers(document))
    interpreter = _Interpreter(device.rsrcmgr, device)
    later = _later_objects(document)
    pages = []
    for number, attributes in nodes:
        page = PDFPage(document, number, attributes, None)
        interpreter.process_page(page)
        pages.append(device.taken(_notes(page), _filters(page), _own_objects(page, attributes) & later))
    about = dict_value(document.info[0]) if document.info else {}
    second_line = data[data.find(b"%PDF-") :][:64].replace(b"\r", b"\n").split(b"\n")[1:2]
    return File(
        tuple(pages),
        _text(about.get("CreationDate")),
        _text(about.get("ModDate")),
        tuple(text for name in ("Creator", "Producer") if (text := _text(about.get(name)))),
        bool(second_line) and second_line[0].startswith(QPDF_MARK),
    )


def _text(value: object) -> str | None:
    found = resolve1(value)
    return decode_text(found) if isinstance(found, bytes) else None


_INHERITED = ("Resources", "MediaBox", "CropBox", "Rotate")


def _page_nodes(document: PDFDocument, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    """Walk the page tree; a node met twice is damage, because a reader may show it once, twice or for ever."""
    seen: set[int] = set()
    count = 0
    todo: list[tuple[Any, dict[str, Any], int]] = [(document.catalog.get("Pages"), {}, 0)]
    while todo:
        node, inherited, depth = todo.pop()
        if not isinstance(node, PDFObjRef) or node.objid in seen or depth > limits.depth:
            raise refusal(Refusal.DAMAGED)
        seen.add(node.objid)
        if len(seen) > limits.nodes * limits.pages:
            raise refusal(Refusal.TOO_MANY_PAGES)
        attributes = inherited | dict_value(node)
        if "Kids" in attributes:
            handed = {name: attributes[name] for name in _INHERITED if name in attributes}
            kids = list_value(attributes["Kids"])
            if len(kids) > limits.nodes * limits.pages:
                raise refusal(Refusal.TOO_MANY_PAGES)
            todo += [(kid, handed, depth + 1) for kid in reversed(kids)]
            continue
        count += 1
        if count > limits.pages:
            raise refusal(Refusal.TOO_MANY_PAGES)
        yield node.objid, attributes


def _later_objects(document: PDFDocument) -> set[int]:
    """List the objects that parts added to the file later define: an incremental update, ISO 32000-1, 7.5.6.

    A file arranged for fast viewing has two tables from the start; a hybrid one keeps a stream beside each table.
    """
    tables = []
    beside = False
    for table in document.xrefs:  # the newest first
        if not beside:
            tables.append([table])
        else:
            tables[-1].append(table)
        beside = "XRefStm" in table.get_trailer()
    first = 2 if _is_linearized(document) else 1
    return {number for group in tables[:-first] for table in group for number in table.get_objids()}


def _is_linearized(document: PDFDocument) -> bool:
    parser = document._parser  # noqa: SLF001 - the bytes it reads from
    if parser is None:
        return False
    parser.fp.seek(0)
    return b"/Linearized" in parser.fp.read(HEAD)


def _hidden_layers(document: PDFDocument) -> frozenset[int]:
    """List the layers that a reader does not show when it opens the file: optional content, ISO 32000-1, 8.11."""
    known = dict_value(document.catalog.get("OCProperties", {}))
    shown = dict_value(known.get("D", {}))
    off = shown.get("OFF", [])
    base = resolve1(shown.get("BaseState"))
    hidden = _numbers(off)
    if isinstance(base, PSLiteral) and base.name == "OFF":
        hidden |= _numbers(known.get("OCGs", [])) - _numbers(shown.get("ON", []))
    return frozenset(hidden)


def _numbers(listed: object) -> set[int]:
    return {entry.objid for entry in list_value(listed) if isinstance(entry, PDFObjRef)}


def _own_objects(page: PDFPage, attributes: dict[str, Any]) -> set[int]:
    """List the objects that draw a page: its content and the forms it names."""
    found = attributes.get("Contents")
    listed = found if isinstance(found, list) else [found]
    whole = resolve1(found)
    if isinstance(whole, list):
        listed = [*listed, *whole]
    forms = dict_value(dict_value(page.resources).get("XObject", {}))
    return {entry.objid for entry in (*listed, *forms.values()) if isinstance(entry, PDFObjRef)}


def _filters(page: PDFPage) -> tuple[str, ...]:
    """Name how each of a page's streams is compressed; an empty stream needs no compression and is left out."""
    found = []
    for entry in page.contents:
        stream = resolve1(entry)
        if isinstance(stream, PDFStream) and stream.get_data().strip():
            found.append(" ".join(str(getattr(name, "name", name)) for name, _ in stream.get_filters()) or "none")
    return tuple(found)


def _notes(page: PDFPage) -> tuple[Note, ...]:
    found = []
    for entry in list_value(page.annots or []):
        note = resolve1(entry)
        if not isinstance(note, dict):
            continue
        kind = getattr(resolve1(note.get("Subtype")), "name", "")
        field = getattr(resolve1(note.get("FT")), "name", "")
        if kind in LINKS or (kind == "Widget" and field == "Sig"):
            continue
        dates = (_text(note.get(name)) for name in ("M", "CreationDate"))
        found.append(Note(str(kind), tuple(date for date in dates if date)))
    return tuple(found)


class _State:
    """What pdfminer does not keep of the graphics state: opacity, and where drawing is cut off."""

    __slots__ = ("clip", "clipping", "opacity", "saved")

    def __init__(self) -> None:
        self.opacity = 1.0
        self.clip: Box | None = None
        self.clipping = False  # the path that is being made cuts off what is drawn after it
        self.saved: list[tuple[float, Box | None]] = []


class _Interpreter(PDFPageInterpreter):
    """pdfminer's interpreter, which also watches opacity and clipping, and hands a form the state it is drawn in."""

    device: _Collector
    _around: _Interpreter | None = None  # what draws the form that this one runs

    def subinterp(self) -> _Interpreter:
        """Make what runs a form."""
        inner = super().subinterp()
        assert isinstance(inner, _Interpreter)
        inner._around = self  # noqa: SLF001 - one of us
        return inner

    def init_state(self, ctm: Any) -> None:
        """Begin as the format says: a form with the state of what draws it (ISO 32000-1, 8.10.1)."""
        super().init_state(ctm)
        if self._around is not None:
            self.textstate = self._around.textstate.copy()
            self.graphicstate = self._around.graphicstate.copy()

    def render_contents(self, resources: Any, streams: Sequence[object], ctm: Any = (1, 0, 0, 1, 0, 0)) -> None:
        """Run a page's or form's content; what it does to the state ends with it."""
        state = self.device.state
        opacity, clip, saved = state.opacity, state.clip, state.saved
        state.saved, state.clipping = [], False
        if self._around is not None and isinstance(form := streams[0], PDFStream):
            self.device.cut(apply_matrix_rect(ctm, resolve_all(form.get("BBox"))))
        super().render_contents(resources, streams, ctm)
        state.opacity, state.clip, state.saved = opacity, clip, saved
        if self._around is None:
            state.opacity, state.clip, state.saved = 1.0, None, []

    def do_BDC(self, tag: Any, props: Any) -> None:  # noqa: N802
        """Enter marked content; of a layer that is not shown, nothing is seen."""
        super().do_BDC(tag, props)
        if getattr(tag, "name", "") == "OC" and isinstance(props, PSLiteral):
            layers = dict_value(dict_value(self.resources).get("Properties", {}))
            if self.device.is_hidden(layers.get(props.name)):
                self.device.hide()

    def do_Do(self, xobjid_arg: Any) -> None:  # noqa: N802
        """Draw a form or picture, unless it belongs to a layer that is not shown."""
        found = resolve1(self.xobjmap.get(getattr(xobjid_arg, "name", None)))
        if not (isinstance(found, PDFStream) and self.device.is_hidden(found.get("OC"))):
            super().do_Do(xobjid_arg)
            self.device.set_ctm(self.ctm)  # pdfminer leaves the form's in place

    def do_q(self) -> None:
        """Save the state."""
        super().do_q()
        state = self.device.state
        state.saved.append((state.opacity, state.clip))

    def do_Q(self) -> None:  # noqa: N802 - the operator's name
        """Restore the state."""
        super().do_Q()
        state = self.device.state
        if state.saved:
            state.opacity, state.clip = state.saved.pop()

    def do_gs(self, name: Any) -> None:
        """Take opacity and blending from a named state; what is blended does not hide."""
        states = resolve1(dict_value(self.resources).get("ExtGState"))
        found = resolve1(states.get(getattr(name, "name", None))) if isinstance(states, dict) else None
        if isinstance(found, dict):
            opacity, blend = resolve1(found.get("ca")), resolve1(found.get("BM"))
            if isinstance(opacity, int | float):
                self.device.state.opacity = float(opacity)
            if isinstance(blend, PSLiteral) and blend.name not in ("Normal", "Compatible"):
                self.device.state.opacity = 0.0

    def do_W(self) -> None:  # noqa: N802
        """Cut off what is drawn outside the path, once it has been painted or ended."""
        self.device.state.clipping = True

    def do_W_a(self) -> None:  # noqa: N802
        """Cut off by the other rule; the box around the path is the same."""
        self.device.state.clipping = True

    def do_n(self) -> None:
        """End a path that is not painted."""
        self.device.end_path(self.curpath)
        super().do_n()


class _Shape(NamedTuple):
    """A part of a path: its box, which way round it goes (1 or -1), whether it has no curve, whether it is that box."""

    box: Box
    turn: int
    plain: bool
    is_box: bool


class _Collector(PDFTextDevice):
    """Collects what one page after another draws."""

    def __init__(self, most: int, hidden: frozenset[int]) -> None:
        super().__init__(PDFResourceManager())
        self._hidden = hidden
        self._layers: list[bool] = []  # of the marked content around: whether it is hidden
        self.state = _State()
        self._room = 2 * most  # glyphs and strings together; a string has one glyph at least in any sane file
        self._glyphs: list[Glyph] = []
        self._areas: list[Area] = []
        self._order = 0
        self._touched = False
        self._drawn = True

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        """Start a page: the corner that is seen upper left is the origin."""
        media = apply_matrix_rect(ctm, page.mediabox)
        crop = apply_matrix_rect(ctm, page.cropbox)
        left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
        right, top = min(media[2], crop[2]), min(media[3], crop[3])
        if not (right > left and top > bottom):
            left, bottom, right, top = media
        self._origin = left, top
        self._size = right - left, top - bottom

    def taken(self, notes: tuple[Note, ...], stored: tuple[str, ...], rewritten: set[int]) -> Page:
        """Give the page that was drawn, and forget it."""
        width, height = self._size
        page = Page(
            width, height, tuple(self._glyphs), tuple(self._areas), notes, self._touched, stored, bool(rewritten)
        )
        self._glyphs, self._areas, self._order, self._touched, self._layers = [], [], 0, False, []
        return page

    def _spend(self) -> None:
        self._room -= 1
        if self._room < 0:
            raise refusal(Refusal.TOO_MUCH_CONTENT)

    def begin_tag(self, tag: PSLiteral, props: Any = None) -> None:  # noqa: ARG002
        """Meet a mark around content."""
        self.do_tag(tag)
        self._layers.append(False)

    def end_tag(self) -> None:
        """Leave a mark."""
        if self._layers:
            self._layers.pop()

    def do_tag(self, tag: PSLiteral, props: Any = None) -> None:  # noqa: ARG002
        """Meet a mark between content."""
        self._touched = self._touched or tag.name == TOUCHED

    def hide(self) -> None:
        """Draw nothing until the mark that was met last is left."""
        if self._layers:
            self._layers[-1] = True

    def is_hidden(self, layer: object) -> bool:
        """Tell whether a layer, or every layer of a list of them, is not shown."""
        if isinstance(layer, PDFObjRef) and layer.objid in self._hidden:
            return True
        found = resolve1(layer)
        members = found.get("OCGs") if isinstance(found, dict) else None
        listed = members if isinstance(members, list) else [members]
        return bool(members) and all(isinstance(one, PDFObjRef) and one.objid in self._hidden for one in listed)

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        """Draw a string, glyph by glyph."""
        self._spend()
        self._drawn = textstate.render not in INVISIBLE and self.state.opacity > 1 - SOLID and not any(self._layers)
        self._pale = _is_pale(graphicstate.ncolor, graphicstate.ncs)
        self._ink = _ink(graphicstate.ncolor, graphicstate.ncs)
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(  # noqa: PLR0913, PLR0917 - as pdfminer calls it
        self,
        matrix: Any,
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,  # noqa: ARG002
        graphicstate: Any,  # noqa: ARG002
    ) -> float:
        """Draw one glyph; give its advance."""
        self._spend()
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = "\ufffd"
        advance = float(font.char_width(cid)) * fontsize * scaling
        a, b, c, d, _, _ = matrix
        x, y = apply_matrix_pt(matrix, (0, rise))
        size = abs(fontsize * d)
        middle = apply_matrix_pt(matrix, (advance / 2, rise + 0.3 * fontsize))
        inside = self.state.clip is None or _holds(self.state.clip, middle)
        upright = a * fontsize > 0 and d * fontsize > 0 and abs(b) <= TILTED * abs(a) and abs(c) <= TILTED * abs(d)
        if upright and not font.is_vertical():
            left, top = self._origin
            self._order += 1
            name = str(getattr(font, "basefont", None) or getattr(font, "fontname", None) or "")
            self._glyphs.append(
                Glyph(
                    text,
                    x - left,
                    x - left + advance * a,
                    top - y,
                    size,
                    name,
                    self._drawn and inside,
                    self._pale,
                    self._order,
                    self._ink,
                )
            )
        return advance

    def paint_path(
        self,
        graphicstate: Any,
        stroke: bool,  # noqa: ARG002, FBT001
        fill: bool,  # noqa: FBT001
        evenodd: bool,  # noqa: FBT001
        path: Any,
    ) -> None:
        """Fill a path; lines alone cover nothing."""
        if fill and path:
            self._fill(graphicstate, path, evenodd=evenodd)
        self.end_path(path)

    def _fill(self, graphicstate: Any, path: Any, *, evenodd: bool) -> None:
        """Add what a path fills, part by part: two rules of a table cover nothing between them, nor does a frame."""
        solid = self.state.opacity >= SOLID and not isinstance(graphicstate.ncolor, str)
        pale = _is_pale(graphicstate.ncolor, graphicstate.ncs)
        ink = _ink(graphicstate.ncolor, graphicstate.ncs)
        shapes = [shape for part in _parts(path) if (shape := self._shape(part)) is not None]
        holes: list[Box] = []
        if evenodd or len({shape.turn for shape in shapes}) > 1:  # ISO 32000-1, 8.5.3.3
            # Only of boxes is it known what is inside; of what has another shape no hole is believed.
            boxes = [shape for shape in shapes if shape.is_box]
            around = [
                shape.turn
                + sum(other.turn for other in boxes if other is not shape and _is_within(shape.box, other.box))
                for shape in shapes
            ]
            filled = [bool(turns % 2 if evenodd else turns) for turns in around]
            holes = [shape.box for shape, full in zip(shapes, filled, strict=True) if not full and shape.is_box]
            shapes = [shape for shape, full in zip(shapes, filled, strict=True) if full]
        for shape in shapes:
            pieces = [shape.box]
            for hole in holes:
                if _is_within(hole, shape.box):
                    pieces = [rest for piece in pieces for rest in _without(piece, hole)]
            for piece in pieces:
                self._spend()
                self._add(
                    piece, picture=False, opaque=solid and shape.plain, pale=pale, ink=ink if shape.is_box else None
                )

    def _shape(self, part: Any) -> _Shape | None:
        assert self.ctm is not None
        points = [apply_matrix_pt(self.ctm, step[-2:]) for step in part if len(step) > 2]
        if not points:
            return None
        box = _around(points)
        twice = sum(x * above - right * y for (x, y), (right, above) in pairwise([*points, points[0]]))
        plain = all(step[0] in "mlh" for step in part)
        corners = all(min(abs(x - box[0]), abs(x - box[2])) < SHARP > min(abs(y - box[1]), abs(y - box[3]))
                      for x, y in points)  # fmt: skip
        full = abs(twice) > 1.98 * (box[2] - box[0]) * (box[3] - box[1]) > 0
        return _Shape(box, 1 if twice >= 0 else -1, plain, plain and corners and full and len(points) <= 5)

    def render_image(self, name: str, stream: PDFStream) -> None:  # noqa: ARG002
        """Draw a picture: the unit square under the current matrix."""
        self._spend()
        assert self.ctm is not None
        masked = any(stream.get(key) is not None for key in ("SMask", "Mask", "ImageMask", "IM"))
        solid = not masked and self.state.opacity >= SOLID
        self._add(apply_matrix_rect(self.ctm, (0, 0, 1, 1)), picture=True, opaque=solid, pale=False)

    def end_path(self, path: Any) -> None:
        """Draw from now on only inside the box around a path, if it is one that cuts off."""
        box = self._box(path) if self.state.clipping else None
        self.state.clipping = False
        if box is not None:
            self.cut(box)

    def cut(self, box: Box) -> None:
        """Draw from now on only inside a box."""
        self.state.clip = box if self.state.clip is None else _common(box, self.state.clip)

    def _box(self, path: Any) -> Box | None:
        assert self.ctm is not None
        points = [apply_matrix_pt(self.ctm, step[-2:]) for step in path if len(step) > 2]
        return _around(points) if points else None

    def _add(self, box: Box, *, picture: bool, opaque: bool, pale: bool, ink: Ink | None = None) -> None:
        if self.state.clip is not None:
            box = _common(box, self.state.clip)
        left, top = self._origin
        if box[2] > box[0] and box[3] > box[1] and not any(self._layers):
            self._order += 1
            self._areas.append(
                Area(box[0] - left, top - box[3], box[2] - left, top - box[1], picture, opaque, pale, self._order, ink)
            )


def _parts(path: Any) -> list[Any]:
    """Take a path apart: each part begins where the pen is set down."""
    parts: list[Any] = []
    for step in path:
        if step[0] == "m" or not parts:
            parts.append([])
        parts[-1].append(step)
    return parts


def _around(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_within(inner: Box, outer: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _without(box: Box, hole: Box) -> list[Box]:
    """Give what is left of a box beside, under and over a hole in it."""
    left, low, right, high = _common(box, hole)
    if right <= left or high <= low:
        return [box]
    pieces = [
        (box[0], box[1], left, box[3]), (right, box[1], box[2], box[3]),
        (left, box[1], right, low), (left, high, right, box[3]),
    ]  # fmt: skip
    return [piece for piece in pieces if piece[2] > piece[0] and piece[3] > piece[1]]


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _common(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _is_pale(color: Any, space: Any) -> bool:
    """Tell whether a fill colour is white or nearly so; a colour space that is not plain is taken for dark."""
    name = getattr(space, "name", "DeviceGray")
    parts = list(color) if isinstance(color, tuple | list) else [color]
    if not all(isinstance(part, int | float) for part in parts):
        return False
    if name in ("DeviceCMYK", "Separation", "DeviceN") or len(parts) == 4:  # amounts of ink
        return bool(sum(parts) <= (1 - PALE) * len(parts))
    return bool(min(parts) >= PALE)


def _ink(color: Any, space: Any) -> Ink | None:
    """Give a fill colour as red, green and blue; None for a space in which the numbers are no amounts of them."""
    parts = list(color) if isinstance(color, tuple | list) else [color]
    if getattr(space, "name", "") in _OTHER_SPACES or not all(isinstance(part, int | float) for part in parts):
        return None
    if len(parts) == 4:
        cyan, magenta, yellow, black = (1 - min(max(part, 0.0), 1.0) for part in parts)
        return cyan * black, magenta * black, yellow * black
    red, *others = parts
    return (red, red, red) if not others else (red, *others) if len(parts) == 3 else None
