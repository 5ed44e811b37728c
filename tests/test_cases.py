"""The one runner of the case tables in ``cases/``: a row pins one decision of one field.

Columns of a row: ``id``, ``user``, ``owner`` (a raw value of the field), ``score`` (``100``, ``70..84``, ``<70``,
``>=85``, ``null`` or several joined by ``|``), and where they matter ``flags``, ``reasons`` (codes that must be there),
``default_country``, ``why``, ``source``. ``known_limit`` says why a row fails today; such a row must fail.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from identity_match import Matcher
from identity_match.fields import FIELDS

CASES = Path(__file__).parent / "cases"


def _marks(row: dict[str, Any]) -> list[pytest.MarkDecorator]:
    limit = row.get("known_limit")
    return [pytest.mark.xfail(reason=limit, raises=AssertionError, strict=True)] if limit else []


def _rows() -> list[Any]:
    return [
        pytest.param(field, row, id=f"{field.name}-{row['id']}", marks=_marks(row))
        for field in FIELDS
        for row in map(json.loads, (CASES / f"{field.name}.jsonl").read_text("utf-8").splitlines())
    ]


def holds(rule: str, score: int | None) -> bool:
    """Tell whether a score keeps a rule such as ``70..84`` or ``null|<70``."""
    if "|" in rule:
        return any(holds(part, score) for part in rule.split("|"))
    if rule == "null":
        return score is None
    if score is None:
        return False
    if bounds := re.fullmatch(r"(\d+)\.\.(\d+)", rule):
        return int(bounds[1]) <= score <= int(bounds[2])
    sign, number = re.fullmatch(r"(<|>=|)(\d+)", rule).groups()  # type: ignore[union-attr]
    return {"<": score < int(number), ">=": score >= int(number), "": score == int(number)}[sign]


@pytest.mark.parametrize(("field", "row"), _rows())
def test_case(field: Any, row: dict[str, Any]) -> None:
    matcher = Matcher(default_country=row.get("default_country", "US"))
    result = getattr(matcher.score({field.name: row["user"]}, [{field.owner_values: [row["owner"]]}]), field.name)
    assert holds(row["score"], result.score), (row["score"], result)
    for flag, expected in row.get("flags", {}).items():
        assert getattr(result, flag) is expected, (flag, result)
    codes = {str(reason.code) for reason in result.reasons}
    assert codes >= set(row.get("reasons", ())), result


@pytest.mark.parametrize(
    ("field", "row"), [row for row in _rows() if row.values[0].name != "legal_name" and not row.marks]
)
def test_a_case_turned_around_scores_the_same(field: Any, row: dict[str, Any]) -> None:
    """Only a name is read otherwise on the owner's side, and a placeholder number on file says nothing."""
    matcher = Matcher(default_country=row.get("default_country", "US"))
    there, back = (
        getattr(matcher.score({field.name: user}, [{field.owner_values: [owner]}]), field.name)
        for user, owner in ((row["user"], row["owner"]), (row["owner"], row["user"]))
    )
    if field.name != "phone_number" or "placeholder" not in {reason.code for reason in there.reasons + back.reasons}:
        assert there.score == back.score
        assert sorted(reason.code for reason in there.reasons) == sorted(reason.code for reason in back.reasons)


def test_row_ids_are_unique() -> None:
    for field in FIELDS:
        ids = [json.loads(line)["id"] for line in (CASES / f"{field.name}.jsonl").read_text("utf-8").splitlines()]
        assert len(ids) == len(set(ids))
