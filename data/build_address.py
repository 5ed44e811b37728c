"""Compile the address rules of every country from ``data/address`` into one table a country.

A source row is ``kind, what the key holds, other spellings``. A compiled row is ``kind, spelling, what the key holds``,
with the words of the base file joined in, folded and sorted; a country's own row beats the base's.
"""

from __future__ import annotations

import re
from pathlib import Path

from identity_match.text import fold

SOURCES = Path(__file__).parent / "address"
KINDS = frozenset(
    (
        "setting", "type", "weak", "first", "ending", "building", "unit", "room", "floor", "block", "alone", "marker",
        "box", "cross", "word", "light", "ordinal", "cardinal", "direction", "road", "city", "borough", "region",
        "known", "country", "vague", "door", "telling", "opposite",
    )
)  # fmt: skip
SETTINGS = frozenset(("base", "order", "postal", "pad", "area", "region", "buildings", "letters", "joined", "parted"))


def _read(path: Path) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Read one source: its comment lines, and its rows as kind, spelling, what the key holds."""
    comments, found = [], []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("#") or not line:
            comments.append(line)
            continue
        kind, canonical, *rest = line.split("\t")
        if kind not in KINDS or len(rest) > 1 or (kind == "setting" and canonical not in SETTINGS):
            message = f"{path.name}:{number}: not a row of address rules"
            raise ValueError(message)
        if kind == "setting":
            if canonical == "postal":
                re.compile(rest[0])
            found.append((kind, canonical, rest[0]))
            continue
        spellings = [fold(word.strip()) for word in rest[0].split(",")] if rest else []
        if kind not in ("borough", "known"):
            spellings.append(fold(canonical))
        found += [(kind, spelling, fold(canonical)) for spelling in spellings if spelling]
    return comments, found


def _merged(path: Path) -> tuple[list[str], dict[tuple[str, str], str]]:
    """Read a source over its base, which may have one of its own."""
    comments, rows = _read(path)
    base = next((value for kind, name, value in rows if (kind, name) == ("setting", "base")), None)
    base_comments, merged = _merged(SOURCES / f"{base}.tsv") if base is not None else ([], {})
    merged |= {(kind, spelling): canonical for kind, spelling, canonical in rows}
    merged.pop(("setting", "base"), None)
    return comments + base_comments, merged


def build() -> dict[str, str]:
    """Compile every source; table file name to its content."""
    tables = {}
    for path in sorted(SOURCES.glob("*.tsv")):
        if path.stem == "english":
            continue
        comments, merged = _merged(path)
        body = [f"{kind}\t{spelling}\t{canonical}" for (kind, spelling), canonical in sorted(merged.items())]
        head = [line for line in dict.fromkeys(comments) if line and not line.startswith("# Columns")]
        columns = "# Columns: kind, spelling, what the key holds. Compiled from data/address; not edited by hand."
        tables[f"address_{path.stem}.tsv"] = "\n".join([*head, columns, *body]) + "\n"
    offices = (SOURCES / "us_post_offices.txt").read_text("utf-8").splitlines()
    rows = [line if line.startswith("#") else f"{line[0]}\t{line}" for line in offices]
    tables["us_post_offices.tsv"] = "\n".join(["# First digit,", *rows]) + "\n"
    return tables


def main() -> None:
    """Write the tables."""
    target = SOURCES.parent.parent / "identity_match" / "tables"
    for name, content in build().items():
        (target / name).write_text(content, "utf-8")


if __name__ == "__main__":
    main()
