"""The border: which shapes and types come in, what they become, and what is refused with its path alone."""

from __future__ import annotations

import datetime as dt
import decimal
import pickle
import time
from typing import Any

import pytest

from identity_match import Address, IdentityMatchError, Owner, User, score
from identity_match.errors import InputError
from identity_match.records import MAX_OWNERS, MAX_VALUES, owners_from

NAN = float("nan")
PANDAS = type("NAType", (), {"__module__": "pandas._libs.missing"})
NOT_A_TIME = type("NaTType", (), {"__module__": "pandas._libs.tslibs.nattype"})
MISSING = [None, NAN, PANDAS(), NOT_A_TIME()]
FIELDS = ["legal_name", "phone_number", "email_address", "address"]
MEMBERS = ["names", "phone_numbers", "emails", "addresses"]
PARTS = ["street", "city", "region", "postal_code", "country"]


class Text(str):
    """Text that pretends to be something else."""

    __slots__ = ()

    def __str__(self) -> str:
        return "another text"

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


def cyclic() -> dict[str, Any]:
    ring: dict[str, Any] = {}
    ring["data"] = ring["address"] = ring["names"] = ring
    return ring


WRONG = [b"Jane Doe", bytearray(b"x"), True, 1.5, float("inf"), 10**5000, -5, object(), {"a"}, (1,), ["x"], 1j, int]
WRONG += [decimal.Decimal("NaN"), dt.date(2026, 1, 1), range(3), cyclic(), [[[]]], iter("ab")]


def test_dicts_and_records_mean_the_same() -> None:
    as_dicts = score(
        {"legal_name": "Jane Doe", "address": {"street": "100 Main St", "city": "Springfield", "region": "IL"}},
        [
            {
                "names": ["JANE DOE"],
                "addresses": [{"data": {"street": "100 MAIN ST", "city": "SPRINGFIELD", "region": "IL"}}],
            }
        ],
    )
    address = Address(street="100 MAIN ST", city="SPRINGFIELD", region="IL")
    as_records = score(
        User(legal_name="Jane Doe", address=Address("100 Main St", "Springfield", "IL")),
        [Owner(names=("JANE DOE",), addresses=(address,))],
    )
    assert as_dicts == as_records
    mixed = score({"legal_name": "Jane Doe", "address": Address("100 Main St", "Springfield", "IL")},
                  (Owner(names=("JANE DOE",)), {"addresses": [{"data": address}]}))  # fmt: skip
    assert mixed.to_dict() == as_dicts.to_dict()


def test_bare_values_and_wrapped_values_mean_the_same() -> None:
    bare = Owner.from_dict(
        {"phone_numbers": ["4155550123"], "emails": ["jane@example.com"], "addresses": ["100 Main St"]}
    )
    wrapped = Owner.from_dict(
        {
            "phone_numbers": [{"data": "4155550123", "primary": True, "type": "home"}],
            "emails": [{"data": "jane@example.com"}],
            "addresses": [{"data": "100 Main St", "primary": True}],
        }
    )
    assert bare == wrapped
    parts = {"street": "100 Main St", "city": None}
    assert Owner.from_dict({"addresses": [parts]}) == Owner.from_dict({"addresses": [{"data": parts}]})


def test_records_are_checked_as_dicts_are() -> None:
    """A record can be made with anything in it; it is read again at the border."""
    for record in (User(legal_name=b"x"), User(address=Address(street=5))):  # type: ignore[arg-type]
        with pytest.raises(InputError):
            score(record, [])
    with pytest.raises(InputError):
        score(User(), [Owner(names="JANE DOE")])  # type: ignore[arg-type]
    assert Owner.from_dict(Owner(phone_numbers=(4155550123,))).phone_numbers == ("4155550123",)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", MISSING, ids=["None", "NaN", "NA", "NaT"])
def test_missing_values_are_none_everywhere(value: Any) -> None:
    assert User.from_dict(dict.fromkeys(FIELDS, value)) == User()
    assert Address.from_dict(dict.fromkeys(PARTS, value)) == Address()
    for member in MEMBERS:
        assert getattr(Owner.from_dict({member: [value]}), member) == (None,)
        if member != "names":
            assert getattr(Owner.from_dict({member: [{"data": value}]}), member) == (None,)
    result = score(dict.fromkeys(FIELDS, value), [{member: [value] for member in MEMBERS}])
    assert all(getattr(result, field).score is None for field in FIELDS)


def test_empty_input_is_nothing_to_compare() -> None:
    users: list[Any] = [{}, User()]
    accounts: list[Any] = [[], (), [{}], [Owner()], [dict.fromkeys(MEMBERS)], [{member: [] for member in MEMBERS}]]
    for user in users:
        for owners in accounts:
            result = score(user, owners)
            assert all(getattr(result, field).score is None for field in FIELDS)


