"""Score columns: Arrow record batches in, Arrow record batches out, on one core or on all.

Holds no rule of likeness and no number of its own: it moves columns through ``field_outcome``, which ``score`` calls,
too, so that both give the same. Needs the extra ``arrow``.

Rows come in one of two forms. *Nested*: a column ``user`` (a struct as in the request) and a column ``owners`` (a list
of structs as in a response of ``/identity/get``). *Flat*: a column a value, ``legal_name``, ``phone_number``,
``email_address``, and ``street``, ``city``, ``region``, ``postal_code``, ``country`` or ``address`` (one line) for the
user, the same with ``owner_`` in front for the one owner; ``columns`` maps these names to those of the table.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from identity_match.errors import InputError, MissingExtraError, OptionError, WorkerError
from identity_match.field import FIRST, field_outcome, values_of
from identity_match.fields import FIELDS
from identity_match.match import Matcher
from identity_match.records import Address, Owner, User, owners_from

try:
    import pyarrow as pa
except ImportError:
    _NEEDED = "columns need pyarrow: install identity-match[arrow]"
    raise MissingExtraError(_NEEDED) from None

if TYPE_CHECKING:
    from identity_match.field import Field, Options

UNREADABLE = "a value that cannot be read"
CHUNK_ROWS = 10_000  # rows scored at a time; our choice: some megabytes, and a second of work or less
MOST_REMEMBERED = 1 << 13  # values and pairs remembered a field; our choice: some windows of candidates
ENOUGH = 1_000  # values by which it is decided; our choice
REPEATS = 0.8  # distinct values a row below which it pays to remember them; measured: a look costs a tenth of a key
NESTED = ("user", "owners")
ID = "id"
OWNER = "owner_"
ADDRESS_PARTS = Address._fields
FLAT = (*(f.name for f in FIELDS), *ADDRESS_PARTS)

_SHARED = Matcher()


class RowError(NamedTuple):
    """A row that could not be read; it has null in every column of the result.

    Attributes:
        row: Its position, counted from 0 over all batches.
        path: Where in the row, such as ``user.address.postal_code``.
        problem: The kind of the fault, never the value.
    """

    row: int
    path: str
    problem: str


Scored = tuple[pa.RecordBatch, list[RowError]]


def score_batches(  # noqa: PLR0913 - settings, all by name
    batches: Iterable[pa.RecordBatch],
    *,
    matcher: Matcher = _SHARED,
    columns: Mapping[str, str] | None = None,
    reasons: bool = False,
    workers: int = 1,
    on_error: Callable[[RowError], object] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Score every row of a stream of record batches, in order, with memory for a few batches only.

    Args:
        batches: Record batches of one schema, nested or flat; larger ones are cut into pieces of ``CHUNK_ROWS`` rows.
        matcher: Settings.
        columns: For flat rows, our names to those of the table; None takes columns by our own names.
        reasons: Add a column ``<field>_reasons`` a field: a list of structs of ``code`` and ``part``.
        workers: Processes; 1 scores in this one. More need ``if __name__ == "__main__":`` around the script.
        on_error: Called with each row that has a wrong shape, which then has null everywhere; None raises instead.

    Returns:
        Record batches with ``id``, if there is such a column, and a column a member of the response:
        ``legal_name_score`` (int8, 0..100 or null), ``legal_name_is_nickname_match`` (bool or null) and so on.

    Raises:
        InputError: No columns that we know, or a row of a wrong shape and no ``on_error``; the message names the row.
        OptionError: ``workers`` is less than 1, or ``columns`` names what is not there.
        WorkerError: A worker process died.

    >>> import pyarrow as pa
    >>> table = pa.table({"legal_name": ["Jenny Smith"], "owner_legal_name": ["JENNIFER SMITH"]})
    >>> [batch.to_pydict()["legal_name_score"] for batch in score_batches(table.to_batches())]
    [[94]]
    """
    row = 0
    blocks = (Block("arrow", piece) for piece in _pieces(batches))
    for scored, faults in score_blocks(blocks, matcher=matcher, columns=columns, reasons=reasons, workers=workers):
        for fault in faults:
            fault = fault._replace(row=fault.row + row)  # noqa: PLW2901 - its place in the whole stream
            if on_error is None:
                path = f"rows[{fault.row}].{fault.path}"
                raise InputError(path, fault.problem)
            on_error(fault)
        row += scored.num_rows
        yield scored


