"""A name repaired part by part until it is the other one: what each part cost is what its repair gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from identity_match.legal_name.align import family_place
from identity_match.legal_name.key import Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from identity_match.legal_name.key import NameKey
    from identity_match.legal_name.reading import Reading


def repairs(user: NameKey, owner: NameKey) -> Iterator[tuple[str, NameKey]]:
    """Give the owner's name with one part more taken from the user's, each with the part's name; last the whole."""
    mine, theirs = user.user, owner.holders[0]
    if mine.capacity != theirs.capacity:
        theirs = theirs.with_capacity(mine.capacity)
        yield "capacity", _held(owner, theirs)
    if not (mine.firm.detected or theirs.firm.detected):
        for part, reading in _readings(mine.person, theirs.person):
            theirs = Name(reading, theirs.firm, theirs.capacity)
            yield part, _held(owner, theirs)
    yield "name", _held(owner, mine)
    yield "written", user.with_holders((mine,))


def _held(owner: NameKey, name: Name) -> NameKey:
    return owner.with_holders((name,))


def _readings(user: Reading, owner: Reading) -> Iterator[tuple[str, Reading]]:
    owner = owner.with_generation(user.generation)
    yield "generation", owner
    mine, theirs = family_place(user), family_place(owner)
    owner = _joined(owner, (owner, 0, theirs), (user, mine, len(user.names)))
    yield "family", owner
    theirs = len(owner.names) - (len(user.names) - mine)
    owner = _joined(owner, (owner, 0, min(1, theirs)), (user, 1, len(user.names)))
    yield "middle", owner
    yield "given", user


def _joined(owner: Reading, *pieces: tuple[Reading, int, int]) -> Reading:
    """Put a reading together of pieces of readings; where a family name begins is the user's to say."""
    names = tuple(name for reading, start, end in pieces for name in reading.names[start:end])
    lead = tuple(word for reading, start, end in pieces for word in reading.lead[start:end])
    names, lead = names or owner.names, lead or owner.lead
    return owner.with_words(names, lead, linked=frozenset(), compound=owner.compound, family=None)


def parts(key: NameKey) -> dict[str, str]:
    """Give the words of a name by part, to be shown; of a line of several people, those of the first.

    >>> from identity_match.legal_name import normalize
    >>> parts(normalize("Ann M. Lee Jr"))
    {'given': 'ann', 'middle': 'm', 'family': 'lee', 'generation': '2'}
    """
    name = key.holders[0]
    reading = name.person
    if name.firm.detected:
        return {"name": " ".join(word.text for word in name.firm.words)}
    words = [f"{lead} {token.written}".strip() for lead, token in zip(reading.lead, reading.names, strict=True)]
    place = family_place(reading)
    shown = {
        "given": " ".join(words[: min(1, place)]), "middle": " ".join(words[1:place]),
        "family": " ".join(words[place:]), "generation": str(reading.generation or ""),
    }  # fmt: skip
    return {part: text for part, text in shown.items() if text}
