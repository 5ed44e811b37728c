"""What an operator may set: one frozen object, checked when it is made."""

from __future__ import annotations

import ipaddress
import tomllib
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from identity_match.errors import OptionError

# Requests a minute: an Item, a client. Source: the limits that the contract states for /identity/get.
_A_MINUTE = {"production": (15, 2_000), "sandbox": (100, 1_000)}

Seconds = Annotated[float, Field(gt=0, le=600)]
Host = Annotated[str, StringConstraints(to_lower=True)]  # the case of a host says nothing
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class Settings(BaseModel):
    """Settings of one service; immutable.

    Attributes:
        host: Address to listen on; one that is not loopback needs ``allow_remote``.
        port: TCP port; 0 lets the system choose.
        allow_remote: Whether other machines may reach the service.
        names: Values of the header Host beside the loopback names that are answered, without a port.
        environment: ``sandbox`` or ``production``: chooses the rate limits, and stands in webhooks.
        item_minute: Requests a minute for one Item; None takes the contract's.
        client_minute: Requests a minute of one client; None takes the contract's.
        unknown_fields: ``refuse`` answers a request that has a key the endpoint does not know with UNKNOWN_FIELDS,
            ``ignore`` does not look at it.
        change_types: Spelling of what changed in a webhook: ``lower`` is that of today's client (``phone_numbers``),
            ``upper`` the older one (``PHONES``).
        webhook_hosts: Hosts that webhooks may be sent to; none other ever is.
        webhook_pause_seconds: Time after which a webhook that was not taken is sent again, the first time.
        default_country: As for ``Matcher``.
        attempts_days: Days for which attempts, and deliveries that are done, are kept; the contract's limit is a year.
        body_bytes: Longest body.
        document_bytes: Longest document.
        header_bytes: Longest request line and headers together.
        header_seconds: Time a client has to send them.
        body_seconds: Time a client has to send a body.
        idle_seconds: Time after which a connection without a request is closed.
        connections: Connections at a time; one more is closed at once.

    Raises:
        ValidationError: A value is out of range, a key unknown, or the address not loopback without ``allow_remote``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8080
    allow_remote: bool = False
    names: tuple[Host, ...] = ()
    environment: Literal["sandbox", "production"] = "sandbox"
    item_minute: Count | None = None
    client_minute: Count | None = None
    unknown_fields: Literal["refuse", "ignore"] = "refuse"
    change_types: Literal["lower", "upper"] = "lower"
    webhook_hosts: tuple[Host, ...] = ("127.0.0.1", "localhost", "::1")
    webhook_pause_seconds: Seconds = 30  # Source: Plaid, webhooks
    default_country: Annotated[str, Field(pattern="^[A-Za-z]{2}$")] = "US"
    attempts_days: Annotated[int, Field(ge=1, le=365)] = 365
    # Our choices: some thousand times a request, a scanned statement, a browser's cookies and more.
    body_bytes: Count = 1_000_000
    document_bytes: Annotated[int, Field(ge=1, le=100_000_000)] = 20_000_000
    header_bytes: Count = 16_384
    header_seconds: Seconds = 10
    body_seconds: Seconds = 20
    idle_seconds: Seconds = 30
    connections: Count = 1_000

    @model_validator(mode="after")
    def _stays_at_home(self) -> Self:
        if not (self.allow_remote or is_loopback(self.host)):
            message = "host: other machines could reach the service; say so with allow_remote"
            raise ValueError(message)
        return self

    @property
    def limits(self) -> tuple[int, int]:
        """Requests a minute: of one Item, of one client."""
        item, client = _A_MINUTE[self.environment]
        return self.item_minute or item, self.client_minute or client


def is_loopback(host: str) -> bool:
    """Tell whether an address is this machine's own.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def settings_from_toml(text: str, **over: object) -> Settings:
    """Read settings.

    Args:
        text: TOML.
        over: Settings that go before those of the text; None leaves the text's.

    Raises:
        OptionError: No TOML, or settings that make no sense; the message names the setting, never its value.

    >>> settings_from_toml('environment = "production"').limits
    (15, 2000)
    """
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        read = None
    if read is None:
        message = "settings: not TOML"
        raise OptionError(message)
    return checked(read | {name: value for name, value in over.items() if value is not None})


def checked(values: dict[str, object]) -> Settings:
    """Make settings of plain values, and say in one line what is wrong with them.

    Raises:
        OptionError: As for ``settings_from_toml``.
    """
    try:
        return Settings.model_validate(values)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False, include_input=False)[0]
    unknown = first["type"] == "extra_forbidden"
    name = "" if unknown or not first["loc"] else f"{first['loc'][0]}: "
    problem = "there is no such setting" if unknown else first["msg"].removeprefix("Value error, ")
    message = f"settings: {name}{problem}"
    raise OptionError(message)
