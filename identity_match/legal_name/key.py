"""The key of a name: what was understood, ready to be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, final

from identity_match.legal_name import firm
from identity_match.native import mypyc_attr

if TYPE_CHECKING:
    from identity_match.legal_name.firm import Firm
    from identity_match.legal_name.reading import Reading


@mypyc_attr(acyclic=True)
@final
class Name:
    """One name, read as a person's and as a firm's."""

    __slots__ = ("_personal", "capacity", "firm", "person")

    def __init__(self, person: Reading, firm: Firm, capacity: str = "") -> None:
        self.person = person
        self.firm = firm
        self.capacity = capacity
        self._personal: bool | None = None

    def __eq__(self, other: object) -> bool:
        """Compare what was understood."""
        return isinstance(other, Name) and self._members() == other._members()

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self._members())

    def _members(self) -> tuple[object, ...]:
        return self.person, self.firm, self.capacity

    @property
    def personal(self) -> bool:
        """At least one word is a known given name."""
        found = self._personal
        if found is None:
            names = self.person.names
            found = names[0].gender != "" or any(name.gender and len(name.text) > 2 for name in names)
            self._personal = found
        return found

    def with_capacity(self, capacity: str) -> Name:
        """Give the name held in a capacity."""
        return Name(self.person, self.firm, capacity) if capacity != self.capacity else self

    def as_firm(self) -> Name:
        """Give the name with its words read as a firm's, if they were not before."""
        if self.firm is not firm.PLAIN:
            return self
        words, family = [name.text for name in self.person.names], self.person.family or 0
        return Name(self.person, firm.plain(words[family:] + words[:family]), self.capacity)


Claims = Callable[[], tuple[Name, tuple[Name, ...]]]
Holds = Callable[[], tuple[Name, ...]]


@mypyc_attr(acyclic=True)
@final
class NameKey:
    """A legal name's normal form; equality ignores how it was written.

    Args:
        written: Cleaned text in lower case; equal means equal as written.
        user: The one person or firm it names when a user typed it; or what gives that, and all names if there are
            several, when it is first asked for.
        holders: The people and firms it names when a bank printed it; or what gives them.
        several: All names, if a user's line names several.
        marks: What cleaning had to do.
        clear: Nothing is to be said of the text as a whole: ASCII, no marks, no formulas or markup.
    """

    __slots__ = ("_claims", "_holders", "_holds", "_several", "_user", "clear", "marks", "written")

    def __init__(  # noqa: PLR0913 - a record
        self, written: str, user: Name | Claims, holders: tuple[Name, ...] | Holds, *, several: tuple[Name, ...] = (),
        marks: tuple[str, ...] = (), clear: bool,
    ) -> None:  # fmt: skip
        self.written = written
        self.marks = marks
        self.clear = clear
        self._several = several
        self._user: Name | None = None
        self._claims: Claims | None = None
        self._holders: tuple[Name, ...] | None = None
        self._holds: Holds | None = None
        if isinstance(user, Name):
            self._user = user
        else:
            self._claims = user
        if isinstance(holders, tuple):
            self._holders = holders
        else:
            self._holds = holders

    @property
    def user(self) -> Name:
        """The one person or firm it names when a user typed it."""
        found = self._user
        if found is None:
            assert self._claims is not None
            found, self._several = self._claims()
            self._user = found
        return found

    @property
    def several(self) -> tuple[Name, ...]:
        """All names, if a user's line names several."""
        _ = self.user
        return self._several

    @property
    def holders(self) -> tuple[Name, ...]:
        """The people and firms it names when a bank printed it."""
        found = self._holders
        if found is None:
            assert self._holds is not None
            found = self._holders = self._holds()
        return found

    def __eq__(self, other: object) -> bool:
        """Compare what was understood, not how it was written."""
        return isinstance(other, NameKey) and self._members() == other._members()

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self._members())

    def _members(self) -> tuple[object, ...]:
        return self.user, self.several, self.holders

    def with_holders(self, holders: tuple[Name, ...]) -> NameKey:
        """Give the key with other people and firms."""
        return NameKey(self.written, self.user, holders, several=self.several, marks=self.marks, clear=self.clear)

    def __repr__(self) -> str:
        """Show how many names were read, never one of them."""
        return f"NameKey(<{len(self.holders)} holders>)"

    @property
    def text(self) -> str:
        """Display form; normalizing it gives an equal key."""
        return self.written
