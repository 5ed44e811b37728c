"""Cost is bounded, whatever a value holds: operations are counted at the caps and beyond, and time beyond may not grow.

I39: At the caps one comparison takes less than 50 ms; above the caps cost is linear and independent of content: T(4n)
<= 6 T(n) + 5 ms for hostile generators.

The texts are those of ``benchmarks/worst_case.py``, which measures the milliseconds and searches for worse texts. Calls
are counted, Python's own and those into C, so that a busy machine changes nothing. What is quadratic inside one call
(a pattern, a normal form, a distance) shows in the time only.
"""

from __future__ import annotations

import cProfile
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import NASTY, at_least, nasty_text
from timing import is_linear

from identity_match import score, text

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import worst_case  # noqa: E402 - found only now
from worst_case import FORMS, TEXTS, forget  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IS_COMPILED = not text.__file__.endswith(".py")
counted = pytest.mark.skipif(IS_COMPILED, reason="nobody sees the calls of compiled code")

# Calls of one comparison at the caps: about twice the most that these texts make.
MOST_CALLS = {"legal_name": 150_000, "phone_number": 3_000, "email_address": 1_000_000, "address": 130_000}


def calls(run: Callable[[], object]) -> int:
    """Count the calls that a run makes when it sees its values for the first time."""
    forget()
    profile = cProfile.Profile()
    profile.runcall(run)
    return sum(entry.callcount for entry in profile.getstats())


def values(name: str) -> Iterator[tuple[str, Callable[[int], Any]]]:
    """Give every hostile text of a field in one of its forms, as a function of its length."""
    forms = FORMS[name]
    for number, (label, made) in enumerate(TEXTS.items()):
        form = list(forms)[number % len(forms)]
        yield f"{form} {label}", partial(_filled, forms[form], made)


def _filled(form: worst_case.Form, made: Callable[[int], str], size: int) -> Any:
    return form.value(made(size))


def compared(name: str, value: Any) -> None:
    worst_case.compare(name, value, value)


@counted
@pytest.mark.parametrize("name", FORMS)
def test_i39_calls_at_the_caps_are_bounded_and_beyond_them_always_the_same(name: str) -> None:
    """I39: at the caps a comparison makes so many calls at most, and not one more for a text four times as long."""
    cap = max(form.cap for form in FORMS[name].values())
    for label, value in values(name):
        compared(name, value(cap))  # tables are read when they are first needed
        once, long, longer = (calls(partial(compared, name, value(times * cap))) for times in (1, 16, 64))
        assert max(once, long) <= MOST_CALLS[name], label
        assert long == longer, label


GROWING = ("'юлия '", "'1'", "'юлия.'", "'1st '")


@counted
@pytest.mark.parametrize(("name", "piece"), list(zip(FORMS, GROWING, strict=True)))
def test_the_count_sees_what_a_longer_text_costs(name: str, piece: str) -> None:
    """The law above would hold of a count that sees nothing; below the caps a longer text costs more."""
    form = list(FORMS[name].values())[-1 if name == "email_address" else 0]
    short, long = (_filled(form, TEXTS[piece], size) for size in (8, 16))
    compared(name, short)
    compared(name, long)
    assert 10 < calls(partial(compared, name, short)) < calls(partial(compared, name, long))


@counted
@at_least(100)
@given(st.sampled_from("ceh\x00\n({\"'@,;#.-0x"), st.one_of(st.sampled_from(NASTY), nasty_text(6)), st.booleans())
@example("a", "\u0316\u0301", True)  # noqa: FBT003 - hypothesis wants positions
def test_i39_calls_of_a_request_of_anything_are_bounded(first: str, piece: str, both: bool) -> None:  # noqa: FBT001
    """I39: cost at the caps is independent of content: every value is a random piece, repeated beyond its cap."""
    value = first + (piece or "a") * (2_000 // max(1, len(piece)))
    user = {"legal_name": value, "phone_number": value, "email_address": f"{value[:300]}@x.com", "address": value}
    parts = dict.fromkeys(("street", "city", "region", "postal_code", "country"), value)
    held: Any = {"names": [value], "phone_numbers": [value], "emails": [value], "addresses": [parts if both else value]}
    assert calls(lambda: score(user, [held])) <= sum(MOST_CALLS.values())


@pytest.mark.parametrize("name", FORMS)
def test_i39_time_beyond_the_caps_is_linear(name: str) -> None:
    """I39: T(4n) <= 6 T(n) + 5 ms, at some hundred times the cap."""
    for label, value in values(name):
        assert is_linear(partial(compared, name), value), label


@pytest.mark.parametrize("users", ["plain", "hostile"])
def test_i39_an_account_costs_as_much_as_its_names(users: str) -> None:
    """I39: time grows at most linearly: owners and names are weighed one by one, for the score and the decision."""
    names = {"plain": "Jane Doe", "hostile": TEXTS["words of two letters, ';'"](FORMS["legal_name"]["whole"].cap)}
    user = {"legal_name": names[users]}

    def account(count: int) -> list[dict[str, Any]]:
        return [{"names": [f"JOHN SMITH {i}{j}" for j in range(5)]} for i in range(count)]

    def decided(owners: list[dict[str, Any]]) -> None:
        assert score(user, owners).overall.people

    assert is_linear(decided, account, 20)
