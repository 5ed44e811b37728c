"""Two more kinds of statements, written after the reader was finished, to see what it does with what it has not seen.

They share nothing with ``statements`` but the record of a case: other people and places, flowing text in place of fixed
positions, prose around the facts, shops' addresses among the transactions, the bank's address in running text.
"""

from __future__ import annotations

import io
import random
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table
from statements import INVARIANT, Case

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = (
    "Leocadia Brandvold", "Thaddeus Quillfeather", "Yusuf Karaman", "Marguerite du Plessis", "Xavier Iturbide-Rosas",
    "Bronwyn Llewellyn", "Dong-hyun Seo", "Philippa Ashworth-Coyle", "Rosalind MacAllister", "Teodor Vulpescu",
    "Amara Chukwu", "Solveig Halvorsen", "Desmond Featherstone", "Noor Abdallah", "Cornelius Vandermeer",
    "Ottilie Krähenbühl", "Rahul Venkataraman", "Juniper Stonebridge", "Anselm D'Arcy", "Wilhelmina Fogg",
)  # fmt: skip
SUFFIXES = ("", "", "", " Jr", " III", " Sr.")
TITLES = ("", "", "", "Ms ", "Dr. ", "Mr ")
SEATTLE = (
    ("Seattle", "WA", "98101"), ("Fort Collins", "CO", "80524"), ("Baton Rouge", "LA", "70801-1402"),
    ("Ann Arbor", "MI", "48104"), ("Las Cruces", "NM", "88001"), ("Bangor", "ME", "04401"),
    ("Sioux Falls", "SD", "57104"), ("O'Fallon", "MO", "63366"), ("Kailua-Kona", "HI", "96740"),
    ("Mount Pleasant", "SC", "29464"), ("La Crosse", "WI", "54601"),
)  # fmt: skip
ABROAD = {
    "GB": (("Norwich", "NR2 1TF"), ("Milton Keynes", "MK9 2AH"), ("Edinburgh", "EH1 2NG"),
           ("Barrow-in-Furness", "LA14 1XA")),
    "CA": (("Saskatoon", "SK", "S7K 1J5"), ("St. John's", "NL", "A1C 5M2"), ("Mississauga", "ON", "L5B 2T4"),
           ("Victoria", "BC", "V8W 1P6")),
}  # fmt: skip
ROADS = (
    "Juniper Hollow Rd", "SE Foster Road", "County Road 415", "Ridgecrest Circle", "Larkspur Way", "NW 23rd Ave",
    "Old Post Pike", "Avenida del Sol", "Chestnut", "Paseo de Peralta", "Orchard Terrace", "US Highway 50",
)  # fmt: skip
UK_ROADS = ("Larch Close", "Cathedral Street", "St Giles Gardens", "Quayside", "Prince of Wales Road")
SHOPS = (
    "CORNER GROCER 4150 PINE ST SEATTLE WA 98101", "FUEL STOP 22 DENVER CO 80202", "ATM WITHDRAWAL 9 MARKET ST",
    "Rent Hilltop Apartments", "Payroll deposit", "Zelle to B LLEWELLYN", "COFFEE HOUSE #118 BOULDER CO",
)  # fmt: skip
LEGAL = (
    "Pebble is a trading name of Cobblestone Bank, 77 Wharf Street, Suite 900, Portland, OR 97205. Deposits insured."
)
GREETING = (
    "Dear Member, thank you for saving with us. Questions about this statement? Write to Timberline Federal Credit "
    "Union, P.O. Box 4410, Helena, MT 59604 or stop by any branch."
)
ERRORS = (
    "Tell us your name and account number, describe the error or the transfer you are unsure about, and explain as "
    "clearly as you can why you believe it is an error. "
)
BUREAU = "Timberline Federal Credit Union<br/>Attn: Card Services<br/>P.O. Box 4410<br/>Helena, MT 59604"
TO_THE_RIGHT = [("ALIGN", (2, 0), (2, -1), "RIGHT")]
STYLE = ParagraphStyle("plain", fontName="Helvetica", fontSize=9, leading=12)


