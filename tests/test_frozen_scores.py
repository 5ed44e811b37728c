"""Scores stay what they are: those of sample pairs and case rows are written down, and a change that moves one says so.

A row of cases pins a band, so within it the cost of a difference is pinned only here.
``python benchmarks/accuracy.py --frozen`` shows what moved, ``--freeze`` writes the new scores.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from identity_match.fields import FIELDS

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from accuracy import FROZEN, FROZEN_CASES, frozen_case_lines, frozen_lines  # noqa: E402 - found only now


def test_the_scores_of_the_sample_pairs_are_the_frozen_ones() -> None:
    assert frozen_lines() == FROZEN.read_text("utf-8").splitlines()


@pytest.mark.parametrize("field", FIELDS, ids=[field.name for field in FIELDS])
def test_the_scores_of_the_cases_are_the_frozen_ones(field: Any) -> None:
    frozen = FROZEN_CASES.read_text("utf-8").splitlines()
    assert frozen_case_lines(field) == [line for line in frozen if line.startswith(f"{field.name} ")]
