"""Every call into another library is made to fail, one at a time; curl calls this torture.

I45: With each dependency call made to raise, the result is None for that field with a reason, or a documented error; it
is never a higher score.

The call sites are read from the source, so that no new call can be forgotten; a site that nothing here reaches is a
failure. A call is broken where its library has it, which holds for the compiled modules, too; only which line made a
call is known in plain Python alone. Objects of C extensions cannot be broken from outside: of pyarrow, its functions
and classes are, the methods of its arrays and files are not. ``nicknames`` is asked when tables are built and never
afterwards, and ``pyspark`` only says which columns there will be.
"""

from __future__ import annotations

import ast
import inspect
import io
import json
import logging
import re
import shutil
import sys
import traceback
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from pydoc import locate
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from test_privacy import ADDRESS, HELD, LINE, NAME, USER, everything_of, leaks

import identity_match
from identity_match import IdentityMatchError, batch, edits, score, text
from identity_match.cli import main
from identity_match.decide import Decision
from identity_match.errors import LibraryError
from identity_match.field import FAILED, NOWHERE, Reason
from identity_match.fields import FIELDS

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from worst_case import forget  # noqa: E402 - found only now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = Path(identity_match.__file__).parent
IS_COMPILED = not text.__file__.endswith(".py")

# What the package asks, by who asks. A library that is new has to be given its place.
READING = {
    "anyascii", "email_validator", "idna", "nameparser", "phonenumbers", "rapidfuzz", "unicodedata", "usaddress",
}  # fmt: skip
SHOWING = {"click", "matplotlib", "pyarrow", "pyspark", "rich"}
COMPILING = {"mypy_extensions"}  # for the compiler alone, never imported
# Carry a request, a document or a webhook; they have tests of their own, beside what they carry.
SERVING = {
    "alembic", "cryptography", "httpx", "jwt", "pdfminer", "pydantic", "pydantic_core", "sqlalchemy", "starlette",
    "uvicorn",
}  # fmt: skip


# Call sites


class Site(NamedTuple):
    """A place in the source where a library is called."""

    module: str
    first: int
    last: int
    target: str


# ``edits`` keeps three functions, and calls them by other names.
METRICS = {
    "_METRICS.distance": "rapidfuzz.distance.OSA.distance",
    "_METRICS.similarity": "rapidfuzz.distance.OSA.normalized_similarity",
    "_METRICS.overlap": "rapidfuzz.distance.Indel.normalized_similarity",
}


def forget_metrics() -> None:
    """Let ``edits`` look its functions up again."""
    for metric in METRICS:
        setattr(edits._METRICS, metric.partition(".")[2], None)


def _dotted(node: ast.AST) -> str:
    """Write a name with its attributes; empty for any other expression."""
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def _targets(node: ast.AST, bound: dict[str, str]) -> Iterator[str]:
    """Give what an expression calls, or hands to something that will call it."""
    if isinstance(node, ast.Call):
        names = [str(value.value) for value in node.args if isinstance(value, ast.Constant)]
        if metric := METRICS.get(_dotted(node.func)):
            yield metric
        if _dotted(node.func) == "getattr" and (first := _resolved(node.args[0], bound)):
            yield f"{first}.{names[0]}"
        if target := _resolved(node.func, bound):
            yield target
    elif isinstance(node, ast.Attribute | ast.Name):
        target = _resolved(node, bound)
        if target and inspect.isroutine(locate(target)):
            yield target


def _resolved(node: ast.AST, bound: dict[str, str]) -> str:
    root, dot, rest = _dotted(node).partition(".")
    return bound[root] + dot + rest if root in bound else ""


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Give each name that an import binds, with what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or whole, whole
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _is_ours(name: str) -> bool:
    root = name.partition(".")[0]
    return root == "identity_match" or (root in sys.stdlib_module_names and root != "unicodedata")


