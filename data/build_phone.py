"""Derive the validity table of the North American Numbering Plan from the metadata of ``phonenumbers``.

    python data/build_phone.py      after an upgrade of the library; writes data/phone/nanp.tsv

The metadata are regular expressions over ten digits. Each is expanded into its branches, and each branch into ten sets
of digits. Where the last four sets hold every digit, validity is settled by area code and exchange alone, and the
table says so; the few prefixes where they do not are listed apart, to be asked of the library. This is a proof over
the metadata, not a sample; the tests run it again against the version that is installed.

Source: ``phonenumbers`` (Apache-2.0), metadata of country calling code 1. The table holds facts only.
"""

from __future__ import annotations

import re
import re._parser as sre_parse  # type: ignore[import-not-found]
from collections import defaultdict
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parent / "phone" / "nanp.tsv"
COMPILED = "2026-11-22"  # write the day here before running this again
DIGITS = frozenset("0123456789")
LENGTH = 10  # digits of a national number in this plan
PREFIX = 6  # area code and exchange
KINDS = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan",
    "voicemail",
)  # fmt: skip

Branch = tuple[frozenset[str], ...]


def _digits(items: Any) -> frozenset[str]:
    found: set[str] = set()
    for op, value in items:
        match str(op):
            case "LITERAL":
                found.add(chr(value))
            case "RANGE":
                found |= {chr(code) for code in range(value[0], value[1] + 1)}
            case "CATEGORY":
                found |= DIGITS
            case other:
                message = f"a pattern uses {other}, which this proof does not know"
                raise ValueError(message)
    return DIGITS & found


def branches(pattern: str) -> list[Branch]:
    """Expand a pattern into its branches, each a tuple of the digits allowed at every place."""
    return _expand(sre_parse.parse(pattern))


def _expand(sequence: Any) -> list[Branch]:
    result: list[Branch] = [()]
    for op, value in sequence:
        match str(op):
            case "LITERAL":
                parts: list[Branch] = [(frozenset(chr(value)),)]
            case "IN":
                parts = [(_digits(value),)]
            case "SUBPATTERN":
                parts = _expand(value[3])
            case "BRANCH":
                parts = [branch for part in value[1] for branch in _expand(part)]
            case "MAX_REPEAT":
                least, most, repeated = value
                once = _expand(repeated)
                parts = []
                for times in range(least, min(most, LENGTH) + 1):
                    for combination in product(once, repeat=times):
                        parts.append(tuple(place for branch in combination for place in branch))
            case other:
                message = f"a pattern uses {other}, which this proof does not know"
                raise ValueError(message)
        result = [head + tail for head in result for tail in parts]
    return result


def _prefixes(branch: Branch) -> Iterator[str]:
    return map("".join, product(*(sorted(place) for place in branch[:PREFIX])))


def nanp_prefixes() -> tuple[set[str], set[str]]:
    """Give the six-digit prefixes whose numbers are all valid, and those whose validity depends on the last four.

    A number is valid where one of the plan's regions has it as a kind of line; a region that names its leading digits
    takes only numbers that begin with them.
    """
    valid: set[str] = set()
    asked: set[str] = set()
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1]:
        metadata = PhoneMetadata.metadata_for_region(region)
        if metadata is None:
            continue
        leading = re.compile(metadata.leading_digits) if metadata.leading_digits else None
        for kind in KINDS:
            description = getattr(metadata, kind)
            pattern = description.national_number_pattern if description else None
            for branch in branches(pattern) if pattern else ():
                if len(branch) != LENGTH:
                    continue
                whole = all(place == DIGITS for place in branch[PREFIX:])
                for prefix in _prefixes(branch):
                    if leading is None or leading.match(prefix):
                        (valid if whole else asked).add(prefix)
    return valid, asked - valid


def _ranges(exchanges: set[str]) -> str:
    runs: list[list[int]] = []
    for number in sorted(map(int, exchanges)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(f"{low:03}-{high:03}" if low != high else f"{low:03}" for low, high in runs)


def derive() -> str:
    """Write the table from the metadata that are installed."""
    valid, asked = nanp_prefixes()
    version = phonenumbers.__version__
    lines = [
        "# Area codes and exchanges of the North American Numbering Plan.",
        f"# Source: metadata of calling code 1 in phonenumbers {version}. Licence: Apache-2.0. Date: {COMPILED}.",
        "# valid: every number of these exchanges is valid in these area codes; ask: the last four digits decide.",
    ]
    for kind, prefixes in (("valid", valid), ("ask", asked)):
        by_area: dict[str, set[str]] = defaultdict(set)
        for prefix in prefixes:
            by_area[prefix[:3]].add(prefix[3:])
        areas: dict[str, list[str]] = defaultdict(list)
        for area, exchanges in by_area.items():
            areas[_ranges(exchanges)].append(area)
        lines += [f"{kind}\t{ranges}\t{' '.join(sorted(found))}" for ranges, found in sorted(areas.items())]
    return "\n".join(lines) + "\n"


def build() -> dict[str, str]:
    """Give the table's file name and content, as derived last; a later version of the library changes nothing here."""
    return {SOURCE.name: SOURCE.read_text("utf-8")}


if __name__ == "__main__":
    SOURCE.write_text(derive(), "utf-8")
