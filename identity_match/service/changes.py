"""What changed in an account's owner data, and the webhook that tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Member of an owner to its name in a webhook. Source: the client of today, and the older enumeration of the contract.
SPELLINGS: dict[str, dict[str, str]] = {
    "lower": {"names": "names", "phone_numbers": "phone_numbers", "emails": "emails", "addresses": "addresses"},
    "upper": {"names": "NAMES", "phone_numbers": "PHONES", "emails": "EMAILS", "addresses": "ADDRESSES"},
}
MEMBERS = tuple(SPELLINGS["lower"])


def changed_members(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Say which members differ between two lists of owners; the order of owners and of values does not matter.

    >>> changed_members([{"names": ["A", "B"]}], [{"names": ["B", "A"], "emails": ["a@example.com"]}])
    ('emails',)
    """
    return tuple(member for member in MEMBERS if _held(before, member) != _held(after, member))


def _held(owners: Sequence[Mapping[str, Any]], member: str) -> list[list[str]]:
    """Give an account's values of one member, an owner each, in an order of their own."""
    lists = [sorted(json.dumps(value, sort_keys=True) for value in owner.get(member) or ()) for owner in owners]
    return sorted(values for values in lists if values)


def default_update(
    item_id: str,
    changed: Mapping[str, Sequence[str]],
    *,
    spelling: Literal["lower", "upper"] = "lower",
    environment: str = "sandbox",
) -> bytes:
    """Give the body of the webhook that tells of changed owner data: the very bytes that are signed and sent.

    Args:
        item_id: The Item.
        changed: Account to what changed there, as ``changed_members`` gives it.
        spelling: Of the kinds of change.
        environment: ``sandbox`` or ``production``.

    >>> b'"a1": [' in default_update("i1", {"a1": ["names"]}, spelling="upper")
    True
    """
    kinds = SPELLINGS[spelling]
    body = {
        "webhook_type": "IDENTITY",
        "webhook_code": "DEFAULT_UPDATE",
        "item_id": item_id,
        "account_ids_with_updated_identity": {
            account: [kinds[member] for member in members] for account, members in changed.items()
        },
        "error": None,
        "environment": environment,
    }
    return json.dumps(body, indent=2).encode()


def may_be_sent(target: object, hosts: Sequence[str]) -> bool:
    """Tell whether a webhook may go to a URL: http or https, no user in it, and a host of the list.

    >>> may_be_sent("http://127.0.0.1:9/hook", ["127.0.0.1"]), may_be_sent("http://127.0.0.1@evil.test/", ["127.0.0.1"])
    (True, False)
    """
    if not isinstance(target, str) or not target.isascii() or len(target) > 2_000:
        return False
    try:
        parts = urlsplit(target)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "@" not in parts.netloc and host in hosts
