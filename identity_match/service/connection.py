"""One connection: what is read of it and at what pace, in which order it is answered, and how it ends.

uvicorn's own protocol reads HTTP and keeps time between requests. What it lacks is here: limits of headers, of requests
that wait and of connections; answers in one packet and in the order of the requests, also where one of them cannot be
read; and an end that lets the client read its answer.
"""

from __future__ import annotations

import math
import re
from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import to_json
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from identity_match.service.answers import new_request_id
from identity_match.service.app import COMPLETE
from identity_match.service.faults import Code, RequestError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sized

    from identity_match.service.settings import Settings

MOST_WAITING = 100  # requests of one connection that wait for those before them; our choice: no client sends as many
LINGER_SECONDS = 2  # for which a client that still sends has time to read why it should not; our choice
_UPGRADE = re.compile(rb"(?i)(?<=\r\n)upgrade(?=:)")


class Corked:
    """A transport that sends what is written in one go: uvicorn writes headers and body one after the other.

    Args:
        transport: The transport.
        loop: Its event loop.
    """

    __slots__ = ("_held", "_lingering", "_loop", "_transport", "get_write_buffer_size", "lingers")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""
        self._lingering = False
        self.lingers = False  # whether the client may still be sending when this is closed
        self.get_write_buffer_size = transport.get_write_buffer_size

    def __getattr__(self, name: str) -> Any:
        """Be the transport in all else."""
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Tell whether nothing more is sent."""
        return self._lingering or self._transport.is_closing()

    def write(self, data: bytes) -> None:
        """Send with what was held, or hold it until the loop has nothing else to do."""
        if self._held:
            self._held += data
            self.flush()
        else:
            self._held = data
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Send what is held; the connection may have ended meanwhile."""
        if self._held and not self.is_closing():
            self._transport.write(self._held)
        self._held = b""

    def close(self) -> None:
        """Close when everything is sent; what is closed with unread bytes is reset, and the last answer may be lost."""
        if self.is_closing():
            return
        self.flush()
        if self.lingers and self._transport.can_write_eof():
            self._lingering = True
            self._transport.resume_reading()
            self._transport.write_eof()
            self._loop.call_later(LINGER_SECONDS, self._transport.close)
        else:
            self._transport.close()


class _Flow(FlowControl):
    """Flow control that reads nothing while requests wait: each answer would let hundreds more in.

    Args:
        transport: The transport.
        waiting: Requests that wait.
    """

    def __init__(self, transport: asyncio.Transport, waiting: Sized) -> None:
        super().__init__(transport)
        self._waiting = waiting

    def resume_reading(self) -> None:
        if not self._waiting:
            super().resume_reading()


def _answer(fault: RequestError) -> bytes:
    """Give an answer to what is no request of HTTP."""
    body = to_json(fault.body(new_request_id()))
    status = HTTPStatus(fault.status)
    head = f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"connection: close\r\n\r\n" + body


