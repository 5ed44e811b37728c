"""Score a file into a file: Parquet, Arrow, CSV and JSON Lines, the last two gzipped or not.

The result is built in a directory beside its final place, one finished part a chunk, and put there in one step when it
is whole; a run that was stopped can go on from its last finished part. Rows that cannot be read cost themselves only:
they have null in every column, and their position and fault, never their text, stand in a file of their own.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import gzip
import hashlib
import json
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn, ParamSpec, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from identity_match.batch import Block, result_schema, score_blocks
from identity_match.columns import (
    CHUNK_ROWS,
    FLAT,
    ID,
    NESTED,
    OWNER,
    RowError,
    Rows,
    flat_places,
    flat_rows,
    once,
    sound_rows,
)
from identity_match.errors import FileError, IdentityMatchError, InputError, OptionError
from identity_match.fields import FIELDS
from identity_match.match import Matcher
from identity_match.records import json_object
from identity_match.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")
KINDS = {
    ".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
MOST_LINE = 1 << 20  # bytes of a line of JSON; our choice: a row takes kilobytes, more is a mistake or an attack
MOST_CELL = 1 << 20  # characters of a cell of CSV, likewise
BROKEN = (OSError, EOFError, zlib.error)  # what a file that is damaged, or cut short, makes Python raise
PASS = 70  # share of rows at or above it in the summary; the contract's threshold for every field


class Summary(NamedTuple):
    """What a run did.

    Attributes:
        rows: Rows read.
        errors: Rows that could not be read.
        scored: Rows with at least one score.
        missing: For each field, rows without a score.
        passed: For each field, rows at 70 or above.
    """

    rows: int
    errors: int
    scored: int
    missing: dict[str, int]
    passed: dict[str, int]


class Task(NamedTuple):
    """What to score and how.

    Attributes:
        source: File to read.
        target: File to write; its ending says the format.
        matcher: Settings.
        columns: For flat rows, our names to the file's.
        reasons: Add a column of reasons a field.
        keep: Columns of the result to write, in this order; None writes all.
        workers: Processes.
        fail_fast: Raise at the first row that cannot be read.
        resume: Go on from the last finished part of a run with the same file and settings, and leave parts behind when
            stopped.
    """

    source: Path
    target: Path
    matcher: Matcher = Matcher()
    columns: Mapping[str, str] | None = None
    reasons: bool = False
    keep: Sequence[str] | None = None
    workers: int = 1
    fail_fast: bool = False
    resume: bool = False

    def __repr__(self) -> str:
        """Show the settings, no name of a file or of its columns."""
        return f"Task(matcher={self.matcher!r}, reasons={self.reasons}, workers={self.workers}, resume={self.resume})"


def kind_of(path: Path) -> tuple[str, bool]:
    """Tell a file's format by its name, and whether it is gzipped.

    Raises:
        OptionError: An ending that we do not know, or a gzipped format that is packed by itself.

    >>> kind_of(Path("rows.csv.gz")), kind_of(Path("rows.parquet"))
    (('csv', True), ('parquet', False))
    """
    zipped = path.suffix.lower() == ".gz"
    ending = Path(path.stem).suffix if zipped else path.suffix
    kind = KINDS.get(ending.lower(), "")
    if not kind or (zipped and kind in ("parquet", "arrow")):
        message = f"file endings are {', '.join(KINDS)}, and .gz after those of text"
        raise OptionError(message)
    return kind, zipped


def score_file(task: Task, progress: Callable[[int, int | None], object] | None = None) -> Summary:
    """Score every row of a file into another file.

    Args:
        task: What to score and how.
        progress: Called after each part with the rows done and the rows of the whole file, if those are known.

    Raises:
        FileError: A file cannot be read or written, or the parts left by another run do not belong to this one.
        OptionError: An ending or a column that we do not know.
        InputError: No columns that we know, or, with ``fail_fast``, the first row of a wrong shape.
        WorkerError: A worker process died; finished parts are kept where ``resume`` is set.
    """
    kind_of(task.target)
    with contextlib.ExitStack() as opened:
        source = _open(task, opened)
        keep = _kept(task, source.schema)
        parts = Parts(task, source)
        try:
            parts.begin()
            _score_parts(task, source, parts, progress)
            summary = parts.finish(keep)
        except BaseException:
            if not task.resume:
                parts.remove()
            raise
    parts.remove()
    return summary


def _score_parts(
    task: Task, source: Source, parts: Parts, progress: Callable[[int, int | None], object] | None
) -> None:
    done = parts.rows
    blocks = islice(source.blocks(), parts.count, None)
    scored = score_blocks(
        blocks, matcher=task.matcher, columns=task.columns, reasons=task.reasons, workers=task.workers,
        readers=source.readers,
    )  # fmt: skip
    for batch, faults in scored:
        placed = [fault._replace(row=fault.row + done) for fault in faults]
        if placed and task.fail_fast:
            path = f"rows[{placed[0].row}].{placed[0].path}"
            raise InputError(path, placed[0].problem)
        parts.add(batch, placed)
        done += batch.num_rows
        if progress is not None:
            progress(done, source.total)


def _kept(task: Task, schema: pa.Schema) -> list[str]:
    names: list[str] = result_schema(schema, reasons=task.reasons).names
    if task.keep is None:
        return names
    if not set(task.keep) <= set(names):
        message = f"columns of the result are {', '.join(names)}"
        raise OptionError(message)
    return list(task.keep)


# Reading


class Source(NamedTuple):
    """A file to read.

    Attributes:
        schema: Columns that matter for the result's schema.
        total: Rows of the file, or None where only reading it would tell.
        blocks: Gives its rows in blocks, always cut at the same rows.
        readers: Readers for kinds of blocks.
    """

    schema: pa.Schema
    total: int | None
    blocks: Callable[[], Iterator[Block]]
    readers: Mapping[str, Callable[[Any], tuple[Rows, pa.Schema]]]


def _open(task: Task, opened: contextlib.ExitStack) -> Source:
    kind, zipped = kind_of(task.source)
    read = {"parquet": _parquet, "arrow": _arrow, "csv": _csv, "jsonl": _jsonl}[kind]
    try:
        return read(task, opened, zipped)
    except IdentityMatchError:
        raise
    except FileNotFoundError:
        problem = "no such file"
    except (*BROKEN, pa.ArrowException, ValueError):  # ValueError: a path with a NUL
        problem = f"cannot be read as {kind}"
    message = f"the input: {problem}"
    raise FileError(message)


def refuse(role: str, problem: str) -> NoReturn:
    """Raise what a file that cannot be used raises, by its role, never its name."""
    message = f"{role}: {problem}"
    raise FileError(message)


def _wanted(schema: pa.Schema, columns: Mapping[str, str] | None) -> list[str]:
    """List the columns to read."""
    names = schema.names
    if columns is None and all(name in names for name in NESTED):
        wanted = list(NESTED)
    else:
        wanted = list(dict.fromkeys(flat_places(names, columns).values()))
    wanted = ([ID] if ID in names and ID not in wanted else []) + wanted
    once(names, wanted)
    return wanted


def _parquet(task: Task, opened: contextlib.ExitStack, _: bool) -> Source:  # noqa: FBT001 - one shape for all four
    file = opened.enter_context(pq.ParquetFile(task.source, pre_buffer=False))  # or the whole file comes into memory
    wanted = _wanted(file.schema_arrow, task.columns)
    schema = pa.schema([file.schema_arrow.field(name) for name in wanted])

    def blocks() -> Iterator[Block]:
        for batch in guarded(file.iter_batches(batch_size=CHUNK_ROWS, columns=wanted), "parquet"):
            yield Block("arrow", batch.select(wanted))

    return Source(schema, file.metadata.num_rows, blocks, {})


def _arrow(task: Task, opened: contextlib.ExitStack, _: bool) -> Source:  # noqa: FBT001 - likewise
    mapped = opened.enter_context(pa.memory_map(str(task.source)))
    try:
        reader: Any = pa.ipc.open_file(mapped)
        batches = (reader.get_batch(i) for i in range(reader.num_record_batches))
    except pa.ArrowInvalid:
        mapped.seek(0)
        reader = pa.ipc.open_stream(mapped)
        batches = iter(reader)
    wanted = _wanted(reader.schema, task.columns)
    schema = pa.schema([reader.schema.field(name) for name in wanted])

    def blocks() -> Iterator[Block]:
        pieces = (
            sound_rows(batch.select(wanted).slice(start, CHUNK_ROWS))
            for batch in batches
            for start in range(0, batch.num_rows, CHUNK_ROWS)
        )
        for content, faults in guarded(pieces, "arrow"):
            yield Block("arrow", content, faults)

    return Source(schema, None, blocks, {})


def guarded(batches: Iterator[Any], kind: str) -> Iterator[Any]:
    """Turn a broken file's errors into ours; they may hold what was read."""
    while True:
        try:
            batch = next(batches)
        except StopIteration:
            return
        except (OSError, ValueError, pa.ArrowException):  # ValueError: a name of a column that is no UTF-8
            break
        yield batch
    refuse("the input", f"cannot be read as {kind}")


