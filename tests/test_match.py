"""The whole response: accounts, item, request id, details, and the sparse form of the published example."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from identity_match import Match, Matcher, User, match, score
from identity_match.errors import InputError, OptionError
from identity_match.fields import FIELDS
from identity_match.match import MAX_ACCOUNTS, MAX_DEPTH

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
FLAGS = {
    "legal_name": ["is_first_name_or_last_name_match", "is_nickname_match", "is_business_name_detected"],
    "phone_number": [],
    "email_address": [],
    "address": ["is_postal_code_match"],
}
NAMES = list(FLAGS)
BALANCES = dict.fromkeys(["available", "current", "iso_currency_code", "limit", "unofficial_currency_code"])


def load(name: str) -> Any:
    return json.loads((SAMPLE / name).read_text("utf-8"))


ITEM = load("item.json")
USER, JOINT, BUSINESS = load("user.json"), load("user_joint.json"), load("user_business.json")
ACCOUNT = {"account_id": "a1", "name": "Checking", "type": "depository", "owners": [{"names": ["JANE DOE"]}]}


def test_every_member_of_the_response_is_there() -> None:
    """The current official clients refuse a response that lacks a score object or one of its members."""
    answer = match(USER, ITEM["accounts"], item=ITEM["item"], request_id="r1")
    assert list(answer) == ["accounts", "item", "request_id"]
    assert answer["item"] == ITEM["item"]
    assert answer["request_id"] == "r1"
    for given, account in zip(ITEM["accounts"], answer["accounts"], strict=True):
        for member in ("account_id", "mask", "name", "official_name", "type", "subtype", "holder_category"):
            assert account[member] == given[member]
        assert account["balances"] == BALANCES
        assert "owners" not in account
        assert "details" not in account
        for name, flags in FLAGS.items():
            assert list(account[name]) == ["score", *flags]


def test_scores_of_the_sample() -> None:
    """The three sample users, each against the three accounts, by the bands of the contract."""
    personal, joint, business = match(USER, ITEM["accounts"])["accounts"]
    assert personal["legal_name"]["score"] >= 85
    assert personal["phone_number"]["score"] == 100
    assert 70 <= personal["email_address"]["score"] <= 99
    assert personal["address"] == {"score": 100, "is_postal_code_match": True}
    assert joint["legal_name"]["score"] >= 85
    assert joint["phone_number"]["score"] < 70
    assert joint["email_address"]["score"] is None
    assert business["legal_name"]["score"] < 70
    assert business["legal_name"]["is_business_name_detected"] is True
    assert business["address"]["score"] < 70

    personal, joint, business = match(JOINT, ITEM["accounts"])["accounts"]
    assert personal["legal_name"]["score"] < 70
    assert joint["legal_name"]["score"] >= 85
    assert joint["legal_name"]["is_nickname_match"] is True
    assert joint["phone_number"]["score"] == 100
    assert joint["address"]["score"] >= 90

    personal, joint, business = match(BUSINESS, ITEM["accounts"])["accounts"]
    assert personal["legal_name"]["score"] < 70
    assert business["legal_name"]["score"] >= 85
    assert business["legal_name"]["is_business_name_detected"] is True
    assert business["phone_number"]["score"] == business["email_address"]["score"] == 100
    assert business["address"]["score"] >= 90


def test_the_sample_is_invented() -> None:
    """Phone numbers of the fictional range, mail domains that are reserved for examples."""
    text = "".join(path.read_text("utf-8") for path in SAMPLE.glob("*.json"))
    numbers = [re.sub(r"\D", "", written) for written in re.findall(r'"\+?[\d ().-]{10,}"', text)]
    phones = [number for number in numbers if len(number) >= 10]
    assert len(phones) >= 8
    assert all(re.search(r"55501\d\d$", number) for number in phones)
    assert all(re.search(r"@([a-z]+\.)?example\.(com|org)$", mail) for mail in re.findall(r'[^"]+@[^"]+', text))


@pytest.mark.parametrize("wanted", [["a2"], ["a2", "a1"], ["a1", "a1"], []])
def test_account_ids_filter_and_keep_the_order(wanted: list[str]) -> None:
    accounts = [ACCOUNT, {**ACCOUNT, "account_id": "a2"}]
    found = [account["account_id"] for account in match({}, accounts, account_ids=wanted)["accounts"]]
    assert found == [account_id for account_id in ("a1", "a2") if account_id in wanted]


@pytest.mark.parametrize("wrong", ["secret-id", 5, None, ["a1"], b"a1"])
def test_an_unknown_account_id_is_named_by_its_position(wrong: Any) -> None:
    with pytest.raises(InputError, match=r"^account_ids\[1\]: no account has this id$"):
        match({}, [ACCOUNT], account_ids=["a1", wrong])


def test_request_ids_are_made_when_there_is_none() -> None:
    made = {match({}, [])["request_id"] for _ in range(20)}
    assert len(made) == 20
    assert all(re.fullmatch("[A-Za-z0-9]{15}", request_id) for request_id in made)


def test_an_item_is_made_when_there_is_none() -> None:
    assert match({}, [])["item"]["item_id"] == "local"


def test_members_that_an_account_lacks_have_their_nulls() -> None:
    (account,) = match({}, [{"account_id": "a1"}])["accounts"]
    assert (account["mask"], account["name"], account["official_name"]) == (None, "", None)
    assert (account["type"], account["subtype"]) == ("other", None)
    assert "holder_category" not in account


@pytest.mark.parametrize(
    ("accounts", "path"),
    [
        (5, "accounts"),
        ({"account_id": "a1"}, "accounts"),
        ([5], "accounts[0]"),
        ([ACCOUNT, {}], "accounts[1].account_id"),
        ([{"account_id": 5}], "accounts[0].account_id"),
        ([{**ACCOUNT, "name": 5}], "accounts[0].name"),
        ([{**ACCOUNT, "owners": {}}], "accounts[0].owners"),
        ([{**ACCOUNT, "owners": [{"names": [b"x"]}]}], "accounts[0].owners[0].names[0]"),
        ([{**ACCOUNT, "verification_insights": object()}], "accounts[0].verification_insights"),
        ([ACCOUNT] * (MAX_ACCOUNTS + 1), "accounts"),
    ],
)
def test_wrong_shapes_have_their_path(accounts: Any, path: str) -> None:
    with pytest.raises(InputError) as caught:
        match({}, accounts)
    assert caught.value.path == path


def _nested(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _ in range(levels):
        inner = {"x": inner}
    return inner


@pytest.mark.parametrize(
    "item",
    [
        5,
        [],
        "item",
        {"a": object()},
        {"a": float("nan")},
        {"a": b""},
        {5: 1},
        {"a": 10**5000},
        {"a": {1}},
        _nested(MAX_DEPTH + 1),
    ],
    ids=lambda item: type(item).__name__,
)
def test_an_item_that_is_not_json_is_refused(item: Any) -> None:
    with pytest.raises(InputError, match=r"^item: "):
        match({}, [], item=item)


def test_what_is_passed_through_is_a_copy_in_json() -> None:
    """The official client gives dates as objects; tuples and dates have one JSON form."""
    item = {"when": dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "day": dt.date(2026, 1, 2), "products": ("auth",)}
    item |= {"deep": _nested(MAX_DEPTH - 2), "n": 1.5, "text": "a\ud800"}
    answer = match({}, [], item=item)
    assert answer["item"]["when"] == "2026-01-02T03:04:05+00:00"
    assert answer["item"]["day"] == "2026-01-02"
    assert answer["item"]["products"] == ["auth"]
    assert json.loads(json.dumps(answer)) == answer
    answer["item"]["products"].append("x")
    assert item["products"] == ("auth",)


def test_a_request_id_is_text() -> None:
    with pytest.raises(InputError, match=r"^request_id: expected text, found int$"):
        match({}, [], request_id=5)  # type: ignore[arg-type]


DETAILED = {"reasons", "owner", "value"}


def test_details_name_the_owner_and_the_value_that_won_by_position() -> None:
    owners: list[Any] = [
        {"names": ["JOHN SMITH"], "phone_numbers": ["2125550100"]},
        {"names": [None, "JANE DOE"], "phone_numbers": ["2125550101", "415-555-0123"], "emails": []},
    ]
    user = {"legal_name": "Jane Doe", "phone_number": "+1 415 555 0123", "email_address": "jane@example.com"}
    details = score(user, owners).to_dict(details=True)["details"]
    assert list(details) == NAMES
    assert (details["legal_name"]["owner"], details["legal_name"]["value"]) == (1, 1)
    assert (details["phone_number"]["owner"], details["phone_number"]["value"]) == (1, 1)
    assert (details["email_address"]["owner"], details["email_address"]["value"]) == (None, None)
    assert details["email_address"]["reasons"] == [{"code": "blank", "part": "owner"}]
    assert details["address"]["reasons"] == [{"code": "blank", "part": "user"}]
    for found in details.values():
        assert set(found) >= DETAILED
        assert not {"user_text", "owner_text"} & set(found)
        assert all(set(reason) == {"code", "part"} for reason in found["reasons"])
    assert "jane" not in json.dumps(details).lower()


def test_details_show_values_only_when_asked_for_by_name() -> None:
    owners: list[Any] = [
        {"names": ["JANE DOE"], "addresses": [{"data": {"street": "1 Main St\ud800", "postal_code": 2139}}]}
    ]
    result = score({"legal_name": "Jane Doe", "address": "1 Main St, Cambridge MA 02139"}, owners)
    details = result.to_dict(details="values")["details"]
    assert (details["legal_name"]["user_text"], details["legal_name"]["owner_text"]) == ("Jane Doe", "JANE DOE")
    assert details["address"]["user_text"] == "1 Main St, Cambridge MA 02139"
    assert details["address"]["owner_text"]["street"] == "1 Main St\ufffd"
    assert details["address"]["owner_text"]["postal_code"] == "2139"
    assert (details["phone_number"]["user_text"], details["phone_number"]["owner_text"]) == (None, None)


def test_details_beside_the_contract_change_nothing_in_it() -> None:
    plain = match(USER, ITEM["accounts"], request_id="r")
    for details in (True, "values"):
        detailed = match(USER, ITEM["accounts"], request_id="r", details=details)
        for account in detailed["accounts"]:
            del account["details"]
        assert detailed == plain


@pytest.mark.parametrize("details", ["value", "", 1, None, []])
def test_details_have_three_settings(details: Any) -> None:
    with pytest.raises(OptionError, match=r"^details: "):
        score({}, []).to_dict(details=details)


def test_the_sparse_form_has_the_shape_of_the_published_example() -> None:
    """The published example: one account with every name flag; one with a mismatch, two members, and no e-mail."""
    street = {"street": "100 Main St", "city": "Springfield", "region": "IL", "postal_code": "62701"}
    user = {
        "legal_name": "Jenn Doe",
        "phone_number": "4155550123",
        "email_address": "jenn@example.com",
        "address": street,
    }
    both = {"phone_numbers": [{"data": "4155550123"}], "addresses": [{"data": street}]}
    accounts = [
        {**ACCOUNT, "owners": [{"names": ["JENNIFER DOE"], "emails": [{"data": "jenn@example.com"}], **both}]},
        {**ACCOUNT, "account_id": "a2", "owners": [{"names": ["BORIS QUAGMIRE"], "emails": [], **both}]},
    ]
    first, second = match(user, accounts, sparse=True)["accounts"]
    assert set(first["legal_name"]) == {"score", *FLAGS["legal_name"]}
    assert first["legal_name"]["is_nickname_match"] is True
    assert set(second["legal_name"]) == {"score", "is_first_name_or_last_name_match"}
    assert second["legal_name"]["is_first_name_or_last_name_match"] is False
    assert second["email_address"] is None
    for account in (first, second):
        assert account["phone_number"] == {"score": 100}
        assert account["address"] == {"score": 100, "is_postal_code_match": True}
        assert account["balances"] == BALANCES


def test_nothing_compared_has_no_source() -> None:
    """A number on file that is a placeholder is known as one only beside the user's, and wins nothing."""
    result = score({"phone_number": "4155550123"}, [{"phone_numbers": ["0000000000"]}])
    assert result.phone_number.score is None
    assert result.sources["phone_number"] == (None, None)


