"""Asking the process in which users are scored, which is started when it is needed, and anew where it ended."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, cast

from identity_match import apart
from identity_match.service.faults import place_of
from identity_match.service.scorer import Lines

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger("identity_match.service")
MOST_TOLD = 4_096  # Items whose keys the process keeps; our choice: some ten kilobytes each
STUCK_SECONDS = 30  # for which a question may be the next one to be answered; our choice: a thousand matches take less


class ScorerEnded(Exception):  # noqa: N818 - what happened
    """The process ended before it answered."""


class Scoring:
    """Asks the process in which users are scored.

    Args:
        default_country: As for ``Matcher``.
    """

    def __init__(self, default_country: str) -> None:
        self._command = apart.command("identity_match.service.scorer", default_country)
        self._run: _Run | None = None
        self._starting: asyncio.Task[None] | None = None

    def ask(
        self, item: int, told: Callable[[], bytes], question: bytes, then: Callable[[bytes | Exception], None]
    ) -> None:
        """Ask a question.

        Args:
            item: Number of the Item.
            told: Gives the line that tells of the Item; called where the process does not know it.
            question: The line that asks.
            then: Called with the answer, or with what went wrong.
        """
        if self._run is None or self._run.ended:
            self._run = _Run()
            self._starting = asyncio.get_running_loop().create_task(_start(self._run, self._command))
        self._run.ask(item, told, question, then)

    async def close(self) -> None:
        """End the process; questions without an answer get none."""
        if self._starting is not None and self._run is not None:
            await self._starting
            await self._run.close()


async def _start(run: _Run, command: list[str]) -> None:
    try:
        await asyncio.get_running_loop().subprocess_exec(
            lambda: run, *command, stdin=-1, stdout=-1, stderr=None, env=apart.environment()
        )
    except Exception as fault:  # noqa: BLE001 - all who wait are told
        LOG.error("the process that scores users cannot be started: %s", place_of(fault))  # noqa: TRY400 - shows values
        run.end()


class _Run(asyncio.SubprocessProtocol):
    """One run of the process."""

    def __init__(self) -> None:
        self._over = asyncio.Event()
        self._closing = False
        self._transport: asyncio.SubprocessTransport | None = None
        self._unsent: list[bytes] = []
        self._told: OrderedDict[int, None] = OrderedDict()
        self._waiting: deque[Callable[[bytes | Exception], None]] = deque()
        self._lines = Lines()

    def ask(
        self, item: int, told: Callable[[], bytes], question: bytes, then: Callable[[bytes | Exception], None]
    ) -> None:
        """Ask as ``Scoring.ask`` does."""
        if item in self._told:
            self._told.move_to_end(item)
        else:
            self._say(told())
            self._told[item] = None
            if len(self._told) > MOST_TOLD:
                self._say(b"[%d]" % self._told.popitem(last=False)[0])
        self._say(question)
        self._waiting.append(then)

    def _say(self, line: bytes) -> None:
        """Send a line with all others of this turn of the loop: each piece sent wakes the process."""
        if not self._unsent and self._transport is not None:
            asyncio.get_running_loop().call_soon(self._send)
        self._unsent += (line, b"\n")

    def _send(self) -> None:
        if self._transport is not None:
            pipe = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))
            if not pipe.is_closing():  # else all who wait are told soon
                pipe.write(b"".join(self._unsent))
        self._unsent.clear()

    @property
    def ended(self) -> bool:
        """Whether there is no process, and none is about to be."""
        return self._over.is_set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what was said before the process was there."""
        self._transport = cast("asyncio.SubprocessTransport", transport)
        self._send()
        self._look(None)

    def _look(self, next_one: object) -> None:
        """End a process that is stuck: who waited when this was last looked at would wait for ever, and all others."""
        if self.ended or self._transport is None:
            return
        first = self._waiting[0] if self._waiting else None
        if first is not None and first is next_one:
            self._transport.kill()
        asyncio.get_running_loop().call_later(STUCK_SECONDS, self._look, first)

    def pipe_data_received(self, fd: int, data: bytes) -> None:  # noqa: ARG002 - standard output, the only one
        """Hand answers on."""
        for line in self._lines.feed(data):
            self._waiting.popleft()(line)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - there is none
        """Tell all who wait."""
        if self._transport is not None:
            if not self._closing:
                LOG.error("the process that scores users ended with status %s", self._transport.get_returncode())
            self._transport.close()
        self.end()

    def end(self) -> None:
        """Answer nothing any more."""
        self._over.set()
        while self._waiting:
            self._waiting.popleft()(ScorerEnded())

    async def close(self) -> None:
        """End the process, and wait for its end."""
        self._closing = True
        if self._transport is not None:
            self._transport.close()
            await self._over.wait()
