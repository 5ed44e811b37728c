"""Labelled pairs of a file: JSON Lines, CSV or Parquet, each row by itself. Rows are counted from 0."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from identity_match.errors import FileError, InputError, OptionError
from identity_match.fields import FIELDS
from identity_match.records import Owner, User, json_object, owners_from
from identity_match.text import printable

MOST_LABEL = 100  # characters of a source, kind or group that are kept; our choice
MOST_LINE = 1 << 20  # bytes of a line of JSON; our choice, as for files of rows
IDENTITY = "identity"
LABELS = ("match", "source", "kind", "group")
PAIRED = ({"a", "b"}, {"user", "owners"})  # columns of a row that is not flat
JSON_LINES = (".jsonl", ".ndjson")
MEMBERS = {"name": "legal_name", "phone": "phone_number", "email": "email_address"} | {f.name: f.name for f in FIELDS}

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_OWN = {name: name for name in LABELS}


class PairError(NamedTuple):
    """A row that cannot be read: its position from 0, where in it, and the kind of the fault."""

    row: int
    path: str
    problem: str


class Pair(NamedTuple):
    """One labelled pair.

    Attributes:
        row: Its position among the rows, from 0.
        user: What the user typed; personal data.
        owners: What the bank has; personal data.
        match: Whether they are the same.
        field: The only field that is compared, or ``identity`` for all.
        source: Where the pair comes from; may be empty, as the next two.
        kind: How the two sides differ.
        group: Group of people for which rates are set side by side.
    """

    row: int
    user: User
    owners: Sequence[Owner]
    match: bool
    field: str = "identity"
    source: str = ""
    kind: str = ""
    group: str = ""

    def __repr__(self) -> str:
        """Show the position and the label, never a value."""
        return f"Pair(row={self.row}, field={self.field!r}, match={self.match})"


def read_pairs(path: Path | str, columns: Mapping[str, str] | None = None) -> Iterator[Pair | PairError]:
    """Read labelled pairs from a file; its ending says the format.

    A row has ``match``, and if you like ``source``, ``kind`` and ``group``, beside ``a`` and ``b`` with or without
    ``field``, or ``user`` and ``owners``, or the flat columns of a file of rows: ``legal_name``, ``owner_legal_name``
    and so on.

    Args:
        path: File that ends in .jsonl, .csv or .parquet; the first two may be gzipped. All but JSON Lines with ``a``
            and ``b`` need the extra ``arrow``.
        columns: Our names of flat columns, ``match``, ``source``, ``kind`` and ``group`` to those of the file.

    Returns:
        Pairs in order, and in the place of each row that cannot be read what is wrong with it.

    Raises:
        FileError: The file cannot be read; this and the others come while rows are taken.
        InputError: No columns that we know.
        OptionError: An ending that we do not know, or ``columns`` names what is not there.
        MissingExtraError: The format needs the extra ``arrow``.
    """
    path, flat = Path(path), dict(columns or {})
    zipped = path.suffix.lower() == ".gz"
    names, places = None, None
    renamed = {name: flat.pop(name, name) for name in LABELS}
    if (Path(path.stem) if zipped else path).suffix.lower() in JSON_LINES:
        records = _json_lines(path, zipped=zipped)
    else:
        records = _table(path, zipped=zipped)
        names = list(next(records))
    if flat or names is not None:
        from identity_match.columns import flat_places, once  # noqa: PLC0415 - pyarrow is optional, and slow to load

        if flat or not any(pair <= set(names or ()) for pair in PAIRED):
            places = flat_places([*flat.values()] if names is None else names, flat or None)
        if any(place not in (names or renamed.values()) for name, place in renamed.items() if place != name):
            message = "columns: maps to a column that is not there"
            raise OptionError(message)
        once(names or (), [*(places or {}).values(), *renamed.values(), *set().union(*PAIRED)])
    for row, record in enumerate(records):
        yield PairError(row, "row", record) if isinstance(record, str) else _read(record, row, renamed, places)


def _json_lines(path: Path, *, zipped: bool) -> Iterator[Mapping[str, Any] | str]:
    """Give the object of each line that is not blank, or what is wrong with it."""
    opened: Callable[[Path, str], IO[bytes]] = gzip.open if zipped else open  # type: ignore[assignment]
    try:
        with opened(path, "rb") as file:
            while line := file.readline(MOST_LINE):
                whole = len(line) < MOST_LINE or line.endswith(b"\n")
                while not whole and (rest := file.readline(MOST_LINE)):
                    whole = rest.endswith(b"\n")
                    line = b""
                if line.strip() or not line:
                    yield json_object(line) if line else f"longer than {MOST_LINE} bytes"
    except FileNotFoundError:
        problem = "no such file"
    except (OSError, EOFError, zlib.error, ValueError):  # ValueError: a path with a NUL
        problem = "cannot be read"
    else:
        return
    message = f"the pairs: {problem}"
    raise FileError(message)


def _table(path: Path, *, zipped: bool) -> Iterator[Any]:
    """Give the names of a table's columns, then each row by them, or what is wrong with it."""
    from identity_match.columns import CHUNK_ROWS, python_rows  # noqa: PLC0415 - pyarrow is optional; this says so
    from identity_match.files import BROKEN, MOST_CELL, csv_rows, guarded, kind_of, open_text, refuse  # noqa: PLC0415

    kind, _ = kind_of(path)
    if kind == "arrow":
        message = "pairs are read from .jsonl, .csv and .parquet"
        raise OptionError(message)
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        if kind == "parquet":
            with pq.ParquetFile(path, pre_buffer=False) as file:
                yield file.schema_arrow.names
                for batch in guarded(file.iter_batches(CHUNK_ROWS), kind):
                    yield from python_rows(batch)
            return
        with open_text(path, zipped=zipped) as text:
            csv.field_size_limit(MOST_CELL)
            reader = csv.reader(text)
            header = next(reader, [])
            yield header
            for cells in csv_rows(reader, len(header)):
                yield cells if isinstance(cells, str) else dict(zip(header, cells, strict=True))
    except FileNotFoundError:
        problem = "no such file"
    except (*BROKEN, ValueError, csv.Error, pa.ArrowException):
        problem = f"cannot be read as {kind}"
    else:
        return
    refuse("the pairs", problem)


