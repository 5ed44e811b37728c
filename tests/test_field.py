"""What all fields share: the order of outcomes, the best of them, and the one way from likeness to score."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity_match.field import Missing, Options, Reason, Source, field_outcome, is_placeholder, order, to_score
from identity_match.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable


class Outcome(NamedTuple):
    """An outcome with members of every kind, all of which may be None."""

    score: int | None = None
    is_flag: bool | None = None
    reasons: tuple[Reason, ...] = ()
    part: str | None = None


OUTCOMES = st.builds(
    Outcome,
    st.none() | st.integers(0, 3),
    st.none() | st.booleans(),
    st.lists(
        st.builds(Reason, st.sampled_from(["typo", Missing.BLANK]), st.sampled_from(["", "unit"])), max_size=2
    ).map(tuple),
    st.none() | st.sampled_from(["match", "conflict"]),
)


@given(OUTCOMES, OUTCOMES)
def test_order_is_total(one: Outcome, other: Outcome) -> None:
    """Any two outcomes can be compared, and equal rank means equal outcomes."""
    assert (order(one) < order(other)) + (order(one) > order(other)) + (one == other) == 1


def test_none_ranks_below_every_value() -> None:
    outcomes = [Outcome(), Outcome(0), Outcome(0, False), Outcome(0, True), Outcome(0, True, (), "a"), Outcome(1)]  # noqa: FBT003
    assert sorted([*outcomes[3:], *outcomes[:3]], key=order) == outcomes


def best(outcomes: Iterable[Outcome]) -> tuple[Outcome, Source]:
    """Pick the best outcome as if an owner's values had given them."""
    held = ((Source(0, i), outcome) for i, outcome in enumerate(outcomes))
    plain = FIELDS[0].with_functions(lambda value, _: value, lambda _, outcome: outcome)
    return field_outcome(plain, "anything", held, Options())


@given(st.lists(OUTCOMES, max_size=4))
def test_the_best_does_not_depend_on_the_order(outcomes: list[Outcome]) -> None:
    found = {best(permuted)[0] for permuted in itertools.permutations(outcomes)}
    assert len(found) == 1


def test_the_best_of_equals_is_the_first() -> None:
    assert best([Outcome(0), Outcome(1), Outcome(1)]) == (Outcome(1), Source(0, 1))


def test_nothing_to_compare_with() -> None:
    outcome, source = best([])
    assert (outcome.score, outcome.reasons, source) == (None, (Reason("blank", "owner"),), Source())


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_not_compared_has_none_in_every_member(field: object) -> None:
    outcome = field.not_compared((Reason("blank", "user"),))  # type: ignore[attr-defined]
    members = outcome._asdict()
    assert members.pop("reasons") == (("blank", "user"),)
    assert set(members.values()) == {None}


def test_missing_is_false_and_reads_as_its_word() -> None:
    assert not any(Missing)
    assert f"{Missing.TOO_LONG}" == "too_long"


@pytest.mark.parametrize("text", ["n/a", "unknown", "none", "null", "nan", "<na>", "nat", "account holder", "-"])
def test_placeholders_of_names(text: str) -> None:
    """What forms and spreadsheets write where there is nothing."""
    assert is_placeholder(text, "legal_name")
    assert not is_placeholder(f"{text} smith", "legal_name")


def test_a_similarity_outside_its_range_is_clamped() -> None:
    assert (to_score(1.5), to_score(-0.5), to_score(1.5, top=84)) == (100, 0, 84)
    assert (to_score(0.69999), to_score(0.7), to_score(0.57 * 1.0)) == (69, 70, 57)
