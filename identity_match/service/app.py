"""The service as an ASGI application: a body comes in, is checked, and goes out as the contract has it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from identity_match.service import answers, wire
from identity_match.service.answers import Answer, Credentials
from identity_match.service.delivery import keep_delivering
from identity_match.service.faults import Code, RequestError, place_of
from identity_match.service.matching import TRIES, Matching, Question
from identity_match.service.records import Asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from identity_match.service.records import Held
    from identity_match.service.settings import Settings
    from identity_match.service.store import Store

LOG = logging.getLogger("identity_match.service")

HEADERS = (  # of every answer
    (b"content-type", b"application/json"), (b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"),
)  # fmt: skip
CLOSE = {"connection": "close"}
COMPLETE = "identity_match.complete"  # extension in the scope of a request whose body is there already
THREADS = 8
DAY = 86_400_000
RULESET = 1  # counts up when the decision of an attempt is made by other rules


class Members(NamedTuple):
    """The members of an answer that is JSON already, without its braces; personal data."""

    json: bytes

    def __repr__(self) -> str:
        """Show no value."""
        return f"Members(<{len(self.json)} bytes>)"


class Endpoint(NamedTuple):
    """One endpoint.

    Attributes:
        path: Where it is.
        summary: What it does, in one line.
        request: Model of its body.
        response: Model of its answer.
        answer: Gives the answer of a checked request.
    """

    path: str
    summary: str
    request: type[Any]
    response: type[BaseModel]
    answer: Callable[[Service, Any, Credentials], Awaitable[Answer | Members]]


class Service:
    """What the endpoints share.

    Args:
        store: Where everything is.
        settings: Settings.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.limits = answers.Limits(settings)
        self._threads = ThreadPoolExecutor(THREADS, "identity-match")
        self.matching = Matching(store, settings.default_country, self.limits)

    async def run(self, call: Callable[..., Any], *args: Any) -> Any:
        """Call in a thread what waits for the disk."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)

    @contextlib.asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Make the first request as quick as others, forget what is old, send webhooks, let what is written end."""
        await self.matching.warm_up()
        chores = [asyncio.create_task(self._forget()), asyncio.create_task(keep_delivering(self.store, self.settings))]
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            await self.matching.close()
            self._threads.shutdown()

    async def _forget(self) -> None:
        while True:
            try:
                await self.run(self.store.forget, answers.now_ms() - self.settings.attempts_days * DAY)
            except Exception as fault:  # noqa: BLE001 - tried again in an hour
                LOG.error("what is old could not be deleted: %s", type(fault).__name__)  # noqa: TRY400 - as below
            await asyncio.sleep(3_600)

    # Who asks, and for what

    async def client(self, credentials: Credentials, limit: Code) -> Any:
        """Check who asks, and count it."""
        client = answers.check_client(await self.run(self.store.client, credentials.client_id), credentials)
        self.limits.count(limit, client)
        return client

    async def held(
        self, credentials: Credentials, token: str, product: str, limit: Code | None, *, processor: bool = False
    ) -> Held:
        """Check who asks and for which Item, as they stand in the store now, and count it unless it was counted."""
        client, held = await self.matching.reader.ask(Asked(credentials.client_id, token, processor))
        client = answers.check_client(client, credentials)
        if limit is not None:
            self.limits.count(limit, client, held)
        return answers.check_item(client, held, product, processor=processor)


# The endpoints


async def _identity_get(service: Service, request: wire.AccountsRequest, who: Credentials) -> Answer:
    held = await service.held(who, request.access_token, "identity", Code.IDENTITY_LIMIT)
    return answers.identity(held, request.options.account_ids)


async def _match(service: Service, request: wire.MatchRequest, who: Credentials) -> Members:
    asked = Question(who, request.access_token, request.user, request.options.account_ids)
    found = await service.matching.answer(asked)
    return Members(b'"accounts":[' + b",".join(found.accounts) + b'],"item":' + found.item)


async def _attempts(service: Service, request: wire.AttemptsRequest, who: Credentials) -> Answer:
    client = await service.client(who, Code.RATE_LIMIT)
    answers.check_product(client, "identity_match")
    found: Answer = await service.run(answers.attempts, service.store, client, request, RULESET)
    return found


