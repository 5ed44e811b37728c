"""The command ``explain``: both sides part by part, the decision, and nothing of a value where it is redacted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from identity_match.cli import main

if TYPE_CHECKING:
    from pathlib import Path

USER = {
    "legal_name": "Jenny Zolkiewski",
    "phone_number": "202 555 0143",
    "email_address": "j.zolkiewski@example.com",
    "address": {"street": "12 Qvortrup Ave", "city": "Dayton", "region": "OH", "postal_code": "45402"},
}
OWNER = {
    "names": ["PETER & JENNIFER ZOLKIEWSKI"],
    "phone_numbers": ["2025550187"],
    "addresses": [{"street": "14 QVORTRUP AVENUE", "city": "DAYTON", "region": "OH", "postal_code": "45402"}],
}


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / "user.json", tmp_path / "owners.json"]
    for path, value in zip(paths, (USER, [OWNER]), strict=True):
        path.write_text(json.dumps(value), "utf-8")
    return list(map(str, paths))


def test_tables_show_parts_costs_and_the_decision(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *files, "--table"]) == 0
    shown = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines() if "│" in line]
    assert any(row[:4] == ["given", "jenny", "jennifer", "-5"] for row in rows)
    assert "nickname" in shown
    assert any(row[0] == "number" and row[1:3] == ["12", "14"] for row in rows)
    assert "email_address: not compared" in shown
    assert "by policy balanced 1 " in shown
    assert "* owner 0, name 0, holder 1:" in shown


def test_redacted_output_holds_no_value(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("--table", "--json"):
        assert main(["explain", *files, "--redact", form]) == 0
        shown = capsys.readouterr().out.lower()
        assert not [word for word in ("zolkiewski", "jenn", "qvortrup", "dayton", "0143", "0187") if word in shown]
        assert "given" in shown


def test_json_has_the_decision_and_every_field(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *files, "--policy", "strict", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert list(found["fields"]) == ["legal_name", "phone_number", "email_address", "address"]
    assert found["overall"]["policy"].startswith("strict ")
    assert found["overall"]["best_holder"] == 1
    name = found["fields"]["legal_name"]
    assert name["score"] + sum(step["points"] for step in name["steps"]) == 100
    assert name["owner_parts"] == {"given": "jennifer", "family": "zolkiewski"}
    assert found["fields"]["email_address"]["lacking"] == "owner"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("medium", "policy.base: expected one of strict, balanced, lenient"),
        ("nowhere.toml", "--policy: no such file"),
        ("broken.toml", "policy: expected TOML of at most 65,536 characters"),
        ("unknown.toml", "policy: 1 unknown settings; known are "),
    ],
)
def test_a_wrong_policy_is_refused(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, wanted: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.toml").write_bytes(b"match = \xff")
    (tmp_path / "unknown.toml").write_text("colour = 1", "utf-8")
    assert main(["explain", *files, "--policy", wanted]) == 2
    assert capsys.readouterr().err.startswith(f"identity-match: {told}")


def test_a_policy_of_ones_own(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ours.toml").write_text('name = "ours"\nversion = "3"\nmatch = 99\n', "utf-8")
    assert main(["explain", *files, "--policy", str(tmp_path / "ours.toml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["overall"]["policy"].startswith("ours 3 ")


def test_what_a_terminal_would_obey_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    user, owners = tmp_path / "u.json", tmp_path / "o.json"
    user.write_text(json.dumps({"address": "12 \u202eOak [red]Ave, \x1b[31mDayton"}), "utf-8")
    owners.write_text(json.dumps([{"addresses": ["12 Oak Ave, Dayton"]}]), "utf-8")
    assert main(["explain", str(user), str(owners), "--table"]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
