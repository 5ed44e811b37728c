"""Stub."""

from __future__ import annotations

from typing import NamedTuple

from identity_match.field import DEFAULT_OPTIONS, Field, Missing, Options, Reason
from identity_match.records import Address


class AddressMatch(NamedTuple):
    """Stub."""

    score: int | None = None
    is_postal_code_match: bool | None = None
    reasons: tuple[Reason, ...] = ()


def normalize(raw: Address | str | None, options: Options = DEFAULT_OPTIONS) -> Address | str | Missing:
    """Stub."""
    return raw or Missing.BLANK


def compare(user: Address, owner: Address) -> AddressMatch:
    """Stub."""
    return AddressMatch(100 if user == owner else 0, None)


FIELD = Field("address", "addresses", normalize, compare, AddressMatch)
