"""What stands before the application: names that are answered."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from identity_match.service.settings import is_loopback

if TYPE_CHECKING:
    from starlette.types import Scope

    from identity_match.service.settings import Settings


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
