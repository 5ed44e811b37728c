"""How addresses are compared: by parts, the same part with the same part.

``read`` turns a raw address into a key: ``street`` and ``line`` are its grammars, ``rules`` the tables of each country.
``compare`` turns two keys into an outcome.
"""

from __future__ import annotations

from typing import Final

from identity_match.address.compare import compare
from identity_match.address.key import AddressKey
from identity_match.address.outcome import AddressMatch
from identity_match.address.read import normalize
from identity_match.address.repairs import parts, repairs
from identity_match.field import Field

__all__ = ["FIELD", "AddressKey", "AddressMatch", "compare", "normalize"]

FIELD: Final[Field] = Field("address", "addresses", normalize, compare, AddressMatch, repairs, parts)
