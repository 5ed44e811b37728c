"""Every reason code has its sentence and an example that reaches it, and nothing else has one."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from strategies import owners, users

import identity_match
from identity_match import Matcher, reasons, score, tables, text
from identity_match.errors import OptionError, TableError
from identity_match.field import Missing, Reason
from identity_match.fields import FIELDS
from identity_match.legal_name.titling import CAPACITIES
from identity_match.policy import policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PACKAGE = Path(identity_match.__file__).parent
DATA = Path(__file__).parent.parent / "data"
CASES = Path(__file__).parent / "cases"
NAMES = tuple(f.name for f in FIELDS)


def program(name: str) -> ModuleType:
    """Import a program of ``data/``, which is no part of the package."""
    spec = importlib.util.spec_from_file_location(name, DATA / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = program("build_reasons")
ROWS = [row for row in BUILD.rows() if row.field != "part"]
EXAMPLES = [row for row in ROWS if row.has_example]


def listed(field: str, code: str) -> set[tuple[str, str]]:
    """Give a code of each field that a row speaks of."""
    return {(name, code) for name in (NAMES if field == "any" else (field,))}


# Codes in the source

# What stands for a code where it is no text: the codes it may be, or nothing where they are found at their own place.
ELSEWHERE: dict[str, set[str]] = {
    "HIDDEN": {text.HIDDEN},
    "mark": {text.TRUNCATED, text.HIDDEN, text.DAMAGED},
    "capacity": set(CAPACITIES),
    "kind": set(),  # left_out.add
    "p.code": set(),  # Link and Pair
    "code": set(),  # pair.add, Missing
    "mine": set(),  # Missing, as the next
    "key": set(),
    "_number_reason(max(costs))": set(),  # what that function returns
}
# Words in the places of codes that no outcome holds: what joins two equal words or nothing, and the generation, which
# is compared and not left out.
NO_REASONS = {("legal_name", "equal"), ("legal_name", ""), ("legal_name", "generation")}


def texts(node: ast.expr) -> set[str]:
    """Give the text that an expression is, or each of the two that it chooses from; else what ``ELSEWHERE`` says."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    written = ast.unparse(node)
    assert written.startswith("Missing.") or written in ELSEWHERE, f"which codes may {written} be?"
    return ELSEWHERE.get(written, set())


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Give every code in a piece of source."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and ast.unparse(node.value) == "Missing"
            and node.attr in Missing.__members__
        ):
            yield Missing[node.attr].value
        elif isinstance(node, ast.FunctionDef) and node.name == "_number_reason":
            yield from (
                code for n in ast.walk(node) if isinstance(n, ast.Return) and n.value for code in texts(n.value)
            )
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in ("Reason", "Link", "pair.add", "left_out.add"):
                yield from texts(node.args[0])
            elif called == "Pair":
                yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


@cache
def in_source() -> frozenset[tuple[str, str]]:
    """Give every code of the package with its field."""
    found: set[tuple[str, str]] = set()
    for path in PACKAGE.rglob("*.py"):
        home = path.relative_to(PACKAGE).parts[0]
        field = home if home in NAMES else "overall" if home == "decide.py" else "any"
        for code in codes_in(ast.parse(path.read_text("utf-8"))):
            found |= listed(field, code)
    return frozenset(found - NO_REASONS)


def test_every_code_of_the_source_has_a_row_and_every_row_its_code() -> None:
    in_table = {pair for row in ROWS for pair in listed(row.field, row.code)}
    assert sorted(in_source() - in_table) == []
    assert sorted(in_table - in_source()) == []
    assert {member.value for member in Missing} <= {row.code for row in ROWS}


def test_the_scan_sees_every_way_to_write_a_code() -> None:
    """The test above would pass on an empty scan of an empty table."""
    assert in_source() >= {
        ("legal_name", "nickname"), ("legal_name", "cut_off"), ("legal_name", "title"), ("legal_name", "estate"),
        ("legal_name", "legal_form_differs"), ("legal_name", "hidden_characters"), ("phone_number", "short"),
        ("phone_number", "near_number"), ("email_address", "hidden_characters"), ("address", "number_form"),
        ("address", "borough"), ("address", "blank"), ("overall", "many_owners"),
    }  # fmt: skip
    code = "r.append(Reason('a' if x else 'b'))\npair.add('c', 'unit', 1)\nPair(1, 2, 'd', 0.5)\nm = Missing.MASKED"
    assert set(codes_in(ast.parse(code))) == {"a", "b", "c", "d", "masked"}
    with pytest.raises(AssertionError, match="which codes may other be"):
        list(codes_in(ast.parse("Reason(other, 'unit')")))


