"""How e-mail addresses are read and compared.

An address is reduced to the mailbox it names by the documented rules of its provider. Two addresses of one mailbox
match; another mailbox never does, however alike it is written, but its score below 70 says how near it comes.
"""

from __future__ import annotations

import unicodedata
from math import sqrt
from typing import TYPE_CHECKING, Final, NamedTuple, cast, final

from identity_match import edits
from identity_match.email_address.provider import (
    MAX_PLAIN,
    PLAIN,
    SPECIAL_USE,
    is_accepted,
    mailbox,
    providers,
    split_tag,
    to_ascii,
    to_unicode,
)
from identity_match.email_address.written import NO_ADDRESS, NO_MAILBOX, is_masked, read
from identity_match.field import DEFAULT_OPTIONS, Field, Missing, Options, Reason, is_placeholder, to_score
from identity_match.native import mypyc_attr
from identity_match.text import HIDDEN, REPLACEMENT, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator

# Scores. The contract gives 99..70 to "the same address with another plus tag"; the steps within are our choice.
SAME: Final = 100
TAG_MISSING: Final = 95  # a tag on one side only
TAG_OTHER: Final = 90  # two tags of one mailbox
DISPOSABLE: Final = 80  # Yahoo's base-keyword: the base is chosen freely, so it need not be the owner's user name
TOP_OTHER_MAILBOX: Final = 69  # another mailbox is a mismatch: below the contract's 70
PUBLIC: Final = 0.7  # two public providers: a name taken at both says little, whoever came first has it; our choice
# Likeness from which Latin addresses are looked at for look-alike signs: one of three letters; our choice.
ALIKE: Final = 0.7
# Likeness at which two addresses have nothing in common; an unrelated one scored 0 on the live service.
UNRELATED: Final = 0.5


@mypyc_attr(acyclic=True)
@final
class EmailKey:
    """A mailbox as understood.

    Attributes:
        base: What names the mailbox before the @, by its provider's rules, in lower case.
        domain: Domain under which the mailbox is filed, in ASCII; empty where no @ was written.
        tag: Tag with its sign, or empty.
        is_valid: ``email-validator`` accepts the address.
    """

    __slots__ = ("base", "domain", "is_valid", "tag")

    def __init__(self, base: str, domain: str, tag: str = "", *, is_valid: bool = True) -> None:
        self.base = base
        self.domain = domain
        self.tag = tag
        self.is_valid = is_valid

    def __eq__(self, other: object) -> bool:
        """Compare everything that was understood."""
        return isinstance(other, EmailKey) and self._members() == other._members()

    def __hash__(self) -> int:
        """Agree with ``==``."""
        return hash(self._members())

    def _members(self) -> tuple[object, ...]:
        return self.base, self.domain, self.tag, self.is_valid

    @property
    def text(self) -> str:
        """The address in a form that reads back to an equal key."""
        return f"{self.base}{self.tag}@{self.domain}" if self.domain else f"{self.base}{self.tag}"

    def __repr__(self) -> str:
        """Show whether the address is valid, never the address."""
        return f"EmailKey(<{'valid' if self.is_valid else 'invalid'}>)"


class EmailMatch(NamedTuple):
    """Outcome of comparing two e-mail addresses.

    Attributes:
        score: 100 the same mailbox; 70..99 the same with another tag; below 70 another mailbox, the higher the
            nearer. None: a side has no address.
        reasons: What decided, such as ``plus_tag``, ``homoglyph`` or ``invalid_mailbox``.
    """

    score: int | None = None
    reasons: tuple[Reason, ...] = ()


