"""The service's answers, row by row: what is refused, with which error, and what neither answer nor log ever shows."""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving import ADMIN_KEY, ITEM, JOINT, KEYS, PERSONAL, PROCESSOR, TOKEN, USER, Local, running

from identity_match.decide import Decision
from identity_match.errors import OptionError
from identity_match.match import score
from identity_match.service.answers import Limits
from identity_match.service.app import ENDPOINTS
from identity_match.service.attempts import outcome
from identity_match.service.changes import changed_members, default_update, may_be_sent
from identity_match.service.description import description
from identity_match.service.faults import KINDS, Code, RequestError
from identity_match.service.limits import Limiter
from identity_match.service.records import Asked, Client, Held
from identity_match.service.scoring import Scoring
from identity_match.service.settings import checked, settings_from_toml
from identity_match.service.web import application

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WELL = {
    "/identity/get": {"access_token": TOKEN},
    "/identity/match": {"access_token": TOKEN, "user": USER},
    "/identity/match/list": {"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-01-02T00:00:00Z"},
    "/identity/refresh": {"access_token": TOKEN},
    "/identity/documents/uploads/get": {"access_token": TOKEN},
    "/processor/identity/get": {"processor_token": PROCESSOR},
    "/processor/identity/match": {"processor_token": PROCESSOR, "user": USER},
    "/webhook_verification_key/get": {"key_id": "k"},
}
PATHS = sorted(WELL)


def times() -> dict[str, str]:
    now = dt.datetime.now(dt.UTC)
    return {
        "start_time": (now - dt.timedelta(days=1)).isoformat(),
        "end_time": (now + dt.timedelta(hours=1)).isoformat(),
    }


@pytest.fixture(name="local", scope="module")
def _local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    with running(tmp_path_factory.mktemp("service")) as local:
        yield local


@pytest.fixture(name="own")
def _own(tmp_path: Path) -> Iterator[Local]:
    """A service that a test may change."""
    with running(tmp_path) as local:
        yield local


def code_of(answer: Any) -> str:
    """Check an error object, and give its code."""
    body = answer.json()
    assert set(body) == {"error_type", "error_code", "error_message", "display_message", "request_id"}
    assert body["error_type"] == KINDS[body["error_code"]].type
    assert answer.headers["content-type"] == "application/json"
    return str(body["error_code"])


def test_the_table_has_every_endpoint() -> None:
    assert set(WELL) == {endpoint.path for endpoint in ENDPOINTS}


@pytest.mark.parametrize("path", PATHS)
class TestEveryEndpoint:
    """What holds wherever one asks."""

    def test_credentials_may_stand_in_the_body(self, local: Local, path: str) -> None:
        keys = {"client_id": "sample", "secret": "sample"}
        body = WELL[path] | (times() if path.endswith("list") else {})
        in_body, in_headers = local.ask(path, body | keys, {}), local.ask(path, body)
        assert in_body.status_code == in_headers.status_code
        assert set(in_body.json()) == set(in_headers.json())

    def test_missing_credentials(self, local: Local, path: str) -> None:
        answer = local.ask(path, WELL[path], {})
        assert code_of(answer) == "MISSING_FIELDS"
        assert answer.json()["error_message"].endswith(": client_id, secret")
        answer = local.ask(path, WELL[path], {"PLAID-CLIENT-ID": "sample"})
        assert answer.json()["error_message"].endswith(": secret")

    def test_missing_field(self, local: Local, path: str) -> None:
        name = next(iter(WELL[path]))
        answer = local.ask(path, {key: value for key, value in WELL[path].items() if key != name})
        assert code_of(answer) == "MISSING_FIELDS"
        assert name in answer.json()["error_message"]

    @pytest.mark.parametrize("wrong", [5, None, True, ["x"], {"x": 1}])
    def test_wrong_type(self, local: Local, path: str, wrong: Any) -> None:
        name = next(iter(WELL[path]))
        answer = local.ask(path, WELL[path] | {name: wrong})
        assert code_of(answer) == "INVALID_FIELD"
        assert name in answer.json()["error_message"]

    def test_unknown_field(self, local: Local, path: str) -> None:
        answer = local.ask(path, WELL[path] | {"Jane Doe": 1})
        assert code_of(answer) == "UNKNOWN_FIELDS"
        assert "Jane" not in answer.text

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b'"x"', b"null", b"5", b"\xff\xfe", b'{"a": NaN', b"[" * 100_000, b'{"a":' * 1_000],
    )
    def test_no_json_object(self, local: Local, path: str, body: bytes) -> None:
        headers = KEYS | {"content-type": "application/json"}
        answer = local.http.request("POST", path, content=body, headers=headers)
        assert (answer.status_code, code_of(answer)) == (400, "INVALID_BODY")

    def test_content_type(self, local: Local, path: str) -> None:
        body = json.dumps(WELL[path]).encode()
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            answer = local.http.request("POST", path, content=body, headers=KEYS | {"content-type": kind})
            assert code_of(answer) == "INVALID_BODY"
        assert code_of(local.http.request("POST", path, content=body, headers=KEYS)) == "INVALID_HEADERS"
        kind = "Application/JSON; charset=utf-8"
        answer = local.http.request("POST", path, content=b"[]", headers=KEYS | {"content-type": kind})
        assert code_of(answer) == "INVALID_BODY"

    def test_another_method(self, local: Local, path: str) -> None:
        answer = local.http.request("GET", path)
        assert (answer.status_code, code_of(answer)) == (405, "NOT_FOUND")

    def test_too_long(self, local: Local, path: str) -> None:
        body = b'{"x": "' + b"x" * 1_000_000 + b'"}'
        headers = KEYS | {"content-type": "application/json"}
        answer = local.http.request("POST", path, content=body, headers=headers)
        assert (answer.status_code, code_of(answer)) == (413, "INVALID_BODY")

        async def chunks() -> Any:
            for _ in range(20):
                yield b" " * 60_000

        answer = local.http.request("POST", path, content=chunks(), headers=headers)
        assert (answer.status_code, code_of(answer)) == (413, "INVALID_BODY")


