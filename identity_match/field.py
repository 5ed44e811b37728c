"""What a field is, what a comparison yields, and how a similarity becomes a score.

A field is two functions. ``normalize`` turns raw text into a key or says why there is none; it is total, pure and
bounded in time. ``compare`` turns two keys into an outcome: a score, flags and reasons. Everything that decides how
alike two values are lives in these two; the rest of the library only moves data through them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol, final

from identity_match import tables
from identity_match.errors import IdentityMatchError

FLAG_PREFIX: Final = "is_"


class Missing(StrEnum):
    """Why a raw value has no key; it is compared with nothing and scores None.

    A member is false in a condition, as None would be.
    """

    BLANK = "blank"  # None, NaN, empty, white space, or nothing left after normalization
    PLACEHOLDER = "placeholder"  # "N/A", "unknown", "Account Holder", 0000000000
    MASKED = "masked"  # the bank hid part of the value
    SEVERAL = "several_values"  # two phone numbers or two mailboxes in one text
    UNREADABLE = "unreadable"  # digits where a name belongs, a street where a phone number belongs
    SHORT = "short"  # a part of a phone number
    TOO_LONG = "too_long"  # longer than the field's cap

    def __bool__(self) -> bool:
        return False


class Reason(NamedTuple):
    """One thing that happened in a comparison.

    Attributes:
        code: Stable word such as ``"nickname"``.
        part: Which part of the value, such as ``"given"`` or ``"unit"``; empty where the whole is meant.
    """

    code: str
    part: str = ""


FAILED: Final = Reason("failed")  # a library that reads or compares values failed, or we did: no fault of the values


class Outcome(Protocol):
    """What ``compare`` yields: every field's outcome has these two members, then its own flags."""

    @property
    def score(self) -> int | None:
        """0..100, or None where a side has no value."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What happened, in the order it was found."""


class Options(NamedTuple):
    """What a caller may configure; the same for every field.

    Attributes:
        default_country: ISO 3166-1 alpha-2 country assumed where a phone number or an address names none.
        nicknames: Additional nicknames, given name to its short forms; lower case, folded.
    """

    default_country: str = "US"
    nicknames: Mapping[str, frozenset[str]] = MappingProxyType({})

    def __repr__(self) -> str:
        """Show the country; of the nicknames only how many names have some."""
        return f"Options(default_country={self.default_country!r}, nicknames=<{len(self.nicknames)}>)"


DEFAULT_OPTIONS: Final = Options()


@final
class Field:
    """One field of an identity: how its values are read and how two of them are compared.

    Attributes:
        name: Key of the response, such as ``"phone_number"``; also the attribute of ``User``.
        owner_values: Attribute of ``Owner`` that holds the values, such as ``"phone_numbers"``.
        normalize: Raw value to key, which is true in a condition, or to a ``Missing`` that says why there is none.
            Content never raises; what a library that fails raises goes through.
        compare: User's key and owner's key to an outcome. Raises likewise.
        outcome: The outcome's type; its members are the members of the response.
        repairs: User's key and owner's key to the owner's key with one part more taken from the user's each time, with
            the part's name; the last one is the user's. What a repair gives back is what its part had cost.
        parts: A key's words by part, to be shown.
    """

    __slots__ = ("compare", "name", "normalize", "outcome", "owner_values", "parts", "repairs")

    def __init__(  # noqa: PLR0913, PLR0917 - a record
        self,
        name: str,
        owner_values: str,
        normalize: Callable[[Any, Options], Any],
        compare: Callable[[Any, Any], Any],
        outcome: type[Any],
        repairs: Callable[[Any, Any], Iterator[tuple[str, Any]]],
        parts: Callable[[Any], dict[str, str]],
    ) -> None:
        self.name = name
        self.owner_values = owner_values
        self.normalize = normalize
        self.compare = compare
        self.outcome = outcome
        self.repairs = repairs
        self.parts = parts

    def with_functions(self, normalize: Callable[[Any, Options], Any], compare: Callable[[Any, Any], Any]) -> Field:
        """Give the field with other functions in place of the two that decide."""
        return Field(self.name, self.owner_values, normalize, compare, self.outcome, self.repairs, self.parts)

    def not_compared(self, reasons: tuple[Reason, ...]) -> Any:
        """Give the outcome of a field that was not compared: every member None, and the reasons why."""
        outcome: Any = self.outcome
        return _not_compared(outcome, reasons)

    @property
    def flags(self) -> tuple[str, ...]:
        """Names of the outcome's flags, in the order of the response."""
        return tuple(name for name in self.outcome._fields if name.startswith(FLAG_PREFIX))


@lru_cache(maxsize=1_000)  # reasons are few
def _not_compared(outcome: Any, reasons: tuple[Reason, ...]) -> Any:
    return outcome(**dict.fromkeys(outcome._fields) | {"reasons": reasons})


def to_score(similarity: float, *, top: int = 100) -> int:
    """Turn a similarity into a score: the only place where that happens.

    Floors, so that a value below a threshold never reaches it (69.57 is 69). A quantum of 1e-6 undoes what binary
    fractions do to a product such as 0.7 * 100.

    Args:
        similarity: 0..1; values outside are clamped.
        top: The highest score this comparison may reach, 0..100.

    >>> to_score(0.6957), to_score(0.7), to_score(1.0, top=99)
    (69, 70, 99)
    """
    return min(top, max(0, int(similarity * 100 + 1e-6)))


def order(outcome: Any) -> tuple[Any, ...]:
    """Give the total order by which the best outcome is chosen: score, then flags, then reasons.

    Two outcomes of equal rank are equal, so neither the order of owners nor the order of their values can matter. None
    ranks below every value, whatever that is.
    """
    return tuple((value is not None, value) for value in outcome)


