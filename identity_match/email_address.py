"""Stub."""

from __future__ import annotations

from typing import NamedTuple

from identity_match.field import DEFAULT_OPTIONS, Field, Missing, Options, Reason


class EmailMatch(NamedTuple):
    """Stub."""

    score: int | None = None
    reasons: tuple[Reason, ...] = ()


def normalize(raw: str | None, options: Options = DEFAULT_OPTIONS) -> str | Missing:
    """Stub."""
    return raw or Missing.BLANK


def compare(user: str, owner: str) -> EmailMatch:
    """Stub."""
    return EmailMatch(100 if user == owner else 0)


FIELD = Field("email_address", "emails", normalize, compare, EmailMatch)