def pair_of(record: object, row: int) -> Pair | PairError:
    """Read a row in its own names, such as a dict, or say what is wrong with it.

    >>> pair_of({"a": "Jane Doe", "b": "JANE DOE", "field": "name", "match": True}, 0)
    Pair(row=0, field='legal_name', match=True)
    """
    return _read(record, row, _OWN, None)


def _read(record: object, row: int, renamed: Mapping[str, str], places: Mapping[str, str] | None) -> Pair | PairError:
    """Check the shape of a row."""
    if not isinstance(record, Mapping):
        return PairError(row, "row", f"expected an object, found {type(record).__name__}")
    try:
        match = _match(record.get(renamed["match"]))
        labels = [label(record.get(renamed[name]), name) for name in LABELS[1:]]
        user, owners, field = _sides(record, places)
        return Pair(row, user, owners, match, field, *labels)
    except InputError as fault:
        return PairError(row, *fault.args)


def _sides(record: Mapping[str, Any], places: Mapping[str, str] | None) -> tuple[User, Sequence[Owner], str]:
    """Give user, owners and the field that is compared, or ``identity``."""
    a, b, field = record.get("a"), record.get("b"), record.get("field") or IDENTITY
    if places is not None or not any(pair <= record.keys() for pair in PAIRED):
        user, owners = _flat(record, places)
        return User.from_dict(user), owners_from(owners), IDENTITY
    if not PAIRED[0] <= record.keys():
        return User.from_dict(record.get("user")), owners_from(record.get("owners")), IDENTITY
    if field == IDENTITY:
        held = [Owner.from_dict(b, "b")] if isinstance(b, Mapping | Owner) else owners_from(b, "b")
        return User.from_dict(a, "a"), held, IDENTITY
    member = MEMBERS.get(field) if isinstance(field, str) else None
    if member is None:
        path = "field"
        raise InputError(path, f"expected {IDENTITY}, {', '.join(MEMBERS)}")
    values = next(f.owner_values for f in FIELDS if f.name == member)
    return User.from_dict({member: a}, "a"), [Owner.from_dict({values: [b]}, "b")], member


def _flat(record: Mapping[str, Any], places: Mapping[str, str] | None) -> tuple[Any, Any]:
    """Give user and owners of a flat row."""
    if places is None and not any(name.startswith("owner_") for name in record):
        path = "row"
        raise InputError(path, "neither a and b, user and owners, nor flat columns")
    from identity_match.columns import flat_places, flat_rows  # noqa: PLC0415 - as above

    places = flat_places(list(record), None) if places is None else places
    users, owners = flat_rows({ours: [record.get(theirs)] for ours, theirs in places.items()}, 1)
    return users[0], owners[0]


def _match(value: object) -> bool:
    if isinstance(value, str) and (word := value.strip().lower()) in _WORDS:
        return _WORDS[word]
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    path = "match"
    raise InputError(path, "expected true or false")


def label(value: object, path: str) -> str:
    """Read a source, kind, group, or another label that may be shown.

    Raises:
        InputError: It is no text.
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN alone differs from itself
        return ""
    if not isinstance(value, str | int):
        raise InputError(path, f"expected text, found {type(value).__name__}")
    return printable(" ".join(str(value)[:MOST_LABEL].split()))
