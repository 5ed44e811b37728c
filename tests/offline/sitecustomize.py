"""Block the network in this interpreter.

``conftest.py`` runs this file, and names its directory in ``PYTHONPATH``: Python itself imports a module of this name
when it starts, so every interpreter that a test starts, worker processes too, is blocked likewise. An audit hook sees
the calls of C code, too, and cannot be taken off; it does not see what is no Python, such as Java.
"""

from __future__ import annotations

import os
import sys

# What a socket can reach another one by, and what asks a server for a name. Source: the table of audit events in the
# documentation of Python.
CALLS = {
    "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname",
    "socket.getnameinfo", "socket.sendmsg", "socket.sendto",
}  # fmt: skip
LOOPBACK = "TESTS_MAY_USE_LOOPBACK"  # set where processes of a test speak to each other over 127.0.0.1


class NetworkBlockedError(BaseException):
    """Something tried to reach the network; no ``except Exception`` can hide it."""


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    # To take a port of this machine reaches nobody; urllib3 does it to see whether there is IPv6.
    may = event == "socket.bind" or LOOPBACK in os.environ
    if event in CALLS and not (may and _is_near(arguments)):
        message = "the tests, and the library, work without a network"
        raise NetworkBlockedError(message)


def _is_near(arguments: tuple[object, ...]) -> bool:
    """Tell whether a call names this machine by its loopback address, or a socket in the file system."""
    address = arguments[1] if not isinstance(arguments[0], str | bytes | None) else arguments
    host = address[0] if isinstance(address, tuple) else address
    return isinstance(host, str) and (host in ("localhost", "::1") or host.startswith(("127.", "/")))


sys.addaudithook(_refuse)
