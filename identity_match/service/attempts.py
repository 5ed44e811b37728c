"""Match attempts: what came of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from identity_match.decide import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from identity_match.decide import Overall

PASS, FAIL, UNKNOWN = "PASS", "FAIL", "UNKNOWN"


def outcome(found: Sequence[Overall]) -> tuple[str, int | None]:
    """Say what came of an attempt, by the decision on each account.

    Args:
        found: The decisions.

    Returns:
        ``PASS`` and the place of the best account where one is a match, ``FAIL`` where none is and each was decided,
        else ``UNKNOWN``: somebody should look, there was too little to compare, or there was no account.
    """
    passed = [(overall.score or 0, -place) for place, overall in enumerate(found) if overall.decision == Decision.MATCH]
    if passed:
        return PASS, -max(passed)[1]
    failed = found and all(overall.decision == Decision.NO_MATCH for overall in found)
    return (FAIL if failed else UNKNOWN), None