@pytest.mark.parametrize("number", [4157452130, 4157452130.0])
def test_phone_numbers_may_be_numbers(number: Any) -> None:
    assert User.from_dict({"phone_number": number}).phone_number == "4157452130"
    assert Owner.from_dict({"phone_numbers": [number, {"data": number}]}).phone_numbers == ("4157452130",) * 2


@pytest.mark.parametrize("number", [2139, 2139.0, "02139"])
def test_postal_codes_may_be_numbers_that_lost_their_zero(number: Any) -> None:
    """2139 is 02139 in the United States, and nothing else is filled up."""
    home = {"street": "100 Main St", "city": "Cambridge", "region": "MA", "country": "US"}
    result = score(
        {"address": {**home, "postal_code": number}}, [{"addresses": [{**home, "postal_code": "02139-4301"}]}]
    )
    assert result.address.is_postal_code_match is True
    other = score({"address": {**home, "postal_code": number}}, [{"addresses": [{**home, "postal_code": "21390"}]}])
    assert other.address.is_postal_code_match is False


def test_numpy_numbers_are_numbers() -> None:
    """No numpy is needed: what counts is where a type comes from, and that it has ``item``."""
    members = {"__module__": "numpy", "shape": (), "item": lambda self: 4157452130}
    assert User.from_dict({"phone_number": type("int64", (), members)()}).phone_number == "4157452130"


def test_a_number_that_gives_itself_is_none() -> None:
    """Compiled code has no limit of depth that would end this with an error; it would end the process."""
    ring = type("int64", (), {"__module__": "numpy", "shape": (), "item": lambda self: self})()
    with pytest.raises(InputError, match=r"user\.phone_number: expected text or a whole number, found int64"):
        score({"phone_number": ring}, [])


def test_numpy_arrays_are_no_numbers() -> None:
    def item(self: object) -> None:
        message = "can only convert an array of size 1"
        raise ValueError(message)

    array = type("ndarray", (), {"__module__": "numpy", "shape": (2,), "item": item})()
    with pytest.raises(InputError):
        score({"phone_number": array}, [])


def test_text_of_a_subclass_is_read_as_its_plain_text() -> None:
    user = User.from_dict({"legal_name": Text("Jane Doe"), "address": {"postal_code": Text("02139")}})
    assert type(user.legal_name) is str
    assert "".join(user.legal_name) == "Jane Doe"
    assert score(user, [{"names": ["ZED QUX"]}]).legal_name.score == 0


@pytest.mark.parametrize(
    ("field", "value"),
    # An object is an address; a cyclic one is tested below.
    [(field, value) for field in FIELDS for value in WRONG if field != "address" or not isinstance(value, dict)],
    ids=lambda part: part if type(part) is str and part in FIELDS else type(part).__name__,
)
def test_other_types_raise_with_the_path(field: str, value: Any) -> None:
    with pytest.raises(InputError) as caught:
        score({field: value}, [])
    assert caught.value.path == f"user.{field}"
    assert str(caught.value).startswith(f"user.{field}: ")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("value", WRONG, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("part", PARTS)
def test_other_types_raise_in_parts_of_an_address(part: str, value: Any) -> None:
    with pytest.raises(InputError) as caught:
        score({"address": {part: value}}, [])
    assert caught.value.path == f"user.address.{part}"
    with pytest.raises(InputError) as caught:
        score({}, [{}, {"addresses": [None, {"data": {part: value}}]}])
    assert caught.value.path == f"owners[1].addresses[1].data.{part}"


@pytest.mark.parametrize(  # an object is an entry; a cyclic one is tested below
    "value", [value for value in WRONG if not isinstance(value, dict)], ids=lambda value: type(value).__name__
)
@pytest.mark.parametrize("member", MEMBERS)
def test_other_types_raise_in_lists_of_an_owner(member: str, value: Any) -> None:
    with pytest.raises(InputError) as caught:
        score({}, [{member: [None, value]}])
    assert caught.value.path == f"owners[0].{member}[1]"
    if not isinstance(value, list | tuple):
        with pytest.raises(InputError) as caught:
            score({}, [{member: value}])
        assert caught.value.path == f"owners[0].{member}"


@pytest.mark.parametrize("value", [v for v in WRONG if not isinstance(v, dict)], ids=lambda value: type(value).__name__)
def test_a_user_is_an_object_and_owners_are_a_list(value: Any) -> None:
    with pytest.raises(InputError, match=r"^user: expected an object, found \w+$"):
        score(value, [])
    if not isinstance(value, list | tuple):
        with pytest.raises(InputError, match=r"^owners: expected a list, found \w+$"):
            score({}, value)
    with pytest.raises(InputError, match=r"^owners\[0\]: expected an object, found \w+$"):
        score({}, [value])


def test_text_is_no_list() -> None:
    """A name where a list of names belongs would otherwise be read letter by letter."""
    with pytest.raises(InputError, match=r"owners\[0\]\.names: expected a list, found str"):
        score({}, [{"names": "JANE DOE"}])


def test_cyclic_objects_are_refused_or_ignored() -> None:
    ring = cyclic()
    for user, owners in [(ring, []), ({}, [{"addresses": [ring]}]), ({"address": ring}, [])]:
        result = score(user, owners)  # an address without any part
        assert result.address.score is None
    for owners in ([ring], [{"phone_numbers": [ring]}], [{"emails": [ring]}], [{"names": [ring]}]):
        with pytest.raises(InputError):
            score({}, owners)
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(InputError):
        score({}, endless)


def test_limits() -> None:
    assert len(owners_from([{}] * MAX_OWNERS)) == MAX_OWNERS
    for count in (MAX_OWNERS + 1, 10_000):
        with pytest.raises(InputError, match=f"^owners: at most {MAX_OWNERS} are accepted, found {count}$"):
            score({}, [{"names": ["JANE DOE"]}] * count)
    for member in MEMBERS:
        Owner.from_dict({member: [None] * MAX_VALUES})
        with pytest.raises(InputError, match=rf"owners\[0\]\.{member}: at most {MAX_VALUES} are accepted, found"):
            score({}, [{member: [None] * (MAX_VALUES + 1)}])


@pytest.mark.parametrize(
    "number",
    [10**5000, -1, 10**18, 1.5, float("inf"), -0.5, True],
    ids=["huge", "-1", "large", "1.5", "infinite", "-0.5", "bool"],
)
def test_numbers_that_are_no_digits_of_anything(number: Any) -> None:
    for user in ({"phone_number": number}, {"address": {"postal_code": number}}):
        with pytest.raises(InputError) as caught:
            score(user, [])
        assert len(str(caught.value)) < 200


def test_lone_surrogates_are_text() -> None:
    result = score(
        dict.fromkeys(FIELDS, "\ud800"), [{"names": ["\udfff"], "addresses": [{"street": "1\udfff Main St"}]}]
    )
    for field in FIELDS:
        assert getattr(result, field).score is None or getattr(result, field).score < 70


def test_errors_have_one_root() -> None:
    with pytest.raises(IdentityMatchError):
        score(5, [])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected an object"):
        score(5, [])  # type: ignore[arg-type]


def test_errors_can_be_handed_on_by_a_worker_process() -> None:
    error = InputError("user.legal_name", "expected text, found bytes")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.path) == (str(error), "user.legal_name")
    assert str(error) == "user.legal_name: expected text, found bytes"


