"""Columns: the same scores as one call a row gives, whatever the chunks, the workers, the order and the form."""

from __future__ import annotations

import itertools
import os
from typing import Any
from unittest import mock

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import address_parts, emails, names, nasty_text, owners, phones, users

from identity_match import Matcher, batch, remember, score, score_batches, score_table
from identity_match.columns import Rows
from identity_match.errors import InputError, OptionError, WorkerError
from identity_match.field import Field, Options, repeated_outcomes
from identity_match.fields import FIELDS

JANE = {"legal_name": "Jane Doe", "address": {"street": "100 Main St", "postal_code": "94107"}}
HELD = [{"names": ["JANE W DOE"], "addresses": [{"data": {"street": "100 MAIN STREET", "postal_code": "94107"}}]}]
PARTS = ("street", "city", "region", "postal_code", "country")


def members(user: Any, held: Any, matcher: Matcher | None = None) -> dict[str, Any]:
    """Give what a row of the result must hold, by one call of ``score``."""
    result = (matcher or Matcher()).score(user, held)
    found: dict[str, Any] = {}
    for f in FIELDS:
        outcome = getattr(result, f.name)
        found |= {f"{f.name}_{name}": getattr(outcome, name) for name in ("score", *f.flags)}
        found[f"{f.name}_reasons"] = [{"code": str(code), "part": part} for code, part in outcome.reasons]
    return found


def text(value: str | None) -> str | None:
    """Leave out what Arrow cannot hold: lone surrogates."""
    return None if value is None else value.encode("utf-8", "replace").decode()


def flat_rows() -> st.SearchStrategy[dict[str, Any]]:
    """Flat rows of text, some values missing, some repeated."""
    value = st.one_of(st.none(), names(), nasty_text(), st.just("Jane Doe"))
    columns: dict[str, st.SearchStrategy[Any]] = {"legal_name": value, "owner_legal_name": value}
    columns |= {f"{side}phone_number": st.one_of(st.none(), phones()) for side in ("", "owner_")}
    columns |= {f"{side}email_address": st.one_of(st.none(), emails()) for side in ("", "owner_")}
    places = st.tuples(address_parts(), address_parts())
    whole = st.fixed_dictionaries(columns)
    return st.builds(_with_places, whole, places)


