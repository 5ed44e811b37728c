"""Calls that wait for the disk, made together.

What comes in while one batch waits for the disk is the next one. So a disk that takes a millisecond for a transaction
does not hold two hundred callers up one after the other, and each is answered after its own work is done.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Q = TypeVar("Q")
A = TypeVar("A")
MOST = 500  # questions of one call; our choice: some milliseconds of work


class Batches(Generic[Q, A]):
    """Gathers single calls into calls for many, in a thread of its own.

    Args:
        call: Gives the answers to a list of questions, in its order.
        name: Of the thread.
    """

    def __init__(self, call: Callable[[list[Q]], list[A]], name: str) -> None:
        self._call = call
        self._thread = ThreadPoolExecutor(1, name)
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._working: asyncio.Task[None] | None = None

    def ask(self, question: Q) -> asyncio.Future[A]:
        """Promise the answer to one question; what the call raises is raised for each of its questions."""
        done: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self.put(question, done)
        return done

    def put(self, question: Q, done: asyncio.Future[A]) -> None:
        """Take in a question whose answer somebody waits for."""
        self._waiting.append((question, done))
        if self._working is None:
            self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                try:
                    answers = await loop.run_in_executor(self._thread, self._call, [question for question, _ in batch])
                except Exception as fault:  # noqa: BLE001 - every caller is told
                    for _, done in batch:
                        if not done.done():
                            done.set_exception(fault)
                    continue
                for (_, done), answer in zip(batch, answers, strict=True):
                    if not done.done():  # its caller may be gone
                        done.set_result(answer)
        finally:
            self._working = None

    def close(self) -> None:
        """Wait for what is under way."""
        self._thread.shutdown()