def test_records_are_frozen() -> None:
    for record, member in ((User(), "legal_name"), (Owner(), "names"), (Address(), "street")):
        with pytest.raises(AttributeError):
            setattr(record, member, "x")


LONG = {
    "words": "Jane Doe " * 111_111,
    "one word": "x" * 1_000_000,
    "digits": "4" * 1_000_000,
    "brackets": "(" * 1_000_000,
    "dashes": "a" + "-" * 1_000_000 + "b",
    "zeros": "0" * 1_000_000 + "1",
    "marks": "a" + "\u0301\u0316" * 500_000,
    "at signs": "a@" * 500_000,
    "expanding": "\ufdfa" * 1_000_000,
    "dots": "a." * 500_000 + "@example.com",
    "streets": "1 Main St " * 100_000,
    "surrogates": "\ud800" * 1_000_000,
    "ors": "JANE DOE OR " * 83_333,
}


def _everywhere(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    parts = dict.fromkeys(PARTS, text)
    user = {"legal_name": text, "phone_number": text, "email_address": text, "address": parts}
    owner = {"names": [text], "phone_numbers": [text], "emails": [text], "addresses": [{"data": parts}, text]}
    return user, owner


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_megabyte_in_every_field_takes_bounded_time(text: str) -> None:
    """Every value is cut at its cap before anything else sees it; 2 s is far above what that leaves."""
    user, owner = _everywhere(text)
    began = time.perf_counter()
    result = score(user, [owner])
    assert time.perf_counter() - began < 2
    for field in FIELDS:
        found = getattr(result, field).score
        assert found is None or 0 <= found <= 100


def test_a_thousand_owners_take_bounded_time() -> None:
    names = [f"{'ABCDEFGHIJ'[i % 10]}NN{i} DOE{i}" for i in range(MAX_OWNERS)]
    owners = [
        {
            "names": [name],
            "phone_numbers": [f"415555{i:04}"],
            "emails": [f"{i}@example.com"],
            "addresses": [{"street": f"{i} Main St", "city": "Springfield", "region": "IL", "postal_code": "62701"}],
        }
        for i, name in enumerate(names)
    ]
    began = time.perf_counter()
    result = score({"legal_name": names[-1].title(), "phone_number": "415-555-0999"}, owners)
    assert time.perf_counter() - began < 10
    assert result.legal_name.score == 100
    assert result.sources["legal_name"].owner == MAX_OWNERS - 1
