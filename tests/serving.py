"""The service for tests: in this process without a socket, with the sample loaded, and the official client upon it."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio.from_thread
import httpx
import urllib3

from identity_match.service.server import load_folder
from identity_match.service.settings import checked
from identity_match.service.store import Store
from identity_match.service.web import application

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
ITEM = json.loads((SAMPLE / "item.json").read_text("utf-8"))
USER = json.loads((SAMPLE / "user.json").read_text("utf-8"))
TOKEN, PROCESSOR = "access-local-sample", "processor-local-sample"
KEYS = {"PLAID-CLIENT-ID": "sample", "PLAID-SECRET": "sample"}
ADMIN_KEY = "operator-key-of-the-tests"
PERSONAL, JOINT, BUSINESS = (account["account_id"] for account in ITEM["accounts"])
OWNERS = f"items/sample-item-0001/accounts/{PERSONAL}/owners"
# Many requests a second are what tests do.
MANY = {"item_minute": 1_000_000, "client_minute": 1_000_000}


class Http:
    """Calls an ASGI application that runs in another thread of this process; no socket is opened."""

    def __init__(self, app: Any, portal: Any) -> None:
        self._portal = portal
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080")

    def request(self, method: str, url: str, **members: Any) -> httpx.Response:
        """Send a request, as ``httpx`` does."""
        answer: httpx.Response = self._portal.call(functools.partial(self._client.request, method, url, **members))
        return answer

    def all_at_once(self, requests: list[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        """Send many requests, each before the others are answered."""

        async def send() -> list[httpx.Response]:
            calls = [self._client.request(method, url, **members) for method, url, members in requests]
            return list(await asyncio.gather(*calls))

        found: list[httpx.Response] = self._portal.call(send)
        return found

    def cut_off(self, method: str, url: str, **members: Any) -> httpx.Response:
        """Send a request, and cancel it, as a server does that has to end."""

        async def send() -> httpx.Response:
            call = asyncio.create_task(self._client.request(method, url, **members))
            await asyncio.sleep(0.2)
            call.cancel()
            return await call

        found: httpx.Response = self._portal.call(send)
        return found


class Local(NamedTuple):
    """A service in this process."""

    store: Store
    http: Http

    def ask(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """Send a request with the sample's credentials; the token is there unless the body says otherwise."""
        body = {"access_token": TOKEN} if body is None else body
        return self.http.request("POST", path, json=body, headers=KEYS if headers is None else headers)

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request of the operator."""
        return self.http.request(method, f"/admin/{path}", json=body, headers={"authorization": f"Bearer {ADMIN_KEY}"})


@contextlib.contextmanager
def running(folder: Path, *, sample: bool = True, where: str | None = None, **settings: Any) -> Iterator[Local]:
    """Run a service upon a store in a folder."""
    with Store(where or folder / "store.sqlite") as store:
        if sample:
            load_folder(store, SAMPLE)
        app = application(store, checked(MANY | settings), ADMIN_KEY)
        with (
            anyio.from_thread.start_blocking_portal() as portal,
            portal.wrap_async_context_manager(app.router.lifespan_context(app)),
        ):
            yield Local(store, Http(app, portal))


class _Pool:
    """Stands for the official client's connections."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def request(self, method: str, url: str, *, body: Any = None, headers: Any = None, **_: Any) -> Any:
        answer = self._http.request(method, url, content=body, headers=headers)
        return urllib3.HTTPResponse(io.BytesIO(answer.content), answer.headers, answer.status_code)


def official(local: Local, client_id: str = "sample", secret: str = "sample") -> Any:
    """Give the official client, as it comes, talking to a service in this process."""
    import plaid
    from plaid.api.plaid_api import PlaidApi

    keys = {"clientId": client_id, "secret": secret}
    client = plaid.ApiClient(plaid.Configuration(host="http://127.0.0.1:8080", api_key=keys))
    client.rest_client.pool_manager = _Pool(local.http)
    return PlaidApi(client)