def score_table(  # noqa: PLR0913 - settings, all by name
    table: pa.Table,
    *,
    matcher: Matcher = _SHARED,
    columns: Mapping[str, str] | None = None,
    reasons: bool = False,
    workers: int = 1,
    on_error: Callable[[RowError], object] | None = None,
) -> pa.Table:
    """Score every row of a table; arguments, result and errors as for ``score_batches``.

    >>> import pyarrow as pa
    >>> users = [{"legal_name": "Jane Doe", "address": None}]
    >>> owners = [[{"names": ["JANE DOE"]}, {"names": ["JOHN DOE"]}]]
    >>> score_table(pa.table({"id": [7], "user": users, "owners": owners})).column_names[:3]
    ['id', 'legal_name_score', 'legal_name_is_first_name_or_last_name_match']
    """
    found = score_batches(
        table.to_batches(max_chunksize=CHUNK_ROWS),
        matcher=matcher, columns=columns, reasons=reasons, workers=workers, on_error=on_error,
    )  # fmt: skip
    return pa.Table.from_batches(found, schema=result_schema(table.schema, reasons=reasons))


def result_schema(schema: pa.Schema, *, reasons: bool = False) -> pa.Schema:
    """Give the schema of the result for rows of a schema.

    >>> import pyarrow as pa
    >>> result_schema(pa.schema({"id": pa.string()})).field("address_is_postal_code_match").type
    DataType(bool)
    """
    once(schema.names, [ID])
    fields = [schema.field(ID)] if ID in schema.names else []
    for f in FIELDS:
        fields.append(pa.field(f"{f.name}_score", pa.int8()))
        fields += [pa.field(f"{f.name}_{flag}", pa.bool_()) for flag in f.flags]
        if reasons:
            fields.append(pa.field(f"{f.name}_reasons", _REASONS))
    return pa.schema(fields)


_REASONS = pa.list_(pa.struct([("code", pa.string()), ("part", pa.string())]))


def _pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows or 1, CHUNK_ROWS):
            yield batch.slice(start, CHUNK_ROWS)


class Rows(NamedTuple):
    """Rows to score, in one of two shapes.

    Attributes:
        ids: Values of the column ``id``; None where there is none.
        users: A raw user a row, or None where ``columns`` holds the values.
        owners: A raw list of owners a row, likewise.
        columns: For flat rows of text: each field's user values and owner values.
        faults: Rows that could not be read so far; position and problem.
        size: Number of rows.
    """

    ids: pa.Array | None
    users: Sequence[Any] | None
    owners: Sequence[Any] | None
    columns: Mapping[str, tuple[Sequence[Any], Sequence[Any]]] | None
    faults: Mapping[int, RowError]
    size: int


def rows_of(batch: pa.RecordBatch, columns: Mapping[str, str] | None) -> Rows:
    """Read a record batch, nested or flat."""
    names, size = batch.schema.names, batch.num_rows
    nested = columns is None and all(name in names for name in NESTED)
    places = {name: name for name in NESTED} if nested else flat_places(names, columns)
    once(names, [*places.values(), ID])
    faults: dict[int, RowError] = {}
    ids = batch.column(ID) if ID in names else None
    if ids is not None and _is_text(ids.type):
        python_values(ids, ID, faults)
        if faults:
            ids = ids.take(pa.array([None if row in faults else row for row in range(size)], pa.int64()))
    values = {name: python_values(batch.column(place), name, faults) for name, place in places.items()}
    if nested:
        return Rows(ids, values["user"], values["owners"], None, faults, size)
    if all(_is_text(batch.schema.field(name).type) for name in places.values()):
        return Rows(ids, None, None, flat_columns(values, size), faults, size)
    return Rows(ids, *flat_rows(values, size), None, faults, size)


def python_values(column: Any, path: str, faults: dict[int, RowError]) -> list[Any]:
    """Give a column's values; one that Python cannot hold, as text that is no UTF-8, is None and a fault of its row."""
    with contextlib.suppress(Exception):  # a codec's, a calendar's, a time zone's: they hold the value
        return list(column.to_pylist())
    values: list[Any] = []
    for row in range(len(column)):
        value, read = None, False
        with contextlib.suppress(Exception):
            value, read = column[row].as_py(), True
        values.append(value)
        if not read:
            faults.setdefault(row, RowError(row, path, UNREADABLE))
    return values


