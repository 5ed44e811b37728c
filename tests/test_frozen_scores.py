"""Scores stay what they are: those of the sample pairs are written down, and a change that moves one says so.

``python benchmarks/accuracy.py --frozen`` shows what moved, ``--freeze`` writes the new scores.
"""

from __future__ import annotations

import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from accuracy import FROZEN, frozen_lines  # noqa: E402 - found only now


def test_the_scores_of_the_sample_pairs_are_the_frozen_ones() -> None:
    assert frozen_lines() == FROZEN.read_text("utf-8").splitlines()
