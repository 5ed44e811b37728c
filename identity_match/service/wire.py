"""Requests and responses as models: requests are checked by them, and both are described by them.

Responses are built as plain dicts, because they repeat what was loaded; that they fit their models is a test.
"""

from __future__ import annotations

import re
from datetime import datetime  # noqa: TC003 - pydantic reads annotations when a model is made
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from identity_match.service.faults import STATES, Code, RequestError
from identity_match.service.records import Product  # noqa: TC001 - pydantic reads it, too

MAX_ACCOUNTS = 1_000  # as in ``identity_match.match``
MOST_FAULTS = 1_000  # of one body that are told apart; our choice: a hundred thousand would hold all others up
MAX_PAGE = 25  # Source: the contract, for ``count`` of /identity/match/list
# Ids are ours or the operator's: printable ASCII without blanks and slashes, so that they may stand in logs, databases
# and paths; not of dots alone, which mean something in a path.
MAX_ID = 128
_ID = r"[!-.0-~]*[!-\-0-~][!-.0-~]*"
Id = Annotated[str, StringConstraints(pattern=f"^{_ID}$", max_length=MAX_ID)]
Score = Annotated[int, Field(ge=0, le=100)]
M = TypeVar("M", bound=BaseModel)


class Request(BaseModel):
    """What every request may have: the two credentials, which may stand in headers instead."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    client_id: str = Field("", description="Or the header PLAID-CLIENT-ID.")
    secret: str = Field("", description="Or the header PLAID-SECRET.")


class Part(BaseModel):
    """An object within a request."""

    model_config = Request.model_config


class AccountFilter(Part):
    """Which accounts to answer for; all where it is left out."""

    account_ids: Annotated[list[str], Field(max_length=MAX_ACCOUNTS)] | None = None


class ItemRequest(Request):
    """A request for an Item."""

    access_token: str


class AccountsRequest(ItemRequest):
    """A request for accounts of an Item."""

    options: AccountFilter = AccountFilter()


class UserAddress(Part):
    """The address that a user typed."""

    city: str | None = None
    region: str | None = None
    street: str | None = None
    postal_code: str | None = None
    country: str | None = None


class IdentityUser(Part):
    """What a user typed."""

    legal_name: str | None = None
    phone_number: str | None = None
    email_address: str | None = None
    address: UserAddress | None = None


class MatchRequest(AccountsRequest):
    """A request to match what a user typed with the accounts of an Item."""

    user: IdentityUser = IdentityUser()


class ProcessorRequest(Request):
    """A request for the one account of a processor token."""

    processor_token: str


class ProcessorMatchRequest(ProcessorRequest):
    """A request to match what a user typed with the account of a processor token."""

    user: IdentityUser = IdentityUser()


class AttemptsRequest(Request):
    """A request for the match attempts of a client in a stretch of time, both ends included."""

    start_time: AwareDatetime
    end_time: AwareDatetime
    count: Annotated[int, Field(ge=1, le=MAX_PAGE)] = MAX_PAGE
    cursor: str | None = None


class KeyRequest(Request):
    """A request for the public key that a webhook is verified with."""

    key_id: str


# What an operator sends. The first group is also what the bank's side of a response looks like.


class Record(BaseModel):
    """An object that is kept as it came: unknown keys stay, and required ones that are missing get their defaults."""

    model_config = ConfigDict(strict=True, extra="allow", hide_input_in_errors=True, allow_inf_nan=False)

    ALWAYS: ClassVar[tuple[str, ...]] = ()  # what is required although it may be null

    def kept(self) -> dict[str, Any]:
        """Give the object as it came, completed."""
        kept: dict[str, Any] = _kept(self)
        return kept


def _kept(value: Any) -> Any:
    """Leave out what is null or was not given and is not required: the official client takes some nulls as errors."""
    if isinstance(value, Record):
        always = {name for name, field in type(value).model_fields.items() if field.default is not None}
        always |= set(value.ALWAYS)
        own = type(value).model_fields
        given = {name: item for name, item in value if name in always or item is not None or name not in own}
        return {name: _kept(item) for name, item in given.items()}
    if isinstance(value, list):
        return [_kept(entry) for entry in value]
    return value


class PhoneNumber(Record):
    """A phone number on file."""

    data: str
    primary: bool = False
    type: Literal["home", "work", "office", "mobile", "mobile1", "other"] = "other"


class Email(Record):
    """An e-mail address on file."""

    data: str
    primary: bool = False
    type: Literal["primary", "secondary", "other"] = "other"


class AddressData(Record):
    """An address on file, by parts."""

    ALWAYS: ClassVar[tuple[str, ...]] = ("city", "region", "postal_code", "country")
    city: str | None = None
    region: str | None = None
    street: str | None = ""  # older clients take no null here
    postal_code: str | None = None
    country: str | None = None


class Address(Record):
    """An address on file."""

    data: AddressData
    primary: bool = False


class Owner(Record):
    """One owner's record on file."""

    document_id: str | None = None  # where a document names this owner
    names: Annotated[list[str], Field(max_length=50)] = []
    phone_numbers: Annotated[list[PhoneNumber], Field(max_length=50)] = []
    emails: Annotated[list[Email], Field(max_length=50)] = []
    addresses: Annotated[list[Address], Field(max_length=50)] = []


