"""A bank statement that is uploaded to the service answers as the contract has it, and can be matched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from serving import ADMIN_KEY, JOINT, PERSONAL, SAMPLE, Local, official, running

if TYPE_CHECKING:
    from collections.abc import Iterator

STATEMENT = (SAMPLE / "statement.pdf").read_bytes()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    with running(tmp_path_factory.mktemp("store")) as service:
        yield service


def upload(local: Local, body: bytes, account: str = PERSONAL, kind: str = "application/pdf") -> Any:
    headers = {"authorization": f"Bearer {ADMIN_KEY}", "content-type": kind}
    path = f"/admin/items/sample-item-0001/accounts/{account}/documents"
    return local.http.request("POST", path, content=body, headers=headers)


def documents(local: Local, account: str) -> Any:
    body = {"access_token": "access-local-sample", "options": {"account_ids": [account]}}
    return local.ask("/identity/documents/uploads/get", body).json()["accounts"][0]


def test_the_official_client_reads_what_was_uploaded(local: Local) -> None:
    from plaid.model.identity_documents_uploads_get_request import IdentityDocumentsUploadsGetRequest

    answer = upload(local, STATEMENT)
    assert answer.status_code == 200, answer.text
    request = IdentityDocumentsUploadsGetRequest(access_token="access-local-sample")
    response = official(local).identity_documents_uploads_get(request)
    account = next(account for account in response.accounts if account.account_id == PERSONAL)
    (document,) = account.documents
    assert document.document_id == answer.json()["document_id"]
    assert document.metadata.document_type == "BANK_STATEMENT"
    assert document.metadata.page_count == 1
    assert document.risk_insights.risk_summary.risk_score == 0
    (owner,) = (owner for owner in account.owners if owner.get("document_id") == document.document_id)
    assert owner.names
    assert owner.addresses[0].data.city


def test_the_same_file_again_is_the_same_document(local: Local) -> None:
    first, second = (upload(local, STATEMENT, JOINT).json()["document_id"] for _ in range(2))
    assert first == second
    assert len(documents(local, JOINT)["documents"]) == 1
    assert upload(local, STATEMENT, PERSONAL).status_code == 200, "another account's"


def test_the_number_is_held_against_the_account(local: Local) -> None:
    """The sample's statement is of another account than the joint one, whose mask is 9035."""
    upload(local, STATEMENT, JOINT)
    assert documents(local, JOINT)["documents"][0]["metadata"]["is_account_number_match"] is False


@pytest.mark.parametrize(
    ("body", "code"), [(b"", "not_a_pdf"), (b"GIF89a", "not_a_pdf"), (STATEMENT[: len(STATEMENT) // 3], "damaged")]
)
def test_a_file_that_is_refused(local: Local, body: bytes, code: str) -> None:
    answer = upload(local, body)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "INVALID_FIELD"
    assert code in answer.json()["error_message"]


def test_an_account_that_is_not_there(local: Local) -> None:
    assert upload(local, STATEMENT, "another").status_code == 404


def test_only_a_pdf_is_taken(local: Local) -> None:
    assert upload(local, STATEMENT, kind="application/json").status_code == 400


def test_without_the_extra_it_says_so(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    from identity_match.errors import MissingExtraError
    from identity_match.service import admin

    def missing(*_: object, **__: object) -> None:
        raise MissingExtraError

    monkeypatch.setattr(admin, "read_statement", missing)
    answer = upload(local, STATEMENT)
    assert (answer.status_code, answer.json()["error_code"]) == (501, "INVALID_PRODUCT")