def _run_later(tree: ast.AST) -> Iterator[ast.AST]:
    """Give every node inside a function's body; decorators and constants of a module run when it is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name != edits._load.__name__:
            yield from (inner for statement in node.body for inner in ast.walk(statement))


@cache
def sites() -> frozenset[Site]:
    """Find every place where a library is called."""
    found: set[Site] = set()
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        bound = {name: whole for name, whole in _imported(tree) if not _is_ours(whole)}
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for node in _run_later(tree):
            for target in _targets(node, bound):
                found.add(Site(module, node.lineno, node.end_lineno or node.lineno, target))  # type: ignore[attr-defined]
    return frozenset(found)


def test_every_library_has_its_place() -> None:
    roots = set()
    for path in PACKAGE.rglob("*.py"):
        whole = path.read_text("utf-8")
        roots |= {name.partition(".")[0] for _, name in _imported(ast.parse(whole)) if not _is_ours(name)}
        assert "import_module" not in whole, f"{path.name}: a module by its name escapes the scan"
        assert "__import__" not in whole, f"{path.name}: likewise"
    assert roots == READING | SHOWING | SERVING | COMPILING


def test_the_scan_sees_every_way_to_call() -> None:
    code = "import a.b\nfrom c import d as e\ndef f(): a.b.g(1); e(2); map(unicodedata.name, x); getattr(a, 'h')"
    tree = ast.parse(code)
    bound = dict(_imported(tree)) | {"unicodedata": "unicodedata"}
    found = {target for node in _run_later(tree) for target in _targets(node, bound)}
    assert found == {"a.b.g", "c.d", "unicodedata.name", "a.h"}
    assert {"rapidfuzz.distance.OSA.distance", "pyarrow.types.is_string_view"} <= {site.target for site in sites()}


# Breaking a call


class Fault:
    """What a broken call was asked."""

    def __init__(self) -> None:
        self.calls = 0
        self.has_raised = False
        self.places: set[tuple[str, int]] = set()


MARK = NAME  # in every broken call's error, beside what the call was given
ERRORS: dict[str, Callable[..., BaseException]] = {
    "SystemError": SystemError,
    "KeyError": KeyError,
    "RecursionError": RecursionError,
    "MemoryError": MemoryError,
    "ValueError": ValueError,
    "UnicodeError": lambda *given: UnicodeEncodeError("utf-8", f"{given}", 0, 1, MARK),
}


class _Stand:
    """Stands in for a type of C, of which one method is broken."""

    def __init__(self, real: Any, name: str, broken: Any) -> None:
        self._real = real
        setattr(self, name, broken)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self._real)


@contextmanager
def broken(target: str, error: Callable[..., BaseException] | None, at: int | None = None) -> Iterator[Fault]:
    """Let our calls of a function fail: each, or the one of a number from 1; None only counts them."""
    place, _, name = target.rpartition(".")
    owner = locate(place)
    real = getattr(owner, name)
    fault = Fault()

    def call(*given: Any, **options: Any) -> Any:
        caller = sys._getframe(1)
        file = caller.f_code.co_filename
        # Compiled code has no frames: its caller is seen instead, ours again or this file. Libraries call each other.
        if not (file == __file__ or Path(file).is_relative_to(PACKAGE)):
            return real(*given, **options)
        fault.calls += 1
        fault.places.add((file, caller.f_lineno))
        if error is not None and at in (None, fault.calls):
            fault.has_raised = True
            raise error(*given, MARK)
        return real(*given, **options)

    with pytest.MonkeyPatch.context() as patch:
        try:
            patch.setattr(owner, name, call)
        except TypeError:
            patch.setattr(place, _Stand(owner, name, call))
        forget_metrics()
        yield fault
    forget_metrics()


# Reading and comparing


def user(name: str, phone: str, mail: str, address: Any) -> dict[str, Any]:
    return {"legal_name": name, "phone_number": phone, "email_address": mail, "address": address}


def owner(name: str, phone: str, mail: str, address: Any) -> dict[str, Any]:
    return {"names": [name], "phone_numbers": [phone], "emails": [mail], "addresses": [address]}


# Together they reach every site; the first is plain, the others each have something that is rare.
IDENTITIES = [
    (
        user("Jane Doe", "415 555 0123", "jane.doe@example.com", "100 Main St Apt 4, Reno, NV 89501"),
        owner("Jnae Doe", "415 555 0124", "jane.deo@example.com", "100 Mian St Apt 4, Reno, NV 89501"),
    ),
    (
        user("Юлия Иванова", "+44 20 7946 0018", "jane@bücher.example", "804 Northpoint San Francisco"),
        owner("YULIA IVANOVA", "020 7946 0018", "jane@bucher.example", "804 North Point St, San Francisco, CA"),
    ),
    (
        user("Doe, Jane, Ann, Lee", "+54 9 11 5550 0123", "j%k@xn--bcher-kva.example", "Hauptstraße 5, 10115 Berlin"),
        owner("JANE ANN DOE", "+54 11 5550 0124", "jk@xn--bche-kva.example", "Hauptstr. 5, 10115 Berlin, Germany"),
    ),
    (
        user("Hùng Anna Marsh", "٤١٥ ٥٥٥ ٠١٢٣", "用户@example.com", {"street": "100 Mаple St", "city": "Reno"}),
        owner("HƯNG LENA MARSH", "4155550123 ext. 7", "用戶@example.com", {"street": "100 Maple St", "city": "Réno"}),
    ),
    (
        user("王 小明", "0018 415 555 0123", "JANE(x)@Example.com", "½ Elm, 10 Downing St, London SW1A 2AA"),
        owner("ＷＡＮＧ Xiaoming", "+1 415 555 0123", "jane+x@example.com", "10 Downing Street, LONDON, SW1A 2AA, UK"),
    ),
    (
        user("Copper Finch Bäckerei", "1-800-FLOWERS", "jané@example.com", {"street": "1 Élm", "postal_code": "2139"}),
        owner("Coper Finch Bakery", "+18003569377", "jane@example.com", {"street": "1 Elm", "postal_code": "02139"}),
    ),
]  # fmt: skip
NAMES = [f.name for f in FIELDS]


class Answer(NamedTuple):
    """All that is said of one user and one account."""

    outcomes: dict[str, Any]
    sources: dict[str, Any]
    overall: Any
    explained: dict[str, Any]


def answer(claimed: dict[str, Any], held: dict[str, Any]) -> Answer:
    found = score(claimed, [held])
    outcomes = {name: getattr(found, name) for name in NAMES}
    return Answer(outcomes, dict(found.sources), found.overall, found.explain())


@cache
def sound(number: int) -> Answer:
    """Give what is said while nothing fails."""
    return answer(*IDENTITIES[number])


def assert_lost_or_equal(found: Answer, before: Answer) -> None:
    """Check that a field is what it was, or null for the one reason; and so the decision and the explanations."""
    for f in FIELDS:
        if found.outcomes[f.name] != before.outcomes[f.name]:
            assert found.outcomes[f.name] == f.not_compared((FAILED,))
            assert found.sources[f.name] == NOWHERE
        if found.explained[f.name] != before.explained[f.name]:
            explanation = found.explained[f.name]
            assert (explanation.score, explanation.user_parts, explanation.owner_parts) == (None, {}, {})
            assert [step.reasons for step in explanation.steps] == [(FAILED,)]
    if found.overall != before.overall:
        assert (found.overall.score, found.overall.decision) == (None, Decision.INSUFFICIENT_DATA)
        assert (found.overall.reasons, found.overall.people) == ((Reason("failed"),), ())
        assert set(found.overall.passed.values()) == {None}


def homes(target: str) -> set[str]:
    """Name the fields that may be lost with a call: those in whose folder it stands, or all."""
    modules = {site.module.partition(".")[0] for site in sites() if site.target == target}
    return set(NAMES) if modules - set(NAMES) else modules


TARGETS = sorted({site.target for site in sites() if site.target.partition(".")[0] in READING})
MOST = 8  # single calls that are broken of one target and identity, spread evenly


@cache
def calls(target: str) -> tuple[int, ...]:
    """Count the calls of a target that each identity makes, its memory empty."""
    counts = []
    for number in range(len(IDENTITIES)):
        forget()
        with broken(target, None) as fault:
            answer(*IDENTITIES[number])
        counts.append(fault.calls)
    return tuple(counts)


@pytest.mark.parametrize("target", TARGETS)
def test_i45_a_failing_call_costs_its_field_and_nothing_else(
    target: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """I45; and the other fields stay, nothing is said of the values, and nothing of the failure is remembered."""
    caplog.set_level(logging.DEBUG)
    assert any(calls(target)), "nothing reaches it"
    for number, count in enumerate(calls(target)):
        before = sound(number)
        spread = sorted({1 + i * (count - 1) // (MOST - 1) for i in range(MOST)}) if count else []
        faults: list[tuple[str, int | None]] = [(error, None) for error in ERRORS] if count else []
        faults += [(list(ERRORS)[at % len(ERRORS)], at) for at in spread]
        for error, at in faults:
            forget()
            with broken(target, ERRORS[error], at) as fault:
                found = answer(*IDENTITIES[number])
            assert fault.has_raised, (number, error, at)
            assert found != before, (number, error, at, "the failure was passed over")
            assert_lost_or_equal(found, before)
            assert {name for name in NAMES if found.outcomes[name] != before.outcomes[name]} <= homes(target)
            if at is None:
                assert answer(*IDENTITIES[number]) == before, (number, error, "the failure is remembered")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_every_site_that_reads_is_reached() -> None:
    reached: set[tuple[str, str, int]] = set()
    for target in TARGETS:
        for claimed, held in IDENTITIES:
            forget()
            with broken(target, None) as fault:
                answer(claimed, held)
            reached |= {(target, file, line) for file, line in fault.places}
    if IS_COMPILED:
        assert {target for target, _, _ in reached} == set(TARGETS)
        return
    for site in sites():
        if site.target in TARGETS:
            file = str(PACKAGE.joinpath(*site.module.split(".")).with_suffix(".py"))
            lines = range(site.first, site.last + 1)
            assert any((site.target, file, line) in reached for line in lines), site


@pytest.mark.skipif(IS_COMPILED, reason="a compiled module keeps a library that it has once loaded")
def test_a_library_that_is_not_there_costs_its_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    for library in READING - {"unicodedata"}:
        with monkeypatch.context() as patch:
            for name in [name for name in sys.modules if name.split(".")[0] == library]:
                patch.setitem(sys.modules, name, None)
            lost = 0
            for number, (claimed, held) in enumerate(IDENTITIES):
                forget()
                forget_metrics()
                found = answer(claimed, held)
                assert_lost_or_equal(found, sound(number))
                lost += found != sound(number)
            assert lost, library
    forget_metrics()


def test_a_part_of_a_name_that_fails_when_it_is_asked_for_costs_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A HumanName works its parts out when they are looked at."""
    import nameparser

    class Late(nameparser.HumanName):
        def __getattribute__(self, name: str) -> Any:
            if name == "last":
                raise KeyError(MARK)
            return super().__getattribute__(name)

    before = sound(2)
    monkeypatch.setattr(nameparser, "HumanName", Late)
    found = answer(*IDENTITIES[2])
    assert_lost_or_equal(found, before)
    assert found.outcomes["legal_name"].reasons == (FAILED,)