async def _refresh(service: Service, request: wire.ItemRequest, who: Credentials) -> Answer:
    await service.held(who, request.access_token, "identity", Code.RATE_LIMIT)
    return {}


async def _documents(service: Service, request: wire.AccountsRequest, who: Credentials) -> Answer:
    for limit in (Code.RATE_LIMIT, *[None] * TRIES):  # counted once
        held = await service.held(who, request.access_token, "identity", limit)
        uploaded = await service.run(service.store.documents, held)
        if uploaded is not None:
            return answers.documents(held, request.options.account_ids, uploaded)
    raise RequestError(Code.PRODUCT_NOT_READY)  # as for a match


async def _processor_get(service: Service, request: wire.ProcessorRequest, who: Credentials) -> Answer:
    token = request.processor_token
    held = await service.held(who, token, "processor_identity", Code.RATE_LIMIT, processor=True)
    return answers.processor_identity(held)


async def _processor_match(service: Service, request: wire.ProcessorMatchRequest, who: Credentials) -> Members:
    found = await service.matching.answer(Question(who, request.processor_token, request.user, processor=True))
    return Members(b'"account":' + found.accounts[0])


async def _key(service: Service, request: wire.KeyRequest, who: Credentials) -> Answer:
    await service.client(who, Code.RATE_LIMIT)
    found: Answer = await service.run(answers.public_key, service.store, request.key_id)
    return found


ENDPOINTS = (
    Endpoint(
        "/identity/get", "Owners of each account, as the bank has them.", wire.AccountsRequest, wire.IdentityResponse,
        _identity_get,
    ),
    Endpoint(
        "/identity/match", "How well a user matches the owners of each account.", wire.MatchRequest,
        wire.MatchResponse, _match,
    ),
    Endpoint(
        "/identity/match/list", "Match attempts of a stretch of time, oldest first.", wire.AttemptsRequest,
        wire.AttemptsResponse, _attempts,
    ),
    Endpoint(
        "/identity/refresh", "Ask for fresh identity data; here it always is.", wire.ItemRequest, wire.Response,
        _refresh,
    ),
    Endpoint(
        "/identity/documents/uploads/get", "Owners that uploaded documents name.", wire.AccountsRequest,
        wire.DocumentsResponse, _documents,
    ),
    Endpoint(
        "/processor/identity/get", "Owners of the account of a processor token.", wire.ProcessorRequest,
        wire.ProcessorIdentityResponse, _processor_get,
    ),
    Endpoint(
        "/processor/identity/match", "How well a user matches the owners of the account of a processor token.",
        wire.ProcessorMatchRequest, wire.ProcessorMatchResponse, _processor_match,
    ),
    Endpoint(
        "/webhook_verification_key/get", "The public key that a webhook is verified with.", wire.KeyRequest,
        wire.KeyResponse, _key,
    ),
)  # fmt: skip


# From a request to an answer


