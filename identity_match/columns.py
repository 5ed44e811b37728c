"""Rows of Arrow columns as users and owners: what the columns are called, and what of them can be read.

A row that cannot be read costs itself alone. Needs the extra ``arrow``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from identity_match.errors import InputError, MissingExtraError, OptionError
from identity_match.field import Repeated
from identity_match.fields import FIELDS
from identity_match.records import Address

try:
    import pyarrow as pa
    import pyarrow.compute as pc
except ImportError:
    _NEEDED = "columns need pyarrow: install identity-match[arrow]"
    raise MissingExtraError(_NEEDED) from None

CHUNK_ROWS = 10_000  # rows read and scored at a time; our choice: some megabytes, and a second of work or less
UNREADABLE = "a value that cannot be read"
NESTED = ("user", "owners")
ID = "id"
OWNER = "owner_"
ADDRESS_PARTS = Address._fields
FLAT = (*(f.name for f in FIELDS), *ADDRESS_PARTS)


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


Values = Sequence[Any] | Repeated


class Rows(NamedTuple):
    """Rows to score, in one of two shapes.

    Attributes:
        ids: Values of the column ``id``; None where there is none.
        users: A raw user a row, or None where ``columns`` holds the values.
        owners: A raw list of owners a row, likewise.
        columns: For flat rows of text: each field's user values and owner values, or both ``Repeated``.
        faults: Rows that could not be read so far; position and problem.
        size: Number of rows.
    """

    ids: pa.Array | None
    users: Sequence[Any] | None
    owners: Sequence[Any] | None
    columns: Mapping[str, tuple[Values, Values]] | None
    faults: Mapping[int, RowError]
    size: int


def rows_of(batch: pa.RecordBatch, columns: Mapping[str, str] | None, repeats: Collection[str] = ()) -> Rows:
    """Read a record batch, nested or flat; of flat rows of text, the fields in ``repeats`` value by value."""
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
    of_text = not nested and all(_is_text(batch.schema.field(name).type) for name in places.values())
    repeated = _repeated_columns(batch, places, repeats) if of_text and repeats else {}
    read = {name for field in repeated for name in _names_of(field)}
    values = {
        name: python_values(batch.column(place), name, faults)
        for name, place in places.items()
        if name.removeprefix(OWNER) not in read
    }
    if nested:
        return Rows(ids, values["user"], values["owners"], None, faults, size)
    if of_text:
        return Rows(ids, None, None, {**flat_columns(values, size), **repeated}, faults, size)
    return Rows(ids, *flat_rows(values, size), None, faults, size)


def _names_of(field: str) -> tuple[str, ...]:
    return (*ADDRESS_PARTS, field) if field == "address" else (field,)


def _repeated_columns(
    batch: pa.RecordBatch, places: Mapping[str, str], repeats: Collection[str]
) -> dict[str, tuple[Repeated, Repeated]]:
    """Read fields each distinct value of which is read once; a field that cannot be read so is left out."""
    found: dict[str, tuple[Repeated, Repeated]] = {}
    for field in repeats:
        with contextlib.suppress(Exception):  # a value that is no UTF-8: read row by row, it costs its own row
            user, owner = (_repeated(batch, places, field, prefix) for prefix in ("", OWNER))
            found[field] = user, owner
    return found


def _repeated(batch: pa.RecordBatch, places: Mapping[str, str], field: str, prefix: str) -> Repeated:
    names = _names_of(field)
    there = [prefix + name in places for name in names]
    columns = [batch.column(places[prefix + name]) if prefix + name in places else None for name in names]
    rows, row_of = _distinct(columns, batch.num_rows)
    lines = [row[-1] for row in rows]
    if not any(there[:-1]):
        return Repeated(lines, row_of)
    return Repeated(_addresses([row[:-1] for row in rows], lines if there[-1] else None), row_of)


_of_parts = partial(tuple.__new__, Address)


def _addresses(parts: Iterable[tuple[str | None, ...]], lines: Sequence[str | None] | None) -> list[Any]:
    """Give addresses by parts, or the line where there is nothing but a line."""
    if lines is None:
        return list(map(_of_parts, parts))
    pairs = zip(parts, lines, strict=True)
    return [_of_parts(row) if line is None or any(row) else line for row, line in pairs]


def _distinct(columns: Sequence[pa.Array | None], size: int) -> tuple[list[tuple[Any, ...]], list[int]]:
    """Give the distinct rows of some columns, and which of them each row is; a column that is not there holds None."""
    rows: list[tuple[Any, ...]] = [()]
    places = None
    for column in columns:
        if column is None:
            rows = [(*row, None) for row in rows]
            continue
        plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        coded = plain.dictionary_encode("encode")
        values, indices = coded.dictionary.to_pylist(), coded.indices.cast(pa.int64())
        if len(rows) == 1:
            rows, places = [(*rows[0], value) for value in values], indices
        elif len(values) == 1:
            rows = [(*row, values[0]) for row in rows]
        else:
            both = pc.add(pc.multiply(places, len(values)), indices).dictionary_encode()
            pairs = [divmod(code, len(values)) for code in both.dictionary.to_pylist()]
            rows = [(*rows[before], values[last]) for before, last in pairs]
            places = both.indices.cast(pa.int64())
    return rows, [0] * size if places is None else places.to_pylist()


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
        parts = zip(*(values.get(prefix + part, nothing) for part in ADDRESS_PARTS), strict=True)
        return _addresses(parts, values.get(prefix + name))

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
