"""Matching a user with an Item: what is known of the Item, who may ask, the match, and the attempt that is written."""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json

from identity_match.fields import FIELDS
from identity_match.match import Account
from identity_match.service import wire
from identity_match.service.answers import Credentials, Limits, check_client, check_item, wanted_accounts
from identity_match.service.batches import Batches
from identity_match.service.faults import Code, FaultApart, RequestError
from identity_match.service.records import Asked, Client, Held, NewAttempt
from identity_match.service.scorer import FAULT, NO_NUMBER, Scorer
from identity_match.service.scoring import ScorerEnded, Scoring

if TYPE_CHECKING:
    from identity_match.service import records
    from identity_match.service.store import Store

SCORES = frozenset(f.name for f in FIELDS)
MOST_KNOWN = 4_096  # Items kept in memory; our choice: some kilobytes each
THREADS = 4
MANY_VALUES = 100  # values from which on a match has a thread to itself: a hundred take some milliseconds
FINAL = (Code.RATE_LIMIT, Code.INVALID_FIELD)  # what the store could not say otherwise
TRIES = 5  # an Item that changes under every one of so many tries is being written all the time
_NUMBERS = itertools.count()


class KnownAccount(NamedTuple):
    """An account, as far as it need not be worked out for each request; personal data.

    Attributes:
        account_id: Its id.
        place: Its place among the Item's accounts.
        answer: Beginning of its object in an answer, as JSON; the scores come behind it.
        attempt: Likewise in an attempt.
    """

    account_id: str
    place: int
    answer: bytes
    attempt: bytes

    def __repr__(self) -> str:
        """Show no value."""
        return f"KnownAccount(<{self.place}>)"


def _known_account(place: int, account: records.Account) -> KnownAccount:
    shown = Account.from_dict({**account.members, "owners": []}, f"accounts[{place}]")
    members = {name: value for name, value in shown.members.items() if name not in SCORES}
    begun = (to_json(value)[:-1] + b"," for value in (members, {"account_id": shown.account_id}))
    return KnownAccount(shown.account_id, place, *begun)


