"""How much of an uploaded file is read at most, and why one is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from identity_match.errors import DocumentError


class Limits(NamedTuple):
    """What reading one file may cost; every bound is our choice unless a source is named.

    Attributes:
        size: Bytes of the file. Statements have some hundred kilobytes; a scanned one has a few megabytes.
        pages: Pages of the file; a year of a busy firm's account has about this many.
        seconds: Wall time from the call to the answer, the start of the process included. A page takes some 20 ms.
        memory: Bytes that the reading process may allocate beside what Python and its modules need. Held by the
            operating system where it has ``RLIMIT_AS`` (Linux and most Unix; neither Windows nor, in practice, macOS).
        glyphs: Characters drawn, and strings drawn, on all pages together; a full page has about 4,000.
        nodes: Nodes of the page tree, as a multiple of ``pages``.
        depth: Levels of the page tree.
    """

    size: int = 20_000_000
    pages: int = 100
    seconds: float = 4.5
    memory: int = 250_000_000
    glyphs: int = 250_000
    nodes: int = 4
    depth: int = 32


LIMITS = Limits()


class Refusal(StrEnum):
    """Why a file is refused."""

    NOT_A_PDF = "not_a_pdf"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MUCH_CONTENT = "too_much_content"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    DAMAGED = "damaged"
    NO_TEXT = "no_text"


# Sentences are fixed: they end in logs, so they hold nothing of the file.
REFUSALS = {
    Refusal.NOT_A_PDF: "the file is no PDF",
    Refusal.ENCRYPTED: "the file opens only with a password",
    Refusal.TOO_LARGE: "the file is larger than the limit",
    Refusal.TOO_MANY_PAGES: "the file has more pages than the limit",
    Refusal.TOO_MUCH_CONTENT: "the pages draw more characters than the limit",
    Refusal.TOO_SLOW: "reading the file took longer than the limit",
    Refusal.TOO_MUCH_MEMORY: "reading the file took more memory than the limit",
    Refusal.DAMAGED: "the file is damaged, and is not repaired: another program might repair it into something else",
    Refusal.NO_TEXT: "the pages show no text, as in a scan; recognising text in pictures is not part of this library",
}


def refusal(code: Refusal) -> DocumentError:
    """Make the error for a reason.

    >>> str(refusal(Refusal.NOT_A_PDF))
    'not_a_pdf: the file is no PDF'
    """
    return DocumentError(code.value, REFUSALS[code])