class JsonResponse(Response):
    """An answer as JSON.

    Args:
        body: The answer.
        status: HTTP status.
        headers: Headers beside those that every answer has.
    """

    def __init__(self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [*HEADERS, (b"content-length", b"%d" % len(body))]
        for name, value in (headers or {}).items():
            self.raw_headers.append((name.encode("latin-1"), value.encode("latin-1")))


async def answered(request: Request, path: str, work: Callable[[], Awaitable[Answer | Members]]) -> Response:
    """Give what the work gives, or the error object that it ends in, and log both without any value.

    Args:
        request: The request.
        path: What the log calls the endpoint.
        work: Gives the answer.
    """
    request_id = answers.new_request_id()
    begun = time.perf_counter()
    code = "-"
    response: Response
    try:
        found = await work()
        if isinstance(found, Members):
            response = JsonResponse(b'{%s,"request_id":"%s"}' % (found.json, request_id.encode()))
        else:
            response = JsonResponse(to_json(found | {"request_id": request_id}))
    except ClientDisconnect:
        code = "gone"
        response = Response(status_code=400)  # nobody reads it
    except asyncio.CancelledError:  # the server ends, and has waited for long enough
        code = Code.INTERNAL_SERVER_ERROR
        LOG.error("%s %s: cut off", request_id, path)  # noqa: TRY400 - as below
        response = JsonResponse(to_json(RequestError(code).body(request_id)), 500, CLOSE)
    except RequestError as fault:
        code = fault.code
        response = JsonResponse(to_json(fault.body(request_id)), fault.status, fault.headers)
    except Exception as fault:  # noqa: BLE001 - its text could hold a value; kind and place are enough to find it
        code = Code.INTERNAL_SERVER_ERROR
        LOG.error("%s %s: %s", request_id, path, place_of(fault))  # noqa: TRY400 - a traceback shows values
        response = JsonResponse(to_json(RequestError(code).body(request_id)), 500)
    spent = (time.perf_counter() - begun) * 1000
    LOG.info("%s %s %s %d %s %.1f ms", request_id, request.method, path, response.status_code, code, spent)
    return response


def header(request: Request, name: bytes) -> str | None:
    """Give the first header of a name in small letters; Starlette's own look-up encodes every name anew."""
    for known, value in request.scope["headers"]:
        if known == name:
            return bytes(value).decode("latin-1")
    return None


async def read_body(request: Request, kind: str, most: int, seconds: float) -> bytes:
    """Read a body of one content type, up to a length and a time.

    Raises:
        RequestError: INVALID_HEADERS, INVALID_BODY.
    """
    given = header(request, b"content-type")
    if given is None:
        raise RequestError(Code.INVALID_HEADERS, "Content-Type")
    if given != kind and given.partition(";")[0].strip().lower() != kind:
        raise RequestError(
            Code.INVALID_BODY if kind == "application/json" else Code.INVALID_HEADERS, f"expected {kind}"
        )
    if int(header(request, b"content-length") or 0) > most:  # the parser lets nothing but digits through
        raise _too_long(most)
    if COMPLETE in request.scope.get("extensions", ()):
        return await _joined(request, most)
    try:
        async with asyncio.timeout(seconds):
            return await _joined(request, most)
    except TimeoutError:
        pass
    raise RequestError(Code.INVALID_BODY, "it took too long to come", status=408, headers=CLOSE)


async def _joined(request: Request, most: int) -> bytes:
    """Give all parts of a body."""
    parts: list[bytes] = []
    more, length = True, 0
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part = message.get("body", b"")
        length += len(part)
        if length > most:
            raise _too_long(most)
        parts.append(part)
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_long(most: int) -> RequestError:
    return RequestError(Code.INVALID_BODY, f"longer than {most} bytes", status=413, headers=CLOSE)


def credentials(request: Request, body: wire.Request) -> Credentials:
    """Find who asks: in the headers, or in the body.

    Raises:
        RequestError: MISSING_FIELDS, INVALID_API_KEYS.
    """
    client_id = header(request, b"plaid-client-id") or body.client_id
    secret = header(request, b"plaid-secret") or body.secret
    if not (client_id and secret):
        missing = [name for name, value in (("client_id", client_id), ("secret", secret)) if not value]
        raise RequestError(Code.MISSING_FIELDS, ", ".join(missing))
    if not wire.is_id(client_id):  # a database may refuse it, and with it all that is asked in one go
        raise RequestError(Code.INVALID_API_KEYS)
    return Credentials(client_id, secret)


def endpoint_route(service: Service, endpoint: Endpoint) -> Route:
    """Give the route of an endpoint."""
    settings = service.settings

    async def respond(request: Request) -> Response:
        async def work() -> Answer | Members:
            body = await read_body(request, "application/json", settings.body_bytes, settings.body_seconds)
            asked = wire.read(endpoint.request, body, unknown=settings.unknown_fields)
            return await endpoint.answer(service, asked, credentials(request, asked))

        return await answered(request, endpoint.path, work)

    return Route(endpoint.path, respond, methods=["POST"])


async def refuse(request: Request, fault: Exception) -> Response:
    """Answer what no route answers: another path, or another method."""
    status = fault.status_code if isinstance(fault, HTTPException) else 404
    headers = dict(fault.headers or {}) if isinstance(fault, HTTPException) else {}

    async def work() -> Answer:
        raise RequestError(Code.NOT_FOUND, "path" if status == 404 else "method", status=status, headers=headers)

    return await answered(request, "-", work)
