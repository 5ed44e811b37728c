"""A webhook is taken when it is genuine, whole, fresh and new; every row of the table is refused for its reason."""

from __future__ import annotations

import base64
import json
import threading
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity_match.errors import InputError, WebhookError
from identity_match.webhooks import (
    MAX_AGE,
    MAX_AHEAD,
    MAX_BODY,
    MAX_HEADER,
    KeyCache,
    Refusal,
    Replays,
    SigningKey,
    verify,
)

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

NOW = 1_800_000_000
EVENT = {
    "webhook_type": "IDENTITY",
    "webhook_code": "DEFAULT_UPDATE",
    "item_id": "sample-item",
    "account_ids_with_updated_identity": {"sample-personal-0001": ["names", "emails"]},
    "error": None,
    "environment": "sandbox",
}
BODY = json.dumps(EVENT, indent=2).encode()
KEY = SigningKey.new(NOW - 1000)
OTHER = SigningKey.new(NOW - 1000)
TOKEN = KEY.sign(BODY, NOW)
NO_KEYS = dict[str, dict[str, Any]]().get


def take(token: Any = TOKEN, body: bytes = BODY, key: Any = None, now: float = NOW, **more: Any) -> dict[str, Any]:
    keys = {KEY.key_id: KEY.jwk() if key is None else key}
    return verify({"Plaid-Verification": token}, body, keys.get, now=now, replays=more.pop("replays", Replays()))