def open_text(path: Path, *, zipped: bool) -> IO[str]:
    """Open text in UTF-8, compressed or not; bytes that are none become U+FFFD."""
    opened = gzip.open if zipped else open
    return opened(path, "rt", encoding="utf-8-sig", errors="replace", newline="")


def _csv(task: Task, opened: contextlib.ExitStack, zipped: bool) -> Source:  # noqa: FBT001 - likewise
    file = opened.enter_context(open_text(task.source, zipped=zipped))
    csv.field_size_limit(MOST_CELL)
    reader = csv.reader(file)
    try:
        header = next(reader, [])
    except csv.Error:
        refuse("the input", "has no header that can be read")
    wanted = _wanted(pa.schema([(name, pa.string()) for name in header]), task.columns)
    places = [header.index(name) for name in wanted]
    schema = pa.schema([(name, pa.string()) for name in wanted])

    def blocks() -> Iterator[Block]:
        rows: list[list[str | None]] = []
        faults: list[RowError] = []
        for cells in csv_rows(reader, len(header)):
            if isinstance(cells, str):
                faults.append(RowError(len(rows), "row", cells))
                rows.append([None] * len(places))
            else:
                rows.append([cells[place] for place in places])
            if len(rows) == CHUNK_ROWS:
                yield _block(rows, schema, faults)
                rows, faults = [], []
        if rows:
            yield _block(rows, schema, faults)

    return Source(schema, None, blocks, {})


