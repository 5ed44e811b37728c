"""Compile the sentences for reason codes, and the page that lists them with an example of each.

The page is scored by the library: every example must reach its code, and the score beside it is what came out.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
SOURCE = HERE / "reasons" / "reasons.tsv"
LANGUAGE = "en"  # of the source; the table has room for others
FIELDS = {
    "legal_name": "names",
    "phone_number": "phone_numbers",
    "email_address": "emails",
    "address": "addresses",
}
TITLES = {
    "any": "Any field",
    "legal_name": "Name",
    "phone_number": "Phone number",
    "email_address": "E-mail address",
    "address": "Address",
    "overall": "Overall",
}
SIDES = {"user", "owner"}
NONE = "-"
SHOWN = 160  # characters of an example on the page
PLACEHOLDER = re.compile(r"\{(\w*)\}")


class Row(NamedTuple):
    """One row of the source: a code with one meaning.

    Attributes:
        field: The field, ``any`` for each of the four, ``overall``, or ``part`` for the words of a part.
        code: The code, or the part.
        parts: Parts that the code comes with, in this meaning; an empty one is the whole value.
        sentence: What it says; ``{part}`` and ``{side}`` stand for the words of the part.
        user: The example's value of the user, as written in the table; of ``overall`` the whole user.
        owner: The owner's value, likewise; of ``overall`` the list of owners.
        settings: Settings of the matcher.
    """

    field: str
    code: str
    parts: tuple[str, ...]
    sentence: str
    user: str
    owner: str
    settings: dict[str, Any]

    @property
    def has_example(self) -> bool:
        """Whether values lead to the code; a failure of the program comes with any."""
        return (self.user, self.owner) != (NONE, NONE)


def rows() -> list[Row]:
    """Read and check the source."""
    found: list[Row] = []
    for number, line in enumerate(SOURCE.read_text("utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        try:
            found.append(_row(line))
        except ValueError as error:
            message = f"{SOURCE.name} line {number}: {error}"
            raise ValueError(message) from None
    keys = [(row.field, row.code, part) for row in found for part in row.parts]
    if len(set(keys)) < len(keys):
        message = f"{SOURCE.name}: a code that has two sentences for one part"
        raise ValueError(message)
    words = {row.code for row in found if row.field == "part"}
    if lacking := sorted({part for row in found for part in row.parts if part} - words):
        message = f"{SOURCE.name}: no words for {', '.join(lacking)}"
        raise ValueError(message)
    return found


def _row(line: str) -> Row:
    field, code, parts, sentence, user, owner, settings = line.split("\t")
    split = tuple("" if part == NONE else part for part in parts.split())
    if field != "part":
        if field not in TITLES:
            message = "an unknown field"
            raise ValueError(message)
        if not re.fullmatch(r"[A-Z{].*\.", sentence):
            message = "no sentence"
            raise ValueError(message)
        slots = set(PLACEHOLDER.findall(sentence))
        if not slots <= {"part", "side"} or (slots and "" in split) or ("side" in slots and {*split} - SIDES):
            message = "a placeholder that nothing fills"
            raise ValueError(message)
    return Row(field, code, split, sentence, user, owner, {} if settings == NONE else json.loads(settings))


def build() -> dict[str, str]:
    """Give the table's file name and content."""
    header = [
        "# What every reason code says to a reviewer.",
        "# Source: own words, data/reasons/reasons.tsv. Licence: MIT. Date: 2026-11.",
        "# Columns: language, field (any: each of the four; part: words for a part), code, parts (-: none), sentence.",
    ]
    lines = [
        "\t".join((LANGUAGE, row.field, row.code, " ".join(part or NONE for part in row.parts), row.sentence))
        for row in rows()
    ]
    return {"reasons.tsv": "\n".join([*header, *lines]) + "\n"}


def value(cell: str) -> Any:
    """Give the value that a cell stands for: text, or JSON where it looks like it."""
    return json.loads(cell) if cell == "null" or cell[:1] in ("{", "[", '"') else cell


def outcomes(row: Row) -> list[Any]:
    """Score a row's example: the outcome of its field; of ``any``, those of all four fields."""
    from identity_match import Matcher  # noqa: PLC0415 - the tables have to be written before they are read

    matcher = Matcher(**row.settings)
    user, owner = value(row.user), value(row.owner)
    if row.field == "overall":
        return [matcher.score(user, owner).overall]
    names = list(FIELDS) if row.field == "any" else [row.field]
    return [getattr(matcher.score({name: user}, [{FIELDS[name]: [owner]}]), name) for name in names]


def reached(row: Row, outcome: Any) -> Any:
    """Give the reason of an outcome that a row describes; None where there is none."""
    return next((reason for reason in outcome.reasons if reason.code == row.code and reason.part in row.parts), None)


def pages() -> dict[str, str]:
    """Give the page's file name and content; the tables have to be written before."""
    listed = rows()
    lines = [
        "# Reason codes",
        "",
        "`python data/build.py` writes this page from `reasons/reasons.tsv`. The library scored the invented examples.",
        "",
        "A reason is a code and a part. No part is the whole value; `user` and `owner` say which side is meant.",
        "The sentence is what `identity_match.reasons.sentence` gives for the example.",
    ]
    for field, title in TITLES.items():
        lines += ["", f"## {title}", ""]
        lines += ["| code | parts | sentence | user | owner | score |", "| --- | --- | --- | --- | --- | ---: |"]
        lines += [f"| {' | '.join(_cells(row))} |" for row in listed if row.field == field]
    return {"reasons.md": "\n".join(lines) + "\n"}


def _cells(row: Row) -> tuple[str, ...]:
    """Give what stands in a row of the page."""
    from identity_match.reasons import sentence  # noqa: PLC0415 - as above

    said_of = "legal_name" if row.field == "any" else row.field
    if not row.has_example:
        return f"`{row.code}`", "", sentence(said_of, (row.code, "")), "", "", "null"
    found = outcomes(row)
    reasons = [reached(row, outcome) for outcome in found]
    if None in reasons:
        message = f"{SOURCE.name}: the example of {row.field} {row.code} does not reach it"
        raise ValueError(message)
    parts = " ".join(f"`{part}`" for part in row.parts if part)
    said = sentence(said_of, reasons[0])
    settings = "".join(f", {name} `{setting}`" for name, setting in row.settings.items())
    score = "null" if found[0].score is None else str(found[0].score)
    return f"`{row.code}`", parts, said, _shown(row.user), _shown(row.owner) + settings, score


def _shown(cell: str) -> str:
    """Show an example as code; a long one by its beginning."""
    if len(cell) > SHOWN:
        return f"`{cell[: SHOWN // 4]}…` ({len(cell)} characters)"
    return f"`{cell}`".replace("|", "\\|")
