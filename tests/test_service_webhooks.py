"""What the service tells of changed owner data: every event reaches, signed, a receiver that is there within a day."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from serving import PERSONAL, SAMPLE, running

from identity_match.errors import WebhookError
from identity_match.service import delivery
from identity_match.service.changes import default_update
from identity_match.service.delivery import (
    A_RECEIVER,
    AT_ONCE,
    GIVE_UP,
    KEY_LIFE,
    KEY_REST,
    Sender,
    client,
    signing_key,
)
from identity_match.service.server import load_folder
from identity_match.service.settings import Settings
from identity_match.service.store import Store
from identity_match.webhooks import KeyCache, Refusal, Replays, verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ITEM_ID = "sample-item-0001"
TARGET = "http://127.0.0.1:9/hook"
SECOND = 1_000  # milliseconds
NOW = 1_800_000_000 * SECOND
CANARY = "QUETZALWREN"


class Receiver:
    """Stands behind the target: answers as it is told to, then 200, and keeps what came."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.came: list[Any] = []

    def __call__(self, request: Any) -> Any:
        self.came.append(request)
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        headers = {"Location": "http://127.0.0.1:9/elsewhere", "Set-Cookie": "c=1"}
        return httpx.Response(answer, headers=headers)

    def client(self) -> Any:
        return client(httpx.MockTransport(self))


def deliver(store: Store, receiver: Receiver, now: int, **settings: Any) -> int:
    async def once() -> int:
        async with receiver.client() as http:
            return await Sender(store, Settings(**settings), http).deliver_due(now)

    return asyncio.run(once())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite") as opened:
        load_folder(opened, SAMPLE)
        yield opened


def changed(store: Store, at: int = NOW, target: str = TARGET) -> str:
    """Give the sample's account another owner and put the event into the outbox."""
    owner = {"names": [f"{CANARY} {at}"], "phone_numbers": [], "emails": [], "addresses": []}
    body = default_update(ITEM_ID, {PERSONAL: ["names"]})
    told = store.change_owners(ITEM_ID, PERSONAL, [owner], lambda *_: (("names",), (target, body, at)))
    assert told is not None
    assert told[1] is not None
    return told[1]