class Source(NamedTuple):
    """Where a field's outcome comes from, by position; None where nothing was compared.

    Attributes:
        owner: Index into the owners.
        value: Index into that owner's values of the field.
    """

    owner: int | None = None
    value: int | None = None


NOWHERE: Final = Source()
FIRST: Final = Source(0, 0)


def values_of(f: Field, owners: Sequence[Any]) -> list[tuple[Source, Any]]:
    """List an account's values of one field, each with where it stands."""
    if len(owners) == 1 and len(values := getattr(owners[0], f.owner_values)) == 1:
        return [(FIRST, values[0])]
    return [
        (Source(i, j), raw) for i, owner in enumerate(owners) for j, raw in enumerate(getattr(owner, f.owner_values))
    ]


def field_outcome(
    f: Field,
    claimed: Any,
    held: Iterable[tuple[Source, Any]],
    options: Options,
) -> tuple[Any, Source]:
    """Give the best outcome of one field: the one definition of a score, for single calls and for columns.

    A failure, of a library or of our own, costs the whole field: a value that was read by half could score higher than
    it should. Nothing of it is kept, because it may hold the value.

    Args:
        f: The field, or one whose functions remember what they gave.
        claimed: The user's raw value.
        held: The owners' raw values, each with where it stands.
        options: Settings.

    Raises:
        TableError: A shipped table cannot be read.
    """
    try:
        return best_outcome(f, claimed, held, options)
    except IdentityMatchError:
        raise
    except Exception:  # noqa: BLE001 - whatever a library raises, SystemError and MemoryError included
        return f.not_compared((FAILED,)), NOWHERE


def best_outcome(
    f: Field,
    claimed: Any,
    held: Iterable[tuple[Source, Any]],
    options: Options,
) -> tuple[Any, Source]:
    """Give what ``field_outcome`` gives, but let a failure through."""
    mine = f.normalize(claimed, options)
    if not mine and isinstance(mine, Missing):  # a key is true, and the first question is the cheaper one
        return f.not_compared((Reason(mine, "user"),)), NOWHERE
    won, place = None, NOWHERE
    missing: list[Missing] = []
    for source, raw in held:
        key = f.normalize(raw, options)
        if not key and isinstance(key, Missing):
            missing.append(key)
            continue
        outcome = f.compare(mine, key)
        if won is None or order(outcome) > order(won):
            won, place = outcome, source
    if won is None:
        reasons = tuple(Reason(code, "owner") for code in sorted(set(missing) or {Missing.BLANK}))
        return f.not_compared(reasons), NOWHERE
    return won, place if won.score is not None else NOWHERE


def all_outcomes(
    fields: Iterable[Field], user: Sequence[Any], owners: Sequence[Any], options: Options
) -> tuple[list[Any], dict[str, Source]]:
    """Give the outcome of every field, and where each comes from.

    Args:
        fields: The fields, in the order of the user's members.
        user: The user's raw values.
        owners: The owners of one account.
        options: Settings.
    """
    outcomes: list[Any] = []
    sources: dict[str, Source] = {}
    for i, f in enumerate(fields):
        outcome, sources[f.name] = field_outcome(f, user[i], values_of(f, owners), options)
        outcomes.append(outcome)
    return outcomes, sources


def column_outcomes(f: Field, claimed: Sequence[Any], held: Sequence[Any], options: Options) -> list[Any]:
    """Give what ``field_outcome`` gives for rows whose owners hold one value each, without where it came from."""
    found: list[Any] = []
    for i, raw in enumerate(claimed):
        mine = _key(f, raw, options)
        found.append(_of_keys(f, mine, _key(f, held[i], options) if mine else None))
    return found


class Repeated(NamedTuple):
    """Values of rows in which they repeat.

    Attributes:
        values: Each distinct value once.
        places: For each row, the position of its value.
    """

    values: list[Any]
    places: list[int]


def repeated_outcomes(f: Field, claimed: Repeated, held: Repeated, options: Options) -> list[Any]:
    """Give what ``column_outcomes`` gives, reading each distinct value once."""
    mine = [_key(f, raw, options) for raw in claimed.values]
    theirs = [_key(f, raw, options) for raw in held.values]
    found: list[Any] = []
    other = held.places
    for i, place in enumerate(claimed.places):
        found.append(_of_keys(f, mine[place], theirs[other[i]]))
    return found


def _key(f: Field, raw: Any, options: Options) -> Any:
    """Read a value; None where that fails."""
    try:
        return f.normalize(raw, options)
    except IdentityMatchError:
        raise
    except Exception:  # noqa: BLE001 - as in ``field_outcome``
        return None


def _of_keys(f: Field, mine: Any, key: Any) -> Any:
    """Give the outcome of two keys."""
    if not (mine and key):
        if isinstance(mine, Missing):
            return f.not_compared((Reason(mine, "user"),))
        if mine is None or key is None:
            return f.not_compared((FAILED,))
        if isinstance(key, Missing):
            return f.not_compared((Reason(key, "owner"),))
    try:
        return f.compare(mine, key)
    except IdentityMatchError:
        raise
    except Exception:  # noqa: BLE001 - as in ``field_outcome``
        return f.not_compared((FAILED,))


def is_placeholder(folded: str, kind: str) -> bool:
    """Tell whether text stands for "no value", such as ``n/a`` or ``account holder``.

    Args:
        folded: Text in lower case, without accents, single spaces.
        kind: The field's name; entries of kind ``any`` apply to all.

    >>> is_placeholder("unknown", "legal_name"), is_placeholder("ann", "legal_name")
    (True, False)
    """
    return folded in _placeholders(kind)


@cache
def _placeholders(kind: str) -> frozenset[str]:
    return tables.words("placeholders", kind="any") | tables.words("placeholders", kind=kind)