def test_an_unknown_path(local: Local) -> None:
    for path in ("/identity", "/", "/admin", "/identity/get/"):
        answer = local.ask(path, {})
        assert (answer.status_code, code_of(answer)) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("user", "code", "path"),
    [
        ({"legal_name": 5}, "INVALID_FIELD", "user.legal_name"),
        ({"address": {"street": 5}}, "INVALID_FIELD", "user.address.street"),
        ({"address": "100 Main St"}, "INVALID_FIELD", "user.address"),
        ({"address": {"planet": "x"}}, "UNKNOWN_FIELDS", "user.address"),
        ({"nickname": "x"}, "UNKNOWN_FIELDS", "user"),
        ({"phone_number": "12"}, "INVALID_FIELD", "user.phone_number"),
        ({"phone_number": "call me"}, "INVALID_FIELD", "user.phone_number"),
        ({"phone_number": 2025550143}, "INVALID_FIELD", "user.phone_number"),
        (None, "INVALID_FIELD", "user"),
    ],
)
def test_wrong_users(local: Local, user: Any, code: str, path: str) -> None:
    answer = local.ask("/identity/match", {"access_token": TOKEN, "user": user})
    assert code_of(answer) == code
    assert answer.json()["error_message"].endswith(f": {path}")


@pytest.mark.parametrize("phone", [None, "", "N/A", "+1-111-222-3333", "(503) 555-0110", "+44 20 7946 0018"])
def test_phone_numbers_that_are_matched(local: Local, phone: Any) -> None:
    assert local.ask("/identity/match", {"access_token": TOKEN, "user": {"phone_number": phone}}).status_code == 200


def test_thousands_of_faults_are_not_listed(local: Local) -> None:
    for unknown, code in ((1_000, "UNKNOWN_FIELDS"), (1_001, "INVALID_BODY")):
        body = {"access_token": TOKEN} | {str(i): 0 for i in range(unknown)}
        assert code_of(local.ask("/identity/get", body)) == code


def test_unknown_fields_may_be_ignored(tmp_path: Path) -> None:
    with running(tmp_path, unknown_fields="ignore") as local:
        body = {"access_token": TOKEN, "user": {"legal_name": "Jane Doe", "nickname": "J"}, "more": 1}
        assert local.ask("/identity/match", body).status_code == 200


def test_accounts_are_those_asked_for(local: Local) -> None:
    def asked(*account_ids: str) -> Any:
        return local.ask("/identity/match", {"access_token": TOKEN, "options": {"account_ids": list(account_ids)}})

    assert [account["account_id"] for account in asked(JOINT).json()["accounts"]] == [JOINT]
    assert asked().json()["accounts"] == []
    answer = asked(JOINT, "x")
    assert code_of(answer) == "INVALID_ACCOUNT_ID"
    assert answer.json()["error_message"].endswith("options.account_ids[1]")
    assert code_of(asked(*["x"] * 1_001)) == "INVALID_FIELD"


@pytest.mark.parametrize("client_id", ["x\0", "Jane Doe", "ü", "x" * 129])
def test_an_id_that_nobody_can_have_asks_no_database(
    own: Local, monkeypatch: pytest.MonkeyPatch, client_id: str
) -> None:
    """PostgreSQL refuses some of them, which would cost all who are answered in the same batch."""
    monkeypatch.setattr(own.store, "lookup", None)
    monkeypatch.setattr(own.store, "client", None)
    for path in PATHS:
        body = WELL[path] | (times() if path.endswith("list") else {})
        assert code_of(own.ask(path, body | {"client_id": client_id, "secret": "sample"}, {})) == "INVALID_API_KEYS"
    monkeypatch.setattr(own.store, "delete_item", None)
    assert code_of(own.admin("DELETE", "items/x%00")) == "INVALID_FIELD"