def _case(seed: int, countries: tuple[str, ...]) -> tuple[Case, random.Random]:
    rng = random.Random(seed * 7919 + 13)
    country = rng.choice(countries)
    one, two = rng.sample(PEOPLE, 2)
    one = rng.choice(TITLES) + one + rng.choice(SUFFIXES)
    form = rng.choice(("one", "one", "one", "two", "word"))
    joined = f"{one} {rng.choice(('and', '&', 'or'))} {two}"
    names = {"one": (one,), "two": (one, two), "word": (joined,)}[form]
    number = rng.randint(1, 48_000 if country == "US" else 400)
    if country == "GB":
        city, code = rng.choice(ABROAD["GB"])
        region = ""
        road = rng.choice(UK_ROADS)
        other = rng.choice(UK_ROADS)
        flat = (f"Flat {number % 30 + 1}, Mariner House", f"{number} {other}")
        lines: tuple[str, ...] = rng.choice(((f"{number} {road}",), flat, ("Rosemary Cottage", road)))
    else:
        city, region, code = rng.choice(SEATTLE if country == "US" else ABROAD["CA"])
        road = rng.choice(ROADS)
        ways: tuple[tuple[str, ...], ...] = (
            (f"{number} {road}",),
            (f"{number} {road}",),
            (f"{number} {road}, Apartment {number % 40 + 1}",),
            (f"{number} {road}", f"Unit #{number % 9 + 1}"),
            (f"RR {number % 9 + 1} Box {number % 90 + 1}",),
            (f"PO Box {number}",),
            (f"{number}-B {road}",),
        )
        lines = rng.choice(ways)
    first = date(2024, rng.randint(1, 10), 1)
    last = (first + timedelta(31)).replace(day=1) - timedelta(1)
    account = str(rng.randint(10**8, 10**9 - 1))
    case = Case(seed, country, names, names, lines, city, region, code, "", (), account, first, last)
    return case, rng


def _file(case: Case, story: list[Any], head: Callable[[Any, Any], None], size: tuple[float, float]) -> bytes:
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=size, leftMargin=48, rightMargin=48, topMargin=110, bottomMargin=80, invariant=1
    )
    document.build(story, onFirstPage=head, onLaterPages=head)
    made = f"D:{case.end + timedelta(2):%Y%m%d}101010+00'00'"
    return out.getvalue().replace(INVARIANT, made.encode())


def _rows(case: Case, rng: random.Random, count: int) -> list[list[str]]:
    return [
        [f"{case.start + timedelta(i):%b %d}", rng.choice(SHOPS), f"{rng.randint(-90000, 90000) / 100:,.2f}"]
        for i in range(count)
    ]


def app_bank(case: Case) -> bytes:
    """Draw the statement of a bank that is an app: a coloured band, a card with the person, facts beside it."""
    case, rng = _case(case.seed, ("US", "US", "GB", "CA"))
    size = letter if case.country != "GB" else A4

    def head(canvas: Any, _: Any) -> None:
        canvas.setFillColor(colors.HexColor("#3b1e6d"))
        canvas.rect(0, size[1] - 80, size[0], 80, stroke=0, fill=1)
        canvas.setFillColor(colors.white)
        canvas.setFont("Helvetica-Bold", 22)
        canvas.drawString(48, size[1] - 50, "Pebble")
        canvas.setFont("Helvetica", 9)
        canvas.drawRightString(
            size[0] - 48, size[1] - 46, "Money that behaves.  help@pebble.example  ·  pebble.example"
        )
        canvas.setFillColor(colors.grey)
        canvas.setFont("Helvetica", 6.5)
        canvas.drawString(
            48,
            40,
            LEGAL,
        )

    gb = case.country == "GB"
    place = (case.city, case.postal_code) if gb else (f"{case.city}, {case.region} {case.postal_code}",)
    big = ParagraphStyle("big", parent=STYLE, fontName="Helvetica-Bold", fontSize=15, leading=19)
    person = [Paragraph(escape(name), big) for name in case.names]
    person += [Paragraph(escape(line), STYLE) for line in (*case.street_lines, *place)]
    months = f"{case.start:%B %Y}"
    facts = [
        ["Account", f"•••• {case.mask}" if rng.random() < 0.5 else case.number],
        ["Sort code" if gb else "Routing", "20-45-99" if gb else "021000021"],
        ["Opened", "3 March 2019"],
    ]
    title = ParagraphStyle("title", parent=STYLE, fontName="Helvetica-Bold", fontSize=17, leading=24)
    covers = (
        f"{case.start.day} {case.start:%B} – {case.end.day} {case.end:%B} {case.end.year}"
        if gb
        else f"{case.start:%B} {case.start.day} – {case.end:%B} {case.end.day}, {case.end.year}"
    )
    card = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("BACKGROUND", (0, 0), (-1, -1), colors.HexColor("#f4f1fa"))]
    story: list[Any] = [
        Paragraph(f"Your {months} statement", title),
        Paragraph(f"This statement covers {covers}.", STYLE),
        Spacer(1, 14),
        Table([[person, Table(facts, colWidths=(70, 130))]], colWidths=(300, 210), style=card),
        Spacer(1, 14),
        Table([["When", "What", "How much"], *_rows(case, rng, 18)], colWidths=(60, 350, 90), style=TO_THE_RIGHT),
    ]  # fmt: skip
    return _file(case, story, head, size)


