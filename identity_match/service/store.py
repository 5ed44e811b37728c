"""The store: SQLite in a file, or another database by URL, through SQLAlchemy.

What a method returned from is on disk. A method that changes several rows does so in one transaction, the delivery of
a webhook included. In SQLite one connection writes at a time, and readers see the last finished transaction.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
import uuid
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import (
    Connection,
    Table,
    and_,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError

from identity_match.errors import InputError
from identity_match.service.opening import engines, migrate
from identity_match.service.records import PRODUCTS, Account, Asked, Client, Delivery, Held, NewAttempt, digest
from identity_match.service.tables import (
    ACCOUNTS,
    ATTEMPTS,
    CLIENTS,
    DELIVERIES,
    DOCUMENTS,
    ITEMS,
    PROCESSOR_TOKENS,
    SIGNING_KEYS,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence


class Store:
    """Clients, Items, accounts, documents, attempts and deliveries.

    Threads may share one; several processes may open the same database.

    Args:
        where: Path of a SQLite file, which is made where there is none, readable by its owner alone; or a URL such as
            ``postgresql://user@host/database``.

    Raises:
        OptionError: No such file or database can be opened.
        MissingExtraError: The driver of the database is not installed.
    """

    def __init__(self, where: str | os.PathLike[str]) -> None:
        self._reading, self._writing = engines(os.fspath(where))
        try:
            migrate(self._writing)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._reading.dispose()
        self._writing.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._writing.begin() as connection:
            yield connection

    # Clients

    def put_client(self, client_id: str, secret: str, products: Sequence[str] | None = None) -> None:
        """Add a client, or give it another secret and other products; None: all to a new one, else those it has."""
        values = {"secret_digest": digest(secret)} | ({} if products is None else {"products": list(products)})
        known = update(CLIENTS).where(CLIENTS.c.client_id == client_id)
        changed = known.values(**values, revision=CLIENTS.c.revision + 1)
        new = {"client_id": client_id, "products": list(PRODUCTS), "revision": 1} | values
        with contextlib.suppress(IntegrityError), self._write() as connection:
            if not connection.execute(changed).rowcount:
                connection.execute(insert(CLIENTS).values(**new))
            return
        with self._write() as connection:  # somebody added it meanwhile
            connection.execute(changed)

    def client(self, client_id: str) -> Client | None:
        """Give a client, or None."""
        with self._reading.begin() as connection:
            return _clients(connection, {client_id}).get(client_id)

    # Items

    def add_item(
        self,
        client_id: str,
        access_token: str,
        item: Mapping[str, Any],
        accounts: Sequence[Mapping[str, Any]],
        now: int,
    ) -> None:
        """Add an Item.

        Its revision begins anywhere: what was read of an Item of the same id, since deleted, must not fit this one.

        Args:
            client_id: Whose it is.
            access_token: Its token; the digest is kept.
            item: Object of the response, with ``item_id``.
            accounts: As in a response of /identity/documents/uploads/get: owners that have the ``document_id`` of one
                of the account's ``documents`` are that document's, all others the bank's.
            now: Milliseconds since 1970.

        Raises:
            InputError: The client is not known, or the Item, the token, an account or a document is already there.
        """
        item_id = item["item_id"]
        with self._write() as connection:
            if not _clients(connection, {client_id}):
                path = "client_id"
                raise InputError(path, "no such client")
            try:
                connection.execute(
                    insert(ITEMS).values(
                        item_id=item_id, client_id=client_id, token_digest=digest(access_token), item=dict(item),
                        error_code=None, revision=secrets.randbits(30),
                    )
                )  # fmt: skip
            except IntegrityError:
                taken = "item.item_id or access_token"
            else:
                taken = ""
            if not taken:
                try:
                    _add_accounts(connection, item_id, accounts, now)
                except IntegrityError:
                    taken = "accounts"
            if taken:
                raise InputError(taken, "already there")

    def lookup(self, asked: Sequence[Asked]) -> list[tuple[Client | None, Held | None]]:
        """Give for each question its client, and the Item of its token if it is this client's; all from one moment."""
        with self._reading.begin() as connection:
            clients = _clients(connection, {each.client_id for each in asked})
            digests = [digest(each.token) for each in asked]
            processors = {token for token, each in zip(digests, asked, strict=True) if each.processor}
            accounts = _processor_accounts(connection, processors) if processors else {}
            tokens = {token for token, each in zip(digests, asked, strict=True) if not each.processor}
            by_token, by_id = _held(connection, tokens, {item_id for item_id, _ in accounts.values()})
        found: list[tuple[Client | None, Held | None]] = []
        for each, token in zip(asked, digests, strict=True):
            item_id, account_id = accounts.get(token, ("", None)) if each.processor else ("", None)
            held = by_id.get(item_id) if each.processor else by_token.get(token)
            if held is not None and held.client_id != each.client_id:
                held = None
            if held is not None and account_id is not None:
                held = held._replace(account_id=account_id)
            found.append((clients.get(each.client_id), held))
        return found

    def items(self) -> list[dict[str, Any]]:
        """List Items without their owners."""
        columns = (ITEMS.c.item_id, ITEMS.c.client_id, ITEMS.c.error_code, ITEMS.c.revision)
        with self._reading.begin() as connection:
            accounts: dict[str, list[str]] = {}
            for item_id, account_id in connection.execute(
                select(ACCOUNTS.c.item_id, ACCOUNTS.c.account_id).order_by(ACCOUNTS.c.position)
            ):
                accounts.setdefault(item_id, []).append(account_id)
            rows = connection.execute(select(*columns).order_by(ITEMS.c.item_id))
            return [row._asdict() | {"account_ids": accounts.get(row.item_id, [])} for row in rows]

    def set_state(self, item_id: str, error_code: str | None) -> bool:
        """Let an Item answer with an error, or normally again; False where there is none."""
        with self._write() as connection:
            changed = update(ITEMS).where(ITEMS.c.item_id == item_id)
            return bool(
                connection.execute(changed.values(error_code=error_code, revision=ITEMS.c.revision + 1)).rowcount
            )

    def delete_item(self, item_id: str) -> bool:
        """Delete an Item with accounts, tokens and documents; attempts stay, without its id. False: there is none."""
        with self._write() as connection:
            return bool(connection.execute(delete(ITEMS).where(ITEMS.c.item_id == item_id)).rowcount)

    # Owners, and the webhooks that tell of a change

    def change_owners(
        self, item_id: str, account_id: str, owners: Sequence[Mapping[str, Any]], tell: Any
    ) -> tuple[tuple[str, ...], str | None] | None:
        """Give an account other owners, and put the webhook that tells of it into the outbox, both or neither.

        Args:
            item_id: The Item.
            account_id: The account.
            owners: All owners from now on.
            tell: Called with the Item's object, and the owners before and after; gives what changed and, if a webhook
                is to be sent, its target and body.

        Returns:
            What changed and the id of the delivery, or None where there is no such account.
        """
        mine = and_(ACCOUNTS.c.item_id == item_id, ACCOUNTS.c.account_id == account_id)
        with self._write() as connection:
            # The Item's row is locked first, as every other writer does.
            item = connection.execute(
                select(ITEMS.c.item).where(ITEMS.c.item_id == item_id).with_for_update()
            ).scalar_one_or_none()
            before = connection.execute(select(ACCOUNTS.c.owners).where(mine)).scalar_one_or_none()
            if item is None or before is None:
                return None
            changed, message = tell(item, before, owners)
            connection.execute(update(ACCOUNTS).where(mine).values(owners=list(owners)))
            _touch(connection, item_id)
            if message is None:
                return changed, None
            target, body, now = message
            event_id = str(uuid.uuid4())
            connection.execute(
                insert(DELIVERIES).values(
                    event_id=event_id, item_id=item_id, target=target, body=body, created_at=now, attempts=0,
                    next_attempt_at=now,
                )
            )  # fmt: skip
            return changed, event_id

    def deliveries(self, *, after: int = 0, most: int = 100) -> list[tuple[int, Delivery]]:
        """List deliveries in the order of their making, each with its place, from behind a place on."""
        with self._reading.begin() as connection:
            query = select(DELIVERIES).where(DELIVERIES.c.sequence > after)
            rows = connection.execute(query.order_by(DELIVERIES.c.sequence).limit(most)).all()
        return [(row.sequence, _delivery(row)) for row in rows]

    def claim_deliveries(
        self, now: int, *, lease: int = 60_000, most: int = 20, beside: Collection[str] = ()
    ) -> list[Delivery]:
        """Take deliveries that are due, so that no other sender takes them for a while.

        Args:
            now: Milliseconds since 1970.
            lease: Milliseconds after which a delivery that was not recorded is due again: its sender died.
            most: How many at most.
            beside: Receivers whose deliveries are left for later: URLs up to host and port.
        """
        target = DELIVERIES.c.target
        others = [not_(target.startswith(one + mark, autoescape=True)) for one in beside for mark in "/?#"]
        due = select(DELIVERIES).where(DELIVERIES.c.next_attempt_at <= now, target.not_in(beside), *others)
        due = due.order_by(DELIVERIES.c.next_attempt_at)
        with self._write() as connection:
            rows = connection.execute(due.limit(most).with_for_update(skip_locked=True)).all()
            if rows:
                taken = update(DELIVERIES).where(DELIVERIES.c.sequence.in_([row.sequence for row in rows]))
                connection.execute(taken.values(next_attempt_at=now + lease, attempts=DELIVERIES.c.attempts + 1))
        return [_delivery(row)._replace(attempts=row.attempts + 1, next_attempt_at=now + lease) for row in rows]

    def record_delivery(
        self, event_id: str, *, status: int | None, delivered_at: int | None = None, next_attempt_at: int | None = None
    ) -> None:
        """Write down how a try went: delivered, to be tried again, or, with neither time, given up."""
        known = update(DELIVERIES).where(DELIVERIES.c.event_id == event_id)
        with self._write() as connection:
            connection.execute(
                known.values(last_status=status, delivered_at=delivered_at, next_attempt_at=next_attempt_at)
            )

    # Processor tokens and documents

    def add_processor_token(self, item_id: str, account_id: str, token: str) -> bool:
        """Make a token for one account; False where there is no such account.

        Raises:
            InputError: The token is already there.
        """
        with self._write() as connection:
            if not _has_account(connection, item_id, account_id):
                return False
            try:
                connection.execute(
                    insert(PROCESSOR_TOKENS).values(token_digest=digest(token), item_id=item_id, account_id=account_id)
                )
            except IntegrityError:
                taken = True
            else:
                taken = False
            if taken:
                path = "processor_token"
                raise InputError(path, "already there")
        return True

    def put_document(self, item_id: str, account_id: str, document: Mapping[str, Any], now: int) -> bool:
        """Add a document to an account, or what was read in one anew; False where there is no such account.

        Args:
            item_id: The Item.
            account_id: The account.
            document: ``document_id``, ``owners``, ``metadata``, ``risk_insights``.
            now: Milliseconds since 1970.
        """
        values = {name: document[name] for name in ("owners", "metadata", "risk_insights")}
        with self._write() as connection:
            if not _has_account(connection, item_id, account_id):
                return False
            mine = and_(
                DOCUMENTS.c.document_id == document["document_id"],
                DOCUMENTS.c.item_id == item_id,
                DOCUMENTS.c.account_id == account_id,
            )
            if not connection.execute(update(DOCUMENTS).where(mine).values(**values, last_updated=now)).rowcount:
                connection.execute(
                    insert(DOCUMENTS).values(
                        document_id=document["document_id"], item_id=item_id, account_id=account_id, **values,
                        uploaded_at=now, last_updated=now,
                    )
                )  # fmt: skip
        return True

    def account_members(self, item_id: str, account_id: str) -> dict[str, Any] | None:
        """Give an account without its owners, or None."""
        query = select(ACCOUNTS.c.members).where(ACCOUNTS.c.item_id == item_id, ACCOUNTS.c.account_id == account_id)
        with self._reading.begin() as connection:
            found: dict[str, Any] | None = connection.execute(query).scalar_one_or_none()
            return found

    def documents(self, held: Held) -> dict[str, list[dict[str, Any]]] | None:
        """Give an Item's documents by account, oldest first; None: it changed since it was read."""
        same = select(ITEMS.c.item_id).where(
            ITEMS.c.item_id == held.item_id, ITEMS.c.client_id == held.client_id, ITEMS.c.revision == held.revision
        )
        query = select(DOCUMENTS).where(DOCUMENTS.c.item_id == held.item_id)
        found: dict[str, list[dict[str, Any]]] = {}
        with self._reading.begin() as connection:
            if connection.execute(same).first() is None:
                return None
            for row in connection.execute(query.order_by(DOCUMENTS.c.uploaded_at, DOCUMENTS.c.document_id)):
                found.setdefault(row.account_id, []).append(row._asdict())
        return found

    # Keys that sign webhooks

    def add_signing_key(self, key_id: str, created_at: int, expired_at: int | None, private: str) -> None:
        """Keep a key; members as those of ``webhooks.SigningKey``, times in seconds."""
        values = {"key_id": key_id, "created_at": created_at, "expired_at": expired_at, "private": private}
        with self._write() as connection:
            connection.execute(insert(SIGNING_KEYS).values(**values))

    def expire_signing_key(self, key_id: str, expired_at: int) -> None:
        """Say from when on nothing that a key signed is good."""
        with self._write() as connection:
            connection.execute(
                update(SIGNING_KEYS).where(SIGNING_KEYS.c.key_id == key_id).values(expired_at=expired_at)
            )

    def signing_keys(self) -> list[tuple[str, int, int | None, str]]:
        """Give every key, oldest first: id, when it was made, when it expired, the private key."""
        columns = SIGNING_KEYS.c
        query = select(columns.key_id, columns.created_at, columns.expired_at, columns.private)
        with self._reading.begin() as connection:
            return [tuple(row) for row in connection.execute(query.order_by(columns.created_at, columns.key_id))]

    # Attempts

    def add_attempts(self, attempts: Sequence[NewAttempt]) -> list[bool]:
        """Write attempts, all in one transaction, with the time at which they are written.

        Returns:
            For each whether it was written: not where its client or its Item changed since they were read.
        """
        with self._write() as connection:
            written_at = time.time_ns() // 1_000_000
            now = _revisions(connection, {attempt.held.item_id for attempt in attempts})
            same = [
                now.get(attempt.held.item_id)
                == (attempt.held.revision, attempt.client.client_id, attempt.client.revision)
                for attempt in attempts
            ]
            # Ids begin with the time: an index that grows at one end alone writes fewer pages. Random bytes are drawn
            # at once, because each draw would let the other threads have a turn.
            drawn = secrets.token_hex(10 * len(attempts))
            values: list[Any] = []
            for i, (attempt, fits) in enumerate(zip(attempts, same, strict=True)):
                if fits:
                    values += (
                        f"{written_at:012x}{drawn[20 * i : 20 * i + 20]}", attempt.client.client_id,
                        attempt.held.item_id, written_at, attempt.outcome, attempt.outcome_account_id,
                        attempt.scores,
                    )  # fmt: skip
            _insert(connection, ATTEMPTS, _ATTEMPT, values)
        return same

    def attempts(
        self, client_id: str, start: int, end: int, *, after: tuple[int, int] | None = None, most: int = 25
    ) -> list[Any]:
        """List a client's attempts of a stretch of time, oldest first.

        Args:
            client_id: The client.
            start: First millisecond.
            end: Last millisecond.
            after: Time and place of the attempt before the first one wanted.
            most: How many at most.
        """
        columns = ATTEMPTS.c
        query = select(ATTEMPTS).where(columns.client_id == client_id, columns.created_at.between(start, end))
        if after is not None:
            query = query.where(tuple_(columns.created_at, columns.sequence) > tuple_(*after))
        with self._reading.begin() as connection:
            return list(connection.execute(query.order_by(columns.created_at, columns.sequence).limit(most)).all())

    def forget(self, before: int) -> int:
        """Delete what is older than a time: attempts, and deliveries that are done or given up; gives how many."""
        ended = and_(DELIVERIES.c.created_at < before, DELIVERIES.c.next_attempt_at.is_(None))
        with self._write() as connection:
            attempts = connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.created_at < before)).rowcount
            return attempts + connection.execute(delete(DELIVERIES).where(ended)).rowcount

    def is_whole(self) -> bool:
        """Tell whether the database finds itself sound; a server's is believed to be."""
        with self._reading.begin() as connection:
            return (
                connection.dialect.name != "sqlite"
                or connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            )

    def count_attempts(self) -> int:
        """Count all attempts."""
        with self._reading.begin() as connection:
            return connection.execute(select(func.count()).select_from(ATTEMPTS)).scalar_one()