def test_another_clients_token_is_not_known(own: Local) -> None:
    own.admin("PUT", "clients/other", {"secret": "other"})
    keys = {"PLAID-CLIENT-ID": "other", "PLAID-SECRET": "other"}
    assert code_of(own.ask("/identity/get", headers=keys)) == "INVALID_ACCESS_TOKEN"
    assert code_of(own.ask("/identity/match", headers=keys)) == "INVALID_ACCESS_TOKEN"
    own.ask("/identity/match")
    assert code_of(own.ask("/identity/match", headers=keys)) == "INVALID_ACCESS_TOKEN"
    answer = own.ask("/processor/identity/get", {"processor_token": PROCESSOR}, keys)
    assert code_of(answer) == "INVALID_PROCESSOR_TOKEN"
    assert own.ask("/identity/match/list", times(), keys).json()["identity_match_attempts"] == []


def test_a_new_secret_brings_no_product(own: Local) -> None:
    """Products that are left out stay; a client that is new has all."""

    def asked(secret: str) -> str:
        keys = {"PLAID-CLIENT-ID": "c2", "PLAID-SECRET": secret}
        return code_of(own.ask("/identity/match/list", times(), keys))

    own.admin("PUT", "clients/c2", {"secret": "old", "products": ["identity"]})
    assert asked("old") == "INVALID_PRODUCT"
    own.admin("PUT", "clients/c2", {"secret": "new"})
    assert (asked("old"), asked("new")) == ("INVALID_API_KEYS", "INVALID_PRODUCT")
    own.admin("PUT", "clients/c2", {"secret": "new", "products": []})
    assert own.store.client("c2").products == ()  # type: ignore[union-attr]


def test_a_changed_secret_and_a_deleted_item_count_at_once(own: Local) -> None:
    assert own.ask("/identity/match").status_code == 200
    own.admin("PUT", "clients/sample", {"secret": "new"})
    assert code_of(own.ask("/identity/match")) == "INVALID_API_KEYS"
    keys = KEYS | {"PLAID-SECRET": "new"}
    assert own.ask("/identity/match", headers=keys).status_code == 200
    assert own.admin("DELETE", "items/sample-item-0001").status_code == 200
    assert code_of(own.ask("/identity/match", headers=keys)) == "INVALID_ACCESS_TOKEN"
    found = own.ask("/identity/match/list", times(), keys).json()["identity_match_attempts"]
    assert [attempt["item_id"] for attempt in found] == [None, None]


def test_what_was_known_of_an_item_ends_with_it(own: Local) -> None:
    """An Item that is loaded again under its old id has new tokens and owners; neither of the old ones counts."""

    def loaded(token: str, name: str) -> int:
        body = {"client_id": "sample", "access_token": token, "item": {"item_id": "i1"}}
        answer = own.admin("POST", "items", body | {"accounts": [{"account_id": "a1", "owners": [{"names": [name]}]}]})
        return int(answer.status_code)

    def asked(token: str) -> Any:
        return own.ask("/identity/match", {"access_token": token, "user": {"legal_name": "Jane Doe"}})

    assert loaded("access-old", "JANE DOE") == 200
    assert asked("access-old").json()["accounts"][0]["legal_name"]["score"] == 100
    own.admin("DELETE", "items/i1")
    assert loaded("access-new", "OTTO GRZBRK") == 200
    assert code_of(asked("access-old")) == "INVALID_ACCESS_TOKEN"
    assert asked("access-new").json()["accounts"][0]["legal_name"]["score"] == 0
    own.admin("DELETE", "items/i1")
    assert loaded("access-new", "JANE DOE") == 200
    assert asked("access-new").json()["accounts"][0]["legal_name"]["score"] == 100


def test_many_values_are_matched_as_few_are(own: Local) -> None:
    """An Item with many values is matched in a thread, others apart; one that fails costs no other one anything."""
    owners = [{"names": [f"OTTO GRZBRK {letter}"]} for letter in "abcdefghij" * 12] + [{"names": ["JANE DOE"]}]
    for name, held in (("large", owners), ("small", owners[-1:])):
        item = {"client_id": "sample", "access_token": f"access-{name}", "item": {"item_id": name}}
        assert (
            own.admin("POST", "items", item | {"accounts": [{"account_id": "a1", "owners": held}]}).status_code == 200
        )
    bodies = [
        {"access_token": f"access-{name}", "user": {"legal_name": "Jane Doe"} | more}
        for name in ("large", "small") for more in ({}, {}, {"phone_number": "12"}, {}) for _ in range(3)
    ]  # fmt: skip
    for _ in range(2):  # the second time both Items are known
        answers = own.http.all_at_once(
            [("POST", "/identity/match", {"json": body, "headers": KEYS}) for body in bodies]
        )
        for body, answer in zip(bodies, answers, strict=True):
            if "phone_number" in body["user"]:
                assert code_of(answer) == "INVALID_FIELD"
            else:
                assert answer.json()["accounts"][0]["legal_name"]["score"] == 100
    assert own.store.count_attempts() == 2 * 18