# Examples


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: f"{row.field}-{row.code}-{row.parts[0]}")
def test_an_example_reaches_its_code(row: Any) -> None:
    found = BUILD.outcomes(row)
    assert len(found) == (len(FIELDS) if row.field == "any" else 1)
    assert all(BUILD.reached(row, outcome) for outcome in found), found


@pytest.mark.parametrize(
    "row", [row for row in ROWS if set(row.parts) == {"user", "owner"}], ids=lambda row: f"{row.field}-{row.code}"
)
def test_an_example_turned_around_names_the_other_side(row: Any) -> None:
    """Of ``any`` some field does: no text is a name, a number, an address and a mailbox at once."""
    outcomes = [*BUILD.outcomes(row), *BUILD.outcomes(row._replace(user=row.owner, owner=row.user))]
    sides = {reason.part for outcome in outcomes for reason in outcome.reasons if reason.code == row.code}
    assert sides == {"user", "owner"}


# The parts of a code that the example of its row does not reach.
FURTHER = """
conflict middle | Grace Ann Marsh | GRACE EVE MARSH
conflict family | Grace Marsh | GRACE ORTEGA
initial middle | Grace A Marsh | GRACE ANN MARSH
nickname middle | Ann Jenny Marsh | ANN JENNIFER MARSH
nickname family | Marsh Jenny | JENNIFER MARSH
short_form middle | Ann Funke Marsh | ANN OLUFUNKE MARSH
short_form family | Marsh Abdulhamid | ABDUL MARSH
nickname_typo middle | Ann Peggy Marsh | ANN MARGARRET MARSH
nickname_typo family | Marsh Peggy | MARGARRET MARSH
typo given | Grcae Marsh | GRACE MARSH
typo middle | Ann Lindqvist Marsh | ANN LNIDQVIST MARSH
near_surname middle | Grace Lawson Marsh | GRACE MARSH LARSON
sound given | Walter Marsh | VALTER MARSH
sound middle | Ann Walter Marsh | ANN VALTER MARSH
spelling middle | Ann Brian Marsh | ANN BRYAN MARSH
spelling family | Marsh Brian | MARSH BRYAN
accent middle | Ann René Marsh | ANN RENE MARSH
accent family | Grace Brontë | GRACE BRONTE
other_letter given | Hùng Marsh | HƯNG MARSH
other_letter middle | Nguyễn Hùng Lan | NGUYỄN HƯNG LAN
umlaut given | Đurđa Marsh | DJURDJA MARSH
umlaut middle | Ann Đurđa Marsh | ANN DJURDJA MARSH
transliterated middle | Олег Сергей Ковальчук | OLEG SERGEY KOVALCHUK
romanisation given | Park Grace | PAK GRACE
romanisation middle | Ann Park Marsh | ANN PAK MARSH
cognate middle | Ann Isaac Marsh | ANN IZAK MARSH
cognate family | Marsh Isaac | MARSH IZAK
gendered_surname middle | Grace Novakova Marsh | GRACE MARSH NOVAK
particle middle | Grace Hassan Marsh | GRACE MARSH ALHASSAN
joined given | Lily Beth Marsh | LILYBETH MARSH
joined middle | Ann Lily Beth Marsh | ANN LILYBETH MARSH
joined_spelling given | Elizabeth Ann Marsh | ELISABETHANN MARSH
joined_spelling middle | Peter Elizabeth Ann Marsh | PETER ELISABETHANN MARSH
joined_initial middle | Peter Mary Ann Marsh | PETER MANN MARSH
joined_initial family | Grace Mann | GRACE MARY ANN
cut_off given | Bergstrommer Konstantin Marsh | KONSTANTIN MARSH BERGS
cut_off middle | Konstantin Bergstrommer Marsh | KONSTANTIN MARSH BERGS
typo city | 100 Elm St, San Francisco, CA 94107 | 100 Elm St, San Fransisco, CA 94107
typo region | {"street": "100 Elm St", "region": "NV"} | {"street": "100 Elm St", "region": "VN"}
look_alike region | {"street": "100 Elm St", "region": "CA"} | {"street": "100 Elm St", "region": "\\u0421A"}
"""


