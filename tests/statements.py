"""Invented bank statements: people, addresses and periods from a seed, drawn in many layouts with reportlab.

Each layout draws a ``Case`` and says nothing of it; what should be read is the case itself.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportlab.lib.pagesizes import A4, letter
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GIVEN = ("Jane", "Peter", "Maria", "Oscar", "Helen", "Tomas", "Aisha", "Victor", "Nadia", "George", "Chloe", "Ivan",
         "Ruth", "Samuel", "Priya", "Lucas", "Hannah", "Omar", "Greta", "Felix", "Ingrid", "Paul")  # fmt: skip
FAMILY = ("Zolkiewski", "Byrne", "Marsh", "Okafor", "Lindqvist", "Delgado", "Haverford", "Nakamura", "O'Leary", "Banks",
          "Petrov-Hale", "Lane", "St. John", "Whitcombe", "Raghunathan", "Moreau", "Castellanos", "Pemberton", "Hill",
          "van der Berg", "Schmidt", "Abernathy", "Page")  # fmt: skip
FIRMS = (
    "Riverton Foods LLC", "Blue Heron Bakery Inc", "Whitcombe & Sons Ltd", "Marsh Plumbing Services LLC",
    "4th Avenue Dental LLC", "Okafor Consulting Corp", "The Copper Kettle Company", "Harbor Light Foundation Inc",
)  # fmt: skip
TRADES = ("Sunrise Cafe", "Marsh Electric", "Green Door Books")
STREETS = {
    "US": ("Main St", "Oak Avenue", "N Elm Dr", "Sycamore Ln", "W 42nd Street", "Kings Highway", "Broadway",
           "Mill Pond Rd", "Park Place Blvd", "State Route 12"),
    "CA": ("King Street W", "Rue Sherbrooke O", "Maple Crescent", "Bay St", "Boul Saint-Laurent"),
    "GB": ("High Street", "Station Road", "Mill Lane", "The Green", "Kings Court", "Victoria Terrace"),
    "DE": ("Hauptstraße", "Am Markt", "Gartenweg", "Lindenallee", "Bahnhofstr.", "Unter den Eichen"),
}  # fmt: skip
PLACES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "US": (("Springfield", "IL", "62704"), ("San Francisco", "CA", "94107"), ("New York", "NY", "10027"),
           ("St. Paul", "MN", "55104"), ("Salt Lake City", "UT", "84101"), ("Boston", "MA", "02139-1234"),
           ("Winston-Salem", "NC", "27101"), ("Coeur d'Alene", "ID", "83814"), ("Austin", "TX", "78701-4411")),
    "CA": (("Toronto", "ON", "M5V 2T6"), ("Montreal", "QC", "H3Z 2Y7"), ("Vancouver", "BC", "V6B 1A1"),
           ("Halifax", "NS", "B3J 1S9")),
    "GB": (("London", "", "SW1A 1AA"), ("Bristol", "", "BS1 4DJ"), ("Leeds", "", "LS1 4AP"),
           ("Stow-on-the-Wold", "", "GL54 1AB")),
    "DE": (("Berlin", "", "10115"), ("München", "", "80331"), ("Bad Homburg", "", "61348"), ("Köln", "", "50667")),
}  # fmt: skip
BANKS = (
    "First Harbor Bank, N.A.",
    "Prairie Community Credit Union",
    "Northgate Savings Bank",
    "Meridian National Bank",
)
FOREIGN_BANKS = {"GB": "Ashdown Bank plc", "DE": "Sparkasse Lindental", "CA": "Bank of Georgian Bay", "US": BANKS[0]}
UNITS = ("Apt 4B", "Unit 12", "Suite 300", "# 7")


@dataclass(frozen=True)
class Case:
    """One statement: what is printed, and what should be read from it."""

    seed: int
    country: str
    names: tuple[str, ...]
    name_lines: tuple[str, ...]
    street_lines: tuple[str, ...]
    city: str
    region: str
    postal_code: str
    bank: str
    bank_lines: tuple[str, ...]
    number: str
    start: date
    end: date
    named_country: bool = False
    upper: bool = False
    firm: bool = False
    rows: tuple[tuple[date, str, int], ...] = field(default=(), repr=False)

    @property
    def address(self) -> dict[str, str | None]:
        """The address in the contract's parts."""
        return {
            "street": ", ".join(self.street_lines),
            "city": self.city,
            "region": self.region or None,
            "postal_code": self.postal_code,
            "country": self.country,
        }

    @property
    def place_lines(self) -> tuple[str, ...]:
        """The lines after the street."""
        country = {"US": "USA", "CA": "Canada", "GB": "United Kingdom", "DE": "Germany"}[self.country]
        last = (country,) if self.named_country else ()
        if self.country == "GB":
            return (self.city, self.postal_code, *last) if self.seed % 2 else (f"{self.city} {self.postal_code}", *last)
        if self.country == "DE":
            return (f"{self.postal_code} {self.city}", *last)
        comma = "," if self.seed % 3 else ""
        gap = "  " if self.seed % 5 == 0 else " "
        return (f"{self.city}{comma} {self.region}{gap}{self.postal_code}", *last)

    @property
    def block(self) -> tuple[str, ...]:
        """Name, street and place as a letter has them."""
        return (*self.name_lines, *self.street_lines, *self.place_lines)

    @property
    def one_line(self) -> str:
        """The address in one line."""
        if self.country == "DE":
            return f"{', '.join(self.street_lines)}, {self.postal_code} {self.city}"
        if self.country == "GB":
            return f"{', '.join(self.street_lines)}, {self.city}, {self.postal_code}"
        return f"{', '.join(self.street_lines)}, {self.city}, {self.region} {self.postal_code}"

    def text(self, value: str) -> str:
        """Write a text as this statement does."""
        return value.upper() if self.upper else value

    @property
    def mask(self) -> str:
        """The last four digits of the account's number."""
        return self.number[-4:]

    def masked(self) -> str:
        """The number as it is printed."""
        forms = (self.number, f"XXXXXX{self.mask}", f"****{self.mask}", f"XXXX-XXXX-{self.mask}", f"...{self.mask}")
        return forms[self.seed % len(forms)]

    def period(self) -> str:
        """The period as it is printed."""
        a, b = self.start, self.end
        if self.country == "DE":
            return f"{a:%d.%m.%Y} - {b:%d.%m.%Y}" if self.seed % 2 else f"{a:%d.%m.%Y} bis {b:%d.%m.%Y}"
        if self.country == "GB":
            return (
                f"{a.day} {a:%B} {a.year} to {b.day} {b:%B} {b.year}"
                if self.seed % 2
                else f"{a:%d/%m/%Y} - {b:%d/%m/%Y}"
            )
        return (
            f"{a:%B} {a.day}, {a.year} - {b:%B} {b.day}, {b.year}",
            f"{a:%m/%d/%Y} - {b:%m/%d/%Y}",
            f"{a:%m/%d/%y} through {b:%m/%d/%y}",
            f"{a:%b} {a.day} - {b:%b} {b.day}, {b.year}",
            f"{a:%Y-%m-%d} to {b:%Y-%m-%d}",
            f"{a.day} {a:%b} {a.year} – {b.day} {b:%b} {b.year}",
        )[self.seed % 6]