# Attempts


def test_times_of_a_list_are_checked(local: Local) -> None:
    now = dt.datetime.now(dt.UTC)

    def asked(start: dt.datetime, end: dt.datetime, **more: Any) -> Any:
        return local.ask("/identity/match/list", {"start_time": start.isoformat(), "end_time": end.isoformat()} | more)

    day = dt.timedelta(days=1)
    assert asked(now - day, now).status_code == 200
    assert code_of(asked(now, now - day)) == "INVALID_FIELD"
    assert asked(now - 365 * day, now).status_code == 200
    assert code_of(asked(now - 366 * day, now)) == "INVALID_FIELD"
    for wrong in ({"count": 0}, {"count": 26}, {"count": "5"}, {"cursor": "x"}, {"cursor": "ü"}, {"cursor": 5}):
        assert code_of(asked(now - day, now, **wrong)) == "INVALID_FIELD"
    assert code_of(local.ask("/identity/match/list", {"start_time": "2026-01-01", "end_time": "x"})) == "INVALID_FIELD"
    naive = {"start_time": "2026-01-01T00:00:00", "end_time": "2026-01-02T00:00:00"}
    assert code_of(local.ask("/identity/match/list", naive)) == "INVALID_FIELD"


def test_pages_join_to_the_whole(own: Local) -> None:
    for _ in range(7):
        own.ask("/identity/match")
    ids: list[str] = []
    body: dict[str, Any] = times() | {"count": 3}
    sizes = []
    while True:
        page = own.ask("/identity/match/list", body).json()
        ids += [attempt["attempt_id"] for attempt in page["identity_match_attempts"]]
        sizes.append(len(page["identity_match_attempts"]))
        if not page["has_more"]:
            assert page["next_cursor"] is None
            break
        body["cursor"] = page["next_cursor"]
    assert sizes == [3, 3, 1]
    assert len(set(ids)) == 7


def test_refused_calls_are_no_attempts(own: Local) -> None:
    own.ask("/identity/match", {"access_token": TOKEN, "user": {"phone_number": "12"}})
    own.ask("/identity/match", {"access_token": "x"})
    assert own.store.count_attempts() == 0


def decided(name: str, *held: str) -> list[Any]:
    found = [score({"legal_name": name}, [{"names": [owner]}]).overall for owner in held]
    assert {overall.decision for overall in found} <= set(Decision)
    return found


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (decided("Jane Doe", "JANE DOE"), ("PASS", 0)),
        (decided("Jane Doe", "OTTO GRZBRK", "JANE DOE"), ("PASS", 1)),
        (decided("Jane Doe", "OTTO GRZBRK"), ("FAIL", None)),
        (decided("Jane Doe", "OTTO GRZBRK", "N/A"), ("UNKNOWN", None)),
        (decided("N/A", "JANE DOE"), ("UNKNOWN", None)),
        ([], ("UNKNOWN", None)),
    ],
)
def test_outcomes(found: Any, expected: tuple[str, int | None]) -> None:
    assert outcome(found) == expected


# The operator's side


