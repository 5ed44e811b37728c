"""Hand a file to a process of its own, and take the answer or the refusal from it."""

from __future__ import annotations

import json
import signal
import subprocess
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from identity_match import apart
from identity_match.documents.limits import Refusal, refusal
from identity_match.errors import MissingExtraError

if TYPE_CHECKING:
    from identity_match.documents.extract import Settings
    from identity_match.documents.limits import Limits


def read_apart(data: bytes, limits: Limits, settings: Settings) -> dict[str, Any]:
    """Read a file in a process of its own; it is killed when its time is over.

    The file and the answer go through pipes, as bytes and as JSON: nothing is written to disk and nothing unpickled.

    Raises:
        DocumentError: The file is refused.
        MissingExtraError: pdfminer.six is not installed.
    """
    if find_spec("pdfminer") is None:
        message = "reading statements needs pdfminer.six: pip install 'identity-match[documents]'"
        raise MissingExtraError(message)
    asked = json.dumps({"limits": limits._asdict(), "settings": settings._asdict()}).encode("ascii")
    with subprocess.Popen(  # noqa: S603 - our own interpreter, our own code
        apart.command("identity_match.documents.child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=apart.environment(),
    ) as process:
        try:
            out, _ = process.communicate(asked + b"\n" + data, timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            out = b""
            process.kill()
            process.communicate()
            late = True
        except BaseException:
            process.kill()
            raise
        else:
            late = False
    return _checked(out, process.returncode, late=late)


def _checked(out: bytes, status: int, *, late: bool) -> dict[str, Any]:
    """Take the answer, or say why there is none."""
    if late or -status in (getattr(signal, "SIGXCPU", None), getattr(signal, "SIGKILL", None)):
        raise refusal(Refusal.TOO_SLOW)
    try:
        found = json.loads(out)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise refusal(Refusal.DAMAGED)  # the parser took its process down
    if "refused" in found:
        raise refusal(next((code for code in Refusal if code == found["refused"]), Refusal.DAMAGED))
    return found
