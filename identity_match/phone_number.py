"""Stub."""

from __future__ import annotations

from typing import NamedTuple

from identity_match.field import DEFAULT_OPTIONS, Field, Missing, Options, Reason


class PhoneMatch(NamedTuple):
    """Stub."""

    score: int | None = None
    reasons: tuple[Reason, ...] = ()


def normalize(raw: str | None, options: Options = DEFAULT_OPTIONS) -> str | Missing:
    """Stub."""
    return raw or Missing.BLANK


def compare(user: str, owner: str) -> PhoneMatch:
    """Stub."""
    return PhoneMatch(100 if user == owner else 0)


FIELD = Field("phone_number", "phone_numbers", normalize, compare, PhoneMatch)