def csv_rows(reader: Iterator[list[str]], width: int) -> Iterator[list[str] | str]:
    """Give the cells of each row, or what is wrong with it."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield "not CSV, or a cell is too long"
            continue
        except BROKEN:
            break
        if cells:
            yield cells if len(cells) == width else f"expected {width} cells, found {len(cells)}"
    refuse("the input", "cannot be read to its end")


def _block(rows: list[list[str | None]], schema: pa.Schema, faults: list[RowError]) -> Block:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, pa.string()) for column in columns]
    return Block("arrow", pa.RecordBatch.from_arrays(arrays, schema=schema), tuple(faults))


def _jsonl(task: Task, opened: contextlib.ExitStack, zipped: bool) -> Source:  # noqa: FBT001 - likewise
    if task.columns is not None:
        flat_places([*task.columns.values()], task.columns)
    reading: Callable[[Path, str], IO[bytes]] = gzip.open if zipped else open  # type: ignore[assignment]
    file = opened.enter_context(reading(task.source, "rb"))
    first = json_object(file.readline(MOST_LINE))
    file.seek(0)
    with_id = isinstance(first, dict) and ID in first
    schema = pa.schema([(ID, pa.string())] if with_id else [])

    def blocks() -> Iterator[Block]:
        while lines := _lines(file):
            yield Block("jsonl", lines)

    readers = {"jsonl": functools.partial(_read_json, with_id=with_id, columns=task.columns and dict(task.columns))}
    return Source(schema, None, blocks, readers)


def _lines(file: IO[bytes]) -> list[bytes]:
    """Read the lines of a chunk that are not blank; one that is too long is cut, which makes it no JSON."""
    lines: list[bytes] = []
    while len(lines) < CHUNK_ROWS:
        line = _line(file)
        if not line:
            break
        if len(line) == MOST_LINE and not line.endswith(b"\n"):
            while (rest := _line(file)) and not rest.endswith(b"\n"):
                pass
            line = b"{"
        if line.strip():
            lines.append(line)
    return lines


def _line(file: IO[bytes]) -> bytes:
    with contextlib.suppress(*BROKEN):
        return file.readline(MOST_LINE)
    refuse("the input", "cannot be read to its end")


def _read_json(lines: list[bytes], *, with_id: bool, columns: Mapping[str, str] | None) -> tuple[Rows, pa.Schema]:
    """Read lines of JSON in the process that scores them."""
    users: list[Any] = []
    owners: list[Any] = []
    ids: list[str | None] = []
    faults: dict[int, RowError] = {}
    for i, line in enumerate(lines):
        found = json_object(line)
        row = found if isinstance(found, dict) else {}
        if isinstance(found, str):
            faults[i] = RowError(i, "row", found)
        user, held = _json_row(row, columns)
        users.append(user)
        owners.append(held)
        ids.append(_json_id(row.get(ID)))
    array = pa.array(ids, pa.string()) if with_id else None
    schema = pa.schema([(ID, pa.string())] if with_id else [])
    return Rows(array, users, owners, None, faults, len(lines)), schema


def _json_row(row: dict[str, Any], columns: Mapping[str, str] | None) -> tuple[Any, Any]:
    """Give user and owners of a row, nested or flat."""
    if columns is None and any(name in row for name in NESTED):
        return row.get("user"), row.get("owners")
    names = columns or {name: name for name in (*FLAT, *(OWNER + name for name in FLAT))}
    values = {ours: [row.get(theirs)] for ours, theirs in names.items()}
    users, owners = flat_rows(values, 1)
    return users[0], owners[0]


def _json_id(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value if value is None else value.encode("utf-8", "replace").decode()
    return json.dumps(value)


# Parts


def _writes(method: Callable[P, T]) -> Callable[P, T]:
    """Make a method that writes raise our error, and not within the system's, which holds the name of a file."""

    @functools.wraps(method)
    def checked(*args: P.args, **options: P.kwargs) -> T:
        try:
            return method(*args, **options)
        except FileError:
            raise
        except (OSError, ValueError):  # ValueError: a path with a NUL
            pass
        refuse("the output", "cannot be written")

    return checked


