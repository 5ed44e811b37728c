"""Collect anew the names that the post office knows for a ZIP code: ``python data/address/post_offices.py``.

Needs the extra ``data``. Source: the package ``zipcodes`` (MIT), which embeds the USPS city names of every ZIP code:
the preferred one, those that are acceptable too, and those that people write although USPS advises against them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import zipcodes

from identity_match.address.rules import fold_part

HEADER = f"""# ZIP code, names of its post office separated by |, the preferred one first; only codes with several.
# Source: package zipcodes {version("zipcodes")} (MIT), which embeds USPS city names. Date: {datetime.now(UTC):%Y-%m}.
"""


def main() -> None:
    """Write the source file."""
    entries: Any = zipcodes.list_all
    rows = []
    for entry in sorted(entries(), key=lambda entry: entry["zip_code"]):
        names = [entry["city"], *entry["acceptable_cities"], *entry["unacceptable_cities"]]
        folded = list(dict.fromkeys(filter(None, map(fold_part, names))))
        if len(folded) > 1:
            rows.append(f"{entry['zip_code']}\t{'|'.join(folded)}\n")
    Path(__file__).with_name("us_post_offices.txt").write_text(HEADER + "".join(rows), "utf-8")


if __name__ == "__main__":
    main()
