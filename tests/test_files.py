"""Files: every format in and out, rows that cannot be read, runs that are stopped and go on."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import gzip
import json
import math
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path  # noqa: TC003 - pytest reads the annotations of fixtures
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from identity_match import batch, cli, files, score_table
from identity_match.errors import FileError, InputError, OptionError
from identity_match.files import Summary, Task, kind_of, score_file

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = [
    {
        "id": f"row-{i}", "legal_name": ("Jane Doe", "Jane Wilma Doe", "Doe Jane")[i % 3],
        "owner_legal_name": "JANE W DOE", "street": "100 Main St", "postal_code": "02145",
        "owner_street": "100 MAIN STREET", "owner_postal_code": "02145-1234",
    }
    for i in range(25)
]  # fmt: skip
CANARY = "Canary Kestrel"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut files into many parts."""
    for module in (batch, files):
        monkeypatch.setattr(module, "CHUNK_ROWS", 4)


def put(path: Path, rows: list[dict[str, Any]] | None = None) -> Path:
    """Write rows in the format that the name says."""
    table = pa.Table.from_pylist(ROWS if rows is None else rows)
    kind, zipped = kind_of(path)
    if kind == "parquet":
        pq.write_table(table, path)
    elif kind == "arrow":
        with pa.ipc.new_file(str(path), table.schema) as writer:
            writer.write_table(table, max_chunksize=7)
    else:
        sink = pa.BufferOutputStream()
        if kind == "csv":
            pa.csv.write_csv(table, sink)
        else:
            sink.write("".join(json.dumps(row) + "\n" for row in table.to_pylist()).encode())
        content = bytes(sink.getvalue())
        path.write_bytes(gzip.compress(content) if zipped else content)
    return path


def get(path: Path) -> list[dict[str, Any]]:
    """Read a result's rows; cells of CSV become what they stand for."""
    kind, zipped = kind_of(path)
    content = gzip.decompress(path.read_bytes()) if zipped else path.read_bytes()
    if kind == "parquet":
        return list(pq.read_table(path).to_pylist())
    if kind == "arrow":
        return list(pa.ipc.open_file(content).read_all().to_pylist())
    if kind == "jsonl":
        return [json.loads(line) for line in content.splitlines()]
    header, *lines = [line.split(",") for line in content.decode().splitlines()]
    words: dict[str, Any] = {"": None, "true": True, "false": False}
    words |= {str(number): number for number in range(101)}
    return [dict(zip(header, (words.get(cell, cell) for cell in line), strict=True)) for line in lines]


