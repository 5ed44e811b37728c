"""What the store gives and takes, and how tokens stand in it."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any, Literal, NamedTuple, get_args

Product = Literal["identity", "identity_match", "processor_identity"]
PRODUCTS: tuple[str, ...] = get_args(Product)


class Asked(NamedTuple):
    """Who asks, and for what; secrets, never printed.

    Attributes:
        client_id: The client.
        token: An access token.
        processor: Whether it is a processor token.
    """

    client_id: str
    token: str
    processor: bool = False

    def __repr__(self) -> str:
        """Show nothing."""
        return "Asked()"


class Client(NamedTuple):
    """A client.

    Attributes:
        client_id: Its id.
        secret_digest: SHA-256 of its secret.
        products: What it is enabled for.
        revision: Counts up with every change.
    """

    client_id: str
    secret_digest: str
    products: tuple[str, ...]
    revision: int


class Account(NamedTuple):
    """An account: its members without the owners, and the owners; personal data."""

    account_id: str
    members: dict[str, Any]
    owners: list[dict[str, Any]]

    def __repr__(self) -> str:
        """Show no value."""
        return f"Account(<{len(self.owners)} owners>)"


class Held(NamedTuple):
    """An Item as it stands in the store; personal data.

    Attributes:
        item_id: Its id.
        client_id: Whose it is.
        item: The object of the response.
        error_code: State in which it answers with an error, or None.
        revision: Counts up with every change of the Item or of an account.
        accounts: In the order in which they were loaded.
        account_id: The one account that a processor token is for; None for an access token.
    """

    item_id: str
    client_id: str
    item: dict[str, Any]
    error_code: str | None
    revision: int
    accounts: tuple[Account, ...]
    account_id: str | None = None

    def __repr__(self) -> str:
        """Show no value."""
        return f"Held(item_id={self.item_id!r}, revision={self.revision}, <{len(self.accounts)} accounts>)"


class NewAttempt(NamedTuple):
    """A match attempt to be written, if nothing changed since the Item was read.

    Attributes:
        client: The client as it was read.
        held: The Item as it was read.
        outcome: ``PASS``, ``FAIL`` or ``UNKNOWN``.
        outcome_account_id: The account that passed.
        scores: The score objects of each account, a list in JSON.
    """

    client: Client
    held: Held
    outcome: str
    outcome_account_id: str | None
    scores: str


class Delivery(NamedTuple):
    """A webhook to be sent, or sent.

    Attributes:
        event_id: Its id.
        item_id: The Item it tells of.
        target: URL.
        body: The very bytes to sign and send.
        created_at: Milliseconds since 1970, as all times here.
        attempts: How often it was tried.
        next_attempt_at: When to try next; None once delivered or given up.
        delivered_at: When it was taken.
        last_status: HTTP status of the last try; None where there was no answer.
    """

    event_id: str
    item_id: str
    target: str
    body: bytes
    created_at: int
    attempts: int
    next_attempt_at: int | None
    delivered_at: int | None
    last_status: int | None


def digest(token: str) -> str:
    """Give what stands in the store for a token or secret: SHA-256, hexadecimal.

    >>> len(digest("access-sandbox-1"))
    64
    """
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token(kind: str, environment: str) -> str:
    """Make a token of 192 random bits, such as ``access-sandbox-…``."""
    return f"{kind}-{environment}-{secrets.token_hex(24)}"