def segment(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def with_header(**changed: Any) -> str:
    """Give the genuine token under another header, which its signature does not cover."""
    header = {"alg": "ES256", "typ": "JWT", "kid": KEY.key_id} | changed
    return ".".join([segment({k: v for k, v in header.items() if v is not None}), *TOKEN.split(".")[1:]])


def signed(claims: Any, **header: Any) -> str:
    """Sign other claims with the genuine key."""
    token: str = jwt.encode(claims, KEY.private, algorithm="ES256", headers={"kid": KEY.key_id, **header})
    return token


def claims(**changed: Any) -> dict[str, Any]:
    found = jwt.decode(TOKEN, options={"verify_signature": False}) | changed
    return {name: value for name, value in found.items() if value is not ...}


def hmac_with_the_public_key() -> str:
    """Sign as HS256, with the public key's text as the secret: what a naive receiver would take."""
    import hashlib
    import hmac

    head = segment({"alg": "HS256", "typ": "JWT", "kid": KEY.key_id})
    signed_part = f"{head}.{TOKEN.split('.')[1]}"
    secret = json.dumps(KEY.jwk()).encode()
    return f"{signed_part}.{segment(hmac.new(secret, signed_part.encode(), hashlib.sha256).digest())}"


REFUSED: dict[str, tuple[dict[str, Any], Refusal]] = {
    "one byte more": ({"body": BODY + b" "}, Refusal.BODY_CHANGED),
    "parsed and written again": ({"body": json.dumps(EVENT).encode()}, Refusal.BODY_CHANGED),
    "another body": ({"body": b"{}"}, Refusal.BODY_CHANGED),
    "too much body": ({"body": b" " * (MAX_BODY + 1)}, Refusal.BODY_TOO_LARGE),
    "signed by another key": ({"token": OTHER.sign(BODY, NOW)}, Refusal.KEY_UNKNOWN),
    "another key under this id": ({"key": OTHER.jwk()}, Refusal.SIGNATURE),
    "other claims under the old signature": (
        {"token": ".".join([TOKEN.split(".")[0], segment(claims(iat=NOW + 1)), TOKEN.split(".")[2]])},
        Refusal.SIGNATURE,
    ),
    "no signature": ({"token": TOKEN.rsplit(".", 1)[0] + "."}, Refusal.SIGNATURE),
    "algorithm none": ({"token": with_header(alg="none").rsplit(".", 1)[0] + "."}, Refusal.ALGORITHM),
    "algorithm HS256": ({"token": hmac_with_the_public_key()}, Refusal.ALGORITHM),
    "algorithm in lower case": ({"token": with_header(alg="es256")}, Refusal.ALGORITHM),
    "algorithm ES384": ({"token": with_header(alg="ES384")}, Refusal.ALGORITHM),
    "a list of algorithms": ({"token": with_header(alg=["ES256"])}, Refusal.ALGORITHM),
    "no algorithm": ({"token": with_header(alg=None)}, Refusal.ALGORITHM),
    "an unknown key": ({"token": with_header(kid=str(uuid.UUID(int=7)))}, Refusal.KEY_UNKNOWN),
    "no key id": ({"token": with_header(kid=None)}, Refusal.KEY_ID),
    "a path for a key id": ({"token": with_header(kid="../../etc/passwd")}, Refusal.KEY_ID),
    "a long key id": ({"token": with_header(kid="a" * 65)}, Refusal.KEY_ID),
    "an empty key id": ({"token": with_header(kid="")}, Refusal.KEY_ID),
    "a key id with a line break": ({"token": with_header(kid=KEY.key_id + "\n")}, Refusal.KEY_ID),
    "the key's life is over": ({"key": KEY.jwk() | {"expired_at": NOW - 1}}, Refusal.KEY_EXPIRED),
    "the key's life ends now": ({"key": KEY.jwk() | {"expired_at": NOW}}, Refusal.KEY_EXPIRED),
    "the key's end is no number": ({"key": KEY.jwk() | {"expired_at": "never"}}, Refusal.KEY_EXPIRED),
    "a key of another kind": ({"key": KEY.jwk() | {"kty": "oct", "k": "c2VjcmV0"}}, Refusal.KEY_UNUSABLE),
    "a key of another curve": ({"key": KEY.jwk() | {"crv": "P-384"}}, Refusal.KEY_UNUSABLE),
    "a key for secrecy": ({"key": KEY.jwk() | {"use": "enc"}}, Refusal.KEY_UNUSABLE),
    "a key for another algorithm": ({"key": KEY.jwk() | {"alg": "HS256"}}, Refusal.KEY_UNUSABLE),
    "half a key": ({"key": {"kty": "EC", "crv": "P-256", "x": KEY.jwk()["x"]}}, Refusal.KEY_UNUSABLE),
    "a point off the curve": ({"key": KEY.jwk() | {"y": KEY.jwk()["x"]}}, Refusal.KEY_UNUSABLE),
    "too old": ({"now": NOW + MAX_AGE + 1}, Refusal.TOO_OLD),
    "an hour old": ({"now": NOW + 3600}, Refusal.TOO_OLD),
    "from the future": ({"now": NOW - MAX_AHEAD - 1}, Refusal.IN_THE_FUTURE),
    "no time": ({"token": signed(claims(iat=...))}, Refusal.CLAIMS),
    "a time that is text": ({"token": signed(claims(iat=str(NOW)))}, Refusal.CLAIMS),
    "a time that is a truth": ({"token": signed(claims(iat=True))}, Refusal.CLAIMS),
    "a time that is no number": ({"token": signed(claims(iat=float("nan")))}, Refusal.CLAIMS),
    "a broken time": ({"token": signed(claims(iat=NOW + 0.5))}, Refusal.CLAIMS),
    "no hash": ({"token": signed(claims(request_body_sha256=...))}, Refusal.CLAIMS),
    "a hash in capitals": (
        {"token": signed(claims(request_body_sha256=claims()["request_body_sha256"].upper()))}, Refusal.CLAIMS,
    ),
    "an empty hash": ({"token": signed(claims(request_body_sha256=""))}, Refusal.CLAIMS),
    "a hash of other letters": ({"token": signed(claims(request_body_sha256="é" * 64))}, Refusal.CLAIMS),
    "no token": ({"token": ""}, Refusal.TOKEN_MALFORMED),
    "two parts": ({"token": "a.b"}, Refusal.TOKEN_MALFORMED),
    "a header that is no JSON": ({"token": "!!!." + TOKEN.split(".", 1)[1]}, Refusal.TOKEN_MALFORMED),
    "a header that is a list": ({"token": ".".join([segment([1]), *TOKEN.split(".")[1:]])}, Refusal.TOKEN_MALFORMED),
    "a header of many levels": (
        {"token": ".".join([segment(b"[" * 3000), *TOKEN.split(".")[1:]])}, Refusal.TOKEN_MALFORMED,
    ),
    "letters that are none of base64": ({"token": TOKEN.replace(".", ".é", 1)}, Refusal.TOKEN_MALFORMED),
    "a long header": ({"token": TOKEN + "A" * MAX_HEADER}, Refusal.HEADER_TOO_LONG),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "refusal"), REFUSED.values(), ids=REFUSED)