def test_delivered_and_verified_with_the_published_key(store: Store) -> None:
    changed(store)
    receiver = Receiver()
    assert deliver(store, receiver, NOW) == 1
    (request,) = receiver.came
    keys = {key.key_id: key.jwk() for key in (signing_key(store, NOW // SECOND),)}
    told = verify(dict(request.headers), request.content, keys.get, now=NOW / SECOND, replays=Replays())
    assert told["account_ids_with_updated_identity"] == {PERSONAL: ["names"]}
    assert request.headers["content-type"] == "application/json"
    (_, row), *_ = store.deliveries()
    assert (row.delivered_at, row.next_attempt_at, row.last_status, row.attempts) == (NOW, None, 200, 1)
    assert deliver(store, receiver, NOW + SECOND) == 0, "delivered is delivered"


@pytest.mark.parametrize("answer", [199, 302, 400, 410, 500, httpx.ConnectError("down"), httpx.ReadTimeout("slow")])
def test_anything_but_2xx_is_tried_again(store: Store, answer: Any) -> None:
    changed(store)
    receiver = Receiver(answer, 204)
    assert deliver(store, receiver, NOW) == 1
    assert deliver(store, receiver, NOW + 29 * SECOND) == 0
    assert deliver(store, receiver, NOW + 30 * SECOND) == 1
    assert len(receiver.came) == 2, "a redirect is not followed"
    assert store.deliveries()[-1][1].delivered_at == NOW + 30 * SECOND


def test_pauses_grow_fourfold_and_end_after_a_day(store: Store) -> None:
    event_id = changed(store)
    receiver = Receiver(*[503] * 50)
    now, tries = NOW, []
    while (due := store.deliveries()[-1][1].next_attempt_at) is not None:
        now = max(now, due)
        tries.append((now - NOW) // SECOND)
        assert deliver(store, receiver, now) == 1
    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses == [30 * 4**i for i in range(6)]
    row = store.deliveries()[-1][1]
    assert (row.event_id, row.delivered_at, row.last_status, row.attempts) == (event_id, None, 503, 7)
    assert tries[-1] <= GIVE_UP


def test_a_receiver_that_was_down_gets_every_event(store: Store) -> None:
    """Fifty events while nothing answers; all of them arrive once something does."""
    events = {changed(store, NOW + i * SECOND) for i in range(50)}
    down, up = Receiver(*[httpx.ConnectError("down")] * 10_000), Receiver()
    now = NOW + 60 * SECOND
    for _ in range(20):
        now += 60 * SECOND
        while deliver(store, down, now):
            pass
    now += 5 * 3600 * SECOND
    while deliver(store, up, now):
        pass
    rows = [row for _, row in store.deliveries(most=1_000)]
    assert {row.event_id for row in rows if row.delivered_at is not None} == events
    assert len(up.came) == 50, "each once, since all were taken"


def test_every_try_is_signed_anew(store: Store) -> None:
    """A receiver that refuses replays takes the second try, too."""
    changed(store)
    receiver, replays = Receiver(500, 200), Replays()
    deliver(store, receiver, NOW)
    deliver(store, receiver, NOW + 30 * SECOND)
    keys = {key.key_id: key.jwk() for key in (signing_key(store, NOW // SECOND),)}
    for request, at in zip(receiver.came, (NOW, NOW + 30 * SECOND), strict=True):
        assert verify(dict(request.headers), request.content, keys.get, now=at / SECOND, replays=replays)
    with pytest.raises(WebhookError) as caught:
        verify(dict(request.headers), request.content, keys.get, now=at / SECOND, replays=replays)
    assert caught.value.code == Refusal.REPLAYED


def test_two_senders_do_not_send_the_same_and_take_over_from_a_dead_one(store: Store) -> None:
    changed(store)
    (claimed,) = store.claim_deliveries(NOW)
    assert store.claim_deliveries(NOW) == []
    assert claimed.next_attempt_at is not None
    assert claimed.next_attempt_at - NOW > delivery.TIMEOUT * SECOND, "nobody takes over what may still be under way"
    assert deliver(store, Receiver(), claimed.next_attempt_at) == 1
    assert store.deliveries()[-1][1].attempts == 2


def test_a_cookie_of_one_receiver_is_not_sent_to_another(store: Store) -> None:
    receiver = Receiver()

    async def twice() -> None:
        async with receiver.client() as http:
            for i in range(2):
                changed(store, NOW, f"http://127.0.0.1:{9 + i}/hook")
                assert await Sender(store, Settings(), http).deliver_due(NOW) == 1

    asyncio.run(twice())
    assert [request.headers.get("cookie") for request in receiver.came] == [None, None]


def test_a_target_that_is_no_longer_allowed_is_not_called(store: Store) -> None:
    changed(store)
    receiver = Receiver()
    assert deliver(store, receiver, NOW, webhook_hosts=("hooks.example.com",)) == 1
    assert receiver.came == []
    row = store.deliveries()[-1][1]
    assert (row.delivered_at, row.next_attempt_at, row.last_status) == (None, None, None)


def test_more_than_go_at_once_all_go(store: Store) -> None:
    for i in range(AT_ONCE + 5):
        changed(store, NOW - i)
    receiver = Receiver()
    assert [deliver(store, receiver, NOW), deliver(store, receiver, NOW)] == [AT_ONCE + 5, 0]


def test_a_receiver_that_hangs_holds_no_other_up(store: Store) -> None:
    """Few deliveries to one host and port are under way at a time, whatever their paths; the others go first."""
    for i in range(A_RECEIVER + 4):
        changed(store, NOW - SECOND + i, "http://127.0.0.1:9" + ("", "/", f"/{i}", f"?{i}")[i % 4])
    quick = ("http://127.0.0.1:90/quick", "http://localhost:9/quick")
    for target in quick:
        changed(store, NOW, target)

    async def use() -> None:
        gate = asyncio.Event()

        async def answer(request: Any) -> Any:
            if request.url.path != "/quick":
                await gate.wait()
            return httpx.Response(200)

        async with client(httpx.MockTransport(answer)) as http:
            sender = Sender(store, Settings(), http)
            assert [await sender.begin_due(NOW) for _ in range(3)] == [A_RECEIVER, 2, 0]
            while len(delivered()) < 2:
                await sender.wait(5)
            assert delivered() == list(quick)
            gate.set()
            await sender.wait(None)
            assert await sender.deliver_due(NOW) == 4

    def delivered() -> list[str]:
        return [row.target for _, row in store.deliveries() if row.delivered_at is not None]

    asyncio.run(use())
    assert len(delivered()) == A_RECEIVER + 6


def test_keys_change_and_old_ones_hold_a_while(store: Store) -> None:
    first = signing_key(store, 0)
    assert signing_key(store, KEY_LIFE - 1).key_id == first.key_id
    second = signing_key(store, KEY_LIFE)
    assert second.key_id != first.key_id
    expired = {row[0]: row[2] for row in store.signing_keys()}
    assert expired == {first.key_id: KEY_LIFE + KEY_REST, second.key_id: None}


def test_nothing_of_an_owner_is_sent_or_logged(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    changed(store)
    receiver = Receiver(500)
    deliver(store, receiver, NOW)
    assert CANARY not in caplog.text
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("identity_match")]
    assert len(ours) == 1
    assert "hook" not in ours[0].removeprefix("webhook"), "a target may carry a token"
    assert CANARY.encode() not in receiver.came[0].content


def test_a_running_service_tells_of_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the operator's change of owners to a receiver that asks the service for the key."""
    receiver = Receiver(500)
    monkeypatch.setattr(delivery, "client", receiver.client)
    monkeypatch.setattr(delivery, "LOOK_EVERY", 0.02)
    with running(tmp_path, webhook_pause_seconds=0.05) as local:
        held = json.loads((SAMPLE / "item.json").read_text("utf-8"))
        held |= {"item": held["item"] | {"item_id": "hooked", "webhook": TARGET}, "client_id": "sample"}
        assert local.admin("POST", "items", held).status_code == 200
        owner = {"names": ["JUNE MARSH"], "phone_numbers": [], "emails": [], "addresses": []}
        answer = local.admin("PUT", f"items/hooked/accounts/{PERSONAL}/owners", {"owners": [owner]})
        assert answer.status_code == 200, answer.text
        deadline = time.monotonic() + 10
        while len(receiver.came) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        request = receiver.came[1]

        def fetch(key_id: str) -> Any:
            return local.ask("/webhook_verification_key/get", {"key_id": key_id}).json()["key"]

        told = verify(dict(request.headers), request.content, KeyCache(fetch))
    assert told == json.loads(request.content)
    assert told["item_id"] == "hooked"
    assert "names" in told["account_ids_with_updated_identity"][PERSONAL]
