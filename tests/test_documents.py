"""Owners are read out of statements of many layouts, in a process of its own that a hostile file cannot hold up."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hostile_pdfs
import pytest
import statements
import statements_second
import statements_unseen
from hostile_pdfs import one_page
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from statements import LAYOUTS, Pen, make, sample, spelled
from test_privacy import everything_of, leaks

from identity_match import IdentityMatchError, match
from identity_match.documents import LIMITS, REFUSALS, Limits, Statement, read_statement
from identity_match.documents.account import account_numbers, is_match
from identity_match.documents.child import answer
from identity_match.documents.dates import period_of
from identity_match.documents.extract import Settings, extract
from identity_match.documents.forms import label_of
from identity_match.documents.lines import runs_of, visible
from identity_match.documents.marks import File, Glyph, Page
from identity_match.documents.names import likely_name, names_of
from identity_match.documents.pdf import read_pdf
from identity_match.documents.postal import read_place, read_postal
from identity_match.documents.statement import from_extract
from identity_match.errors import DocumentError, InputError, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENT = LIMITS._replace(seconds=60)  # what is tested is not how busy the machine is
SEEDS = {layout: range(1_000 * i, 1_000 * i + 4) for i, layout in enumerate(LAYOUTS)}


def read_here(data: bytes, country: str = "US", limits: Limits = LIMITS) -> dict[str, Any]:
    """Read a file in this process."""
    return answer(data, limits, Settings(country))


def check(case: statements.Case, found: dict[str, Any]) -> None:
    """Compare what was read with what was printed."""
    owner = found["owners"][0]
    assert [spelled(name) for name in owner["names"]] == [spelled(name) for name in case.names]
    assert {part: spelled(text) for part, text in owner["addresses"][0]["data"].items()} == {
        part: spelled(text) for part, text in case.address.items()
    }
    assert found["numbers"][0] == case.mask
    assert found["period"] == [case.start.isoformat(), case.end.isoformat()]
    assert found["document_type"] == "BANK_STATEMENT"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str) -> None:
    for seed in SEEDS[layout]:
        check(*_read(sample(layout, seed)))


@pytest.mark.parametrize(
    ("made", "layout"),
    [(made, layout) for made in (statements_unseen, statements_second) for layout in made.LAYOUTS],
)
def test_layouts_written_afterwards(made: Any, layout: str) -> None:
    for seed in range(4):
        case, found = _read(sample(layout, seed, made.LAYOUTS, made.CASES))
        check(case, found)
        assert {kind for kind, _ in found["signals"]} == {"METADATA_DATES_MATCH"}


def _read(drawn: tuple[statements.Case, bytes]) -> tuple[statements.Case, dict[str, Any]]:
    return drawn[0], read_here(drawn[1])


@pytest.mark.parametrize("form", sorted(set(statements.NAME_FORMS)))
@pytest.mark.parametrize("layout", ["window_left", "labelled", "table_form"])
def test_forms_of_joint_names(layout: str, form: str) -> None:
    case = make(77, names=form, upper=False)
    check(case, read_here(LAYOUTS[layout](case)))


def drawn(*lines: tuple[float, float, str]) -> bytes:
    """Draw lines of text at places of their own."""
    pen = Pen(make(1, upper=False))
    for x, y, text in lines:
        pen.write(x, y, text)
    return pen.done()


def at(x: float, y: float, *texts: str) -> list[tuple[float, float, str]]:
    return [(x, y + 12 * i, text) for i, text in enumerate(texts)]


LINE = "Jane Doe, 100 Main St, Springfield, IL 62704"
PARTS = ("Street: 100 Main St", "City: Springfield", "State: IL", "ZIP code: 62704")
HOME = ("100 Main St", "Springfield, IL 62704")


@pytest.mark.parametrize(
    ("lines", "names", "street"),
    [
        # Nobody is taken from the bank's own address, wherever it stands.
        (at(60, 60, "First Harbor Bank", "PO Box 12", "Austin, TX 78701"), None, None),
        (at(60, 700, "Prairie Credit Union", "12 Oak Ave", "Austin, TX 78701"), None, None),
        (at(60, 60, "Customer service", "Harbor Light Inc", "PO Box 12", "Austin, TX 78701"), None, None),
        (at(60, 60, "Make checks payable to", "Jane Doe", *HOME), None, None),
        # A row of transactions holds shops' addresses.
        ([(60, 300, "01/05/2024"), (130, 300, LINE), (420, 300, "12.00")], None, None),
        # One line, with commas or bars.
        (at(60, 100, LINE), ["Jane Doe"], "100 Main St"),
        (at(60, 100, "Jane Doe | 100 Main St | Springfield, IL 62704"), ["Jane Doe"], "100 Main St"),
        # The letter's head directly above the names.
        (at(60, 100, "First Harbor Bank", "Jane Doe", "John Roe", *HOME), ["Jane Doe", "John Roe"], "100 Main St"),
        (at(60, 100, "**AUTO** 5-DIGIT 62704", "JANE DOE", *HOME), ["JANE DOE"], "100 Main St"),
        (at(60, 100, "0042137 01 AB 0.507", "JANE DOE", *HOME), ["JANE DOE"], "100 Main St"),
        # Labels with a value to the right, below, or in one text; a product's name is nobody's.
        ([(60, 100, "Account holder"), (160, 100, "Jane Doe")], ["Jane Doe"], None),
        (at(60, 100, "Account holder", "Jane Doe"), ["Jane Doe"], None),
        (at(60, 100, "Account holder: Jane Doe"), ["Jane Doe"], None),
        (at(60, 100, "Account name: Everyday Checking Account"), None, None),
        (at(60, 100, "First name: Jane", "Last name: Doe"), ["Jane Doe"], None),
        (at(60, 100, "Name: Jane Doe", *PARTS), ["Jane Doe"], "100 Main St"),
        (at(60, 100, "Account holder: Jane Doe", "Joint owner: John Roe"), ["Jane Doe", "John Roe"], None),
        # Somebody else's house; a trade name; a trust.
        (at(60, 100, "Jane Doe", "c/o Harbor Light Foundation", *HOME), ["Jane Doe"], "100 Main St"),
        (at(60, 100, "Marsh Foods LLC", "DBA Green Door", *HOME), ["Marsh Foods LLC DBA Green Door"], "100 Main St"),
        (at(60, 100, "4th Avenue Dental LLC", *HOME), ["4th Avenue Dental LLC"], "100 Main St"),
        (at(60, 100, "Jane Doe", "POD John Doe", *HOME), ["Jane Doe POD John Doe"], "100 Main St"),
        (at(60, 100, "Jane Doe & John", "Roe", *HOME), ["Jane Doe & John Roe"], "100 Main St"),
        (at(60, 100, "Jane Doe & Marie du", "Roe", *HOME), ["Jane Doe & Marie du Roe"], "100 Main St"),
        (at(60, 100, "Jane Doe", "Confidential", *HOME), None, None),
    ],
)  # fmt: skip
def test_whose_it_is(lines: list[tuple[float, float, str]], names: list[str] | None, street: str | None) -> None:
    owners = read_here(drawn(*lines, (300, 30, "Account statement")))["owners"]
    assert (owners[0]["names"] if owners else None) == names
    found = owners[0]["addresses"][0]["data"]["street"] if owners and owners[0]["addresses"] else None
    assert found == street


def test_phones_and_mail_of_the_holder_are_not_the_banks() -> None:
    lines = at(60, 100, "Account holder: Jane Doe", "Phone: (415) 555-0123", "Email: jane@example.com")
    owner = read_here(drawn(*lines, *at(350, 400, "Phone: (800) 555-0100")))["owners"][0]
    assert owner["phone_numbers"] == [{"data": "(415) 555-0123", "primary": True, "type": "other"}]
    assert [mail["data"] for mail in owner["emails"]] == ["jane@example.com"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SPRINGFIELD IL 62704", ("", "SPRINGFIELD", "IL", "62704", "us")),
        ("New York, New York 10027-1234", ("", "New York", "New York", "10027-1234", "us")),
        ("COLUMBUS, OH 43218 - 2051", ("", "COLUMBUS", "OH", "43218 - 2051", "us")),
        ("APO AE 09021", ("", "APO", "AE", "09021", "us")),
        ("100 Main St, Springfield, IL 62704", ("100 Main St", "Springfield", "IL", "62704", "us")),
        ("100 Main St Springfield IL 62704", ("100 Main St", "Springfield", "IL", "62704", "us")),
        ("Toronto ON  M5V 2T6", ("", "Toronto", "ON", "M5V 2T6", "ca")),
        ("SYDNEY NSW 2000", ("", "SYDNEY", "NSW", "2000", "au")),
        ("London SW1A 1AA", ("", "London", "", "SW1A 1AA", "gb")),
        ("BS1 4DJ", ("", "", "", "BS1 4DJ", "gb")),
        ("10115 Berlin", ("", "Berlin", "", "10115", "de")),
        ("12345 Main Street", None),
        ("Ending balance on 62704", None),
        ("Jane Doe", None),
        ("", None),
    ],
)  # fmt: skip
def test_lines_with_a_postal_code(text: str, place: tuple[str, ...] | None) -> None:
    found = read_place(text)
    assert (found and tuple(found[:5])) == place


@pytest.mark.parametrize(
    ("lines", "street", "city"),
    [
        (["Jane Doe", "Rose Cottage", "Mill Lane", "Fakenham", "NR21 0AA"], "Rose Cottage, Mill Lane", "Fakenham"),
        (["Mary Lane", "12 Mill Lane", "Fakenham", "Norfolk", "NR21 0AA"], "12 Mill Lane", "Fakenham"),
        (
            ["Jane Doe", "12 Mill Lane", "Little Snoring", "Fakenham", "NR21 0AA"],
            "12 Mill Lane, Little Snoring",
            "Fakenham",
        ),
        (["Jane Doe", "One Market Plaza", "San Francisco CA 94105"], "One Market Plaza", "San Francisco"),
        (["Jane Doe", "PSC 3 Box 4120", "APO AE 09021"], "PSC 3 Box 4120", "APO"),
        (["Felix Schmidt", "Hauptstr. 5a", "80331 München", "Germany"], "Hauptstr. 5a", "München"),
    ],
)
def test_addresses_in_blocks(lines: list[str], street: str, city: str) -> None:
    found = read_postal(lines, "us")
    assert found is not None
    assert found.first == 1
    assert (found.address.street, found.address.city) == (street, city)


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (["Statement period: January 1, 2024 - January 31, 2024"], (2024, 1, 1), (2024, 1, 31)),
        (["Statement period 12/15/23 through 01/14/24"], (2023, 12, 15), (2024, 1, 14)),
        (["For the period", "Dec 15 - Jan 14, 2024"], (2023, 12, 15), (2024, 1, 14)),
        (["January 1-31, 2024"], (2024, 1, 1), (2024, 1, 31)),
        (["1 Jan 2024 – 31 Jan 2024"], (2024, 1, 1), (2024, 1, 31)),
        (["Zeitraum 01.03.2024 bis 31.03.2024"], (2024, 3, 1), (2024, 3, 31)),
        (["vom 1. März 2024 bis 31. März 2024"], (2024, 3, 1), (2024, 3, 31)),
        (["2024-01-01 to 2024-01-31"], (2024, 1, 1), (2024, 1, 31)),
        (["Beginning date: 01/01/2024", "Ending date: 01/31/2024"], (2024, 1, 1), (2024, 1, 31)),
        (["Statement date: 01/31/2024"], None, (2024, 1, 31)),
        (["01/05/2024 to 04/05/2024"], (2024, 1, 5), (2024, 4, 5)),  # a quarter rather than a day in May
        (["You saved from 02/30/2024 to 03/30/2024"], None, None),  # there is no such day
        (["Call 555-0100"], None, None),
    ],
)
def test_periods(lines: list[str], start: tuple[int, ...] | None, end: tuple[int, ...] | None) -> None:
    found = period_of(lines, day_first=False)
    assert tuple(found) == (start and date(*start), end and date(*end))


@pytest.mark.parametrize(
    ("lines", "numbers"),
    [
        (at(60, 100, "Account number: 000123456789"), ["6789"]),
        (at(60, 100, "Account number ending in 1234"), ["1234"]),
        (at(60, 100, "Account XXXX-XXXX-1234"), ["1234"]),
        (at(60, 100, "IBAN: DE02 1203 0000 0000 2020 51"), ["2051"]),
        (at(60, 100, "Account #", "****77"), ["77"]),
        ([(60, 100, "Account number"), (200, 100, "12 3456 7890")], ["7890"]),
        (at(60, 100, "Account opened 2019"), []),
        (at(60, 100, "Account questions? 800-555-0100"), []),
        (at(60, 100, "Routing number: 021000021"), []),
        ([*at(60, 100, "Account number: 11112222"), *at(60, 140, "Account number: 33334444")], ["2222", "4444"]),
    ],
)
def test_account_numbers(lines: list[tuple[float, float, str]], numbers: list[str]) -> None:
    page = read_pdf(drawn(*lines), LIMITS).pages[0]
    assert account_numbers(runs_of(visible(page), 1)) == numbers


@pytest.mark.parametrize(
    ("printed", "mask", "expected"),
    [
        (["6789"], "6789", True),
        (["6789"], "89", True),
        (["77"], "1277", True),
        (["6789"], "6780", False),
        (["2222", "4444"], "4444", True),
        (["6789"], None, None),
        ([], "6789", None),
    ],
)
def test_account_number_match(printed: list[str], mask: str | None, expected: bool | None) -> None:  # noqa: FBT001
    assert is_match(printed, mask) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("JANE DOE", True),
        ("Page, Ellen", True),
        ("O'Leary-Banks", False),  # one word, and no label
        ("Account summary", False),
        ("Page 1 of 4", False),
        ("(800) 555-0100", False),
        ("January 31, 2024", False),
        ("4th Avenue Dental LLC", True),
        ("www.bank.example", False),
        ("", False),
    ],
)
def test_lines_that_can_be_names(text: str, expected: bool) -> None:  # noqa: FBT001
    assert likely_name(text) is expected


def test_names_are_read_from_below() -> None:
    assert names_of(["Statement", "JOHN ROE", "Account number 12", "JANE DOE"]) == ["JANE DOE"]
    assert label_of("Account Holder(s):") == ("holder", "")


PIECES = st.sampled_from(
    ("Jane Doe", "JOHN ROE &", "Roe", "c/o", "Account holder:", "Address", "Account number", "XXXX1234", "100 Main St",
     "Springfield, IL 62704", "SW1A 1AA", "10115 Berlin", "USA", "01/31/2024", "1,234.56", "Joint owner", "|", "12",
     ":", "Statement period 01/01/2024 -", "First Harbor Bank", "PO Box", "Name: , , IL 62704", "Street:", "City: x",
     "ZIP: 1")
)  # fmt: skip
PLACED = st.tuples(st.sampled_from((60, 62, 200, 400)), st.integers(5, 60), st.one_of(PIECES, st.text(max_size=12)))


@given(st.lists(PLACED, max_size=25))
def test_any_text_anywhere_is_read_without_error(placed: list[tuple[int, int, str]]) -> None:
    glyphs = [
        Glyph(char, x + 5.0 * i, x + 5.0 * i + 5, 12.0 * y, 9, "F", drawn=True, pale=False, order=n * 100 + i)
        for n, (x, y, text) in enumerate(placed)
        for i, char in enumerate(text)
    ]
    found = answer_of(File((Page(612, 792, tuple(glyphs), ()),)))
    assert found == json.loads(json.dumps(found))


def answer_of(file: File) -> dict[str, Any]:
    try:
        return extract(file, Settings())
    except DocumentError as error:
        return {"refused": str(error.code)}


# --- the record ---


def statement(data: bytes, mask: str | None = None) -> Statement:
    return from_extract(read_here(data), data, mask)


def test_the_whole_way_through_a_process() -> None:
    case, data = sample("two_columns", 4)
    found = read_statement(data, account_mask=case.mask, limits=PATIENT)
    assert found == statement(data, case.mask)
    assert found.is_account_number_match is True
    assert found.account_mask == case.mask
    assert (found.period_start, found.period_end) == (case.start, case.end)
    assert (found.page_count, found.risk_score) == (1, 0)
    answered = match({"legal_name": case.names[0]}, [found.account("a1")])
    assert answered["accounts"][0]["legal_name"]["score"] == 100


def test_the_sample_is_what_the_generator_draws() -> None:
    check(statements.SAMPLE, read_here(statements.SAMPLE_FILE.read_bytes()))
    assert read_here(LAYOUTS["window_left"](statements.SAMPLE)) == read_here(statements.SAMPLE_FILE.read_bytes())


def test_the_same_file_has_the_same_name() -> None:
    (_, one), (_, other) = sample("footer", 1), sample("footer", 2)
    assert statement(one).document_id == statement(one).document_id != statement(other).document_id


def test_the_response_is_the_contracts() -> None:
    plaid = pytest.importorskip("plaid")
    found = statement(sample("labelled", 2)[1], "0000")
    now = datetime(2026, 1, 2, tzinfo=UTC)
    item = json.loads((Path(__file__).parent.parent / "data" / "sample" / "item.json").read_text("utf-8"))["item"]
    body = {"accounts": [found.account(uploaded_at=now)], "item": item, "request_id": "r"}
    model = __import__("plaid.model.identity_documents_uploads_get_response", fromlist=["x"])
    client = plaid.ApiClient(plaid.Configuration(host="http://127.0.0.1:9"))
    reply = type("Response", (), {"data": json.dumps(body)})()
    read = client.deserialize(reply, (model.IdentityDocumentsUploadsGetResponse,), _check_type=True)
    document = read.accounts[0].documents[0]
    assert document.metadata.is_account_number_match is False
    assert document.metadata.uploaded_at == now
    assert document.risk_insights.risk_summary.risk_score == found.risk_score
    assert read.accounts[0].owners[0].names == list(found.owners[0].names)


def test_a_statement_without_an_owner_is_a_result() -> None:
    found = statement(one_page(b"BT /F1 12 Tf 72 700 Td (Account statement) Tj ET"))
    assert found.owners == ()
    assert match({"legal_name": "Jane Doe"}, [found.account()])["accounts"][0]["legal_name"]["score"] is None


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"data": "text"}, InputError),
        ({"data": None}, InputError),
        ({"account_mask": "1"}, OptionError),
        ({"account_mask": "12a4"}, OptionError),
        ({"account_mask": 1234}, OptionError),
        ({"default_country": "USA"}, OptionError),
        ({"limits": (1, 2)}, OptionError),
        ({"limits": LIMITS._replace(seconds=0)}, OptionError),
    ],
)
def test_arguments_that_make_no_sense(options: dict[str, Any], error: type[Exception]) -> None:
    data = options.pop("data", b"%PDF-1.7")
    with pytest.raises(error):
        read_statement(data, **options)


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identity_match.documents.sandbox.find_spec", lambda _: None)
    with pytest.raises(ImportError, match=r"identity-match\[documents\]"):
        read_statement(one_page())


# --- files that are refused ---

ELSEWHERE = {
    "one stream of 300 MB", "the same deflated twice", "two million text operators", "two million empty strings",
    "five million numbers", "forms within forms, 10 to the 8", "forms 2,000 deep",
}  # fmt: skip
HOSTILE = hostile_pdfs.hostile()


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ELSEWHERE])
def test_hostile_files_end_in_a_code(name: str) -> None:
    data, codes = HOSTILE[name]
    code = read_here(data).get("refused", "")
    assert code in codes
    assert not code or REFUSALS[code]


unix = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system limits no process's memory")


@unix
@pytest.mark.parametrize("name", ["one stream of 300 MB", "the same deflated twice"])
def test_memory_is_limited(name: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read_statement(HOSTILE[name][0], limits=PATIENT._replace(memory=100_000_000))
    assert refused.value.code == "too_much_memory"


@pytest.mark.parametrize("name", ["two million text operators", "forms within forms, 10 to the 8"])
def test_time_is_limited(name: str) -> None:
    before = datetime.now(UTC)
    with pytest.raises(DocumentError) as refused:
        read_statement(HOSTILE[name][0], limits=LIMITS._replace(seconds=1.0))
    assert refused.value.code == "too_slow"
    assert (datetime.now(UTC) - before).total_seconds() < 5


@pytest.mark.parametrize("name", ["two million text operators", "two million empty strings"])
def test_content_is_counted(name: str) -> None:
    assert read_here(HOSTILE[name][0], limits=LIMITS._replace(glyphs=2_000)) == {"refused": "too_much_content"}


@unix
def test_the_reading_process_writes_no_file(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from identity_match.documents.child import limit_self\n"
        "from identity_match.documents.limits import LIMITS; limit_self(LIMITS)\n"
        "file = open(sys.argv[2], 'wb'); file.write(b'x'); file.flush()"
    )
    root = str(Path(__file__).parent.parent)
    command = [sys.executable, "-c", code, root, str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "File too large" in done.stderr


@pytest.mark.parametrize(("limits", "code"), [({"size": 10}, "too_large"), ({"pages": 1}, "too_many_pages")])
def test_limits_can_be_set(limits: dict[str, int], code: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read_statement(hostile_pdfs.many_pages(2), limits=PATIENT._replace(**limits))
    assert refused.value.code == code


def locked(user: str) -> bytes:
    pen = Pen(make(3), encrypt=StandardEncryption(user, ownerPassword="owner", strength=128))
    pen.lines(60, 140, pen.case.block)
    return pen.done()


def test_a_password_to_open_is_refused_and_one_to_change_is_not() -> None:
    assert read_here(locked("secret")) == {"refused": "encrypted"}
    assert read_here(locked(""))["owners"][0]["names"]


def test_a_scan_has_no_text() -> None:
    secret = b"BT 3 Tr /F1 12 Tf 72 700 Td (Jane Doe) Tj ET"
    assert read_here(one_page(b"q 612 0 0 792 0 0 cm Q")) == {"refused": "no_text"}
    assert read_here(one_page(secret)) == {"refused": "no_text"}


@pytest.mark.parametrize(
    "catalog",
    [
        b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
        b"/OpenAction << /S /Launch /F (/bin/sh) >>",
        b"/AcroForm << /XFA (<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>) >>",
        b"/Names << /EmbeddedFiles << /Names [(a) << /F (a) >>] >> >>",
    ],
    ids=["script", "launch", "XML form", "attachment"],
)
def test_actions_are_ignored(catalog: bytes) -> None:
    assert read_here(one_page(catalog=catalog)) == read_here(one_page())


def from_canary(shape: Callable[[bytes], bytes]) -> bytes:
    lines = (b"Zqxvbik Wjhtzquv", b"9731 Wqzjhvik St", b"Qzhjvwok, AK 99731")
    canary = b"BT /F1 12 Tf 72 700 Td " + b"".join(b"(%s) Tj 0 -14 Td " % line for line in lines) + b"ET"
    return shape(one_page(canary + b" (Zqxvbik) [ << zqvwkj.hzuxq"))


@pytest.mark.parametrize(
    "shape",
    [
        lambda data: data,
        lambda data: data[: len(data) * 2 // 3],
        lambda data: b"Zqxvbik Wjhtzquv" + data.replace(b"%PDF", b"Zqxv"),
        lambda data: data.replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
        lambda data: data.replace(b"/Type /Page ", b"/Type (Zqxvbik) "),
    ],
    ids=["whole", "cut", "no PDF", "looped", "odd"],
)
def test_nothing_of_a_file_leaks(
    shape: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    data = from_canary(shape)
    shown: list[str] = []
    try:
        found = read_statement(data, limits=PATIENT)
    except IdentityMatchError as error:
        shown += everything_of(error)
    else:
        shown += [repr(found), str(found), json.dumps(found.to_response()["documents"])]
    answered = read_here(data)
    shown += [answered.get("refused", ""), json.dumps(answered.get("signals", ""))]
    assert [leaks(text) for text in shown if leaks(text)] == []
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
