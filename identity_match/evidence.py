"""What the outcomes of the four fields prove of one person, in points that add up.

Ten points make the odds that user and owner are one person ten times as good. A field that is missing on a side gives
none. Every level below is one row of a table that ``benchmarks/fit_overall.py`` fits: signs are fixed, and the weights
are held near values set by hand, because a free fit learns what one source happens to contain (that people at one
address are the same one, for instance). Figures, also on sources that a fit had not seen, are in
``benchmarks/README.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from identity_match.field import to_score
from identity_match.legal_name.agreement import MANY_WORDS, equal_words, garbled, rarity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from identity_match.address import AddressMatch
    from identity_match.legal_name import Name, NameMatch
    from identity_match.legal_name.reading import Reading

# What is known before anything is compared: seven of ten. Set by hand; most people who sign up are who they say.
PRIOR: Final = 4
WEIGHTS: Final[dict[str, dict[str, int]]] = {
    "legal_name": {
        "equal": 13,  # 97 and above
        "near": 11,  # a typing error, a nickname
        "strong": 9,
        "partial": 4,  # two such differences
        "lone": 8,  # one word or initials, the same on both sides
        "fragment": 2,  # one word of a name, or nothing that contradicts
        "garbled": 2,  # what is left over may be mistyped
        "firm_near": -8,  # sister companies
        "given_conflict": -12,  # a relative
        "family_conflict": -10,
        "middle_conflict": -4,
        "generation_conflict": -7,  # on top of the level that the name has without it
        "different": -19,
        "firm_other": -13,
        "rare": 4,  # of the surname that both have
        "uncommon": 2,
        "common": 0,
        "many_words": 2,  # three words and more are equal
    },
    "phone_number": {"equal": 14, "likely": 11, "near": 2, "other": -7},
    "email_address": {"equal": 17, "near": 6, "alike": 2, "unlike": -4, "other": -11},
    "address": {
        "street_match": 6, "street_partial": 6, "street_conflict": -6,
        "unit_match": 1, "unit_partial": 0, "unit_conflict": -4,
        "city_match": 3, "city_partial": 3, "city_conflict": -6,
        "region_match": 0, "region_partial": 0, "region_conflict": -2,
        "postal_code_match": 4, "postal_code_partial": 4, "postal_code_conflict": -6,
        "apart": -4,  # number, area and city or state contradict
    },
}  # fmt: skip
# A person whose name contradicts is another one, whatever else agrees: relatives share address and phone. What would
# be 60 to 100 keeps its order from 60 to 69, below the contract's threshold of 70; what is less stays as it is.
CONTRADICTED_FROM: Final = 60
CONTRADICTED_TOP: Final = 69


class Evidence(NamedTuple):
    """One thing that speaks for or against a person.

    Attributes:
        field: Name of the field.
        level: What was found, such as ``"near"`` or ``"city_conflict"``.
        points: What it is worth; ten make the odds ten times as good.
    """

    field: str
    level: str
    points: int


# Made once: a level is worth the same for everybody.
EVIDENCE: Final[dict[str, dict[str, Evidence]]] = {
    field: {level: Evidence(field, level, points) for level, points in levels.items()}
    for field, levels in WEIGHTS.items()
}


class Weighed(NamedTuple):
    """The evidence on one person.

    Attributes:
        score: 0..100; None where nothing was compared.
        evidence: What speaks for and against, field by field.
        contradicts: The names are those of two people.
        identifies: Something was compared that can tell a person: two words of a name, a phone number, an e-mail
            address or a street; not a lone city, postal code or given name.
    """

    score: int | None
    evidence: tuple[Evidence, ...]
    contradicts: bool
    identifies: bool


def weigh(outcomes: Mapping[str, Any], names: tuple[Name, Name] | None) -> Weighed:
    """Weigh the outcomes of one person.

    Args:
        outcomes: Field name to outcome; those without a score say nothing.
        names: The user's and the owner's name as read; None where they were not compared.
    """
    found: list[Evidence] = []
    contradicts = identifies = False
    name = outcomes["legal_name"]
    if names is not None and name.score is not None:
        levels, contradicts, words = name_levels(name, *names)
        found += _evidence("legal_name", levels)
        identifies = levels[0] not in ("fragment", "lone") or words > 1
    phone, email = outcomes["phone_number"].score, outcomes["email_address"].score
    if phone is not None:
        found.append(EVIDENCE["phone_number"][_phone_level(phone)])
        identifies = True
    if email is not None:
        found.append(EVIDENCE["email_address"][_email_level(email)])
        identifies = True
    levels = address_levels(outcomes["address"])
    found += _evidence("address", levels)
    identifies = identifies or any(level.startswith("street") for level in levels)
    if not found:
        return Weighed(None, (), contradicts=False, identifies=False)
    points = PRIOR + sum(e.points for e in found)
    return Weighed(overall_score(points, contradicts=contradicts), tuple(found), contradicts, identifies)


def overall_score(points: int, *, contradicts: bool) -> int:
    """Turn points into a score: the probability in per cent that they stand for.

    >>> overall_score(10, contradicts=False), overall_score(10, contradicts=True), overall_score(0, contradicts=True)
    (90, 66, 50)
    """
    score = to_score(1 / (1 + 10 ** (-points / 10)))
    if contradicts and score > CONTRADICTED_FROM:
        share = (score - CONTRADICTED_FROM) / (100 - CONTRADICTED_FROM)
        return int(CONTRADICTED_FROM + share * (CONTRADICTED_TOP - CONTRADICTED_FROM))
    return score


def _evidence(field: str, levels: Sequence[str]) -> list[Evidence]:
    known = EVIDENCE[field]
    return [known[level] for level in levels]


def _names_firm(outcome: NameMatch) -> bool:
    """Tell whether two names were compared as those of firms."""
    return bool(outcome.is_business_name_detected) or any(reason.part == "business" for reason in outcome.reasons)


def _whole_words(reading: Reading) -> int:
    """Count the words beside the first that tell a person; 0 for a lone word, or for nothing but initials."""
    return len(reading.names) - 1 if any(not name.initial for name in reading.names) else 0


OMISSION_LEAST: Final = 50  # below it so much is left out that little was compared; our choice
TWO_PEOPLE: Final = frozenset(("conflict", "different", "near_surname", "several_names", "name_order"))


def name_levels(outcome: NameMatch, user: Name, owner: Name) -> tuple[list[str], bool, int]:
    """Say on what levels two names agree, whether they are those of two people, and how many words both have."""
    score = outcome.score or 0
    reasons = outcome.reasons
    codes = {reason.code for reason in reasons}
    mine, theirs = user.person, owner.person
    words = equal_words(mine, theirs)
    firm = _names_firm(outcome)
    contradicts = False
    level = _agreement(score)
    lone = not firm and (_whole_words(mine) < 1 or _whole_words(theirs) < 1)
    if level and lone:
        level = "lone"  # Jane and JANE, J S and J S: equal, and nobody in particular
    elif not level and firm:
        level = "firm_near" if score >= 50 else "firm_other"
        contradicts = score < 50 and user.firm.detected != owner.firm.detected  # an employee is not the firm
    elif not level and (codes & {"fragment", "initials_only"} or (lone and not codes & {"conflict", "different"})):
        level = "fragment"
    elif not level and codes & {"conflict", "different"} and garbled(mine, theirs):
        level = "garbled"
    elif not level and score >= OMISSION_LEAST and "omitted" in codes and not codes & TWO_PEOPLE:
        level = "partial"  # one side says less, and nothing that it says is another person's
    elif not level:
        contradicts = True
        conflicts = {reason.part for reason in reasons if reason.code == "conflict"}
        level = next((f"{part}_conflict" for part in ("given", "family") if part in conflicts), "middle_conflict")
        if "different" in codes or score < 30:
            level = "different"
    levels = [level]
    if "generation_conflict" in codes:
        contradicts = True
        levels.append("generation_conflict")
    if score >= 50 and not contradicts and not firm:
        rare = rarity(mine, theirs)
        levels += [rare] if rare else []
        levels += ["many_words"] if words >= MANY_WORDS else []
    return levels, contradicts, words


def _agreement(score: int) -> str:
    """Give the level of a score by the bands of the contract; empty below its threshold."""
    if score >= 97:
        return "equal"
    if score >= 85:
        return "near" if score >= 90 else "strong"
    return "partial" if score >= 70 else ""


def _phone_level(score: int) -> str:
    if score >= 95:
        return "equal"
    if score >= 70:
        return "likely"
    return "near" if score >= 50 else "other"


def _email_level(score: int) -> str:
    """Give the level of an e-mail address; below 70 it is another mailbox, by how near it is written."""
    if score >= 70:
        return "equal"
    if score >= 40:
        return "near" if score >= 55 else "alike"
    return "unlike" if score >= 25 else "other"


STREET_LEAST: Final = 50  # score below which half an agreement of streets is none; our choice
PARTS: Final = ("street", "unit", "city", "region", "postal_code")
WEIGHED_STATES: Final = ("match", "partial", "conflict")


def address_levels(outcome: AddressMatch) -> list[str]:
    """Say on what levels two addresses agree, part by part."""
    if outcome.score is None:
        return []
    score: int = outcome.score
    codes = {reason.code for reason in outcome.reasons}
    street = outcome.street
    if "box_conflict" in codes:
        street = "conflict"
    elif "no_street" in codes or (street == "partial" and score < STREET_LEAST):
        street = "missing"  # one side has none, or something else in its place: nothing was compared
    elif outcome.avs in ("Y", "A") and street == "missing":
        street = "match"  # two equal post boxes
    states = (street, outcome.unit, outcome.city, outcome.region, outcome.postal_code)
    levels = [PARTS[i] + "_" + state for i, state in enumerate(states) if state in WEIGHED_STATES]
    return [*levels, "apart"] if score < 5 else levels
