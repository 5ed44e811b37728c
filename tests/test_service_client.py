"""The official Python client works against the service as it comes: models for answers, ApiException for errors.

Runs with the newest client and with one of 2024 (25.0.0), which has no /identity/match/list.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from serving import (
    BUSINESS,
    ITEM,
    JOINT,
    OWNERS,
    PERSONAL,
    PROCESSOR,
    TOKEN,
    USER,
    Local,
    official,
    running,
)

from identity_match import match
from identity_match.service.faults import KINDS, STATES

plaid = pytest.importorskip("plaid")

if TYPE_CHECKING:
    from collections.abc import Iterator


def model(name: str, **members: Any) -> Any:
    """Make one of the client's models."""
    module = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
    return getattr(importlib.import_module(f"plaid.model.{module}"), name)(**members)


def has(name: str) -> bool:
    return importlib.util.find_spec(f"plaid.model.{name}") is not None


@pytest.fixture(name="local", scope="module")
def _local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    with running(tmp_path_factory.mktemp("service")) as local:
        yield local


@pytest.fixture(name="own")
def _own(tmp_path: Path) -> Iterator[Local]:
    """A service that a test may change."""
    with running(tmp_path) as local:
        yield local


def user() -> Any:
    newest = has("address_data_nullable_no_required_fields")
    address = model("AddressDataNullableNoRequiredFields" if newest else "AddressDataNullable", **USER["address"])
    return model("IdentityMatchUser", **{**USER, "address": address})


# Every endpoint


def test_identity_get(local: Local) -> None:
    answer = official(local).identity_get(model("IdentityGetRequest", access_token=TOKEN))
    assert type(answer.accounts[0].owners[0]).__name__ == "Owner"
    got = answer.to_dict()
    assert got.pop("request_id")
    assert json.loads(json.dumps(got)) == {name: ITEM[name] for name in ("accounts", "item")}


def test_identity_get_of_some_accounts(local: Local) -> None:
    options = model("IdentityGetRequestOptions", account_ids=[BUSINESS, PERSONAL])
    answer = official(local).identity_get(model("IdentityGetRequest", access_token=TOKEN, options=options))
    assert [account.account_id for account in answer.accounts] == [PERSONAL, BUSINESS]


def test_identity_match(local: Local) -> None:
    answer = official(local).identity_match(model("IdentityMatchRequest", access_token=TOKEN, user=user()))
    expected = match(USER, ITEM["accounts"], item=ITEM["item"], request_id=answer.request_id)
    assert answer.to_dict() == expected
    assert answer.accounts[0].legal_name.score >= 70
    options = model("IdentityMatchRequestOptions", account_ids=[JOINT])
    asked = model("IdentityMatchRequest", access_token=TOKEN, user=user(), options=options)
    assert official(local).identity_match(asked).to_dict()["accounts"] == expected["accounts"][1:2]


def test_identity_match_without_a_user(local: Local) -> None:
    answer = official(local).identity_match(model("IdentityMatchRequest", access_token=TOKEN))
    assert {account.legal_name.score for account in answer.accounts} == {None}


@pytest.mark.skipif(not has("identity_match_list_request"), reason="the client of the day has no such endpoint")
def test_identity_match_list(own: Local) -> None:
    client = official(own)
    calls = [user(), user(), model("IdentityMatchUser", legal_name="Otto Grzbrk"), model("IdentityMatchUser")]
    for typed in calls:
        client.identity_match(model("IdentityMatchRequest", access_token=TOKEN, user=typed))
    client.processor_identity_match(model("ProcessorIdentityMatchRequest", processor_token=PROCESSOR, user=user()))
    now = dt.datetime.now(dt.UTC)
    times = {"start_time": now - dt.timedelta(days=1), "end_time": now + dt.timedelta(minutes=1)}
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.identity_match_list(model("IdentityMatchListRequest", count=2, **times, **cursor))
        found += page.identity_match_attempts
        assert page.has_more is (page.next_cursor is not None)
        if not page.has_more:
            break
        cursor = {"cursor": page.next_cursor}
    assert [str(attempt.outcome) for attempt in found] == ["PASS", "PASS", "FAIL", "UNKNOWN", "PASS"]
    assert [attempt.outcome_account_id for attempt in found] == [PERSONAL, PERSONAL, None, None, PERSONAL]
    assert [len(attempt.scores) for attempt in found] == [3, 3, 3, 3, 1]
    assert found[0].scores[0].legal_name.score == match(USER, ITEM["accounts"])["accounts"][0]["legal_name"]["score"]
    assert len({attempt.attempt_id for attempt in found}) == 5
    assert {attempt.item_id for attempt in found} == {ITEM["item"]["item_id"]}


def test_identity_refresh(local: Local) -> None:
    if not has("identity_refresh_request"):
        assert set(local.ask("/identity/refresh").json()) == {"request_id"}
        return
    assert official(local).identity_refresh(model("IdentityRefreshRequest", access_token=TOKEN)).request_id


