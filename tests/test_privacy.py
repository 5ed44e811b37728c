"""No input value appears in anything that may end in a log: errors, reprs, log records, standard error.

I38: No fragment of 4 or more characters of any input value appears in the text, args, attributes, cause, context or log
records of what is raised or logged. Only what a caller asks for by name, ``details="values"``, carries values.
"""

from __future__ import annotations

import copy
import json
import logging
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NetworkBlockedError

from identity_match import (
    Address,
    IdentityMatchError,
    Matcher,
    Owner,
    User,
    match,
    score,
)
from identity_match.cli import main
from identity_match.field import DEFAULT_OPTIONS
from identity_match.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Words of letters that no message, field name or reason holds in a row.
NAME, OTHER_NAME = "Zqxvbik Wjhtzquv", "Kvqzoxj Gwzhjfyv"
PHONE, MAIL = "+1 907 555 0186", "zqvwkj.hzuxq@zjqvxw.example"
ADDRESS = {
    "street": "9731 Wqzjhvik Xvj",
    "city": "Qzhjvwok",
    "region": "ZQWVX",
    "postal_code": "98765",
    "country": "ZQJX",
}
LINE = "8642 Jxqvwzok Qhv, Vqjzxhuk, AK 99731"
HELD = {
    "names": [OTHER_NAME],
    "phone_numbers": [{"data": PHONE}],
    "emails": [MAIL],
    "addresses": [{"data": ADDRESS}, LINE],
}
USER = {"legal_name": NAME, "phone_number": PHONE, "email_address": MAIL, "address": ADDRESS}
EVERY = [NAME, OTHER_NAME, PHONE, MAIL, LINE, *ADDRESS.values()]
WRAPPERS = [
    lambda value: value.encode(),
    lambda value: bytearray(value, "utf-8"),
    lambda value: {value},
    lambda value: [value],
    lambda value: [[value]],
    lambda value: {value: value},
    lambda value: {"data": {value: value}},
    Exception,
    lambda value: object.__new__(type("Sly", (), {"__repr__": lambda _: value, "__str__": lambda _: value})),
]


def fragments(value: str) -> Iterator[str]:
    """Give every four characters in a row, and the digits of a number without what stands between them."""
    lowered = value.lower()
    for text in {lowered, "".join(filter(str.isalnum, lowered))}:
        yield from (text[i : i + 4] for i in range(len(text) - 3) if text[i : i + 4].strip() == text[i : i + 4])


FRAGMENTS = {fragment for value in EVERY for fragment in fragments(value)} - {"555 "}


def leaks(text: str) -> list[str]:
    """Give the fragments of canary values in a text; fractions, times, places in memory and hashes do not count."""
    searched = re.sub(r"\b\d{1,3}\.\d+|\b\d\d:\d\d:\d\d\b|0x[0-9a-f]+|[0-9a-f]{64}", "", text.lower())
    return sorted(fragment for fragment in FRAGMENTS if fragment in searched)


def told(text: str) -> list[str]:
    """Give the letters of canaries in a text; figures may be anybody's."""
    return [fragment for fragment in leaks(text) if fragment.isalpha()]


def everything_of(error: BaseException | None) -> Iterator[str]:
    """Give all text that an error carries: its own, its attributes', and that of what it came from."""
    while error is not None:
        yield str(error)
        yield repr(error.args)
        yield repr({name: value for name, value in vars(error).items() if not name.startswith("__")})
        yield from getattr(error, "__notes__", [])
        yield from everything_of(error.__cause__)
        error = error.__context__


def raised(*args: Any, **options: Any) -> IdentityMatchError | None:
    call, *rest = args
    try:
        call(*rest, **options)
    except IdentityMatchError as error:
        return error
    return None


def test_the_detector_sees_what_it_should() -> None:
    assert leaks(f"user.legal_name: {NAME}")
    assert leaks("19075550186")
    assert leaks("found wjht")
    assert not leaks("owners[0].names[0]: expected text, found bytes; see --help; identity-match")
    assert not leaks("23:59:31 WARN, 12:07:55 050")
    hidden = ValueError("fine")
    hidden.__context__ = KeyError(MAIL)
    assert any(leaks(text) for text in everything_of(hidden))


