"""An address repaired part by part until it is the other one: what each part cost is what its repair gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from identity_match.address.key import AddressKey

# Parts in the order of repair, and the members of a key that belong to each.
_STEPS: Final = (
    ("unit", ("units",)),
    ("box", ("box",)),
    ("number", ("numbers",)),
    ("direction", ("pre", "post")),
    ("type", ("kind",)),
    ("street", ("name", "extra", "several", "plain")),
    ("city", ("place",)),
    ("region", ("region",)),
    ("postal_code", ("postal_code",)),
    ("country", ("country", "rules")),
)


def repairs(user: AddressKey, owner: AddressKey) -> Iterator[tuple[str, AddressKey]]:
    """Give the owner's address with one part more taken from the user's, each with the part's name; last the whole."""
    for part, members in _STEPS:
        owner = owner.with_parts(**{member: getattr(user, member) for member in members})
        yield part, owner
    yield "written", user


def parts(key: AddressKey) -> dict[str, str]:
    """Give the words of an address by part, to be shown.

    >>> from identity_match.address import normalize
    >>> parts(normalize("100 Main Street Apt 4, Reno NV 89501"))["street"]
    'main street'
    """
    shown = {
        "number": ", ".join(key.numbers), "direction": f"{key.pre} {key.post}".strip(),
        "street": " ".join([*key.name, key.kind]).strip(), "unit": ", ".join(key.units), "box": key.box,
        "city": " ".join(key.place), "region": key.region, "postal_code": key.postal_code, "country": key.country,
    }  # fmt: skip
    return {part: text for part, text in shown.items() if text}
