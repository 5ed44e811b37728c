"""What comes in: a user, the owners of an account, their addresses; as records or as dicts in the response's shape.

This is the border. Shapes are checked here, once, and every wrong one raises ``InputError`` with its path; behind it
every value is ``str`` or None. What the text means is decided by the fields.
"""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self, TypeVar

from identity_match.errors import IdentityMatchError, InputError, OptionError

MAX_OWNERS: Final = 1_000  # our choice: far above any bank's owner list; a longer one is an attack or a mistake
MAX_VALUES: Final = 50  # names, phone numbers, e-mails or addresses of one owner; our choice, as above
_MAX_WHOLE_NUMBER: Final = 10**18  # an E.164 number has at most 15 digits

T = TypeVar("T")


def reading(read: Callable[[Any, str], T], value: object, path: str) -> T:
    """Read what a caller handed over; where an object's own methods raise, it is refused as one of a wrong shape.

    Raises:
        InputError: What ``read`` raises, or that the object cannot be read; nothing of what it raised hangs on to it.
    """
    try:
        return read(value, path)
    except IdentityMatchError:
        raise
    except Exception:  # noqa: BLE001 - whatever a caller's object raises
        problem = "cannot be read: one of its own methods fails"
    raise InputError(path, problem)


def option(read: Callable[[Any, str], T], value: object, name: str) -> T:
    """Read an argument as ``reading`` does.

    Raises:
        OptionError: Whatever is wrong with it.
    """
    try:
        return reading(read, value, name)
    except InputError as fault:
        message = str(fault)
    raise OptionError(message)


def switch(value: object, name: str) -> bool:
    """Read an argument that is True or False.

    Raises:
        OptionError: It is neither.
    """
    if isinstance(value, bool):
        return value
    message = f"{name}: expected True or False"
    raise OptionError(message)


def _is_missing(value: object) -> bool:
    """Tell whether a value stands for "nothing": None, NaN, pandas NA or NaT."""
    if value is None:
        return True
    if isinstance(value, float):
        return value != value  # noqa: PLR0124 - NaN alone differs from itself
    return type(value).__name__ in ("NAType", "NaTType") and type(value).__module__.startswith("pandas")


def _text(value: object, path: str) -> str | None:
    if value is None or type(value) is str:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if _is_missing(value):
        return None
    raise InputError(path, f"expected text, found {type(value).__name__}")


def _text_or_number(value: object, path: str) -> str | None:
    """Read a postal code or phone number; a whole number is read by its decimal digits, any other one is refused."""
    if value is None or type(value) is str:
        return value
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        value = value.item()  # type: ignore[attr-defined]  # once: an object that gives itself has no end
    if isinstance(value, bool) or value is None or isinstance(value, str) or _is_missing(value):
        return _text(value, path)
    if isinstance(value, float):
        if not value.is_integer():
            raise InputError(path, "expected text or a whole number, found a fraction or infinity")
        value = int(value)
    number = None
    with contextlib.suppress(TypeError):
        number = operator.index(value)  # type: ignore[arg-type]
    if number is None:  # raised out here, so that nothing of the value hangs on to the error
        raise InputError(path, f"expected text or a whole number, found {type(value).__name__}")
    if not 0 <= number < _MAX_WHOLE_NUMBER:
        raise InputError(path, "the number is negative or too large")
    return str(number)


def _mapping(value: object, path: str) -> Mapping[Any, Any]:
    if type(value) is dict or isinstance(value, Mapping):
        return value
    raise InputError(path, f"expected an object, found {type(value).__name__}")


def _member(members: Mapping[Any, Any], name: str, path: str, read: Callable[[object, str], T]) -> T:
    """Read one member; text and None are what every reader would give for them, and cost no path."""
    value: Any = members.get(name)
    plain = value is None or type(value) is str
    return value if plain else read(value, f"{path}.{name}")


def _list(value: object, path: str, most: int, name: str = "") -> list[Any] | tuple[Any, ...]:
    """Read a list, or the list that is a member of what ``path`` names."""
    if value is None:
        return ()
    if type(value) is not list and (not isinstance(value, list | tuple) or isinstance(value, Address | User | Owner)):
        raise InputError(f"{path}.{name}" if name else path, f"expected a list, found {type(value).__name__}")
    if len(value) > most:
        raise InputError(f"{path}.{name}" if name else path, f"at most {most} are accepted, found {len(value)}")
    return value


def _values(members: Mapping[Any, Any], name: str, path: str, read: Callable[[object, str], Any]) -> tuple[Any, ...]:
    """Read an owner's list, of which an entry is ``{"data": …}`` or the bare value; text and None cost no path."""
    found: list[Any] = []
    for i, entry in enumerate(_list(members.get(name), path, MAX_VALUES, name)):
        found.append(_value(entry, i, name, path, read))
    return tuple(found)


def _value(entry: Any, i: int, name: str, path: str, read: Callable[[object, str], Any]) -> Any:
    if entry is None or type(entry) is str:
        return entry
    wrapped = (type(entry) is dict or isinstance(entry, Mapping)) and "data" in entry
    data = entry["data"] if wrapped else entry
    plain = data is None or type(data) is str
    return data if plain else read(data, f"{path}.{name}[{i}]" + (".data" if wrapped else ""))


def _masked_repr(record: Any) -> str:
    filled = [name for name, value in record._asdict().items() if value not in (None, ())]
    return f"{type(record).__name__}(<{', '.join(filled) or 'empty'}>)"


