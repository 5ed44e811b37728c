"""Match attempts: what came of a call, and how it gets to disk before the call is answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from identity_match.decide import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from identity_match.decide import Overall
    from identity_match.service.records import NewAttempt
    from identity_match.service.store import Store

PASS, FAIL, UNKNOWN = "PASS", "FAIL", "UNKNOWN"
MOST = 500  # attempts of one transaction; our choice: some milliseconds of work


def outcome(found: Sequence[tuple[str, Overall]]) -> tuple[str, str | None]:
    """Say what came of an attempt, by the decision on each account.

    Args:
        found: Account id and decision.

    Returns:
        ``PASS`` and the best account where one is a match, ``FAIL`` where none is and each was decided, else
        ``UNKNOWN``: somebody should look, there was too little to compare, or there was no account.
    """
    passed = [(overall.score or 0, account) for account, overall in found if overall.decision == Decision.MATCH]
    if passed:
        return PASS, max(passed, key=lambda pair: pair[0])[1]
    failed = found and all(overall.decision == Decision.NO_MATCH for _, overall in found)
    return (FAIL if failed else UNKNOWN), None


class Writer:
    """Writes attempts in batches: what comes in while one batch is written is the next one.

    So a disk that takes a millisecond for a transaction does not hold two hundred callers up one after the other, and
    each is answered after its own attempt is on disk.

    Args:
        store: Where to.
        executor: One thread of it writes.
    """

    def __init__(self, store: Store, executor: Executor) -> None:
        self._store = store
        self._executor = executor
        self._waiting: list[tuple[NewAttempt, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, attempt: NewAttempt) -> bool:
        """Write an attempt; False where its Item or client changed since they were read, and nothing was written."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((attempt, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._drain())
        return await done

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                try:
                    written = await loop.run_in_executor(
                        self._executor, self._store.add_attempts, [attempt for attempt, _ in batch]
                    )
                except Exception as fault:  # noqa: BLE001 - every caller is told, and none is answered
                    for _, done in batch:
                        if not done.done():
                            done.set_exception(fault)
                    continue
                for (_, done), fits in zip(batch, written, strict=True):
                    if not done.done():
                        done.set_result(fits)
        finally:
            self._writing = None
