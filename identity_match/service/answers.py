"""What each endpoint answers: from a checked request and what the store holds to the body of the response."""

from __future__ import annotations

import base64
import binascii
import hmac
import random
import struct
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from identity_match.match import Matcher
from identity_match.service.faults import Code, RequestError
from identity_match.service.limits import Limiter
from identity_match.service.records import Client, Held, digest
from identity_match.webhooks import SigningKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from identity_match.service import wire
    from identity_match.service.settings import Settings
    from identity_match.service.store import Store

Answer = dict[str, Any]  # body of a response
MATCHER = Matcher()  # reads accounts; what it makes of them depends on no setting
YEAR = timedelta(days=365)
_NOBODY = digest("")  # compared with where there is no such client, so that both take the same time


class Credentials(NamedTuple):
    """Who asks; secrets, never printed."""

    client_id: str
    secret: str

    def __repr__(self) -> str:
        """Show nothing."""
        return "Credentials()"


class Limits:
    """The contract's limits a minute: /identity/get and everything else are counted apart."""

    def __init__(self, settings: Settings) -> None:
        an_item, a_client = settings.limits
        self._items = {code: Limiter(an_item) for code in (Code.IDENTITY_LIMIT, Code.RATE_LIMIT)}
        self._clients = {code: Limiter(a_client) for code in (Code.IDENTITY_LIMIT, Code.RATE_LIMIT)}

    def count(self, code: Code, client: Client, held: Held | None = None) -> None:
        """Count a request of a client, and for an Item, or refuse it.

        Raises:
            RequestError: The code.
        """
        admitted = self._clients[code].admits(client.client_id)
        if admitted and held is not None and not self._items[code].admits(held.item_id):
            self._clients[code].give_back(client.client_id)
            admitted = False
        if not admitted:
            raise RequestError(code, headers={"retry-after": "60"})


def check_client(client: Client | None, credentials: Credentials) -> Client:
    """Check a secret, in a time that tells nothing.

    Raises:
        RequestError: INVALID_API_KEYS.
    """
    known = _NOBODY if client is None else client.secret_digest
    same = hmac.compare_digest(known.encode(), digest(credentials.secret).encode())
    if client is None or not same:
        raise RequestError(Code.INVALID_API_KEYS)
    return client


def check_item(client: Client, held: Held | None, product: str, *, processor: bool = False) -> Held:
    """Check that there is an Item, that the client may see it, and that it answers."""
    if held is None:
        raise RequestError(Code.INVALID_PROCESSOR_TOKEN if processor else Code.INVALID_ACCESS_TOKEN)
    check_product(client, product)
    if held.error_code is not None:
        raise RequestError(Code(held.error_code))
    if not held.accounts:
        raise RequestError(Code.NO_ACCOUNTS)
    return held


def check_product(client: Client, product: str) -> None:
    """Check that a client is enabled for a product."""
    if product not in client.products:
        raise RequestError(Code.INVALID_PRODUCT, product)


def wanted_accounts(known: Sequence[Any], account_ids: Sequence[str] | None) -> list[Any]:
    """Give the accounts that a request asks for, in their own order.

    Raises:
        RequestError: INVALID_ACCOUNT_ID, with the position in the list.
    """
    if account_ids is None:
        return list(known)
    ids = {account.account_id for account in known}
    for i, wanted in enumerate(account_ids):
        if wanted not in ids:
            raise RequestError(Code.INVALID_ACCOUNT_ID, f"options.account_ids[{i}]")
    chosen = set(account_ids)
    return [account for account in known if account.account_id in chosen]


def identity(held: Held, account_ids: Sequence[str] | None) -> dict[str, Any]:
    """Answer /identity/get."""
    accounts = wanted_accounts(held.accounts, account_ids)
    return {"accounts": [account.members | {"owners": account.owners} for account in accounts], "item": held.item}


def processor_identity(held: Held) -> dict[str, Any]:
    """Answer /processor/identity/get."""
    account = next(account for account in held.accounts if account.account_id == held.account_id)
    return {"account": account.members | {"owners": account.owners}}