@pytest.mark.parametrize("key", [None, "", "Bearer", "Bearer x", f"Basic {ADMIN_KEY}", f"Bearer {ADMIN_KEY}x"])
def test_the_operators_key_is_asked_for(local: Local, key: str | None) -> None:
    paths = [(method, path) for path, methods in description()["paths"].items() for method in methods]
    asked = [(method, path) for method, path in paths if path.startswith("/admin/")]
    assert len(asked) == 9
    for method, path in asked:
        answer = local.http.request(method.upper(), path, headers={} if key is None else {"authorization": key})
        assert (answer.status_code, code_of(answer)) == (401, "UNAUTHORIZED_ROUTE_ACCESS")


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with running(tmp_path) as local, pytest.raises(OptionError):
        application(local.store, checked({}), "short")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"client_id": "nobody"}, "client_id"),
        ({"accounts": [{"account_id": "a b"}]}, "accounts[0].account_id"),
        ({"accounts": [{"account_id": "a/b"}]}, "accounts[0].account_id"),
        ({"accounts": [{"account_id": ".."}]}, "accounts[0].account_id"),
        ({"accounts": [{"account_id": "a"}, {"account_id": "a"}]}, "accounts"),
        ({"accounts": [{"account_id": "a", "owners": [{"document_id": []}]}]}, "accounts[0].owners[0].document_id"),
        ({"accounts": [{"account_id": "a", "type": "piggy"}]}, "accounts[0].type"),
        ({"accounts": [{"account_id": "a", "owners": [{"names": ["x"] * 51}]}]}, "accounts[0].owners[0].names"),
        ({"accounts": [{"account_id": "a", "owners": [{"names": [5]}]}]}, "accounts[0].owners[0].names[0]"),
        ({"item": {}}, "item.item_id"),
        ({"item": {"item_id": "sample-item-0001"}}, "item.item_id or access_token"),
        ({"access_token": TOKEN}, "item.item_id or access_token"),
        ({"access_token": "short"}, "access_token"),
    ],
)
def test_items_that_are_refused_leave_nothing(own: Local, change: Any, path: str) -> None:
    body = {"client_id": "sample", "accounts": [{"account_id": "a"}], "item": {"item_id": "i"}} | change
    before = own.store.items()
    answer = own.admin("POST", "items", body)
    assert answer.status_code == 400
    assert path in answer.json()["error_message"]
    assert own.store.items() == before


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 400])
@pytest.mark.parametrize("member", ['"x": [%s]', '"balances": {"available": %s}'])
def test_numbers_that_json_does_not_have_are_refused(own: Local, number: str, member: str) -> None:
    """No answer could repeat them; a whole number may have any length but where it is an amount."""
    account = '{"account_id": "a", ' + member % number + "}"
    body = '{"client_id": "sample", "accounts": [' + account + '], "item": {"item_id": "i"}}'
    headers = {"authorization": f"Bearer {ADMIN_KEY}", "content-type": "application/json"}
    answer = own.http.request("POST", "/admin/items", content=body, headers=headers)
    if number.isdigit() and "x" in member:
        assert answer.status_code == 200
    else:
        assert code_of(answer) in ("INVALID_BODY", "INVALID_FIELD")


def test_what_is_not_there_is_not_found(local: Local) -> None:
    for method, path, body in (
        ("DELETE", "items/x", None),
        ("PUT", "items/x/state", {"error_code": None}),
        ("PUT", "items/sample-item-0001/accounts/x/owners", {"owners": []}),
        ("PUT", "items/x/accounts/x/owners", {"owners": []}),
        ("POST", "items/sample-item-0001/accounts/x/processor_tokens", {}),
    ):
        assert code_of(local.admin(method, path, body)) == "NOT_FOUND"


def test_a_processor_token_is_for_one_account(own: Local) -> None:
    path = f"items/sample-item-0001/accounts/{JOINT}/processor_tokens"
    token = own.admin("POST", path, {}).json()["processor_token"]
    got = own.ask("/processor/identity/get", {"processor_token": token}).json()
    assert got["account"]["account_id"] == JOINT
    matched = own.ask("/processor/identity/match", {"processor_token": token, "user": USER}).json()
    assert matched["account"]["account_id"] == JOINT
    assert code_of(own.admin("POST", path, {"processor_token": token})) == "INVALID_FIELD"


def test_documents_come_back_as_they_were_loaded(own: Local) -> None:
    account = {
        "account_id": "d1", "type": "depository", "subtype": "checking", "name": "Checking",
        "documents": [{
            "document_id": "doc-1",
            "metadata": {"document_type": "BANK_STATEMENT", "is_account_number_match": True, "page_count": 1,
                         "uploaded_at": "2026-01-02T03:04:05Z", "last_updated": "2026-01-02T03:04:05Z"},
            "risk_insights": {"risk_summary": {"risk_score": 80}, "risk_signals": []},
        }],
        "owners": [{"names": ["JANE DOE"], "phone_numbers": [], "emails": [], "addresses": [], "document_id": "doc-1"}],
    }  # fmt: skip
    body = {"client_id": "sample", "access_token": "access-docs", "accounts": [account], "item": {"item_id": "i2"}}
    assert own.admin("POST", "items", body).status_code == 200
    got = own.ask("/identity/documents/uploads/get", {"access_token": "access-docs"}).json()["accounts"][0]
    assert {name: got[name] for name in account} == account
    # What a document says is not what the bank says.
    assert own.ask("/identity/get", {"access_token": "access-docs"}).json()["accounts"][0]["owners"] == []


