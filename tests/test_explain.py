"""Explanations: their points add up to what is missing to 100, and they say all that the comparison said."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from strategies import owners, users

from identity_match import score
from identity_match.explain import explain
from identity_match.field import DEFAULT_OPTIONS
from identity_match.fields import FIELDS

PAIRS = Path(__file__).parent.parent / "data" / "sample" / "pairs.jsonl"
STREET = {"street": "12 Oak Ave Apt 4", "city": "Dayton", "region": "OH", "postal_code": "45402", "country": "US"}


def holds(user: dict[str, Any], on_file: list[Any]) -> None:
    """Check every field of one result."""
    result = score(user, on_file)
    for name, found in result.explain().items():
        outcome = getattr(result, name)
        assert found.score == outcome.score
        if found.score is None:
            assert found.lacking in ("user", "owner", "both")
            continue
        assert found.score + sum(step.points for step in found.steps) == 100
        assert all(step.points >= 0 for step in found.steps)
        assert Counter(r for step in found.steps for r in step.reasons) == Counter(outcome.reasons)
        assert found.score == 100 or found.steps


@given(users(), owners())
def test_points_add_up_and_no_reason_is_lost(user: dict[str, Any], on_file: list[Any]) -> None:
    holds(user, on_file)


def test_points_add_up_on_ten_thousand_pairs() -> None:
    """Users and owners of the sample pairs, put together anew: every value is of the kind that banks hold."""
    rows = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    draw = random.Random(3)
    for _ in range(10_000):
        holds(draw.choice(rows)["a"], [draw.choice(rows)["b"]])


@given(users(), owners())
def test_an_explanation_survives_json(user: dict[str, Any], on_file: list[Any]) -> None:
    for found in score(user, on_file).explain().values():
        assert json.loads(json.dumps(found.to_dict(values=True)))["score"] == found.score


# User, owner, the dearest part, codes that are said of it.
CASES: dict[str, tuple[str, Any, Any, str, set[str]]] = {
    "nickname": ("legal_name", "Jenny Smith", "JENNIFER SMITH", "given", {"nickname"}),
    "sister": ("legal_name", "Jane Smith", "MARTHA SMITH", "given", {"conflict"}),
    "other surname": ("legal_name", "Jane Smith", "JANE ZOLKIEWSKI", "family", {"conflict"}),
    "middle names": ("legal_name", "Jane A Smith", "JANE B SMITH", "middle", {"conflict"}),
    "father and son": ("legal_name", "John Smith Jr", "JOHN SMITH SR", "generation", {"generation_conflict"}),
    "spouse's line": ("legal_name", "Jenny Smith", "PETER & JENNIFER SMITH", "given", {"nickname"}),
    "firm": ("legal_name", "Copper Finch Bakery LLC", "COPPER FINCH CATERING LLC", "name", {"word_differs"}),
    "other house": ("address", STREET, STREET | {"street": "14 Oak Ave Apt 4"}, "number", {"number_conflict"}),
    "other kind of street": (
        "address",
        STREET,
        STREET | {"street": "12 Oak St Apt 4"},
        "type",
        {"street_type_conflict"},
    ),
    "other last surname": ("legal_name", "Ana Garcia Lopez", "ANA GARCIA PEREZ", "family", {"conflict"}),
    "other unit": ("address", STREET, STREET | {"street": "12 Oak Ave Apt 9"}, "unit", {"unit_conflict"}),
    "other ZIP": ("address", STREET, STREET | {"postal_code": "45499"}, "postal_code", {"postal_code_conflict"}),
    "a city alone": ("address", {"city": "Dayton"}, {"city": "Dayton"}, "limit", {"no_street"}),
    "extension": ("phone_number", "202 555 0143", "202 555 0143 ext 5", "extension", {"extension_missing"}),
    "other number": ("phone_number", "202 555 0143", "202 555 0187", "number", {"other_number"}),
    "plus tag": ("email_address", "jane@example.com", "jane+bank@example.com", "tag", {"plus_tag"}),
    "other mailbox": ("email_address", "jane@example.com", "peter@example.com", "mailbox", {"other_mailbox"}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_dearest_part(case: str) -> None:
    name, claimed, held, part, codes = CASES[case]
    values = next(f.owner_values for f in FIELDS if f.name == name)
    found = score({name: claimed}, [{values: [held]}]).explain()[name]
    dearest = max(found.steps, key=lambda step: step.points)
    assert (dearest.part, {reason.code for reason in dearest.reasons}) == (part, codes)


@pytest.mark.parametrize(
    ("user", "owner", "lacking"),
    [({}, {"names": ["JANE DOE"]}, "user"), ({"legal_name": "Jane Doe"}, {}, "owner"), ({}, {}, "both"),
     ({"legal_name": "N/A"}, {"names": ["JANE DOE"]}, "user"), ({"legal_name": "Jane Doe"}, {"names": ["-"]}, "owner")],
)  # fmt: skip
def test_who_lacks_the_data(user: dict[str, Any], owner: dict[str, Any], lacking: str) -> None:
    found = score(user, [owner]).explain()["legal_name"]
    assert (found.score, found.lacking) == (None, lacking)


def test_values_are_shown_on_request_only() -> None:
    found = score({"legal_name": "Jane Zolkiewski"}, [{"names": ["JANE ZOLKIEWSKA"]}]).explain()["legal_name"]
    assert "zolkiewsk" not in repr(found)
    assert "zolkiewsk" not in json.dumps(found.to_dict())
    assert found.to_dict(values=True)["owner_parts"] == {"given": "jane", "family": "zolkiewska"}


def test_a_unit_is_shown_with_its_kind() -> None:
    home = "12 Oak Ave, Bldg 4, Fl 3, Rm 2, Dayton, OH 45402"
    found = score({"address": home}, [{"addresses": ["12 Oak Ave, Dayton, OH 45402"]}]).explain()["address"]
    assert found.to_dict(values=True)["user_parts"]["unit"] == "building 4, floor 3, room 2"


def test_a_part_of_a_number_is_explained_as_missing() -> None:
    """It has a key, which is compared with nothing."""
    phone = next(field for field in FIELDS if field.name == "phone_number")
    for user, owner, lacking in (("0123", "415 555 0123", "user"), ("415 555 0123", "0123", "owner")):
        found = explain(phone, user, owner, DEFAULT_OPTIONS)
        assert (found.score, found.lacking) == (None, lacking)
        assert [(reason.code, reason.part) for step in found.steps for reason in step.reasons] == [("short", lacking)]
