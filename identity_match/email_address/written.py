"""What is written in an e-mail field: one address, perhaps wrapped in a name, a link or quotes."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from identity_match.field import Missing
from identity_match.text import HIDDEN, REPLACEMENT, clean, squeezed

CAP: Final = 320  # longest text read: 64 of the local part, @ and 255 of the domain (RFC 5321)
_ROUNDS: Final = 4  # how often folding or unwrapping is repeated until nothing changes; two are enough in practice

_MASK: Final = re.compile(r"[*•●█■]")
_MASKED_LETTERS: Final = "xxxx"  # four x in a row, signs aside, stand in no name before an @; our choice
_SIGNS: Final = str.maketrans("", "", "._-")
_LABEL: Final = re.compile(r"(?:mailto|e-?mail(?: address)?)\s*:\s*")
_ANGLE: Final = re.compile(r"[^<>]*<([^<>]*)>")
_COMMENT: Final = re.compile(r"\([^()]*\)")
_QUOTED: Final = re.compile(r'"([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)"@([^@"]+)')
_PIECES: Final = re.compile(r"[,;|/\s]+")
_ADDRESS: Final = re.compile(r"[^@]+@[^@]+\.[^@]+")
_FULL_STOP: Final = "\u3002"  # ideographic full stop, which separates labels as a dot does (UTS 46)
_TURNING: Final = frozenset("\u202b\u202d\u202e\u2067")  # right-to-left embedding, overrides, right-to-left isolate
_AROUND_AT: Final = re.compile(r"\s*@[\s.]*")

# "none@none.com": the same word before the @ and after it, typed to get past a form.
NO_MAILBOX: Final = frozenset(
    (
        "na", "no", "none", "noemail", "nomail", "null", "test", "unknown", "notprovided", "refused", "declined",
        "email", "mail", "xxx", "noreply", "nobody", "asdf",
    )
)  # fmt: skip
# Typed to get past a form whatever stands after the @.
NO_ADDRESS: Final = frozenset(
    ("noemail", "no-email", "no.email", "no_email", "nomail", "no-mail", "no.mail", "no_mail")
)  # fmt: skip


def read(raw: str) -> tuple[str, str] | Missing:
    """Read an address into the parts before and after its last @, in lower case; the second is empty without an @.

    >>> read("Jane Doe <mailto:Jane@Example.com>")
    ('jane', 'example.com')
    >>> read("j***@example.com")
    <Missing.MASKED: 'masked'>
    """
    raw = squeezed(raw, CAP)
    if len(raw) > CAP:
        return Missing.TOO_LONG
    text = _fold(raw)
    if len(text) > CAP:
        return Missing.TOO_LONG
    if not any(map(str.isalnum, text)):
        return Missing.MASKED if _MASK.search(text) else Missing.BLANK
    text = _unwrap(text)
    if is_masked(text.rpartition("@")[0] or text) or _MASK.search(text):
        return Missing.MASKED
    if not any(map(str.isalnum, text)):
        return Missing.BLANK
    if sum(_ADDRESS.fullmatch(piece) is not None for piece in _PIECES.split(text)) > 1:
        return Missing.SEVERAL
    local, at, domain = text.rpartition("@")
    if not at:
        # No @ was typed: "jane.doeexample.com" can still be near an address, a word or a sentence cannot.
        return (text, "") if "." in text and " " not in text else Missing.UNREADABLE
    if not any(map(str.isalnum, local)) or not any(map(str.isalnum, domain)):
        return Missing.UNREADABLE
    if local in NO_ADDRESS or (local in NO_MAILBOX and domain.startswith(f"{local}.")):
        return Missing.PLACEHOLDER
    return local, domain


def is_masked(local: str) -> bool:
    """Tell whether the part before the @ hides letters.

    >>> is_masked("jxxxx"), is_masked("j***"), is_masked("jane.doe")
    (True, True, False)
    """
    return _MASK.search(local) is not None or _MASKED_LETTERS in local.translate(_SIGNS)


def _fold(raw: str) -> str:
    """Clean, compose and lower; a character that nobody sees stays as U+FFFD, since it makes another address.

    At the ends it is what copying from a page or a list of contacts brings along, and falls away; unless it turns the
    direction of what follows, which makes another address look like this one.
    """
    cleaned = clean(raw, CAP)
    if HIDDEN in cleaned.marks:
        seen = [" " if char.isspace() else char if clean(char, 1).text else REPLACEMENT for char in raw]
        marked = "".join("\x00" if char in _TURNING else shown for char, shown in zip(raw, seen, strict=True))
        cleaned = clean(marked.strip(f" {REPLACEMENT}"), CAP)
    return _compose(cleaned.text)


def _compose(text: str) -> str:
    for _ in range(_ROUNDS):
        folded = " ".join(unicodedata.normalize("NFKC", text).lower().replace(_FULL_STOP, ".").split())
        if folded == text:
            break
        text = folded
    return text


def _unwrap(text: str) -> str:
    """Take a name, a link, a comment, quotes and closing punctuation off an address."""
    for _ in range(len(text)):
        before = text
        text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
        if found := _ANGLE.fullmatch(text):
            text = found[1]
        if "(" in text:
            text = _COMMENT.sub("", text)
        if len(text) > 2 and text[0] == text[-1] and text[0] in "'\"":
            text = text[1:-1]
        if found := _QUOTED.fullmatch(text):
            text = f"{found[1]}@{found[2]}"
        text = _compose(_AROUND_AT.sub("@", text).strip(" ,;:").rstrip(".@"))
        if text == before:
            break
    return text
