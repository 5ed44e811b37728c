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
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, NamedTuple

import httpx

from identity_match.service.changes import may_be_sent
from identity_match.service.settings import Settings
from identity_match.service.store import Store
from identity_match.webhooks import SigningKey

if TYPE_CHECKING:
    from identity_match.service.records import Delivery

LOG = logging.getLogger(__name__)
TIMEOUT = 10.0  # seconds for the whole of a try. Source: Plaid, webhooks.
LONGER = 4  # each pause is so many times the one before it. Source: the same.
GIVE_UP = 24 * 3600  # seconds after the event from which no try is made. Source: the same.
LOOK_EVERY = 1.0  # seconds between looks at an outbox that is empty; our choice
AT_ONCE = 20  # deliveries on their way at a time; our choice. Their lease has to be longer than TIMEOUT.
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


def client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Make a client that goes nowhere but to the target: no proxy of the environment, no redirect, no cookie kept."""
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))  # one receiver's would reach others of its host
    return httpx.AsyncClient(
        timeout=TIMEOUT, follow_redirects=False, trust_env=False, cookies=no_cookies, transport=transport
    )


class Sender(NamedTuple):
    """Sends what is due.

    Attributes:
        store: Store with the outbox.
        settings: Says where webhooks may go.
        http: Client to send with, as ``client`` makes it.
    """

    store: Store
    settings: Settings
    http: httpx.AsyncClient

    async def deliver_due(self, now: int | None = None) -> int:
        """Try every delivery that is due, ``AT_ONCE`` at most, and say how many were tried.

        Args:
            now: Milliseconds since 1970; None for those of the clock.
        """
        at = int(time.time() * 1000) if now is None else now
        due = await asyncio.to_thread(self.store.claim_deliveries, at, most=AT_ONCE)
        if due:
            key = await asyncio.to_thread(signing_key, self.store, at // 1000)
            await asyncio.gather(*(self._deliver(delivery, key, at) for delivery in due))
        return len(due)

    async def _deliver(self, delivery: Delivery, key: SigningKey, at: int) -> None:
        status = done = again = None
        if may_be_sent(delivery.target, self.settings.webhook_hosts):  # the list may have become shorter
            status = await _status(self.http, delivery, key.sign(delivery.body, at / 1000))
            if status is not None and 200 <= status < 300:
                done = at
            else:
                again = next_try(delivery, self.settings.webhook_pause_seconds, at)
        record = {"status": status, "delivered_at": done, "next_attempt_at": again}
        await asyncio.to_thread(self.store.record_delivery, delivery.event_id, **record)
        answer = "no answer" if status is None else status
        LOG.info("webhook %s, try %d: %s", delivery.event_id, delivery.attempts, answer)


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
        while True:
            tried = 0
            try:
                tried = await sender.deliver_due()
            except Exception as fault:  # noqa: BLE001 - the outbox is still there in a second
                LOG.error("webhooks could not be delivered: %s", type(fault).__name__)  # noqa: TRY400 - its text may hold a value
            if tried < AT_ONCE:
                await asyncio.sleep(LOOK_EVERY)
