"""What stands before the application: names that are answered, and connections that are let in, at what pace."""

from __future__ import annotations

import ipaddress
import math
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from identity_match.service.app import COMPLETE
from identity_match.service.settings import is_loopback

if TYPE_CHECKING:
    import asyncio

    from starlette.types import Scope

    from identity_match.service.settings import Settings

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Doorman:
    """Tells requests whose Host is ours: a page of another site may have had its name pointed at this machine.

    Args:
        settings: Settings.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admitted: set[bytes] = set()  # headers seen before, so that most requests cost a look

    def admits(self, scope: Scope) -> bool:
        """Tell whether a request names us, once."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return False
        if hosts[0] not in self._admitted:
            if not answers_to(hosts[0].decode("latin-1"), self._settings):
                return False
            if len(self._admitted) < 100:
                self._admitted.add(hosts[0])
        return True


def answers_to(host: str, settings: Settings) -> bool:
    """Tell whether a header Host names this service: an address, a loopback name, or one of the settings.

    >>> from identity_match.service.settings import Settings
    >>> [answers_to(host, Settings()) for host in ("127.0.0.1:8080", "localhost", "[::1]:80", "evil.test", "10.0.0.1")]
    [True, True, True, False, False]
    """
    host = host.lower()
    name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    name = name if colon else host
    if colon and not (port.isascii() and port.isdigit()):
        return False
    if is_loopback(name) or name in settings.names:
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return settings.allow_remote  # an address cannot be pointed at another machine


class Corked:
    """A transport that sends what is written in one go: uvicorn writes headers and body one after the other.

    Args:
        transport: The transport.
        loop: Its event loop.
    """

    __slots__ = ("_held", "_loop", "_transport", "get_write_buffer_size", "is_closing")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""
        self.is_closing = transport.is_closing
        self.get_write_buffer_size = transport.get_write_buffer_size

    def __getattr__(self, name: str) -> Any:
        """Be the transport in all else."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send with what was held, or hold it until the loop has nothing else to do."""
        if self._held:
            self._transport.write(self._held + data)
            self._held = b""
        else:
            self._held = data
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Send what is held."""
        if self._held:
            self._transport.write(self._held)
            self._held = b""

    def close(self) -> None:
        """Close when everything is sent."""
        self.flush()
        self._transport.close()


def protocol(settings: Settings) -> type[HttpToolsProtocol]:  # noqa: C901 - a class of short methods
    """Give uvicorn's protocol with limits that it lacks: time and length of headers, and connections at a time."""

    class Guarded(HttpToolsProtocol):
        """One connection."""

        _timer: asyncio.TimerHandle | None = None
        _length = 0  # bytes since there was last a request's headers or a piece of a body that is wanted
        _refused = False
        _unread = math.inf  # bytes of answers that the client had left to read when that was last looked at
        _watched = False

        def connection_made(self, transport: Any) -> None:
            self._corked = Corked(transport, self.loop)
            super().connection_made(cast("asyncio.Transport", self._corked))
            if len(self.connections) > settings.connections:
                self._refused = True
                transport.abort()
            else:
                self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._ready()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._refused:
                return
            self._length += len(data)
            super().data_received(data)
            if self._timer is None and self._idle() and not self._refused:
                self._wait()  # the headers are not whole yet
            if self._length > settings.header_bytes:
                self._refuse()

        def on_headers_complete(self) -> None:
            self._ready()
            self._length = 0
            if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > settings.header_bytes:
                self._refuse()
            else:
                super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            if not self._idle():
                self._length = 0
            if not self._refused:
                super().on_body(body)

        def on_message_complete(self) -> None:
            if not self._refused:
                self.scope["extensions"] = {COMPLETE: {}}
                super().on_message_complete()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._unread = math.inf
            if not self._watched:
                self._watch()

        def _watch(self) -> None:
            """End the connection of a client that reads nothing of its answer: what is closed waits for it for ever."""
            self._corked.flush()
            left = self.transport.get_write_buffer_size()
            self._watched = 0 < left < self._unread
            if self._watched:
                self._unread = left
                self.loop.call_later(settings.idle_seconds, self._watch)
            elif left:
                self.transport.abort()

        def _idle(self) -> bool:
            cycle: Any = self.cycle  # None before the first request, whatever its annotation says
            return cycle is None or cycle.response_complete

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

        def _refuse(self) -> None:
            self._ready()
            if not self._refused:
                self._refused = True
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    return Guarded
