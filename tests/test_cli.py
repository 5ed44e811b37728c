"""The command: what it prints, where, with which exit status, and how it refuses bad input."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import identity_match
from identity_match import cli, cli_read
from identity_match.cli import main

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample"
USER, ITEM, OWNERS = (str(SAMPLE / name) for name in ("user.json", "item.json", "owners.json"))
FIELDS = ["legal_name", "phone_number", "email_address", "address"]


def load(path: str) -> Any:
    return json.loads(Path(path).read_text("utf-8"))


def run(*arguments: str, given: bytes = b"", **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a program of its own."""
    call = [sys.executable, "-m", "identity_match", *arguments]
    return subprocess.run(call, input=given, capture_output=True, cwd=ROOT, check=False, **options)


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Any:
    """Give a function that runs the command, checks that it refused in one line, and gives that line."""

    def check(*arguments: str) -> str:
        assert main(arguments) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert re.fullmatch(r"identity-match: [^\n]+\n", err)
        return err.removeprefix("identity-match: ").rstrip()

    return check


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a function that puts bytes on standard input."""

    def put(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return put


class Screen(io.StringIO):
    """Standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a function that runs the command on a terminal and gives what the screen shows."""
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def show(*arguments: str) -> str:
        with contextlib.redirect_stdout(Screen()) as screen:
            assert main(arguments) == 0
        return screen.getvalue()

    return show


def test_score_prints_json_when_piped() -> None:
    done = run("score", USER, OWNERS)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == identity_match.score(load(USER), load(OWNERS)).to_dict()


def test_match_prints_the_whole_response_when_piped() -> None:
    done = run("match", USER, ITEM)
    assert (done.returncode, done.stderr) == (0, b"")
    held = load(ITEM)
    expected = identity_match.match(load(USER), held["accounts"], item=held["item"], request_id=held["request_id"])
    assert json.loads(done.stdout) == expected


def test_owners_may_be_wrapped_in_an_object(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrapped = tmp_path / "account.json"
    wrapped.write_text(json.dumps({"account_id": "a1", "owners": load(OWNERS)}), "utf-8")
    assert main(["score", USER, str(wrapped)]) == 0
    once = capsys.readouterr().out
    assert main(["score", USER, OWNERS]) == 0
    assert once == capsys.readouterr().out


def test_a_request_id_is_made_where_the_item_has_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    held = tmp_path / "item.json"
    held.write_text('{"accounts": []}', "utf-8")
    assert main(["match", USER, str(held)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["accounts"] == []
    assert len(answer["request_id"]) == 15


@pytest.mark.parametrize("position", [0, 1])
def test_a_dash_is_standard_input(position: int, stdin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    files = [USER, OWNERS]
    stdin(Path(files[position]).read_bytes())
    files[position] = "-"
    assert main(["score", *files]) == 0
    assert set(json.loads(capsys.readouterr().out)) == set(FIELDS)


def test_a_byte_order_mark_is_no_fault(stdin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stdin(b"\xef\xbb\xbf" + Path(USER).read_bytes())
    assert main(["score", "-", OWNERS]) == 0
    assert capsys.readouterr().err == ""


def test_options_reach_the_library(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["match", USER, ITEM, "--account-id", "sample-joint-0002", "--account-id", "sample-personal-0001"]) == 0
    accounts = json.loads(capsys.readouterr().out)["accounts"]
    assert [account["account_id"] for account in accounts] == ["sample-personal-0001", "sample-joint-0002"]
    assert main(["match", USER, ITEM, "--sparse"]) == 0
    accounts = json.loads(capsys.readouterr().out)["accounts"]
    assert accounts[1]["email_address"] is None
    assert main(["score", USER, OWNERS, "--details"]) == 0
    details = json.loads(capsys.readouterr().out)["details"]
    assert set(details["legal_name"]) >= {"reasons", "owner", "value"}
    assert "user_text" not in details["legal_name"]
    assert main(["score", USER, OWNERS, "--values"]) == 0
    assert json.loads(capsys.readouterr().out)["details"]["legal_name"]["user_text"] == load(USER)["legal_name"]


def test_default_country(tmp_path: Path, stdin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    owners = tmp_path / "owners.json"
    owners.write_text('[{"phone_numbers": ["+44 20 7946 0018"]}]', "utf-8")
    stdin(b'{"phone_number": "020 7946 0018"}')
    assert main(["score", "-", str(owners), "--default-country", "GB"]) == 0
    assert json.loads(capsys.readouterr().out)["phone_number"]["score"] == 100


# A terminal


def test_a_terminal_shows_a_table(terminal: Any) -> None:
    screen = terminal("match", USER, ITEM)
    for field in FIELDS:
        assert screen.count(field) >= 3
    assert "Everyday Checking (4417) depository/checking" in screen
    assert "not compared" in screen
    assert "{" not in screen
    assert load(USER)["legal_name"] not in screen


def test_bands_have_colours() -> None:
    colours = [cli._colour(score) for score in (100, 85, 84, 70, 69, 0, None)]
    assert colours == ["green", "green", "yellow", "yellow", "red", "red", "dim"]


def test_a_terminal_shows_colours_unless_told_not_to(terminal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[3" in terminal("score", USER, OWNERS)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in terminal("score", USER, OWNERS)


def test_a_terminal_shows_positions_and_values_when_asked(terminal: Any) -> None:
    assert "SMITH" not in terminal("score", USER, OWNERS, "--details")
    assert "SMITH" in terminal("score", USER, OWNERS, "--values")


def test_json_on_a_terminal_and_tables_in_a_pipe(terminal: Any) -> None:
    assert set(json.loads(terminal("score", USER, OWNERS, "--json"))) == set(FIELDS)
    piped = run("score", USER, OWNERS, "--table")
    assert b"legal_name" in piped.stdout
    assert not piped.stdout.startswith(b"{")


def test_sparse_on_a_terminal_is_json(terminal: Any) -> None:
    assert set(json.loads(terminal("score", USER, OWNERS, "--sparse"))) == set(FIELDS)


def test_text_cannot_steer_the_terminal(terminal: Any, tmp_path: Path) -> None:
    """Names of accounts come from outside: no escape sequence, no markup, no hidden direction mark gets through."""
    sly = "\x1b[2J\u202e[red]boo[/red]\x9b\ud800"
    held = tmp_path / "item.json"
    held.write_text(json.dumps({"accounts": [{"account_id": "a", "name": sly, "owners": [{"names": [sly]}]}]}), "utf-8")
    user = tmp_path / "user.json"
    user.write_text(json.dumps({"legal_name": f"Jane Doe {sly}"}), "utf-8")
    screen = terminal("match", str(user), str(held), "--values")
    assert "[red]boo[/red]" in screen
    for char in ("\x1b[2J", "\u202e", "\x9b", "\ud800"):
        assert char not in screen
    done = run("match", str(user), str(held), "--json", "--values")
    assert done.stdout.isascii()
    json.loads(done.stdout)


def test_a_terminal_without_unicode_is_no_fault() -> None:
    done = run("score", USER, OWNERS, "--table", "--values", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"legal_name" in done.stdout


# Help


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["score", "--help"], ["match", "-h"]])
def test_help_has_an_example_that_runs_the_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "Usage: identity-match" in out
    assert re.search(r"Examples?:\n +.*identity-match (score|match) ", out)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"identity-match {identity_match.__version__}\n"


# Bad input


def test_missing_files(refused: Any, tmp_path: Path) -> None:
    assert refused("score", str(tmp_path / "none.json"), OWNERS) == "USER.json: no such file"
    assert refused("score", USER, str(tmp_path / "none.json")) == "OWNERS.json: no such file"
    assert refused("match", USER, str(tmp_path / "none.json")) == "ITEM.json: no such file"
    assert refused("match", USER, str(tmp_path)) == "ITEM.json: a file is expected, found a directory"
    assert refused("match", USER, "a\0b") == "ITEM.json: cannot be read"


def test_a_file_that_may_not_be_read(refused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "no", "secret name")

    monkeypatch.setattr(Path, "open", forbid)
    assert refused("score", USER, OWNERS) == "USER.json: cannot be read"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "USER.json: not JSON, see line 1, column 1"),
        (b'{"legal_name": "x",}', "USER.json: not JSON, see line 1, column "),
        (b'{"legal_name":\n "x"', "USER.json: not JSON, see line 2, column "),
        (b"{'legal_name': 'x'}", "USER.json: not JSON, see line 1, column 2"),
        (b'{"legal_name": NaN}', "USER.json: not JSON: NaN and Infinity are no JSON numbers"),
        (b'{"legal_name": -Infinity}', "USER.json: not JSON: NaN and Infinity are no JSON numbers"),
        (b'{"phone_number": 1e999}', "USER.json: a number is too large"),
        (b'{"phone_number": ' + b"1" * 5_000 + b"}", "USER.json: a number has too many digits"),
        (b"[" * 200_000, "USER.json: nested too deeply"),
        (b'{"a":' * 200_000, "USER.json: nested too deeply"),
        (b"\xff\xfe{\x00}\x00", "USER.json: not UTF-8 text"),
        (b'{"legal_name": "\xe9"}', "USER.json: not UTF-8 text"),
        (b"5", "user: expected an object, found int"),
        (b"null", "user: expected an object, found NoneType"),
        (b"[]", "user: expected an object, found list"),
        (b'{"legal_name": 5}', "user.legal_name: expected text, found int"),
        (b'{"phone_number": 1.5}', "user.phone_number: expected text or a whole number, found a fraction or infinity"),
        (b'{"address": {"postal_code": []}}', "user.address.postal_code: expected text or a whole number, found list"),
    ],
)
def test_bad_users(content: bytes, line: str, refused: Any, stdin: Any) -> None:
    stdin(content)
    assert refused("score", "-", OWNERS).startswith(line)


@pytest.mark.parametrize(
    ("command", "content", "line"),
    [
        ("score", b"5", "owners: expected a list, found int"),
        ("score", b"{}", 'OWNERS.json: expected a list of owners, or an object with "owners"'),
        ("score", b'{"owners": 5}', "owners: expected a list, found int"),
        ("score", b"[5]", "owners[0]: expected an object, found int"),
        ("score", b'[{"names": "JANE DOE"}]', "owners[0].names: expected a list, found str"),
        ("score", b"[" + b"{}," * 10_000 + b"{}]", "owners: at most 1000 are accepted, found 10001"),
        ("match", b"[]", 'ITEM.json: expected an object with "accounts"'),
        ("match", b"{}", 'ITEM.json: expected an object with "accounts"'),
        ("match", b'{"accounts": 5}', "accounts: expected a list, found int"),
        ("match", b'{"accounts": [{}]}', "accounts[0].account_id: expected text, found NoneType"),
        ("match", b'{"accounts": [], "item": 5}', "item: expected an object, found int"),
        ("match", b'{"accounts": [], "request_id": 5}', "request_id: expected text, found int"),
        ("match", b'{"accounts": [], "item": ' + b'{"a":' * 400 + b"1" + b"}" * 401, "item: is nested too deeply"),
    ],
)
def test_bad_owners_and_items(command: str, content: bytes, line: str, refused: Any, stdin: Any) -> None:
    stdin(content)
    assert refused(command, USER, "-") == line


def test_an_unknown_account_is_named_by_its_position(refused: Any) -> None:
    line = refused("match", USER, ITEM, "--account-id", "sample-joint-0002", "--account-id", "nobody")
    assert line == "account_ids[1]: no account has this id"


def test_a_file_that_is_too_large(refused: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cli_read.MAX_BYTES == 64 * 1024 * 1024
    monkeypatch.setattr(cli_read, "MAX_BYTES", 2**20)
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (2**20 + 1))
    assert refused("score", str(large), OWNERS) == "USER.json: larger than 1 MB"
    large.write_bytes(b" " * (2**20 - 2) + b"{}")
    assert main(["score", str(large), OWNERS]) == 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["-", "-"], "only one of USER.json and OWNERS.json can be standard input"),
        ([USER], "OWNERS.json is missing; see --help"),
        ([], "USER.json is missing; see --help"),
        ([USER, OWNERS, OWNERS], "too many arguments; see --help"),
        ([USER, OWNERS, "--nonsense"], "no such option; see --help"),
        ([USER, OWNERS, "--default-country"], "an option lacks its value, or has one it does not take; see --help"),
        ([USER, OWNERS, "--json=yes"], "an option lacks its value, or has one it does not take; see --help"),
        ([USER, OWNERS, "--default-country", "USA"], "default_country: expected two letters of ISO 3166-1"),
    ],
)
def test_bad_arguments(arguments: list[str], line: str, refused: Any) -> None:
    assert refused("score", *arguments) == line


def test_unknown_commands(refused: Any) -> None:
    assert refused("scroe") == "no such command; see --help"
    assert refused("--nonsense") == "no such option; see --help"


def test_bad_input_of_a_real_process_has_status_2_and_no_traceback() -> None:
    done = run("score", "-", OWNERS, given=b"[" * 100_000)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"identity-match: USER.json: nested too deeply\n"


# Output


def test_lone_surrogates_survive_as_valid_json(stdin: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stdin(b'{"legal_name": "Jane \\ud800 Doe"}')
    assert main(["score", "-", OWNERS, "--values"]) == 0
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out)["details"]["legal_name"]["user_text"] == "Jane \ufffd Doe"


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """What ``| head -1`` does: the pipe closes before everything is written."""
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [sys.executable, "-m", "identity_match", "match", USER, ITEM], stdout=writing, stderr=subprocess.PIPE, cwd=ROOT
    )
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert err == b""
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only some systems have a device that is full")
def test_output_that_cannot_be_written_is_said() -> None:
    with Path("/dev/full").open("wb") as full:
        call = [sys.executable, "-m", "identity_match", "match", USER, ITEM]
        done = subprocess.run(call, stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (1, b"identity-match: the output cannot be written\n")


def test_a_bug_of_ours_prints_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: Any, **__: Any) -> None:
        message = "secret"
        raise KeyError(message)

    monkeypatch.setattr(cli, "Matcher", fail)
    assert main(["score", USER, OWNERS]) == 1
    assert capsys.readouterr() == ("", "identity-match: internal error (KeyError); please report it\n")


def test_interruption_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "Matcher", interrupt)
    assert main(["score", USER, OWNERS]) == 130
    out, err = capsys.readouterr()
    assert (out, err.strip()) == ("", "")