def member_letter(case: Case) -> bytes:
    """Draw the letter of a credit union: letterhead in the middle, the member indented, a box with the facts."""
    case, rng = _case(case.seed, ("US", "US", "US", "CA"))
    case = replace(case, upper=rng.random() < 0.6)
    centre = ParagraphStyle("centre", parent=STYLE, fontName="Times-Roman", alignment=TA_CENTER)
    times = ParagraphStyle("times", parent=STYLE, fontName="Times-Roman", fontSize=10, leading=12)
    inside = ParagraphStyle("inside", parent=times, leftIndent=36)
    small = ParagraphStyle("small", parent=times, fontSize=7, leading=8.5, alignment=TA_JUSTIFY)

    def head(canvas: Any, document: Any) -> None:
        for i, (font, height, text) in enumerate(
            (
                ("Times-Bold", 15, "Timberline Federal Credit Union"),
                ("Times-Roman", 8, "1200 Summit Parkway, Helena, MT 59601"),
                ("Times-Roman", 8, "(406) 555-0142 · Toll free (800) 555-0199"),
            )
        ):
            canvas.setFont(font, height)
            canvas.drawCentredString(letter[0] / 2, letter[1] - 48 - 13 * i, text)
        canvas.setFont("Times-Roman", 7)
        canvas.drawCentredString(
            letter[0] / 2, 36, f"Page {document.page}    Federally insured by NCUA    Equal Housing Lender"
        )

    a, b = case.start, case.end
    roman = ("FONT", (0, 0), (-1, -1), "Times-Roman", 9)
    box = Table(
        [
            ["Statement Dates", f"{a:%m/%d/%Y} thru {b:%m/%d/%Y}"],
            ["Member Number", f"XXXXX{case.mask}"],
            ["Branch", "Main Office"],
        ],
        colWidths=(90, 140), style=[("BOX", (0, 0), (-1, -1), 0.5, colors.black), roman],
    )  # fmt: skip
    block = [
        Paragraph(
            f"{rng.randint(10**6, 10**7)}  {rng.randint(1, 99):02d} MB 0.482",
            ParagraphStyle("code", parent=inside, fontSize=6, leading=9),
        )
    ]
    lines = (*case.names, *case.street_lines, f"{case.city} {case.region}  {case.postal_code}")
    block += [Paragraph(escape(case.text(line)).replace("  ", "&nbsp; "), inside) for line in lines]
    story: list[Any] = [
        Table([[block, box]], colWidths=(280, 240), style=[("VALIGN", (0, 0), (-1, -1), "TOP")]),
        Spacer(1, 16),
        Paragraph(GREETING, times),
        Spacer(1, 12),
        Paragraph(f"SHARE DRAFT CHECKING &nbsp; Account Number ending in {case.mask}", times),
        Table(_rows(case, rng, 20), colWidths=(60, 350, 90), style=[roman, *TO_THE_RIGHT]),
        PageBreak(),
        Paragraph("In case of errors or questions", centre),
        Spacer(1, 8),
        Paragraph(BUREAU, times),
        Spacer(1, 8),
        Paragraph(ERRORS * 6, small),
    ]  # fmt: skip
    return _file(case, story, head, letter)


def app_case(case: Case) -> Case:
    """Say what should be read from ``app_bank``."""
    return _case(case.seed, ("US", "US", "GB", "CA"))[0]


def member_case(case: Case) -> Case:
    """Say what should be read from ``member_letter``."""
    return _case(case.seed, ("US", "US", "US", "CA"))[0]


LAYOUTS: dict[str, Callable[[Case], bytes]] = {"app_bank": app_bank, "member_letter": member_letter}
CASES: dict[str, Callable[[Case], Case]] = {"app_bank": app_case, "member_letter": member_case}