def further() -> Iterator[tuple[Any, str]]:
    """Give rows with other examples, each with the part that it is an example of."""
    for line in FURTHER.strip().splitlines():
        what, user, owner = line.split(" | ")
        code, part = what.split()
        row = next(row for row in ROWS if row.code == code and part in row.parts)
        yield row._replace(user=user, owner=owner), part


@pytest.mark.parametrize(("row", "part"), list(further()), ids=lambda x: x if isinstance(x, str) else x.code)
def test_the_other_parts_of_a_code_are_reached_too(row: Any, part: str) -> None:
    (outcome,) = BUILD.outcomes(row)
    assert Reason(row.code, part) in outcome.reasons


@pytest.mark.parametrize("name", NAMES)
def test_every_field_can_be_required(name: str) -> None:
    ours = policy({"required": [name], "absent": "review"})
    user = {"legal_name": "Grace Marsh", "phone_number": "415-555-0123", "email_address": "grace@example.com",
            "address": "100 Elm St, Reno, NV 89501"}  # fmt: skip
    other = {"names": ["PETER ORTEGA"], "phone_numbers": ["212-555-0199"], "emails": ["po@example.org"],
             "addresses": ["7 Oak Ave, Boston, MA 02118"]}  # fmt: skip
    matcher = Matcher(policy=ours)
    assert Reason("required_below_threshold", name) in matcher.score(user, [other]).overall.reasons
    del user[name]
    assert Reason("required_missing", name) in matcher.score(user, [other]).overall.reasons


def test_every_part_of_every_row_has_been_reached() -> None:
    """What the four tests above reach, taken together, is what the table lists; ``test_torture`` makes things fail."""
    reached = {(row.field, row.code, part) for row, part in further()}
    reached |= {("overall", code, name) for code in ("required_missing", "required_below_threshold") for name in NAMES}
    for row in EXAMPLES:
        found = {
            reason.part for outcome in BUILD.outcomes(row) for reason in outcome.reasons if reason.code == row.code
        }
        found |= {"user", "owner"} if set(row.parts) == {"user", "owner"} else set()
        reached |= {(row.field, row.code, part) for part in found}
    assert sorted({(row.field, row.code, part) for row in EXAMPLES for part in row.parts} - reached) == []
    assert {(row.field, row.code) for row in ROWS if row not in EXAMPLES} == {("any", "failed"), ("overall", "failed")}


# Whatever is scored


def unlisted(user: Any, held: Any) -> list[tuple[str, str, str]]:
    """Score, and give the reasons that the table does not list with their part; no value may lead to ``failed``."""
    found = score(user, held)
    outcomes = {name: getattr(found, name) for name in (*NAMES, "overall")}
    return [
        (name, str(code), part)
        for name, outcome in outcomes.items()
        for code, part in outcome.reasons
        if part not in reasons.codes(name).get(code, ()) or code == "failed"
    ]


def test_the_sample_and_the_case_tables_give_listed_reasons() -> None:
    pairs = [json.loads(line) for line in (DATA / "sample" / "pairs.jsonl").read_text("utf-8").splitlines()]
    assert [reason for pair in pairs for reason in unlisted(pair["a"], [pair["b"]])] == []
    for f in FIELDS:
        cases = map(json.loads, (CASES / f"{f.name}.jsonl").read_text("utf-8").splitlines())
        found = [unlisted({f.name: case["user"]}, [{f.owner_values: [case["owner"]]}]) for case in cases]
        assert [reason for case in found for reason in case] == []


@given(users(), owners())
def test_any_score_gives_listed_reasons(user: Any, held: Any) -> None:
    assert unlisted(user, held) == []


# Sentences


def test_every_sentence_is_a_sentence() -> None:
    for field in (*NAMES, "overall"):
        for code, parts in reasons.codes(field).items():
            for part in parts:
                said = reasons.sentence(field, Reason(code, part))
                assert re.fullmatch(r"[A-Z][^{}_]*\.", said), said
                assert len(said) <= 120