class Parts:
    """The directory beside the target in which its parts are built."""

    def __init__(self, task: Task, source: Source) -> None:
        self._task = task
        self._home = task.target.with_name(task.target.name + ".parts")
        self._schema = result_schema(source.schema, reasons=task.reasons)
        self.count = 0
        self.rows = 0

    @_writes
    def begin(self) -> None:
        """Make the directory, or find what a run with the same file and settings has finished.

        Raises:
            FileError: The directory cannot be made, or belongs to another run.
        """
        plan, wanted = self._home / "plan.json", self._plan()
        if not self._task.resume:
            self.remove()
        self._home.mkdir(parents=False, exist_ok=True)
        if plan.exists() and plan.read_text("utf-8") != wanted:
            refuse("the parts of the output", "belong to a run with another input or other settings")
        plan.write_text(wanted, "utf-8")
        while self._part(self.count).exists():
            with pa.ipc.open_file(str(self._part(self.count))) as reader:
                self.rows += sum(reader.get_batch(i).num_rows for i in range(reader.num_record_batches))
            self.count += 1

    def _plan(self) -> str:
        """Say what the parts depend on, by a hash: names of columns, and nicknames, are nobody's business here."""
        stat = self._task.source.stat()
        settings = self._task.matcher.options
        plan = {
            "size": stat.st_size, "changed": stat.st_mtime_ns, "chunk": CHUNK_ROWS,
            "reasons": self._task.reasons, "columns": self._task.columns and dict(self._task.columns),
            "default_country": settings.default_country,
            "nicknames": {name: sorted(forms) for name, forms in settings.nicknames.items()},
        }  # fmt: skip
        return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()

    def _part(self, number: int) -> Path:
        return self._home / f"{number:08}.arrow"

    @_writes
    def add(self, batch: pa.RecordBatch, faults: Sequence[RowError]) -> None:
        """Write one finished part; its faults first, so that a part that is there is whole."""
        part = self._part(self.count)
        if faults:
            lines = [json.dumps({"row": f.row, "field": f.path, "problem": f.problem}) + "\n" for f in faults]
            part.with_suffix(".jsonl").write_text("".join(lines), "utf-8")
        with pa.ipc.new_file(str(part.with_suffix(".tmp")), self._schema) as writer:
            writer.write_batch(batch)
        part.with_suffix(".tmp").replace(part)
        self.count += 1
        self.rows += batch.num_rows

    @_writes
    def finish(self, keep: Sequence[str]) -> Summary:
        """Put the parts together, and the whole in its place."""
        rows = scored = errors = 0
        missing = dict.fromkeys((f.name for f in FIELDS), 0)
        passed = dict(missing)
        whole, faults = self._home / "whole", self._home / "faults"
        schema = pa.schema([self._schema.field(name) for name in keep])
        kind, zipped = kind_of(self._task.target)
        with Writer(whole, kind, schema, zipped=zipped) as writer, faults.open("w", encoding="utf-8") as log:
            for number in range(self.count):
                with pa.ipc.open_file(str(self._part(number))) as reader:
                    batch = reader.get_batch(0)
                writer.write(batch.select(list(keep)))
                rows += batch.num_rows
                scored += _any_scored(batch)
                for name in missing:
                    column = batch.column(f"{name}_score")
                    missing[name] += column.null_count
                    passed[name] += sum(score >= PASS for score in column.drop_null().to_pylist())
                said = self._part(number).with_suffix(".jsonl")
                if said.exists():
                    text = said.read_text("utf-8")
                    errors += text.count("\n")
                    log.write(text)
        whole.replace(self._task.target)
        report = self._task.target.with_name(self._task.target.name + ".errors.jsonl")
        if errors:
            faults.replace(report)
        else:
            report.unlink(missing_ok=True)  # one that an earlier run left would speak of other rows
        return Summary(rows, errors, scored, missing, passed)

    def remove(self) -> None:
        """Take the directory away."""
        shutil.rmtree(self._home, ignore_errors=True)


def _any_scored(batch: pa.RecordBatch) -> int:
    columns = [batch.column(f"{f.name}_score").is_valid().to_pylist() for f in FIELDS]
    return sum(map(any, zip(*columns, strict=True)))


__all__ = ["Summary", "Task", "score_file"]
