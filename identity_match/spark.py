"""Score a Spark DataFrame: ``score_batches`` on every executor, through Arrow. Needs the extra ``spark``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from identity_match.batch import score_batches
from identity_match.errors import MissingExtraError
from identity_match.fields import FIELDS
from identity_match.match import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa
    from pyspark.sql.types import StructType


def score_dataframe(
    df: Any,
    *,
    matcher: Matcher | None = None,
    columns: Mapping[str, str] | None = None,
    reasons: bool = False,
    fail_fast: bool = False,
) -> Any:
    """Score every row of a DataFrame; lazily, as Spark does everything.

    Args:
        df: A ``pyspark.sql.DataFrame`` of rows, nested or flat, as ``score_batches`` reads them. Give it a column
            ``id``: the rows of a DataFrame have no order by which the result could be joined to them.
        matcher: Settings; None takes the usual ones.
        columns: For flat rows, our names to those of the DataFrame.
        reasons: Add a column of reasons a field.
        fail_fast: Fail the job at a row of a wrong shape; else such a row has null everywhere.

    Returns:
        A DataFrame with the columns that ``score_batches`` gives.

    Raises:
        MissingExtraError: The extra ``spark`` is not installed.
        InputError: In the executors, for columns that are not ours, and with ``fail_fast`` for a row of a wrong shape.
    """
    settings = Matcher() if matcher is None else matcher

    def scored(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        drop = None if fail_fast else _forget
        return score_batches(batches, matcher=settings, columns=columns, reasons=reasons, on_error=drop)

    return df.mapInArrow(scored, _schema(df.schema, reasons=reasons))


def _forget(fault: object) -> None:
    """Leave a row that cannot be read at null."""


def _schema(schema: StructType, *, reasons: bool) -> StructType:
    """Give Spark's form of ``result_schema``."""
    try:
        from pyspark.sql import types  # noqa: PLC0415 - an extra
    except ImportError:
        message = "DataFrames need pyspark: install identity-match[spark]"
        raise MissingExtraError(message) from None
    fields = [field for field in schema.fields if field.name == "id"]
    reason = types.StructType([types.StructField(name, types.StringType()) for name in ("code", "part")])
    for f in FIELDS:
        fields.append(types.StructField(f"{f.name}_score", types.ByteType()))
        fields += [types.StructField(f"{f.name}_{flag}", types.BooleanType()) for flag in f.flags]
        if reasons:
            fields.append(types.StructField(f"{f.name}_reasons", types.ArrayType(reason)))
    return types.StructType(fields)


__all__ = ["score_dataframe"]