def person(rng: random.Random) -> tuple[str, str]:
    """Invent a given name, with a middle initial or not, and a family name."""
    given = rng.choice(GIVEN)
    return (f"{given} {rng.choice('ABCDEFGHKLMRSTW')}" if rng.random() < 0.3 else given), rng.choice(FAMILY)


def holders(rng: random.Random, form: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Invent who holds the account: the names to be read, and the lines they are printed on."""
    (given, family), (other, last) = person(rng), person(rng)
    while other.split()[0] == given.split()[0]:
        other, last = person(rng)
    one, two = f"{given} {family}", f"{other} {last}"
    if form == "two lines":
        return (one, two), (one, two)
    if form == "two lines, and":
        word = rng.choice(("and", "or", "&"))
        return (one, two), (f"{one} {word}", two)
    if form in ("and", "or"):
        return (f"{one} {form} {two}",), (f"{one} {form} {two}",)
    if form == "surname once":
        name = f"{given} & {other} {family}"
        return (name,), (name,)
    return (one,), (one,)


NAME_FORMS = ("one", "one", "two lines", "two lines, and", "and", "or", "surname once")


def street(rng: random.Random, country: str, form: str) -> tuple[str, ...]:
    """Invent the lines of a street."""
    number = rng.randint(2, 9999 if country == "US" else 180)
    name = rng.choice(STREETS[country])
    if country == "DE":
        return (f"{name} {number}",)
    if country == "GB":
        return (f"Flat {rng.randint(1, 9)}", f"{number} {name}") if form == "unit line" else (f"{number} {name}",)
    if form == "box":
        return (f"PO Box {number}",) if number % 2 else (f"P.O. BOX {number}",)
    unit = rng.choice(UNITS)
    if form == "unit line":
        return (f"{number} {name}", unit)
    return (f"{number} {name} {unit}",) if form == "unit" else (f"{number} {name}",)


def make(seed: int, **wanted: Any) -> Case:
    """Invent a case.

    Args:
        seed: What everything is drawn from.
        wanted: ``country``, ``names`` (a form of ``NAME_FORMS``), ``street`` (a form), and members of ``Case``.
    """
    rng = random.Random(seed)
    country = wanted.pop("country", "US")
    names, name_lines = holders(rng, wanted.pop("names", rng.choice(NAME_FORMS)))
    lines = street(rng, country, wanted.pop("street", rng.choice(("plain", "plain", "unit", "unit line", "box"))))
    city, region, code = rng.choice(PLACES[country])
    home, home_region, home_code = rng.choice(PLACES[country])
    bank = FOREIGN_BANKS[country] if country != "US" else rng.choice(BANKS)
    bank_street = street(rng, country, rng.choice(("plain", "box")))
    place = {
        "DE": f"{home_code} {home}",
        "GB": f"{home} {home_code}",
    }.get(country, f"{home}, {home_region} {home_code}")
    start = date(2023, 1, 1) + timedelta(rng.randint(0, 700))
    start = start.replace(day=rng.choice((1, 1, 15)))
    end = (start + timedelta(31)).replace(day=start.day) - timedelta(1)
    rows = tuple(
        (start + timedelta(rng.randint(0, 28)), rng.choice(("Grocery", "Transfer to savings", "Payroll", "Check 1021")),
         rng.randint(100, 400_000))
        for _ in range(12)
    )  # fmt: skip
    case = Case(
        seed, country, names, name_lines, lines, city, region, code, bank, (bank, *bank_street, place),
        f"{rng.randint(10**9, 10**10 - 1)}", start, end, rng.random() < 0.15, rng.random() < 0.3,
        rows=tuple(sorted(rows)),
    )  # fmt: skip
    return replace(case, **wanted)


INVARIANT = b"D:20000101000000+00'00'"  # the dates that reportlab writes where two runs shall give equal files


class Pen:
    """A canvas that writes lines from the upper left corner."""

    def __init__(self, case: Case, *, size: tuple[float, float] | None = None, **options: Any) -> None:
        self.case = case
        self.file = io.BytesIO()
        shape: tuple[float, float] = size or (letter if case.country in ("US", "CA") else A4)
        self.width, self.height = shape
        self.canvas = Canvas(self.file, pagesize=(self.width, self.height), invariant=1, **options)

    def write(self, x: float, y: float, text: str, font: str = "Helvetica", size: float = 9) -> None:
        """Write a text with its base line ``y`` points below the upper edge."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.height - y, self.case.text(text))

    def lines(
        self,
        x: float,
        y: float,
        texts: Sequence[str],
        font: str = "Helvetica",
        size: float = 9,
        *,
        step: float = 1.25,
        align: str = "left",
    ) -> float:
        """Write lines below one another; give the base line after the last."""
        for text in texts:
            wide = self.canvas.stringWidth(self.case.text(text), font, size)
            self.write(x - {"left": 0, "right": wide, "middle": wide / 2}[align], y, text, font, size)
            y += step * size
        return y

    def table(self, y: float, x: float = 60) -> None:
        """Draw the transactions."""
        day = {"US": "%m/%d/%Y", "CA": "%m/%d/%Y", "GB": "%d %b %Y", "DE": "%d.%m.%Y"}[self.case.country]
        for name, at in (("Date", x), ("Description", x + 80), ("Amount", x + 380)):
            self.write(at, y, name, "Helvetica-Bold")
        for when, what, cents in self.case.rows:
            y += 14
            self.write(x, y, f"{when:{day}}")
            self.write(x + 80, y, what)
            self.canvas.drawRightString(x + 420, self.height - y, f"{cents / 100:,.2f}")

    def done(self) -> bytes:
        """Give the file, made in the night after the period ended."""
        self.canvas.showPage()
        self.canvas.save()
        made = f"D:{self.case.end + timedelta(1):%Y%m%d}031500+00'00'"
        return self.file.getvalue().replace(INVARIANT, made.encode())


def statement_word(case: Case) -> str:
    """The title."""
    return "Kontoauszug" if case.country == "DE" else "Account Statement"


def about(pen: Pen, x: float, y: float) -> None:
    """Draw number and period."""
    case = pen.case
    label = {"DE": ("Kontonummer:", "Zeitraum:")}.get(case.country, ("Account number:", "Statement period:"))
    pen.write(x, y, label[0], "Helvetica-Bold")
    pen.write(x + 90, y, case.masked())
    pen.write(x, y + 14, label[1], "Helvetica-Bold")
    pen.write(x + 90, y + 14, case.period())


def window_left(case: Case) -> bytes:
    """Draw a letter for a window envelope: block upper left, the bank's header above it."""
    pen = Pen(case)
    pen.write(60, 50, case.bank, "Times-Bold", 16)
    pen.lines(60, 64, [" · ".join(case.bank_lines[1:])], "Times-Roman", 7)
    pen.lines(60, 140, case.block, size=10)
    pen.write(360, 140, statement_word(case), "Helvetica-Bold", 12)
    about(pen, 330, 160)
    pen.table(300)
    return pen.done()


def header_right(case: Case) -> bytes:
    """Draw the holder upper right and the bank upper left, at the same height."""
    pen = Pen(case)
    pen.lines(60, 60, case.bank_lines, "Helvetica", 9)
    pen.lines(370, 60, case.block, "Helvetica", 9)
    pen.write(60, 180, statement_word(case), "Helvetica-Bold", 14)
    about(pen, 60, 205)
    pen.table(280)
    return pen.done()


def two_columns(case: Case) -> bytes:
    """Draw the holder on the left and, on the same base lines, how to reach the bank on the right."""
    pen = Pen(case)
    pen.write(60, 45, case.bank, "Helvetica-Bold", 14)
    pen.lines(60, 110, case.block, size=9)
    pen.lines(340, 98, ["Customer service", *case.bank_lines, "1-800-555-0100", "www.bank.example"], size=9, step=1.33)
    pen.write(60, 220, f"{statement_word(case)}  {case.period()}")
    pen.write(60, 234, f"Account number: {case.masked()}")
    pen.table(280)
    return pen.done()


def labelled(case: Case) -> bytes:
    """Draw a form with labels and values on one line."""
    pen = Pen(case)
    pen.write(60, 50, case.bank, "Helvetica-Bold", 14)
    pen.write(60, 66, ", ".join(case.bank_lines[1:]), size=7)
    label = (
        "Kontoinhaber:"
        if case.country == "DE"
        else ("Account holder:", "Customer name:", "Account Holder(s):")[case.seed % 3]
    )
    pen.write(60, 110, label, "Helvetica-Bold")
    y = pen.lines(170, 110, case.name_lines)
    pen.write(60, y, "Anschrift:" if case.country == "DE" else "Address:", "Helvetica-Bold")
    if case.seed % 2 and not case.named_country:
        pen.write(170, y, case.one_line)
        y += 12
    else:
        y = pen.lines(170, y, (*case.street_lines, *case.place_lines))
    about(pen, 60, y)
    pen.table(y + 60)
    return pen.done()


def inline_labels(case: Case) -> bytes:
    """Draw labels and values as one string each."""
    pen = Pen(case)
    pen.lines(300, 50, case.bank_lines, "Times-Roman", 10, align="middle")
    pen.write(60, 130, statement_word(case), "Helvetica-Bold", 13)
    pen.write(60, 160, f"Name: {case.name_lines[0]}")
    y = 174.0
    if len(case.name_lines) > 1:
        indent = pen.canvas.stringWidth(case.text("Name: "), "Helvetica", 9)
        y = pen.lines(60 + indent, y, case.name_lines[1:])
    pen.write(60, y, f"Address: {case.one_line}")
    pen.write(60, y + 14, f"Account No: {case.masked()}")
    pen.write(60, y + 28, f"Period: {case.period()}")
    pen.table(y + 80)
    return pen.done()


def table_form(case: Case) -> bytes:
    """Draw a table: labels in the first row, values below."""
    pen = Pen(case, size=(A4[1], A4[0]))
    pen.write(60, 50, case.bank, "Helvetica-Bold", 14)
    pen.write(60, 66, ", ".join(case.bank_lines[1:]), size=7)
    columns = (60, 270, 500, 620)
    for x, name in zip(columns, ("Account holder", "Address", "Account number", "Statement period"), strict=True):
        pen.write(x, 110, name, "Helvetica-Bold")
    pen.lines(columns[0], 124, case.name_lines)
    pen.lines(columns[1], 124, (*case.street_lines, *case.place_lines))
    pen.write(columns[2], 124, case.masked())
    pen.write(columns[3], 124, case.period())
    pen.table(220)
    return pen.done()


def typewriter(case: Case) -> bytes:
    """Draw everything in capitals with a typewriter's font, with a line for the sorting machine."""
    case = replace(case, upper=True)
    pen = Pen(case)
    pen.lines(50, 50, [case.bank, *case.bank_lines[1:]], "Courier", 9)
    pen.lines(50, 130, ["000482 01 AB 0.507 **AUTO  T4 0 2210 62704-123445", *case.block], "Courier", 10, step=1.2)
    pen.write(390, 130, "PAGE 1 OF 4", "Courier", 9)
    pen.write(390, 144, f"ACCOUNT NUMBER {case.masked()}", "Courier", 9)
    pen.write(50, 240, f"STATEMENT PERIOD {case.period()}", "Courier", 9)
    pen.table(280)
    return pen.done()


def footer(case: Case) -> bytes:
    """Draw the holder upper left and the bank's address only in the foot, on two pages."""
    pen = Pen(case)
    for page in (1, 2):
        pen.write(60, 50, statement_word(case), "Helvetica-Bold", 16)
        pen.write(480, 50, f"Page {page} of 2", size=8)
        if page == 1:
            pen.lines(60, 120, case.block, size=10)
            about(pen, 330, 120)
            pen.table(260)
        pen.lines(pen.width / 2, pen.height - 60, case.bank_lines, size=8, align="middle")
        if page == 1:
            pen.canvas.showPage()
    return pen.done()


def remittance(case: Case) -> bytes:
    """Draw a slip at the foot: from whom on the left, where the payment goes on the right."""
    pen = Pen(case)
    pen.write(60, 50, case.bank, "Helvetica-Bold", 14)
    pen.write(60, 90, statement_word(case), "Helvetica-Bold", 12)
    about(pen, 60, 110)
    pen.table(160)
    pen.write(60, 560, "Please detach and return with your payment", size=8)
    pen.lines(60, 620, case.block, size=10)
    pen.lines(350, 606, ["Make checks payable to:", *case.bank_lines], size=10)
    return pen.done()


def centred(case: Case) -> bytes:
    """Draw the holder's block around the middle of the page."""
    pen = Pen(case)
    pen.write(60, 50, case.bank, "Times-Bold", 15)
    pen.lines(60, 66, case.bank_lines[1:], "Times-Roman", 8)
    pen.lines(pen.width / 2, 140, case.block, "Times-Roman", 11, align="middle")
    about(pen, 60, 240)
    pen.table(300)
    return pen.done()


def right_edge(case: Case) -> bytes:
    """Draw the holder's block flush with the right edge, and the file's text in another order than the page's."""
    pen = Pen(case)
    pen.table(320)
    about(pen, 60, 200)
    for i in reversed(range(len(case.block))):
        text = case.text(case.block[i])
        pen.canvas.setFont("Helvetica", 10)
        pen.canvas.drawRightString(pen.width - 60, pen.height - 120 - 13 * i, text)
    pen.lines(60, 60, case.bank_lines, size=9)
    return pen.done()


def care_of(case: Case) -> bytes:
    """Draw a letter that goes to somebody else's house."""
    other = "c/o Nadia Whitcombe" if case.seed % 2 else "C/O Harbor Light Foundation"
    return window_left(replace(case, name_lines=(*case.name_lines, other)))


def business(case: Case) -> bytes:
    """Draw a firm's statement, with a trade name or somebody's attention."""
    rng = random.Random(case.seed)
    firm, trade = rng.choice(FIRMS), rng.choice(TRADES)
    lines: tuple[str, ...] = (firm,)
    name = firm
    if case.seed % 3 == 1:
        lines, name = (firm, f"DBA {trade}"), f"{firm} DBA {trade}"
    elif case.seed % 3 == 2:
        lines = (firm, "Attn: Greta Moreau")
    return (window_left, header_right, footer)[case.seed % 3](replace(case, names=(name,), name_lines=lines, firm=True))


def business_case(case: Case) -> Case:
    """Say what should be read from ``business``."""
    rng = random.Random(case.seed)
    firm, trade = rng.choice(FIRMS), rng.choice(TRADES)
    return replace(case, names=(f"{firm} DBA {trade}" if case.seed % 3 == 1 else firm,))


LAYOUTS: dict[str, Callable[[Case], bytes]] = {
    draw.__name__: draw
    for draw in (
        window_left, header_right, two_columns, labelled, inline_labels, table_form, typewriter, footer, remittance,
        centred, right_edge, care_of, business,
    )
}  # fmt: skip
COUNTRIES = ("US", "US", "US", "CA", "GB", "DE")


# What should be read where a layout prints another case than the one it is given.
CASES: dict[str, Callable[[Case], Case]] = {"business": business_case}


def sample(
    layout: str,
    seed: int,
    layouts: dict[str, Callable[[Case], bytes]] = LAYOUTS,
    cases: dict[str, Callable[[Case], Case]] = CASES,
) -> tuple[Case, bytes]:
    """Draw one statement; the layout and the seed say everything about it."""
    case = make(seed, country=COUNTRIES[seed % len(COUNTRIES)])
    data = layouts[layout](case)
    return (cases[layout](case) if layout in cases else case), data


# data/sample/statement.pdf is this case, drawn by ``window_left``; ``python tests/statements.py`` draws it anew.
SAMPLE = replace(
    make(2, upper=True),
    names=("Maren T Okafor-Lindqvist",),
    name_lines=("Maren T Okafor-Lindqvist",),
    street_lines=("2417 Juniper Hollow Rd Apt 3B",),
    city="Portland",
    region="OR",
    postal_code="97214-2210",
    country="US",
    named_country=False,
)
SAMPLE_FILE = Path(__file__).parent.parent / "data" / "sample" / "statement.pdf"


def spelled(value: str | None) -> str:
    """Give a value as it is compared with what was printed: case and white space do not count."""
    return " ".join((value or "").casefold().split())


if __name__ == "__main__":
    SAMPLE_FILE.write_bytes(window_left(SAMPLE))
