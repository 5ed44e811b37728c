"""The key of an address: what was understood, ready to be compared."""

from __future__ import annotations

from typing import Any, Final, final

from identity_match.address.rules import DEFAULT, rules_for
from identity_match.native import mypyc_attr

STREET_CAP: Final = 256  # code points read of each part; reliability limits of the project, far above any real value
CITY_CAP: Final = 128
POSTAL_CAP: Final = 16
LINE_CAP: Final = 512

GIVEN: Final = " | "  # between the parts of an address that came by parts
READ: Final = " ¦ "  # between the parts of an address that was read out of one line
PLAIN: Final = "~"  # opens a street line whose words are taken as they are
CUT: Final = "…"  # closes a street line that was longer than its cap
MANY: Final = "⁂"  # closes a street line that holds more than one address

# Names of an address's parts, in the order in which two addresses are sorted.
PARTS: Final = (
    "numbers", "pre", "name", "kind", "post", "extra", "units", "box", "place", "region", "postal_code", "country",
    "rules", "line", "plain", "several", "truncated",
)  # fmt: skip
Door = tuple[tuple[str, ...], str, tuple[str, ...], str, str, tuple[str, ...], tuple[str, ...], str]


@mypyc_attr(acyclic=True)
@final
class AddressKey:
    """An address by parts, folded and in canonical words; empty where a part is unknown.

    What was merely written (case, punctuation, abbreviations) is not here, so equal keys are equal addresses. ``repr``
    shows which parts are set, never their content.

    Attributes:
        numbers: House numbers, such as ``"100"``, ``"26-28"``, ``"100 1/2"``; several where a building has its own.
        pre: Direction before the street name.
        name: Words of the street name.
        kind: Street type.
        post: Direction after the street type.
        extra: Words beside the street: building, property, firm.
        units: Units, sorted; ``"4"`` for an apartment or suite, ``"floor 4"``, ``"room 4"``, ``"building 4"``.
        box: Post box or route, such as ``"po 12"``.
        place: Words of the city; in one line, of everything after the street.
        region: Code of the region where it is known, else its folded name.
        postal_code: Postal code as its country writes it, without spaces and without extension.
        country: ISO 3166-1 alpha-2 in lower case, or folded text; empty where none was given.
        rules: Whose rules it was read by; guessed where no country was given.
        line: Whether it was read out of one line, so that street and place may be cut at a wrong word.
        plain: Whether the street line was taken as plain words.
        several: Whether the street line holds more than one address.
        truncated: Whether a part was longer than its cap.
    """

    __slots__ = (
        "box", "country", "extra", "kind", "line", "name", "numbers", "place", "plain", "post", "postal_code", "pre",
        "region", "rules", "several", "truncated", "units",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913, PLR0917 - a record
        self, numbers: tuple[str, ...] = (), pre: str = "", name: tuple[str, ...] = (), kind: str = "", post: str = "",
        extra: tuple[str, ...] = (), units: tuple[str, ...] = (), box: str = "", place: tuple[str, ...] = (),
        region: str = "", postal_code: str = "", country: str = "", rules: str = "", *, line: bool = False,
        plain: bool = False, several: bool = False, truncated: bool = False,
    ) -> None:  # fmt: skip
        self.numbers = numbers
        self.pre = pre
        self.name = name
        self.kind = kind
        self.post = post
        self.extra = extra
        self.units = units
        self.box = box
        self.place = place
        self.region = region
        self.postal_code = postal_code
        self.country = country
        self.rules = rules
        self.line = line
        self.plain = plain
        self.several = several
        self.truncated = truncated

    def __eq__(self, other: object) -> bool:
        """Compare everything that was understood."""
        return isinstance(other, AddressKey) and self.members() == other.members()

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self.members())

    def __repr__(self) -> str:
        """Show which parts are set, never their content."""
        filled = [part for part, value in zip(PARTS, self.members(), strict=True) if value and part != "rules"]
        return f"AddressKey(<{', '.join(filled) or 'empty'}>)"

    def members(self) -> tuple[object, ...]:
        """Give everything in the order of ``PARTS``."""
        return (
            *self.door, self.place, self.region, self.postal_code, self.country, self.rules, self.line, self.plain,
            self.several, self.truncated,
        )  # fmt: skip

    def with_parts(self, **parts: Any) -> AddressKey:
        """Give the address with other parts."""
        members: dict[str, Any] = dict(zip(PARTS, self.members(), strict=True))
        return AddressKey(**members | parts)

    @property
    def door(self) -> Door:
        """What the street line says: all parts before the city."""
        return self.numbers, self.pre, self.name, self.kind, self.post, self.extra, self.units, self.box

    @property
    def text(self) -> str:
        """Canonical display form, five parts between bars; reading it gives an equal key."""
        between = READ if self.line else GIVEN
        parts = (self.street, " ".join(self.place), self.region, self.postal_code, self.country)
        return between.join(parts)

    @property
    def street(self) -> str:
        """The street line in canonical words; reading it gives the same parts."""
        if self.plain:
            line = " ".join((PLAIN, *self.name))
        else:
            numbers = ", ".join(self.numbers)
            name = list(map(_written, self.name))
            rules = rules_for(self.rules or DEFAULT)
            stands_first = self.kind in rules.first.values() and self.kind not in rules.types
            words = [self.pre, *([self.kind, *name] if stands_first else [*name, self.kind]), self.post]
            first = " ".join(word for word in (numbers, *words) if word)
            units = [_written_unit(unit) for unit in self.units]
            line = ", ".join(part for part in (first, *units, self.box, " ".join(self.extra)) if part)
        marks = [mark for mark, there in ((MANY, self.several), (CUT, self.truncated)) if there]
        return " ".join((line, *marks)).strip() if marks else line


def _written(word: str) -> str:
    """Write a number in a street name as an ordinal, so that it is not read as a house number."""
    if not word.isdecimal() or not word.isascii():
        return word
    return word + ("th" if word[-2:-1] == "1" else {"1": "st", "2": "nd", "3": "rd"}.get(word[-1], "th"))


def _written_unit(unit: str) -> str:
    """Write a unit with its word; one that has its own, or is a word itself ("rear"), as it is."""
    return unit if " " in unit or (unit.isalpha() and len(unit) > 1) else f"unit {unit}"
