"""Sends the webhooks that wait in the store: signed anew for every try, at least once, with longer and longer pauses.

A try ends well when the receiver answers 2xx in time. Otherwise it is made again after half a minute, then after four
times as long each time, for a day: what Plaid's documentation of webhooks says of its own. A receiver that is back
within that day gets every event. Two processes may share a store: what one has claimed the other leaves alone, and
takes up when the first has died.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from identity_match.service.changes import may_be_sent
from identity_match.webhooks import SigningKey

if TYPE_CHECKING:
    from identity_match.service.records import Delivery
    from identity_match.service.settings import Settings
    from identity_match.service.store import Store

LOG = logging.getLogger(__name__)
TIMEOUT = 10.0  # seconds for the whole of a try. Source: Plaid, webhooks.
LONGER = 4  # each pause is so many times the one before it. Source: the same.
GIVE_UP = 24 * 3600  # seconds after the event from which no try is made. Source: the same.
LOOK_EVERY = 1.0  # seconds between looks at an outbox that is empty; our choice
AT_ONCE = 40  # deliveries under way at a time; our choice. Their lease has to be longer than TIMEOUT.
A_RECEIVER = 5  # deliveries to one receiver from which on others go first; our choice
KEY_LIFE = 30 * 24 * 3600  # seconds for which a key signs; our choice
KEY_REST = 24 * 3600  # seconds for which what it signed can still be verified; a token is good for five minutes


def next_try(delivery: Delivery, pause: float, now: int) -> int | None:
    """Say when a delivery that failed is tried again.

    Args:
        delivery: With the try that failed counted.
        pause: Seconds after the first try.
        now: Milliseconds since 1970.

    Returns:
        Milliseconds since 1970; None where it is given up.
    """
    again = now + int(pause * 1000) * LONGER ** (delivery.attempts - 1)
    return again if again <= delivery.created_at + GIVE_UP * 1000 else None


def signing_key(store: Store, now: int) -> SigningKey:
    """Give the key to sign with; a new one where there is none, or where the last has served its time.

    Args:
        store: Where keys are.
        now: Seconds since 1970.
    """
    keys = [SigningKey(*row) for row in store.signing_keys()]
    live = [key for key in keys if key.expired_at is None]
    if live and live[-1].created_at + KEY_LIFE > now:
        return live[-1]
    made = SigningKey.new(now)
    store.add_signing_key(*made)
    for key in live:
        store.expire_signing_key(key.key_id, now + KEY_REST)
    return made


def receiver_of(target: str) -> str:
    """Give the beginning of a URL that names who receives it: up to host and port.

    >>> receiver_of("http://127.0.0.1:9000/hook?item=1")
    'http://127.0.0.1:9000'
    """
    return f"{target.partition('://')[0]}://{urlsplit(target).netloc}"


def client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Make a client that goes nowhere but to the target: no proxy of the environment, no redirect, no cookie kept."""
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))  # one receiver's would reach others of its host
    return httpx.AsyncClient(
        timeout=TIMEOUT, follow_redirects=False, trust_env=False, cookies=no_cookies, transport=transport
    )


class Sender:
    """Sends what is due, some deliveries at a time, few of them to one receiver: one that hangs holds no other up.

    Args:
        store: Store with the outbox.
        settings: Says where webhooks may go.
        http: Client to send with, as ``client`` makes it.
    """

    def __init__(self, store: Store, settings: Settings, http: httpx.AsyncClient) -> None:
        self._store = store
        self._settings = settings
        self._http = http
        self._under_way: dict[asyncio.Task[None], str] = {}  # each with its receiver

    async def begin_due(self, now: int | None = None) -> int:
        """Begin to send deliveries that are due, as many as there is room for, and say how many.

        Args:
            now: Milliseconds since 1970; None for those of the clock.
        """
        at = int(time.time() * 1000) if now is None else now
        busy = [receiver for receiver, count in Counter(self._under_way.values()).items() if count >= A_RECEIVER]
        room = min(A_RECEIVER, AT_ONCE - len(self._under_way))
        if room <= 0:
            return 0
        due = await asyncio.to_thread(self._store.claim_deliveries, at, most=room, beside=busy)
        if due:
            key = await asyncio.to_thread(signing_key, self._store, at // 1000)
            for delivery in due:
                task = asyncio.create_task(self._deliver(delivery, key, at))
                self._under_way[task] = receiver_of(delivery.target)
                task.add_done_callback(self._under_way.pop)
        return len(due)

    async def deliver_due(self, now: int | None = None) -> int:
        """Send every delivery that is due, wait for all, and say how many there were."""
        sent = 0
        while begun := await self.begin_due(now):
            sent += begun
            await self.wait(None)
        return sent

    async def wait(self, seconds: float | None) -> None:
        """Wait until one that is under way has ended, at most so long; None: until all have."""
        if self._under_way:
            until = asyncio.ALL_COMPLETED if seconds is None else asyncio.FIRST_COMPLETED
            await asyncio.wait(self._under_way, timeout=seconds, return_when=until)
        elif seconds is not None:
            await asyncio.sleep(seconds)

    async def stop(self) -> None:
        """End what is under way; it is due again when its lease has ended."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _deliver(self, delivery: Delivery, key: SigningKey, at: int) -> None:
        try:
            status = await self._try(delivery, key, at)
        except Exception as fault:  # noqa: BLE001 - it is due again when its lease has ended
            _log(fault)
        else:
            answer = "no answer" if status is None else status
            LOG.info("webhook %s, try %d: %s", delivery.event_id, delivery.attempts, answer)

    async def _try(self, delivery: Delivery, key: SigningKey, at: int) -> int | None:
        """Send one, write down what came of it, and give the status of the answer."""
        status = done = again = None
        if may_be_sent(delivery.target, self._settings.webhook_hosts):  # the list may have become shorter
            status = await _status(self._http, delivery, key.sign(delivery.body, at / 1000))
            if status is not None and 200 <= status < 300:
                done = at
            else:
                again = next_try(delivery, self._settings.webhook_pause_seconds, at)
        record = {"status": status, "delivered_at": done, "next_attempt_at": again}
        await asyncio.to_thread(self._store.record_delivery, delivery.event_id, **record)
        return status


def _log(fault: Exception) -> None:
    LOG.error("webhooks could not be delivered: %s", type(fault).__name__)  # its text may hold a value


async def _status(http: httpx.AsyncClient, delivery: Delivery, token: str) -> int | None:
    """Send one, and give the status of the answer; what the receiver writes beside it is not read."""
    headers = {"Content-Type": "application/json", "Plaid-Verification": token}
    try:
        async with asyncio.timeout(TIMEOUT):
            request = http.build_request("POST", delivery.target, content=delivery.body, headers=headers)
            response = await http.send(request, stream=True)
            await response.aclose()
            return response.status_code
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError):
        return None


async def keep_delivering(store: Store, settings: Settings) -> None:
    """Deliver what is due until cancelled."""
    async with client() as http:
        sender = Sender(store, settings, http)
        try:
            while True:
                begun = 0
                try:
                    begun = await sender.begin_due()
                except Exception as fault:  # noqa: BLE001 - the outbox is still there in a second
                    _log(fault)
                if not begun:
                    await sender.wait(LOOK_EVERY)
        finally:
            await sender.stop()
