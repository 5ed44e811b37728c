"""The official Python client accepts what we return, and we accept what it returns.

Runs with the newest client and with one of 2024 (25.0.0), which still took the older, sparse form.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from identity_match import match

plaid = pytest.importorskip("plaid")

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
NEWEST_WITH_SPARSE = 38  # measured: 25 and 38 accept null score objects, 43 and later refuse them


def load(name: str) -> Any:
    return json.loads((SAMPLE / name).read_text("utf-8"))


ITEM = load("item.json")
USERS = {name: load(f"{name}.json") for name in ("user", "user_joint", "user_business")}
EMPTY: dict[str, list[Any]] = {"names": [], "phone_numbers": [], "emails": [], "addresses": []}
ACCOUNTS = {
    "sample": ITEM["accounts"],
    "no owners": [{**account, "owners": []} for account in ITEM["accounts"]],
    "empty owners": [{**account, "owners": [EMPTY]} for account in ITEM["accounts"]],
    "names only": [{"account_id": "a1", "name": "Checking", "type": "depository", "owners": [{"names": ["J DOE"]}]}],
    "bare": [{"account_id": "a1"}],
    "none": [],
}


def read(answer: Any, model: str = "identity_match_response", name: str = "IdentityMatchResponse") -> Any:
    """Deserialize with the client's own machinery: what it does with the body of a response."""
    module = __import__(f"plaid.model.{model}", fromlist=[name])
    client = plaid.ApiClient(plaid.Configuration(host="http://127.0.0.1:9"))
    body = type("Response", (), {"data": json.dumps(answer)})()
    return client.deserialize(body, (getattr(module, name),), _check_type=True)


@pytest.mark.parametrize("details", [False, True, "values"])
@pytest.mark.parametrize("accounts", ACCOUNTS.values(), ids=ACCOUNTS)
@pytest.mark.parametrize(
    "user", [*USERS.values(), {}, {"legal_name": "Jane Doe"}], ids=[*USERS, "nothing", "name only"]
)
def test_the_client_reads_the_response(user: Any, accounts: Any, details: Any) -> None:
    answer = match(user, accounts, item=ITEM["item"], details=details)
    response = read(answer)
    assert response.request_id == answer["request_id"]
    assert response.item.item_id == ITEM["item"]["item_id"]
    for account, ours in zip(response.accounts, answer["accounts"], strict=True):
        assert account.account_id == ours["account_id"]
        assert account.balances.available is None
        assert account.legal_name.score == ours["legal_name"]["score"]
        assert account.legal_name.is_nickname_match is ours["legal_name"]["is_nickname_match"]
        assert account.phone_number.score == ours["phone_number"]["score"]
        assert account.email_address.score == ours["email_address"]["score"]
        assert account.address.is_postal_code_match is ours["address"]["is_postal_code_match"]
        if details:
            assert account["details"] == ours["details"]  # one object below, so that no text is taken for a date


def test_the_client_reads_the_item_we_make() -> None:
    assert read(match({}, []))["item"]["item_id"] == "local"


def test_the_clients_dicts_are_our_input() -> None:
    """What ``client.identity_get(...)`` returns can be passed on with ``to_dict``, dates included."""
    item = {**ITEM["item"], "consent_expiration_time": "2026-11-06T15:16:17Z"}
    got = read({**ITEM, "item": item}, "identity_get_response", "IdentityGetResponse").to_dict()
    answer = match(USERS["user"], got["accounts"], item=got["item"], request_id=got["request_id"])
    assert answer["accounts"] == match(USERS["user"], ITEM["accounts"])["accounts"]
    assert answer["item"]["consent_expiration_time"].startswith("2026-11-06T")
    assert read(answer).accounts[0].legal_name.score == answer["accounts"][0]["legal_name"]["score"]


def test_the_sparse_form_is_for_older_clients() -> None:
    """Where the client of the day refuses it, the README's warning is right; where it is older, it reads it."""
    answer = match(USERS["user"], ACCOUNTS["names only"], item=ITEM["item"], sparse=True)
    assert answer["accounts"][0]["phone_number"] is None
    if int(version("plaid-python").split(".", maxsplit=1)[0]) <= NEWEST_WITH_SPARSE:
        assert read(answer).accounts[0].phone_number is None
    else:
        with pytest.raises((plaid.exceptions.ApiTypeError, plaid.exceptions.ApiValueError)):
            read(answer)