@pytest.mark.parametrize("wrap", WRAPPERS)
@pytest.mark.parametrize("value", [NAME, PHONE, MAIL, LINE])
def test_errors_carry_no_value(wrap: Any, value: str) -> None:
    """I38: No fragment of 4 or more characters of any input value appears in what is raised; at random: I37 and I38.

    Its text, args, attributes, cause and context. The name of a type is none: a class may not be named after a person.
    """
    wrong = wrap(value)
    errors = [raised(score, wrong, []), raised(score, USER, wrong), raised(score, USER, [wrong])]
    errors += [raised(score, USER | {key: wrong}, [HELD]) for key in USER]
    errors += [raised(score, USER | {"address": ADDRESS | {part: wrong}}, [HELD]) for part in ADDRESS]
    errors += [raised(score, USER, [HELD | {key: [wrong]}]) for key in HELD]
    errors += [raised(score, USER, [HELD | {key: wrong}]) for key in HELD]
    account = {"account_id": value, "name": value, "owners": [HELD]}
    errors += [raised(match, USER, [account | {key: wrong}]) for key in (*account, "mask", "verification_name")]
    errors += [raised(match, USER, [account], item={value: wrong}), raised(match, USER, [account], item=wrong)]
    errors += [
        raised(match, USER, [account], account_ids=[wrong]),
        raised(match, USER, [account], account_ids=["zqxv"]),
    ]
    errors += [raised(match, USER, [account], request_id=wrong), raised(match, USER, [account], details=wrong)]
    errors += [raised(Matcher, default_country=value), raised(Matcher, nicknames={value: wrong})]
    errors += [raised(score, USER, [HELD] * 1_001), raised(score, USER, [HELD | {"names": [value] * 51}])]
    found = [error for error in errors if error is not None]
    assert len(found) >= 15
    for error in found:
        assert [leaks(text) for text in everything_of(error) if leaks(text)] == []
        shown = "".join(traceback.format_exception_only(error))
        assert leaks(shown) == []


def test_reprs_carry_no_value() -> None:
    """I38, for what may be logged: records and results."""
    user, owner = User.from_dict(USER), Owner.from_dict(HELD)
    result = score(user, [owner])
    shown = [
        repr(user),
        str(user),
        repr(owner),
        repr(user.address),
        repr(result),
        str(result),
        f"{result}",
        f"{user!r:>200}",
        repr(result.overall),
    ]
    shown += [repr(Address(**ADDRESS)), repr([user, {"x": owner}])]
    for text in shown:
        assert leaks(text) == []
    assert "legal_name" in repr(user)
    assert "names" in repr(owner)
    assert repr(User()) == "User(<empty>)"


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_reprs_of_keys_and_outcomes_carry_no_value(field: Any) -> None:
    user, owner = User.from_dict(USER), Owner.from_dict(HELD)
    keys = [field.normalize(getattr(user, field.name), DEFAULT_OPTIONS)]
    keys += [field.normalize(value, DEFAULT_OPTIONS) for value in getattr(owner, field.owner_values)]
    for key in keys:
        assert leaks(repr(key)) == []
        assert leaks(str(key)) == []
    for key in keys[1:]:
        assert leaks(repr(field.compare(keys[0], key))) == []


def test_the_answer_carries_values_only_when_asked() -> None:
    account = {"account_id": "a1", "name": "Checking", "owners": [HELD]}
    for details in (False, True):
        assert leaks(json.dumps(match(USER, [account], details=details)).replace("@", "")) == []
    assert leaks(json.dumps(match(USER, [account], details="values")))