def normalize(raw: str | None, options: Options = DEFAULT_OPTIONS) -> EmailKey | Missing:  # noqa: ARG001 - one shape
    """Read an e-mail address.

    Case never counts. Names, links, comments and quotes around the address are taken off; an address that no server
    would accept is kept and marked. Masked values, lists and texts without an address are ``Missing``.

    Args:
        raw: Text as written; None is missing.
        options: Nothing in it concerns addresses.

    >>> normalize("Jane Doe <Jane.Doe+Bank@GoogleMail.com>").text
    'janedoe+bank@gmail.com'
    >>> normalize("jane@x.com; john@x.com")
    <Missing.SEVERAL: 'several_values'>
    """
    if raw is None:
        return Missing.BLANK
    lower = raw.lower() if len(raw) <= MAX_PLAIN and raw.isascii() else ""
    found = PLAIN(lower)
    if found:
        base, tag, domain, top = cast("tuple[str, str, str, str]", found.groups(""))
        if (
            top not in SPECIAL_USE
            and base not in NO_MAILBOX
            and base not in NO_ADDRESS
            and ("-" not in domain or _has_plain_hyphens(domain))
            and "xx" not in lower  # perhaps a mask
        ):
            base, tag, home = mailbox(base, tag, domain)
            return EmailKey(base, home, tag)
    return _read(raw)


def _has_plain_hyphens(domain: str) -> bool:
    return domain[0] != "-" and "--" not in domain and "-." not in domain and ".-" not in domain


def _read(raw: str) -> EmailKey | Missing:
    if is_placeholder(" ".join(raw[:64].lower().split()), "email_address"):
        return Missing.PLACEHOLDER
    parts = read(raw)
    if isinstance(parts, Missing):
        return parts
    local, domain = parts[0], to_ascii(parts[1])
    is_valid = REPLACEMENT not in local and is_accepted(f"{local}@{domain}")
    # The rules of a provider hold for the addresses that it gives out, and it gives out valid ones only.
    base, tag = split_tag(local)
    if is_valid:
        base, tag, domain = mailbox(base, tag, domain)
        base = unicodedata.normalize("NFC", base)  # an ignored dot may have stood between a letter and its accent
        if is_masked(base):  # known only now, for tag@user.domain
            return Missing.MASKED
    return EmailKey(base, domain, tag, is_valid=is_valid)


_INVALID: Final = {side: Reason("invalid_mailbox", side) for side in ("user", "owner")}
_HIDDEN: Final = {side: Reason(HIDDEN, side) for side in ("user", "owner")}
_SHARED: Final = Reason("shared_mailbox")
_PLUS: Final = Reason("plus_tag")
_DISPOSABLE: Final = Reason("disposable_address")
_OTHER: Final = Reason("other_mailbox")
_HOMOGLYPH: Final = Reason("homoglyph")

_MATCH: Final = EmailMatch(SAME)
_OTHER_MAILBOXES: Final = [EmailMatch(score, (_OTHER,)) for score in range(TOP_OTHER_MAILBOX + 1)]
_NO_REPLY: Final = frozenset(("noreply", "donotreply"))


def compare(user: EmailKey, owner: EmailKey) -> EmailMatch:
    """Compare the user's mailbox with an owner's.

    Score: 100 the same mailbox; 95 with a plus tag on one side, 90 with two tags, 80 with Yahoo's disposable form;
    0..69 another mailbox, by how near it is. Symmetric.

    >>> compare(normalize("jane.doe@example.com"), normalize("jane.doe+bank@example.com"))
    EmailMatch(score=95, reasons=(Reason(code='plus_tag', part=''),))
    >>> compare(normalize("john@gmail.com"), normalize("jane@gmail.com")).score < 70
    True
    """
    marks: tuple[Reason, ...] = ()
    if not (user.is_valid and owner.is_valid):
        sides = (("user", user), ("owner", owner))
        marks = tuple(_INVALID[side] for side, key in sides if not key.is_valid)
        marks += tuple(_HIDDEN[side] for side, key in sides if REPLACEMENT in key.text)
    if user.base != owner.base or user.domain != owner.domain:
        return _another(user, owner, marks)
    if user.base[0] in "nd" and user.base.replace("-", "").replace("_", "").replace(".", "") in _NO_REPLY:
        marks = (_SHARED, *marks)
    if user.tag == owner.tag:
        return EmailMatch(SAME, marks) if marks else _MATCH
    if skeleton(user.tag) == skeleton(owner.tag):
        return EmailMatch(TOP_OTHER_MAILBOX, (_HOMOGLYPH, *marks))
    if "-" in (user.tag[:1], owner.tag[:1]):
        return EmailMatch(DISPOSABLE, (_DISPOSABLE, *marks))
    return EmailMatch(TAG_OTHER if user.tag and owner.tag else TAG_MISSING, (_PLUS, *marks))


