"""The key of a name: what was understood, ready to be compared."""

from __future__ import annotations

from typing import NamedTuple

from identity_match.legal_name import firm
from identity_match.legal_name.firm import Firm
from identity_match.legal_name.reading import Reading


class Name(NamedTuple):
    """One name, read as a person's and as a firm's; ``personal``: at least one word is a known given name."""

    person: Reading
    firm: Firm
    personal: bool
    capacity: str = ""

    def as_firm(self) -> Name:
        """Give the name with its words read as a firm's, if they were not before."""
        if self.firm is not firm.PLAIN:
            return self
        words, family = [name.text for name in self.person.names], self.person.family or 0
        return self._replace(firm=firm.plain(words[family:] + words[:family]))


class NameKey(NamedTuple):
    """A legal name's normal form; equality ignores how it was written.

    Attributes:
        written: Cleaned text in lower case; equal means equal as written.
        marks: What cleaning had to do.
        clear: Nothing is to be said of the text as a whole: ASCII, no marks, no formulas or markup.
        user: The one person or firm it names when a user typed it.
        several: All names, if a user's line names several.
        holders: The people and firms it names when a bank printed it.
    """

    written: str
    marks: tuple[str, ...]
    clear: bool
    user: Name
    several: tuple[Name, ...]
    holders: tuple[Name, ...]

    def __eq__(self, other: object) -> bool:
        """Compare what was understood, not how it was written."""
        return isinstance(other, NameKey) and self[3:] == other[3:]

    def __ne__(self, other: object) -> bool:
        """Compare as ``==`` does; a tuple's own would look at every member."""
        return not self == other

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self[3:])

    def __repr__(self) -> str:
        """Show how many names were read, never one of them."""
        return f"NameKey(<{len(self.holders)} holders>)"

    @property
    def text(self) -> str:
        """Display form; normalizing it gives an equal key."""
        return self.written