class Address(NamedTuple):
    """A postal address by parts; None where a part is unknown.

    Attributes:
        street: Street line: number, street, unit, box.
        city: City or town.
        region: State or province, code or name.
        postal_code: Postal code; a whole number is accepted and read by its digits.
        country: ISO 3166-1 alpha-2 code or a common name.

    >>> Address(street="100 Main St", postal_code="94107")
    Address(<street, postal_code>)
    """

    street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None

    def __repr__(self) -> str:
        """Show which members are set, never what they hold."""
        return _masked_repr(self)

    @classmethod
    def from_dict(cls, value: object, path: str = "address") -> Self:
        """Read a dict; unknown keys are ignored, missing ones are None.

        Raises:
            InputError: Not a mapping, or a part of a wrong type.
        """
        return tuple.__new__(cls, reading(_address_members, value, path))


def _address_members(value: object, path: str) -> tuple[str | None, ...]:
    parts = _mapping(value, path)
    return (
        _member(parts, "street", path, _text),
        _member(parts, "city", path, _text),
        _member(parts, "region", path, _text),
        _member(parts, "postal_code", path, _text_or_number),
        _member(parts, "country", path, _text),
    )


def _address(value: object, path: str) -> Address | str | None:
    """Read an address by parts, or one line of text."""
    if type(value) is dict:
        return tuple.__new__(Address, _address_members(value, path))
    if isinstance(value, Address):
        value = value._asdict()
    if isinstance(value, Mapping):
        return Address.from_dict(value, path)
    if value is None or isinstance(value, str) or _is_missing(value):
        return _text(value, path)
    raise InputError(path, f"expected an object or text, found {type(value).__name__}")


class User(NamedTuple):
    """The identity a person claims; every member may be None.

    Attributes:
        legal_name: Full name, one person.
        phone_number: Phone number, any format.
        email_address: E-mail address.
        address: ``Address``, or one line of text.

    >>> User(legal_name="Jane Doe")
    User(<legal_name>)
    """

    legal_name: str | None = None
    phone_number: str | None = None
    email_address: str | None = None
    address: Address | str | None = None

    def __repr__(self) -> str:
        """Show which members are set, never what they hold."""
        return _masked_repr(self)

    @classmethod
    def from_dict(cls, value: object, path: str = "user") -> Self:
        """Read a dict in the shape of the request's ``user``, or check a ``User``; unknown keys are ignored.

        Raises:
            InputError: Not a mapping, or a member of a wrong type.

        >>> User.from_dict({"legal_name": "Jane Doe", "phone_number": 4157452130}).phone_number
        '4157452130'
        """
        return tuple.__new__(cls, reading(_user_members, value, path))


def _user_members(value: object, path: str) -> tuple[Any, ...]:
    if isinstance(value, User):
        value = value._asdict()
    members = _mapping(value, path)
    return (
        _member(members, "legal_name", path, _text),
        _member(members, "phone_number", path, _text_or_number),
        _member(members, "email_address", path, _text),
        _member(members, "address", path, _address),
    )


class Owner(NamedTuple):
    """One holder on the account, as the bank has it; a joint account may list several names in one owner.

    Attributes:
        names: Names as the bank prints them, titling included.
        phone_numbers: Phone numbers, any format.
        emails: E-mail addresses.
        addresses: ``Address`` objects or lines of text.

    >>> Owner(names=("JANE DOE", "JOHN DOE"))
    Owner(<names>)
    """

    names: tuple[str | None, ...] = ()
    phone_numbers: tuple[str | None, ...] = ()
    emails: tuple[str | None, ...] = ()
    addresses: tuple[Address | str | None, ...] = ()

    def __repr__(self) -> str:
        """Show which members are set, never what they hold."""
        return _masked_repr(self)

    @classmethod
    def from_dict(cls, value: object, path: str = "owner") -> Self:
        """Read a dict in the shape of an account's owner, or check an ``Owner``; unknown keys are ignored.

        Each entry of ``phone_numbers``, ``emails`` and ``addresses`` is ``{"data": …}`` or the bare value.

        Raises:
            InputError: Not a mapping, a list too long, or a member of a wrong type.

        >>> Owner.from_dict({"names": ["JANE DOE"], "emails": [{"data": "jane@example.com"}]}).emails
        ('jane@example.com',)
        """
        return tuple.__new__(cls, reading(_owner_members, value, path))


def _owner_members(value: object, path: str) -> tuple[tuple[Any, ...], ...]:
    if isinstance(value, Owner):
        value = value._asdict()
    members = _mapping(value, path)
    return (
        _values(members, "names", path, _text),
        _values(members, "phone_numbers", path, _text_or_number),
        _values(members, "emails", path, _text),
        _values(members, "addresses", path, _address),
    )


def owners_from(value: object, path: str = "owners") -> Sequence[Owner]:
    """Read a list of owners, dicts and ``Owner`` objects mixed freely.

    Raises:
        InputError: Not a list, more than ``MAX_OWNERS``, or an owner of a wrong shape.
    """
    return reading(_owners, value, path)


def _owners(value: object, path: str) -> list[Owner]:
    found: list[Owner] = []
    for i, owner in enumerate(_list(value, path, MAX_OWNERS)):
        place = f"{path}[{i}]"
        plain = type(owner) is dict
        found.append(tuple.__new__(Owner, _owner_members(owner, place)) if plain else Owner.from_dict(owner, place))
    return found


def json_object(line: bytes) -> dict[str, Any] | str:
    """Parse a line of JSON Lines, or say what is wrong with it, never the value.

    >>> json_object(b'{"a": 1}'), json_object(b"[1]"), json_object(b"{")
    ({'a': 1}, 'expected an object, found list', 'not JSON')
    """
    import json  # noqa: PLC0415 - a single score does not need it

    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return "not JSON"
    return found if isinstance(found, dict) else f"expected an object, found {type(found).__name__}"
