"""Score how well the identity a user typed matches the owners a bank has on file.

>>> from identity_match import score
>>> result = score({"legal_name": "Jenny Smith"}, [{"names": ["JENNIFER W SMITH"]}])
>>> result.legal_name.is_nickname_match
True
"""

from __future__ import annotations

from identity_match.errors import IdentityMatchError
from identity_match.match import Match, Matcher, match, score
from identity_match.records import Address, Owner, User

__all__ = ["Address", "IdentityMatchError", "Match", "Matcher", "Owner", "User", "match", "score"]
__version__ = "0.1.0"
