"""The process in which users are scored: so that scoring holds nobody else up, and has a processor of its own.

It reads lines of JSON from standard input; nothing is unpickled and nothing is written to disk:

- ``[item, [[owner, …], …]]``: an Item has a number from now on; the owners of each of its accounts;
- ``[item]``: nobody asks for it any more;
- ``[item, user, [account, …]]``: score a user with the accounts at these places.

Only the last is answered, each in its turn, on standard output, with a line whose parts are divided by tabs: what came
of it, the place of the account that passed or nothing, and for each account its scores as a JSON object. In place of
all that stands ``NO_NUMBER``, or ``FAULT`` and the place of a fault in our code.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from identity_match import phone_number
from identity_match.field import Missing
from identity_match.fields import FIELDS
from identity_match.match import Matcher
from identity_match.policy import BALANCED
from identity_match.records import Address, Owner, User, owners_from
from identity_match.remember import Memory
from identity_match.service.attempts import outcome
from identity_match.service.faults import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_NUMBER = b"?"  # what the user gave as a phone number is none anywhere
FAULT = b"!"
PHONE = FIELDS.index(phone_number.FIELD)
CHUNK = 1 << 16  # bytes read at once
SAY_SECONDS = 0.002  # after which answers are sent although more questions are there; our choice: some tens of matches
# Objects made before the collector looks for cycles among them; our choice. Requests hold none to speak of, and looking
# after every 700, as Python does by itself, took a quarter of the time under two hundred clients.
YOUNG_OBJECTS = 50_000


class Lines:
    """Puts together lines that come in pieces, in time linear in their length."""

    def __init__(self) -> None:
        self._begun: list[bytes] = []

    def feed(self, data: bytes) -> list[bytes]:
        r"""Take a piece; give the lines that end in it.

        >>> lines = Lines()
        >>> lines.feed(b"on"), lines.feed(b"e\ntwo\nth")
        ([], [b'one', b'two'])
        """
        head, end, rest = data.rpartition(b"\n")
        if not end:
            self._begun.append(data)
            return []
        whole = b"".join([*self._begun, head]).split(b"\n")
        self._begun = [rest]
        return whole


class _Item:
    """The owners of an Item's accounts, and their keys, which are worked out once."""

    def __init__(self, accounts: Sequence[Any], matcher: Matcher) -> None:
        self.accounts: list[Sequence[Owner]] = [owners_from(owners) for owners in accounts]
        self.keys = Memory()
        for owners in self.accounts:
            self.keys.add_owners(owners, matcher.options)


class Scorer:
    """Scores users with accounts that it was told of.

    Args:
        default_country: As for ``Matcher``.
    """

    def __init__(self, default_country: str) -> None:
        self._matcher = Matcher(default_country=default_country, policy=BALANCED)
        self._items: dict[int, _Item | bytes] = {}
        self._memory = Memory()

    def take(self, line: bytes) -> bytes | None:
        """Take a line; give the answer, without the end of the line, where it is a question."""
        item, *said = from_json(line)
        if not said:
            del self._items[item]
        elif len(said) == 1:
            try:
                self._items[item] = _Item(said[0], self._matcher)
            except Exception as fault:  # noqa: BLE001 - who asks for it is told
                self._items[item] = FAULT + place_of(fault).encode()
        else:
            try:
                return self._answer(self._items[item], *said)
            except Exception as fault:  # noqa: BLE001 - only this question goes without an answer
                return FAULT + place_of(fault).encode()
        return None

    def _answer(self, item: _Item | bytes, typed: dict[str, Any], places: Sequence[int]) -> bytes:
        if isinstance(item, bytes):
            return item
        home = typed.pop("address")
        user = User(**typed, address=None if home is None else Address(**home))
        self._memory.stand_on(item.keys)
        try:
            number = self._memory.fields[PHONE].normalize(user.phone_number, self._matcher.options)
            if not _may_be_number(number):
                return NO_NUMBER
            found = [self._matcher.score_remembering(user, item.accounts[place], self._memory) for place in places]
            came_of, best = outcome([match.overall for match in found])
        finally:
            self._memory.forget()  # so that nobody can tell by the time an answer takes what others asked
        passed = "" if best is None else str(places[best])
        return b"\t".join([came_of.encode(), passed.encode(), *(to_json(match.to_dict()) for match in found)])


def _may_be_number(key: Any) -> bool:
    """Tell whether a phone number is one in some country, or left out."""
    if isinstance(key, Missing):
        return key in (Missing.BLANK, Missing.PLACEHOLDER)
    return bool(key.state != phone_number.FRAGMENT)


def main(default_country: str) -> None:
    """Answer until nobody asks any more: the other end of the pipe is closed, also where its process was killed."""
    for name in (signal.SIGINT, signal.SIGTERM):  # meant for the service, which may still have questions
        signal.signal(name, signal.SIG_IGN)
    scorer = Scorer(default_country)
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    lines = Lines()
    with suppress(ConnectionError):
        while data := os.read(sys.stdin.fileno(), CHUNK):
            said: list[bytes] = []
            end = time.perf_counter() + SAY_SECONDS
            for line in lines.feed(data):
                answer = scorer.take(line)
                if answer is None:
                    continue
                said += (answer, b"\n")
                if time.perf_counter() > end:
                    _say(said)
                    end = time.perf_counter() + SAY_SECONDS
            _say(said)


def _say(said: list[bytes]) -> None:
    left = memoryview(b"".join(said))
    while left:  # past Python's own buffer, of which it would complain in the end where nobody reads any more
        left = left[os.write(sys.stdout.fileno(), left) :]
    said.clear()
