"""Fields that remember what they gave: the same scores, and nothing is worked out twice.

What is remembered is personal data, held in memory for as long as the ``Memory`` lives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from identity_match.field import Field, values_of
from identity_match.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from identity_match.field import Options
    from identity_match.records import Owner


# Comparisons by which it is decided that one in so many must be repeated; our choice.
ENOUGH: Final = 1_000
REPEATS: Final = 10


class Remembered:
    """One field's ``normalize`` and ``compare``, remembered; pairs by the identity of their two keys.

    The options must always be the same. Pairs are remembered only while some are met again: where each comes once, as
    among the candidates of a search, keeping them costs more than it saves.

    Args:
        f: The field.
        most: Values, and pairs, at which everything is forgotten.

    Attributes:
        field: The field that remembers, of pairs only while some are met again.
    """

    __slots__ = ("_asked", "_below", "_keys", "_known", "_most", "_pairs", "_plain", "_whole", "field")

    def __init__(self, f: Field, most: int) -> None:
        self._plain = f
        self._most = most
        self._keys: dict[Any, Any] = {}
        self._pairs: dict[tuple[int, int], tuple[Any, Any, Any]] = {}
        self._asked = self._known = 0
        self._below: dict[Any, Any] = {}
        self._whole = self.field = f.with_functions(self.normalize, self.compare)

    def normalize(self, raw: Any, options: Options) -> Any:
        """Give the key of a raw value."""
        key = self._keys.get(raw)
        if key is None:
            key = self._below.get(raw)
            if key is None:
                if len(self._keys) >= self._most:
                    self.forget()
                key = self._keys[raw] = self._plain.normalize(raw, options)
        return key

    def stand_on(self, below: Remembered) -> None:
        """Use the keys of another memory of the field from now on."""
        self._below = below._keys

    def forget(self) -> None:
        """Forget everything; what stands below is kept."""
        self._keys.clear()
        self._pairs.clear()
        self._asked = self._known = 0
        self.field = self._whole

    def compare(self, user: Any, owner: Any) -> Any:
        """Give the outcome of two keys."""
        if self._asked >= ENOUGH and self._known * REPEATS < self._asked:
            self.field = self._plain.with_functions(self.normalize, self._plain.compare)
            return self._plain.compare(user, owner)
        pair = (id(user), id(owner))
        found = self._pairs.get(pair)
        self._asked += 1
        self._known += found is not None
        if found is None:
            if len(self._pairs) >= self._most:
                self._pairs.clear()
            # The keys are held, too, so that no other key can come to have their identities.
            found = self._pairs[pair] = (self._plain.compare(user, owner), user, owner)
        return found[0]


class Memory:
    """All four fields, remembering.

    Args:
        most: As for ``Remembered``.

    Attributes:
        fields: The fields, in the order of the response.
    """

    __slots__ = ("_remembered", "fields")

    _remembered: tuple[Remembered, ...]

    def __init__(self, most: int = 1 << 13) -> None:
        self._remembered = tuple(Remembered(f, most) for f in FIELDS)
        self.fields = tuple(remembered.field for remembered in self._remembered)

    def stand_on(self, below: Memory) -> None:
        """Use from now on what another memory knows, to which nothing is added."""
        for own, lower in zip(self._remembered, below._remembered, strict=True):
            own.stand_on(lower)

    def forget(self) -> None:
        """Forget everything; what stands below is kept."""
        for remembered in self._remembered:
            remembered.forget()

    def add_owners(self, owners: Sequence[Owner], options: Options) -> None:
        """Remember the keys of all values of an account's owners."""
        for f in self.fields:
            for _, raw in values_of(f, owners):
                f.normalize(raw, options)
