"""Score columns: Arrow record batches in, Arrow record batches out, on one core or on all.

Holds no rule of likeness and no number of its own: it moves columns through ``field_outcome``, which ``score`` calls,
too, so that both give the same. Needs the extra ``arrow``.

Rows come in one of two forms. *Nested*: a column ``user`` (a struct as in the request) and a column ``owners`` (a list
of structs as in a response of ``/identity/get``). *Flat*: a column a value, ``legal_name``, ``phone_number``,
``email_address``, and ``street``, ``city``, ``region``, ``postal_code``, ``country`` or ``address`` (one line) for the
user, the same with ``owner_`` in front for the one owner; ``columns`` maps these names to those of the table.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import wraps
from itertools import chain
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from identity_match.columns import CHUNK_ROWS, ID, RowError, Rows, once, rows_of
from identity_match.errors import (
    IdentityMatchError,
    InputError,
    LibraryError,
    MissingExtraError,
    OptionError,
    WorkerError,
)
from identity_match.field import Repeated, column_outcomes, field_outcome, repeated_outcomes, values_of
from identity_match.fields import FIELDS
from identity_match.match import Matcher
from identity_match.records import Owner, User, option, owners_from, reading, switch
from identity_match.remember import Remembered

try:
    import pyarrow as pa
except ImportError:
    _NEEDED = "columns need pyarrow: install identity-match[arrow]"
    raise MissingExtraError(_NEEDED) from None

if TYPE_CHECKING:
    from identity_match.field import Field

MOST_WORKERS = 1_000  # processes; our choice: far above any machine, a larger number is a mistake
MOST_REMEMBERED = 1 << 13  # values and pairs remembered a field; our choice: some windows of candidates
ENOUGH = 1_000  # values by which it is decided; our choice
REPEATS = 0.8  # distinct values a row below which it pays to remember them; measured: a look costs a tenth of a key

_SHARED = Matcher()

P = ParamSpec("P")
T = TypeVar("T")


def _guarded(call: Callable[P, T]) -> Callable[P, T]:
    """Turn what a library raises into an error of ours, without what it held."""

    @wraps(call)
    def guarded(*args: P.args, **options: P.kwargs) -> T:
        try:
            return call(*args, **options)
        except IdentityMatchError:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is, it may hold what was read
            kind = type(fault).__name__
        message = f"the columns: {kind}"
        raise LibraryError(message)  # out here, so that nothing of the rows hangs on to it

    return guarded


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
        OptionError: ``workers`` is not 1 to 1,000, ``columns`` names what is not there, or a wrong type was given.
        WorkerError: A worker process died.
        LibraryError: pyarrow failed.

    >>> import pyarrow as pa
    >>> table = pa.table({"legal_name": ["Jenny Smith"], "owner_legal_name": ["JENNIFER SMITH"]})
    >>> [batch.to_pydict()["legal_name_score"] for batch in score_batches(table.to_batches())]
    [[94]]
    """
    row = 0
    matcher, columns = option(_matcher, matcher, "matcher"), option(_columns, columns, "columns")
    reasons, workers = option(switch, reasons, "reasons"), option(_whole_number, workers, "workers")
    on_error = option(_function, on_error, "on_error")
    blocks = (Block("arrow", piece) for piece in _pieces(reading(_stream, batches, "batches")))
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
    table = reading(_table, table, "table")
    found = score_batches(
        table.to_batches(max_chunksize=CHUNK_ROWS),
        matcher=matcher, columns=columns, reasons=reasons, workers=workers, on_error=on_error,
    )  # fmt: skip
    schema = result_schema(table.schema, reasons=option(switch, reasons, "reasons"))
    return _together(list(found), schema)