class Known:
    """A client and its Item as they were read, with what is worked out of them once.

    Args:
        client: The client; None: there is none.
        held: The Item; None: it has none of this token.

    Attributes:
        number: What the Item is called where users are scored.
    """

    def __init__(self, client: Client | None, held: Held | None) -> None:
        self.client = client
        self.held = held
        self.number = next(_NUMBERS)

    @cached_property
    def accounts(self) -> list[KnownAccount]:
        """The accounts a token is for."""
        held = self.held
        if held is None:
            return []
        return [
            _known_account(place, account)
            for place, account in enumerate(held.accounts)
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

    def told(self) -> bytes:
        """Give the line that tells of the owners where users are scored."""
        accounts = () if self.held is None else self.held.accounts
        return to_json((self.number, [account.owners for account in accounts]))


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
        default_country: As for ``Matcher``.
        limits: What counts users.
    """

    def __init__(self, store: Store, default_country: str, limits: Limits) -> None:
        self._default_country = default_country
        self._limits = limits
        self._threads = ThreadPoolExecutor(THREADS, "identity-match-large")
        self.reader: Batches[Asked, Any] = Batches(store.lookup, "identity-match-reader")
        self._store = store
        self._writer: Batches[_Made, list[bytes] | None] = Batches(self._write, "identity-match-writer")
        self._scoring = Scoring(default_country)
        self._known: OrderedDict[Asked, Known] = OrderedDict()

    async def warm_up(self) -> None:
        """Start what scores users, and let it read its tables."""
        home = {"street": "100 Main St", "city": "Reno", "region": "NV", "postal_code": "89501", "country": "US"}
        typed = wire.IdentityUser(
            legal_name="Jane Doe", phone_number="+12025550143", email_address="jane@example.com",
            address=wire.UserAddress(**home),
        )  # fmt: skip
        owner = {
            "names": ["JANE DOE"], "phone_numbers": ["2025550143"], "emails": ["jane@example.com"], "addresses": [home]
        }  # fmt: skip
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        number = next(_NUMBERS)
        self._scoring.ask(
            number, lambda: to_json((number, [[owner]])), _question(number, typed, [0]), lambda _: done.set_result(None)
        )
        await done

    async def close(self) -> None:
        """Wait for what is under way."""
        self.reader.close()
        self._threads.shutdown()
        await self._scoring.close()
        self._writer.close()

    async def answer(self, question: Question) -> Matched:
        """Match a user with an Item, and write the attempt down."""
        asked = Asked(question.credentials.client_id, question.token, question.processor)
        counted = ended = False
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
                held = check_item(client, known.held, product, processor=question.processor)
                wanted = wanted_accounts(known.accounts, question.account_ids)
                shown = await self._score(question.typed, known, _Asking(client, held, wanted))
            except ScorerEnded:  # nothing was written
                if ended:
                    raise
                ended = True
                continue
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

    def _score(self, typed: wire.IdentityUser, known: Known, asking: _Asking) -> asyncio.Future[list[bytes] | None]:
        """Promise the accounts of the answer, once the attempt is written; None where it must not be."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[list[bytes] | None] = loop.create_future()
        line = _question(known.number, typed, [account.place for account in asking.accounts])

        def write(found: bytes | BaseException) -> None:
            """Write the attempt; so who asks is woken once, which costs as much as a tenth of a match."""
            if done.done():  # its caller is gone
                return
            try:
                self._writer.put(asking.made(found), done)
            except Exception as fault:  # noqa: BLE001 - its caller is told
                done.set_exception(fault)

        if known.is_large:
            alone = loop.run_in_executor(self._threads, _score_alone, self._default_country, known.told, line)
            alone.add_done_callback(lambda scored: write(scored.exception() or scored.result()))
        else:
            self._scoring.ask(known.number, known.told, line, write)
        return done

    def _write(self, made: list[_Made]) -> list[list[bytes] | None]:
        """Write attempts; the accounts of each answer, or None where the Item changed since it was read."""
        written = self._store.add_attempts([attempt for _, attempt in made])
        return [shown if fits else None for (shown, _), fits in zip(made, written, strict=True)]

    def _keep(self, asked: Asked, known: Known) -> None:
        """Keep what was read, as the one used last; not of an Item of thousands of values, which are megabytes."""
        if known.is_large:
            return
        self._known.pop(asked, None)
        self._known[asked] = known
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


class _Asking(NamedTuple):
    """Who asks, and for which Item and accounts of it, all checked; personal data."""

    client: Client
    held: Held
    accounts: list[KnownAccount]

    def __repr__(self) -> str:
        return "_Asking()"

    def made(self, found: bytes | BaseException) -> _Made:
        """Make the accounts of an answer, and the attempt to be written, of what was found."""
        if isinstance(found, BaseException):
            raise found
        if found == NO_NUMBER:
            raise RequestError(Code.INVALID_FIELD, "user.phone_number")
        if found.startswith(FAULT):
            raise FaultApart(found.removeprefix(FAULT).decode())
        came_of, passed, *scores = found.split(b"\t")
        best = None
        shown, noted = [], []
        for account, scored in zip(self.accounts, scores, strict=True):
            members = scored[1:]
            shown.append(account.answer + members)
            noted.append(account.attempt + members)
            if passed and account.place == int(passed):
                best = account.account_id
        attempt = f"[{b','.join(noted).decode()}]"
        return shown, NewAttempt(self.client, self.held, came_of.decode(), best, attempt)


def _question(number: int, typed: wire.IdentityUser, places: list[int]) -> bytes:
    return to_json((number, typed, places))


def _score_alone(default_country: str, told: Callable[[], bytes], line: bytes) -> bytes:
    """Score a user with an Item of so many values that others would wait for it."""
    scorer = Scorer(default_country)
    scorer.take(told())
    found = scorer.take(line)
    assert found is not None, "a question has an answer"
    return found