def wanted(rows: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    return list(score_table(pa.Table.from_pylist(ROWS if rows is None else rows)).to_pylist())


NAMES = ("a.parquet", "a.arrow", "a.csv", "a.csv.gz", "a.jsonl", "a.jsonl.gz")


@pytest.mark.parametrize("source", NAMES)
@pytest.mark.parametrize("target", NAMES)
def test_every_format_into_every_other(tmp_path: Path, source: str, target: str) -> None:
    out = tmp_path / f"out-{target}"
    summary = score_file(Task(put(tmp_path / source), out))
    assert get(out) == wanted()
    assert summary == Summary(25, 0, 25, {"legal_name": 0, "phone_number": 25, "email_address": 25, "address": 0}, {
        "legal_name": 25, "phone_number": 0, "email_address": 0, "address": 25})  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({source, out.name})


def test_a_stream_of_arrow_is_read(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(ROWS)
    with pa.ipc.new_stream(str(tmp_path / "a.arrow"), table.schema) as writer:
        writer.write_table(table)
    score_file(Task(tmp_path / "a.arrow", tmp_path / "out.jsonl"))
    assert get(tmp_path / "out.jsonl") == wanted()


def test_csv_is_read_as_text_and_bad_rows_cost_themselves(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(
        b"\xef\xbb\xbfid,legal_name,owner_legal_name,postal_code,owner_postal_code,street,owner_street\r\n"
        b'007,"Jane\nDoe",JANE DOE,02145,2145,1 Elm St,1 ELM ST\r\n'
        b"008,Canary Kestrel,too,few\r\n"
        b"\r\n"
        b"009,J\xffane Doe,JANE DOE,,,,\r\n"
        b"=1+1,Jane Doe,JANE DOE,,,,,Canary Kestrel\r\n"
        b"=1+1,Jane Doe,JANE DOE,,,,\r\n"
    )
    out = tmp_path / "out.csv"
    summary = score_file(Task(source, out))
    rows = get(out)
    assert [row["id"] for row in rows] == ["007", None, "009", None, "'=1+1"]
    assert [row["legal_name_score"] for row in rows][0::4] == [100, 100]
    assert rows[0]["address_is_postal_code_match"] is True
    assert set(rows[1].values()) == {None}
    assert (summary.rows, summary.errors) == (5, 2)
    said = (tmp_path / "out.csv.errors.jsonl").read_text()
    assert [json.loads(line) for line in said.splitlines()] == [
        {"row": 1, "field": "row", "problem": "expected 7 cells, found 4"},
        {"row": 3, "field": "row", "problem": "expected 7 cells, found 8"},
    ]
    assert CANARY not in said


def test_json_lines_may_be_nested_and_broken_ones_cost_themselves(tmp_path: Path) -> None:
    lines: list[Any] = [
        {"id": 1, "user": {"legal_name": "Jane Doe"}, "owners": [{"names": ["JANE DOE"]}]},
        {"id": "b", "legal_name": "Jane Doe", "owner_legal_name": "JANE DOE", "postal_code": 94107},
        {"id": None, "user": {"legal_name": [CANARY]}, "owners": []},
        {"user": {"legal_name": "Jane Doe"}, "owners": CANARY},
        [CANARY],
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines) + f'{{"user": "{CANARY}\n' + "[" * 100_000 + "\n"
    (tmp_path / "a.jsonl").write_text(text)
    out = tmp_path / "out.jsonl"
    summary = score_file(Task(tmp_path / "a.jsonl", out, workers=2))
    rows = get(out)
    assert [row["id"] for row in rows] == ["1", "b", None, None, None, None, None]
    assert [row["legal_name_score"] for row in rows] == [100, 100, None, None, None, None, None]
    assert (summary.rows, summary.errors, summary.scored) == (7, 5, 2)
    said = (tmp_path / "out.jsonl.errors.jsonl").read_text()
    assert [json.loads(line)["field"] for line in said.splitlines()] == [
        "user.legal_name",
        "owners",
        "row",
        "row",
        "row",
    ]
    assert CANARY not in said


def test_a_line_that_is_too_long_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_LINE", 200)
    good = json.dumps({"legal_name": "Jane Doe", "owner_legal_name": "JANE DOE"})
    (tmp_path / "a.jsonl").write_text(f"{good}\n{json.dumps({'legal_name': 'x' * 999})}\n{good}\n")
    score_file(Task(tmp_path / "a.jsonl", tmp_path / "out.jsonl"))
    assert [row["legal_name_score"] for row in get(tmp_path / "out.jsonl")] == [100, None, 100]


def test_fail_fast_raises_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"user": {"legal_name": 5}, "owners": []}\n')
    with pytest.raises(InputError, match=r"^rows\[0\]\.user\.legal_name: expected text, found int$"):
        score_file(Task(tmp_path / "a.jsonl", tmp_path / "out.csv", fail_fast=True))
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


class StopError(BaseException):
    """Stops a run, as an interrupt does."""


def _stop_after(parts: int) -> Any:
    told: list[int] = []

    def stop(done: int, total: int | None) -> None:
        told.append(done)
        if len(told) == parts:
            raise StopError

    return stop


@pytest.mark.parametrize("source", NAMES)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_run_goes_on_and_gives_the_same(tmp_path: Path, source: str, workers: int) -> None:
    out = tmp_path / "out.parquet"
    rows = [row | ({"legal_name": None} if i == 2 else {}) for i, row in enumerate(ROWS)]
    task = Task(put(tmp_path / source, rows), out, resume=True, workers=workers, reasons=True)
    with pytest.raises(StopError):
        score_file(task, _stop_after(3))
    assert not out.exists()
    assert len(list((tmp_path / "out.parquet.parts").glob("*.arrow"))) == 3
    seen: list[int] = []
    score_file(task, lambda done, total: seen.append(done))
    assert len(seen) < 10
    assert not (tmp_path / "out.parquet.parts").exists()
    again = tmp_path / "again.parquet"
    score_file(task._replace(target=again, resume=False))
    assert pq.read_table(out).equals(pq.read_table(again))


def test_a_stopped_run_leaves_nothing_unless_it_may_go_on(tmp_path: Path) -> None:
    with pytest.raises(StopError):
        score_file(Task(put(tmp_path / "a.csv"), tmp_path / "out.csv"), _stop_after(2))
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    "change", [{"reasons": True}, {"columns": {"legal_name": "legal_name", "owner_legal_name": "legal_name"}}]
)
def test_parts_of_another_run_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    task = Task(put(tmp_path / "a.csv"), tmp_path / "out.csv", resume=True)
    with pytest.raises(StopError):
        score_file(task, _stop_after(1))
    with pytest.raises(FileError, match="belong to a run with another input or other settings"):
        score_file(task._replace(**change))
    assert score_file(task).rows == 25


def test_an_old_result_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old")
    (tmp_path / "out.csv.errors.jsonl").write_text("old")
    with pytest.raises(StopError):
        score_file(Task(put(tmp_path / "a.csv"), out), _stop_after(2))
    assert out.read_text() == "old"
    score_file(Task(tmp_path / "a.csv", out))
    assert get(out) == wanted()
    assert not (tmp_path / "out.csv.errors.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.parquet", b"no parquet", "cannot be read as parquet"),
        ("a.arrow", b"no arrow", "cannot be read as arrow"),
        ("a.csv.gz", b"no gzip", "cannot be read"),
        ("a.jsonl.gz", gzip.compress(b'{"legal_name": "x", "owner_legal_name": "y"}\n' * 9)[:-12], "cannot be read"),
        ("a.jsonl.gz", gzip.compress(b'{"legal_name": "x"}\n')[:14], "cannot be read as jsonl"),
        ("a.csv.gz", gzip.compress(b"legal_name,owner_legal_name\n")[:14], "cannot be read as csv"),
        ("b.csv.gz", gzip.compress(b"")[:10] + b"\x06", "cannot be read as csv"),  # no such block
        ("b.jsonl.gz", gzip.compress(b"")[:10] + b"\x06", "cannot be read as jsonl"),
        ("a\0.csv", None, "cannot be read as csv"),
        ("b.csv", None, "no such file"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes | None, problem: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FileError, match=problem) as caught:
        score_file(Task(tmp_path / name, tmp_path / "out.csv"))
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.__context__ is None
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(("place", "said"), [(1, "errors 2"), (2, "errors 2"), (3, "cannot be read as arrow")])
def test_a_place_out_of_memory_is_not_read(tmp_path: Path, place: int, said: str) -> None:
    """Arrow goes where a file points; in a process of its own, because it would end there.

    Between two values it costs both rows; the end of the last one is that of the whole column.
    """
    table = pa.table({"legal_name": ["Jane Doe"] * 3, "owner_legal_name": ["JANE DOE X"] * 3})
    with pa.ipc.new_file(str(tmp_path / "a.arrow"), table.schema) as writer:
        writer.write_table(table)
    content, starts = (tmp_path / "a.arrow").read_bytes(), [0, 8, 16, 24]
    assert content.count(struct.pack("<4i", *starts)) == 1
    damaged = [*starts[:place], 2**30, *starts[place + 1 :]]
    (tmp_path / "a.arrow").write_bytes(content.replace(struct.pack("<4i", *starts), struct.pack("<4i", *damaged)))
    call = [sys.executable, "-m", "identity_match", "batch", str(tmp_path / "a.arrow")]
    done = subprocess.run([*call, "-o", str(tmp_path / "a.csv")], check=False, capture_output=True, text=True)
    assert said in " ".join((done.stdout + done.stderr).split())
    assert done.returncode == (2 if place == 3 else 0)


def test_names_that_are_not_known_are_refused(tmp_path: Path) -> None:
    source = put(tmp_path / "a.csv")
    for task in (Task(source, tmp_path / "out.xls"), Task(tmp_path / "a.parquet.gz", tmp_path / "out.csv")):
        with pytest.raises(OptionError, match="file endings are"):
            score_file(task)
    with pytest.raises(OptionError, match="columns of the result are"):
        score_file(Task(source, tmp_path / "out.csv", keep=["score"]))
    for target in (tmp_path / "nowhere" / "out.csv", tmp_path / "a\0.csv"):
        with pytest.raises(FileError, match="the output: cannot be written") as caught:
            score_file(Task(source, target))
        assert caught.value.__context__ is None
    for source in (put(tmp_path / "a.csv"), put(tmp_path / "a.jsonl")):
        with pytest.raises(OptionError, match="expected names among"):
            score_file(Task(source, tmp_path / "out.csv", columns={"surname": "legal_name"}))


# An id of another type than text, and how it stands in text.
IDS = {
    "day": (pa.array([dt.date(2026, 1, 2)]), "2026-01-02"),
    "instant": (pa.array([1], pa.timestamp("s")), "1970-01-01 00:00:01"),
    "decimal": (pa.array([decimal.Decimal("1.50")]), "1.50"),
    "bytes": (pa.array([b"a"]), "b'a'"),
    "no number": (pa.array([math.nan]), None),
    "after the last day": (pa.array([2**30], pa.date32()), None),
    "list": (pa.array([[1, 2]]), [1, 2]),
    "number": (pa.array([7]), 7),
    "truth": (pa.array([True]), True),
}


@pytest.mark.parametrize("kind", IDS)
def test_ids_of_other_types(tmp_path: Path, kind: str) -> None:
    ids, written = IDS[kind]
    pq.write_table(pa.table({"id": ids, "legal_name": ["x y"], "owner_legal_name": ["X Y"]}), tmp_path / "a.parquet")
    for name in ("out.jsonl", "out.csv", "out.parquet"):
        score_file(Task(tmp_path / "a.parquet", tmp_path / name, keep=["id", "legal_name_score"]))
    assert json.loads((tmp_path / "out.jsonl").read_text()) == {"id": written, "legal_name_score": 100}
    cells = {"no number": "nan", "after the last day": "", "truth": "true"}
    with (tmp_path / "out.csv").open() as file:
        assert list(csv.reader(file))[1] == [cells.get(kind, str(written)), "100"]
    found = pq.read_table(tmp_path / "out.parquet").column("id").combine_chunks()
    assert kind == "no number" or found.cast(ids.type).equals(ids)


def test_the_command_scores_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"nr": "1", "full": "Jenny Smith", "holder": "JENNIFER SMITH"}]
    source, out = put(tmp_path / "a.csv", rows), tmp_path / "out.csv"
    arguments = ["batch", str(source), "-o", str(out), "--map", "legal_name=full", "--map", "owner_legal_name=holder"]
    assert cli.main([*arguments, "--columns", "legal_name_score,legal_name_reasons", "--reasons"]) == 0
    assert out.read_text() == "legal_name_score,legal_name_reasons\n94,nickname:given\n"
    printed = capsys.readouterr()
    lines = [line.split() for line in printed.out.splitlines()]
    assert lines[:4] == [["rows", "1"], ["scored", "1"], ["errors", "0"], ["missing", "70", "and", "above"]]
    assert lines[4] == ["legal_name", "0", "100.0", "%"]
    assert printed.err == ""


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["batch", "a.csv"], "is missing"),
        (["batch", "nowhere.csv", "-o", "out.csv"], "the input: no such file"),
        (["batch", "a.csv", "-o", "out.csv", "--map", "legal_name"], "--map: expected NAME=COLUMN"),
        (["batch", "a.csv", "-o", "out.csv", "--workers", "-1"], "--workers"),
    ],
)
def test_the_command_refuses_in_one_line(
    arguments: list[str],
    problem: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "a.csv")
    assert cli.main(arguments) == 2
    printed = capsys.readouterr()
    assert problem in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.fixture
def heeded() -> Iterator[None]:
    """Let what a test starts heed an interrupt: a shell's background job ignores it, and hands that on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_command_leaves_no_result_and_goes_on(tmp_path: Path, how: signal.Signals) -> None:
    rows = [row | {"id": f"{i}-{row['id']}"} for i in range(6_000) for row in ROWS]
    source, out = put(tmp_path / "a.parquet", rows), tmp_path / "out.parquet"
    call = [sys.executable, "-m", "identity_match", "batch", str(source), "-o", str(out), "--workers", "2", "--resume"]
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
        while not list(tmp_path.glob("out.parquet.parts/*.arrow")) and running.poll() is None:
            time.sleep(0.02)
        running.send_signal(how)
        _, said = running.communicate(timeout=60)
    assert running.returncode
    assert b"Traceback" not in said
    assert not out.exists()
    assert list(tmp_path.glob("out.parquet.parts/*.arrow"))
    done = subprocess.run(call, check=True, capture_output=True)
    assert b"150,000" in done.stdout
    again = tmp_path / "again.parquet"
    subprocess.run([*call[:6], str(again)], check=True, capture_output=True)
    assert pq.read_table(out).equals(pq.read_table(again))