def test_the_sparse_form_of_nothing() -> None:
    assert score({}, []).to_dict(sparse=True) == dict.fromkeys(NAMES)


def test_fields_are_those_of_the_contract_in_its_order() -> None:
    assert {field.name: list(field.flags) for field in FIELDS} == FLAGS
    assert [field.name for field in FIELDS] == NAMES
    for field in FIELDS:
        assert field.outcome._fields[: len(field.flags) + 2] == ("score", *field.flags, "reasons")
        assert all(
            field.outcome._field_defaults[extra] is None for extra in field.outcome._fields[len(field.flags) + 2 :]
        )


def test_functions_are_methods_of_a_plain_matcher() -> None:
    assert score(USER, ITEM["accounts"][0]["owners"]) == Matcher().score(USER, ITEM["accounts"][0]["owners"])
    assert Matcher() == Matcher(default_country="US")


@pytest.mark.parametrize("country", ["", "U", "USA", "1A", "ÜS", 5, None, b"US", "U\n"])
def test_a_default_country_is_two_letters(country: Any) -> None:
    with pytest.raises(OptionError, match=r"^default_country: expected two letters of ISO 3166-1$"):
        Matcher(default_country=country)


def test_default_country_is_used_for_phone_numbers() -> None:
    user, owners = {"phone_number": "020 7946 0018"}, [{"phone_numbers": ["+44 20 7946 0018"]}]
    for country in ("GB", "gb"):
        assert Matcher(default_country=country).score(user, owners).phone_number.score == 100
    assert score(user, owners).phone_number.score != 100


