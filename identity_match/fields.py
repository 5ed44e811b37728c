"""The four fields of an identity, in the order of the response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from identity_match import address, email_address, legal_name, phone_number

if TYPE_CHECKING:
    from identity_match.field import Field

FIELDS: tuple[Field, ...] = (legal_name.FIELD, phone_number.FIELD, email_address.FIELD, address.FIELD)
