"""The fuzzer's targets, held to their seeds and to what was found before; ``fuzz.py`` looks for more."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fuzz_targets import TARGETS, Target, checked, field_target

from identity_match import Matcher, evaluate, files, policy
from identity_match.errors import InputError
from identity_match.fields import FIELDS

FEWER = {"pairs": 4, "request": 2, "jsonl": 2, "json": 2}  # every so many seeds, of the targets that take long

# Found by fuzzing: target, input, and what it broke. What has a score to it is a row in ``cases/``, too.
FOUND: list[tuple[str, str, str]] = [
    ("phone_number", "tel:0132;phone-context=+1415555\n+14155550132", "I32: a part was read as a number"),
    ("phone_number", "+7(5)92x1\n", "I32: three digits were left of a number when its zero was taken off"),
    ("phone_number", "+18]00plas s334\n", "I32: a number of the North American plan spelled past that plan's rule"),
    ("address", f"unknown\n100 Main St\t{'a ' * 63}bcdefg\t\t", "I32: spaces around the bars counted towards the cap"),
    ("address", "unknown, Springfield Heights\nUnknown, Springfield Heights", "I32, I04: a placeholder was a street"),
    ("address", "1 Main St\t\t\t[N/A\t\n1 Main St\t\t\tN/A]\t", "I32, I17: a placeholder was a postal code"),
]  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_hold(name: str) -> None:
    seeds = list(TARGETS[name].seeds())
    assert max(map(len, seeds)) <= TARGETS[name].most
    for seed in seeds[:: FEWER.get(name, 1)]:
        checked(TARGETS[name], seed)


@pytest.mark.parametrize(("name", "text", "broken"), FOUND)
def test_what_was_found_holds(name: str, text: str, broken: str) -> None:
    checked(TARGETS[name], text.encode("utf-8", "surrogateescape"))


def _fails(*_: Any, **__: Any) -> Any:
    message = "a value"
    raise KeyError(message)


def _says_a_value(*_: Any, **__: Any) -> Any:
    path = "user"
    raise InputError(path, "Zqxvbik")


def _hangs_on(*_: Any, **__: Any) -> Any:
    try:
        _fails()
    except KeyError as fault:
        path = "user"
        raise InputError(path, "expected text") from fault


@pytest.mark.parametrize("fault", [_fails, _says_a_value, _hangs_on])
@pytest.mark.parametrize(
    ("name", "home", "function"),
    [
        ("legal_name", Matcher, "score"), ("request", Matcher, "score"), ("csv", files, "flat_places"),
        ("jsonl", files, "score_blocks"), ("policy", policy, "_check_score"), ("pairs", evaluate, "_column"),
    ],
)  # fmt: skip
def test_a_target_sees_an_error(name: str, home: Any, function: str, fault: Any, monkeypatch: Any) -> None:
    """An error that is not ours, one of ours with a word of the input, one that hangs on to another."""
    monkeypatch.setattr(home, function, fault)
    seed = next(iter(TARGETS[name].seeds()))
    with pytest.raises((AssertionError, KeyError, InputError)):
        checked(TARGETS[name], seed)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@pytest.mark.parametrize(("user", "owner"), [(101, 101), (-1, -1), (True, True), (50.0, 50.0), (50, 60)])
def test_a_target_sees_a_score_that_is_none(field: Any, user: Any, owner: Any, monkeypatch: Any) -> None:
    """Out of the scale, of another type, another one from either side or for a value with itself."""
    text = next(TARGETS[field.name].seeds()).split(b"\n")[0]
    scores = itertools.cycle((user, owner))
    wrong = field.with_functions(
        field.normalize, lambda ours, theirs: field.compare(ours, theirs)._replace(score=next(scores))
    )
    with pytest.raises(AssertionError):
        checked(field_target(wrong), text + b"\n" + text)


def test_a_target_sees_that_it_takes_too_long(monkeypatch: Any) -> None:
    monkeypatch.setattr("fuzz_targets.MOST_SECONDS", 0)
    slow = Target(lambda data: sum(range(100_000)) and None, lambda: iter(()), 2)  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="s for 2 bytes"):
        checked(slow, b"ab")


def test_without_atheris_the_program_names_the_extra() -> None:
    program = Path(__file__).with_name("fuzz.py")
    code = "import sys, runpy; sys.modules['atheris'] = None; sys.argv[1] = 'csv'"
    code += f"; runpy.run_path({str(program)!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code, ""], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "install identity-match[fuzz]" in done.stderr