# Rows

MOST_VALUES = 999  # of one statement. Source: SQLite before 3.32
_ATTEMPT = ("attempt_id", "client_id", "item_id", "created_at", "outcome", "outcome_account_id", "scores")


def _clients(connection: Connection, client_ids: Collection[str]) -> dict[str, Client]:
    rows = connection.execute(select(CLIENTS).where(CLIENTS.c.client_id.in_(client_ids)))
    return {row.client_id: Client(row.client_id, row.secret_digest, tuple(row.products), row.revision) for row in rows}


def _processor_accounts(connection: Connection, tokens: Collection[str]) -> dict[str, tuple[str, str]]:
    rows = connection.execute(select(PROCESSOR_TOKENS).where(PROCESSOR_TOKENS.c.token_digest.in_(tokens)))
    return {row.token_digest: (row.item_id, row.account_id) for row in rows}


def _held(
    connection: Connection, tokens: Collection[str], item_ids: Collection[str]
) -> tuple[dict[str, Held], dict[str, Held]]:
    """Give Items by the digest of their token, and by their id."""
    wanted = or_(ITEMS.c.token_digest.in_(tokens), ITEMS.c.item_id.in_(item_ids))
    items = connection.execute(select(ITEMS).where(wanted)).all()
    accounts: dict[str, list[Account]] = {row.item_id: [] for row in items}
    query = select(ACCOUNTS).where(ACCOUNTS.c.item_id.in_(accounts)).order_by(ACCOUNTS.c.item_id, ACCOUNTS.c.position)
    for row in connection.execute(query):
        accounts[row.item_id].append(Account(row.account_id, row.members, row.owners))
    by_token = {
        row.token_digest: Held(
            row.item_id, row.client_id, row.item, row.error_code, row.revision, tuple(accounts[row.item_id])
        )
        for row in items
    }
    return by_token, {held.item_id: held for held in by_token.values()}