def documents(
    held: Held, account_ids: Sequence[str] | None, uploaded: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, Any]:
    """Answer /identity/documents/uploads/get; an account without a document has null, and no owners."""
    accounts = []
    for account in wanted_accounts(held.accounts, account_ids):
        rows = uploaded.get(account.account_id, ())
        owners = [owner | {"document_id": row["document_id"]} for row in rows for owner in row["owners"]]
        shown = [_document(row) for row in rows] or None
        accounts.append(account.members | {"owners": owners, "documents": shown})
    return {"accounts": accounts, "item": held.item}


def _document(row: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: moment(row[name]) for name in ("uploaded_at", "last_updated")}
    shown = {"document_id": row["document_id"], "metadata": times | row["metadata"]}
    return shown if row["risk_insights"] is None else shown | {"risk_insights": row["risk_insights"]}


def moment(milliseconds: int) -> str:
    """Write a time as ISO 8601, to the second where it is a whole one.

    >>> moment(1_000), moment(1_500)
    ('1970-01-01T00:00:01Z', '1970-01-01T00:00:01.500Z')
    """
    time_of = datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000)
    written = time_of.isoformat(timespec="milliseconds" if milliseconds % 1000 else "seconds")
    return written.replace("+00:00", "Z")


def now_ms() -> int:
    """Give the time in whole milliseconds since 1970."""
    return time.time_ns() // 1_000_000


# Attempts


def attempts(store: Store, client: Client, request: wire.AttemptsRequest, ruleset: int) -> dict[str, Any]:
    """Answer /identity/match/list: a page of attempts, oldest first."""
    start, end = (_milliseconds(time) for time in (request.start_time, request.end_time))
    if start > end:
        raise RequestError(Code.INVALID_FIELD, "start_time is after end_time")
    # A minute's grace, so that a year back from a clock that is behind ours is still a year.
    if request.start_time < datetime.now(UTC) - YEAR - timedelta(minutes=1):
        raise RequestError(Code.INVALID_FIELD, "start_time is more than a year ago")
    after = None if request.cursor is None else _place(request.cursor)
    rows = store.attempts(client.client_id, start, end, after=after, most=request.count + 1)
    more, rows = len(rows) > request.count, rows[: request.count]
    return {
        "identity_match_attempts": [
            {
                "attempt_id": row.attempt_id,
                "item_id": row.item_id,
                "created_at": moment(row.created_at),
                "link_session_id": "",  # nothing here comes from Link
                "link_customization_name": "",
                "ruleset_revision": ruleset,
                "outcome": row.outcome,
                "outcome_account_id": row.outcome_account_id,
                "scores": row.scores,
            }
            for row in rows
        ],
        "next_cursor": _cursor(rows[-1].created_at, rows[-1].sequence) if more else None,
        "has_more": more,
    }


def _milliseconds(time: datetime) -> int:
    return (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _cursor(created_at: int, sequence: int) -> str:
    """Name a place in the list; not secret: a client sees its own attempts only, whatever place it names."""
    return base64.urlsafe_b64encode(struct.pack(">qq", created_at, sequence)).decode()


def _place(cursor: str) -> tuple[int, int]:
    try:
        created_at, sequence = struct.unpack(">qq", base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (UnicodeEncodeError, binascii.Error, struct.error, ValueError):
        pass
    else:
        return created_at, sequence
    raise RequestError(Code.INVALID_FIELD, "cursor")


def new_request_id() -> str:
    """Make an id for a request, of fifteen letters and digits as in the contract's examples."""
    return f"{random.getrandbits(60):015x}"


def public_key(store: Store, key_id: str) -> dict[str, Any]:
    """Answer /webhook_verification_key/get."""
    row = next((row for row in store.signing_keys() if row[0] == key_id), None)
    if row is None:
        raise RequestError(Code.INVALID_WEBHOOK_VERIFICATION_KEY_ID)
    return {"key": SigningKey(*row).jwk()}
