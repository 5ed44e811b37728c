"""Write the rows of a result into a file.

In text, a value that JSON or Python has no word for is left out: a fraction that is no number, a day after the last.
Only an id may be one; what we score has scores, flags and reasons.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from identity_match.columns import python_values

if TYPE_CHECKING:
    from pathlib import Path


class Writer:
    """Writes record batches as Parquet, Arrow, CSV or JSON Lines.

    Args:
        path: File to write.
        kind: ``"parquet"``, ``"arrow"``, ``"csv"`` or ``"jsonl"``.
        zipped: Whether text is gzipped.
        schema: Columns.
    """

    def __init__(self, path: Path, kind: str, schema: pa.Schema, *, zipped: bool) -> None:
        self._kind = kind
        if self._kind == "parquet":
            self._file: Any = pq.ParquetWriter(path, schema)
        elif self._kind == "arrow":
            self._file = pa.ipc.new_file(str(path), schema)
        else:
            opened = gzip.open if zipped else open
            self._file = opened(path, "wt", encoding="utf-8", newline="")
            if self._kind == "csv":
                self._rows = csv.writer(self._file, lineterminator="\n")
                self._rows.writerow(schema.names)

    def __enter__(self) -> Self:
        """Give the writer itself."""
        return self

    def __exit__(self, *fault: object) -> None:
        """Close the file."""
        self._file.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Write one batch."""
        if self._kind in ("parquet", "arrow"):
            self._file.write_batch(batch)
            return
        names = batch.schema.names
        columns = [python_values(column, name, {}) for name, column in zip(names, batch.columns, strict=True)]
        if self._kind == "csv":
            self._rows.writerows(zip(*(map(_cell, column) for column in columns), strict=True))
        else:
            rows = zip(*(map(_json_value, column) for column in columns), strict=True)
            self._file.writelines(json.dumps(dict(zip(names, row, strict=True)), default=str) + "\n" for row in rows)


def _json_value(value: object) -> object:
    """Leave out a number that JSON has not; only an id may be one."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


# A spreadsheet runs a cell that begins with one of these. Source: OWASP, CSV injection.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_REASON = {"code", "part"}


def _cell(value: object) -> str:
    """Write a value as a cell: nothing for null, reasons as ``code:part``, text that no spreadsheet will run."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(one, dict) and one.keys() == _REASON for one in value):
        return ";".join(f"{reason['code']}:{reason['part']}" for reason in value)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


__all__ = ["Writer"]