def _add_accounts(connection: Connection, item_id: str, accounts: Sequence[Mapping[str, Any]], now: int) -> None:
    for position, account in enumerate(accounts):
        members = {name: value for name, value in account.items() if name not in ("owners", "documents")}
        documents = account.get("documents") or []
        ids = {document["document_id"] for document in documents}
        owners = [owner for owner in account["owners"] if owner.get("document_id") not in ids]
        connection.execute(
            insert(ACCOUNTS).values(
                item_id=item_id, account_id=account["account_id"], position=position, members=members, owners=owners
            )
        )
        for document in documents:
            named = [owner for owner in account["owners"] if owner.get("document_id") == document["document_id"]]
            connection.execute(
                insert(DOCUMENTS).values(
                    document_id=document["document_id"], item_id=item_id, account_id=account["account_id"],
                    owners=named, metadata=document["metadata"], risk_insights=document.get("risk_insights"),
                    uploaded_at=now, last_updated=now,
                )
            )  # fmt: skip


def _has_account(connection: Connection, item_id: str, account_id: str) -> bool:
    _lock(connection, item_id)
    mine = (ACCOUNTS.c.item_id == item_id, ACCOUNTS.c.account_id == account_id)
    return connection.execute(select(ACCOUNTS.c.account_id).where(*mine)).first() is not None


