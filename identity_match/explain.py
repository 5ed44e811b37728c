"""Say where a score went: what each part of a value cost, in points that add up to what is missing to 100.

Nothing here knows a rule. The owner's value is repaired part by part until it is the user's, and scored again after
each step: what a repair gives back is what its part had cost. So an explanation cannot say anything else than the
comparison does, and its points add up by construction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from identity_match.errors import IdentityMatchError
from identity_match.field import FAILED, Field, Missing, Options, Reason

LIMIT = "limit"  # what no repair gives back: two equal values that prove little, such as a lone city
WRITTEN = "written"
WIDE = ("name", "street")  # parts that name more than one step does


class Step(NamedTuple):
    """What one part cost.

    Attributes:
        part: The part, such as ``"given"`` or ``"unit"``; ``"written"`` for how the whole is written, ``"limit"`` for
            what even two equal values of this kind cannot reach.
        points: Points of the score that the part cost, 0..100.
        reasons: What happened to it.
    """

    part: str
    points: int
    reasons: tuple[Reason, ...]


class Explanation(NamedTuple):
    """Where the score of one field went.

    Attributes:
        score: 0..100; None where nothing was compared.
        steps: Parts that cost something or about which there is something to say. Their points and the score add up to
            100.
        lacking: ``"user"``, ``"owner"`` or ``"both"``: the side without a value that can be compared; else empty.
        user_parts: The user's value by part, as understood; personal data.
        owner_parts: The value it was compared with, likewise.
    """

    score: int | None
    steps: tuple[Step, ...]
    lacking: str
    user_parts: Mapping[str, str]
    owner_parts: Mapping[str, str]

    def __repr__(self) -> str:
        """Show what each part cost, no value."""
        costs = ", ".join(f"{step.part}={step.points}" for step in self.steps)
        return f"Explanation(score={self.score}, {costs})" if costs else f"Explanation(score={self.score})"

    def to_dict(self, *, values: bool = False) -> dict[str, Any]:
        """Give a dict that survives JSON; ``values`` adds the parts of both sides, which are personal data."""
        steps = [
            {"part": step.part, "points": step.points, "reasons": [str(reason.code) for reason in step.reasons]}
            for step in self.steps
        ]
        found: dict[str, Any] = {"score": self.score, "steps": steps, "lacking": self.lacking}
        if values:
            found |= {"user_parts": dict(self.user_parts), "owner_parts": dict(self.owner_parts)}
        return found


def explain(f: Field, claimed: Any, held: Any, options: Options) -> Explanation:
    """Explain how two raw values of one field compare.

    Args:
        f: The field.
        claimed: The user's raw value.
        held: The owner's raw value.
        options: Settings.

    Raises:
        TableError: A shipped table cannot be read.

    >>> from identity_match.field import DEFAULT_OPTIONS
    >>> from identity_match.fields import FIELDS
    >>> explain(FIELDS[0], "Jenny Smith", "JENNIFER SMITH JR", DEFAULT_OPTIONS)
    Explanation(score=94, generation=0, given=5, written=1)
    """
    try:
        return _explain(f, claimed, held, options)
    except IdentityMatchError:
        raise
    except Exception:  # noqa: BLE001 - as in ``field_outcome``
        return Explanation(None, (Step("", 0, (FAILED,)),), "", {}, {})


def _explain(f: Field, claimed: Any, held: Any, options: Options) -> Explanation:
    mine, theirs = f.normalize(claimed, options), f.normalize(held, options)
    lacks = [side for side, key in (("user", mine), ("owner", theirs)) if isinstance(key, Missing)]
    shown = [{} if isinstance(key, Missing) else f.parts(key) for key in (mine, theirs)]
    if lacks:
        reasons = tuple(
            Reason(key, side) for side, key in (("user", mine), ("owner", theirs)) if isinstance(key, Missing)
        )
        return Explanation(None, (Step("", 0, reasons),), "both" if len(lacks) > 1 else lacks[0], *shown)
    outcome = f.compare(mine, theirs)
    if outcome.score is None:
        sides = {reason.part for reason in outcome.reasons}
        lacking = "both" if {"user", "owner"} <= sides else next((s for s in ("user", "owner") if s in sides), "")
        return Explanation(None, (Step("", 0, outcome.reasons),), lacking, *shown)
    holder = getattr(outcome, "holder", None)
    if holder is not None:  # of several people in a line, the one that won
        theirs = theirs.with_holders((theirs.holders[holder],))
        shown = [f.parts(mine.with_holders((mine.user,))), f.parts(theirs)]
    return Explanation(outcome.score, _steps(f, mine, theirs, outcome), "", *shown)


def _steps(f: Field, user: Any, owner: Any, outcome: Any) -> tuple[Step, ...]:
    """Repair part by part; a repair that gives nothing back, or takes something, leaves it to the next."""
    costs: dict[str, int] = {}
    reached = outcome.score
    for part, repaired in f.repairs(user, owner):
        score = f.compare(user, repaired).score or 0
        costs[part] = costs.get(part, 0) + max(0, score - reached)
        reached = max(reached, score)
    costs[LIMIT] = 100 - reached
    said: dict[str, list[Reason]] = {part: [] for part in costs}
    dearest = max(costs, key=lambda part: costs[part])
    for reason in outcome.reasons:
        part = reason.part if reason.part in said else dearest if costs[dearest] else WRITTEN
        if costs[LIMIT] and not costs.get(part):
            part = LIMIT
        said.setdefault(part, []).append(reason)
    for part in WIDE:  # what is said of the whole belongs to the part that cost, if nothing else is said of that
        silent = max((other for other in costs if costs[other] and not said[other]), key=costs.__getitem__, default="")
        if said.get(part) and not costs.get(part) and silent:
            said[silent], said[part] = said[part], []
    return tuple(
        Step(part, costs.get(part, 0), tuple(reasons)) for part, reasons in said.items() if reasons or costs.get(part)
    )
