"""PDF files written by hand: small plain ones to change, and ones that cost a reader time, memory or its mind."""

from __future__ import annotations

import zlib

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PLAIN = b"BT /F1 12 Tf 72 700 Td (Jane Doe) Tj ET"


def build(objects: dict[int, bytes], *, root: int = 1, head: bytes = HEAD, trailer: bytes = b"") -> bytes:
    """Write objects with a table of where they are."""
    out = bytearray(head)
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return bytes(out) + table(places, len(out), root, trailer)


def table(places: dict[int, int], start: int, root: int = 1, trailer: bytes = b"") -> bytes:
    """Write a table of objects, its trailer and the end of the file."""
    size = max(places) + 1
    rows = [b"0 1\n0000000000 65535 f \n"]
    rows += [b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items())]
    return b"xref\n%strailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        b"".join(rows), size, root, trailer, start,
    )  # fmt: skip


def updated(data: bytes, objects: dict[int, bytes], *, root: int = 1) -> bytes:
    """Add a later part to a file that replaces objects of it: an incremental update."""
    before = int(data.rpartition(b"startxref\n")[2].split()[0])
    out = bytearray(data)
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return bytes(out) + table(places, len(out), root, b"/Prev %d" % before)


def stream(content: bytes, filters: bytes = b"") -> bytes:
    """Write a stream object's body."""
    named = b" /Filter " + filters if filters else b""
    return b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(content), named, content)


def parts(
    content: bytes = PLAIN,
    *,
    page: bytes = b"",
    resources: bytes = b"",
    catalog: bytes = b"",
    filters: bytes = b"",
) -> dict[int, bytes]:
    """Give the objects of a file of one page: 1 catalog, 2 pages, 3 page, 4 content, 5 font."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> %s >> %s >>" % (resources, page),
        4: stream(content, filters),
        5: FONT,
    }


def one_page(content: bytes = PLAIN, **more: bytes) -> bytes:
    """Write a file of one page."""
    return build(parts(content, **more))


def deflated(total: int, byte: bytes = b" ") -> bytes:
    """Deflate many equal bytes without holding them all."""
    packer = zlib.compressobj(9)
    piece = byte * 1_000_000
    packed = b"".join(packer.compress(piece) for _ in range(total // len(piece)))
    return packed + packer.flush()


def many_pages(count: int) -> bytes:
    """Write a file of many equal pages."""
    objects = parts()
    kids = range(10, 10 + count)
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % kid for kid in kids), count)
    objects |= dict.fromkeys(kids, objects.pop(3))
    return build(objects)


def nested_forms(levels: int, times: int) -> bytes:
    """Write forms that each draw the next one several times: times to the power of levels in all."""
    objects = parts(b"/X0 Do", resources=b"/XObject << /X0 10 0 R >>")
    for level in range(levels):
        inner = b" ".join([b"/X%d Do" % (level + 1)] * times) if level + 1 < levels else PLAIN
        named = b"/XObject << /X%d %d 0 R >>" % (level + 1, 11 + level)
        head = (
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792]"
            b" /Resources << /Font << /F1 5 0 R >> %s >> /Length %d >>"
        )
        objects[10 + level] = head % (named, len(inner)) + b"\nstream\n" + inner + b"\nendstream"
    return build(objects)


def hostile() -> dict[str, tuple[bytes, tuple[str, ...]]]:
    """Give hostile files by what they do, each with the codes that are right for it."""
    looped = parts()
    looped[2] = b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"
    deep = parts()
    for level in range(40):
        deep[10 + level] = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (11 + level if level < 39 else 3)
    deep[2] = b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"
    plain, bomb = one_page(), deflated(300_000_000)
    return {
        "one stream of 300 MB": (one_page(bomb, filters=b"/FlateDecode"), ("too_much_memory", "too_slow")),
        "the same deflated twice": (
            one_page(zlib.compress(bomb, 9), filters=b"[/FlateDecode /FlateDecode]"),
            ("too_much_memory", "too_slow"),
        ),
        "two million text operators": (
            one_page(zlib.compress(b"BT /F1 1 Tf " + b"(a) Tj " * 2_000_000 + b"ET", 9), filters=b"/FlateDecode"),
            ("too_much_content", "too_slow"),
        ),
        "two million empty strings": (
            one_page(zlib.compress(b"BT /F1 1 Tf " + b"() Tj " * 2_000_000 + b"ET", 9), filters=b"/FlateDecode"),
            ("too_much_content", "too_slow"),
        ),
        "five million numbers": (
            one_page(zlib.compress(b"1 " * 5_000_000, 9), filters=b"/FlateDecode"), ("too_slow", "too_much_memory"),
        ),
        "a page tree that contains itself": (build(looped), ("damaged",)),
        "a page tree of forty levels": (build(deep), ("damaged",)),
        "a thousand pages": (many_pages(1_000), ("too_many_pages",)),
        "a list in a list, 30,000 times": (
            one_page(b"[" * 30_000 + b"]" * 30_000 + b" TJ " + PLAIN), ("", "damaged"),
        ),
        "a catalog nested 20,000 times": (one_page(catalog=b"/X " + b"[" * 20_000 + b"]" * 20_000), ("", "damaged")),
        "forms within forms, 10 to the 8": (nested_forms(8, 10), ("too_slow", "too_much_content")),
        "forms 2,000 deep": (nested_forms(2_000, 1), ("damaged", "too_slow")),
        "truncated": (plain[: len(plain) // 2], ("damaged",)),
        "without its table": (plain[: plain.index(b"xref\n")], ("damaged",)),
        "only a head": (HEAD, ("damaged",)),
        "empty": (b"", ("not_a_pdf",)),
        "not a PDF": (b"PK\x03\x04" + b"\0" * 200, ("not_a_pdf",)),
        "a key of nonsense": (one_page(page=b"/Rotate (x) /MediaBox [a b]"), ("damaged", "")),
        "a width of nonsense": (one_page(b"BT /F1 1e400 Tf 1e308 1e308 Td (x) Tj ET"), ("damaged", "no_text", "")),
    }  # fmt: skip
