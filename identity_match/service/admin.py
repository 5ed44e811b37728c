"""The operator's side: clients, Items, owners, states, documents, processor tokens and deliveries.

Everything stands under ``/admin/`` and asks for the operator's key as a bearer token. No answer shows owner data.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json
from starlette.routing import Route

from identity_match.documents import read_statement
from identity_match.errors import DocumentError, InputError, MissingExtraError
from identity_match.service import answers, wire
from identity_match.service.answers import Answer
from identity_match.service.app import Service, answered, read_body
from identity_match.service.changes import changed_members, default_update, may_be_sent
from identity_match.service.faults import Code, RequestError
from identity_match.service.records import new_token
from identity_match.service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from identity_match.service.store import Store

PAGE = 100  # deliveries of one answer; our choice


class Action(NamedTuple):
    """One thing the operator can do.

    Attributes:
        method: HTTP method.
        path: Where it is.
        summary: What it does, in one line.
        request: Model of the body; None: no body; ``PDF``: a document.
        act: Does it, in a thread: with the service, the parts of the path, the body, and the query.
    """

    method: str
    path: str
    summary: str
    request: type[Any] | str | None
    act: Callable[[Service, Mapping[str, str], Any, Mapping[str, str]], Answer]


PDF = "application/pdf"


def put_client(service: Service, path: Mapping[str, str], body: wire.NewClient, _: object) -> Answer:
    """Add or change a client."""
    service.store.put_client(path["client_id"], body.secret, body.products)
    return {"client_id": path["client_id"]}


def add_item(service: Service, _: object, body: wire.NewItem, __: object) -> Answer:
    """Add an Item."""
    token = body.access_token or new_token("access", service.settings.environment)
    load_item(service.store, body, token)
    return {"item_id": body.item.item_id, "access_token": token}


def load_item(store: Store, body: wire.NewItem, token: str) -> None:
    """Put an Item into the store.

    Raises:
        RequestError: INVALID_FIELD: something is there already, or what was sent is nothing that can be matched.
    """
    item, accounts = body.item.kept(), [account.kept() for account in body.accounts]
    problem = ""
    try:
        answers.MATCHER.match({}, accounts, item=item)  # what cannot be answered is refused now
        store.add_item(body.client_id, token, item, accounts, answers.now_ms())
    except InputError as fault:
        problem = str(fault)
    if problem:
        raise RequestError(Code.INVALID_FIELD, problem)


def delete_item(service: Service, path: Mapping[str, str], _: object, __: object) -> Answer:
    """Delete an Item."""
    return _done(service.store.delete_item(path["item_id"]))


def set_state(service: Service, path: Mapping[str, str], body: wire.NewState, _: object) -> Answer:
    """Set the state of an Item."""
    return _done(service.store.set_state(path["item_id"], body.error_code))


def list_items(service: Service, _: object, __: object, ___: object) -> Answer:
    """List Items."""
    return {"items": service.store.items()}


def change_owners(service: Service, path: Mapping[str, str], body: wire.NewOwners, _: object) -> Answer:
    """Give an account other owners, and tell of it."""
    item_id, account_id = path["item_id"], path["account_id"]
    owners = [owner.kept() for owner in body.owners]
    tell = Teller(service.settings, item_id, account_id)
    told = service.store.change_owners(item_id, account_id, owners, tell)
    if told is None:
        raise RequestError(Code.NOT_FOUND, "account")
    changed, event_id = told
    return {"changed": changed, "event_id": event_id}


class Teller(NamedTuple):
    """Says what changed in an account, and whether and where a webhook is to tell of it."""

    settings: Settings
    item_id: str
    account_id: str

    def __call__(
        self, item: Mapping[str, Any], before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
    ) -> tuple[tuple[str, ...], tuple[str, bytes, int] | None]:
        """Compare the owners; a target that is not allowed is never written to the outbox."""
        changed, target = changed_members(before, after), item.get("webhook")
        if not changed or not isinstance(target, str) or not may_be_sent(target, self.settings.webhook_hosts):
            return changed, None
        body = default_update(
            self.item_id,
            {self.account_id: changed},
            spelling=self.settings.change_types,
            environment=self.settings.environment,
        )
        return changed, (target, body, answers.now_ms())


def add_processor_token(service: Service, path: Mapping[str, str], body: wire.NewProcessorToken, _: object) -> Answer:
    """Make a processor token for an account."""
    token = body.processor_token or new_token("processor", service.settings.environment)
    try:
        found, problem = service.store.add_processor_token(path["item_id"], path["account_id"], token), ""
    except InputError as fault:
        found, problem = True, str(fault)
    if problem:
        raise RequestError(Code.INVALID_FIELD, problem)
    return _done(found) | {"processor_token": token}


def upload(service: Service, path: Mapping[str, str], body: bytes, _: object) -> Answer:
    """Read a bank statement, and keep what it says of the owners; the file itself is not kept."""
    members = service.store.account_members(path["item_id"], path["account_id"])
    if members is None:
        raise RequestError(Code.NOT_FOUND, "account")
    mask = members.get("mask")
    wanted = mask if isinstance(mask, str) and mask.isascii() and mask.isdigit() and 2 <= len(mask) <= 4 else None
    statement, problem = None, ""
    try:
        country = service.settings.default_country
        statement = read_statement(body, account_mask=wanted, default_country=country).to_response()
    except MissingExtraError:
        pass
    except DocumentError as fault:
        problem = f"document: {fault}"
    if problem:
        raise RequestError(Code.INVALID_FIELD, problem)
    if statement is None:
        raise RequestError(Code.INVALID_PRODUCT, "documents are not available", status=501)
    (document,) = statement["documents"]
    owners = [{name: value for name, value in owner.items() if name != "document_id"} for owner in statement["owners"]]
    kept = {**document, "owners": owners}
    found = service.store.put_document(path["item_id"], path["account_id"], kept, answers.now_ms())
    return _done(found) | {"document_id": document["document_id"]}


def list_deliveries(service: Service, _: object, __: object, query: Mapping[str, str]) -> Answer:
    """List deliveries of webhooks."""
    after = query.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise RequestError(Code.INVALID_FIELD, "after")
    rows = service.store.deliveries(after=int(after), most=PAGE)
    shown = [row._asdict() | {"body": row.body.decode()} for _, row in rows]
    return {"deliveries": shown, "next": rows[-1][0] if len(rows) == PAGE else None}


ACTIONS = (
    Action("PUT", "/admin/clients/{client_id}", "Add or change a client.", wire.NewClient, put_client),
    Action("GET", "/admin/items", "List Items.", None, list_items),
    Action("POST", "/admin/items", "Add an Item.", wire.NewItem, add_item),
    Action("DELETE", "/admin/items/{item_id}", "Delete an Item.", None, delete_item),
    Action("PUT", "/admin/items/{item_id}/state", "Let an Item answer with an error.", wire.NewState, set_state),
    Action(
        "PUT", "/admin/items/{item_id}/accounts/{account_id}/owners", "Give an account other owners, and tell of it.",
        wire.NewOwners, change_owners,
    ),
    Action(
        "POST", "/admin/items/{item_id}/accounts/{account_id}/documents", "Upload a bank statement.", PDF, upload,
    ),
    Action(
        "POST", "/admin/items/{item_id}/accounts/{account_id}/processor_tokens", "Make a processor token.",
        wire.NewProcessorToken, add_processor_token,
    ),
    Action("GET", "/admin/deliveries", "List deliveries of webhooks, from behind a place on.", None, list_deliveries),
)  # fmt: skip


def routes(service: Service, admin_key: str) -> list[Route]:
    """Give the routes of the operator's side."""
    return [_route(service, action, f"Bearer {admin_key}".encode()) for action in ACTIONS]


