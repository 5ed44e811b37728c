"""``import identity_match`` stays light: what is slow to import waits for the call that needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "nameparser", "nicknames", "usaddress", "email_validator", "phonenumbers", "numpy", "pyarrow", "pandas", "anyascii",
    "idna", "rich", "click", "dns",
}  # fmt: skip


def loaded(code: str) -> set[str]:
    """Give the top names of every module that a fresh interpreter imports while it runs the code."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True)
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines[1:]}


def test_import_loads_nothing_heavy() -> None:
    names = loaded("import identity_match")
    assert "identity_match" in names
    assert not names.intersection(HEAVY)


PLAIN = """
from identity_match import score
score(
    {"legal_name": "Jane Doe", "phone_number": "+1 415 555 2671", "email_address": "jane@example.com",
     "address": {"street": "100 Main St Apt 4", "city": "San Francisco", "region": "CA", "postal_code": "94107"}},
    [{"names": ["JANE W DOE"], "phone_numbers": [{"data": "4155552671"}], "emails": [{"data": "JANE@example.com"}],
      "addresses": [{"data": {"street": "100 MAIN STREET #4", "city": "SAN FRANCISCO", "region": "CA",
                              "postal_code": "94107-2211", "country": "US"}}]}])
"""


def test_a_plain_score_loads_no_parser() -> None:
    """Plain values take the package's own short ways, which is what keeps a first score under 60 ms."""
    names = loaded(PLAIN)
    assert not names.intersection(HEAVY)


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_loads_no_table_printer(argument: str) -> None:
    code = f"from identity_match.cli import main; main([{argument!r}])"
    assert "rich" not in loaded(code)