def test_documents_are_those_of_the_owners_beside_them(own: Local) -> None:
    """An Item that is deleted and added again while it is read is another one, whatever its id."""
    store = own.store
    account = {"account_id": "d1", "documents": [{"document_id": "doc-1", "metadata": {}}], "owners": []}
    store.add_item("sample", "access-docs", {"item_id": "i2"}, [account], 0)
    first = store.lookup([Asked("sample", "access-docs")])[0][1]
    assert first is not None
    assert list(store.documents(first) or ()) == ["d1"]

    read = store.documents
    asked: list[Held] = []

    def late(held: Held) -> Any:
        asked.append(held)
        if len(asked) == 1:
            store.delete_item("i2")
            store.add_item("sample", "access-docs", {"item_id": "i2"}, [account | {"mask": "9"}], 0)
        return read(held)

    store.documents = late  # type: ignore[method-assign]
    answer = own.ask("/identity/documents/uploads/get", {"access_token": "access-docs"})
    assert answer.json()["accounts"][0]["mask"] == "9"
    assert len(asked) == 2
    assert read(first) is None


# What changed, and who is told


HOOK = "http://127.0.0.1:9/hook"


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        ([{"names": ["B", "A"]}, {"emails": [{"data": "a@example.com"}]}], ()),
        ([{"emails": [{"data": "a@example.com"}]}, {"names": ["A", "B"], "phone_numbers": []}], ()),
        ([{"names": ["A"]}, {"emails": [{"data": "a@example.com"}]}], ("names",)),
        ([{"names": ["A"]}, {"names": ["B"]}, {"emails": [{"data": "a@example.com"}]}], ("names",)),
        ([{"names": ["A", "B"]}], ("emails",)),
        ([], ("names", "emails")),
        ([{"names": ["A", "B"], "phone_numbers": [{"data": "1"}]}], ("phone_numbers", "emails")),
    ],
)
def test_what_changed(after: Any, changed: tuple[str, ...]) -> None:
    before: list[Any] = [{"names": ["A", "B"]}, {"emails": [{"data": "a@example.com"}]}]
    assert changed_members(before, after) == changed
    assert changed_members(after, before) == changed


@pytest.mark.parametrize(
    ("spelling", "kinds"),
    [
        ("lower", ["names", "phone_numbers", "emails", "addresses"]),
        ("upper", ["NAMES", "PHONES", "EMAILS", "ADDRESSES"]),
    ],
)
def test_a_change_of_owners_is_put_into_the_outbox(tmp_path: Path, spelling: str, kinds: list[str]) -> None:
    with running(tmp_path, change_types=spelling, environment="production") as local:
        item = {"item_id": "i3", "webhook": HOOK}
        body = {"client_id": "sample", "access_token": "access-hook", "item": item, "accounts": ITEM["accounts"]}
        local.admin("POST", "items", body)
        path = f"items/i3/accounts/{PERSONAL}/owners"
        told = local.admin("PUT", path, {"owners": []}).json()
        assert told["changed"] == ["names", "phone_numbers", "emails", "addresses"]
        assert local.admin("PUT", path, {"owners": []}).json() | {"request_id": ""} == {
            "changed": [], "event_id": None, "request_id": "",
        }  # fmt: skip
        (row,) = local.admin("GET", "deliveries").json()["deliveries"]
        assert (row["event_id"], row["target"], row["attempts"]) == (told["event_id"], HOOK, 0)
        assert json.loads(row["body"]) == {
            "webhook_type": "IDENTITY", "webhook_code": "DEFAULT_UPDATE", "item_id": "i3", "error": None,
            "environment": "production", "account_ids_with_updated_identity": {PERSONAL: kinds},
        }  # fmt: skip
        (due,) = local.store.claim_deliveries(row["created_at"])
        assert (due.body.decode(), due.attempts) == (row["body"], 1)
        assert local.store.claim_deliveries(row["created_at"]) == []
        assert len(local.store.claim_deliveries(row["created_at"] + 60_000)) == 1
        local.store.record_delivery(due.event_id, status=200, delivered_at=row["created_at"] + 1)
        assert local.store.claim_deliveries(row["created_at"] + 10**9) == []


def test_a_webhook_elsewhere_is_never_put_there(own: Local) -> None:
    item = {"item_id": "i4", "webhook": "https://hooks.example.com/x"}
    own.admin("POST", "items", {"client_id": "sample", "item": item, "accounts": ITEM["accounts"]})
    told = own.admin("PUT", f"items/i4/accounts/{PERSONAL}/owners", {"owners": []}).json()
    assert told["changed"]
    assert told["event_id"] is None
    assert own.admin("GET", "deliveries").json()["deliveries"] == []


@pytest.mark.parametrize(
    ("target", "may"),
    [
        ("http://127.0.0.1:8000/hook", True),
        ("https://localhost/hook", True),
        ("http://[::1]:8000/", True),
        ("http://example.com/", False),
        ("http://127.0.0.1@example.com/", False),
        ("http://example.com#@127.0.0.1/", False),
        ("http://127.0.0.1:x/", False),
        ("file://127.0.0.1/etc/passwd", False),
        ("http://127.0.0.1.example.com/", False),
        ("//127.0.0.1/", False),
        (None, False),
        (5, False),
    ],
)
def test_targets(target: Any, may: Any) -> None:
    assert may_be_sent(target, checked({}).webhook_hosts) is may