Owners = Annotated[list[Owner], Field(max_length=1_000)]


class Balances(Record):
    """Balances of an account."""

    ALWAYS: ClassVar[tuple[str, ...]] = (
        "available",
        "current",
        "iso_currency_code",
        "limit",
        "unofficial_currency_code",
    )
    available: float | None = None
    current: float | None = None
    iso_currency_code: str | None = None
    limit: float | None = None
    unofficial_currency_code: str | None = None


class AccountBase(Record):
    """An account without its owners."""

    ALWAYS: ClassVar[tuple[str, ...]] = ("mask", "official_name", "subtype")
    account_id: Id
    balances: Balances = Balances()
    mask: str | None = None
    name: str = ""
    official_name: str | None = None
    type: Literal["investment", "credit", "depository", "loan", "brokerage", "other"] = "other"
    subtype: str | None = None
    verification_status: str | None = None
    holder_category: Literal["business", "personal", "unrecognized"] | None = None


class RiskSignal(Record):
    """One thing about a document that speaks of fraud, or does not."""

    type: str | None = None
    has_fraud_risk: bool = False
    signal_description: str | None = None
    page_number: int = 0


class RiskSummary(Record):
    """The sum of what speaks of fraud."""

    risk_score: Score | None = None


class RiskInsights(Record):
    """What a document looks like to somebody who suspects fraud."""

    risk_summary: RiskSummary | None = None
    risk_signals: list[RiskSignal] = []


class DocumentMetadata(Record):
    """What a document is."""

    document_type: str | None = None
    is_account_number_match: bool | None = None
    page_count: int | None = None
    last_updated: str | None = None
    uploaded_at: str | None = None


class Document(Record):
    """An uploaded document."""

    document_id: Id
    metadata: DocumentMetadata = DocumentMetadata()
    risk_insights: RiskInsights | None = None


class AccountOwners(AccountBase):
    """An account with its owners."""

    owners: Owners = []


class AccountDocuments(AccountOwners):
    """An account with its documents, and the owners that they name."""

    documents: list[Document] | None = None


class Item(Record):
    """An Item."""

    ALWAYS: ClassVar[tuple[str, ...]] = ("webhook", "error", "consent_expiration_time")
    item_id: Id
    webhook: str | None = None
    error: dict[str, Any] | None = None
    available_products: list[str] = []
    billed_products: list[str] = []
    consent_expiration_time: str | None = None
    update_type: Literal["background", "user_present_required"] = "background"


