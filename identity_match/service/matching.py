"""Matching a user with an Item: what is known of the Item, who may ask, the match, and the attempt that is written.

Requests that wait are matched in a row: a match between two other requests takes longer, because their code and data
push its own out of the processor's caches.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json

from identity_match import phone_number
from identity_match.field import Missing
from identity_match.fields import FIELDS
from identity_match.match import Account, Matcher
from identity_match.records import Address, Owner, User
from identity_match.remember import Memory
from identity_match.service import wire
from identity_match.service.answers import Credentials, Limits, check_client, check_item, wanted_accounts
from identity_match.service.attempts import outcome
from identity_match.service.batches import Batches, Slices
from identity_match.service.faults import Code, RequestError
from identity_match.service.records import Asked, Client, Held, NewAttempt

if TYPE_CHECKING:
    from identity_match.service.store import Store

SCORES = frozenset(f.name for f in FIELDS)
PHONE = FIELDS.index(phone_number.FIELD)
MOST_KNOWN = 4_096  # Items kept in memory; our choice: some kilobytes each
THREADS = 4
MANY_VALUES = 100  # values from which on a match has a thread to itself: a hundred take some milliseconds
FINAL = (Code.RATE_LIMIT, Code.INVALID_FIELD)  # what the store could not say otherwise
TRIES = 5  # an Item that changes under every one of so many tries is being written all the time


class KnownAccount(NamedTuple):
    """An account as it was read; personal data.

    Attributes:
        account_id: Its id.
        owners: Its owners, read.
        answer: Beginning of its object in an answer, as JSON; the scores come behind it.
        attempt: Likewise in an attempt.
    """

    account_id: str
    owners: Sequence[Owner]
    answer: bytes
    attempt: bytes

    def __repr__(self) -> str:
        """Show no value."""
        return f"KnownAccount(<{len(self.owners)} owners>)"


def _known_account(account: Account) -> KnownAccount:
    members = {name: value for name, value in account.members.items() if name not in SCORES}
    own = {"account_id": account.account_id}
    return KnownAccount(account.account_id, account.owners, *(to_json(begun)[:-1] + b"," for begun in (members, own)))


class Known:
    """A client and its Item as they were read, with what is worked out of them once.

    Args:
        client: The client; None: there is none.
        held: The Item; None: it has none of this token.
    """

    def __init__(self, client: Client | None, held: Held | None) -> None:
        self.client = client
        self.held = held
        self._keys: Memory | None = None

    @cached_property
    def accounts(self) -> list[KnownAccount]:
        """The accounts a token is for, their owners read."""
        held = self.held
        if held is None:
            return []
        return [
            _known_account(Account.from_dict({**account.members, "owners": account.owners}, "accounts"))
            for account in held.accounts
            if held.account_id in (None, account.account_id)
        ]

    @cached_property
    def item(self) -> bytes:
        """The Item's object, as JSON."""
        return to_json(None if self.held is None else self.held.item)

    @cached_property
    def is_large(self) -> bool:
        """Whether a user is compared with so many values that others would wait for it."""
        accounts = () if self.held is None else self.held.accounts
        lists = (values for account in accounts for owner in account.owners for values in owner.values())
        return sum(len(values) for values in lists if isinstance(values, list)) > MANY_VALUES

    def keys(self, matcher: Matcher) -> Memory:
        """The owners' values, read; nothing that a user typed is ever added to them."""
        if self._keys is None:
            keys = Memory()
            for account in self.accounts:
                keys.add_owners(account.owners, matcher.options)
            self._keys = keys
        return self._keys


class Question(NamedTuple):
    """What one request asks; secrets and personal data, never printed.

    Attributes:
        credentials: Who asks.
        token: An access token, or a processor token.
        typed: What the user typed.
        account_ids: Only these accounts; None: all.
        processor: Whether it is a processor token.
    """

    credentials: Credentials
    token: str
    typed: wire.IdentityUser
    account_ids: Sequence[str] | None = None
    processor: bool = False

    def __repr__(self) -> str:
        """Show nothing."""
        return "Question()"


_Made = tuple[list[bytes], NewAttempt]  # the accounts of an answer as JSON, and the attempt to be written


class Matched(NamedTuple):
    """What came of a question, as JSON: the accounts of the answer, and the Item's object; personal data."""

    accounts: list[bytes]
    item: bytes

    def __repr__(self) -> str:
        """Show no value."""
        return f"Matched(<{len(self.accounts)} accounts>)"


