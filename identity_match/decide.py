"""Decide whether the user is one of the people on file: who, how sure, and what a policy makes of it.

The four scores of a ``Match`` are maxima, each over every owner, as in the response they follow. A decision needs one
person: here every person on the account, one of several in a joint line included, is weighed by the values of that
person's own record, and the one with the most evidence is the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from identity_match.errors import IdentityMatchError
from identity_match.evidence import Evidence, Weighed, weigh
from identity_match.field import Field, Missing, Options, Reason, best_outcome, order, values_of
from identity_match.fields import FIELDS
from identity_match.policy import BALANCED, Policy

if TYPE_CHECKING:
    from identity_match.records import Owner, User

NAME_AGREES: Final = 70  # the contract's threshold
# One field that passes against two that do not: a namesake is likelier than a person who moved. Our choice.
FEW: Final = 1
MANY: Final = 2
# A person who holds the account for somebody else or no more, and a person who is not her firm.
OTHER_CAPACITIES: Final = frozenset(
    ("custodian", "minor", "trustee", "estate", "care_of", "relative", "person_against_business")
)


class Decision(StrEnum):
    """What to do."""

    MATCH = "match"
    REVIEW = "review"
    NO_MATCH = "no_match"
    INSUFFICIENT_DATA = "insufficient_data"


class Person(NamedTuple):
    """One person on the account, and how well the user agrees with that person alone.

    Attributes:
        owner: Index into the owners.
        name: Index into that owner's names; None where the record has no name that can be read.
        holder: Which of the people that line of names lists; 0 where it lists one.
        score: 0..100, as ``Overall.score``; None where nothing was compared.
        outcomes: Field name to the best outcome over this person's own values.
        evidence: What speaks for and against.
        contradicts: The two names are those of two people.
        identifies: Something was compared that can tell a person.
    """

    owner: int
    name: int | None
    holder: int
    score: int | None
    outcomes: Mapping[str, Any]
    evidence: tuple[Evidence, ...]
    contradicts: bool
    identifies: bool

    def __repr__(self) -> str:
        """Show where the person stands and the score, no value."""
        return f"Person(owner={self.owner}, name={self.name}, holder={self.holder}, score={self.score})"


class Overall(NamedTuple):
    """What one policy makes of a whole identity.

    Attributes:
        score: 0..100, calibrated: among results of 90 and above about one in a hundred is somebody else. The best
            person's; None where nothing was compared.
        decision: What to do.
        best_owner: Index of the owner with the most evidence; None where nothing was compared.
        best_name: Index of the name within that owner.
        best_holder: Which of the people that line lists.
        consistent: Whether every field that passes does so for that one person; None where no field passes.
        passed: Field name to whether that person's score reaches the policy's threshold; None where not compared.
        reasons: Why it is not a match, or what to know although it is.
        people: Everybody on the account, in the order of the owners.
        payee: What a verification of payee would answer: ``MTCH``, ``CMTC`` close, ``NMTC``, ``NOAP`` no name.
        avs: The letter of an address check, as ``AddressMatch.avs``; ``U`` where no address was compared.
        policy: Name, version and hash of the policy.
    """

    score: int | None
    decision: Decision
    best_owner: int | None
    best_name: int | None
    best_holder: int | None
    consistent: bool | None
    passed: Mapping[str, bool | None]
    reasons: tuple[Reason, ...]
    people: tuple[Person, ...]
    payee: str
    avs: str
    policy: str

    def to_dict(self) -> dict[str, Any]:
        """Give a dict that survives JSON and holds no personal value."""
        people = [
            {
                "owner": person.owner, "name": person.name, "holder": person.holder, "score": person.score,
                **{name: outcome.score for name, outcome in person.outcomes.items()},
                "evidence": [evidence._asdict() for evidence in person.evidence],
                "contradicts": person.contradicts,
            }
            for person in self.people
        ]  # fmt: skip
        reasons = [{"code": str(reason.code), "part": reason.part} for reason in self.reasons]
        return self._asdict() | {
            "decision": str(self.decision), "passed": dict(self.passed), "reasons": reasons, "people": people,
        }  # fmt: skip


def decide(
    user: User,
    owners: Sequence[Owner],
    options: Options,
    policy: Policy = BALANCED,
    fields: Sequence[Field] = FIELDS,
) -> Overall:
    """Weigh everybody on the account and decide.

    A failure, of a library or of our own, leaves nothing to decide on: without the field that it costs, somebody whose
    name contradicts could pass.

    Args:
        user: What was claimed.
        owners: Who is on file.
        options: Settings of the fields.
        policy: Thresholds and requirements.
        fields: The four fields, or the same ones remembering what they gave.

    Raises:
        TableError: A shipped table cannot be read.

    >>> from identity_match.field import DEFAULT_OPTIONS
    >>> from identity_match.records import Owner, User
    >>> user = User(legal_name="Jane Doe", phone_number="+12025550143")
    >>> owner = Owner(names=("JOHN & JANE DOE",), phone_numbers=("202 555 0143",))
    >>> found = decide(user, [owner], DEFAULT_OPTIONS)
    >>> str(found.decision), found.best_holder
    ('match', 1)
    """
    try:
        return _decide(user, owners, options, policy, fields)
    except IdentityMatchError:
        raise
    except Exception:  # noqa: BLE001 - as in ``field_outcome``
        return _undecided(Reason("failed"), (), policy)


def _undecided(reason: Reason, people: tuple[Person, ...], policy: Policy) -> Overall:
    return Overall(
        None, Decision.INSUFFICIENT_DATA, None, None, None, None, dict.fromkeys(f.name for f in FIELDS), (reason,),
        people, "NOAP", "U", policy.label,
    )  # fmt: skip


def _decide(user: User, owners: Sequence[Owner], options: Options, policy: Policy, fields: Sequence[Field]) -> Overall:
    people = _people(user, owners, options, fields)
    known = [person for person in people if person.score is not None]
    if not known:
        return _undecided(Reason("nothing_compared"), people, policy)
    best = known[0] if len(known) == 1 else max(known, key=_rank)
    passed = {
        name: _passes(outcome, threshold)
        for (name, outcome), threshold in zip(best.outcomes.items(), policy.thresholds, strict=True)
    }
    consistent = _consistent(people, passed, policy)
    reasons: list[Reason] = []
    decision = _decision(best, passed, people, policy, reasons)
    if consistent is False:
        reasons.append(Reason("several_people"))
        decision = _at_most_review(decision)
    if decision == Decision.MATCH and any(_rivals(best, person, policy) for person in known):
        reasons.append(Reason("other_owner_matches"))
    if len(owners) > policy.many_owners:
        reasons.append(Reason("many_owners"))
    return Overall(
        best.score, decision, best.owner, best.name, None if best.name is None else best.holder, consistent, passed,
        tuple(reasons), people, _payee(best.outcomes["legal_name"], policy), best.outcomes["address"].avs or "U",
        policy.label,
    )  # fmt: skip


def _people(user: User, owners: Sequence[Owner], options: Options, fields: Sequence[Field]) -> tuple[Person, ...]:
    """Weigh everybody on the account: each name of each record, and each of the people that a line of names lists."""
    people: list[Person] = []
    names, phone, email, home = fields
    name = names.normalize(user.legal_name, options)
    for position, owner in enumerate(owners):
        own = [owner]
        others = (
            best_outcome(phone, user.phone_number, values_of(phone, own), options)[0],
            best_outcome(email, user.email_address, values_of(email, own), options)[0],
            best_outcome(home, user.address, values_of(home, own), options)[0],
        )
        named = False
        for i, raw in enumerate(owner.names):
            line = names.normalize(raw, options)
            if not (name and line) and (isinstance(name, Missing) or isinstance(line, Missing)):
                continue
            named = True
            holders = line.holders
            for holder, held in enumerate(holders):
                found = names.compare(name, line if len(holders) == 1 else line.with_holders((held,)))
                if found.holder != holder:
                    found = found._replace(holder=holder)
                outcomes = _by_name(found, others)
                people.append(_person(position, i, holder, outcomes, weigh(outcomes, (name.user, held))))
        if not named:
            outcomes = _by_name(best_outcome(names, user.legal_name, values_of(names, own), options)[0], others)
            people.append(_person(position, None, 0, outcomes, weigh(outcomes, None)))
    return tuple(people)


def _by_name(name: Any, others: tuple[Any, Any, Any]) -> dict[str, Any]:
    """Give outcomes by the name of their field, in the order of the response."""
    phone, email, home = others
    return {"legal_name": name, "phone_number": phone, "email_address": email, "address": home}


def _rank(person: Person) -> tuple[Any, ...]:
    """Order people by what speaks for them: first whose name agrees, then whose name says nothing, then the others.

    By points, because scores of 99 are many: a firm and its trade name share all but the name. Outcomes settle the
    rest, so that the order of the owners decides nothing.
    """
    agrees = -1 if person.contradicts else int(_name_agrees(person))
    points = sum(evidence.points for evidence in person.evidence)
    return agrees, points, person.identifies, tuple(order(outcome) for outcome in person.outcomes.values())


def _name_agrees(person: Person) -> bool:
    return not person.contradicts and (person.outcomes["legal_name"].score or 0) >= NAME_AGREES


def _person(owner: int, name: int | None, holder: int, outcomes: Mapping[str, Any], weighed: Weighed) -> Person:
    return Person(
        owner, name, holder, weighed.score, outcomes, weighed.evidence, weighed.contradicts, weighed.identifies
    )


def _passes(outcome: Any, threshold: int) -> bool | None:
    return None if outcome.score is None else outcome.score >= threshold


def _consistent(people: Sequence[Person], passed: Mapping[str, bool | None], policy: Policy) -> bool | None:
    """Tell whether no field passes only for somebody of another name; None where none passes for anybody."""
    if len(people) == 1:
        return True if any(passed.values()) else None
    anybody = False
    for name, threshold in zip(passed, policy.thresholds, strict=True):
        passing = [person for person in people if _passes(person.outcomes[name], threshold)]
        anybody = anybody or bool(passing)
        if passing and not passed[name] and not any(map(_name_agrees, passing)):
            return False
    return True if anybody else None


def _decision(
    best: Person, passed: Mapping[str, bool | None], people: Sequence[Person], policy: Policy, reasons: list[Reason]
) -> Decision:
    """Decide on the best person by the policy, and say why it is no match."""
    score = best.score or 0
    if not best.identifies:
        reasons.append(Reason("too_little_data"))
        return Decision.INSUFFICIENT_DATA
    decision = Decision.MATCH
    if score < policy.match:
        reasons.append(Reason("score_below_threshold"))
        decision = Decision.REVIEW if score >= policy.review else Decision.NO_MATCH
    if best.contradicts:
        reasons.append(Reason("name_contradicts", "legal_name"))
        decision = _at_most_review(decision)
    tally = list(passed.values())
    if not any(tally):
        reasons.append(Reason("no_field_passes"))
        decision = _at_most_review(decision)
    elif tally.count(True) <= FEW and tally.count(False) >= MANY:
        reasons.append(Reason("one_field_passes"))
        decision = _at_most_review(decision)
    if any(reason.code in OTHER_CAPACITIES for reason in best.outcomes["legal_name"].reasons):
        reasons.append(Reason("other_capacity", "legal_name"))
        decision = _at_most_review(decision)
    for name in policy.required:
        if passed[name] is None and all(person.outcomes[name].score is None for person in people):
            if policy.absent != "neutral":
                reasons.append(Reason("required_missing", name))
                decision = Decision.NO_MATCH if policy.absent == "fail" else _at_most_review(decision)
        elif not passed[name]:  # where it was compared with somebody else only, it is not absent
            reasons.append(Reason("required_below_threshold", name))
            decision = _at_most_review(decision)
    return decision


def _at_most_review(decision: Decision) -> Decision:
    return Decision.REVIEW if decision == Decision.MATCH else decision


def _rivals(best: Person, person: Person, policy: Policy) -> bool:
    """Tell whether somebody of another record reaches the threshold, too."""
    return person.owner != best.owner and not person.contradicts and (person.score or 0) >= policy.match


def _payee(outcome: Any, policy: Policy) -> str:
    """Give the code of a payee verification. Source: UK Confirmation and EU Verification of Payee share these codes."""
    if outcome.score is None:
        return "NOAP"
    if outcome.score >= policy.payee_match:
        return "MTCH"
    return "CMTC" if outcome.score >= policy.thresholds.legal_name else "NMTC"
