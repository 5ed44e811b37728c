"""The service described in OpenAPI, from the very models that check its requests; and whether it is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema
from starlette.routing import Route

import identity_match
from identity_match.service import admin, wire
from identity_match.service.app import ENDPOINTS, answered

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_SCHEMAS = "#/components/schemas/"
_ANY = {"type": "object"}


def description() -> dict[str, Any]:
    """Give the description: every endpoint, its request, its answer and its errors.

    >>> description()["openapi"]
    '3.1.0'
    """
    asked: list[Any] = [
        *(endpoint.request for endpoint in ENDPOINTS),
        *(action.request for action in admin.ACTIONS if isinstance(action.request, type)),
    ]
    models = [*asked, *(endpoint.response for endpoint in ENDPOINTS), wire.ErrorResponse]
    _, schemas = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(models)], ref_template=f"{_SCHEMAS}{{model}}"
    )
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        paths[endpoint.path] = {
            "post": {
                "summary": endpoint.summary,
                "operationId": _operation_id("post", endpoint.path),
                "security": [{"client_id": [], "secret": []}],
                "requestBody": _json(endpoint.request.__name__, required=True),
                "responses": _answers(_ref(endpoint.response.__name__), 400, 408, 413, 429, 500),
            }
        }
    for action in admin.ACTIONS:
        paths.setdefault(action.path, {})[action.method.lower()] = _of_action(action)
    well = {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}}
    paths["/health"] = {
        "get": {"summary": "Whether the service is there.", "operationId": "get_health", "responses": _answers(well)}
    }
    paths["/openapi.json"] = {
        "get": {"summary": "This description.", "operationId": "get_openapi_json", "responses": _answers(_ANY)}
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "identity_match",
            "version": identity_match.__version__,
            "description": "Identity endpoints on your own machine. Not affiliated with Plaid.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "client_id": {"type": "apiKey", "in": "header", "name": "PLAID-CLIENT-ID"},
                "secret": {"type": "apiKey", "in": "header", "name": "PLAID-SECRET"},
                "admin": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _of_action(action: admin.Action) -> dict[str, Any]:
    parts = [part[1:-1] for part in action.path.split("/") if part.startswith("{")]
    given: list[dict[str, Any]] = [
        {"name": part, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for part in parts
    ]
    if action.act is admin.list_deliveries:
        given.append(
            {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}}
        )
    described: dict[str, Any] = {
        "summary": action.summary,
        "operationId": _operation_id(action.method.lower(), action.path),
        "security": [{"admin": []}],
        "parameters": given,
        "responses": _answers(_ANY, 400, 401, 404, 408, 413, 500),
    }
    if action.request == admin.PDF:
        described["requestBody"] = {
            "required": True,
            "content": {admin.PDF: {"schema": {"type": "string", "format": "binary"}}},
        }
        described["responses"]["501"] = _error("501")
    elif isinstance(action.request, type):
        described["requestBody"] = _json(action.request.__name__, required=True)
    return described


def _operation_id(method: str, path: str) -> str:
    return method + path.replace("/", "_").replace("{", "").replace("}", "").replace(".", "_")


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": _SCHEMAS + name}


def _json(name: str, *, required: bool) -> dict[str, Any]:
    return {"required": required, "content": {"application/json": {"schema": _ref(name)}}}


def _error(status: str) -> dict[str, Any]:
    return {"description": f"An error ({status}).", "content": {"application/json": {"schema": _ref("ErrorResponse")}}}


def _answers(schema: dict[str, Any], *errors: int) -> dict[str, Any]:
    good = {"description": "The answer.", "content": {"application/json": {"schema": schema}}}
    return {"200": good} | {str(status): _error(str(status)) for status in errors}


def routes() -> list[Route]:
    """Give the two routes that ask for no key: neither says anything of what the store holds."""

    async def health(request: Request) -> Response:
        async def work() -> dict[str, Any]:
            return {"status": "ok"}

        return await answered(request, "/health", work)

    async def openapi(request: Request) -> Response:
        async def work() -> dict[str, Any]:
            return description()

        return await answered(request, "/openapi.json", work)

    return [Route("/health", health, methods=["GET"]), Route("/openapi.json", openapi, methods=["GET"])]