def test_the_case_of_a_host_says_nothing(tmp_path: Path) -> None:
    settings = checked({"webhook_hosts": ["Hooks.Example.COM"]})
    assert may_be_sent("https://HOOKS.example.com/x", settings.webhook_hosts)
    with running(tmp_path, names=["Bank.Example.COM"]) as local:
        assert local.http.request("GET", "/health", headers={"host": "bank.EXAMPLE.com:8080"}).status_code == 200


def test_the_body_of_a_webhook_is_indented_as_the_senders_is() -> None:
    assert default_update("i", {}).startswith(b'{\n  "webhook_type"')


# Who may come in, and how often


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:8080", "127.0.0.1.evil.test", "192.168.0.7", "", "127.0.0.1:x"]
)
def test_other_hosts_are_refused(local: Local, host: str) -> None:
    for method, path in (("GET", "/health"), ("POST", "/identity/get"), ("GET", "/admin/items")):
        answer = local.http.request(method, path, headers={"host": host})
        assert code_of(answer) == "INVALID_HEADERS"


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080", "[::1]"])
def test_our_own_names_are_answered(local: Local, host: str) -> None:
    assert local.http.request("GET", "/health", headers={"host": host}).json()["status"] == "ok"


def test_no_page_of_another_site_may_read_an_answer(local: Local) -> None:
    answer = local.http.request("OPTIONS", "/identity/get", headers={"origin": "https://evil.test"})
    assert answer.status_code == 405
    answer = local.http.request("POST", "/identity/get", json=WELL["/identity/get"], headers=KEYS | {"origin": "x"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_limits_flow_back() -> None:
    now = [0.0]
    limiter = Limiter(60, clock=lambda: now[0])
    assert [limiter.admits("a") for _ in range(61)] == [True] * 60 + [False]
    now[0] = 1.0
    assert [limiter.admits("a"), limiter.admits("a"), limiter.admits("b")] == [True, False, True]
    now[0] = 1_000.0
    assert sum(limiter.admits("a") for _ in range(100)) == 60


def test_what_is_refused_for_an_item_is_not_counted_for_its_client() -> None:
    limits = Limits(checked({"item_minute": 1, "client_minute": 3}))
    client = Client("c", "", (), 1)
    one, other = (Held(item_id, "c", {}, None, 1, ()) for item_id in ("one", "other"))

    def admitted(held: Held | None) -> bool:
        try:
            limits.count(Code.RATE_LIMIT, client, held)
        except RequestError:
            return False
        return True

    assert [admitted(one) for _ in range(5)] == [True, False, False, False, False]
    assert [admitted(held) for held in (other, None, None)] == [True, True, False]


def test_clients_and_items_are_limited_apart(tmp_path: Path) -> None:
    with running(tmp_path, item_minute=3, client_minute=4) as local:
        codes = [local.ask("/identity/get").status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        assert code_of(local.ask("/identity/get")) == "IDENTITY_LIMIT"
        assert local.ask("/identity/get").headers["retry-after"] == "60"
        codes = [local.ask("/identity/match").status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        assert code_of(local.ask("/identity/refresh")) == "RATE_LIMIT"
        assert code_of(local.ask("/identity/documents/uploads/get")) == "RATE_LIMIT"
        # What cannot say who it is uses up nobody's share.
        assert code_of(local.ask("/identity/get", headers=KEYS | {"PLAID-SECRET": "x"})) == "INVALID_API_KEYS"


@pytest.mark.parametrize(
    ("settings", "limits"),
    [({}, (100, 1_000)), ({"environment": "production"}, (15, 2_000)), ({"item_minute": 1}, (1, 1_000))],
)
def test_limits_are_the_contracts(settings: Any, limits: Any) -> None:
    assert checked(settings).limits == limits


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"host": "0.0.0.0"}, "host: other machines"),
        ({"host": "example.com"}, "host: other machines"),
        ({"port": 70_000}, "port: "),
        ({"ports": 1}, "there is no such setting"),
        ({"environment": "Jane"}, "environment: "),
        ({"attempts_days": 366}, "attempts_days: "),
    ],
)
def test_settings_that_make_no_sense(settings: Any, message: str) -> None:
    with pytest.raises(OptionError, match=message) as caught:
        checked(settings)
    assert "Jane" not in str(caught.value)
    assert checked({"host": "0.0.0.0", "allow_remote": True}).allow_remote
    with pytest.raises(OptionError):
        settings_from_toml("x =")


# What is never shown

CANARY = "Zqxvbik Wjhtzquv"
SECRETS = [CANARY, "907 555 0186", "zqvwkj@zjqvxw.example", "9731 Wqzjhvik Xvj", "access-canary-zq", "secret-canary"]


