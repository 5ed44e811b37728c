"""What the service refuses, as the contract's error objects: constant texts that name fields, never values."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from identity_match.errors import IdentityMatchError


class Code(StrEnum):
    """``error_code`` of an answer."""

    INVALID_BODY = "INVALID_BODY"
    INVALID_HEADERS = "INVALID_HEADERS"
    MISSING_FIELDS = "MISSING_FIELDS"
    INVALID_FIELD = "INVALID_FIELD"
    UNKNOWN_FIELDS = "UNKNOWN_FIELDS"
    NOT_FOUND = "NOT_FOUND"
    INVALID_API_KEYS = "INVALID_API_KEYS"
    INVALID_ACCESS_TOKEN = "INVALID_ACCESS_TOKEN"  # noqa: S105 - a code
    INVALID_ACCOUNT_ID = "INVALID_ACCOUNT_ID"
    INVALID_PROCESSOR_TOKEN = "INVALID_PROCESSOR_TOKEN"  # noqa: S105
    INVALID_PRODUCT = "INVALID_PRODUCT"
    ADDITIONAL_CONSENT_REQUIRED = "ADDITIONAL_CONSENT_REQUIRED"
    UNAUTHORIZED_ROUTE_ACCESS = "UNAUTHORIZED_ROUTE_ACCESS"
    INVALID_WEBHOOK_VERIFICATION_KEY_ID = "INVALID_WEBHOOK_VERIFICATION_KEY_ID"
    PRODUCTS_NOT_SUPPORTED = "PRODUCTS_NOT_SUPPORTED"
    ACCESS_NOT_GRANTED = "ACCESS_NOT_GRANTED"
    NO_ACCOUNTS = "NO_ACCOUNTS"
    PRODUCT_NOT_READY = "PRODUCT_NOT_READY"
    ITEM_LOGIN_REQUIRED = "ITEM_LOGIN_REQUIRED"
    ITEM_NOT_FOUND = "ITEM_NOT_FOUND"
    IDENTITY_LIMIT = "IDENTITY_LIMIT"
    RATE_LIMIT = "RATE_LIMIT"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


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
    Code.INVALID_BODY: Kind(400, "INVALID_REQUEST", "the body is not what is expected here"),
    Code.INVALID_HEADERS: Kind(400, "INVALID_REQUEST", "a header is missing or cannot be read"),
    Code.MISSING_FIELDS: Kind(400, "INVALID_REQUEST", "required fields are missing"),
    Code.INVALID_FIELD: Kind(400, "INVALID_REQUEST", "a field has a value it cannot have"),
    Code.UNKNOWN_FIELDS: Kind(400, "INVALID_REQUEST", "a field is not known here"),
    Code.NOT_FOUND: Kind(404, "INVALID_REQUEST", "there is nothing here"),
    Code.INVALID_API_KEYS: Kind(400, "INVALID_INPUT", "client_id or secret is wrong"),
    Code.INVALID_ACCESS_TOKEN: Kind(400, "INVALID_INPUT", "access_token is not known"),
    Code.INVALID_ACCOUNT_ID: Kind(400, "INVALID_INPUT", "the Item has no such account"),
    Code.INVALID_PROCESSOR_TOKEN: Kind(400, "INVALID_INPUT", "processor_token is not known"),
    Code.INVALID_PRODUCT: Kind(400, "INVALID_INPUT", "the client is not enabled for the product"),
    Code.ADDITIONAL_CONSENT_REQUIRED: Kind(400, "INVALID_INPUT", "the user has not consented to the product"),
    Code.UNAUTHORIZED_ROUTE_ACCESS: Kind(400, "INVALID_INPUT", "the client may not use this route"),
    Code.INVALID_WEBHOOK_VERIFICATION_KEY_ID: Kind(400, "INVALID_INPUT", "key_id is not known"),
    Code.PRODUCTS_NOT_SUPPORTED: Kind(400, "ITEM_ERROR", "the Item cannot give identity data"),
    Code.ACCESS_NOT_GRANTED: Kind(400, "ITEM_ERROR", "access to identity data was not granted at the bank"),
    Code.NO_ACCOUNTS: Kind(400, "ITEM_ERROR", "the Item has no accounts"),
    Code.PRODUCT_NOT_READY: Kind(400, "ITEM_ERROR", "identity data is not ready yet"),
    Code.ITEM_LOGIN_REQUIRED: Kind(400, "ITEM_ERROR", "the user has to log in at the bank again"),
    Code.ITEM_NOT_FOUND: Kind(400, "ITEM_ERROR", "the Item does not exist any more"),
    Code.IDENTITY_LIMIT: Kind(429, "RATE_LIMIT_EXCEEDED", "too many requests for identity data; try again in a minute"),
    Code.RATE_LIMIT: Kind(429, "RATE_LIMIT_EXCEEDED", "too many requests; try again in a minute"),
    Code.INTERNAL_SERVER_ERROR: Kind(500, "API_ERROR", "an unexpected fault; the log has its request_id"),
}
# What an operator may set as the state of an Item.
STATES = (
    Code.PRODUCTS_NOT_SUPPORTED, Code.ACCESS_NOT_GRANTED, Code.NO_ACCOUNTS, Code.PRODUCT_NOT_READY,
    Code.ITEM_LOGIN_REQUIRED, Code.ITEM_NOT_FOUND, Code.ADDITIONAL_CONSENT_REQUIRED,
)  # fmt: skip


class RequestError(IdentityMatchError):
    """A request that is answered with an error object.

    Attributes:
        code: ``error_code`` of the answer.
        detail: Names of fields, or another constant text.
        status: HTTP status.
        headers: Headers of the answer.

    >>> RequestError(Code.MISSING_FIELDS, "access_token").body("r1")["error_message"]
    'required fields are missing: access_token'
    """

    def __init__(
        self, code: Code, detail: str = "", *, status: int | None = None, headers: dict[str, str] | None = None
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


class FaultApart(Exception):  # noqa: N818 - not ours to mend here
    """A fault of our code in another process.

    Args:
        place: What ``place_of`` said there.
    """

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def place_of(fault: BaseException) -> str:
    """Name the kind of a fault, and the last line of our own code that it passed; its text could hold a value.

    >>> place_of(ValueError("Jane Doe"))
    'ValueError at ?'
    """
    if isinstance(fault, FaultApart):
        return fault.place
    where = "?"
    trace = fault.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.startswith("identity_match"):
            where = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(fault).__name__} at {where}"