def _another(user: EmailKey, owner: EmailKey, marks: tuple[Reason, ...]) -> EmailMatch:
    user_base, user_domain = user.base, user.domain
    owner_base, owner_domain = owner.base, owner.domain
    if "xn--" in user_domain or "xn--" in owner_domain:
        user_domain, owner_domain = to_unicode(user_domain), to_unicode(owner_domain)
    user_row, owner_row = user_base + user_domain, owner_base + owner_domain
    # The better of two views: all letters and digits in a row, which forgives a misplaced @ or dot, and the geometric
    # mean of both halves, which a long common domain cannot carry alone. On labelled pairs of mistyped addresses this
    # ranked best among Indel and Jaro-Winkler of the whole text and of the weaker half.
    likeness = edits.overlap(_letters(user_row), _letters(owner_row))
    if user_domain and owner_domain:
        halves = edits.overlap(user_base, owner_base)
        if user_domain != owner_domain:
            halves *= edits.overlap(user_domain, owner_domain)
        halves = sqrt(halves)
        likeness = halves if halves > likeness else likeness  # noqa: FURB136 - a call of max takes a tenth of the time
        if user_domain != owner_domain and user_domain in providers() and owner_domain in providers():
            likeness *= PUBLIC
    score = to_score((likeness - UNRELATED) / (1 - UNRELATED) * TOP_OTHER_MAILBOX / 100, top=TOP_OTHER_MAILBOX)
    is_suspect = likeness > ALIKE or not (user_row.isascii() and owner_row.isascii())
    if is_suspect and _drawn(user, user_domain) == _drawn(owner, owner_domain):
        return EmailMatch(score, (_OTHER, _HOMOGLYPH, *marks))
    return EmailMatch(score, (_OTHER, *marks)) if marks else _OTHER_MAILBOXES[score]


def _letters(text: str) -> str:
    letters = text.replace(".", "")
    return letters.replace("-", "").replace("@", "") if "-" in letters or "@" in letters else letters


# Signs that are drawn like Latin letters; "rn" and "vv" are drawn like m and w.
_DRAWN: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s"})


def _drawn(key: EmailKey, domain: str) -> str:
    """Give the mailbox that an address seems to name at a glance; only ever to warn, never to equate."""
    base, _, home = mailbox(skeleton(key.base), key.tag, skeleton(domain))
    return _letters(f"{base}@{home}").translate(_DRAWN).replace("rn", "m").replace("vv", "w")


def repairs(user: EmailKey, owner: EmailKey) -> Iterator[tuple[str, EmailKey]]:
    """Give the owner's mailbox with one part more taken from the user's, each with the part's name; last the whole."""
    yield "tag", EmailKey(owner.base, owner.domain, user.tag, is_valid=owner.is_valid)
    yield "mailbox", EmailKey(user.base, owner.domain, user.tag, is_valid=owner.is_valid)
    yield "domain", EmailKey(user.base, user.domain, user.tag, is_valid=owner.is_valid)
    yield "written", user


def parts(key: EmailKey) -> dict[str, str]:
    """Give a mailbox by part, to be shown."""
    shown = {"mailbox": key.base, "tag": key.tag, "domain": key.domain}
    return {part: text for part, text in shown.items() if text}


FIELD: Final[Field] = Field("email_address", "emails", normalize, compare, EmailMatch, repairs, parts)
