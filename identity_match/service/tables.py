"""The tables of the store. What a version of the program finds there is made by the steps in ``migrations``."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

# Times are whole milliseconds since 1970, UTC. Tokens and secrets stand here as SHA-256 in hexadecimal digits.
METADATA = MetaData()
_KEY = String(128)
_SERIAL = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER alone


def _item(*, keep: bool = False) -> ForeignKey:
    return ForeignKey("items.item_id", ondelete="SET NULL" if keep else "CASCADE")


def _account() -> ForeignKeyConstraint:
    own = ("item_id", "account_id")
    return ForeignKeyConstraint(own, [f"accounts.{name}" for name in own], ondelete="CASCADE")


CLIENTS = Table(
    "clients",
    METADATA,
    Column("client_id", _KEY, primary_key=True),
    Column("secret_digest", String(64), nullable=False),
    Column("products", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
)
ITEMS = Table(
    "items",
    METADATA,
    Column("item_id", _KEY, primary_key=True),
    Column("client_id", _KEY, ForeignKey("clients.client_id", ondelete="CASCADE"), nullable=False),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("item", JSON, nullable=False),
    Column("error_code", String(64)),
    Column("revision", Integer, nullable=False),
)
ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("item_id", _KEY, _item(), primary_key=True),
    Column("account_id", _KEY, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("members", JSON, nullable=False),
    Column("owners", JSON, nullable=False),
)
PROCESSOR_TOKENS = Table(
    "processor_tokens",
    METADATA,
    Column("token_digest", String(64), primary_key=True),
    Column("item_id", _KEY, nullable=False),
    Column("account_id", _KEY, nullable=False),
    _account(),
)
DOCUMENTS = Table(
    "documents",
    METADATA,
    # A document's id may be made from its bytes: the same file uploaded for two accounts is two rows.
    Column("item_id", _KEY, primary_key=True),
    Column("account_id", _KEY, primary_key=True),
    Column("document_id", _KEY, primary_key=True),
    Column("owners", JSON, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("risk_insights", JSON, nullable=False),
    Column("uploaded_at", BigInteger, nullable=False),
    Column("last_updated", BigInteger, nullable=False),
    _account(),
)
ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("sequence", _SERIAL, primary_key=True, autoincrement=True),
    Column("attempt_id", _KEY, nullable=False, unique=True),
    Column("client_id", _KEY, ForeignKey("clients.client_id", ondelete="CASCADE"), nullable=False),
    Column("item_id", _KEY, _item(keep=True)),
    Column("created_at", BigInteger, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("outcome_account_id", _KEY),
    Column("scores", JSON, nullable=False),
    Index("attempts_by_time", "client_id", "created_at", "sequence"),
)
DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("sequence", _SERIAL, primary_key=True, autoincrement=True),
    Column("event_id", _KEY, nullable=False, unique=True),
    Column("item_id", _KEY, nullable=False),  # a delivery outlives its Item
    Column("target", String(2048), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", BigInteger),  # null: delivered, or given up
    Column("delivered_at", BigInteger),
    Column("last_status", Integer),
    Index("deliveries_due", "next_attempt_at"),
)
SIGNING_KEYS = Table(
    "signing_keys",
    METADATA,
    Column("key_id", _KEY, primary_key=True),
    Column("created_at", BigInteger, nullable=False),  # seconds, as the key endpoint answers them
    Column("expired_at", BigInteger),
    Column("private", Text, nullable=False),
)