def _lock(connection: Connection, item_id: str) -> None:
    connection.execute(select(ITEMS.c.item_id).where(ITEMS.c.item_id == item_id).with_for_update())


def _touch(connection: Connection, item_id: str) -> None:
    connection.execute(update(ITEMS).where(ITEMS.c.item_id == item_id).values(revision=ITEMS.c.revision + 1))


def _revisions(connection: Connection, item_ids: set[str]) -> dict[str, tuple[int, str, int]]:
    query = (
        select(ITEMS.c.item_id, ITEMS.c.revision, ITEMS.c.client_id, CLIENTS.c.revision)
        .join(CLIENTS, CLIENTS.c.client_id == ITEMS.c.client_id)
        .where(ITEMS.c.item_id.in_(item_ids))
        .with_for_update(read=True, of=ITEMS)
    )
    return {item_id: (revision, client_id, known) for item_id, revision, client_id, known in connection.execute(query)}


def _insert(connection: Connection, table: Table, columns: Sequence[str], values: Sequence[Any]) -> None:
    """Insert rows, many in a statement: after each one the other threads want their turn.

    By hand, because SQLAlchemy looks at each value: that took as long as all the rest of a transaction.

    Args:
        connection: Where to.
        table: Of which the columns are.
        columns: Names.
        values: Row by row, as the driver takes them.
    """
    width = len(columns)
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    row = f"({', '.join([mark] * width)})"
    most = MOST_VALUES // width * width
    for start in range(0, len(values), most):
        some = tuple(values[start : start + most])
        rows = ", ".join([row] * (len(some) // width))
        names = ", ".join(columns)
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES {rows}", some)  # noqa: S608 - our names


def _delivery(row: Any) -> Delivery:
    return Delivery(*(getattr(row, name) for name in Delivery._fields))
