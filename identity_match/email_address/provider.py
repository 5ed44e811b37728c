"""Which mailbox an address names: the rules of its provider, tags, and what ``email-validator`` says of it.

A plain ASCII address never reaches the library; ``PLAIN`` takes only what the library accepts and leaves as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from identity_match import tables
from identity_match.errors import TableError

# Dot-atoms of RFC 5322 without the rarer signs, a plus tag, and a host name whose last label has letters only.
PLAIN: Final = re.compile(
    r"\s*([a-z0-9_'-]+(?:\.[a-z0-9_'-]+)*)(\+[a-z0-9_'+-]*(?:\.[a-z0-9_'+-]+)*)?"
    r"@([a-z0-9-]+(?:\.[a-z0-9-]+)*\.([a-z]{2,}))\s*",
    re.ASCII,
).fullmatch
MAX_PLAIN: Final = 64  # longest text taken, so that no half passes 63 octets, the limit of a label (RFC 1035)
# Names that no mail reaches, all of them top-level: RFC 6761, RFC 7686, RFC 3172; the library refuses them.
SPECIAL_USE: Final = frozenset(("arpa", "invalid", "local", "localhost", "onion", "test"))
MAX_DOMAIN: Final = 253  # RFC 1035


def split_tag(local: str) -> tuple[str, str]:
    """Split a local part into base and plus tag.

    >>> split_tag("jane.doe+bank"), split_tag("+bank")
    (('jane.doe', '+bank'), ('+bank', ''))
    """
    at = local.find("+", 1)  # a plus at the beginning is no tag, because no base would be left
    return (local, "") if at < 0 else (local[:at], local[at:])


class Provider(NamedTuple):
    """How one domain files its addresses.

    Attributes:
        domain: Domain under which the mailbox is filed.
        ignored: Signs that do not count before the @.
        equal: Two signs that are the same sign, or empty.
        has_hyphen_tag: A hyphen begins a tag, as a plus does.
        has_subdomains: ``tag@user.domain`` is ``user+tag@domain``.
    """

    domain: str
    ignored: str = ""
    equal: str = ""
    has_hyphen_tag: bool = False
    has_subdomains: bool = False


@cache
def providers() -> dict[str, Provider]:
    """Read the table of public providers, by domain: those with rules beyond the plus tag, and other large ones."""
    try:
        return {
            domain: Provider(filed, ignored, equal, bool(hyphen), bool(subdomain))
            for domain, filed, ignored, equal, hyphen, subdomain in tables.rows("mail_providers")
        }
    except ValueError:
        message = "table 'mail_providers' has a row of another length"
        raise TableError(message) from None


def mailbox(base: str, tag: str, domain: str) -> tuple[str, str, str]:
    """Apply the provider's rules to a valid address in lower case.

    Returns:
        What names the mailbox before the @, the tag with its sign or nothing, the domain it is filed under.

    >>> mailbox("j.doe", "+bank", "googlemail.com")
    ('jdoe', '+bank', 'gmail.com')
    >>> mailbox("bank", "", "jdoe.fastmail.com")
    ('jdoe', '+bank', 'fastmail.com')
    """
    known = providers()
    rule = known.get(domain)
    if rule is None:
        if domain.count(".") > 1:
            user, _, parent = domain.partition(".")
            rule = known.get(parent)
            if rule is not None and rule.has_subdomains:
                return user, f"+{base}{tag}", rule.domain
        return base, tag, domain
    if rule.has_hyphen_tag and (at := base.find("-", 1)) > 0:
        base, tag = base[:at], base[at:] + tag
    if rule.ignored:
        kept = base
        for sign in rule.ignored:
            kept = kept.replace(sign, "")
        base = kept or base
    elif rule.equal:
        base = base.replace(rule.equal[0], rule.equal[1])
    return base, tag, rule.domain


def is_accepted(address: str) -> bool:
    """Tell whether ``email-validator`` accepts an address; syntax only, never a look-up in the network.

    >>> is_accepted("jane@example.com"), is_accepted("jane@@example.com")
    (True, False)
    """
    import email_validator  # noqa: PLC0415 - 35 ms that a plain address never needs

    try:
        email_validator.validate_email(address, check_deliverability=False)
    except email_validator.EmailNotValidError:
        return False
    return True


def to_ascii(domain: str) -> str:
    """Give the ASCII form of a domain (IDNA 2008 with the mapping of UTS 46); unchanged where it has none.

    >>> to_ascii("bücher.com")
    'xn--bcher-kva.com'
    """
    if domain.isascii() or len(domain) > MAX_DOMAIN:
        return domain
    import idna  # noqa: PLC0415 - only for letters beyond ASCII

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:  # no such domain can exist; it is compared as it stands
        return domain


def to_unicode(domain: str) -> str:
    """Give the form of a domain that people see; unchanged where it has none.

    >>> to_unicode("xn--bcher-kva.com")
    'bücher.com'
    """
    if "xn--" not in domain or len(domain) > MAX_DOMAIN:
        return domain
    import idna  # noqa: PLC0415 - as above

    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain
