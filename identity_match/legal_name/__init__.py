"""Stub."""

from __future__ import annotations

from typing import NamedTuple

from identity_match.field import DEFAULT_OPTIONS, Field, Missing, Options, Reason


class NameMatch(NamedTuple):
    """Stub."""

    score: int | None = None
    is_first_name_or_last_name_match: bool | None = None
    is_nickname_match: bool | None = None
    is_business_name_detected: bool | None = None
    reasons: tuple[Reason, ...] = ()


def normalize(raw: str | None, options: Options = DEFAULT_OPTIONS) -> str | Missing:
    """Stub."""
    return raw or Missing.BLANK


def compare(user: str, owner: str) -> NameMatch:
    """Stub."""
    return NameMatch(100 if user == owner else 0, False, False, False)


FIELD = Field("legal_name", "names", normalize, compare, NameMatch)
