"""What speaks against a file: for each kind of signal a file that raises it, and one that nearly does and does not."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from hostile_pdfs import FONT, HEAD, build, parts, stream, updated
from statements import LAYOUTS, make

from identity_match.documents.child import answer
from identity_match.documents.extract import Settings
from identity_match.documents.limits import LIMITS
from identity_match.documents.signals import HIGH_RISK, NEVER_RAISED, RULES, Signal, risk_score

# The contract's kinds of signals.
CONTRACT = {
    "FONT", "MASKING", "OVERLAID_TEXT", "EDITED_TEXT", "TEXT_COMPRESSION", "ADDRESS_FORMAT_ANOMALY",
    "DATE_FORMAT_ANOMALY", "FONT_ANOMALY", "NAME_FORMAT_ANOMALY", "PDF_ALIGNMENT", "BRUSH_DETECTION",
    "METADATA_DATES_OUTSIDE_WINDOW", "METADATA_DATES_INSIDE_WINDOW", "METADATA_DATES_MISSING", "METADATA_DATES_MATCH",
    "ADOBE_FONTS", "ANNOTATION_DATES", "ANNOTATIONS", "EDITED_WHILE_SCANNED", "EXIF_DATA_MODIFIED", "HIGH_USER_ACCESS",
    "MALFORMED_DATE", "QPDF", "TEXT_LAYER_TEXT", "TOUCHUP_TEXT", "FLATTENED_PDF", "BLACKLISTS", "COPYCAT_IMAGE",
    "COPYCAT_TEXT", "REJECTED_CUSTOMER", "TEMPLATES", "SOFTWARE_BLACKLIST",
}  # fmt: skip
BANK_DATES = "/CreationDate (D:20240201030000Z) /ModDate (D:20240201030000Z)"
COURIER = FONT.replace(b"Helvetica", b"Courier")
PUT_IN = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /AdobeSansMM /FirstChar 32 /LastChar 126 /Widths [%s] /FontDescriptor"
    b" << /Type /FontDescriptor /FontName /AdobeSansMM /Flags 32 /Descent -200 >> >>" % (b"500 " * 95)
)
HEADING = "Statement period 01/01/2024 - 01/31/2024"
BLOCK = ("JANE DOE", "100 MAIN ST", "SPRINGFIELD IL 62704")


def say(x: float, y: float, text: str, font: str = "F1", size: float = 10) -> str:
    """Write text at a place: content of a page."""
    return f"BT /{font} {size} Tf {x} {y} Td ({text}) Tj ET\n"


def block(*lines: str) -> str:
    return "".join(say(72, 700 - 12 * i, line) for i, line in enumerate(lines))


BASE = say(300, 700, HEADING) + block(*BLOCK)


def document(
    content: str = "",
    *,
    info: str = BANK_DATES,
    base: str = BASE,
    page: str = "",
    resources: str = "",
    more: dict[int, bytes] | None = None,
    plain: bool = True,
    head: bytes | None = None,
) -> bytes:
    """Write a statement of one page with something added."""
    drawn = (base + content).encode("latin-1")
    fonts = "/Font << /F1 5 0 R /F2 6 0 R /F3 7 0 R /F4 8 0 R >> " + resources
    objects = parts(drawn if plain else zlib.compress(drawn), filters=b"" if plain else b"/FlateDecode")
    objects[3] = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << {fonts} >> {page} >>"
    ).encode()
    objects |= {
        6: COURIER,
        7: PUT_IN,
        8: FONT.replace(b"Helvetica", b"Helvetica-Bold"),
        9: f"<< {info} >>".encode(),
        **(more or {}),
    }
    return build(objects, trailer=b"/Info 9 0 R" if info else b"", head=head or HEAD)


DAYS = [f"01/{day:02}/2024" for day in range(2, 12)]


def letter(*lines: str) -> bytes:
    """Write a statement with another block."""
    return document(base=say(300, 700, HEADING) + block(*lines))


def found(data: bytes) -> dict[str, set[int]]:
    """Give the kinds of signals of a file, with their pages."""
    answered = answer(data, LIMITS, Settings())
    assert "refused" not in answered, answered
    kinds: dict[str, set[int]] = {}
    for kind, page in answered["signals"]:
        kinds.setdefault(kind, set()).add(page)
    return kinds


def column(*texts: str, x: float = 72) -> str:
    return "".join(say(x, 500 - 14 * i, text) for i, text in enumerate(texts))


def amounts(*rights: float) -> str:
    """Write amounts of one width, so that left edges line up as right edges do."""
    return "".join(say(right, 500 - 14 * i, f"{100 + i}.00") for i, right in enumerate(rights))


def note(kind: str, *, dates: str = "", extra: str = "") -> dict[str, object]:
    body = f"<< /Type /Annot /Subtype /{kind} /Rect [72 600 200 620] {dates} {extra} >>".encode()
    return {"page": "/Annots [20 0 R]", "more": {20: body}}


PICTURE = stream(b"\x80" * 4).replace(
    b"<<", b"<< /Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8", 1
)
DRAWN = {"resources": "/XObject << /P 20 0 R >>", "more": {20: PICTURE}}
SECOND = {  # another page, whose content is a picture over everything, or over a part of it
    name: {
        2: b"<< /Type /Pages /Kids [3 0 R 30 0 R] /Count 2 >>",
        30: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 31 0 R"
        b" /Resources << /XObject << /P 20 0 R >> /Font << /F1 5 0 R >> >> >>",
        31: stream(content.encode()),
        20: PICTURE,
    }
    for name, content in (
        ("scan", "q 612 0 0 792 0 0 cm /P Do Q"),
        ("logo", "q 100 0 0 100 0 0 cm /P Do Q " + say(72, 700, "Terms")),
        ("packed", "BT /F1 10 Tf 72 700 Td (Terms) Tj ET"),
    )
}
GS = "/ExtGState << /Half << /ca 0.4 >> /Multiply << /BM /Multiply >> >>"
WHITE_BOX = "1 g 70 {y} 150 14 re f 0 g\n"
SECRET = "BT 3 Tr /F1 10 Tf 72 400 Td (Hidden words) Tj ET 0 Tr\n"

Pair = tuple[bytes, bytes]
PAIRS: dict[str, list[Pair]] = {
    "METADATA_DATES_MISSING": [(document(info=""), document()), (document(info="/Producer (x)"), document())],
    "METADATA_DATES_MATCH": [
        (document(), document(info="/CreationDate (D:20240201030000Z) /ModDate (D:20240201080000Z)")),
    ],
    "METADATA_DATES_INSIDE_WINDOW": [
        (document(info="/CreationDate (D:20240201030000Z) /ModDate (D:20240201080000Z)"), document()),
        (document(info="/CreationDate (D:20240201030000Z)"), document(info="/CreationDate (D:20240115030000Z)")),
    ],
    "METADATA_DATES_OUTSIDE_WINDOW": [
        (
            document(info="/CreationDate (D:20240201030000Z) /ModDate (D:20240301080000Z)"),
            document(info="/CreationDate (D:20240201030000Z) /ModDate (D:20240201080000Z)"),
        ),
        (
            document(info="/CreationDate (D:20240129030000Z) /ModDate (D:20240129030000Z)"),  # before the period's end
            document(info="/CreationDate (D:20240131230000Z) /ModDate (D:20240131230000Z)"),
        ),
        (document(info="/CreationDate (D:20240205030000Z) /ModDate (D:20240203030000Z)"), document()),
    ],
    "MALFORMED_DATE": [
        (document(info="/CreationDate (2024-02-01)"), document(info="/CreationDate (D:20240201)")),
        (document(info="/CreationDate (D:20240230120000Z)"), document(info="/CreationDate (D:20240229120000Z)")),
        (
            document(info="/CreationDate (D:20240201120000Z) /ModDate (yesterday)"),
            document(info="/CreationDate (D:20240201120000+05'30') /ModDate (D:20240201120000+05'30)"),
        ),
    ],
    "SOFTWARE_BLACKLIST": [
        (document(info=BANK_DATES + f" /Producer ({bad})"), document(info=BANK_DATES + f" /Producer ({good})"))
        for bad, good in (
            ("Adobe Photoshop 25.0", "Adobe PDF Library 17.0"),
            ("Adobe Acrobat Pro 2024", "Acrobat Distiller 11.0"),
            ("iLovePDF", "iText 7.2.5"),
            ("Microsoft\\256 Word for Microsoft 365", "Microsoft: Print To PDF"),
            ("LibreOffice 24.2", "Apache FOP Version 2.9"),
            ("GIMP 2.10", "macOS Version 14.2 Quartz PDFContext"),
        )
    ],
    "QPDF": [
        (document(head=b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"), document(head=b"%PDF-1.7\n%\xbf\xf7\xa2\xfd\n")),
        (document(info=BANK_DATES + "/Producer (qpdf 11)"), document(info=BANK_DATES + "/Producer (jpdf 11)")),
    ],
    "EDITED_TEXT": [
        (updated(document(), {4: stream((BASE + say(72, 600, "More")).encode())}), document()),
        (updated(document(), {4: stream(BASE.encode())}), updated(document(), {9: f"<< {BANK_DATES} >>".encode()})),
    ],
    "TEXT_COMPRESSION": [
        (document(more=SECOND["packed"], plain=False), document(more=SECOND["packed"])),
    ],
    "TOUCHUP_TEXT": [
        (document("/TouchUp_TextEdit MP\n"), document("/Span MP\n")),
        (document("/TouchUp_TextEdit BMC " + say(72, 600, "x") + "EMC\n"), document("/P BMC EMC\n")),
    ],
    "ANNOTATIONS": [
        (document(**note("FreeText")), document(**note("Link"))),  # type: ignore[arg-type]
        (document(**note("Widget", extra="/FT /Tx")), document(**note("Widget", extra="/FT /Sig"))),  # type: ignore[arg-type]
    ],
    "ANNOTATION_DATES": [
        (
            document(**note("Stamp", dates="/M (D:20240301000000Z)")),  # type: ignore[arg-type]
            document(**note("Stamp", dates="/M (D:20240201030000Z)")),  # type: ignore[arg-type]
        ),
    ],
    "MASKING": [
        (document(WHITE_BOX.format(y=697)), document(base=WHITE_BOX.format(y=697) + BASE)),  # drawn after, drawn before
        (document(WHITE_BOX.format(y=697)), document(WHITE_BOX.format(y=720))),  # beside the text
        (document("1 g 70 697 150 14 re f 0 g\n"), document("1 g 70 697 150 14 re S 0 g\n")),  # filled, lined
        (
            document("0.9 0.9 0.2 rg 70 697 150 14 re f 0 g\n", resources=GS),
            document("q /Half gs 0.9 0.9 0.2 rg 70 697 150 14 re f Q\n", resources=GS),  # as a marker pen does
        ),
        (
            document("0.9 0.9 0.2 rg 70 697 150 14 re f 0 g\n"),
            document("q /Multiply gs 0.9 0.9 0.2 rg 70 697 150 14 re f Q\n", resources=GS),
        ),
        (
            document("q 70 697 150 14 re W n 1 g 0 0 612 792 re f Q\n"),
            document("q 300 100 50 50 re W n 1 g 0 0 612 792 re f Q\n"),  # cut off to where there is no text
        ),
        (
            document("q 150 0 0 14 70 697 cm /P Do Q\n", **DRAWN),  # type: ignore[arg-type]
            document("q 150 0 0 14 70 600 cm /P Do Q\n", **DRAWN),  # type: ignore[arg-type]
        ),
    ],
    "OVERLAID_TEXT": [
        (
            document(WHITE_BOX.format(y=697) + say(72, 700, "JOHN ROE")),
            document(WHITE_BOX.format(y=720) + say(72, 723, "JOHN ROE")),
        ),
        (document(say(72, 700, "MARK ROW")), document(say(72.3, 700, "JANE DOE"))),  # other words; bold by overprinting
        (document(say(72, 700, "MARK ROW")), document(say(72, 690, "COPY", size=60))),  # a watermark
    ],
    "TEXT_LAYER_TEXT": [
        (
            document("q 300 0 0 300 50 350 cm /P Do Q\n" + SECRET, **DRAWN),  # type: ignore[arg-type]
            document("q 300 0 0 300 50 350 cm /P Do Q\n" + SECRET.replace("3 Tr", "0 Tr"), **DRAWN),  # type: ignore[arg-type]
        ),
        (
            document("q 300 0 0 300 50 350 cm /P Do Q\n" + SECRET, **DRAWN),  # type: ignore[arg-type]
            document("q 50 0 0 50 400 100 cm /P Do Q\n" + SECRET, **DRAWN),  # type: ignore[arg-type]
        ),
    ],
    "FLATTENED_PDF": [(document(more=SECOND["scan"]), document(more=SECOND["logo"]))],
    "ADOBE_FONTS": [(document(say(72, 400, "Changed", "F3")), document(say(72, 400, "Changed", "F2")))],
    "FONT": [
        (
            document("BT /F1 10 Tf 72 400 Td (Balance 1,2) Tj /F2 10 Tf (34.00) Tj ET\n"),
            document("BT /F1 10 Tf 72 400 Td (Balance 1,2) Tj /F4 10 Tf (34.00) Tj ET\n"),  # bold of the same family
        ),
        (
            document("BT /F1 10 Tf 72 400 Td (Balance 1,2) Tj /F2 10 Tf (34.00) Tj ET\n"),
            document("BT /F1 10 Tf 72 400 Td (Balance ) Tj /F2 10 Tf (34.00) Tj ET\n"),  # between words
        ),
    ],
    "FONT_ANOMALY": [
        (
            document("BT /F1 10 Tf 72 400 Td (paid to ) Tj /F2 10 Tf (Jane ) Tj /F1 10 Tf (today) Tj ET\n"),
            document("BT /F1 10 Tf 72 400 Td (paid to ) Tj /F4 10 Tf (Jane ) Tj /F1 10 Tf (today) Tj ET\n"),
        ),
        (
            document("BT /F1 10 Tf 72 400 Td (paid to ) Tj /F2 10 Tf (Jane ) Tj /F1 10 Tf (today) Tj ET\n"),
            document("BT /F1 10 Tf 72 400 Td (paid to ) Tj /F2 10 Tf (Jane today) Tj ET\n"),  # the line's other half
        ),
    ],
    "PDF_ALIGNMENT": [
        (
            document("BT /F1 10 Tf 72 400 Td (paid to ) Tj 1 Ts (Jane ) Tj 0 Ts (today) Tj ET\n"),
            document("BT /F1 10 Tf 72 400 Td (paid to ) Tj 0.1 Ts (Jane ) Tj 0 Ts (today) Tj ET\n"),  # rounding
        ),
        (
            document("BT /F1 10 Tf 72 400 Td (paid to ) Tj 1 Ts (Jane ) Tj 0 Ts (today) Tj ET\n"),
            document("BT /F1 10 Tf 72 400 Td (paid the ) Tj /F1 6 Tf 2 Ts (31st ) Tj /F1 10 Tf 0 Ts (of May) Tj ET\n"),
        ),
        (document(amounts(400, 400, 400, 401.5, 400, 400)), document(amounts(400, 400, 400, 400, 400, 400))),
        (document(amounts(400, 400, 400, 401.5, 400, 400)), document(amounts(400, 400, 400, 330, 400, 400))),
    ],
    "DATE_FORMAT_ANOMALY": [
        (
            document(column(*DAYS[:6], "9 January 2024", *DAYS[6:])),
            document(column("9 January 2024", *DAYS)),  # a heading
        ),
        (document(column(*DAYS[:6], "9 January 2024", *DAYS[6:])), document(column(*DAYS))),
        (document(column("02/31/2024")), document(column("02/28/2024"))),
        (document(column("02/31/2024")), document(column("Sort code 20-45-99"))),
    ],
    "ADDRESS_FORMAT_ANOMALY": [
        (
            letter("JANE DOE", "100 MAIN ST", f"SPRINGFIELD {bad}"),
            letter("JANE DOE", "100 MAIN ST", f"SPRINGFIELD {good}"),
        )
        for bad, good in (("IL 94107", "IL 62704"), ("NY 90210", "NY 06390"), ("ON H3Z 2Y7", "QC H3Z 2Y7"))
    ],
    "NAME_FORMAT_ANOMALY": [
        (
            letter("Jane Doe", "100 MAIN ST", "SPRINGFIELD IL 62704"),
            letter("JANE McDOE", "100 MAIN ST", "SPRINGFIELD IL 62704"),
        ),
        (
            letter("JANE DOE", "John Roe", "100 Main St", "Springfield IL 62704"),
            letter("JANE DOE", "JOHN ROE", "100 Main St", "Springfield IL 62704"),
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "pair"), [(kind, pair) for kind, pairs in PAIRS.items() for pair in pairs])
def test_a_file_raises_it_and_a_near_one_does_not(kind: str, pair: Pair) -> None:
    raising, near = (found(data) for data in pair)
    assert kind in raising
    assert kind not in near


def test_every_kind_has_its_pair() -> None:
    assert set(PAIRS) == set(RULES)


def test_kinds_are_those_of_the_contract() -> None:
    assert RULES.keys() | NEVER_RAISED.keys() == CONTRACT
    assert not RULES.keys() & NEVER_RAISED.keys()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_untouched_statement_raises_nothing(layout: str) -> None:
    for seed in (1, 2, 3):
        assert set(found(LAYOUTS[layout](make(seed)))) == {"METADATA_DATES_MATCH"}


def test_a_signal_says_where() -> None:
    assert found(document(more=SECOND["scan"]))["FLATTENED_PDF"] == {2}
    assert found(document(WHITE_BOX.format(y=697)))["MASKING"] == {1}
    assert found(document(info=""))["METADATA_DATES_MISSING"] == {0}


def test_text_under_a_white_box_is_not_read() -> None:
    hidden = answer(document(WHITE_BOX.format(y=697) + say(72, 700, "JOHN ROE")), LIMITS, Settings())
    assert hidden["owners"][0]["names"] == ["JOHN ROE"]


@pytest.mark.parametrize(
    ("path", "covered"),
    [
        ("60 670 400 1 re 60 712 400 1 re f", False),
        ("60 670 m 460 670 l 460 671 l 60 671 l h 60 712 m 460 712 l 460 713 l 60 713 l h f", False),
        ("60 660 400 60 re 61 661 398 58 re f*", False),
        ("60 660 400 60 re 459 661 -398 58 re f", False),
        ("60 660 400 60 re 61 661 398 58 re f", True),
        ("60 660 400 60 re 400 700 9 9 re f*", True),
        ("60 660 400 60 re 61 661 398 58 re 62 662 390 56 re f*", True),
        ("60 660 400 60 re 60 660 400 60 re f*", False),
        ("60 660 400 60 re 61 661 m 459 719 l 459 718 l h f*", True),
        ("60 660 400 60 re 0 0 m 1 1 611 791 612 792 c h f*", True),
        ("60 660 400 60 re 61 661 m 459 719 l 459 661 l 61 719 l h f*", True),
        ("60 660 400 60 re 10 10 m 20 20 30 30 40 10 c h f", True),
    ],
    ids=["two rules", "by lines", "frame", "frame by direction", "twice", "a hole beside", "an island", "nothing",
         "a hole that is no box", "what is no box around", "a crossed one",
         "a curve elsewhere"],
)  # fmt: skip
def test_a_path_covers_where_it_is_filled(path: str, covered: bool) -> None:  # noqa: FBT001
    read = answer(document(f"{path}\n"), LIMITS, Settings())
    assert [owner["names"] for owner in read["owners"]] == ([] if covered else [["JANE DOE"]])
    assert ("MASKING" in {kind for kind, _ in read["signals"]}) is covered


@pytest.mark.parametrize(
    "name",
    [
        "BT 3 Tr /F1 10 Tf 72 712 Td (JOHN ROE) Tj ET 0 Tr\n",
        "1 g " + say(72, 712, "JOHN ROE") + "0 g\n",
        say(72, 712, "JOHN ROE", size=1),
        say(72, 812, "JOHN ROE"),
        "0 g 60 709 200 13 re f " + say(72, 712, "JOHN ROE"),
        "0.3 0.1 0.2 rg 60 709 200 13 re f " + say(72, 712, "JOHN ROE") + "0 g\n",
        "0 0 0 0.95 k 60 709 200 13 re f 0 0 0 1 k " + say(72, 712, "JOHN ROE"),
        "0 g 60 709 200 13 re f 1 g 60 709 200 13 re f " + say(72, 712, "JOHN ROE") + "0 g\n",
        "q 0 0 9 9 re W n " + say(72, 712, "JOHN ROE") + "Q\n",
        "q 0 0 9 9 re W f " + say(72, 712, "JOHN ROE") + "Q\n",
    ],
    ids=["not drawn", "white on white", "too small", "off the page", "black on black", "red on red", "ink on ink",
         "white on white on black", "cut off", "cut off by what is painted"],
)  # fmt: skip
def test_what_cannot_be_seen_is_not_read(name: str) -> None:
    assert answer(document(name), LIMITS, Settings())["owners"][0]["names"] == ["JANE DOE"]


FORM = (
    b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /OC 40 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> /Length %d >>"
)
ROE = say(72, 712, "JOHN ROE").encode()


@pytest.mark.parametrize(
    ("content", "form", "names"),
    [
        ("/F Do\n", FORM, ["JOHN ROE", "JANE DOE"]),
        ("q 60 700 200 30 re W n /F Do Q\n", FORM, ["JOHN ROE", "JANE DOE"]),
        ("1 g /F Do 0 g\n", FORM, ["JANE DOE"]),
        ("3 Tr /F Do 0 Tr\n", FORM, ["JANE DOE"]),
        ("/F Do\n", FORM.replace(b"[0 0 612 792]", b"[0 0 612 700]"), ["JANE DOE"]),
        ("/F Do " + ROE.decode(), FORM.replace(b" /OC", b" /Matrix [1 0 0 1 0 900] /OC"), ["JOHN ROE", "JANE DOE"]),
    ],
    ids=["shown", "cut around", "white", "not drawn", "outside its box", "elsewhere"],
)
def test_a_form_takes_its_state_and_leaves_it(content: str, form: bytes, names: list[str]) -> None:
    more = {41: form % len(ROE) + b"\nstream\n" + ROE + b"\nendstream"}
    data = document(content, resources="/XObject << /F 41 0 R >>", more=more)
    assert answer(data, LIMITS, Settings())["owners"][0]["names"] == names


def test_a_path_that_cuts_off_ends_with_its_painting() -> None:
    content = "0 600 612 192 re W S 0 0 9 9 re n " + ROE.decode()
    assert answer(document(content), LIMITS, Settings())["owners"][0]["names"] == ["JOHN ROE", "JANE DOE"]


@pytest.mark.parametrize(
    ("content", "resources"),
    [
        ("/OC /L BDC " + ROE.decode() + "EMC\n", "/Properties << /L 40 0 R >>"),
        ("/OC /L BDC " + ROE.decode() + "EMC\n", "/Properties << /L << /Type /OCMD /OCGs [40 0 R] >> >>"),
        ("/F Do\n", "/XObject << /F 41 0 R >>"),
    ],
    ids=["marked", "member", "form"],
)
@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("/D << /OFF [40 0 R] >>", ["JANE DOE"]),
        ("/D << /BaseState /OFF >>", ["JANE DOE"]),
        ("/D << /BaseState /OFF /ON [40 0 R] >>", ["JOHN ROE", "JANE DOE"]),
        ("/D << >>", ["JOHN ROE", "JANE DOE"]),
    ],
)
def test_a_layer_that_is_not_shown_is_not_read(content: str, resources: str, setting: str, names: list[str]) -> None:
    more = {
        1: f"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [40 0 R] {setting} >> >>".encode(),
        40: b"<< /Type /OCG /Name (x) >>",
        41: FORM % len(ROE) + b"\nstream\n" + ROE + b"\nendstream",
    }
    read = answer(document(content, resources=resources, more=more), LIMITS, Settings())
    assert read["owners"][0]["names"] == names


@pytest.mark.parametrize(
    "ground",
    ["0.2 g", "1 0.9 0 rg", "0 0 1 0 k", "0 g 0 0 612 792 re f 1 g", "0 g 60 720 m 460 720 l 460 650 l h f 1 g"],
)
def test_black_on_what_is_not_black_is_read(ground: str) -> None:
    read = answer(document(base=f"{ground} 60 660 300 60 re f 0 g " + block(*BLOCK)), LIMITS, Settings())
    assert read["owners"][0]["names"] == ["JANE DOE"]


def test_white_on_a_dark_band_is_read() -> None:
    band = "0.2 0.1 0.4 rg 60 660 300 60 re f 1 g " + block(*BLOCK) + "0 g\n"
    assert answer(document(base=band), LIMITS, Settings())["owners"][0]["names"] == ["JANE DOE"]


@pytest.mark.parametrize(
    ("kinds", "score"),
    [
        ([], 0),
        (["METADATA_DATES_MATCH"], 0),
        (["MASKING"], 60),
        (["MASKING", "MASKING"], 60),
        (["MASKING", "QPDF"], 80),
        (["METADATA_DATES_OUTSIDE_WINDOW", "SOFTWARE_BLACKLIST"], 100),
        (list(RULES), 100),
    ],
)
def test_risk_is_the_sum_of_the_kinds(kinds: list[str], score: int) -> None:
    signals = [Signal(kind, page) for page, kind in enumerate(kinds)]
    assert risk_score(signals) == score
    assert all(signal.has_fraud_risk == (RULES[signal.type].points > 0) for signal in signals)


def test_no_single_kind_is_high_risk() -> None:
    assert max(rule.points for rule in RULES.values()) < HIGH_RISK


def test_sentences_hold_nothing_of_the_file() -> None:
    data = document(WHITE_BOX.format(y=697), info=BANK_DATES + " /Producer (GIMP of Jane Doe)")
    for kind, pages in found(data).items():
        for page in pages:
            assert "Jane" not in str(Signal(kind, page).to_dict())


def test_the_page_of_signals_says_what_is_so() -> None:
    """Every kind that is raised has its points in the page, and every other one of the contract is named there."""
    page = (Path(__file__).parent.parent / "data" / "signals.md").read_text("utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    listed = {name.strip(" `"): int(points) for _, names, points, *_ in rows for name in names.split(",")}
    assert listed == {name: rule.points for name, rule in RULES.items()}
    assert set(re.findall("`([A-Z_]+)`", page)) == {*RULES, *NEVER_RAISED}
