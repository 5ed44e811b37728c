"""Spark: a DataFrame scored by two worker processes equals the table scored here, row by row; errors hold no value."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from test_privacy import NAME, leaks, told

from identity_match import score_table
from identity_match.errors import MissingExtraError
from identity_match.spark import score_dataframe

ROOT = Path(__file__).parent.parent

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="needs the extra spark and Java; .ci/run has both",
)

# In a process of its own, which may use the loopback as nothing else may: Spark talks to its workers through sockets.
# That its Java reaches no further is not seen to here; no address but 127.0.0.1 is given to it.
PROGRAM = """
import json, sys
from pyspark.sql import SparkSession
from identity_match.spark import score_dataframe

rows = json.load(sys.stdin)
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config(
    "spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
flat = "id long, legal_name string, owner_legal_name string, postal_code string, owner_postal_code string"
flat = spark.createDataFrame([tuple(row.values()) for row in rows["flat"]], flat).repartition(2)
person = "legal_name string, phone_number string"
owner = "array<struct<names: array<string>, phone_numbers: array<string>>>"
nested = spark.createDataFrame(
    [(row["id"], row["user"], row["owners"]) for row in rows["nested"]],
    f"id long, user struct<{person}>, owners {owner}",
).repartition(2)
answer = [
    [row.asDict(recursive=True) for row in score_dataframe(df, reasons=True).orderBy("id").collect()]
    for df in (flat, nested)
]
try:
    score_dataframe(nested, fail_fast=True).collect()
except Exception as error:
    told = f"{error} {error!r}"
json.dump([answer, told], sys.stdout)
"""
LOOPBACK = {**os.environ, "TESTS_MAY_USE_LOOPBACK": "1", "SPARK_LOCAL_IP": "127.0.0.1"}


@needs_spark
def test_a_data_frame_scores_as_a_table() -> None:
    names = ("Jenny Smith", "Jenny Smith", None, "Dr. Ann Poe", "Мария Иванова")
    held = ("JENNIFER SMITH", "JANE & JOHN SMITH", "X", "POE, ANN B", "MARIA IVANOVA")
    flat = [
        {"id": i, "legal_name": names[i % 5], "owner_legal_name": held[i // 5 % 5], "postal_code": "02145",
         "owner_postal_code": "2145"}
        for i in range(200)
    ]  # fmt: skip
    nested = [
        {
            "id": i,
            "user": {"legal_name": names[i % 5], "phone_number": f"41555501{i % 100:02}"},
            "owners": [
                {"names": [held[i // 5 % 5]], "phone_numbers": ["4155550123"]},
                {"names": [NAME] * (1 + 60 * (i == 7)), "phone_numbers": []},  # row 7 has too many
            ],
        }
        for i in range(60)
    ]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps({"flat": flat, "nested": nested}), text=True,
        capture_output=True, cwd=ROOT, check=False, env=LOOPBACK,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    scored, faults = json.loads(done.stdout)
    assert "owners[1].names: at most 50 are accepted, found 61" in faults
    assert leaks(faults) + told(done.stderr) == []  # what Spark says holds times and ports
    for rows, found in zip((flat, nested), scored, strict=True):
        table = score_table(pa.Table.from_pylist(rows), reasons=True, on_error=lambda fault: None)
        assert found == table.to_pylist()


def test_without_spark_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else of the package is read, tests of its examples included, where Spark is not installed."""
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(MissingExtraError, match=r"install identity-match\[spark\]"):
        score_dataframe(SimpleNamespace(schema=SimpleNamespace(fields=[]), mapInArrow=None))