class Matching:
    """Matches users with Items.

    What is known of an Item from an earlier request is used where the store confirms it, in the transaction that writes
    the attempt; where it does not, nothing was written, and the Item is read anew.

    Args:
        store: Where everything is.
        matcher: What users are matched with.
        limits: What counts them.
    """

    def __init__(self, store: Store, matcher: Matcher, limits: Limits) -> None:
        self._matcher = matcher
        self._limits = limits
        self._threads = ThreadPoolExecutor(THREADS, "identity-match-large")
        self.reader: Batches[Asked, Any] = Batches(store.lookup, "identity-match-reader")
        self._store = store
        self._writer: Batches[_Made, list[bytes] | None] = Batches(self._write, "identity-match-writer")
        self._matches: Slices[tuple[Question, Known], _Made, list[bytes] | None] = Slices(self._match, self._writer)
        self._spare: list[Memory] = []  # emptied memories: making one takes longer than emptying it
        self._known: OrderedDict[Asked, Known] = OrderedDict()

    def close(self) -> None:
        """Wait for what is under way."""
        self.reader.close()
        self._threads.shutdown()
        self._writer.close()

    async def answer(self, question: Question) -> Matched:
        """Match a user with an Item, and write the attempt down."""
        asked = Asked(question.credentials.client_id, question.token, question.processor)
        counted = False
        product = "processor_identity" if question.processor else "identity_match"
        for _ in range(TRIES):
            known = self._known.get(asked)
            fresh = known is None
            if known is None:
                known = Known(*await self.reader.ask(asked))
            try:
                client = check_client(known.client, question.credentials)
                if not counted:
                    self._limits.count(Code.RATE_LIMIT, client, known.held)
                    counted = True
                check_item(client, known.held, product, processor=question.processor)
                if known.is_large:
                    loop = asyncio.get_running_loop()
                    made = await loop.run_in_executor(self._threads, self._match, (question, known))
                    shown = await self._writer.ask(made)
                else:
                    shown = await self._matches.ask((question, known))
            except RequestError as fault:
                if fresh or fault.code in FINAL:
                    raise
                self._known.pop(asked, None)
                continue
            if shown is not None:
                self._keep(asked, known)
                return Matched(shown, known.item)
            self._known.pop(asked, None)
        raise RequestError(Code.PRODUCT_NOT_READY)  # the Item changed under every try

    def _write(self, made: list[_Made]) -> list[list[bytes] | None]:
        """Write attempts; the accounts of each answer, or None where the Item changed since it was read."""
        written = self._store.add_attempts([attempt for _, attempt in made])
        return [shown if fits else None for (shown, _), fits in zip(made, written, strict=True)]

    def _match(self, given: tuple[Question, Known]) -> _Made:
        """Match one user: the accounts of the answer, and the attempt to be written."""
        question, known = given
        assert known.client is not None, "checked"
        assert known.held is not None, "checked"
        user = _user(question.typed)
        shown, noted, decided = [], [], []
        try:
            memory = self._spare.pop()
        except IndexError:
            memory = Memory()
        memory.stand_on(known.keys(self._matcher))
        try:
            if not _may_be_number(memory.fields[PHONE].normalize(user.phone_number, self._matcher.options)):
                raise RequestError(Code.INVALID_FIELD, "user.phone_number")
            for account in wanted_accounts(known.accounts, question.account_ids):
                result = self._matcher.score_remembering(user, account.owners, memory)
                scores = to_json(result.to_dict())[1:]
                shown.append(account.answer + scores)
                noted.append(account.attempt + scores)
                decided.append((account.account_id, result.overall))
        finally:
            memory.forget()  # so that nobody can tell by the time an answer takes what others asked
            self._spare.append(memory)
        came_of, best = outcome(decided)
        return shown, NewAttempt(known.client, known.held, came_of, best, f"[{b','.join(noted).decode()}]")

    def _keep(self, asked: Asked, known: Known) -> None:
        """Keep what was read, as the one used last; not of an Item of thousands of values, which are megabytes."""
        if known.is_large:
            return
        self._known.pop(asked, None)
        self._known[asked] = known
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


def _user(typed: wire.IdentityUser) -> User:
    home = typed.address
    address = None if home is None else Address(home.street, home.city, home.region, home.postal_code, home.country)
    return User(typed.legal_name, typed.phone_number, typed.email_address, address)


def _may_be_number(key: Any) -> bool:
    """Tell whether a phone number is one in some country, or left out."""
    if isinstance(key, Missing):
        return key in (Missing.BLANK, Missing.PLACEHOLDER)
    return bool(key.state != phone_number.FRAGMENT)
