"""Two more kinds of statements, written after the reader had been mended by ``statements_unseen``.

One is drawn word by word in no order, with the block on the right as French and British windows have it; the other is a
firm's, across the page, in a grid whose small labels stand above their values.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4, letter
from statements import Case, Pen

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = (
    "Mireille Castanet", "Hugo Baumgartner-Weiss", "Siobhan Kilbride", "Piotr Wojciechowski", "Ines Fonseca Ribeiro",
    "Gareth Pryce", "Fatoumata Keita", "Lorenz Hinteregger", "Ada Lovegrove", "Kofi Mensah-Bonsu",
    "Beatrix Ollerenshaw",
    "Mehmet Yildirim", "Clementine Rue", "Ezekiel Thornbury", "Nguyen Thi Hoa", "Alasdair McKechnie",
)  # fmt: skip
FIRMS = (
    "Kestrel Tooling GmbH", "Larkin & Daughters Joinery Ltd", "Saltmarsh Oyster Co. Ltd", "Nine Elms Catering Limited",
    "Bluff City Roofing, Inc.", "Desert Star Logistics LLC", "Ocotillo Veterinary Group PLLC",
    "Tidewater Fabrication Corp", "Hartwell Family Dentistry P.C.", "Iron Range Outfitters Incorporated",
)  # fmt: skip
PLACES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "GB": (("Aberystwyth", "", "SY23 2AU"), ("Kingston upon Thames", "", "KT1 1EU"), ("Inverness", "", "IV1 1HT")),
    "DE": (("Freiburg im Breisgau", "", "79098"), ("Neustadt an der Weinstraße", "", "67433"), ("Jena", "", "07743")),
    "US": (("Memphis", "TN", "38103"), ("Tucson", "AZ", "85701"), ("Eau Claire", "WI", "54701"),
           ("Norfolk", "VA", "23510"), ("Truth or Consequences", "NM", "87901"), ("Duluth", "MN", "55802-2210")),
}  # fmt: skip
ROADS = {
    "GB": ("Penglais Road", "Thames Side", "Church Lane", "Bridge Wharf", "Upper Bognor Road"),
    "DE": ("Kaiser-Joseph-Straße", "Am Alten Wasserturm", "Schillerplatz", "Rotdornweg"),
    "US": ("Union Ave", "E Speedway Blvd", "Water Street", "Granby St", "State Hwy 187", "Superior St",
           "Calle del Norte"),
}  # fmt: skip


MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
ROWS = ("Card payment Bakewell Stores", "Standing order R Ollerenshaw", "Lastschrift Stadtwerke", "Miete")
WRITE = "Send correspondence to Gulfstream Commercial Bank, Treasury Services, PO Box 9920, Pensacola, FL 32513."


def _base(seed: int, countries: tuple[str, ...]) -> tuple[Case, random.Random]:
    rng = random.Random(seed * 104_729 + 7)
    country = rng.choice(countries)
    city, region, code = rng.choice(PLACES[country])
    road, number = rng.choice(ROADS[country]), rng.randint(1, 240)
    first = date(2025, rng.randint(1, 9), 1)
    last = (first + timedelta(31)).replace(day=1) - timedelta(1)
    lines: tuple[str, ...] = (f"{road} {number}",) if country == "DE" else (f"{number} {road}",)
    if country == "US" and rng.random() < 0.4:
        lines = rng.choice(((f"{number} {road}, Ste {number + 100}",), (f"{number} {road}", f"Floor {number % 9 + 1}")))
    account = str(rng.randint(10**7, 10**8 - 1))
    return Case(seed, country, (), (), lines, city, region, code, "", (), account, first, last), rng


def _scatter(case: Case) -> tuple[Case, random.Random]:
    case, rng = _base(case.seed, ("GB", "DE", "GB"))
    one, two = rng.sample(PEOPLE, 2)
    title = rng.choice(("", "Mr ", "Mrs ", "Dr ")) if case.country == "GB" else ""
    names = rng.choice(((title + one,), (title + one,), (one, two), (f"{one} & {two}",)))
    return replace(case, names=names, name_lines=names), rng


def scattered(case: Case) -> bytes:
    """Draw a letter word by word, in no order."""
    case, rng = _scatter(case)
    german = case.country == "DE"
    pen = Pen(case, size=A4)
    words: list[tuple[float, float, str, str, float]] = []

    def put(x: float, y: float, text: str, font: str = "Times-Roman", size: float = 10.5) -> None:
        for word in text.split():
            words.append((x, y, word, font, size))
            x += pen.canvas.stringWidth(word + " ", font, size)

    bank = ("Wexcombe Bank", "2 Minster Yard", "Salisbury SP1 2EJ")
    if german:
        bank = ("Albis Privatbank AG", "Zeughausgasse 9", "79098 Freiburg")
    put(56, 60, bank[0], "Times-Bold", 17)
    put(56, 76, ", ".join(bank[1:]), size=7.5)
    place = (f"{case.postal_code} {case.city}",) if german else (case.city.upper(), case.postal_code)
    y = 150.0
    for line in (*case.names, *case.street_lines, *place):
        put(335, y, line)
        y += 13
    a, b = case.start, case.end
    if german:
        put(56, 260, f"Kontoauszug {a.month}/{a.year}", "Times-Bold", 13)
        put(56, 278, f"vom {a.day}. {MONTHS[a.month - 1]} {a.year} bis {b.day}. {MONTHS[b.month - 1]} {b.year}")
        put(56, 292, f"Konto-Nr. {case.number}")
    else:
        put(56, 260, "Your current account statement", "Times-Bold", 13)
        put(56, 278, f"{a.day} {a:%B} {a.year} to {b.day} {b:%B} {b.year}")
        put(56, 292, f"Account no. {case.number} Sort code 40-11-60")
    for i in range(16):
        y = 330 + 15.0 * i
        put(56, y, f"{a + timedelta(i):%d.%m.}" if german else f"{a + timedelta(i):%d %b}")
        put(120, y, rng.choice(ROWS))
        put(450, y, f"{rng.randint(100, 99999) / 100:.2f}")
    foot = "Registered office: 2 Minster Yard, Salisbury SP1 2EJ. Authorised and regulated."
    if german:
        foot = "Sitz: Zeughausgasse 9, 79098 Freiburg. Vorstand: Dr. L. Hinteregger."
    put(56, 800, foot, size=7)
    rng.shuffle(words)
    for x, y, word, font, size in words:
        pen.write(x, y, word, font, size)
    return pen.done()


def _gridded(case: Case) -> tuple[Case, random.Random]:
    case, rng = _base(case.seed, ("US",))
    firm = rng.choice(FIRMS)
    return replace(case, names=(firm,), name_lines=(firm,), firm=True), rng


def grid(case: Case) -> bytes:
    """Draw a firm's statement across the page: a grid of cells with a small grey label above each value."""
    case, rng = _gridded(case)
    width, height = letter[1], letter[0]
    pen = Pen(case, size=(width, height))
    pen.write(40, 40, "Commercial Account Analysis", "Helvetica-Bold", 15)
    pen.write(40, 54, "Gulfstream Commercial Bank, 600 Bayfront Plaza, Pensacola, FL 32502", size=7)
    a, b = case.start, case.end
    cells = (
        ("PREPARED FOR", (case.names[0], *case.street_lines, f"{case.city} {case.region} {case.postal_code}")),
        ("RELATIONSHIP MANAGER", ("Ezekiel Thornbury", "Commercial Banking", "(850) 555-0161")),
        ("REPORTING CYCLE", (f"{a:%m/%d/%Y} – {b:%m/%d/%Y}", "ACCOUNT NUMBER", f"xxxx{case.mask}")),
    )  # fmt: skip
    for i, (label, lines) in enumerate(cells):
        x = 40 + 240 * i
        pen.canvas.rect(x - 6, height - 170, 232, 90, stroke=1, fill=0)
        pen.canvas.setFillGray(0.45)
        pen.write(x, 92, label, "Helvetica", 6.5)
        pen.canvas.setFillGray(0)
        pen.lines(x, 106, lines, "Helvetica", 9.5)
    y = 200.0
    for service, volume in (("Deposits credited", 118), ("Checks paid", 42), ("ACH items", 77), ("Wire transfers", 3)):
        pen.write(40, y, service)
        pen.write(300, y, str(volume))
        pen.canvas.drawRightString(620, height - y, f"{rng.randint(1000, 99999) / 100:,.2f}")
        y += 15
    pen.write(40, y + 30, WRITE, size=8)
    return pen.done()


LAYOUTS: dict[str, Callable[[Case], bytes]] = {"scattered": scattered, "grid": grid}
CASES: dict[str, Callable[[Case], Case]] = {
    "scattered": lambda case: _scatter(case)[0],
    "grid": lambda case: _gridded(case)[0],
}
