"""Measure what the first plain score of the installed package costs beyond the bare interpreter, in fresh processes.

python benchmarks/start.py [--runs 21]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

IMPORT = "import identity_match"
FIRST_SCORE = """
from identity_match import score
user = {"legal_name": "Jenny Smith", "phone_number": "+1 415 745 2130", "email_address": "jenny.smith@example.com",
        "address": {"street": "100 Main St Apt 4", "city": "San Francisco", "region": "CA", "postal_code": "94107"}}
owner = {"names": ["JENNIFER W SMITH"], "phone_numbers": ["4157452130"], "emails": ["jenny.smith@example.com"],
         "addresses": [{"data": {"street": "100 MAIN STREET #4", "city": "SAN FRANCISCO", "region": "CA",
                                 "postal_code": "94107-2211", "country": "US"}}]}
score(user, [owner])
"""


def seconds(code: str) -> float:
    """Wall time of a fresh interpreter that runs the code."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-P", "-c", code], check=True)  # noqa: S603 - our own code
    return time.perf_counter() - start


def main() -> None:
    """Time the three in turn, so that a busy machine slows all alike, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=21)
    runs = parser.parse_args().runs
    times = [(seconds("pass"), seconds(IMPORT), seconds(FIRST_SCORE)) for _ in range(runs)]
    bare, imported, scored = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
    beyond = statistics.median(row[2] - row[0] for row in times) * 1000
    print(f"bare interpreter {bare:.0f} ms, import {imported:.0f} ms, import and first score {scored:.0f} ms")
    print(f"import and first score beyond the bare interpreter: {beyond:.0f} ms (median of {runs} paired runs)")


if __name__ == "__main__":
    main()
