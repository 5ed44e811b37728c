"""What comparing two addresses yields, and the tally from which its score is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, final

from identity_match.address.rules import Rules, rules_for
from identity_match.field import Reason
from identity_match.native import mypyc_attr

if TYPE_CHECKING:
    from identity_match.address.key import AddressKey

# What a part's result may be.
SAME: Final = "match"
PARTIAL: Final = "partial"
ABSENT: Final = "missing"
OTHER: Final = "conflict"

# Caps. Below 70 is the contract's weak band. What puts an address there is another house number (the contract's own
# example of a mismatch), box, direction, unit (registers list two units of a building as two premises), street, region
# or country, another city with another postal code, a place without a street, several addresses, and a cut value.
WEAK: Final = 69
STREET_TYPE_CAP: Final = 84  # Court and Circle are two roads: below 85, which is likely the same
DIRECTION_CAP: Final = 94  # only one side names a direction: the same door, or its mirror image
POSTAL_CAP: Final = 89  # only the postal code differs: not strong (contract: strong from 90)
TYPO_CAP: Final = 97  # something was misspelt: never perfect
MISSING_UNIT_CAP: Final = 89  # the household is open: not strong


class AddressMatch(NamedTuple):
    """How well two addresses agree.

    Attributes:
        score: 0..100; None where a side has no address.
        is_postal_code_match: Whether both postal codes agree, ZIP and ZIP+4 being the same; None where a side has none.
        reasons: What happened, each with its part: ``typo``, ``unit_missing``, ``number_conflict`` and so on.
        avs: What a card network's address check would answer: ``Y`` street and postal code agree, ``A`` street only,
            ``Z`` postal code only, ``N`` neither.
        street: ``match``, ``partial``, ``missing`` or ``conflict``; so the next four.
        unit: Unit, floor, room and building.
        city: City.
        region: State or province.
        postal_code: Postal code; ``partial`` is another code of the same area.
    """

    score: int | None = None
    is_postal_code_match: bool | None = None
    reasons: tuple[Reason, ...] = ()
    avs: str | None = None
    street: str | None = None
    unit: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None


@mypyc_attr(acyclic=True)
@final
class Pair:
    """Two addresses on their way through a comparison.

    Numbers and units are used up as they find a partner; costs, caps and reasons add up.
    """

    __slots__ = (
        "a", "b", "box", "cap", "city", "cost", "loose_a", "loose_b", "mixed", "number", "numbers_a", "numbers_b",
        "postal", "reasons", "region", "rules", "street", "unit", "units_a", "units_b",
    )  # fmt: skip

    def __init__(self, a: AddressKey, b: AddressKey) -> None:
        self.a, self.b = a, b
        named = b if (b.country, not b.line) > (a.country, not a.line) else a  # who says what country it is
        self.rules: Rules = rules_for(named.rules)
        self.loose_a, self.loose_b = is_loose(a), is_loose(b)
        self.mixed = self.loose_a or self.loose_b
        self.numbers_a, self.numbers_b = list(a.numbers), list(b.numbers)
        self.units_a, self.units_b = set(a.units), set(b.units)
        self.number = self.unit = self.box = self.street = self.city = self.region = self.postal = ABSENT
        self.cost = 0
        self.cap = 100
        self.reasons: list[Reason] = []

    def add(self, code: str, part: str, cost: int, cap: int = 100) -> None:
        """Note one thing that happened: what it costs, and how high the score may still be."""
        self.cost += cost
        self.cap = min(self.cap, cap)
        self.reasons.append(Reason(code, part))


def is_loose(key: AddressKey) -> bool:
    """Tell whether street and place may be cut at a wrong word: one line, unless number and type frame the name."""
    return key.line and not (key.numbers and key.name and key.kind and not rules_for(key.rules).numbered_buildings)