@pytest.mark.parametrize("nicknames", [5, [], {"a": "b"}, {5: ["a"]}, {"a": [5]}, {"a": None}])
def test_nicknames_map_text_to_lists_of_text(nicknames: Any) -> None:
    with pytest.raises(OptionError, match=r"^nicknames: expected a mapping of text to lists of text$"):
        Matcher(nicknames=nicknames)


@pytest.mark.parametrize(
    ("forms", "said"), [(itertools.repeat("b"), "at most 1000 forms"), (itertools.count(), "expected a mapping")]
)
def test_nicknames_without_end_are_refused(forms: Any, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        Matcher(nicknames={"a": forms})


@pytest.mark.parametrize(("one", "other"), [("Pim Doe", "THESSALY DOE"), ("Thessaly Doe", "PIM DOE")])
def test_nicknames_of_ones_own_count_in_both_directions(one: str, other: str) -> None:
    own = Matcher(nicknames={"Thessaly": ["Pim"]}).score({"legal_name": one}, [{"names": [other]}]).legal_name
    assert own.is_nickname_match is True
    assert own.score is not None
    assert 85 <= own.score <= 99
    assert score({"legal_name": one}, [{"names": [other]}]).legal_name.is_nickname_match is False


def test_a_matcher_takes_a_copy_of_its_settings() -> None:
    nicknames = {"Thessaly": ["Pim"]}
    matcher = Matcher(nicknames=nicknames)
    nicknames["Thessaly"].clear()
    assert matcher.score({"legal_name": "Pim Doe"}, [{"names": ["THESSALY DOE"]}]).legal_name.is_nickname_match is True


def test_a_match_shows_scores_and_compares_by_result() -> None:
    owners = [{"names": ["JANE DOE"]}]
    result = score({"legal_name": "Jane Doe"}, owners)
    assert repr(result) == "Match(legal_name=100, phone_number=None, email_address=None, address=None)"
    assert result == score(User(legal_name="JANE DOE"), copy.deepcopy(owners))
    assert isinstance(result, Match)


DOE = {"legal_name": "Jane Doe"}


def test_matches_are_equal_by_what_they_say() -> None:
    """Values that the outcomes do not tell apart do not count; where the outcomes come from does."""
    one, same = score(DOE, [{"names": ["JANE DOE"]}]), score(DOE, [{"names": ["Jane  DOE"]}])
    elsewhere, other = score(DOE, [{}, {"names": ["JANE DOE"]}]), score(DOE, [{"names": ["JOHN DOE"]}])
    assert one == same
    assert hash(one) == hash(same)
    for different in (elsewhere, other, tuple(one)):
        assert one != different


def test_matchers_are_equal_by_their_settings() -> None:
    one, same = Matcher(nicknames={"Thessaly": ["Pim"]}), Matcher(nicknames={"thessaly": ["pim"]})
    assert one == same
    assert hash(one) == hash(same)
    for different in (Matcher(), Matcher(default_country="GB"), Matcher(policy="strict"), "matcher"):
        assert one != different
    assert repr(one) == "Matcher(default_country='US', nicknames=<1>, policy='balanced')"
