"""What the service refuses, as the contract's error objects: constant texts that name fields, never values."""

from __future__ import annotations

from typing import Any, NamedTuple

from identity_match.errors import IdentityMatchError


class Kind(NamedTuple):
    """One row of the table of errors.

    Attributes:
        status: HTTP status.
        type: ``error_type`` of the answer.
        message: ``error_message``; what varies is added after a colon.
    """

    status: int
    type: str
    message: str


# Source: the contract's table of errors; wording is ours. Rows of ITEM_ERROR are states that an operator sets.
KINDS = {
    "INVALID_BODY": Kind(400, "INVALID_REQUEST", "the body is not a JSON object of type application/json"),
    "INVALID_HEADERS": Kind(400, "INVALID_REQUEST", "a header is missing or cannot be read"),
    "MISSING_FIELDS": Kind(400, "INVALID_REQUEST", "required fields are missing"),
    "INVALID_FIELD": Kind(400, "INVALID_REQUEST", "a field has a value it cannot have"),
    "UNKNOWN_FIELDS": Kind(400, "INVALID_REQUEST", "a field is not known here"),
    "NOT_FOUND": Kind(404, "INVALID_REQUEST", "there is nothing here"),
    "INVALID_API_KEYS": Kind(400, "INVALID_INPUT", "client_id or secret is wrong"),
    "INVALID_ACCESS_TOKEN": Kind(400, "INVALID_INPUT", "access_token is not known"),
    "INVALID_ACCOUNT_ID": Kind(400, "INVALID_INPUT", "the Item has no such account"),
    "INVALID_PROCESSOR_TOKEN": Kind(400, "INVALID_INPUT", "processor_token is not known"),
    "INVALID_PRODUCT": Kind(400, "INVALID_INPUT", "the client is not enabled for the product"),
    "ADDITIONAL_CONSENT_REQUIRED": Kind(400, "INVALID_INPUT", "the user has not consented to the product"),
    "UNAUTHORIZED_ROUTE_ACCESS": Kind(400, "INVALID_INPUT", "the client may not use this route"),
    "INVALID_WEBHOOK_VERIFICATION_KEY_ID": Kind(400, "INVALID_INPUT", "key_id is not known"),
    "PRODUCTS_NOT_SUPPORTED": Kind(400, "ITEM_ERROR", "the Item cannot give identity data"),
    "ACCESS_NOT_GRANTED": Kind(400, "ITEM_ERROR", "access to identity data was not granted at the bank"),
    "NO_ACCOUNTS": Kind(400, "ITEM_ERROR", "the Item has no accounts"),
    "PRODUCT_NOT_READY": Kind(400, "ITEM_ERROR", "identity data is not ready yet"),
    "ITEM_LOGIN_REQUIRED": Kind(400, "ITEM_ERROR", "the user has to log in at the bank again"),
    "ITEM_NOT_FOUND": Kind(400, "ITEM_ERROR", "the Item does not exist any more"),
    "IDENTITY_LIMIT": Kind(429, "RATE_LIMIT_EXCEEDED", "too many requests for identity data; try again in a minute"),
    "RATE_LIMIT": Kind(429, "RATE_LIMIT_EXCEEDED", "too many requests; try again in a minute"),
    "INTERNAL_SERVER_ERROR": Kind(500, "API_ERROR", "an unexpected fault; the log has its request_id"),
}
# What an operator may set as the state of an Item.
STATES = (
    "PRODUCTS_NOT_SUPPORTED", "ACCESS_NOT_GRANTED", "NO_ACCOUNTS", "PRODUCT_NOT_READY", "ITEM_LOGIN_REQUIRED",
    "ITEM_NOT_FOUND", "ADDITIONAL_CONSENT_REQUIRED",
)  # fmt: skip


class RequestError(IdentityMatchError):
    """A request that is answered with an error object.

    Attributes:
        code: ``error_code`` of the answer, a key of ``KINDS``.
        detail: Names of fields, or another constant text.
        status: HTTP status.
        headers: Headers of the answer.

    >>> RequestError("MISSING_FIELDS", "access_token").body("r1")["error_message"]
    'required fields are missing: access_token'
    """

    def __init__(
        self, code: str, detail: str = "", *, status: int | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.status = status or KINDS[code].status
        self.headers = headers or {}

    def __str__(self) -> str:
        """Give code and detail."""
        return f"{self.code}: {self.detail}" if self.detail else self.code

    def body(self, request_id: str) -> dict[str, Any]:
        """Give the error object."""
        kind = KINDS[self.code]
        return {
            "error_type": kind.type,
            "error_code": self.code,
            "error_message": f"{kind.message}: {self.detail}" if self.detail else kind.message,
            "display_message": None,
            "request_id": request_id,
        }