def test_refused(changed: dict[str, Any], refusal: Refusal) -> None:
    with pytest.raises(WebhookError) as caught:
        take(**changed)
    assert caught.value.code == refusal
    assert str(caught.value) == f"the webhook is refused: {refusal}"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("refusal", Refusal)
def test_every_problem_is_reached(refusal: Refusal) -> None:
    """Those that need more than one changed argument stand in tests of their own."""
    elsewhere = {Refusal.HEADER_MISSING, Refusal.HEADER_REPEATED, Refusal.REPLAYED, Refusal.BODY_MALFORMED}
    assert refusal in {found for _, found in REFUSED.values()} | elsewhere


@pytest.mark.parametrize("now", [NOW, NOW + MAX_AGE, NOW - MAX_AHEAD, NOW + 0.9])
def test_taken(now: float) -> None:
    assert take(now=now) == EVENT


@pytest.mark.parametrize("name", ["Plaid-Verification", "plaid-verification", "PLAID-VERIFICATION"])
def test_the_case_of_the_header_says_nothing(name: str) -> None:
    keys = {KEY.key_id: KEY.jwk()}
    assert verify({"Content-Type": "x", name: TOKEN}, BODY, keys.get, now=NOW, replays=Replays()) == EVENT


def test_a_header_that_is_missing_or_there_twice() -> None:
    for headers, refusal in (
        ({"Content-Type": "application/json"}, Refusal.HEADER_MISSING),
        ({"Plaid-Verification": TOKEN, "plaid-verification": TOKEN}, Refusal.HEADER_REPEATED),
    ):
        with pytest.raises(WebhookError) as caught:
            verify(headers, BODY, NO_KEYS, now=NOW)
        assert caught.value.code == refusal


def test_a_replay_is_refused_and_a_new_attempt_taken() -> None:
    replays = Replays()
    assert take(replays=replays) == EVENT
    with pytest.raises(WebhookError) as caught:
        take(replays=replays, now=NOW + 5)
    assert caught.value.code == Refusal.REPLAYED
    assert take(KEY.sign(BODY, NOW + 5), replays=replays, now=NOW + 5) == EVENT