def sound_rows(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, tuple[RowError, ...]]:
    """Look at rows that come from a file before their values are: a damaged one may point out of memory.

    Returns:
        The batch, in which a damaged row is null, and the faults of these rows.

    Raises:
        pyarrow.ArrowException: The whole is damaged.
    """
    if _is_sound(batch):
        return batch, ()
    batch.validate()
    alone = (batch.slice(row, 1) for row in range(batch.num_rows))
    rows = [next(python_rows(row)) if _is_sound(row) else UNREADABLE for row in alone]
    kept = pa.RecordBatch.from_pylist([{} if isinstance(row, str) else row for row in rows], batch.schema)
    return kept, tuple(RowError(i, "row", row) for i, row in enumerate(rows) if isinstance(row, str))


def _is_sound(batch: pa.RecordBatch) -> bool:
    try:
        batch.validate(full=True)
    except pa.ArrowException:
        return False
    return True


def python_rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | str]:
    """Give each row of a record batch by the names of its columns, or what is wrong with it."""
    faults: dict[int, RowError] = {}
    columns = [python_values(column, "", faults) for column in batch.columns]
    for row, values in enumerate(zip(*columns, strict=True)):
        yield faults[row].problem if row in faults else dict(zip(batch.schema.names, values, strict=True))


def once(names: Sequence[str], wanted: Iterable[str]) -> None:
    """See that no column that is read is there twice.

    Raises:
        InputError: One is.
    """
    if any(names.count(name) > 1 for name in wanted):
        path = "columns"
        raise InputError(path, "two columns have one name")


def flat_places(names: Sequence[str], columns: Mapping[str, str] | None) -> dict[str, str]:
    """Say which column holds which value of a flat row.

    Raises:
        OptionError: A name that is not ours, or a column that is not there.
        InputError: No column that we know on one of the two sides.
    """
    known = [*FLAT, *(OWNER + name for name in FLAT)]
    if columns is None:
        places = {name: name for name in known if name in names}
    else:
        if not set(columns) <= set(known):
            message = f"columns: expected names among {', '.join(known)}"
            raise OptionError(message)
        if not set(columns.values()) <= set(names):
            message = "columns: maps to a column that is not there"
            raise OptionError(message)
        places = dict(columns)
    sides = {name.startswith(OWNER) for name in places}
    if sides != {True, False}:
        path, side = "columns", "the owner" if False in sides else "the user"
        raise InputError(path, f"neither user and owners, nor a column for {side}")
    return places


def flat_columns(values: Mapping[str, Sequence[Any]], count: int) -> dict[str, tuple[Sequence[Any], Sequence[Any]]]:
    """Give each field's two columns; address parts become addresses."""
    nothing = [None] * count

    def side(prefix: str, name: str) -> Sequence[Any]:
        if name != "address" or not any(prefix + part in values for part in ADDRESS_PARTS):
            return values.get(prefix + name, nothing)
        lines = values.get(prefix + name, nothing)
        parts = zip(*(values.get(prefix + part, nothing) for part in ADDRESS_PARTS), strict=True)
        return [
            tuple.__new__(Address, row) if any(row) or line is None else line
            for row, line in zip(parts, lines, strict=True)
        ]

    return {f.name: (side("", f.name), side(OWNER, f.name)) for f in FIELDS}


