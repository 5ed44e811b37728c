"""Score how well the identity a user typed matches the owners a bank has on file.

>>> from identity_match import score
>>> result = score({"legal_name": "Jenny Smith"}, [{"names": ["JENNIFER W SMITH"]}])
>>> result.legal_name.is_nickname_match
True
"""

from __future__ import annotations

import typing

from identity_match.errors import IdentityMatchError
from identity_match.match import Match, Matcher, match, score
from identity_match.records import Address, Owner, User

if typing.TYPE_CHECKING:
    from identity_match.batch import score_batches, score_table

__all__ = [
    "Address", "IdentityMatchError", "Match", "Matcher", "Owner", "User", "match", "score", "score_batches",
    "score_table",
]  # fmt: skip
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load what needs the extra ``arrow`` when it is first asked for."""
    if name in ("score_batches", "score_table"):
        from identity_match import batch  # noqa: PLC0415 - pyarrow is optional, and slow to load

        return getattr(batch, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