@_guarded
def _together(batches: list[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches(batches, schema=schema)


@_guarded
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


def _matcher(value: object, name: str) -> Matcher:
    if isinstance(value, Matcher):
        return value
    message = f"{name}: expected a Matcher"
    raise OptionError(message)


def _columns(value: object, name: str) -> dict[str, str] | None:
    if value is None:
        return None
    pairs = list(value.items()) if isinstance(value, Mapping) else [(value, value)]
    if all(isinstance(one, str) for pair in pairs for one in pair):
        return {str.__str__(ours): str.__str__(theirs) for ours, theirs in pairs}
    message = f"{name}: expected a mapping of our names to the table's"
    raise OptionError(message)


def _whole_number(value: object, name: str) -> int:
    if isinstance(value, int):
        return int.__int__(value)
    message = f"{name}: expected a whole number"
    raise OptionError(message)


def _function(value: object, name: str) -> Callable[[RowError], object] | None:
    if value is None or callable(value):
        return value
    message = f"{name}: expected a function"
    raise OptionError(message)


def _stream(value: object, path: str) -> Iterator[object]:
    if isinstance(value, Iterable):
        return iter(value)
    raise InputError(path, f"expected record batches, found {type(value).__name__}")


def _table(value: object, path: str) -> pa.Table:
    if isinstance(value, pa.Table):
        return value
    raise InputError(path, f"expected an Arrow table, found {type(value).__name__}")


def _batch(value: object, path: str) -> pa.RecordBatch:
    if isinstance(value, pa.RecordBatch):
        return value
    raise InputError(path, f"expected a record batch, found {type(value).__name__}")


def _pieces(batches: Iterable[object]) -> Iterator[pa.RecordBatch]:
    for i, given in enumerate(batches):
        batch = reading(_batch, given, f"batches[{i}]")
        for start in range(0, batch.num_rows or 1, CHUNK_ROWS):
            yield batch.slice(start, CHUNK_ROWS)


class _Memory:
    """One field, remembering while values repeat.

    The first rows decide: where most values are new, remembering costs more than it saves.
    """

    def __init__(self, f: Field) -> None:
        self._field = f
        self._remembered = Remembered(f, MOST_REMEMBERED)
        self._seen = 0
        self._distinct: set[Any] = set()
        self._repeats = False

    @property
    def repeats(self) -> bool:
        """Whether it is settled that values repeat."""
        return self._repeats and self._seen >= ENOUGH

    def field_for(self, values: Iterable[Any]) -> Field:
        """Give the field, as it is or remembering: the first thousand values decide."""
        if self._seen < ENOUGH:
            there = [value for value in values if value is not None]
            self._seen += len(there)
            self._distinct.update(there)
            self._repeats = len(self._distinct) < REPEATS * self._seen
            if self._seen >= ENOUGH:
                self._distinct.clear()
        return self._remembered.field if self._repeats else self._field


class _Scorer:
    """Scores rows with one set of settings; keeps what repeats from batch to batch."""

    def __init__(self, matcher: Matcher, columns: Mapping[str, str] | None, *, reasons: bool) -> None:
        self.columns = columns
        self._reasons = reasons
        self._options = matcher.options
        self._memories = {f.name: _Memory(f) for f in FIELDS}

    @_guarded
    def score(self, block: Block, readers: Mapping[str, Reader]) -> Scored:
        """Read and score a block: the result, and the rows that could not be read, by their position in it.

        Collecting garbage waits until the rows are done: keys hold no cycles, and walking them took a quarter of the
        time.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            repeats = {name for name, memory in self._memories.items() if memory.repeats}
            return self._score(*_read(block, self.columns, readers, repeats))
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
                if isinstance(claimed, Repeated) and isinstance(values, Repeated):
                    field = self._memories[f.name].field_for(chain(claimed.values, values.values))
                    outcomes = repeated_outcomes(field, claimed, values, self._options)
                else:
                    field = self._memories[f.name].field_for(chain(claimed, values))
                    outcomes = column_outcomes(field, claimed, values, self._options)
            else:
                claimed = [getattr(user, f.name) for user in users]
                held = [values_of(f, owners) for owners in accounts]
                field = self._memories[f.name].field_for(
                    chain(claimed, (value for pairs in held for _, value in pairs))
                )
                outcomes = [
                    field_outcome(field, mine, theirs, self._options)[0]
                    for mine, theirs in zip(claimed, held, strict=True)
                ]
            arrays += self._columns(f, outcomes, faults)
        found = sorted(faults.values())
        return pa.RecordBatch.from_arrays(arrays, schema=result_schema(schema, reasons=self._reasons)), found

    def _columns(self, f: Field, outcomes: list[Any], faults: Mapping[int, RowError]) -> list[Any]:
        """Turn outcomes into columns: the score, the flags, and the reasons if wanted."""
        for row in faults:
            outcomes[row] = f.not_compared(())
        arrays = [_member(f, outcomes, "score", pa.int8())]
        arrays += [_member(f, outcomes, flag, pa.bool_()) for flag in f.flags]
        if self._reasons:
            listed = [[{"code": str(code), "part": part} for code, part in found.reasons] for found in outcomes]
            for row in faults:
                listed[row] = None  # type: ignore[call-overload]
            arrays.append(pa.array(listed, _REASONS))
        return arrays


def _member(f: Field, outcomes: Sequence[Any], name: str, kind: pa.DataType) -> pa.Array:
    place = f.outcome._fields.index(name)  # half the time of getattr
    return pa.array([outcome[place] for outcome in outcomes], kind)


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
        OptionError: ``workers`` is not 1 to 1,000.
        WorkerError: A worker process died; what was not yet given is lost.
    """
    if not 1 <= workers <= MOST_WORKERS:
        message = f"workers: expected 1 to {MOST_WORKERS}"
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


def _read(
    block: Block, columns: Mapping[str, str] | None, readers: Mapping[str, Reader], repeats: Collection[str]
) -> tuple[Rows, pa.Schema]:
    if block.kind == "arrow":
        rows, schema = rows_of(block.content, columns, repeats), block.content.schema
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


@_guarded
def _to_bytes(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


@_guarded
def _from_bytes(content: bytes) -> pa.RecordBatch:
    with pa.ipc.open_stream(content) as reader:
        return reader.read_next_batch()


__all__ = ["RowError", "result_schema", "score_batches", "score_table"]