def test_nothing_is_logged_or_printed(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """I38: ... or log records of what is raised or logged: there are none."""
    caplog.set_level(logging.DEBUG)
    hostile = [
        USER,
        *(USER | {key: value} for key in USER for value in (LINE, "(" * 500 + NAME, NAME + "\ud800", MAIL)),
    ]
    for user in hostile:
        score(user, [HELD, {"names": [f"{NAME} OR {OTHER_NAME}", f"{NAME}, {OTHER_NAME} (Jr)"]}])
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


DOCUMENTS = {
    "not JSON": f'{{"legal_name": "{NAME}", {MAIL}',
    "unfinished": f'{{"legal_name": "{NAME}',
    "no object": json.dumps([NAME]),
    "wrong type": json.dumps({"legal_name": [NAME]}),
    "wrong part": json.dumps(USER | {"address": {"street": {"data": LINE}}}),
    "a constant": f'{{"legal_name": "{NAME}", "phone_number": NaN}}',
    "too deep": "[" * 100_000 + f'"{NAME}"',
    "digits": f'{{"{NAME}": {"7" * 5_000}}}',
    "no UTF-8": f'{{"legal_name": "{NAME}\xff"}}',
    "control characters": f'{{"legal_name": "{NAME}\n"}}',
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("command", ["score", "match"])
@pytest.mark.parametrize("first", [True, False])
def test_the_command_prints_no_value_on_standard_error(
    command: str, document: str, first: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, good = tmp_path / f"{NAME}.json", tmp_path / f"{OTHER_NAME}.json"
    bad.write_bytes(document.encode("latin-1"))
    good.write_text(json.dumps({"accounts": [], "owners": [HELD]}), "utf-8")
    assert main([command, str(bad if first else good), str(good if first else bad)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert leaks(err) == []


@pytest.mark.parametrize(
    "arguments",
    [
        [NAME],
        ["score", NAME],
        ["score", NAME, MAIL],
        ["score", NAME, MAIL, PHONE],
        ["score", f"--{NAME}", NAME, MAIL],
        ["score", "--default-country", NAME, "-", "x"],
        ["match", "-", "-", "--account-id", NAME],
        ["match", NAME, f"{NAME}\0"],
        ["score", f"--json={NAME}", "x", "y"],
    ],
)
def test_the_command_repeats_no_argument(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A file may be named after a person, too."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert leaks(err) == []


PROGRAM = """
import socket
try:
    socket.create_connection(("127.0.0.1", 9))
except Exception:
    print("tried")
except BaseException as error:
    print(type(error).__name__)
"""


def _reach(_: object) -> str:
    try:
        socket.create_connection(("127.0.0.1", 9))
    except BaseException as error:  # noqa: BLE001 - the block is one
        return type(error).__name__
    return "reached"


def test_the_network_is_blocked_for_the_whole_run() -> None:
    """I44: No network call happens (run with sockets blocked); this says that they are."""
    with pytest.raises(NetworkBlockedError):
        socket.create_connection(("127.0.0.1", 9))
    with socket.socket() as one:
        for call, host in ((one.connect, "127.0.0.1"), (one.connect_ex, "127.0.0.1"), (one.bind, "0.0.0.0")):
            with pytest.raises(NetworkBlockedError):
                call((host, 9))
    for look_up in (socket.gethostbyname, socket.gethostbyaddr, lambda host: socket.getaddrinfo(host, 80)):
        with pytest.raises(NetworkBlockedError):
            look_up("example.com")
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(NetworkBlockedError):
        one.sendto(b"x", ("127.0.0.1", 9))


def test_the_network_is_blocked_in_interpreters_that_a_test_starts() -> None:
    """I44, in programs and in worker processes; Spark alone is left the loopback, see ``test_spark.py``."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout == "NetworkBlockedError\n"
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(_reach, [None]) == ["NetworkBlockedError"]
    loopback = {**os.environ, "TESTS_MAY_USE_LOOPBACK": "1"}
    for host, told in (
        ("127.0.0.1", "tried"),
        ("192.0.2.1", "NetworkBlockedError"),
        ("example.com", "NetworkBlockedError"),
    ):
        program = PROGRAM.replace("127.0.0.1", host)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=loopback)
        assert done.stdout == f"{told}\n"


def test_input_is_the_same_afterwards() -> None:
    before = copy.deepcopy((USER, HELD))
    score(USER, [HELD])
    assert before == (USER, HELD)