def _route(service: Service, action: Action, key: bytes) -> Route:
    settings = service.settings

    async def respond(request: Request) -> Response:
        async def work() -> Answer:
            given = request.headers.get("authorization", "").encode("latin-1")
            if not hmac.compare_digest(given, key):
                ask = {"www-authenticate": "Bearer"}
                raise RequestError(Code.UNAUTHORIZED_ROUTE_ACCESS, "Authorization", status=401, headers=ask)
            for name, part in request.path_params.items():
                if not wire.is_id(part):
                    raise RequestError(Code.INVALID_FIELD, name)
            body: Any = None
            if action.request == PDF:
                body = await read_body(request, PDF, settings.document_bytes, settings.body_seconds)
            elif action.request is not None:
                raw = await read_body(request, "application/json", settings.document_bytes, settings.body_seconds)
                body = await service.run(_record, action.request, raw)
            found: Answer = await service.run(action.act, service, request.path_params, body, request.query_params)
            return found

        return await answered(request, action.path, work)

    return Route(action.path, respond, methods=[action.method])


def _record(model: type[Any], body: bytes) -> Any:
    """Read a body without NaN and infinities, which JSON does not have and no answer could repeat."""
    try:
        json.dumps(from_json(body), allow_nan=False)  # 1e999 is one, too
    except ValueError:
        finite = False
    else:
        finite = True
    if not finite:
        raise RequestError(Code.INVALID_BODY, "JSON without NaN and infinities")
    return wire.read(model, body)


def _done(found: bool) -> Answer:  # noqa: FBT001 - what a change came to
    if not found:
        raise RequestError(Code.NOT_FOUND, "item or account")
    return {}