def protocol(settings: Settings) -> type[HttpToolsProtocol]:  # noqa: C901 - a class of short methods
    """Give uvicorn's protocol with what it lacks."""

    class Guarded(HttpToolsProtocol):
        """One connection."""

        _timer: asyncio.TimerHandle | None = None
        _in_head = True  # a request line or headers come next, or have begun
        _length = 0  # bytes since there was last a request's headers or a piece of a body
        _dropped = 0  # bytes that came after the answer to them
        _refused = False  # nothing more is read
        _last = b""  # what is written when all requests before it are answered
        _left = math.inf  # bytes of answers that the client had left to read when that was last looked at
        _watched = False

        def connection_made(self, transport: Any) -> None:
            self._corked = Corked(transport, self.loop)
            corked = cast("asyncio.Transport", self._corked)
            super().connection_made(corked)
            self.flow = _Flow(corked, self.pipeline)
            self._unanswered: deque[Any] = deque()  # uvicorn's cycles, in the order of their requests
            if len(self.connections) > settings.connections:
                self._refused = True
                transport.abort()
            else:
                self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._ready()
            self.pipeline.clear()
            for cycle in self._unanswered:
                cycle.disconnected = True
                cycle.message_event.set()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._refused or self._corked.is_closing():
                self._dropped += len(data)
                if self._dropped > settings.document_bytes:
                    self.transport.abort()
                return
            if self._in_head and b"pgrade:" in data:
                data = _without_upgrade(data)
            self._length += len(data)
            super().data_received(data)
            if self._timer is None and not self._unanswered and not self._refused:
                self._wait()  # the headers are not whole yet
            if self._length > settings.header_bytes:
                self._refuse_headers()

        def on_headers_complete(self) -> None:
            self._ready()
            self._length = self._dropped = 0
            if self._refused:
                return
            if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > settings.header_bytes:
                self._refuse_headers()
            elif len(self.pipeline) >= MOST_WAITING:
                self._refuse(b"")  # the client sends again what was not answered
            else:
                self._in_head = False
                super().on_headers_complete()
                if self.expect_100_continue:  # once it has an answer, nobody knows whether it sends the body
                    self.cycle.keep_alive = False
                self._unanswered.append(self.cycle)
                self._corked.lingers = True

        def on_body(self, body: bytes) -> None:
            self._length = 0
            if self._refused:
                return
            super().on_body(body)
            if self.cycle.response_complete:
                self._dropped += len(body)
                if self._dropped > settings.body_bytes:
                    self._refuse(b"")

        def on_message_complete(self) -> None:
            if not self._refused:
                self._in_head = True
                self._corked.lingers = False
                self.scope["extensions"] = {COMPLETE: {}}
                super().on_message_complete()

        def on_response_complete(self) -> None:
            self._unanswered.popleft()
            super().on_response_complete()
            self._left = math.inf
            if not self._watched:
                self._watch()
            if self._refused and not self._unanswered:
                self._end()

        def send_400_response(self, _: str) -> None:
            self._refuse(_answer(RequestError(Code.INVALID_HEADERS, "this is not HTTP")))

        def _watch(self) -> None:
            """End the connection of a client that reads nothing of its answer: what is closed waits for it for ever."""
            self._corked.flush()
            left = self.transport.get_write_buffer_size()
            self._watched = 0 < left < self._left
            if self._watched:
                self._left = left
                self.loop.call_later(settings.idle_seconds, self._watch)
            elif left:
                self.transport.abort()

        def _wait(self) -> None:
            """Give the client its time to send the headers of a request."""
            self._timer = self.loop.call_later(settings.header_seconds, self._late)

        def _ready(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _late(self) -> None:
            self._timer = None
            self._refused = True
            self.transport.abort()

        def _refuse_headers(self) -> None:
            self._refuse(_answer(RequestError(Code.INVALID_HEADERS, "they are too long", status=431)))

        def _refuse(self, answer: bytes) -> None:
            """Read nothing more, and end with an answer when those before it are written."""
            if self._refused:
                return
            self._ready()
            self._refused = True
            if not self._in_head and not self._unanswered:
                answer = b""  # the request whose body this is has its answer
            elif not self._in_head:
                self._forget(self._unanswered.pop())
            self._last = answer
            if not self._unanswered:
                self._end()

        def _forget(self, cycle: Any) -> None:
            """Let go of the last request, whose body cannot be read."""
            if self.pipeline and self.pipeline[0][0] is cycle:
                self.pipeline.popleft()
            cycle.disconnected = True
            cycle.message_event.set()

        def _end(self) -> None:
            if not self.transport.is_closing():
                self._corked.lingers = True
                if self._last:
                    self.transport.write(self._last)
                self.transport.close()

    return Guarded


def _without_upgrade(data: bytes) -> bytes:
    """Rename a header that asks for another protocol, which is not spoken here: the parser would skip the body."""
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"ignored", head) + end + rest