def documents(local: Local) -> Any:
    request = model("IdentityDocumentsUploadsGetRequest", access_token=TOKEN)
    return official(local).identity_documents_uploads_get(request)


def test_documents_where_there_are_none(local: Local) -> None:
    answer = documents(local)
    assert [(account.documents, account.owners) for account in answer.accounts] == [(None, [])] * 3


def test_documents(own: Local) -> None:
    document = {
        "document_id": "6f1c6a52-7b2e-4d0f-8a39-1f0d2c3b4a59",
        "owners": [{"names": ["M OKAFOR"], "phone_numbers": [], "emails": [], "addresses": []}],
        "metadata": {"document_type": "BANK_STATEMENT", "is_account_number_match": True, "page_count": 2},
        "risk_insights": {
            "risk_summary": {"risk_score": 0},
            "risk_signals": [
                {"type": "FONT", "has_fraud_risk": False, "signal_description": None, "page_number": 1},
            ],
        },
    }
    assert own.store.put_document("sample-item-0001", JOINT, document, 1_700_000_000_000)
    account = documents(own).accounts[1]
    assert account.owners[0]["document_id"] == document["document_id"]
    assert account.documents[0].metadata.uploaded_at == dt.datetime(2023, 11, 14, 22, 13, 20, tzinfo=dt.UTC)
    assert account.documents[0].risk_insights.risk_signals[0].page_number == 1


def test_processor_endpoints(local: Local) -> None:
    client = official(local)
    got = client.processor_identity_get(model("ProcessorIdentityGetRequest", processor_token=PROCESSOR))
    assert got.account.to_dict() == ITEM["accounts"][0]
    matched = client.processor_identity_match(
        model("ProcessorIdentityMatchRequest", processor_token=PROCESSOR, user=user())
    )
    assert matched.account.to_dict() == match(USER, ITEM["accounts"])["accounts"][0]
    assert set(matched.to_dict()) == {"account", "request_id"}


# Every error


def refusal(call: Any, *args: Any) -> tuple[int, str, str]:
    """Give status, type and code of the error object that the client raises."""
    with pytest.raises(plaid.ApiException) as caught:
        call(*args)
    body = json.loads(caught.value.body)
    assert set(body) == {"error_type", "error_code", "error_message", "display_message", "request_id"}
    assert body["error_type"] == KINDS[body["error_code"]].type
    model("PlaidError", **{**body, "error_type": model("PlaidErrorType", value=body["error_type"])})
    return caught.value.status, body["error_type"], body["error_code"]


def get(local: Local, token: str = TOKEN, *account_ids: str, **keys: str) -> Any:
    options = {"options": model("IdentityGetRequestOptions", account_ids=list(account_ids))} if account_ids else {}
    return official(local, **keys).identity_get(model("IdentityGetRequest", access_token=token, **options))


def test_wrong_credentials_token_account_and_processor_token(local: Local) -> None:
    assert refusal(lambda: get(local, secret="samplf")) == (400, "INVALID_INPUT", "INVALID_API_KEYS")
    assert refusal(lambda: get(local, client_id="nobody")) == (400, "INVALID_INPUT", "INVALID_API_KEYS")
    assert refusal(lambda: get(local, "access-x")) == (400, "INVALID_INPUT", "INVALID_ACCESS_TOKEN")
    assert refusal(lambda: get(local, TOKEN, "x")) == (400, "INVALID_INPUT", "INVALID_ACCOUNT_ID")
    call = official(local).processor_identity_get
    request = model("ProcessorIdentityGetRequest", processor_token=TOKEN)
    assert refusal(call, request) == (400, "INVALID_INPUT", "INVALID_PROCESSOR_TOKEN")


def test_wrong_fields(local: Local) -> None:
    call = official(local).identity_match
    number = model("IdentityMatchUser", phone_number="12")
    asked = model("IdentityMatchRequest", access_token=TOKEN, user=number)
    assert refusal(call, asked) == (400, "INVALID_REQUEST", "INVALID_FIELD")
    more = model("IdentityMatchUser", legal_name="Jane Doe", nickname="Jay")
    asked = model("IdentityMatchRequest", access_token=TOKEN, user=more)
    assert refusal(call, asked) == (400, "INVALID_REQUEST", "UNKNOWN_FIELDS")


def test_states_of_an_item(own: Local) -> None:
    for code in STATES:
        assert own.admin("PUT", "items/sample-item-0001/state", {"error_code": code}).status_code == 200
        assert refusal(lambda: get(own)) == (400, KINDS[code].type, code)
        call = official(own).identity_match
        assert refusal(call, model("IdentityMatchRequest", access_token=TOKEN)) == (400, KINDS[code].type, code)
    own.admin("PUT", "items/sample-item-0001/state", {"error_code": None})
    assert get(own).item.item_id == "sample-item-0001"


