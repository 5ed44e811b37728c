"""Receive identity webhooks safely, and sign them: ES256 tokens over the bytes of the body, as Plaid sends them.

A receiver calls :func:`verify` with what came in. Nothing of the token is trusted until its signature holds, nothing
of the body is read until its hash does, and only one algorithm is ever accepted. Order and limits follow Plaid's
published page on webhook verification; where that page says nothing, the stricter reading was taken. Needs the extra
``webhooks``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
import time
import uuid
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from identity_match.errors import InputError, MissingExtraError, WebhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HEADER = "plaid-verification"  # the case of a header's name says nothing
MAX_HEADER, MAX_BODY = 8_192, 1_000_000  # characters, bytes; an event takes some hundred of each. Our choice.
MAX_AGE = 300  # seconds a token is good for. Source: Plaid, webhook verification.
MAX_AHEAD = 30  # seconds that the sender's clock may be ahead of ours; our choice
_KEY_ID = re.compile(r"[0-9A-Za-z-]{1,64}")  # a UUID, and nothing that could be a path
_HASH = re.compile(r"[0-9a-f]{64}")


class Refusal(StrEnum):
    """Why a webhook is refused."""

    HEADER_MISSING = "header_missing"
    HEADER_REPEATED = "header_repeated"
    HEADER_TOO_LONG = "header_too_long"
    BODY_TOO_LARGE = "body_too_large"
    TOKEN_MALFORMED = "token_malformed"  # noqa: S105 - a word, no secret
    ALGORITHM = "algorithm"
    KEY_ID = "key_id"
    KEY_UNKNOWN = "key_unknown"
    KEY_UNUSABLE = "key_unusable"
    KEY_EXPIRED = "key_expired"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    BODY_CHANGED = "body_changed"
    REPLAYED = "replayed"
    BODY_MALFORMED = "body_malformed"


class Replays:
    """Remembers the tokens seen lately, so that none is taken twice.

    For one process; receivers on several machines give :func:`verify` an object of their own with the same ``add``,
    over a store that they share. Holds digests, no values. Safe between threads.
    """

    def __init__(self, at_most: int = 100_000) -> None:
        """Remember so many tokens; when there are more within their life, further ones are refused."""
        self._until: dict[str, float] = {}
        self._at_most = at_most
        self._lock = threading.Lock()

    def add(self, token: str, until: float, now: float) -> bool:
        """Remember a token until a time in seconds; False where it is known already, or memory is full."""
        with self._lock:
            if token in self._until or (len(self._until) >= self._at_most and not self._forget(now)):
                return False
            self._until[token] = until
            return True

    def _forget(self, now: float) -> bool:
        self._until = {token: until for token, until in self._until.items() if until >= now}
        return len(self._until) < self._at_most


_REPLAYS = Replays()


class KeyCache:
    """Gives the public key of a key id, and asks the source only for ids it has not met.

    An id comes out of an untrusted header. So that nobody can make the receiver ask without end, at most
    ``lookups`` ids a minute are asked for; beyond that an unknown id is refused without asking. Keys are kept for
    ``keep`` seconds, so that one that was revoked is noticed; what is asked for anew is counted apart, so that a flood
    of unknown ids shuts out no known one. Safe between threads.

    >>> keys = KeyCache({"6c5516e1": {"kty": "EC"}}.get)
    >>> keys("6c5516e1"), keys("unknown")
    ({'kty': 'EC'}, None)
    """

    def __init__(
        self, fetch: Callable[[str], Mapping[str, Any] | None], *, lookups: int = 10, keep: float = 3600,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """Wrap what fetches the JSON Web Key of an id, such as a call of ``/webhook_verification_key/get``."""
        self._fetch, self._lookups, self._keep, self._clock = fetch, lookups, keep, clock
        self._keys: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._asked: dict[bool, list[float]] = {}  # when: for ids that were met, and for all others
        self._lock = threading.Lock()

    def __call__(self, key_id: str) -> Mapping[str, Any] | None:
        """Give the key of an id; None where there is none, or too many unknown ones were asked for."""
        now = self._clock()
        with self._lock:
            fetched, key = self._keys.get(key_id, (now, None))
            if key is not None and now - fetched <= self._keep:
                return key
            met = key is not None
            lately = [asked for asked in self._asked.get(met, ()) if now - asked < 60]
            self._asked[met] = lately
            if len(lately) >= self._lookups:
                return None
            lately.append(now)
        found = self._fetch(key_id)
        with self._lock:
            if found is None:
                self._keys.pop(key_id, None)
            else:
                self._keys[key_id] = (now, found)
        return found


def verify(
    headers: Mapping[str, str], body: bytes, key_source: Callable[[str], Mapping[str, Any] | None], *,
    now: float | None = None, replays: Replays = _REPLAYS,
) -> dict[str, Any]:  # fmt: skip
    """Give the event of a webhook that is genuine, whole, fresh and new; refuse every other.

    The steps, in this order: the header is there once and not too long; its token names ES256 and a sound key id; the
    key is a live one for signing on curve P-256; the signature holds; the token was issued within the last five
    minutes; the hash in it is that of the body's bytes; it was not seen before; the body is JSON. An event is a hint:
    fetch the data it speaks of, do not take them from it.

    Args:
        headers: Name to value, as they came.
        body: The raw bytes. Parsed and written again, they would have another hash.
        key_source: Gives the JSON Web Key of a key id, or None. Best a :class:`KeyCache` around a fixed endpoint.
        now: Time in seconds since 1970; None for that of the clock.
        replays: What remembers the tokens seen; by default one memory for the process.

    Returns:
        The body's object, such as ``{"webhook_code": "DEFAULT_UPDATE", ...}``.

    Raises:
        WebhookError: It must not be trusted; ``code`` is a member of :class:`Refusal`.
        InputError: ``body`` is not bytes or ``headers`` no mapping: a mistake of the caller.
        MissingExtraError: The extra ``webhooks`` is not installed.

    >>> key = SigningKey.new()
    >>> body = b'{"webhook_code": "DEFAULT_UPDATE"}'
    >>> verify({"Plaid-Verification": key.sign(body)}, body, {key.key_id: key.jwk()}.get)
    {'webhook_code': 'DEFAULT_UPDATE'}
    """
    if not isinstance(body, bytes):
        raise InputError(*_found("body", "bytes", body))
    token = _header(headers)
    if len(body) > MAX_BODY:
        raise WebhookError(Refusal.BODY_TOO_LARGE)
    at = time.time() if now is None else now
    key_id = _key_id(token)
    claims = _claims(token, _usable(key_source(key_id), at))
    issued, digest = _times_and_hash(claims)
    if issued < at - MAX_AGE:
        raise WebhookError(Refusal.TOO_OLD)
    if issued > at + MAX_AHEAD:
        raise WebhookError(Refusal.IN_THE_FUTURE)
    if not hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), digest.encode()):
        raise WebhookError(Refusal.BODY_CHANGED)
    seen = hashlib.sha256(f"{key_id} {issued} {digest}".encode()).hexdigest()  # not of the signature: it has two forms
    if not replays.add(seen, issued + MAX_AGE, at):
        raise WebhookError(Refusal.REPLAYED)
    return _event(body)


def _jwt() -> Any:
    """Give the library that reads tokens, with which the one for signatures comes."""
    try:
        import cryptography  # noqa: PLC0415, F401 - without it PyJWT knows no ES256
        import jwt  # noqa: PLC0415
    except ImportError:
        message = "webhooks need PyJWT and cryptography: pip install identity-match[webhooks]"
        raise MissingExtraError(message) from None
    return jwt


def _found(path: str, expected: str, value: object) -> tuple[str, str]:
    return path, f"expected {expected}, found {type(value).__name__}"


def _header(headers: Mapping[str, str]) -> str:
    try:
        found = [value for name, value in headers.items() if str(name).lower() == HEADER]
    except AttributeError:
        raise InputError(*_found("headers", "a mapping", headers)) from None
    if not found:
        raise WebhookError(Refusal.HEADER_MISSING)
    if len(found) > 1:
        raise WebhookError(Refusal.HEADER_REPEATED)
    if not isinstance(found[0], str):
        raise InputError(*_found("headers", "text", found[0]))
    if len(found[0]) > MAX_HEADER:
        raise WebhookError(Refusal.HEADER_TOO_LONG)
    return found[0].strip()


def _key_id(token: str) -> str:
    """Read the key id out of a token that nobody has checked yet."""
    jwt = _jwt()
    try:
        header = jwt.get_unverified_header(token if token.isascii() else "")  # some versions skip other letters
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise WebhookError(Refusal.TOKEN_MALFORMED) from None
    if header.get("alg") != "ES256":
        raise WebhookError(Refusal.ALGORITHM)
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not _KEY_ID.fullmatch(key_id):
        raise WebhookError(Refusal.KEY_ID)
    return key_id


def _usable(key: Mapping[str, Any] | None, at: float) -> Any:
    """Give a key that may sign now."""
    if key is None:
        raise WebhookError(Refusal.KEY_UNKNOWN)
    jwt = _jwt()
    wanted = {"kty": "EC", "crv": "P-256"}
    if any(key.get(name) != value for name, value in wanted.items()) or key.get("use", "sig") != "sig":
        raise WebhookError(Refusal.KEY_UNUSABLE)
    if key.get("alg", "ES256") != "ES256":
        raise WebhookError(Refusal.KEY_UNUSABLE)
    expired = key.get("expired_at")
    if expired is not None and (not isinstance(expired, int | float) or expired <= at):
        raise WebhookError(Refusal.KEY_EXPIRED)
    try:  # only the public numbers: whatever else a source gives is no part of a key
        return jwt.PyJWK({**wanted, "alg": "ES256", "x": key.get("x"), "y": key.get("y")})
    except (jwt.PyJWTError, ValueError, TypeError):
        raise WebhookError(Refusal.KEY_UNUSABLE) from None


def _claims(token: str, key: Any) -> dict[str, Any]:
    jwt = _jwt()
    # Times are ours to check: the library takes a token without a time, or an hour old.
    unchecked = dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss"), False)
    try:
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["ES256"], options=unchecked)
    except jwt.InvalidSignatureError:
        raise WebhookError(Refusal.SIGNATURE) from None
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise WebhookError(Refusal.TOKEN_MALFORMED) from None
    return claims


def _times_and_hash(claims: Mapping[str, Any]) -> tuple[int, str]:
    issued, digest = claims.get("iat"), claims.get("request_body_sha256")
    if not isinstance(issued, int) or isinstance(issued, bool) or not isinstance(digest, str):
        raise WebhookError(Refusal.CLAIMS)
    if not _HASH.fullmatch(digest):
        raise WebhookError(Refusal.CLAIMS)
    return issued, digest


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise WebhookError(Refusal.BODY_MALFORMED) from None
    if not isinstance(event, dict):
        raise WebhookError(Refusal.BODY_MALFORMED)
    return event


class SigningKey(NamedTuple):
    """A key that signs webhooks.

    Attributes:
        key_id: What tokens and the key endpoint call it, a UUID.
        created_at: Seconds since 1970.
        expired_at: Seconds since 1970 from which nothing that it signed is good; None while it is in use.
        private: The private key as PEM text. Never printed.
    """

    key_id: str
    created_at: int
    expired_at: int | None
    private: str

    def __repr__(self) -> str:
        """Name the key without showing it."""
        return f"SigningKey({self.key_id})"

    @classmethod
    def new(cls, now: float | None = None) -> SigningKey:
        """Make a key of curve P-256."""
        _jwt()
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

        private = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return cls(str(uuid.uuid4()), int(time.time() if now is None else now), None, private.decode("ascii"))

    def jwk(self) -> dict[str, Any]:
        """Give the public key as the key endpoint answers it."""
        algorithm = _jwt().get_algorithm_by_name("ES256")
        public = algorithm.to_jwk(algorithm.prepare_key(self.private).public_key(), as_dict=True)
        own = {"alg": "ES256", "use": "sig", "kid": self.key_id}
        return {**public, **own, "created_at": self.created_at, "expired_at": self.expired_at}

    def sign(self, body: bytes, now: float | None = None) -> str:
        """Give the token for the header ``Plaid-Verification`` of a body, good for five minutes.

        Every attempt to deliver is signed anew: a receiver takes no token twice.
        """
        claims = {
            "iat": int(time.time() if now is None else now),
            "request_body_sha256": hashlib.sha256(body).hexdigest(),
        }
        token: str = _jwt().encode(claims, self.private, algorithm="ES256", headers={"kid": self.key_id})
        return token
