"""The process in which a file is read: takes bytes from standard input, gives JSON on standard output, nothing else.

It limits itself before it looks at the file: memory, processor time, no files, no memory dumps. Where the operating
system has no such limits (Windows), the parent's limits of time and size still hold.
"""

from __future__ import annotations

import contextlib
import json
import math
import sys
from typing import Any

from identity_match.documents.extract import Settings, extract
from identity_match.documents.limits import Limits, Refusal
from identity_match.documents.pdf import read_pdf
from identity_match.errors import DocumentError

UNKNOWN_SIZE = 500_000_000  # bytes taken for what Python itself needs, where the system does not say; our choice


def answer(data: bytes, limits: Limits, settings: Settings) -> dict[str, Any]:
    """Read a file; give what ``extract`` gives, or ``{"refused": code}``."""
    try:
        return extract(read_pdf(data, limits), settings)
    except DocumentError as error:
        return {"refused": error.code}
    except MemoryError:
        return {"refused": Refusal.TOO_MUCH_MEMORY}
    except RecursionError:
        return {"refused": Refusal.DAMAGED}


def limit_self(limits: Limits) -> None:
    """Ask the operating system to hold the limits on this process."""
    try:
        import resource  # noqa: PLC0415 - Unix only
    except ImportError:
        return
    used = UNKNOWN_SIZE
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    seconds = math.ceil(limits.seconds)
    for name, most in (
        ("RLIMIT_AS", used + limits.memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
    ):
        number = getattr(resource, name, None)
        if number is not None:
            with contextlib.suppress(OSError, ValueError):  # a stricter limit is in force already
                resource.setrlimit(number, (most, most))


def main() -> None:
    """Read one line of settings and then the file; write the answer."""
    asked = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**asked["limits"])
    limit_self(limits)
    try:
        found = answer(sys.stdin.buffer.read(limits.size + 1), limits, Settings(**asked["settings"]))
    except MemoryError:
        found = {"refused": Refusal.TOO_MUCH_MEMORY}
    sys.stdout.buffer.write(json.dumps(found).encode("ascii"))