def flat_rows(values: Mapping[str, Sequence[Any]], count: int) -> tuple[list[Any], list[Any]]:
    """Give flat rows the nested shape, so that values that are no text are checked as everywhere."""

    def side(prefix: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for i in range(count):
            row = {name: values[prefix + name][i] for name in FLAT if prefix + name in values}
            parts = {part: row.pop(part) for part in ADDRESS_PARTS if part in row}
            if any(part not in (None, "") for part in parts.values()) or (parts and row.get("address") is None):
                row["address"] = parts
            found.append(row)
        return found

    owners = [[{f.owner_values: [row.get(f.name)] for f in FIELDS}] for row in side(OWNER)]
    return side(""), owners


def _is_text(kind: pa.DataType) -> bool:
    """Tell whether a column holds text or nothing, so that its values need no check."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    views = getattr(pa.types, "is_string_view", None)
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or (views is not None and views(kind))
    return bool(text or pa.types.is_null(kind))


class _Memory:
    """One field's ``normalize`` and ``compare``, remembered while values repeat.

    The first rows decide: where most values are new, remembering costs more than it saves. Pairs are remembered by the
    identity of their two keys.
    """

    def __init__(self, f: Field) -> None:
        self._field = f
        self._remembering = f._replace(normalize=self._normalize, compare=self._compare)
        self._keys: dict[Any, Any] = {}
        self._pairs: dict[tuple[int, int], tuple[Any, Any, Any]] = {}
        self._seen = 0
        self._distinct: set[Any] = set()

    def field_for(self, values: Iterable[Any]) -> Field:
        """Give the field, as it is or remembering: the first thousand values decide."""
        if self._seen < ENOUGH:
            there = [value for value in values if value is not None]
            self._seen += len(there)
            self._distinct.update(there)
            self._repeats = len(self._distinct) < REPEATS * self._seen
            if self._seen >= ENOUGH:
                self._distinct.clear()
        return self._remembering if self._repeats else self._field

    def _normalize(self, raw: Any, options: Options) -> Any:
        """Give the key of a raw value; the options are always the same."""
        key = self._keys.get(raw)
        if key is None:
            if len(self._keys) >= MOST_REMEMBERED:
                self._keys.clear()
                self._pairs.clear()
            key = self._keys[raw] = self._field.normalize(raw, options)
        return key

    def _compare(self, user: Any, owner: Any) -> Any:
        """Give the outcome of two keys."""
        pair = (id(user), id(owner))
        found = self._pairs.get(pair)
        if found is None:
            if len(self._pairs) >= MOST_REMEMBERED:
                self._pairs.clear()
            # The keys are held, too, so that no other key can come to have their identities.
            found = self._pairs[pair] = (self._field.compare(user, owner), user, owner)
        return found[0]


class _Scorer:
    """Scores rows with one set of settings; keeps what repeats from batch to batch."""

    def __init__(self, matcher: Matcher, columns: Mapping[str, str] | None, *, reasons: bool) -> None:
        self.columns = columns
        self._reasons = reasons
        self._options = matcher.options
        self._memories = {f.name: _Memory(f) for f in FIELDS}

    def score(self, block: Block, readers: Mapping[str, Reader]) -> Scored:
        """Read and score a block: the result, and the rows that could not be read, by their position in it.

        Collecting garbage waits until the rows are done: keys hold no cycles, and walking them took a quarter of the
        time.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            return self._score(*_read(block, self.columns, readers))
        finally:
            if collecting:
                gc.enable()

    def _score(self, rows: Rows, schema: pa.Schema) -> Scored:
        faults = dict(rows.faults)
        users, accounts = _checked(rows, faults)
        arrays: list[Any] = [] if rows.ids is None else [rows.ids]
        for f in FIELDS:
            if rows.columns is not None:
                claimed, values = rows.columns[f.name]
                held: Iterable[Any] = ([(FIRST, value)] for value in values)
                seen: Iterable[Any] = chain(claimed, values)
            else:
                claimed = [getattr(user, f.name) for user in users]
                held = [values_of(f, owners) for owners in accounts]
                seen = chain(claimed, (value for pairs in held for _, value in pairs))
            field = self._memories[f.name].field_for(seen)
            outcomes = [
                field_outcome(field, mine, theirs, self._options)[0] for mine, theirs in zip(claimed, held, strict=True)
            ]
            arrays += self._columns(f, outcomes, faults)
        found = sorted(faults.values())
        return pa.RecordBatch.from_arrays(arrays, schema=result_schema(schema, reasons=self._reasons)), found

    def _columns(self, f: Field, outcomes: list[Any], faults: Mapping[int, RowError]) -> list[Any]:
        """Turn outcomes into columns: the score, the flags, and the reasons if wanted."""
        for row in faults:
            outcomes[row] = f.not_compared(())
        columns = list(zip(*outcomes, strict=True)) or [()] * len(f.outcome._fields)
        members: dict[str, Sequence[Any]] = dict(zip(f.outcome._fields, columns, strict=True))
        arrays = [pa.array(members["score"], pa.int8())]
        arrays += [pa.array(members[flag], pa.bool_()) for flag in f.flags]
        if self._reasons:
            listed = [[{"code": str(code), "part": part} for code, part in found] for found in members["reasons"]]
            for row in faults:
                listed[row] = None  # type: ignore[call-overload]
            arrays.append(pa.array(listed, _REASONS))
        return arrays


def _checked(rows: Rows, faults: dict[int, RowError]) -> tuple[list[User], list[Sequence[Owner]]]:
    """Check the shape of every row; one that is wrong becomes a fault and an empty row."""
    users: list[User] = []
    accounts: list[Sequence[Owner]] = []
    for i, (raw, owners) in enumerate(zip(rows.users or (), rows.owners or (), strict=True)):
        user, account = User(), []
        if i not in faults:
            try:
                user, account = User.from_dict(raw), list(owners_from(owners))
            except InputError as fault:
                faults[i] = RowError(i, *fault.args)
        users.append(user)
        accounts.append(account)
    return users, accounts


class Block(NamedTuple):
    """Rows to score, as one process hands them to another.

    Attributes:
        kind: ``"arrow"``, or a name among the readers.
        content: A record batch, or what the reader of this kind reads.
        faults: Rows that are known to be wrong, by their position.
    """

    kind: str
    content: Any
    faults: tuple[RowError, ...] = ()


Reader = Callable[[Any], tuple[Rows, pa.Schema]]


def score_blocks(  # noqa: PLR0913 - settings, all by name
    blocks: Iterable[Block],
    *,
    matcher: Matcher,
    columns: Mapping[str, str] | None,
    reasons: bool,
    workers: int,
    readers: Mapping[str, Reader] = MappingProxyType({}),
) -> Iterator[Scored]:
    """Score blocks of rows in this process or in others; results come in the order of the blocks.

    Two blocks a worker are under way at most, so that memory stays bounded. Closing the iterator stops the workers.

    Raises:
        OptionError: ``workers`` is less than 1.
        WorkerError: A worker process died; what was not yet given is lost.
    """
    if workers < 1:
        message = "workers: expected 1 or more"
        raise OptionError(message)
    if workers == 1:
        scorer = _Scorer(matcher, columns, reasons=reasons)
        for block in blocks:
            yield scorer.score(block, readers)
        return
    settings = (matcher, columns and dict(columns), reasons, dict(readers))
    executor = ProcessPoolExecutor(workers, get_context("spawn"), _start, settings)
    under_way: deque[Future[tuple[bytes, list[RowError]]]] = deque()
    try:
        for block in blocks:
            content = _to_bytes(block.content) if block.kind == "arrow" else block.content
            under_way.append(executor.submit(_work, block._replace(content=content)))
            if len(under_way) > 2 * workers:
                yield _finished(under_way.popleft())
        while under_way:
            yield _finished(under_way.popleft())
    except BrokenProcessPool:
        message = "a worker process ended: killed, out of memory, or the script lacks a main guard"
        raise WorkerError(message) from None
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _read(block: Block, columns: Mapping[str, str] | None, readers: Mapping[str, Reader]) -> tuple[Rows, pa.Schema]:
    if block.kind == "arrow":
        rows, schema = rows_of(block.content, columns), block.content.schema
    else:
        rows, schema = readers[block.kind](block.content)
    faults = {**rows.faults, **{fault.row: fault for fault in block.faults}}
    return rows._replace(faults=faults), schema


def _finished(future: Future[tuple[bytes, list[RowError]]]) -> Scored:
    content, faults = future.result()
    return _from_bytes(content), faults


_STATE: dict[str, Any] = {}


def _start(matcher: Matcher, columns: Mapping[str, str] | None, reasons: bool, readers: Mapping[str, Reader]) -> None:  # noqa: FBT001 - the pool passes by position
    """Prepare a worker process: it ends with its parent, leaves interrupts to it, and never collects garbage."""
    gc.disable()  # keys hold no cycles; see ``_Scorer.score``
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _STATE.update(scorer=_Scorer(matcher, columns, reasons=reasons), readers=readers)


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _work(block: Block) -> tuple[bytes, list[RowError]]:
    """Score one block in a worker process."""
    scorer: _Scorer = _STATE["scorer"]
    content = _from_bytes(block.content) if block.kind == "arrow" else block.content
    scored, faults = scorer.score(block._replace(content=content), _STATE["readers"])
    return _to_bytes(scored), faults


def _to_bytes(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _from_bytes(content: bytes) -> pa.RecordBatch:
    with pa.ipc.open_stream(content) as reader:
        return reader.read_next_batch()


__all__ = ["RowError", "result_schema", "score_batches", "score_table"]