def test_the_second_form_of_a_signature_is_a_replay_too() -> None:
    """Of each signature (r, s) anybody can make a second one that holds, (r, n - s)."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    head, body, signature = TOKEN.split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    other = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    twin = ".".join([head, body, segment(other)])
    assert take(twin) == EVENT, "the second form holds"
    replays = Replays()
    take(replays=replays)
    with pytest.raises(WebhookError) as caught:
        take(twin, replays=replays)
    assert caught.value.code == Refusal.REPLAYED


def test_a_refused_body_uses_nothing_up() -> None:
    replays = Replays()
    with pytest.raises(WebhookError):
        take(body=b"{}", replays=replays)
    assert take(replays=replays) == EVENT


def test_by_default_replays_are_remembered() -> None:
    keys = {KEY.key_id: KEY.jwk()}
    token = KEY.sign(BODY)
    assert verify({"Plaid-Verification": token}, BODY, keys.get) == EVENT
    with pytest.raises(WebhookError):
        verify({"Plaid-Verification": token}, BODY, keys.get)


@pytest.mark.parametrize("body", [b"", b"[]", b"nothing", b"\xff", b"[" * 100_000])
def test_a_genuine_body_that_is_no_event(body: bytes) -> None:
    with pytest.raises(WebhookError) as caught:
        take(KEY.sign(body, NOW), body)
    assert caught.value.code == Refusal.BODY_MALFORMED


def test_mistakes_of_the_caller() -> None:
    for headers, body in (({}, "text"), ({}, None), ([], BODY), (None, BODY), ({"Plaid-Verification": 5}, BODY)):
        with pytest.raises(InputError):
            verify(headers, body, NO_KEYS)  # type: ignore[arg-type]


@given(st.text(max_size=200), st.binary(max_size=50))
def test_any_token_is_refused_and_not_repeated(token: str, body: bytes) -> None:
    with pytest.raises(WebhookError) as caught:
        verify({"plaid-verification": token}, body, NO_KEYS)
    assert caught.value.args == (caught.value.code,)


def test_replays_are_forgotten_after_their_time_and_never_too_many() -> None:
    replays = Replays(at_most=2)
    assert replays.add("a", 10, now=0)
    assert replays.add("b", 20, now=0)
    assert not replays.add("c", 30, now=5), "full: nothing is forgotten before its time"
    assert replays.add("c", 30, now=11), "a may go"
    assert not replays.add("b", 20, now=11)


def test_of_many_threads_one_takes_the_event() -> None:
    replays = Replays()
    taken: list[dict[str, Any]] = []
    refused: list[str] = []

    def receive() -> None:
        try:
            taken.append(take(replays=replays))
        except WebhookError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=receive) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [EVENT]
    assert refused == [Refusal.REPLAYED] * 7


def test_the_key_cache_asks_once_and_not_without_end() -> None:
    asked: list[str] = []
    now = [0.0]

    def fetch(key_id: str) -> dict[str, str] | None:
        asked.append(key_id)
        return {"kty": "EC"} if key_id == "known" else None

    keys = KeyCache(fetch, lookups=3, keep=100, clock=lambda: now[0])
    assert [keys("known") for _ in range(5)] == [{"kty": "EC"}] * 5
    assert asked == ["known"]
    assert [keys(f"made up {i}") for i in range(50)] == [None] * 50
    assert len(asked) == 3
    assert keys("known") is not None, "a flood of unknown ids shuts out no known one"
    now[0] = 101
    assert keys("known") is not None
    assert asked[-1] == "known", "asked anew, so that a revoked key is noticed"
    now[0] = 300
    assert [keys(f"made up {i}") for i in range(50)] == [None] * 50
    assert keys("known") is not None, "nor one that has to be asked for anew"


def test_a_revoked_key_is_no_known_one_any_more() -> None:
    now, there = [0.0], {"revoked": {"kty": "EC"}, "live": {"kty": "EC"}}
    keys = KeyCache(there.get, lookups=3, keep=100, clock=lambda: now[0])
    assert keys("revoked")
    assert keys("live")
    now[0] = 101
    del there["revoked"]
    assert [keys("revoked") for _ in range(50)] == [None] * 50
    assert keys("live") is not None


def test_a_source_that_fails_is_not_remembered() -> None:
    answers = iter([None, {"kty": "EC"}])
    keys = KeyCache(lambda _: next(answers))
    assert keys("late") is None
    assert keys("late") == {"kty": "EC"}


def test_the_private_key_is_not_shown() -> None:
    assert KEY.private not in repr(KEY) + str(KEY) + f"{KEY}"
    assert "d" not in KEY.jwk()
    assert KEY.jwk()["expired_at"] is None


def test_the_official_client_reads_the_event_and_the_key() -> None:
    plaid = pytest.importorskip("plaid")
    from plaid.model.identity_default_update_webhook import IdentityDefaultUpdateWebhook
    from plaid.model.webhook_verification_key_get_response import WebhookVerificationKeyGetResponse

    client = plaid.ApiClient(plaid.Configuration(host="http://127.0.0.1:9"))

    def read(answer: Any, model: type) -> Any:
        body = type("Response", (), {"data": json.dumps(answer)})()
        return client.deserialize(body, (model,), _check_type=True)

    assert read(EVENT, IdentityDefaultUpdateWebhook).item_id == "sample-item"
    answer = read({"key": KEY.jwk(), "request_id": "r1"}, WebhookVerificationKeyGetResponse)
    assert take(key=answer.key.to_dict()) == EVENT