class Command(BaseModel):
    """A request of the operator."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


Token = Annotated[str, StringConstraints(min_length=8, max_length=512)]


class NewClient(Command):
    """A client, or a new secret or other products for one."""

    secret: Annotated[str, StringConstraints(min_length=1, max_length=512)]
    products: list[Product] | None = Field(None, description="Left out: all for a new client, else those it has.")


class NewItem(Command):
    """An Item with accounts and owners, in the shape of a response of /identity/get; documents may be there, too."""

    client_id: Id
    access_token: Token | None = Field(None, description="Made where it is left out.")
    accounts: Annotated[list[AccountDocuments], Field(max_length=MAX_ACCOUNTS)]
    item: Item
    request_id: str | None = Field(None, description="Not looked at: a whole response may be sent.")


class NewOwners(Command):
    """Other owners of an account."""

    owners: Owners


class NewState(Command):
    """A state in which the Item answers with an error, or null."""

    error_code: Literal[STATES] | None  # type: ignore[valid-type]


class NewProcessorToken(Command):
    """A processor token to be made for an account."""

    processor_token: Token | None = Field(None, description="Made where it is left out.")


# Responses


class Response(BaseModel):
    """What every response has."""

    request_id: str


class IdentityResponse(Response):
    """Answer of /identity/get."""

    accounts: list[AccountOwners]
    item: Item


class DocumentsResponse(Response):
    """Answer of /identity/documents/uploads/get."""

    accounts: list[AccountDocuments]
    item: Item


class NameScore(BaseModel):
    """How well the name matches."""

    score: Score | None
    is_first_name_or_last_name_match: bool | None
    is_nickname_match: bool | None
    is_business_name_detected: bool | None


class PlainScore(BaseModel):
    """How well a phone number or an e-mail address matches."""

    score: Score | None


class AddressScore(BaseModel):
    """How well the address matches."""

    score: Score | None
    is_postal_code_match: bool | None


class Scores(BaseModel):
    """The four score objects."""

    legal_name: NameScore
    phone_number: PlainScore
    email_address: PlainScore
    address: AddressScore


class AccountScores(AccountBase):
    """An account with its scores; balances are null."""

    legal_name: NameScore
    phone_number: PlainScore
    email_address: PlainScore
    address: AddressScore


class MatchResponse(Response):
    """Answer of /identity/match."""

    accounts: list[AccountScores]
    item: Item


class ProcessorIdentityResponse(Response):
    """Answer of /processor/identity/get."""

    account: AccountOwners


class ProcessorMatchResponse(Response):
    """Answer of /processor/identity/match."""

    account: AccountScores


class AttemptScores(Scores):
    """Scores of one account in an attempt."""

    account_id: str | None


class Attempt(BaseModel):
    """One call of a match endpoint: scores and outcome, no value."""

    attempt_id: str
    item_id: str | None
    created_at: datetime
    link_session_id: str
    link_customization_name: str
    ruleset_revision: Annotated[int, Field(ge=0)]
    outcome: Literal["PASS", "FAIL", "UNKNOWN"]
    outcome_account_id: str | None
    scores: list[AttemptScores]


class AttemptsResponse(Response):
    """Answer of /identity/match/list."""

    identity_match_attempts: list[Attempt]
    next_cursor: str | None
    has_more: bool


class PublicKey(BaseModel):
    """A public key as JWK."""

    alg: str
    crv: str
    kid: str
    kty: str
    use: str
    x: str
    y: str
    created_at: int
    expired_at: int | None


class KeyResponse(Response):
    """Answer of /webhook_verification_key/get."""

    key: PublicKey


class ErrorResponse(Response):
    """An error."""

    error_type: str
    error_code: str
    error_message: str
    display_message: str | None


def is_id(text: str) -> bool:
    """Tell whether a text could be an id.

    >>> is_id("sample-item-0001"), is_id("a/b"), is_id("a b"), is_id("..")
    (True, False, False, False)
    """
    return len(text) <= MAX_ID and re.fullmatch(_ID, text) is not None


def read(model: type[M], body: bytes, *, unknown: Literal["refuse", "ignore"] = "refuse") -> M:
    """Read a body.

    Args:
        model: What it should be.
        body: JSON in UTF-8; more than 200 levels are refused.
        unknown: What to do about a key that the model does not have, where the model forbids such keys.

    Raises:
        RequestError: INVALID_BODY, MISSING_FIELDS, UNKNOWN_FIELDS or INVALID_FIELD, with the paths of the fields.
            An unknown key is not repeated, only where it stands: it is the caller's text.
    """
    try:
        return model.model_validate_json(body, extra="ignore" if unknown == "ignore" and _forbids(model) else None)
    except ValidationError as fault:
        listed = fault.error_count() <= MOST_FAULTS
        errors = fault.errors(include_url=False, include_context=False, include_input=False) if listed else []
    if not errors:
        raise RequestError(Code.INVALID_BODY, f"more than {MOST_FAULTS} faults")
    kinds: dict[Code, set[str]] = {}
    for error in errors:
        path = error["loc"]
        if error["type"] == "json_invalid" or (not path and error["type"] != "value_error"):
            raise RequestError(Code.INVALID_BODY, "a JSON object")
        code = _CODES.get(error["type"], Code.INVALID_FIELD)
        kinds.setdefault(code, set()).add(_path(path[:-1] if code == Code.UNKNOWN_FIELDS else path))
    code = next(code for code in (Code.MISSING_FIELDS, Code.UNKNOWN_FIELDS, Code.INVALID_FIELD) if code in kinds)
    raise RequestError(code, ", ".join(sorted(kinds[code])[:20]))


_CODES = {"missing": Code.MISSING_FIELDS, "extra_forbidden": Code.UNKNOWN_FIELDS}


def _forbids(model: type[BaseModel]) -> bool:
    return model.model_config.get("extra") == "forbid"


def _path(parts: tuple[int | str, ...]) -> str:
    """Write a path; every name in it is one of ours, because unknown keys have no paths below them."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".") or "the body"