def _with_places(row: dict[str, Any], places: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    for side, parts in zip(("", "owner_"), places, strict=True):
        row |= {f"{side}{part}": parts.get(part) if isinstance(parts.get(part), str) else None for part in PARTS}
    return {name: text(value) for name, value in row.items()}


def as_call(row: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Give a flat row as user and owners of one call."""
    user = {name: row[name] for name in ("legal_name", "phone_number", "email_address")}
    user["address"] = {part: row[part] for part in PARTS}
    owner = {
        "names": [row["owner_legal_name"]],
        "phone_numbers": [row["owner_phone_number"]],
        "emails": [row["owner_email_address"]],
        "addresses": [{part: row[f"owner_{part}"] for part in PARTS}],
    }
    return user, [owner]


@given(
    st.lists(flat_rows(), min_size=1, max_size=12),
    st.integers(1, 5),
    st.sampled_from([1, 3, 10_000]),
    st.booleans(),
    st.sampled_from([1, batch.ENOUGH]),
)
def test_flat_rows_score_as_one_call_a_row(
    rows: list[Any],
    repeat: int,
    chunk: int,
    dictionary: bool,  # noqa: FBT001
    enough: int,
) -> None:
    """I35: Batch scoring equals scalar scoring row by row, in any chunk size, and keeps order: flat columns.

    Where few values are enough to see that they repeat, the later chunks are read value by value.
    """
    rows = [row for row in rows for _ in range(repeat)]
    table = pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in rows[0]]))
    if dictionary:
        table = pa.table({name: table[name].dictionary_encode() for name in table.column_names})
    with mock.patch.object(batch, "ENOUGH", enough):
        found = pa.Table.from_batches(score_batches(table.to_batches(max_chunksize=chunk), reasons=True)).to_pylist()
    assert found == [members(*as_call(row)) for row in rows]


def test_values_that_repeat_are_read_once_and_score_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Later chunks are read value by value: lines beside parts, nothing at all, text that is no UTF-8."""
    monkeypatch.setattr(batch, "ENOUGH", 4)
    lines = [None, "100 Main St, Reno, NV 89501", "100 Main Street, Reno NV"]
    rows = [
        {
            "legal_name": name,
            "address": line,
            "street": street,
            "owner_legal_name": "JANE DOE",
            "owner_address": line,
        }
        for name in ("Jane Doe", "Doe, Jane", None)
        for line in lines
        for street in (None, "100 Main St")
    ] * 3
    table = pa.Table.from_pylist(rows)
    read: list[str] = []

    def noted(f: Field, *given: Any) -> list[Any]:
        read.append(f.name)
        return repeated_outcomes(f, *given)

    monkeypatch.setattr("identity_match.batch.repeated_outcomes", noted)
    found = pa.Table.from_batches(score_batches(table.to_batches(max_chunksize=18), reasons=True)).to_pylist()
    assert read == ["legal_name", "address"] * 2
    for row, scored in zip(rows, found, strict=True):
        parts = {"street": row["street"]} if row["street"] or row["address"] is None else row["address"]
        owner = {"names": [row["owner_legal_name"]], "addresses": [row["address"]]}
        assert scored == members({"legal_name": row["legal_name"], "address": parts}, [owner])
    damaged = not_utf8([b"Jane Doe", b"Jane \xff"] * 9)
    names = pa.RecordBatch.from_arrays([damaged, damaged], names=["legal_name", "owner_legal_name"])
    faults: list[Any] = []
    again = pa.Table.from_batches(score_batches([names, names], on_error=faults.append)).to_pylist()
    assert [row["legal_name_score"] for row in again] == [100, None] * 18
    assert [fault.row for fault in faults] == list(range(1, 36, 2))


@given(st.lists(st.tuples(users(), owners()), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_nested_rows_score_as_one_call_a_row(rows: list[tuple[Any, Any]], order: Any) -> None:
    """I35: Batch scoring equals scalar scoring row by row: nested columns, of which some rows cannot be read."""
    order.shuffle(rows)
    faults: dict[int, batch.RowError] = {}
    given_rows = Rows(None, [user for user, _ in rows], [held for _, held in rows], None, {}, len(rows))
    scorer = batch._Scorer(Matcher(), None, reasons=True)
    block = batch.Block("rows", given_rows)
    scored, found = scorer.score(block, {"rows": lambda content: (content, pa.schema([]))})
    faults = {fault.row: fault for fault in found}
    for i, ((user, held), row) in enumerate(zip(rows, scored.to_pylist(), strict=True)):
        if i in faults:
            with pytest.raises(InputError):
                score(user, held)
            assert set(row.values()) == {None}
        else:
            assert row == members(user, held)


def nested(rows: list[tuple[Any, Any]]) -> pa.Table:
    return pa.table({"id": list(range(len(rows))), "user": [user for user, _ in rows], "owners": [o for _, o in rows]})


@pytest.fixture
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget after a handful of values, so that forgetting is exercised."""
    monkeypatch.setattr(batch, "MOST_REMEMBERED", 3)


@pytest.mark.usefixtures("small_memory")
def test_what_is_forgotten_is_worked_out_again() -> None:
    """I35: Batch scoring equals scalar scoring row by row, whatever is remembered of the rows before."""
    claimed = ["Jane Doe", "John Roe", "Jane Doe", "Ann Poe", "Jane Roe", "Ann Poe", "John Poe", "Jane Doe"] * 40
    held = ["JANE DOE", "JOHN ROE", "JON ROE", "ANNE POE", "JANE ROE", "ANN POE", "JANE DOE"] * 46
    rows = list(zip(claimed, held, strict=False))
    table = pa.table({"legal_name": [a for a, _ in rows], "owner_legal_name": [b for _, b in rows]})
    found = score_table(table).column("legal_name_score").to_pylist()
    assert found == [score({"legal_name": a}, [{"names": [b]}]).legal_name.score for a, b in rows]


def test_settings_reach_every_row_and_every_process() -> None:
    matcher = Matcher(default_country="GB", nicknames={"Xiomara": ["Xio"]})
    rows = [
        (
            {"legal_name": "Xio Doe", "phone_number": "020 7946 0018"},
            [{"names": ["XIOMARA DOE"], "phone_numbers": ["+442079460018"]}],
        )
    ]
    wanted = [{"id": 0} | members(*rows[0], matcher=matcher)]
    for workers in (1, 2):
        assert score_table(nested(rows), matcher=matcher, reasons=True, workers=workers).to_pylist() == wanted


def test_workers_keep_order_and_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """I35: ... in any worker count, and keeps order: two processes, many chunks, a row that cannot be read."""
    monkeypatch.setattr(batch, "CHUNK_ROWS", 7)
    rows = [({"legal_name": f"Jane Doe{'e' * (i % 5)}"}, [{"names": [f"JANE {'D' * (i % 3)}OE"]}]) for i in range(60)]
    rows[3] = ({"legal_name": "Jane"}, [{"names": ["X"] * 60}])
    seen: list[batch.RowError] = []
    found = score_table(nested(rows), workers=2, reasons=True, on_error=seen.append).to_pylist()
    assert [row["id"] for row in found] == list(range(60))
    wanted = [{"id": i} | members(*row) for i, row in enumerate(rows) if i != 3]
    assert [row for row in found if row["id"] != 3] == wanted
    assert seen == [batch.RowError(3, "owners[0].names", "at most 50 are accepted, found 60")]


def test_a_row_of_a_wrong_shape_raises_and_says_where() -> None:
    rows = [(JANE, HELD), (JANE, [{"names": ["Canary Kestrel"] * 51}])]
    with pytest.raises(InputError, match=r"^rows\[1\]\.owners\[0\]\.names: at most 50") as caught:
        score_table(nested(rows))
    assert "Canary" not in repr(caught.value)


def not_utf8(cells: list[bytes]) -> Any:
    """Make a column of text as a program can that does not look: out of bytes that are no UTF-8."""
    return pa.Array.from_buffers(pa.string(), len(cells), pa.array(cells, pa.binary()).buffers())


def test_text_of_columns_that_are_not_read_may_be_anything() -> None:
    table = pa.table({"legal_name": ["Jane Doe"], "owner_legal_name": ["JANE DOE"], "note": not_utf8([b"\xff"])})
    assert score_table(table)["legal_name_score"].to_pylist() == [100]


@pytest.mark.parametrize(
    ("columns", "mapped", "error", "message"),
    [
        ({"a": ["x"]}, None, InputError, "columns"),
        ({"legal_name": ["x"]}, None, InputError, "a column for the owner"),
        ({"owner_street": ["x"]}, None, InputError, "a column for the user"),
        ({"a": ["x"], "b": ["y"]}, {"legal_name": "a", "owner_legal_name": "c"}, OptionError, "not there"),
        ({"a": ["x"], "b": ["y"]}, {"surname": "a", "owner_legal_name": "b"}, OptionError, "expected names among"),
    ],
)
def test_columns_that_are_not_ours_are_refused(columns: Any, mapped: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        score_table(pa.table(columns), columns=mapped)


@pytest.mark.parametrize("twice", ["legal_name", "id"])
def test_a_column_that_is_read_stands_once(twice: str) -> None:
    names = ["legal_name", "owner_legal_name", twice, twice]
    with pytest.raises(InputError, match=r"^columns: two columns have one name$"):
        score_table(pa.table([["x"]] * 4, names))
    assert score_table(pa.table([["x"]] * 4, ["legal_name", "owner_legal_name", "a", "a"])).num_rows == 1


def _not_utf8(*values: bytes) -> pa.Array:
    """Make a column of text, whatever its bytes are; Arrow does not look."""
    starts = pa.array([0, *itertools.accumulate(map(len, values))], pa.int32()).buffers()[1]
    return pa.Array.from_buffers(pa.string(), len(values), [None, starts, pa.py_buffer(b"".join(values))])


# What Arrow holds and Python does not: by column, the first of two values.
UNREADABLE = {
    "text": _not_utf8(b"Canary \xff", b"Jane Doe"),
    "words": pa.DictionaryArray.from_arrays(pa.array([0, 1]), _not_utf8(b"Canary \xff", b"Jane Doe")),
    "days": pa.array([2**30, None], pa.date32()),
    "seconds": pa.array([2**62, None], pa.timestamp("s")),
}


@pytest.mark.parametrize("kind", UNREADABLE)
@pytest.mark.parametrize("place", ["legal_name", "owner_legal_name", "user", "owners", "id"])
def test_a_value_that_python_cannot_hold_costs_its_row(kind: str, place: str) -> None:
    column, plain, person = UNREADABLE[kind], pa.array(["Jane Doe"] * 2), [{"names": ["JANE DOE"]}]
    columns = {"legal_name": plain, "owner_legal_name": plain}
    if place in ("user", "owners"):
        lists = pa.ListArray.from_arrays([0, 1, 2], column)
        owner = pa.ListArray.from_arrays([0, 1, 2], pa.StructArray.from_arrays([lists], ["names"]))
        columns = {"user": pa.StructArray.from_arrays([column], ["legal_name"]), "owners": pa.array([person] * 2)}
        columns = columns if place == "user" else {"user": pa.array([JANE] * 2), "owners": owner}
    else:
        columns[place] = column
    faults: list[batch.RowError] = []
    scored = score_table(pa.table(columns), on_error=faults.append)
    if place == "id" and kind in ("days", "seconds"):  # passed on as they are
        assert faults == []
        assert scored["id"].combine_chunks().equals(column)
        assert scored["legal_name_score"].to_pylist() == [100, 100]
        return
    found = scored.to_pylist()
    assert faults == [batch.RowError(0, place, "a value that cannot be read")]
    assert set(found[0].values()) == {None}
    assert found[1]["legal_name_score"] == (100 if kind in ("text", "words") or place == "id" else None)
    with pytest.raises(InputError, match=rf"^rows\[0\]\.{place}: a value that cannot be read$") as caught:
        score_table(pa.table(columns))
    assert caught.value.__context__ is None


def test_columns_by_other_names_and_numbers_are_read() -> None:
    table = pa.table({"name": ["Jane Doe"], "holder": ["JANE DOE"], "zip": [94107], "s": ["1 Elm St"]})
    places = {"legal_name": "name", "owner_legal_name": "holder", "postal_code": "zip", "owner_postal_code": "zip"}
    places |= {"street": "s", "owner_street": "s"}
    (row,) = score_table(table, columns=places).to_pylist()
    assert (row["legal_name_score"], row["address_score"], row["address_is_postal_code_match"]) == (100, 100, True)


def test_one_line_addresses_are_read() -> None:
    line = "100 Main St, San Francisco, CA 94107"
    table = pa.table({"address": [line, None], "owner_address": [line.upper(), line]})
    assert score_table(table).column("address_score").to_pylist() == [100, None]


def test_an_empty_table_gives_an_empty_result() -> None:
    table = pa.table(
        {
            "id": pa.array([], pa.int64()),
            "legal_name": pa.array([], pa.string()),
            "owner_legal_name": pa.array([], pa.string()),
        }
    )
    found = score_table(table, reasons=True)
    assert found.num_rows == 0
    assert found.schema == batch.result_schema(table.schema, reasons=True)


def test_fewer_than_one_worker_is_refused() -> None:
    for workers in (0, 1_001, 10**30):
        with pytest.raises(OptionError, match=r"^workers: expected 1 to 1000$"):
            score_table(nested([(JANE, HELD)]), workers=workers)


def _dies(_: Any) -> Any:
    os._exit(9)


def test_a_worker_that_dies_raises_a_clear_error() -> None:
    blocks = [batch.Block("dies", b"") for _ in range(3)]
    settings = {"matcher": Matcher(), "columns": None, "reasons": False, "workers": 2, "readers": {"dies": _dies}}
    with pytest.raises(WorkerError, match="a worker process ended"):
        list(batch.score_blocks(blocks, **settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("values", [["Jane Doe"] * 10, [f"Jane Doe{i}" for i in range(10)]])
def test_only_what_repeats_is_remembered(values: list[str]) -> None:
    field = batch._Memory(FIELDS[0]).field_for(values)
    first, again = (field.normalize("Jane Doe", Options()) for _ in range(2))
    assert first == again
    assert (first is again) == (len(set(values)) == 1)


@pytest.mark.parametrize(("different", "asked", "compared"), [(3, 40, 3), (remember.ENOUGH, remember.ENOUGH, 1_000)])
def test_pairs_are_remembered_while_some_are_met_again(different: int, asked: int, compared: int) -> None:
    """Three pairs again and again are compared once each; where a thousand came once, nothing is kept of the next."""
    seen = []
    field = FIELDS[0].with_functions(lambda raw, _: (raw,), lambda *pair: seen.append(pair))
    remembered = remember.Remembered(field, 1 << 13).field
    keys = [remembered.normalize(number, Options()) for number in range(different)]
    for number in range(asked):
        remembered.compare(keys[number % different], keys[0])
    assert len(seen) == compared
    for _ in range(2):
        remembered.compare(keys[1], keys[0])
    assert len(seen) == compared + (0 if asked > different else 2)


@settings(max_examples=10)
@given(st.lists(flat_rows(), min_size=3, max_size=5))
def test_slices_and_large_strings_are_read(rows: list[Any]) -> None:
    table = pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.large_string()) for name in rows[0]]))
    assert score_table(table.slice(1)).to_pylist() == score_table(table).to_pylist()[1:]