def test_a_sentence_names_its_part() -> None:
    assert reasons.sentence("legal_name", Reason("typo", "given")) != reasons.sentence("legal_name", ("typo", "family"))
    blank = reasons.sentence("address", Reason(Missing.BLANK, "user"))
    assert blank == "There is nothing to compare in the user's entry."
    assert blank.replace("user's entry", "bank's record") == reasons.sentence("address", ("blank", "owner"))
    alias = {reasons.sentence("legal_name", ("alias", part)) for part in ("owner", "left_out")}
    assert len(alias) == 2


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (("sea_view", ""), "Sea view."),
        (("sea_view", "postal_code"), "Sea view (postal code)."),
        (("typo", "garden_gate"), "Typo (garden gate)."),
        (("typo", ""), "Typo."),
        (("{part}", "user"), "{part} (the user's entry)."),
        (("", ""), "."),
    ],
)
def test_an_unknown_code_or_part_is_said_plainly(reason: tuple[str, str], said: str) -> None:
    assert reasons.sentence("address", reason) == said


def test_codes_are_those_of_the_field() -> None:
    assert set(reasons.codes("phone_number")) == {code for field, code in in_source() if field == "phone_number"}
    assert reasons.codes("legal_name")["alias"] == ("left_out", "owner")
    assert reasons.codes("overall")["several_people"] == ("",)


def test_a_reason_names_a_side_or_none() -> None:
    assert [reasons.side(Reason("blank", part)) for part in ("user", "owner", "unit", "")] == ["user", "owner", "", ""]


@pytest.mark.parametrize("language", ["de", "", "EN", None, []])
def test_an_unknown_language_is_an_option_error(language: Any) -> None:
    with pytest.raises(OptionError, match=r"^language: expected one of en$"):
        reasons.sentence("address", ("typo", "city"), language=language)


@pytest.mark.parametrize("field", ["any", "part", "postcode", None, []])
def test_an_unknown_field_is_an_option_error(field: Any) -> None:
    with pytest.raises(OptionError, match=r"^field: expected one of legal_name, .*, overall$"):
        reasons.codes(field)
    with pytest.raises(OptionError, match=r"^field: "):
        reasons.sentence(field, ("typo", "city"))


def test_a_table_of_another_width_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "rows", lambda _: [["en", "address", "typo"]])
    reasons._books.cache_clear()
    try:
        with pytest.raises(TableError, match="another length"):
            reasons.codes("address")
    finally:
        reasons._books.cache_clear()


# What the build makes


def test_the_committed_page_is_what_the_build_makes() -> None:
    """Stale output is caught here, and the table's in ``test_tables``: run ``python data/build.py``."""
    assert program("build").pages() == {"reasons.md": (DATA / "reasons.md").read_text("utf-8")}
    built = BUILD.build()
    assert {name: (PACKAGE / "tables" / name).read_text("utf-8") for name in built} == built


def test_the_page_shows_every_row() -> None:
    page = (DATA / "reasons.md").read_text("utf-8").splitlines()
    assert sum(line.startswith("| `") for line in page) == len(ROWS)
    assert all(line.replace("\\|", "").count(" | ") == 5 for line in page if line.startswith("| `"))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("blank\tuser owner\t", "blank\tuser cellar\t", "nothing fills"),
        ("near_number\t-\t", "near_number\tattic\t", "no words for attic"),
        ("There is nothing to compare in {side}.", "nothing to compare", "no sentence"),
        ("There is nothing to compare in {side}.", "There is nothing in {place}.", "nothing fills"),
        ("other_number\t", "near_number\t", "two sentences"),
        ("any\tblank", "none\tblank", "unknown field"),
    ],
)
def test_the_build_refuses_a_faulty_source(
    old: str, new: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = BUILD.SOURCE.read_text("utf-8")
    assert old in source
    (tmp_path / "reasons.tsv").write_text(source.replace(old, new), "utf-8")
    monkeypatch.setattr(BUILD, "SOURCE", tmp_path / "reasons.tsv")
    with pytest.raises(ValueError, match=fault):
        BUILD.rows()


def test_the_build_refuses_an_example_that_misses_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = [row for row in ROWS if row.code == "near_number"]
    monkeypatch.setattr(BUILD, "rows", lambda: [row._replace(owner="212-555-0199")])
    with pytest.raises(ValueError, match="phone_number near_number does not reach it"):
        BUILD.pages()


def test_examples_are_invented() -> None:
    """Numbers are kept free for fiction; addresses are under example.com, or of the provider whose rule is shown."""
    for row in ROWS:
        cells = f"{row.user} {row.owner}"
        for domain in re.findall(r"@([\w.-]+)", cells):
            assert domain in ("example.com", "example") or row.code == "disposable_address", row
        if row.field in ("phone_number", "overall") and "555" in cells:
            assert all(re.fullmatch(r"555[- ]01\d\d", n) for n in re.findall(r"555[- ]\d{4}", cells)), row