def test_no_value_in_log_or_error(own: Local, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    caplog.set_level(logging.DEBUG)
    name, phone, mail, street, token, secret = SECRETS
    keys = {"PLAID-CLIENT-ID": "canary", "PLAID-SECRET": secret}
    own.admin("PUT", "clients/canary", {"secret": secret})
    owner = {"names": [name], "phone_numbers": [{"data": phone}], "emails": [{"data": mail}],
             "addresses": [{"data": {"street": street}}]}  # fmt: skip
    account = {"account_id": "a1", "owners": [owner]}
    body = {"client_id": "canary", "access_token": token, "accounts": [account], "item": {"item_id": "i1"}}
    assert own.admin("POST", "items", body).status_code == 200
    user = {"legal_name": name, "phone_number": phone, "email_address": mail, "address": {"street": street}}
    shown = [own.ask("/identity/match", {"access_token": token, "user": user}, keys)]
    assert shown[0].json()["accounts"][0]["legal_name"]["score"] == 100
    wrong: list[Any] = [name, [name], {name: name}, {"street": {name: phone}}, 5]
    for value in wrong:
        bodies = [{"access_token": token, "user": user | {key: value}} for key in user]
        keys_of_all = ("access_token", "user", "options", name)
        bodies += [{"access_token": token, "user": user} | {key: value} for key in keys_of_all]
        shown += [own.ask("/identity/match", each, keys) for each in bodies]
        shown.append(own.admin("POST", "items", body | {"accounts": [account | {"type": value}]}))
        shown.append(own.admin("PUT", "items/i1/accounts/a1/owners", {"owners": [owner | {"names": value}]}))
    own.admin("PUT", "items/i1/accounts/a1/owners", {"owners": [owner]})
    shown += [own.ask(f"/identity/get?name={name}"), own.ask(f"/{name}"), own.admin("GET", "items"),
              own.admin("GET", "deliveries"), own.ask("/identity/match/list", times(), keys)]  # fmt: skip
    printed = "".join(capfd.readouterr()) + caplog.text + "".join(answer.text for answer in shown)
    for value in SECRETS:
        assert value not in printed
    assert "POST /identity/match 200" in caplog.text


def test_a_fault_of_ours_is_logged_without_its_text(
    own: Local, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError(CANARY)

    monkeypatch.setattr("identity_match.service.answers.identity", fail)
    answer = own.ask("/identity/get")
    assert (answer.status_code, code_of(answer)) == (500, "INTERNAL_SERVER_ERROR")
    assert CANARY not in answer.text + caplog.text
    assert f"{answer.json()['request_id']} /identity/get: KeyError at identity_match.service.app:" in caplog.text


def test_what_is_cut_off_when_the_server_ends_is_told(
    own: Local, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Scoring, "ask", lambda *_: None)  # no answer comes
    answer = own.http.cut_off("POST", "/identity/match", json=WELL["/identity/match"], headers=KEYS)
    assert (answer.status_code, code_of(answer)) == (500, "INTERNAL_SERVER_ERROR")
    assert answer.headers["connection"] == "close"
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"{answer.json()['request_id']} /identity/match: cut off"
    ]
    assert own.store.count_attempts() == 0


# The description


def test_every_answer_fits_its_description(own: Local) -> None:
    for endpoint in ENDPOINTS:
        answer = own.ask(endpoint.path, WELL[endpoint.path] | (times() if endpoint.path.endswith("list") else {}))
        if answer.status_code == 200:
            endpoint.response.model_validate_json(answer.content)
        else:
            assert code_of(answer) == "INVALID_WEBHOOK_VERIFICATION_KEY_ID"


def test_the_description_is_whole(local: Local) -> None:
    served = local.http.request("GET", "/openapi.json").json()
    assert {name: served[name] for name in ("paths", "components")} == {
        name: json.loads(json.dumps(description()))[name] for name in ("paths", "components")
    }
    named = {name.rpartition("/")[2] for name in json.dumps(served).split('"') if name.startswith("#/components/")}
    assert named <= set(served["components"]["schemas"])


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["access_token", "user", "options", "processor_token", "legal_name", "phone_number", "address", "account_ids"]
NEAR_JSON = st.dictionaries(
    st.sampled_from(NAMES), st.sampled_from([TOKEN, PROCESSOR, USER, {}]) | ANY_JSON, max_size=4
)


@given(st.sampled_from(PATHS), NEAR_JSON | ANY_JSON)
def test_no_body_is_a_fault_of_ours(local: Local, path: str, body: Any) -> None:
    """Schemathesis does the same at length: ``benchmarks/service_fuzz.py``."""
    answer = local.ask(path, body)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        code_of(answer)
