"""The labelled sample pairs: what their program makes, well-formed, invented, with labels that can be defended."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from identity_match import score
from identity_match.records import Owner, User

if TYPE_CHECKING:
    from types import ModuleType

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
PROGRAM, PAIRS = SAMPLE / "make_pairs.py", SAMPLE / "pairs.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
PARTS = {"street", "city", "region", "postal_code", "country"}

# Kept free for fiction: 555-0100 to 555-0199 in North America, Ofcom's for drama in Leeds, Manchester, London, mobile.
NANP = re.compile(r"1?[2-9]\d\d55501\d\d")
OFCOM = re.compile(r"(?:44|0)(?:1(?:13|61)4960\d{3}|2079460\d{3}|7700900\d{3})")
RESERVED = re.compile(r"[a-z0-9._+-]+@(?:[a-z0-9-]+\.)?example\.(?:com|net|org)")


def program() -> ModuleType:
    """Import the program, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("make_pairs", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def data(entries: list[dict[str, Any]]) -> list[Any]:
    return [entry["data"] for entry in entries]


def phones(row: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Give the digits of both sides, extensions left off."""
    claimed = [row["a"]["phone_number"]] if row["a"]["phone_number"] else []
    held = data(row["b"]["phone_numbers"])
    plain = [{re.sub(r"\D", "", text.partition(" x")[0]) for text in side} for side in (claimed, held)]
    return plain[0], plain[1]


def mails(row: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Give the mailboxes of both sides in lower case."""
    claimed = [row["a"]["email_address"]] if row["a"]["email_address"] else []
    return {text.lower() for text in claimed}, {text.lower() for text in data(row["b"]["emails"])}


def shared(row: dict[str, Any]) -> set[str]:
    """Say by other means than the library's in what the two sides agree besides the name."""

    def places(addresses: list[dict[str, str | None]]) -> set[tuple[str, ...]]:
        codes = [(address.get("postal_code") or "").partition("-")[0] for address in addresses]
        houses = [re.findall(r"\d+\w*", (address.get("street") or "").upper()) for address in addresses]
        return {(code, *sorted(house)) for code, house in zip(codes, houses, strict=True) if code and house}

    (typed, held), (box, boxes) = phones(row), mails(row)
    found = {
        "phone": {number[-9:] for number in typed} & {number[-9:] for number in held},
        "mail": {re.sub(r"\+[^@]*", "", mail) for mail in box} & {re.sub(r"\+[^@]*", "", mail) for mail in boxes},
        "home": places([row["a"]["address"] or {}]) & places(data(row["b"]["addresses"])),
    }
    return {name for name, common in found.items() if common}


def test_the_file_is_what_the_program_makes() -> None:
    """Stale output is caught here: run ``python data/sample/make_pairs.py`` and commit what it writes."""
    assert program().content().encode() == PAIRS.read_bytes()


def test_the_command_writes_and_checks(tmp_path: Path) -> None:
    """``--check`` writes nothing and exits 1 where there is something to write; the order of hashes does not count."""
    copy, target = Path(shutil.copy(PROGRAM, tmp_path)), tmp_path / PAIRS.name

    def run(*arguments: str) -> int:
        paths = os.pathsep.join([str(SAMPLE.parent.parent), os.environ["PYTHONPATH"]])
        environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": paths}
        return subprocess.run([sys.executable, str(copy), *arguments], env=environment, check=False).returncode

    assert run("--check") == 1
    assert not target.exists()
    assert run() == 0
    assert target.read_bytes() == PAIRS.read_bytes()
    target.write_bytes(target.read_bytes() + b"\n")
    assert run("--check") == 1
    assert target.read_bytes() != PAIRS.read_bytes()


def test_shape() -> None:
    """Every row has all members, null where nothing was given; the owner has the shape of ``/identity/get``."""
    for number, row in enumerate(ROWS, 1):
        assert row.keys() == {"id", "field", "source", "a", "b", "match", "kind", "group"}
        assert (row["id"], row["field"], row["source"]) == (f"sample-{number:04d}", "identity", "sample")
        assert isinstance(row["match"], bool)
        assert row["a"].keys() == {"legal_name", "phone_number", "email_address", "address"}
        assert row["b"].keys() == {"names", "phone_numbers", "emails", "addresses"}
        assert row["a"]["legal_name"]
        assert all(row["b"]["names"])
        assert all(entry.keys() == {"data", "primary", "type"} for entry in row["b"]["phone_numbers"])
        assert all(entry.keys() == {"data", "primary", "type"} for entry in row["b"]["emails"])
        assert all(entry.keys() == {"data", "primary"} for entry in row["b"]["addresses"])
        assert all(address.keys() == PARTS for address in data(row["b"]["addresses"]))
        assert row["a"]["address"] is None or row["a"]["address"].keys() == PARTS


def test_the_library_reads_every_row() -> None:
    """No InputError, the name is always compared, and there is always something besides the name."""
    for row in ROWS:
        user, owner = User.from_dict(row["a"]), Owner.from_dict(row["b"])
        result = score(user, [owner])
        assert result == score(row["a"], [row["b"]])
        assert result.legal_name.score is not None
        others = (result.phone_number.score, result.email_address.score, result.address.score)
        assert any(other is not None for other in others), row["kind"]


def test_counts() -> None:
    """Enough rows, both labels, many kinds of either, and many groups with both labels for a table by group."""
    labels = Counter(row["match"] for row in ROWS)
    groups = Counter((row["group"], row["match"]) for row in ROWS)
    assert len(ROWS) >= 400
    assert 0.4 <= labels[True] / len(ROWS) <= 0.6
    kinds = {label: {row["kind"] for row in ROWS if row["match"] is label} for label in (True, False)}
    assert min(len(kinds[True]), len(kinds[False])) >= 12
    assert not kinds[True] & kinds[False]
    assert len({group for group, label in groups if groups[group, True] + groups[group, False] >= 20}) >= 8
    assert all(0.35 <= groups[g, True] / (groups[g, True] + groups[g, False]) <= 0.65 for g, _ in groups)


def test_no_row_is_there_twice() -> None:
    """Neither under another number nor under another label."""
    seen = Counter(json.dumps([row["a"], row["b"]], sort_keys=True).casefold() for row in ROWS)
    assert max(seen.values()) == 1


def test_everything_is_invented() -> None:
    """Numbers of the ranges kept free for fiction, mailboxes of domains that are reserved; most rows have them."""
    for row in ROWS:
        for number in set().union(*phones(row)):
            assert NANP.fullmatch(number) or OFCOM.fullmatch(number), row["id"]
        for mail in set().union(*mails(row)):
            assert RESERVED.fullmatch(mail), row["id"]
    assert sum(all(phones(row)) and all(mails(row)) for row in ROWS) > len(ROWS) / 2


def test_matches_can_be_defended() -> None:
    """Every match agrees in something besides the name; few in one thing only, and those have one name."""
    one = 0
    for row in ROWS:
        if row["match"]:
            agreed = shared(row)
            assert agreed, row["kind"]
            if len(agreed) == 1:
                one += 1
                assert row["kind"] in ("fields-missing", "moved-and-new-email"), row["kind"]
                assert row["a"]["legal_name"].casefold() == row["b"]["names"][0].casefold()
    assert one <= len(ROWS) / 20


def test_non_matches_can_be_defended() -> None:
    """One name on both sides and nothing else in common is a namesake; whoever shares more has another name."""
    for row in ROWS:
        if not row["match"]:
            claimed = sorted(re.findall(r"\w+", row["a"]["legal_name"].casefold()))
            held = [sorted(re.findall(r"\w+", name.casefold())) for name in row["b"]["names"]]
            assert claimed not in held or not shared(row), row["kind"]
            assert claimed not in held or row["kind"] in ("namesake", "firm-namesake")
