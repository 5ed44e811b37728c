"""Which mailbox an address names: the rules of its provider, tags, and what ``email-validator`` says of it.

A plain ASCII address never reaches the library; ``PLAIN`` takes only what the library accepts and leaves as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from identity_match import tables
from identity_match.errors import TableError

# Dot-atoms of RFC 5322 without the rarer signs, and host names whose last label has letters only. In lower case.
PLAIN = re.compile(
    r"\s*([a-z0-9_'+-]+(?:\.[a-z0-9_'+-]+)*)@([a-z0-9-]+(?:\.[a-z0-9-]+)*\.([a-z]{2,}))\s*", re.ASCII
).fullmatch
MAX_PLAIN = 63  # of either half: a label of the domain has at most 63 octets (RFC 1035), the local part 64 (RFC 5321)
# Names that no mail reaches, all of them top-level: RFC 6761, RFC 7686, RFC 3172; the library refuses them.
SPECIAL_USE = frozenset(("arpa", "invalid", "local", "localhost", "onion", "test"))
MAX_DOMAIN = 253  # RFC 1035


class Provider(NamedTuple):
    """How one domain files its addresses.

    Attributes:
        domain: Domain under which the mailbox is filed.
        ignored: Deletes the signs that do not count before the @.
        equal: Two signs that are the same sign, or empty.
        has_hyphen_tag: A hyphen begins a tag, as a plus does.
        has_subdomains: ``tag@user.domain`` is ``user+tag@domain``.
    """

    domain: str
    ignored: dict[int, None]
    equal: str = ""
    has_hyphen_tag: bool = False
    has_subdomains: bool = False


@cache
def providers() -> dict[str, Provider]:
    """Read the table of providers that have rules beyond the plus tag, by domain."""
    try:
        return {
            domain: Provider(filed, dict.fromkeys(map(ord, ignored)), equal, bool(hyphen), bool(subdomain))
            for domain, filed, ignored, equal, hyphen, subdomain in tables.rows("mail_providers")
        }
    except ValueError:
        message = "table 'mail_providers' has a row of another length"
        raise TableError(message) from None


class Mailbox(NamedTuple):
    """An address by its parts.

    Attributes:
        base: What names the mailbox before the @.
        tag: Tag with its sign, such as ``+bank``, or empty.
        domain: Domain under which it is filed, in ASCII.
    """

    base: str
    tag: str
    domain: str


def split_tag(local: str) -> tuple[str, str]:
    """Split a local part into base and plus tag; a plus at the beginning is no tag, because no base would be left.

    >>> split_tag("jane.doe+bank"), split_tag("+bank")
    (('jane.doe', '+bank'), ('+bank', ''))
    """
    at = local.find("+", 1)
    return (local, "") if at < 0 else (local[:at], local[at:])


def mailbox(local: str, domain: str) -> Mailbox:
    """Apply the provider's rules to a valid address in lower case.

    >>> mailbox("j.doe+bank", "googlemail.com")
    Mailbox(base='jdoe', tag='+bank', domain='gmail.com')
    >>> mailbox("bank", "jdoe.fastmail.com")
    Mailbox(base='jdoe', tag='+bank', domain='fastmail.com')
    """
    known = providers()
    rule = known.get(domain)
    if rule is None:
        user, _, parent = domain.partition(".")
        rule = known.get(parent)
        if rule is None or not rule.has_subdomains:
            return Mailbox(*split_tag(local), domain)
        return Mailbox(user, f"+{local}", rule.domain)
    base, tag = split_tag(local)
    if rule.has_hyphen_tag and (at := base.find("-", 1)) > 0:
        base, tag = base[:at], base[at:] + tag
    if rule.ignored:
        base = base.translate(rule.ignored) or base
    elif rule.equal:
        base = base.replace(rule.equal[0], rule.equal[1])
    return Mailbox(base, tag, rule.domain)


def is_accepted(address: str) -> bool:
    """Tell whether ``email-validator`` accepts an address; syntax only, never a look-up in the network.

    >>> is_accepted("jane@example.com"), is_accepted("jane@@example.com")
    (True, False)
    """
    try:
        import email_validator  # noqa: PLC0415 - 35 ms that a plain address never needs

        email_validator.validate_email(address, check_deliverability=False)
    except Exception:  # noqa: BLE001 - a refusal, or a fault of the library: the address is compared and marked
        return False
    return True


def to_ascii(domain: str) -> str:
    """Give the ASCII form of a domain (IDNA 2008 with the mapping of UTS 46); unchanged where it has none.

    >>> to_ascii("bücher.com")
    'xn--bcher-kva.com'
    """
    if domain.isascii() or len(domain) > MAX_DOMAIN:
        return domain
    try:
        import idna  # noqa: PLC0415 - only for letters beyond ASCII

        return idna.encode(domain, uts46=True).decode("ascii")
    except Exception:  # noqa: BLE001 - no such domain can exist; it is compared as it stands
        return domain


def to_unicode(domain: str) -> str:
    """Give the form of a domain that people see; unchanged where it has none.

    >>> to_unicode("xn--bcher-kva.com")
    'bücher.com'
    """
    if "xn--" not in domain or len(domain) > MAX_DOMAIN:
        return domain
    try:
        import idna  # noqa: PLC0415 - as above

        return idna.decode(domain)
    except Exception:  # noqa: BLE001 - as above
        return domain