def test_nobody_passes_because_the_name_failed() -> None:
    """Without her name a relative at the same address with the same phone would be a match."""
    claimed, held = {"legal_name": "Jane Doe"}, {"names": ["JOHN DOE"]}
    shared = user("", "415 555 0123", "", "100 Main St, Reno, NV 89501")
    claimed, held = shared | claimed, owner("", "4155550123", "", "100 Main St, Reno, NV 89501") | held
    assert score(claimed, [held]).overall.decision == Decision.REVIEW
    assert score(claimed | {"legal_name": None}, [held]).overall.decision == Decision.MATCH
    forget()
    with broken("rapidfuzz.distance.OSA.normalized_similarity", MemoryError) as fault:
        assert score(claimed, [held]).overall.decision == Decision.INSUFFICIENT_DATA
    assert fault.has_raised


def test_what_is_no_error_goes_through() -> None:
    """An interrupt is the caller's, and so is a table that is not there."""
    forget()
    for error in (KeyboardInterrupt, SystemExit, IdentityMatchError):
        with broken("phonenumbers.parse", error), pytest.raises(error):
            answer(*IDENTITIES[1])


# Rows


def scored(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = batch.score_table(pa.Table.from_pylist(rows), reasons=True).to_pylist()
    return found


ADDRESSES = ("street", "city", "region", "postal_code", "country")


def by_parts(address: Any) -> dict[str, Any]:
    """Give every address one type, as a column has it: a line of text is a street."""
    parts = {"street": address} if isinstance(address, str) else address
    return {part: parts.get(part) for part in ADDRESSES}


TABLE = [
    {
        "id": number,
        "user": claimed | {"address": by_parts(claimed["address"])},
        "owners": [held | {"addresses": [by_parts(address) for address in held["addresses"]]}],
    }
    for number, (claimed, held) in enumerate(IDENTITIES)
]


def lost(found: dict[str, Any], before: dict[str, Any]) -> set[str]:
    """Name the fields of a row that failed; every other column is what it was."""
    fields = {f.name for f in FIELDS if found[f"{f.name}_reasons"] == [{"code": "failed", "part": ""}]}
    for column, value in before.items():
        if any(column.startswith(f"{field}_") for field in fields):
            assert found[column] is None or column.endswith("_reasons")
        else:
            assert found[column] == value
    return fields


@pytest.mark.parametrize("is_remembering", [False, True])
@pytest.mark.parametrize("target", TARGETS)
def test_i45_a_failing_row_costs_itself(target: str, is_remembering: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """I45: of rows that are scored together one fails; where values are remembered, those that failed are not."""
    if is_remembering:
        monkeypatch.setattr(batch, "ENOUGH", 2)
        monkeypatch.setattr(batch, "REPEATS", 2)
    rows = TABLE * 2
    forget()
    before = scored(rows)
    forget()
    with broken(target, None) as fault:
        scored(rows)
    for at in sorted({1, (fault.calls + 1) // 2, fault.calls}):
        for error in list(ERRORS)[at % 2 :: 2]:
            forget()
            with broken(target, ERRORS[error], at) as once:
                found = scored(rows)
            assert once.has_raised
            fields = [lost(row, then) for row, then in zip(found, before, strict=True)]
            assert [len(names) for names in fields if names] == [1], (error, at)


# Columns


def columns(kind: str) -> Any:
    """Make a table of canaries: nested, flat, flat with numbers or repeated values, or with text that is no UTF-8."""
    if kind == "nested":
        return pa.Table.from_pylist([{"id": "1", "user": USER, "owners": [HELD | {"addresses": [{"data": ADDRESS}]}]}])
    values = {"legal_name": [NAME, "Jane Doe"], "owner_legal_name": ["JANE DOE"] * 2, "address": [LINE, None]}
    if kind == "numbers":
        return pa.table(values | {"postal_code": [98765, None]})
    if kind == "dictionary":
        return pa.table({name: pa.array(cells).dictionary_encode() for name, cells in values.items()})
    if kind == "bytes":
        raw = pa.array([b"\xff" + NAME.encode(), b"Jane Doe"], pa.binary())
        values["legal_name"] = pa.Array.from_buffers(pa.string(), 2, raw.buffers())
    return pa.table(values)


def in_columns(kind: str) -> None:
    """Score columns of one kind."""
    table = columns(kind)
    batch.score_table(table, reasons=True, on_error=lambda _: None)
    batch._from_bytes(batch._to_bytes(table.to_batches()[0]))  # as between processes


def ways(run: Callable[[str], object], kinds: list[str], targets: list[str]) -> dict[str, str]:
    """Give for each target the first kind of run that calls it."""
    found: dict[str, str] = {}
    for kind in kinds:
        with ExitStack() as stack:
            faults = {target: stack.enter_context(broken(target, None)) for target in targets}
            run(kind)
        for target, fault in faults.items():
            if fault.calls:
                found.setdefault(target, kind)
    return found


COLUMNS = sorted({site.target for site in sites() if site.module == "batch"})


@pytest.fixture(scope="module")
def column_ways() -> dict[str, str]:
    return ways(in_columns, ["nested", "bytes", "numbers", "dictionary"], COLUMNS)


@pytest.mark.parametrize("target", COLUMNS)
def test_i45_columns_that_fail_are_our_error(target: str, column_ways: dict[str, str]) -> None:
    """I38, I45: the error says what kind of failure it was, and nothing of the rows."""
    kind = column_ways[target]
    for make in ERRORS.values():
        with broken(target, make), pytest.raises(LibraryError, match=r"^the columns: \w+Error$") as caught:
            in_columns(kind)
        shown = [*everything_of(caught.value), "".join(traceback.format_exception(caught.value))]
        assert [leaks(text) for text in shown if leaks(text)] == []
    in_columns(kind)


# The command


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def in_command(kind: str, folder: Path) -> int:
    """Run the command in one way, on canaries."""
    table, source = columns("flat"), folder / f"rows.{kind}"
    target = folder / ("scores.csv" if kind == "jsonl" else f"scores.{kind}")
    if kind in ("score", "explain"):
        for path, content in ((source, USER), (target, [HELD])):
            path.write_text(json.dumps(content), "utf-8")
        return main([kind, str(source), str(target), "--table"])
    if kind == "csv":
        pyarrow.csv.write_csv(table, source)
    elif kind == "jsonl":
        source.write_text("".join(json.dumps(row | {"id": "1"}) + "\n" for row in table.to_pylist()), "utf-8")
    elif kind in ("arrow", "feather"):
        with (pa.ipc.new_file if kind == "arrow" else pa.ipc.new_stream)(str(source), table.schema) as file:
            file.write_table(table)
    else:
        source = folder / "rows.parquet"
        labelled = table.append_column("match", pa.array([True, False]))
        pyarrow.parquet.write_table(labelled, source)
    if kind in ("tables", "page"):
        return main(["evaluate", str(source), "--table", *(["--html", str(target)] if kind == "page" else [])])
    shutil.rmtree(f"{target}.parts", ignore_errors=True)
    return main(["batch", str(source), "-o", str(target), "--resume"])


COMMAND = sorted(
    {
        site.target
        for site in sites()
        if site.module in ("cli", "cli_evaluate", "cli_explain", "evaluate", "files", "report")
        and site.target.partition(".")[0] in SHOWING
    }
)


@pytest.fixture(scope="module")
def command_ways(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("ways")
    kinds = ["score", "explain", "csv", "jsonl", "arrow", "feather", "parquet", "tables", "page"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", Terminal())
        for kind in kinds:
            in_command(kind, folder)  # so that no module is first imported while something in it is broken
        return ways(lambda kind: in_command(kind, folder), kinds, COMMAND)


@pytest.mark.parametrize("target", COMMAND)
def test_i45_the_command_that_fails_says_so_in_a_line(
    target: str,
    command_ways: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """I38, I45: a status that is not 0, one line of our own, and nothing of a value in it."""
    for make in ERRORS.values():
        screen = Terminal()
        monkeypatch.setattr(sys, "stderr", screen)
        with broken(target, make):
            assert in_command(command_ways[target], tmp_path) in (1, 2)
        said = screen.getvalue()
        assert re.fullmatch(r"identity-match: .+\n", said.rpartition("\x1b[?25h")[2].lstrip()), said
        assert leaks(said + capsys.readouterr().out) == []