def test_products(own: Local) -> None:
    own.admin("PUT", "clients/sample", {"secret": "sample", "products": ["identity"]})
    call = official(own).identity_match
    asked = model("IdentityMatchRequest", access_token=TOKEN)
    assert refusal(call, asked) == (400, "INVALID_INPUT", "INVALID_PRODUCT")
    assert get(own).item.item_id == "sample-item-0001"


def test_rate_limits(tmp_path: Path) -> None:
    with running(tmp_path, item_minute=2, client_minute=5) as local:
        for _ in range(2):
            get(local)
        assert refusal(lambda: get(local)) == (429, "RATE_LIMIT_EXCEEDED", "IDENTITY_LIMIT")
        call, asked = official(local).identity_match, model("IdentityMatchRequest", access_token=TOKEN)
        for _ in range(2):
            call(asked)
        assert refusal(call, asked) == (429, "RATE_LIMIT_EXCEEDED", "RATE_LIMIT")


def test_a_fault_of_ours(own: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError("Jane")  # noqa: EM101 - a value

    monkeypatch.setattr("identity_match.service.store._clients", fail)
    assert refusal(lambda: get(own)) == (500, "API_ERROR", "INTERNAL_SERVER_ERROR")


def test_an_unknown_key_of_webhooks(local: Local) -> None:
    call = official(local).webhook_verification_key_get
    asked = model("WebhookVerificationKeyGetRequest", key_id="3f1b7c5e-0000-4000-8000-000000000000")
    assert refusal(call, asked) == (400, "INVALID_INPUT", "INVALID_WEBHOOK_VERIFICATION_KEY_ID")


# What is loaded comes back


def test_a_whole_response_comes_back_field_for_field(tmp_path: Path) -> None:
    """A response of /identity/get of your own: IDENTITY_GET_EXAMPLE names its file; else the sample."""
    example = os.environ.get("IDENTITY_GET_EXAMPLE")
    held = json.loads(Path(example).read_text("utf-8")) if example else ITEM
    with running(tmp_path, sample=False) as local:
        local.admin("PUT", "clients/c1", {"secret": "s1"})
        loaded = local.admin("POST", "items", held | {"client_id": "c1", "access_token": TOKEN})
        assert loaded.json()["item_id"] == held["item"]["item_id"]
        raw = local.ask("/identity/get", headers={"PLAID-CLIENT-ID": "c1", "PLAID-SECRET": "s1"}).json()
        assert raw.pop("request_id")
        assert raw == {name: held[name] for name in ("accounts", "item")}
        assert official(local, "c1", "s1").identity_get(model("IdentityGetRequest", access_token=TOKEN)).accounts


def test_what_was_left_out_is_completed_so_that_the_client_reads_it(tmp_path: Path) -> None:
    sparse = {
        "accounts": [
            {"account_id": "a1", "owners": [{"names": ["JANE DOE"], "addresses": [{"data": {"city": "Reno"}}]}]},
            {"account_id": "a2", "owners": [{"phone_numbers": [{"data": "2025550143"}], "emails": [{"data": "a@b"}]}]},
            {"account_id": "a3", "verification_status": None, "holder_category": None, "documents": [
                {"document_id": "d1", "metadata": {"uploaded_at": None, "last_updated": None}, "risk_insights": None},
            ]},
        ],
        "item": {"item_id": "i1"},
    }  # fmt: skip
    with running(tmp_path) as local:
        token = local.admin("POST", "items", sparse | {"client_id": "sample"}).json()["access_token"]
        assert token.startswith("access-sandbox-")
        client = official(local)
        got = client.identity_get(model("IdentityGetRequest", access_token=token))
        assert got.accounts[1].owners[0].phone_numbers[0].data == "2025550143"
        typed = model("IdentityMatchUser", legal_name="Jane Doe")
        matched = client.identity_match(model("IdentityMatchRequest", access_token=token, user=typed))
        assert [account.legal_name.score for account in matched.accounts] == [100, None, None]
        request = model("IdentityDocumentsUploadsGetRequest", access_token=token)
        accounts = client.identity_documents_uploads_get(request).accounts
        assert accounts[0].documents is None
        assert accounts[2].documents[0].metadata.uploaded_at


def test_changed_owners_are_seen_at_once(own: Local) -> None:
    typed = model("IdentityMatchUser", legal_name="Ines Vrba")
    asked = model("IdentityMatchRequest", access_token=TOKEN, user=typed)
    assert official(own).identity_match(asked).accounts[0].legal_name.score < 70
    assert own.admin("PUT", OWNERS, {"owners": [{"names": ["INES VRBA"]}]}).json()["changed"] == [
        "names", "phone_numbers", "emails", "addresses",
    ]  # fmt: skip
    assert official(own).identity_match(asked).accounts[0].legal_name.score == 100
